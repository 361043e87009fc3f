"""Derived facet: what security groups admit from whole other VPCs that are joined to what carries them.

Groups are asked, not interfaces: what passes between two subnets is found once, and each group then looks up the
addresses of its carriers in it.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise, product
from typing import Final

import msgspec

from scanner.model.addresses import EVERY_ADDRESS, AddressSet
from scanner.model.assertion import RoutedNetwork
from scanner.model.gateways import PeeringConnection, TransitGatewayRoutes
from scanner.model.intervals import NOTHING, Intervals, Span, intervals
from scanner.model.maybe import Maybe, Reason, UnknownAsked, Why, known, why_unknown
from scanner.model.peer_admission import PeerAdmission, PeerOpening
from scanner.model.security_group import SecurityGroup
from scanner.model.traffic import ALL_TRAFFIC
from scanner.model.vpc import RouteTable, Subnet, Via, Vpc
from scanner.reason.network.answer import Check
from scanner.reason.network.bounds import Bounds, both, exact
from scanner.reason.network.carriers import Carriers, carriers_of
from scanner.reason.network.estate import Estate, block_of
from scanner.reason.network.filters import Grant, acl_side, grants_of
from scanner.reason.network.gates import FAMILIES
from scanner.reason.network.inside import Spot, acl_check, doubtful, route_check
from scanner.reason.network.routing import Leg, appliance_of, family_of, routing_of, unmodelled
from scanner.reason.network.transit import vpcs_across

_SMALLEST_VPC: Final = 16
"""How many addresses the smallest VPC has: who admits fewer admits no whole one (Amazon VPC User Guide, VPC CIDR blocks)."""
_MOST_CELLS: Final = 512
"""How many cells of a subnet's addresses, between which nothing tells apart, are tried."""
_JOINING: Final = frozenset({Via.PEERING, Via.TRANSIT_GATEWAY, Via.CORE_NETWORK})

Passing = Bounds[Intervals]


def peer_admission(group: SecurityGroup, network: RoutedNetwork) -> PeerAdmission:
    """Return the whole VPCs that a group admits, with what their packets can do at the interfaces that carry it."""
    estate: Estate = known(network.estate)  # type: ignore[assignment]  # it is one
    return PeerAdmission(scope=group.scope, id=group.id, origin=group.origin, openings=tuple(_openings(group, estate)))


class _Peer(msgspec.Struct, frozen=True):
    """Another VPC, or others that are not known, to which a subnet has a route."""

    vpc: str
    blocks: AddressSet
    """All of its addresses; where they are not known, those that are routed there."""
    why: Why | None = None
    """Why it is not known which VPC it is, or what there is in it."""


def _openings(group: SecurityGroup, estate: Estate) -> Iterator[PeerOpening]:
    admitted: dict[tuple[_Peer, int], Passing] = {}
    found: dict[str, Passing] = {}
    for subnet, here in carriers_of(group, estate).items():
        for key in product(_peers(subnet, group.scope.region, estate), FAMILIES):
            if key not in admitted:
                admitted[key] = _admitted(group, *key, estate)
            if admitted[key].perhaps:
                passing = both(admitted[key], _carried(subnet, *key, here, estate), Intervals.__and__)
                vpc = key[0].vpc
                found[vpc] = both(found.get(vpc, exact(NOTHING)), passing, Intervals.__or__)
    for vpc, passing in found.items():
        if passing.perhaps:
            yield PeerOpening(vpc, passing.sure, passing.perhaps, passing.why)


def _admitted(group: SecurityGroup, peer: _Peer, family: int, estate: Estate) -> Passing:
    """Return what the group admits from all addresses that a peer has of a family, by rules that name addresses."""
    wanted = family_of(peer.blocks, family)
    if not wanted:
        return exact(NOTHING)
    try:
        grants = [one for one in grants_of(group, estate) if family_of(one.addresses, family) & wanted]
    except UnknownAsked as asked:
        return doubtful(asked.why)
    if not peer.vpc:
        known_addresses = intervals(
            span for one in grants for span in (family_of(one.addresses, family) & wanted).spans
        )
        wide = known_addresses.size >= _SMALLEST_VPC
        return Bounds(NOTHING, intervals(one.traffic for one in grants) if wide else NOTHING, peer.why)
    why = next((one.why for one in grants if one.why), None)
    sure = _from_all([one for one in grants if one.why is None], family, wanted)
    return exact(sure) if why is None else Bounds(sure, _from_all(grants, family, wanted), why)


def _from_all(grants: list[Grant], family: int, wanted: Intervals) -> Intervals:
    """Return the traffic that grants together admit from every one of these addresses."""
    whole = [one.traffic for one in grants if wanted <= family_of(one.addresses, family)]
    parts = [one for one in grants if not wanted <= family_of(one.addresses, family)]
    edges = sorted({edge for one in parts for edge in (one.traffic[0], one.traffic[1] + 1)})
    for low, end in pairwise(edges):
        spans = (
            span
            for one in parts
            if one.traffic[0] <= low and end - 1 <= one.traffic[1]
            for span in family_of(one.addresses, family).spans
        )
        if wanted <= intervals(spans):
            whole.append((low, end - 1))
    return intervals(whole)


@lru_cache(maxsize=1 << 12)
def _peers(subnet_id: str, region: str, estate: Estate) -> tuple[_Peer, ...]:
    """Return the other VPCs to which the routes of a subnet lead, and an entry without a VPC for each doubt."""
    try:
        subnet = estate.get(Subnet, subnet_id, region)
        table = estate.table_of(subnet)
        routing = routing_of(table, estate)
    except UnknownAsked as asked:
        return (_Peer("", EVERY_ADDRESS, asked.why),)
    found = [_Peer("", EVERY_ADDRESS, routing.why)] if routing.why is not None else []
    for leg in routing.legs:
        try:
            found += _behind(leg, subnet, estate)
        except UnknownAsked as asked:
            found.append(_Peer("", leg.destinations, asked.why))
    return tuple({(one.vpc or number): one for number, one in enumerate(found)}.values())


def _behind(leg: Leg, subnet: Subnet, estate: Estate) -> Iterator[_Peer]:
    """Yield the VPCs that one route leads to. Raises `UnknownAsked` where that is not known."""
    route, mine = leg.route, known(subnet.vpc)
    if known(route.state) != "active" or known(route.via) == Via.LOCAL:
        return
    if route.via == Via.PEERING:
        peering = estate.get(PeeringConnection, str(known(route.target)), subnet.scope.region)
        if known(peering.status) == "active":
            there = peering.other_side(mine)
            yield _peer(known(there.vpc), there.cidrs, leg, estate)
    elif route.via == Via.TRANSIT_GATEWAY:
        vpcs, why = vpcs_across(str(known(route.target)), subnet, estate)
        for vpc in sorted(vpcs - {mine}):
            yield _peer(vpc, (), leg, estate)
        if why is not None:
            raise UnknownAsked(why)
    elif route.via in (Via.CORE_NETWORK, Via.UNMODELLED):
        raise UnknownAsked(unmodelled(f"what is beyond {known(route.target)}"))
    elif (appliance := appliance_of(route, estate)) and _has_joining_route(mine, estate):
        raise UnknownAsked(unmodelled(f"traffic is inspected by {appliance}"))


@lru_cache(maxsize=1 << 10)
def _has_joining_route(vpc: str, estate: Estate) -> bool:
    """Whether any table of a VPC leads, or may lead, out to other VPCs: without that no appliance in it does."""
    if estate.unread(RouteTable, "") is not None:
        return True
    for table in estate.every(RouteTable):
        if why_unknown(table.vpc) is None and table.vpc != vpc:
            continue
        if why_unknown(table.routes) is not None:
            return True
        if any(why_unknown(one.via) is not None or one.via in _JOINING for one in known(table.routes)):
            return True
    return False


def _peer(vpc: str, told: Maybe[tuple[str, ...]], leg: Leg, estate: Estate) -> _Peer:
    """Return a VPC with its addresses: as it was read, else as the peering tells them."""
    row = estate.find(Vpc, vpc)
    if row is not None:
        return _Peer(vpc, _union((*known(row.cidrs), *known(row.ipv6_cidrs))))
    why = Why(Reason.NOT_COLLECTED, f"{vpc} (Vpc) was not read")
    cidrs = known(told)
    return _Peer(vpc, _union(cidrs), why) if cidrs else _Peer("", leg.destinations, why)


def _union(cidrs: Iterable[str]) -> AddressSet:
    found = AddressSet()
    for cidr in cidrs:
        found |= block_of(cidr)
    return found


def _carried(subnet_id: str, peer: _Peer, family: int, here: Carriers, estate: Estate) -> Passing:
    """Return what comes from a peer to the carriers of a group in a subnet, and is answered."""
    if not peer.vpc:
        return Bounds(NOTHING, ALL_TRAFFIC, peer.why)
    cells = _cells_from(subnet_id, peer, family, estate)
    found = exact(NOTHING)
    most = intervals(span for _, passing in cells for span in passing.perhaps.spans)
    for address in here.addresses.get(family, ()):
        met = next((passing for (low, high), passing in cells if low <= address <= high), exact(NOTHING))
        found = both(found, met, Intervals.__or__)
    somewhere = here.somewhere.get(family)
    if somewhere is not None and cells:
        least = ALL_TRAFFIC
        for _, passing in cells:
            least &= passing.sure
        why = next((passing.why for _, passing in cells if passing.why), somewhere)
        found = both(found, exact(least) if least == most else Bounds(least, most, why), Intervals.__or__)
    perhaps = here.perhaps.get(family)
    return found if perhaps is None or not most else both(found, Bounds(NOTHING, most, perhaps), Intervals.__or__)


@lru_cache(maxsize=1 << 14)
def _cells_from(subnet_id: str, peer: _Peer, family: int, estate: Estate) -> tuple[tuple[Span, Passing], ...]:
    """Return the cells of a subnet's addresses with what some address of a peer can send there and have answered."""
    subnet = next(iter(estate.some(Subnet, subnet_id)))
    sides: list[tuple[Intervals, Passing]] = []
    try:
        own = family_of(_union(_blocks(subnet)), family)
        if peer.why is not None:
            return tuple((span, doubtful(peer.why)) for span in _foreign(subnet, peer, family, own, estate))
        for other in _subnets(peer.vpc, estate):
            theirs = family_of(_union(_blocks(other)), family)
            near = exact(NOTHING)
            for low, _ in _cut(theirs, _edges(subnet, family, estate)):
                near = both(near, _near(subnet, Spot(other, family, low), estate), Intervals.__or__)
            if near.perhaps:
                for low, high in _cut(own, _edges(other, family, estate)):
                    far = _far(other, Spot(subnet, family, low), estate)
                    sides.append((Intervals(((low, high),)), both(near, far, Intervals.__and__)))
        unread = estate.unread(Subnet, subnet.scope.region)
        sides += [(own, doubtful(unread))] if unread is not None else []
        return _joined(own, sides)
    except UnknownAsked as asked:
        return (((0, (1 << 128) - 1), doubtful(asked.why)),)


def _foreign(subnet: Subnet, peer: _Peer, family: int, own: Intervals, estate: Estate) -> tuple[Span, ...]:
    """Return the addresses of a subnet where its own network ACL and routes let a peer in whose subnets were not read."""
    routed = routing_of(estate.table_of(subnet), estate).legs
    for leg in routed:
        met = family_of(leg.destinations & peer.blocks, family)
        if not met or leg.route.state != "active" or leg.route.via not in _JOINING:
            continue
        for low, _ in _cut(met, _edges(subnet, family, estate)):
            if _all_of(_acls(subnet, family, low, estate)).perhaps:
                return own.spans
    return ()


def _joined(own: Intervals, sides: list[tuple[Intervals, Passing]]) -> tuple[tuple[Span, Passing], ...]:
    """Return the cells of a subnet's addresses with all that passes from any subnet of a peer."""
    edges = {edge for part, _ in sides for low, high in part.spans for edge in (low, high + 1)}
    found: list[tuple[Span, Passing]] = []
    for low, high in _cut(own, edges):
        passing = exact(NOTHING)
        for part, one in sides:
            passing = both(passing, one, Intervals.__or__) if low in part else passing
        found.append(((low, high), passing))
    return tuple(found)


def _near(subnet: Subnet, other: Spot, estate: Estate) -> Passing:
    """Return what a subnet takes from another's address, and answers."""
    here = Spot(subnet, other.family, 0)
    return _all_of((*_acls(subnet, other.family, other.address, estate), route_check(here, other, estate)))


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


@lru_cache(maxsize=1 << 10)
def _subnets(vpc: str, estate: Estate) -> tuple[Subnet, ...]:
    return tuple({one.id: one for one in estate.every(Subnet) if why_unknown(one.vpc) or one.vpc == vpc}.values())


def _blocks(subnet: Subnet) -> tuple[str, ...]:
    cidr = known(subnet.cidr)
    return (*((cidr,) if isinstance(cidr, str) else ()), *known(subnet.ipv6_cidrs))


@lru_cache(maxsize=1 << 14)
def _edges(subnet: Subnet, family: int, estate: Estate) -> frozenset[int]:
    """Return where the routes and network ACL of a subnet, and the tables of transit gateways, begin to tell apart."""
    sets: list[AddressSet] = []
    try:
        sets += [leg.destinations for leg in routing_of(estate.table_of(subnet), estate).legs]
        acl = estate.acl_of(subnet)
        sets += [line.addresses for egress in (False, True) for line in acl_side(acl, egress=egress).lines]
    except UnknownAsked:
        pass  # what is not known there makes every cell doubtful by itself
    spans = (span for one in sets for span in family_of(one, family).spans)
    return _gateway_edges(family, estate) | {edge for low, high in spans for edge in (low, high + 1)}


@lru_cache(maxsize=8)
def _gateway_edges(family: int, estate: Estate) -> frozenset[int]:
    found = set[int]()
    for table in estate.every(TransitGatewayRoutes):
        for route in () if why_unknown(table.routes) is not None else known(table.routes):
            try:
                block = family_of(block_of(known(route.destination)), family)
            except UnknownAsked:
                continue
            found |= {edge for low, high in block.spans for edge in (low, high + 1)}
    return frozenset(found)


def _cut(addresses: Intervals, edges: Iterable[int]) -> list[Span]:
    """Cut addresses where something tells them apart. Raises `UnknownAsked` if that is too often to try."""
    found: list[Span] = []
    within = sorted(edge for edge in edges if edge in addresses)
    if len(within) > _MOST_CELLS:
        raise UnknownAsked(Why(Reason.UNRESOLVED, f"more than {_MOST_CELLS} ranges of addresses are told apart"))
    for low, high in addresses.spans:
        starts = [low, *(edge for edge in within if low < edge <= high)]
        found += [(start, end - 1) for start, end in zip(starts, [*starts[1:], high + 1], strict=True)]
    return found
