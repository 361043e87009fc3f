"""Reading EMR: clusters that have not ended, and the block of public access (Amazon EMR API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.ec2_rows import listed, said, tags_of
from scanner.aws.policies import not_told, scope_of
from scanner.model.emr import EmrBlockPublicAccess, EmrCluster, EmrClusterSettings
from scanner.model.maybe import ABSENT
from scanner.reader import Page, Place, Reader, given, only, rows

_LIVING: Final = ("STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING")


def _clusters(pages: tuple[Page, ...], at: Place) -> Iterator[EmrCluster]:
    for row in rows(pages, "Clusters"):
        if (state := (row.get("Status") or {}).get("State")) not in _LIVING:
            continue
        arn = row.get("ClusterArn") or ""
        yield EmrCluster(
            scope=scope_of(arn, at) if arn else at.scope,
            id=row["Id"],
            origin=at.origin,
            arn=arn or ABSENT,
            name=given(row, "Name"),
            tags=not_told("DescribeCluster"),
            state=state,
        )


def _settings(pages: tuple[Page, ...], at: Place) -> Iterator[EmrClusterSettings]:
    row = only(pages)["Cluster"]
    nodes = row.get("Ec2InstanceAttributes") or {}
    main = given(nodes, "EmrManagedMasterSecurityGroup")
    yield EmrClusterSettings(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        subnet=given(nodes, "Ec2SubnetId"),
        primary_groups=(*((main,) if main else ()), *listed(nodes, "AdditionalMasterSecurityGroups")),
        primary_name=given(row, "MasterPublicDnsName"),
        security_configuration=given(row, "SecurityConfiguration"),
        role=given(row, "ServiceRole"),
        instance_profile=given(nodes, "IamInstanceProfile"),
        tags=tags_of(row),
    )


def _block(pages: tuple[Page, ...], at: Place) -> Iterator[EmrBlockPublicAccess]:
    row = only(pages)["BlockPublicAccessConfiguration"]
    yield EmrBlockPublicAccess(
        scope=at.scope,
        id=at.scope.region,
        origin=at.origin,
        blocks=said(row, "BlockPublicSecurityGroupRules", at),
        permitted=tuple(
            (one["MinRange"], one.get("MaxRange", one["MinRange"]))
            for one in row.get("PermittedPublicSecurityGroupRuleRanges") or ()
        ),
    )


READERS: Final = (
    Reader(
        service="emr",
        operation="ListClusters",
        actions=("elasticmapreduce:ListClusters",),
        yields=(EmrCluster,),
        parse=_clusters,
        request={"ClusterStates": list(_LIVING)},
    ),
    Reader(
        service="emr",
        operation="DescribeCluster",
        actions=("elasticmapreduce:DescribeCluster",),
        yields=(EmrClusterSettings,),
        parse=_settings,
        parent=EmrCluster,
        request=lambda cluster: {"ClusterId": cluster.id},
        secrets=frozenset({"KdcAdminPassword", "CrossRealmTrustPrincipalPassword", "ADDomainJoinPassword"}),
        bare=False,
    ),
    Reader(
        service="emr",
        operation="GetBlockPublicAccessConfiguration",
        actions=("elasticmapreduce:GetBlockPublicAccessConfiguration",),
        yields=(EmrBlockPublicAccess,),
        parse=_block,
    ),
)
