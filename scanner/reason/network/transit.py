"""Across a transit gateway: each attachment's packets go by the table that is associated with it (Amazon VPC Transit Gateways)."""

from scanner.model.gateways import (
    TransitGatewayAttachment,
    TransitGatewayRoute,
    TransitGatewayRoutes,
    TransitGatewayVpcAttachment,
)
from scanner.model.maybe import UnknownAsked, Why, known
from scanner.model.vpc import Subnet
from scanner.reason.network.estate import Estate, block_of
from scanner.reason.network.routing import family_of, unmodelled

Destination = tuple[int, int]
"""An address: its family, 4 or 6, and its number."""

_SITES = frozenset({"vpn", "direct-connect-gateway", "connect"})
"""What attachments lead out of AWS."""


def leads_across(gateway: str, source: Subnet, target: Subnet, to: Destination, estate: Estate) -> bool:
    """Whether a transit gateway carries packets of a subnet to an address in the VPC of another.

    Raises `UnknownAsked` where a table was not read, or another transit gateway comes in between.
    """
    best = _route(gateway, source, to, estate)
    if best is None:
        return False
    theirs = _attachment(gateway, known(target.vpc), estate, source.scope.region)
    if theirs is not None and theirs.id in known(best.attachments):
        return True
    _refuse_peering(gateway, best, estate, source.scope.region)
    return False


def leads_to_site(gateway: str, source: Subnet, to: Destination, estate: Estate) -> bool:
    """Whether a transit gateway sends packets of a subnet to a VPN or Direct Connect; raises as `leads_across` does."""
    best = _route(gateway, source, to, estate)
    if best is None:
        return False
    region = source.scope.region
    _refuse_peering(gateway, best, estate, region)
    return any(one.resource_type in _SITES for one in _attachments(best, estate, region))


def vpcs_across(gateway: str, source: Subnet, estate: Estate) -> tuple[frozenset[str], Why | None]:
    """Return the VPCs to which a transit gateway has routes for a subnet's packets, and why there may be others."""
    found, region = set[str](), source.scope.region
    try:
        mine = _attachment(gateway, known(source.vpc), estate, region)
        if mine is None or not _in_zone(mine, source, estate) or not known(mine.route_table):
            return frozenset(), None
        for route in known(estate.get(TransitGatewayRoutes, str(mine.route_table), region).routes):
            if route.state == "active":
                for one in _attachments(route, estate, region):
                    found |= {str(known(one.resource))} if one.resource_type == "vpc" else set()
                _refuse_peering(gateway, route, estate, region)
    except UnknownAsked as asked:
        return frozenset(found), asked.why
    return frozenset(found), None


def _route(gateway: str, source: Subnet, to: Destination, estate: Estate) -> TransitGatewayRoute | None:
    """Return the active route that packets of a subnet take, if there is one."""
    region = source.scope.region
    mine = _attachment(gateway, known(source.vpc), estate, region)
    if mine is None or not _in_zone(mine, source, estate):
        return None
    table = known(mine.route_table)
    best = _longest(estate.get(TransitGatewayRoutes, str(table), region), to) if table else None
    return best if best is not None and best.state == "active" else None


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
    found: list[tuple[int, int, TransitGatewayRoute]] = []
    for number, route in enumerate(known(table.routes)):
        block = family_of(block_of(known(route.destination)), family)
        if address in block:
            found.append((block.size, 0 if route.origin == "static" else 1 + number, route))
    return min(found, key=lambda one: one[:2])[2] if found else None


def _attachments(route: TransitGatewayRoute, estate: Estate, region: str) -> list[TransitGatewayAttachment]:
    return [estate.get(TransitGatewayAttachment, one, region) for one in known(route.attachments)]


def _refuse_peering(gateway: str, route: TransitGatewayRoute, estate: Estate, region: str) -> None:
    """Raise `UnknownAsked` where a route leads to another transit gateway, whose tables are not followed."""
    if any(one.resource_type == "peering" for one in _attachments(route, estate, region)):
        raise UnknownAsked(unmodelled(f"what is beyond the peering of {gateway}"))
