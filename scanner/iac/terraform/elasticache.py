"""ElastiCache as Terraform declares it: replication groups and clusters of nodes.

A replication group that is declared alone has nodes that AWS lists as clusters; one stands for all of them.
"""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import Reading, row, text_or, texts_of
from scanner.iac.values import flag_of, int_of, text_of
from scanner.iac.world import World
from scanner.model.elasticache import CacheCluster, ReplicationGroup
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Maybe, why_unknown


def _group(world: World, one: Declared) -> Iterator[Kind]:
    secret = _is_set(one.get("auth_token"))
    node = f"{world.id(one)}-001"
    backup = int_of(one.get("snapshot_retention_limit"), 0)
    common: dict[str, Any] = {
        "state": "available",
        "encrypted_at_rest": flag_of(one.get("at_rest_encryption_enabled"), default=False),
        "encrypted_in_transit": flag_of(one.get("transit_encryption_enabled"), default=False),
        "auth_token": secret,
        "backup_days": backup,
    }
    yield ReplicationGroup(
        **row(world, one) | {"name": ABSENT},
        **common,
        engine=text_or(one.get("engine"), "redis"),
        members=(node,),
        user_groups=texts_of(one.get("user_group_ids")),
        kms_key=world.relation(one.get("kms_key_id")),
        failover=flag_of(one.get("automatic_failover_enabled"), default=False),
    )
    yield CacheCluster(
        **row(world, one) | {"name": ABSENT, "id": node, "arn": ABSENT},
        **common,
        engine=text_or(one.get("engine"), "redis"),
        engine_version=text_of(one.get("engine_version")),
        replication_group=world.id(one),
        subnet_group=world.relation(one.get("subnet_group_name")),
        groups=world.relations(one.get("security_group_ids")),
        minor_upgrades=flag_of(one.get("auto_minor_version_upgrade"), default=True),
    )


def _is_set(value: object) -> Maybe[bool]:
    """Whether a secret is set: one that is not shown is."""
    return value not in (None, "")


def _cluster(world: World, one: Declared) -> Iterator[Kind]:
    engine = text_or(one.get("engine"), "redis")
    is_memcached = why_unknown(engine) is None and engine == "memcached"
    yield CacheCluster(
        **row(world, one) | {"name": ABSENT},
        engine=engine,
        engine_version=text_of(one.get("engine_version")),
        state="available",
        replication_group=world.relation(one.get("replication_group_id")),
        subnet_group=world.relation(one.get("subnet_group_name")),
        groups=world.relations(one.get("security_group_ids")),
        encrypted_at_rest=False,
        encrypted_in_transit=flag_of(one.get("transit_encryption_enabled"), default=False),
        auth_token=False,
        backup_days=ABSENT if is_memcached else int_of(one.get("snapshot_retention_limit"), 0),
        minor_upgrades=flag_of(one.get("auto_minor_version_upgrade"), default=True),
    )


READINGS: Final = (
    Reading(types=("aws_elasticache_replication_group",), yields=(ReplicationGroup, CacheCluster), read=_group),
    Reading(types=("aws_elasticache_cluster",), yields=(CacheCluster,), read=_cluster),
)
