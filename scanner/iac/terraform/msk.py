"""MSK as Terraform declares it: clusters of Apache Kafka, provisioned and serverless."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scanner.iac.declared import Declared, as_block, block_of
from scanner.iac.terraform.rows import Reading, row, switched, text_or
from scanner.iac.values import SYMBOLS, Value, list_of, text_of
from scanner.iac.world import World
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Maybe, Unknown, why_unknown
from scanner.model.msk import MskCluster


def _inner(block: Mapping[str, Value] | None, name: str) -> Mapping[str, Value] | None:
    return block_of(block, name) if block is not None else None


def _cluster(world: World, one: Declared) -> Iterator[Kind]:
    nodes = one.block("broker_node_group_info") or {}
    public = _inner(_inner(nodes, "connectivity_info"), "public_access")
    encryption = one.block("encryption_info")
    transit = _inner(encryption, "encryption_in_transit")
    yield MskCluster(
        **row(world, one, name="cluster_name"),
        state="ACTIVE",
        serverless=False,
        public=_is_public(public.get("type")) if public is not None else False,
        subnets=world.relations(nodes.get("client_subnets")),
        groups=world.relations(nodes.get("security_groups")),
        authentication=_ways(one.block("client_authentication")),
        client_encryption=text_or(transit.get("client_broker"), "TLS") if transit is not None else "TLS",
        encrypted_inside=switched(transit, "in_cluster", default=True),
        kms_key=world.relation(encryption.get("encryption_at_rest_kms_key_arn")) if encryption is not None else ABSENT,
    )


def _is_public(value: Value) -> Maybe[bool]:
    said = text_of(value)
    why = why_unknown(said)
    return Unknown(why) if why is not None else not isinstance(said, Absent) and said != "DISABLED"


def _ways(block: Mapping[str, Value] | None) -> Maybe[tuple[str, ...]]:
    """Return how clients sign in; a cluster that says nothing of it takes everyone."""
    sasl, tls = _inner(block, "sasl"), _inner(block, "tls")
    authorities = tls.get("certificate_authority_arns") if tls is not None else None
    ways: dict[str, Maybe[bool]] = {
        "iam": switched(sasl, "iam"),
        "scram": switched(sasl, "scram"),
        "tls": bool(authorities),
        "unauthenticated": switched(block, "unauthenticated"),
    }
    why = next((why for why in map(why_unknown, ways.values()) if why is not None), None)
    return Unknown(why) if why is not None else tuple(name for name, on in ways.items() if on) or ("unauthenticated",)


def _serverless(world: World, one: Declared) -> Iterator[Kind]:
    """Yield a serverless cluster: it has no public addresses, and encrypts whatever it says and keeps."""
    places = [as_block(said) for said in one.blocks("vpc_config")]
    iam = switched(_inner(_inner(one.block("client_authentication"), "sasl"), "iam"), "enabled")
    why = why_unknown(iam)
    yield MskCluster(
        **row(world, one, name="cluster_name"),
        state="ACTIVE",
        serverless=True,
        public=False,
        subnets=world.relations(_all(places, "subnet_ids")),
        groups=world.relations(_all(places, "security_group_ids")),
        authentication=Unknown(why) if why is not None else ("iam",) if iam else ("unauthenticated",),
        client_encryption=ABSENT,
        encrypted_inside=True,
        kms_key=ABSENT,
    )


def _all(blocks: list[Any], name: str) -> list[Value]:
    found: list[Value] = []
    for block in blocks:
        said = block.get(name)
        found += [said] if isinstance(said, SYMBOLS) else list_of(said)
    return found


READINGS: Final = (
    Reading(types=("aws_msk_cluster",), yields=(MskCluster,), read=_cluster),
    Reading(types=("aws_msk_serverless_cluster",), yields=(MskCluster,), read=_serverless),
)
