"""Reading RDS: instances and clusters, snapshots and who may restore them (Amazon RDS API Reference)."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from scanner.aws.ec2_rows import Row, listed, said, tags_of, within
from scanner.aws.policies import scope_of
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, unknown
from scanner.model.rds import DbCluster, DbInstance, DbSnapshot, DbSnapshotSharing
from scanner.reader import Page, Parameters, Place, Reader, given, only, rows

_PAGE: Final = 100
_RESTORE: Final = "restore"
"""The attribute of a snapshot that tells who may restore it."""


def _identity(row: Row, at: Place, native_id: str, arn: str) -> dict[str, Any]:
    return {
        "scope": scope_of(arn, at),
        "id": native_id,
        "origin": at.origin,
        "arn": arn,
        "name": ABSENT,
        "tags": tags_of(row, "TagList"),
    }


def _some_groups(row: Row) -> Maybe[tuple[str, ...]]:
    """Return the ids of the security groups. Each database in a VPC has some: none were told where there are none."""
    found = listed(row, "VpcSecurityGroups", "VpcSecurityGroupId")
    return found or unknown(Reason.NOT_COLLECTED, "its security groups were not told")


def _instances(pages: tuple[Page, ...], at: Place) -> Iterator[DbInstance]:
    for row in rows(pages, "DBInstances"):
        network = row.get("DBSubnetGroup") or {}
        yield DbInstance(
            **_identity(row, at, row["DBInstanceIdentifier"], row["DBInstanceArn"]),
            engine=said(row, "Engine", at),
            engine_version=given(row, "EngineVersion"),
            state=said(row, "DBInstanceStatus", at),
            cluster=given(row, "DBClusterIdentifier"),
            publicly_accessible=said(row, "PubliclyAccessible", at),
            vpc=given(network, "VpcId"),
            subnets=listed(network, "Subnets", "SubnetIdentifier"),
            groups=_some_groups(row),
            port=within(row, "Endpoint", "Port") or row.get("DbInstancePort") or ABSENT,
            address=within(row, "Endpoint", "Address"),
            storage_encrypted=said(row, "StorageEncrypted", at),
            kms_key=given(row, "KmsKeyId"),
            backup_days=said(row, "BackupRetentionPeriod", at),
            deletion_protection=said(row, "DeletionProtection", at),
            multi_az=said(row, "MultiAZ", at),
            minor_upgrades=said(row, "AutoMinorVersionUpgrade", at),
            iam_authentication=said(row, "IAMDatabaseAuthenticationEnabled", at),
            log_exports=listed(row, "EnabledCloudwatchLogsExports"),
            copies_tags=said(row, "CopyTagsToSnapshot", at),
            monitoring_seconds=row.get("MonitoringInterval") or 0,
            user=given(row, "MasterUsername"),
            resource_id=given(row, "DbiResourceId"),
        )


def _clusters(pages: tuple[Page, ...], at: Place) -> Iterator[DbCluster]:
    for row in rows(pages, "DBClusters"):
        yield DbCluster(
            **_identity(row, at, row["DBClusterIdentifier"], row["DBClusterArn"]),
            engine=said(row, "Engine", at),
            engine_version=given(row, "EngineVersion"),
            state=said(row, "Status", at),
            members=listed(row, "DBClusterMembers", "DBInstanceIdentifier"),
            subnet_group=given(row, "DBSubnetGroup"),
            groups=_some_groups(row),
            port=given(row, "Port"),
            address=given(row, "Endpoint"),
            publicly_accessible=given(row, "PubliclyAccessible"),
            data_api=bool(row.get("HttpEndpointEnabled")),
            storage_encrypted=said(row, "StorageEncrypted", at),
            kms_key=given(row, "KmsKeyId"),
            backup_days=said(row, "BackupRetentionPeriod", at),
            deletion_protection=bool(row.get("DeletionProtection")),
            multi_az=said(row, "MultiAZ", at),
            minor_upgrades=given(row, "AutoMinorVersionUpgrade"),
            iam_authentication=bool(row.get("IAMDatabaseAuthenticationEnabled")),
            log_exports=listed(row, "EnabledCloudwatchLogsExports"),
            copies_tags=bool(row.get("CopyTagsToSnapshot")),
            user=given(row, "MasterUsername"),
            resource_id=given(row, "DbClusterResourceId"),
        )


def _snapshots(pages: tuple[Page, ...], at: Place) -> Iterator[DbSnapshot]:
    for row in rows(pages, "DBSnapshots"):
        yield DbSnapshot(
            **_identity(row, at, row["DBSnapshotArn"], row["DBSnapshotArn"]) | {"name": row["DBSnapshotIdentifier"]},
            source=said(row, "DBInstanceIdentifier", at),
            of_cluster=False,
            engine=given(row, "Engine"),
            snapshot_type=said(row, "SnapshotType", at),
            state=given(row, "Status"),
            encrypted=said(row, "Encrypted", at),
            kms_key=given(row, "KmsKeyId"),
        )


def _cluster_snapshots(pages: tuple[Page, ...], at: Place) -> Iterator[DbSnapshot]:
    for row in rows(pages, "DBClusterSnapshots"):
        arn = row["DBClusterSnapshotArn"]
        yield DbSnapshot(
            **_identity(row, at, arn, arn) | {"name": row["DBClusterSnapshotIdentifier"]},
            source=said(row, "DBClusterIdentifier", at),
            of_cluster=True,
            engine=given(row, "Engine"),
            snapshot_type=said(row, "SnapshotType", at),
            state=given(row, "Status"),
            encrypted=said(row, "StorageEncrypted", at),
            kms_key=given(row, "KmsKeyId"),
        )


def _sharing_of(*, clusters: bool) -> tuple[Callable[[Any], Parameters | Absent], Callable[..., Iterator[Kind]]]:
    """Return the request and the reading of who may restore the snapshots of clusters, or those of instances."""
    prefix = "DBCluster" if clusters else "DB"

    def request(snapshot: DbSnapshot) -> Parameters | Absent:
        if snapshot.of_cluster != clusters or snapshot.snapshot_type != "manual":
            return ABSENT
        return {f"{prefix}SnapshotIdentifier": snapshot.name}

    def parse(pages: tuple[Page, ...], at: Place) -> Iterator[DbSnapshotSharing]:
        if at.parent.of_cluster != clusters:
            return
        told = only(pages).get(f"{prefix}SnapshotAttributesResult") or {}
        accounts = [
            value
            for row in told.get(f"{prefix}SnapshotAttributes") or ()
            if row.get("AttributeName") == _RESTORE
            for value in row.get("AttributeValues") or ()
        ]
        yield DbSnapshotSharing(
            scope=at.parent.scope, id=at.parent.id, origin=at.origin, accounts=tuple(sorted(accounts))
        )

    return request, parse


def _listing(operation: str, kind: type[Kind], parse: Callable[..., Iterator[Kind]]) -> Reader:
    return Reader(
        service="rds",
        operation=operation,
        actions=(f"rds:{operation}",),
        yields=(kind,),
        parse=parse,
        request={"MaxRecords": _PAGE},
    )


def _sharing(operation: str, *, clusters: bool) -> Reader:
    request, parse = _sharing_of(clusters=clusters)
    return Reader(
        service="rds",
        operation=operation,
        actions=(f"rds:{operation}",),
        yields=(DbSnapshotSharing,),
        parse=parse,
        parent=DbSnapshot,
        request=request,
        bare=False,
    )


READERS: Final = (
    _listing("DescribeDBInstances", DbInstance, _instances),
    _listing("DescribeDBClusters", DbCluster, _clusters),
    _listing("DescribeDBSnapshots", DbSnapshot, _snapshots),
    _listing("DescribeDBClusterSnapshots", DbSnapshot, _cluster_snapshots),
    _sharing("DescribeDBSnapshotAttributes", clusters=False),
    _sharing("DescribeDBClusterSnapshotAttributes", clusters=True),
)
