"""CloudFront and Global Accelerator as Terraform declares them."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared, as_block, block_of
from scanner.iac.terraform.rows import Reading, row, text_or
from scanner.iac.values import Value, first_hole, flag_of, number_of, text_of
from scanner.iac.world import World, not_told
from scanner.model.edge import (
    Accelerator,
    AcceleratorEndpoint,
    AcceleratorListener,
    Distribution,
    EndpointGroup,
    VpcOrigin,
    VpcOriginPorts,
)
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Maybe, Reason, Unknown, unknown, why_unknown


def _place(world: World, one: Declared, name: str = "") -> dict[str, Any]:
    made = row(world, one, name=name, at=world.whole())
    return made if name else made | {"name": ABSENT}


def _distribution(world: World, one: Declared) -> Iterator[Kind]:
    origins = [as_block(said) for said in one.blocks("origin")]
    inside = [block_of(origin, "vpc_origin_config") for origin in origins]
    names = [text_of(origin.get("domain_name")) for origin in origins]
    why = next((why for why in map(why_unknown, names) if why is not None), None)
    yield Distribution(
        **_place(world, one),
        enabled=flag_of(one.get("enabled"), default=True),
        domain=not_told("its domain name"),
        origin_names=Unknown(why) if why is not None else tuple(str(name) for name in names),
        vpc_origins=world.relations([said.get("vpc_origin_id") for said in inside if said is not None]),
        web_acl=world.relation(one.get("web_acl_id")),
    )


def _vpc_origin(world: World, one: Declared) -> Iterator[Kind]:
    said = one.block("vpc_origin_endpoint_config") or {}
    place = _place(world, one)
    yield VpcOrigin(**place, endpoint=world.relation(said.get("arn")), state="Deployed")
    yield VpcOriginPorts(
        **{name: place[name] for name in ("scope", "id", "origin")},
        policy=text_or(said.get("origin_protocol_policy"), "match-viewer"),
        http=_port(said.get("http_port"), 80),
        https=_port(said.get("https_port"), 443),
    )


def _port(value: Value, usual: int) -> Maybe[int]:
    port = number_of(value)
    why = why_unknown(port)
    return Unknown(why) if why is not None else port if isinstance(port, int) else usual


def _accelerator(world: World, one: Declared) -> Iterator[Kind]:
    yield Accelerator(
        **_place(world, one, "name"),
        enabled=flag_of(one.get("enabled"), default=True),
        addresses=not_told("its addresses"),
    )


def _listener(world: World, one: Declared) -> Iterator[Kind]:
    ports = [as_block(said) for said in one.blocks("port_range")]
    yield AcceleratorListener(
        **_place(world, one),
        accelerator=world.relation(one.get("accelerator_arn")),
        protocol=text_or(one.get("protocol"), "TCP"),
        ports=_pairs([(said.get("from_port"), said.get("to_port")) for said in ports]),
    )


def _pairs(ends: list[tuple[Value, Value]]) -> Maybe[tuple[tuple[int, int], ...]]:
    hole = first_hole([end for pair in ends for end in pair])
    if hole is not None:
        return hole.unknown()
    return tuple((int(first), int(last)) for first, last in ends if first is not None and last is not None)


def _endpoint_group(world: World, one: Declared) -> Iterator[Kind]:
    overrides = [as_block(said) for said in one.blocks("port_override")]
    own_region = one.region or world.region
    region = text_or(one.get("endpoint_group_region"), own_region) if own_region else not_told("its region")
    yield EndpointGroup(
        **_place(world, one),
        listener=world.relation(one.get("listener_arn")),
        endpoint_region=region,
        dial=_dial(one.get("traffic_dial_percentage")),
        endpoints=tuple(_endpoint(world, as_block(said)) for said in one.blocks("endpoint_configuration")),
        overrides=_pairs([(said.get("listener_port"), said.get("endpoint_port")) for said in overrides]),
    )


def _dial(value: Value) -> Maybe[float]:
    """Return the part of traffic that is let in, as a percentage."""
    said = text_or(value, "100")
    why = why_unknown(said)
    if why is not None:
        return Unknown(why)
    try:
        return float(str(said))
    except ValueError:
        return unknown(Reason.UNRESOLVED, f"{said!r} is no percentage")


def _endpoint(world: World, said: Any) -> AcceleratorEndpoint:
    return AcceleratorEndpoint(
        id=world.relation(said.get("endpoint_id")),
        weight=number_of(said.get("weight")),
        preserves_client_ip=flag_of(said.get("client_ip_preservation_enabled"), default=False),
    )


READINGS: Final = (
    Reading(types=("aws_cloudfront_distribution",), yields=(Distribution,), read=_distribution),
    Reading(types=("aws_cloudfront_vpc_origin",), yields=(VpcOrigin, VpcOriginPorts), read=_vpc_origin),
    Reading(types=("aws_globalaccelerator_accelerator",), yields=(Accelerator,), read=_accelerator),
    Reading(types=("aws_globalaccelerator_listener",), yields=(AcceleratorListener,), read=_listener),
    Reading(types=("aws_globalaccelerator_endpoint_group",), yields=(EndpointGroup,), read=_endpoint_group),
)
