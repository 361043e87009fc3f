"""RDS as Terraform declares it: instances and clusters of every engine, and snapshots.

What a member of a cluster does not set itself is the cluster's: storage, backups, groups, authentication.
"""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared, after_apply
from scanner.iac.terraform.interfaces import subnets_of
from scanner.iac.terraform.rows import Reading, aspect, row, text_or, texts_of
from scanner.iac.values import Value, flag_of, int_of, number_of, text_of
from scanner.iac.world import World, not_told
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, unknown
from scanner.model.rds import DbCluster, DbInstance, DbSnapshot, DbSnapshotSharing

_INSTANCES: Final = ("aws_db_instance",)
_MEMBERS: Final = ("aws_rds_cluster_instance", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance")
_CLUSTERS: Final = ("aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster")
_ENGINES: Final = {"docdb": "docdb", "neptune": "neptune"}
_RESTORED: Final = (
    "replicate_source_db",
    "snapshot_identifier",
    "restore_to_point_in_time",
    "replication_source_identifier",
)
_SNAPSHOTS: Final = (
    "aws_db_snapshot",
    "aws_db_cluster_snapshot",
    "aws_db_snapshot_copy",
    "aws_rds_cluster_snapshot_copy",
)
_SUBNET_GROUPS: Final = ("db_subnet_group_name", "neptune_subnet_group_name")
_LOGS: Final = ("enabled_cloudwatch_logs_exports", "enable_cloudwatch_logs_exports")


def _engine(one: Declared, cluster: Declared | None = None) -> Maybe[str]:
    said = one.get("engine") or (cluster.get("engine") if cluster is not None else None)
    default = next((engine for word, engine in _ENGINES.items() if word in one.type), "")
    return text_or(said, default) if said or default else not_told("its engine")


def _encrypted(one: Declared) -> Maybe[bool]:
    """Whether storage is encrypted; what is made of a snapshot or a replica is as its source where it does not say."""
    said = one.get("storage_encrypted")
    if said is None and any(one.get(name) for name in _RESTORED):
        return unknown(Reason.UNRESOLVED, f"{one.address} is encrypted as what it is restored from or replicates")
    serverless = one.get("engine_mode") == "serverless"
    return flag_of(said, default=serverless)


def _first(one: Declared, *names: str) -> Value:
    return next((one.get(name) for name in names if one.get(name) is not None), None)


def _instance(world: World, one: Declared) -> Iterator[Kind]:
    yield _row(world, one, one, None)


def _member(world: World, one: Declared) -> Iterator[Kind]:
    cluster = _cluster_of(world, one)
    yield _row(world, one, cluster or one, cluster)


def _cluster_of(world: World, one: Declared) -> Declared | None:
    return world.find(one.get("cluster_identifier"), *_CLUSTERS)


def _row(world: World, one: Declared, whole: Declared, cluster: Declared | None) -> DbInstance:
    """Return an instance; `whole` holds what a cluster tells for its members."""
    is_member = one.type in _MEMBERS
    unread: Any = unknown(Reason.NOT_COLLECTED, f"the cluster of {one.address} is not declared here")
    alone = is_member and cluster is None
    subnets = subnets_of(world, _first(one, *_SUBNET_GROUPS) or _first(whole, *_SUBNET_GROUPS))
    return DbInstance(
        **row(world, one, name="identifier"),
        engine=_engine(one, cluster),
        engine_version=text_of(_first(one, "engine_version") or _first(whole, "engine_version")),
        state="available",
        cluster=world.relation(one.get("cluster_identifier")) if is_member else ABSENT,
        publicly_accessible=flag_of(one.get("publicly_accessible"), default=False),
        vpc=world.vpc_of(subnets),
        subnets=world.relations(subnets) if subnets else not_told("its subnets"),
        groups=unread if alone else _groups(world, whole),
        port=number_of(_first(one, "port") or _first(whole, "port")),
        address=ABSENT,
        storage_encrypted=unread if alone else _encrypted(whole),
        kms_key=unread if alone else world.relation(_first(whole, "kms_key_id", "kms_key_arn")),
        backup_days=unread if alone else int_of(whole.get("backup_retention_period"), 1 if is_member else 0),
        deletion_protection=flag_of(one.get("deletion_protection"), default=False),
        multi_az=flag_of(one.get("multi_az"), default=False),
        minor_upgrades=flag_of(one.get("auto_minor_version_upgrade"), default=True),
        iam_authentication=unread
        if alone
        else flag_of(whole.get("iam_database_authentication_enabled"), default=False),
        log_exports=unread if alone else texts_of(_first(whole, *_LOGS)),
        copies_tags=flag_of(_first(one, "copy_tags_to_snapshot"), default=False),
        monitoring_seconds=int_of(one.get("monitoring_interval"), 0),
        user=text_of(_first(whole, "username", "master_username")),
        resource_id=after_apply(one.address, "resource_id"),
    )


def _groups(world: World, one: Declared) -> Maybe[tuple[str, ...]]:
    said = one.get("vpc_security_group_ids")
    return world.relations(said) if said else not_told("its groups, the default one of its VPC,")


def _cluster(world: World, one: Declared) -> Iterator[Kind]:
    members = [
        other for other in world.of_type(*_MEMBERS) if world.named(other.get("cluster_identifier")) == world.id(one)
    ]
    spread = bool(one.get("db_cluster_instance_class")) or len(members) > 1
    yield DbCluster(
        **row(world, one, name="cluster_identifier"),
        engine=_engine(one),
        engine_version=text_of(one.get("engine_version")),
        state="available",
        members=tuple(world.id(other) for other in members),
        subnet_group=world.relation(_first(one, *_SUBNET_GROUPS)),
        groups=_groups(world, one),
        port=number_of(one.get("port")),
        address=ABSENT,
        publicly_accessible=ABSENT,
        data_api=flag_of(one.get("enable_http_endpoint"), default=False),
        storage_encrypted=_encrypted(one),
        kms_key=world.relation(_first(one, "kms_key_id", "kms_key_arn")),
        backup_days=int_of(one.get("backup_retention_period"), 1),
        deletion_protection=flag_of(one.get("deletion_protection"), default=False),
        multi_az=spread,
        minor_upgrades=ABSENT,
        iam_authentication=flag_of(one.get("iam_database_authentication_enabled"), default=False),
        log_exports=texts_of(_first(one, *_LOGS)),
        copies_tags=flag_of(one.get("copy_tags_to_snapshot"), default=False),
        user=text_of(one.get("master_username")),
        resource_id=after_apply(one.address, "resource_id"),
    )


def _snapshot(world: World, one: Declared) -> Iterator[Kind]:
    of_cluster = "cluster" in one.type
    said = _first(one, "db_instance_identifier", "db_cluster_identifier")
    source = world.find(said, *_INSTANCES, *_MEMBERS, *_CLUSTERS)
    named = "db_cluster_snapshot_identifier" if of_cluster else "db_snapshot_identifier"
    yield DbSnapshot(
        **row(world, one, name=named),
        source=world.relation(said) if said is not None else not_told("what it is of"),
        of_cluster=of_cluster,
        engine=_engine(source) if source is not None else not_told("its engine"),
        snapshot_type="manual",
        state="available",
        encrypted=_encrypted(source) if source is not None else not_told("whether its source is encrypted"),
        kms_key=_key(world, one, source),
    )
    yield aspect(DbSnapshotSharing, world, one, None, "shared_accounts", accounts=texts_of(one.get("shared_accounts")))


def _key(world: World, one: Declared, source: Declared | None) -> Maybe[str | Absent]:
    said = one.get("kms_key_id")
    if said is None and source is None:
        unread: Maybe[str | Absent] = not_told("the key of its source")
        return unread
    return world.relation(said if said is not None or source is None else source.get("kms_key_id"))


READINGS: Final = (
    Reading(types=_INSTANCES, yields=(DbInstance,), read=_instance),
    Reading(types=_MEMBERS, yields=(DbInstance,), read=_member),
    Reading(types=_CLUSTERS, yields=(DbCluster,), read=_cluster),
    Reading(types=_SNAPSHOTS, yields=(DbSnapshot, DbSnapshotSharing), read=_snapshot),
)
