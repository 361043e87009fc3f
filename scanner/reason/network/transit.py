"""Across a transit gateway: each attachment's packets go by the table that is associated with it (Amazon VPC Transit Gateways)."""

from functools import lru_cache
from typing import Final

from scanner.model.gateways import (
    TransitGatewayAttachment,
    TransitGatewayRoute,
    TransitGatewayRoutes,
    TransitGatewayVpcAttachment,
)
from scanner.model.maybe import UnknownAsked, Why, known
from scanner.model.vpc import Subnet, Vpc
from scanner.reason.network.estate import Estate, block_of
from scanner.reason.network.routing import family_of, unmodelled

Destination = tuple[int, int]
"""An address: its family, 4 or 6, and its number."""

_SITES: Final = frozenset({"vpn", "vpn-concentrator", "client-vpn", "direct-connect-gateway", "connect"})
"""What attachments lead out of AWS."""
_PEERINGS: Final = frozenset({"peering", "tgw-peering"})
"""How attachments are called that lead to another transit gateway."""
_VPC: Final = "vpc"


def leads_across(gateway: str, source: Subnet, target: Subnet, to: Destination, estate: Estate) -> bool:
    """Whether transit gateways carry packets of a subnet to an address in the VPC of another.

    Raises `UnknownAsked` where a table, or another transit gateway on the way, was not read.
    """
    return any(
        one.resource_type == _VPC and one.resource == known(target.vpc) for one in _exits(gateway, source, to, estate)
    )


def leads_to_site(gateway: str, source: Subnet, to: Destination, estate: Estate) -> bool:
    """Whether transit gateways send packets of a subnet to a VPN or Direct Connect.

    Raises as `leads_across` does, and where what they send them to was not read.
    """
    for one in _exits(gateway, source, to, estate):
        if one.resource_type in _SITES:
            return True
        if one.resource_type != _VPC or estate.find(Vpc, str(known(one.resource))) is None:
            raise UnknownAsked(unmodelled(f"what is beyond {one.id} of {known(one.transit_gateway)} was not read"))
    return False


def vpcs_across(gateway: str, source: Subnet, estate: Estate) -> tuple[frozenset[str], Why | None]:
    """Return the VPCs to which transit gateways have routes for a subnet's packets, and why there may be others."""
    found, why = set[str](), None
    try:
        mine = _entry(gateway, source, estate)
        tables = [] if mine is None else [(gateway, _table(mine, estate))]
    except UnknownAsked as asked:
        return frozenset(), asked.why
    for here, table in tables:
        try:
            for route in () if table is None else known(table.routes):
                for one in _attachments(here, route, estate) if route.state == "active" else ():
                    found |= {str(known(one.resource))} if one.resource_type == _VPC else set()
                    if one.resource_type in _PEERINGS:
                        step = _beyond(one, estate)
                        tables += [] if step in tables else [step]
        except UnknownAsked as asked:
            why = why or asked.why
    return frozenset(found), why


def _exits(gateway: str, source: Subnet, to: Destination, estate: Estate) -> list[TransitGatewayAttachment]:
    """Return the attachments by which packets of a subnet leave transit gateways; none if they are dropped.

    From one transit gateway to its peer they go by the table that is associated with the peering there (Amazon VPC Transit
    Gateways, Transit gateway peering attachments).
    """
    mine = _entry(gateway, source, estate)
    table = None if mine is None else _table(mine, estate)
    seen = {gateway}
    while table is not None:
        best = _longest(table, to)
        if best is None or best.state != "active":
            return []
        found = _attachments(gateway, best, estate)
        peering = next((one for one in found if one.resource_type in _PEERINGS), None)
        if peering is None:
            return found
        gateway, table = _beyond(peering, estate)
        if gateway in seen:
            return []
        seen.add(gateway)
    return []


def _beyond(peering: TransitGatewayAttachment, estate: Estate) -> tuple[str, TransitGatewayRoutes | None]:
    """Return the transit gateway at the other end of a peering, and its table for what comes from there."""
    here, there = str(known(peering.transit_gateway)), str(known(peering.resource))
    for one in estate.every(TransitGatewayAttachment):
        ends = (one.transit_gateway, one.resource) == (there, here)
        if ends and one.resource_type in _PEERINGS and one.state == "available":
            return there, _table(one, estate)
    raise UnknownAsked(unmodelled(f"what is beyond the peering {peering.id} of {here} with {there} was not read"))


def _entry(gateway: str, source: Subnet, estate: Estate) -> TransitGatewayAttachment | None:
    """Return the attachment by which packets of a subnet enter a transit gateway, if they can."""
    mine = _attachment(gateway, known(source.vpc), estate, source.scope.region)
    return mine if mine is not None and _in_zone(mine, source, estate) else None


def _table(attachment: TransitGatewayAttachment, estate: Estate) -> TransitGatewayRoutes | None:
    """Return the table that routes what comes from an attachment; None if none is associated."""
    native_id = known(attachment.route_table)
    return estate.get(TransitGatewayRoutes, str(native_id), attachment.scope.region) if native_id else None


def _attachment(gateway: str, vpc: str, estate: Estate, region: str) -> TransitGatewayAttachment | None:
    for one in estate.every(TransitGatewayAttachment):
        if one.transit_gateway == gateway and one.resource == vpc and one.state == "available":
            return one
    why = estate.unread(TransitGatewayAttachment, region)
    if why is not None:
        raise UnknownAsked(why)
    return None


def _in_zone(attachment: TransitGatewayAttachment, source: Subnet, estate: Estate) -> bool:
    """Whether the attachment has an interface in the zone of the source: without one its packets are dropped."""
    region = source.scope.region
    told = estate.get(TransitGatewayVpcAttachment, attachment.id, region)
    zones = {known(estate.get(Subnet, one, region).availability_zone) for one in known(told.subnets)}
    return known(source.availability_zone) in zones


def _longest(table: TransitGatewayRoutes, to: Destination) -> TransitGatewayRoute | None:
    """Return the route of the longest prefix; among equals a static one."""
    family, address = to
    for size, numbers in _blocks(table, family):
        number = numbers.get(address - address % size)
        if number is not None:
            return known(table.routes)[number]
    return None


@lru_cache(maxsize=1 << 10)
def _blocks(table: TransitGatewayRoutes, family: int) -> list[tuple[int, dict[int, int]]]:
    """Return the blocks that a table has routes for: by their size, the smallest first, first address to number of route."""
    found: dict[int, dict[int, int]] = {}
    static_first = sorted(enumerate(known(table.routes)), key=lambda one: one[1].origin != "static")
    for number, route in static_first:
        for low, high in family_of(block_of(known(route.destination)), family).spans:
            found.setdefault(high - low + 1, {}).setdefault(low, number)
    return sorted(found.items())


def _attachments(gateway: str, route: TransitGatewayRoute, estate: Estate) -> list[TransitGatewayAttachment]:
    """Return the attachments of a gateway that a route names; both ends of a peering may bear one id."""
    found: list[TransitGatewayAttachment] = []
    for native_id in known(route.attachments):
        rows = estate.some(TransitGatewayAttachment, native_id)
        own = [one for one in rows if one.transit_gateway == gateway]
        found += own[:1] or [estate.get(TransitGatewayAttachment, native_id, "")]
    return found
