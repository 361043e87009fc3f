"""RDS kinds: database instances and clusters (Aurora, Neptune and DocumentDB too), subnet groups, snapshots."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe


class DbInstance(Resource, frozen=True, kw_only=True, eq=False):
    """A database instance, of a cluster or by itself; its id is its identifier."""

    service: ClassVar[str] = "rds"
    noun: ClassVar[str] = "database instance"

    engine: Maybe[str]
    """`postgres`, `aurora-mysql`, `neptune`, `docdb`, …"""
    engine_version: Maybe[str | Absent]
    state: Maybe[str]
    cluster: Maybe[str | Absent]
    """The cluster that it is a member of."""
    publicly_accessible: Maybe[bool]
    """Whether its network interface gets a public address, if its subnet can have one."""
    vpc: Maybe[str | Absent]
    subnets: Maybe[tuple[str, ...]]
    """The subnets of its subnet group, in any of which its interface may lie."""
    groups: Maybe[tuple[str, ...]]
    """The ids of its VPC security groups."""
    port: Maybe[int | Absent]
    address: Maybe[str | Absent]
    """The DNS name of its endpoint; absent while it is being created."""
    storage_encrypted: Maybe[bool]
    kms_key: Maybe[str | Absent]
    backup_days: Maybe[int]
    """How many days automatic backups are kept; 0: there are none."""
    deletion_protection: Maybe[bool]
    multi_az: Maybe[bool]
    minor_upgrades: Maybe[bool]
    """Whether minor versions of the engine are installed by AWS."""
    iam_authentication: Maybe[bool]
    log_exports: Maybe[tuple[str, ...]]
    copies_tags: Maybe[bool]
    monitoring_seconds: Maybe[int]
    """The interval of enhanced monitoring; 0: it is off."""
    user: Maybe[str | Absent]
    """The name of the administrator."""
    resource_id: Maybe[str | Absent]
    """`db-…`: what policies about connecting to it name it by."""


class DbCluster(Resource, frozen=True, kw_only=True, eq=False):
    """A cluster: Aurora, Neptune, DocumentDB, or an RDS cluster over three zones; its id is its identifier."""

    service: ClassVar[str] = "rds"
    noun: ClassVar[str] = "database cluster"

    engine: Maybe[str]
    engine_version: Maybe[str | Absent]
    state: Maybe[str]
    members: Maybe[tuple[str, ...]]
    subnet_group: Maybe[str | Absent]
    groups: Maybe[tuple[str, ...]]
    port: Maybe[int | Absent]
    address: Maybe[str | Absent]
    publicly_accessible: Maybe[bool | Absent]
    """Absent where its members tell it, as those of Aurora do."""
    data_api: Maybe[bool]
    """Whether SQL may be sent by HTTPS calls that IAM guards."""
    storage_encrypted: Maybe[bool]
    kms_key: Maybe[str | Absent]
    backup_days: Maybe[int]
    deletion_protection: Maybe[bool]
    multi_az: Maybe[bool]
    minor_upgrades: Maybe[bool | Absent]
    """Absent where its members tell it."""
    iam_authentication: Maybe[bool]
    log_exports: Maybe[tuple[str, ...]]
    copies_tags: Maybe[bool]
    user: Maybe[str | Absent]
    resource_id: Maybe[str | Absent]
    """`cluster-…`: what policies about connecting to it name it by."""


class DbSnapshot(Resource, frozen=True, kw_only=True, eq=False):
    """A snapshot of an instance or a cluster; its id is its ARN, for both kinds may have one name."""

    service: ClassVar[str] = "rds"
    noun: ClassVar[str] = "database snapshot"

    source: Maybe[str]
    """The instance or cluster that it is of."""
    of_cluster: Maybe[bool]
    engine: Maybe[str | Absent]
    snapshot_type: Maybe[str]
    """`manual`, `automated`, `awsbackup`; only manual ones can be shared."""
    state: Maybe[str | Absent]
    encrypted: Maybe[bool]
    kms_key: Maybe[str | Absent]


class DbSnapshotSharing(Facet, frozen=True, kw_only=True, eq=False):
    """Who besides its owner may restore a manual snapshot."""

    of: ClassVar[type[Resource]] = DbSnapshot

    accounts: Maybe[tuple[str, ...]]
    """Account ids; `all` for everyone."""
