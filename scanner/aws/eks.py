"""Reading EKS: clusters and what they set (Amazon EKS API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.ec2_rows import listed, said, within
from scanner.aws.policies import not_told
from scanner.model.eks import EksCluster, EksClusterSettings
from scanner.model.maybe import ABSENT
from scanner.reader import Page, Place, Reader, given, only, rows

_PAGE: Final = 100
_EVERYONE: Final = ("0.0.0.0/0", "::/0")
"""Who may connect to a public endpoint that names nobody (VpcConfigRequest)."""


def _clusters(pages: tuple[Page, ...], at: Place) -> Iterator[EksCluster]:
    scope = at.scope
    for name in rows(pages, "clusters"):
        yield EksCluster(
            scope=scope,
            id=name,
            origin=at.origin,
            arn=f"arn:{scope.partition}:eks:{scope.region}:{scope.account}:cluster/{name}",
            name=ABSENT,
            tags=not_told("DescribeCluster"),
        )


def _settings(pages: tuple[Page, ...], at: Place) -> Iterator[EksClusterSettings]:
    row = only(pages)["cluster"]
    network = row.get("resourcesVpcConfig") or {}
    keys = [within(one, "provider", "keyArn") for one in row.get("encryptionConfig") or ()]
    own_group = given(network, "clusterSecurityGroupId")
    yield EksClusterSettings(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        state=said(row, "status", at),
        version=said(row, "version", at),
        role=given(row, "roleArn"),
        public_endpoint=said(network, "endpointPublicAccess", at),
        private_endpoint=said(network, "endpointPrivateAccess", at),
        public_cidrs=listed(network, "publicAccessCidrs") or _EVERYONE,
        vpc=given(network, "vpcId"),
        subnets=listed(network, "subnetIds"),
        groups=(*listed(network, "securityGroupIds"), *((own_group,) if own_group else ())),
        secrets_key=keys[0] if keys else ABSENT,
        logs=tuple(
            name
            for one in (row.get("logging") or {}).get("clusterLogging") or ()
            if one.get("enabled")
            for name in one.get("types") or ()
        ),
        authentication_mode=within(row, "accessConfig", "authenticationMode"),
        tags=dict(row.get("tags") or {}),
    )


READERS: Final = (
    Reader(
        service="eks",
        operation="ListClusters",
        actions=("eks:ListClusters",),
        yields=(EksCluster,),
        parse=_clusters,
        request={"maxResults": _PAGE},
    ),
    Reader(
        service="eks",
        operation="DescribeCluster",
        actions=("eks:DescribeCluster",),
        yields=(EksClusterSettings,),
        parse=_settings,
        parent=EksCluster,
        request=lambda cluster: {"name": cluster.id},
        bare=False,
    ),
)
