"""What passes from other VPCs to a subnet and is answered, by peering or transit gateway: routes and network ACLs alone.

Subnets of one route table, network ACL and zone are asked once, and addresses that nothing tells apart too.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import msgspec

from scanner.model.addresses import AddressSet
from scanner.model.intervals import NOTHING, Intervals, Span
from scanner.model.maybe import UnknownAsked, Why, known, why_unknown
from scanner.model.traffic import ALL_TRAFFIC
from scanner.model.vpc import Subnet, Via
from scanner.reason.network.answer import Check
from scanner.reason.network.bounds import Bounds, both, exact
from scanner.reason.network.cells import Edges, cut, edges_of, ordered, transit_edges
from scanner.reason.network.estate import Estate, block_of
from scanner.reason.network.filters import acl_side
from scanner.reason.network.inside import Spot, acl_check, doubtful, route_check
from scanner.reason.network.routing import family_of, routing_of

_MOST_CELLS: Final = 512
"""How many cells of a subnet's addresses, between which nothing tells apart, are tried."""
JOINING: Final = frozenset({Via.PEERING, Via.TRANSIT_GATEWAY, Via.CORE_NETWORK})
"""What routes to other VPCs lead to."""

Passing = Bounds[Intervals]
"""What traffic passes."""


class Peer(msgspec.Struct, frozen=True):
    """Another VPC, or others that are not known, to which a subnet has a route."""

    vpc: str
    blocks: AddressSet
    """All of its addresses; where they are not known, those that are routed there."""
    why: Why | None = None
    """Why it is not known which VPC it is, or what there is in it."""


def blocks_of(cidrs: Iterable[str]) -> AddressSet:
    """Return the addresses of blocks. Raises `UnknownAsked` for a text that is none."""
    found = AddressSet()
    for cidr in cidrs:
        found |= block_of(cidr)
    return found


@lru_cache(maxsize=1 << 14)
def cells_from(subnet_id: str, peer: Peer, family: int, estate: Estate) -> tuple[tuple[Span, Passing], ...]:
    """Return the cells of a subnet's addresses with what some address of a peer can send there and have answered."""
    subnet = next(iter(estate.some(Subnet, subnet_id)))
    sides: list[tuple[Intervals, Passing]] = []
    try:
        own = family_of(blocks_of(_blocks(subnet)), family)
        if peer.why is not None:
            return tuple((span, doubtful(peer.why)) for span in _foreign(subnet, peer, family, own, estate))
        for other in _sorts(peer.vpc, estate):
            near = _near(_alike(subnet, estate), other, family, estate)
            if near.perhaps:
                for low, high in cut(own, _edges(other, family, estate), _MOST_CELLS):
                    far = _far(other, Spot(subnet, family, low), estate)
                    sides.append((Intervals(((low, high),)), both(near, far, Intervals.__and__)))
        unread = estate.unread(Subnet, "") or _unplaced(estate)
        sides += [(own, doubtful(unread))] if unread is not None else []
        return _joined(own, sides)
    except UnknownAsked as asked:
        return (((0, (1 << 128) - 1), doubtful(asked.why)),)


def _foreign(subnet: Subnet, peer: Peer, family: int, own: Intervals, estate: Estate) -> tuple[Span, ...]:
    """Return the addresses of a subnet where its own network ACL and routes let a peer in whose subnets were not read."""
    routed = routing_of(estate.table_of(subnet), estate).legs
    for leg in routed:
        met = family_of(leg.destinations & peer.blocks, family)
        if not met or leg.route.state != "active" or leg.route.via not in JOINING:
            continue
        for low, _ in cut(met, _edges(subnet, family, estate), _MOST_CELLS):
            if _all_of(_acls(subnet, family, low, estate)).perhaps:
                return own.spans
    return ()


def _joined(own: Intervals, sides: list[tuple[Intervals, Passing]]) -> tuple[tuple[Span, Passing], ...]:
    """Return the cells of a subnet's addresses with all that passes from any subnet of a peer."""
    edges = ordered(edge for part, _ in sides for low, high in part.spans for edge in (low, high + 1))
    found: list[tuple[Span, Passing]] = []
    for low, high in cut(own, edges, _MOST_CELLS):
        passing = exact(NOTHING)
        for part, one in sides:
            passing = both(passing, one, Intervals.__or__) if low in part else passing
        found.append(((low, high), passing))
    return tuple(found)


@lru_cache(maxsize=1 << 14)
def _near(subnet: Subnet, sort: Subnet, family: int, estate: Estate) -> Passing:
    """Return what a subnet takes from some address in the subnets of a sort, and answers."""
    found = exact(NOTHING)
    for other in _sorts(known(sort.vpc), estate)[sort]:
        for low, _ in cut(family_of(blocks_of(_blocks(other)), family), _edges(subnet, family, estate), _MOST_CELLS):
            route = route_check(Spot(subnet, family, 0), Spot(other, family, low), estate)
            passing = _all_of((*_acls(subnet, family, low, estate), route))
            found = both(found, passing, Intervals.__or__)
            if found.sure == ALL_TRAFFIC:
                return found
    return found


def _far(other: Subnet, spot: Spot, estate: Estate) -> Passing:
    """Return what another subnet lets out to an address, and takes the answer of."""
    there = Spot(other, spot.family, 0)
    return _all_of(
        (
            acl_check(other, spot.family, spot.address, estate, egress=True),
            route_check(there, spot, estate),
            acl_check(other, spot.family, spot.address, estate, egress=False, answer=True),
        )
    )


def _acls(subnet: Subnet, family: int, address: int, estate: Estate) -> tuple[Check, Check]:
    return (
        acl_check(subnet, family, address, estate, egress=False),
        acl_check(subnet, family, address, estate, egress=True, answer=True),
    )


def _all_of(checks: Iterable[Check]) -> Passing:
    passed = exact(ALL_TRAFFIC)
    for check in checks:
        passed = both(passed, check.passes, Intervals.__and__)
    return passed


@lru_cache(maxsize=1 << 14)
def _alike(subnet: Subnet, estate: Estate) -> Subnet:
    """Return the subnet that stands for all of its sort: one VPC, route table, network ACL and zone for all of them."""
    return next(
        one for one, others in _sorts(known(subnet.vpc), estate).items() if subnet.id in {other.id for other in others}
    )


@lru_cache(maxsize=1 << 10)
def _sorts(vpc: str, estate: Estate) -> dict[Subnet, list[Subnet]]:
    """Return the subnets of a VPC by the one that stands for their sort; a subnet of which that is unknown is its own."""
    found: dict[tuple[str, ...], list[Subnet]] = {}
    unique = {one.id: one for one in estate.every(Subnet) if why_unknown(one.vpc) is None and one.vpc == vpc}
    for one in unique.values():
        zone = "" if why_unknown(one.availability_zone) is not None else known(one.availability_zone)
        try:
            sort: tuple[str, ...] = (estate.table_of(one).id, estate.acl_of(one).id, zone)
        except UnknownAsked:
            sort = (one.id,)
        found.setdefault(sort, []).append(one)
    return {others[0]: others for others in found.values()}


@lru_cache(maxsize=8)
def _unplaced(estate: Estate) -> Why | None:
    """Return why it is not known of some subnet which VPC it lies in."""
    return next((why for one in estate.every(Subnet) if (why := why_unknown(one.vpc))), None)


def _blocks(subnet: Subnet) -> tuple[str, ...]:
    cidr = known(subnet.cidr)
    return (*((cidr,) if isinstance(cidr, str) else ()), *known(subnet.ipv6_cidrs))


@lru_cache(maxsize=1 << 14)
def _edges(subnet: Subnet, family: int, estate: Estate) -> Edges:
    """Return where the routes and network ACL of a subnet, and the tables of transit gateways, begin to tell apart."""
    sets: list[AddressSet] = []
    try:
        sets += [leg.destinations for leg in routing_of(estate.table_of(subnet), estate).legs]
        acl = estate.acl_of(subnet)
        sets += [line.addresses for egress in (False, True) for line in acl_side(acl, egress=egress).lines]
    except UnknownAsked:
        pass  # what is not known there makes every cell doubtful by itself
    return ordered((*transit_edges(family, estate), *edges_of(sets, family)))
