"""ElastiCache kinds: replication groups and the clusters of nodes. Nodes never have public addresses."""

from typing import ClassVar

from scanner.model.kind import Resource
from scanner.model.maybe import Absent, Maybe


class CacheCluster(Resource, frozen=True, kw_only=True, eq=False):
    """A cluster of Memcached, or one node of Redis OSS or Valkey; its id is its name."""

    service: ClassVar[str] = "elasticache"
    noun: ClassVar[str] = "cache cluster"

    engine: Maybe[str]
    engine_version: Maybe[str | Absent]
    state: Maybe[str]
    replication_group: Maybe[str | Absent]
    subnet_group: Maybe[str | Absent]
    groups: Maybe[tuple[str, ...]]
    encrypted_at_rest: Maybe[bool]
    encrypted_in_transit: Maybe[bool]
    auth_token: Maybe[bool]
    """Whether clients must send a password."""
    backup_days: Maybe[int | Absent]
    """Absent for Memcached, which has no backups."""
    minor_upgrades: Maybe[bool]


class ReplicationGroup(Resource, frozen=True, kw_only=True, eq=False):
    """A replication group of Redis OSS or Valkey; its id is its name."""

    service: ClassVar[str] = "elasticache"
    noun: ClassVar[str] = "replication group"

    engine: Maybe[str | Absent]
    state: Maybe[str]
    members: Maybe[tuple[str, ...]]
    encrypted_at_rest: Maybe[bool]
    encrypted_in_transit: Maybe[bool]
    auth_token: Maybe[bool]
    user_groups: Maybe[tuple[str, ...]]
    """Groups of users who sign in by name."""
    kms_key: Maybe[str | Absent]
    backup_days: Maybe[int]
    failover: Maybe[bool]
    """Whether another node takes over by itself."""
