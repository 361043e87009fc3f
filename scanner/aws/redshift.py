"""Reading Redshift: clusters, their subnet groups, serverless workgroups (Amazon Redshift API References)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.ec2_rows import listed, said, tags_of, within
from scanner.aws.policies import not_told, scope_of
from scanner.model.maybe import ABSENT
from scanner.model.redshift import RedshiftCluster, RedshiftSubnetGroup, RedshiftWorkgroup
from scanner.reader import Page, Place, Reader, given, rows

_PAGE: Final = 100


def _arn(at: Place, tail: str) -> str:
    return f"arn:{at.scope.partition}:redshift:{at.scope.region}:{at.scope.account}:{tail}"


def _clusters(pages: tuple[Page, ...], at: Place) -> Iterator[RedshiftCluster]:
    for row in rows(pages, "Clusters"):
        name = row["ClusterIdentifier"]
        yield RedshiftCluster(
            scope=at.scope,
            id=name,
            origin=at.origin,
            arn=_arn(at, f"cluster:{name}"),
            name=ABSENT,
            tags=tags_of(row),
            state=said(row, "ClusterStatus", at),
            publicly_accessible=said(row, "PubliclyAccessible", at),
            vpc=given(row, "VpcId"),
            subnet_group=given(row, "ClusterSubnetGroupName"),
            groups=listed(row, "VpcSecurityGroups", "VpcSecurityGroupId"),
            port=within(row, "Endpoint", "Port"),
            public_addresses=tuple(
                one["PublicIPAddress"] for one in row.get("ClusterNodes") or () if one.get("PublicIPAddress")
            ),
            encrypted=said(row, "Encrypted", at),
            kms_key=given(row, "KmsKeyId"),
            backup_days=said(row, "AutomatedSnapshotRetentionPeriod", at),
            version_upgrades=said(row, "AllowVersionUpgrade", at),
            enhanced_routing=bool(row.get("EnhancedVpcRouting")),
            user=given(row, "MasterUsername"),
        )


def _subnet_groups(pages: tuple[Page, ...], at: Place) -> Iterator[RedshiftSubnetGroup]:
    for row in rows(pages, "ClusterSubnetGroups"):
        name = row["ClusterSubnetGroupName"]
        yield RedshiftSubnetGroup(
            scope=at.scope,
            id=name,
            origin=at.origin,
            arn=_arn(at, f"subnetgroup:{name}"),
            name=ABSENT,
            tags=tags_of(row),
            vpc=said(row, "VpcId", at),
            subnets=listed(row, "Subnets", "SubnetIdentifier"),
        )


def _workgroups(pages: tuple[Page, ...], at: Place) -> Iterator[RedshiftWorkgroup]:
    for row in rows(pages, "workgroups"):
        yield RedshiftWorkgroup(
            scope=scope_of(row["workgroupArn"], at),
            id=row["workgroupName"],
            origin=at.origin,
            arn=row["workgroupArn"],
            name=ABSENT,
            tags=not_told("ListTagsForResource"),
            state=given(row, "status"),
            namespace=given(row, "namespaceName"),
            publicly_accessible=said(row, "publiclyAccessible", at),
            subnets=listed(row, "subnetIds"),
            groups=listed(row, "securityGroupIds"),
            port=within(row, "endpoint", "port") or given(row, "port"),
            enhanced_routing=bool(row.get("enhancedVpcRouting")),
        )


READERS: Final = (
    Reader(
        service="redshift",
        operation="DescribeClusters",
        actions=("redshift:DescribeClusters",),
        yields=(RedshiftCluster,),
        parse=_clusters,
        request={"MaxRecords": _PAGE},
    ),
    Reader(
        service="redshift",
        operation="DescribeClusterSubnetGroups",
        actions=("redshift:DescribeClusterSubnetGroups",),
        yields=(RedshiftSubnetGroup,),
        parse=_subnet_groups,
        request={"MaxRecords": _PAGE},
    ),
    Reader(
        service="redshift-serverless",
        operation="ListWorkgroups",
        actions=("redshift-serverless:ListWorkgroups",),
        yields=(RedshiftWorkgroup,),
        parse=_workgroups,
        request={"maxResults": _PAGE},
    ),
)
