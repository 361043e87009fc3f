"""Redshift kinds: clusters, their subnet groups, and the workgroups and namespaces of Redshift Serverless."""

from typing import ClassVar

from scanner.model.kind import Resource
from scanner.model.maybe import Absent, Maybe


class RedshiftCluster(Resource, frozen=True, kw_only=True, eq=False):
    """A provisioned cluster; its id is its identifier."""

    service: ClassVar[str] = "redshift"
    noun: ClassVar[str] = "Redshift cluster"

    state: Maybe[str]
    publicly_accessible: Maybe[bool]
    vpc: Maybe[str | Absent]
    subnet_group: Maybe[str | Absent]
    groups: Maybe[tuple[str, ...]]
    port: Maybe[int | Absent]
    public_addresses: Maybe[tuple[str, ...]]
    """The public IPv4 addresses of its nodes."""
    encrypted: Maybe[bool]
    kms_key: Maybe[str | Absent]
    backup_days: Maybe[int]
    """How many days automatic snapshots are kept; 0: there are none."""
    version_upgrades: Maybe[bool]
    enhanced_routing: Maybe[bool]
    """Whether what it loads and unloads goes through the VPC."""
    user: Maybe[str | Absent]


class RedshiftSubnetGroup(Resource, frozen=True, kw_only=True, eq=False):
    """The subnets that clusters may lie in; its id is its name."""

    service: ClassVar[str] = "redshift"
    noun: ClassVar[str] = "Redshift subnet group"

    vpc: Maybe[str]
    subnets: Maybe[tuple[str, ...]]


class RedshiftWorkgroup(Resource, frozen=True, kw_only=True, eq=False):
    """A workgroup of Redshift Serverless: its endpoint; its id is its name."""

    service: ClassVar[str] = "redshift"
    noun: ClassVar[str] = "Redshift Serverless workgroup"

    state: Maybe[str | Absent]
    namespace: Maybe[str | Absent]
    publicly_accessible: Maybe[bool]
    subnets: Maybe[tuple[str, ...]]
    groups: Maybe[tuple[str, ...]]
    port: Maybe[int | Absent]
    enhanced_routing: Maybe[bool]
