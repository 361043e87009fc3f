"""How APIs lead into VPCs, as Terraform declares it: links, HTTP APIs, and the integrations that use the links."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import Reading, row
from scanner.iac.values import Hole, Value, flag_of, text_of
from scanner.iac.world import World
from scanner.model.apigateway import HttpApi, PrivateIntegration, VpcLink, place_of
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, Unknown, unknown, why_unknown

_LINKED: Final = "VPC_LINK"


def _rest_link(world: World, one: Declared) -> Iterator[Kind]:
    yield VpcLink(
        **row(world, one, name="name"),
        targets=world.relations(one.get("target_arns")),
        subnets=(),
        groups=(),
        state="AVAILABLE",
    )


def _http_link(world: World, one: Declared) -> Iterator[Kind]:
    yield VpcLink(
        **row(world, one, name="name"),
        targets=(),
        subnets=world.relations(one.get("subnet_ids")),
        groups=world.relations(one.get("security_group_ids")),
        state="AVAILABLE",
    )


def of_document(world: World, one: Declared) -> Iterator[PrivateIntegration]:
    """Yield what an API's OpenAPI document may integrate by VPC links, which is not looked into: it may be anything."""
    body = one.get("body")
    if isinstance(body, Hole) or _LINKED in repr(body):
        told = unknown(Reason.UNMODELLED, f"the private integrations in the OpenAPI document of {one.address}")
        place = row(world, one) | {"id": f"{world.id(one)}/body", "name": ABSENT, "origin": one.source("body")}
        yield PrivateIntegration(**place, api=world.id(one), link=told, target=told, port=told)


def _http_api(world: World, one: Declared) -> Iterator[Kind]:
    yield from of_document(world, one)
    yield HttpApi(
        **row(world, one, name="name"),
        default_endpoint_off=flag_of(one.get("disable_execute_api_endpoint"), default=False),
    )


def _is_linked(value: Value) -> bool:
    """Whether an integration is, or may be, by a VPC link."""
    said = text_of(value)
    return why_unknown(said) is not None or said == _LINKED


def _rest_integration(world: World, one: Declared) -> Iterator[Kind]:
    if _is_linked(one.get("connection_type")):
        yield PrivateIntegration(
            **row(world, one) | {"name": ABSENT},
            api=world.relation(one.get("rest_api_id")),
            link=world.relation(one.get("connection_id")),
            target=world.relation(one.get("integration_target")),
            port=_port(one.get("uri")),
        )


def _port(uri: Value) -> Maybe[int | Absent]:
    said = text_of(uri)
    why = why_unknown(said)
    return Unknown(why) if why is not None else place_of(said)[1]


def _http_integration(world: World, one: Declared) -> Iterator[Kind]:
    if _is_linked(one.get("connection_type")):
        uri = one.get("integration_uri")
        is_url = isinstance(uri, str) and not uri.startswith("arn:")
        yield PrivateIntegration(
            **row(world, one) | {"name": ABSENT},
            api=world.relation(one.get("api_id")),
            link=world.relation(one.get("connection_id")),
            target=ABSENT if is_url else world.relation(uri),
            port=_port(uri) if is_url else ABSENT,
        )


READINGS: Final = (
    Reading(types=("aws_api_gateway_vpc_link",), yields=(VpcLink,), read=_rest_link),
    Reading(types=("aws_apigatewayv2_vpc_link",), yields=(VpcLink,), read=_http_link),
    Reading(types=("aws_apigatewayv2_api",), yields=(HttpApi, PrivateIntegration), read=_http_api),
    Reading(types=("aws_api_gateway_integration",), yields=(PrivateIntegration,), read=_rest_integration),
    Reading(types=("aws_apigatewayv2_integration",), yields=(PrivateIntegration,), read=_http_integration),
)
