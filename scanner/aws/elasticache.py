"""Reading ElastiCache: cache clusters and replication groups (Amazon ElastiCache API Reference)."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.aws.ec2_rows import Row, listed, said
from scanner.aws.policies import not_told, scope_of
from scanner.model.elasticache import CacheCluster, ReplicationGroup
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT
from scanner.reader import Page, Place, Reader, given, rows

_PAGE: Final = 100


def _identity(row: Row, at: Place, native_id: str, noun: str) -> dict[str, Any]:
    scope = at.scope
    arn = row.get("ARN") or f"arn:{scope.partition}:elasticache:{scope.region}:{scope.account}:{noun}:{native_id}"
    return {
        "scope": scope_of(arn, at),
        "id": native_id,
        "origin": at.origin,
        "arn": arn,
        "name": ABSENT,
        "tags": not_told("ListTagsForResource"),
    }


def _clusters(pages: tuple[Page, ...], at: Place) -> Iterator[CacheCluster]:
    for row in rows(pages, "CacheClusters"):
        yield CacheCluster(
            **_identity(row, at, row["CacheClusterId"], "cluster"),
            engine=said(row, "Engine", at),
            engine_version=given(row, "EngineVersion"),
            state=said(row, "CacheClusterStatus", at),
            replication_group=given(row, "ReplicationGroupId"),
            subnet_group=given(row, "CacheSubnetGroupName"),
            groups=listed(row, "SecurityGroups", "SecurityGroupId"),
            encrypted_at_rest=bool(row.get("AtRestEncryptionEnabled")),
            encrypted_in_transit=bool(row.get("TransitEncryptionEnabled")),
            auth_token=bool(row.get("AuthTokenEnabled")),
            backup_days=ABSENT if row.get("Engine") == "memcached" else row.get("SnapshotRetentionLimit") or 0,
            minor_upgrades=bool(row.get("AutoMinorVersionUpgrade")),
        )


def _groups(pages: tuple[Page, ...], at: Place) -> Iterator[ReplicationGroup]:
    for row in rows(pages, "ReplicationGroups"):
        yield ReplicationGroup(
            **_identity(row, at, row["ReplicationGroupId"], "replicationgroup"),
            engine=given(row, "Engine"),
            state=said(row, "Status", at),
            members=listed(row, "MemberClusters"),
            encrypted_at_rest=bool(row.get("AtRestEncryptionEnabled")),
            encrypted_in_transit=bool(row.get("TransitEncryptionEnabled")),
            auth_token=bool(row.get("AuthTokenEnabled")),
            user_groups=listed(row, "UserGroupIds"),
            kms_key=given(row, "KmsKeyId"),
            backup_days=row.get("SnapshotRetentionLimit") or 0,
            failover=row.get("AutomaticFailover") in ("enabled", "enabling"),
        )


def _reader(operation: str, kind: type[Kind], parse: Any) -> Reader:
    return Reader(
        service="elasticache",
        operation=operation,
        actions=(f"elasticache:{operation}",),
        yields=(kind,),
        parse=parse,
        request={"MaxRecords": _PAGE},
    )


READERS: Final = (
    _reader("DescribeCacheClusters", CacheCluster, _clusters),
    _reader("DescribeReplicationGroups", ReplicationGroup, _groups),
)
