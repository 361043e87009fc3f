"""Database Migration Service kinds: replication instances."""

from typing import ClassVar

from scanner.model.kind import Resource
from scanner.model.maybe import Absent, Maybe


class ReplicationInstance(Resource, frozen=True, kw_only=True, eq=False):
    """A replication instance; its id is its identifier."""

    service: ClassVar[str] = "dms"
    noun: ClassVar[str] = "replication instance"

    state: Maybe[str]
    publicly_accessible: Maybe[bool]
    vpc: Maybe[str | Absent]
    subnets: Maybe[tuple[str, ...]]
    groups: Maybe[tuple[str, ...]]
    public_addresses: Maybe[tuple[str, ...]]
    kms_key: Maybe[str | Absent]
    minor_upgrades: Maybe[bool]
