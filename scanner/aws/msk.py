"""Reading MSK: clusters of Apache Kafka (Amazon MSK API Reference)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scanner.aws.ec2_rows import listed, said, within
from scanner.aws.policies import scope_of
from scanner.model.msk import MskCluster
from scanner.reader import Page, Place, Reader, given, rows

_PAGE: Final = 100


def _clusters(pages: tuple[Page, ...], at: Place) -> Iterator[MskCluster]:
    for row in rows(pages, "ClusterInfoList"):
        serverless = row.get("Serverless")
        yield MskCluster(
            scope=scope_of(row["ClusterArn"], at),
            id=row["ClusterArn"],
            origin=at.origin,
            arn=row["ClusterArn"],
            name=given(row, "ClusterName"),
            tags=dict(row.get("Tags") or {}),
            state=said(row, "State", at),
            serverless=serverless is not None,
            **(_serverless(serverless) if serverless is not None else _provisioned(row.get("Provisioned") or {})),
        )


def _serverless(row: Mapping[str, Any]) -> dict[str, Any]:
    """Read a serverless cluster: it has no public addresses, and encrypts whatever it says and keeps."""
    places = row.get("VpcConfigs") or ()
    return {
        "public": False,
        "subnets": tuple(one for place in places for one in listed(place, "SubnetIds")),
        "groups": tuple(one for place in places for one in listed(place, "SecurityGroupIds")),
        "authentication": _sign_in(row.get("ClientAuthentication") or {}),
        "client_encryption": given(row, "ClientBroker"),
        "encrypted_inside": True,
        "kms_key": given(row, "DataVolumeKMSKeyId"),
    }


def _provisioned(row: Mapping[str, Any]) -> dict[str, Any]:
    nodes = row.get("BrokerNodeGroupInfo") or {}
    public = within(nodes, "ConnectivityInfo", "PublicAccess", "Type")
    transit = within(row, "EncryptionInfo", "EncryptionInTransit") or {}
    return {
        "public": bool(public) and public != "DISABLED",
        "subnets": listed(nodes, "ClientSubnets"),
        "groups": listed(nodes, "SecurityGroups"),
        "authentication": _sign_in(row.get("ClientAuthentication") or {}),
        "client_encryption": transit.get("ClientBroker") or "TLS",
        "encrypted_inside": transit.get("InCluster") is not False,
        "kms_key": within(row, "EncryptionInfo", "EncryptionAtRest", "DataVolumeKMSKeyId"),
    }


def _sign_in(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return how clients sign in; a cluster that says nothing of it takes everyone."""
    ways = {
        "iam": within(row, "Sasl", "Iam", "Enabled"),
        "scram": within(row, "Sasl", "Scram", "Enabled"),
        "tls": within(row, "Tls", "Enabled") or within(row, "Tls", "CertificateAuthorityArnList"),
        "unauthenticated": within(row, "Unauthenticated", "Enabled"),
    }
    return tuple(name for name, on in ways.items() if on) or ("unauthenticated",)


READERS: Final = (
    Reader(
        service="kafka",
        operation="ListClustersV2",
        actions=("kafka:ListClustersV2",),
        yields=(MskCluster,),
        parse=_clusters,
        request={"MaxResults": _PAGE},
    ),
)
