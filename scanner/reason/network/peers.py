"""Derived facet: what security groups admit from whole other VPCs that are joined to what carries them.

Groups are asked, not interfaces: what passes between two subnets is found once, and each group then looks up the
addresses of its carriers in it.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, product
from typing import Final

from scanner.model.addresses import EVERY_ADDRESS
from scanner.model.assertion import RoutedNetwork
from scanner.model.gateways import PeeringConnection
from scanner.model.intervals import NOTHING, Intervals, intervals
from scanner.model.maybe import Maybe, Reason, UnknownAsked, Why, known, why_unknown
from scanner.model.peer_admission import PeerAdmission, PeerOpening
from scanner.model.security_group import SecurityGroup
from scanner.model.traffic import ALL_TRAFFIC
from scanner.model.vpc import RouteTable, Subnet, Via, Vpc
from scanner.reason.network.bounds import Bounds, both, exact
from scanner.reason.network.carriers import Carriers, carriers_of
from scanner.reason.network.crossing import JOINING, Passing, Peer, blocks_of, cells_from
from scanner.reason.network.estate import Estate
from scanner.reason.network.filters import Grant, grants_of
from scanner.reason.network.gates import FAMILIES
from scanner.reason.network.inside import doubtful
from scanner.reason.network.routing import Leg, appliance_of, family_of, routing_of, unmodelled
from scanner.reason.network.transit import vpcs_across

_SMALLEST_VPC: Final = 16
"""How many addresses the smallest VPC has: who admits fewer admits no whole one (Amazon VPC User Guide, VPC CIDR blocks)."""


def peer_admission(group: SecurityGroup, network: RoutedNetwork) -> PeerAdmission:
    """Return the whole VPCs that a group admits, with what their packets can do at the interfaces that carry it."""
    estate: Estate = known(network.estate)  # type: ignore[assignment]  # it is one
    return PeerAdmission(scope=group.scope, id=group.id, origin=group.origin, openings=tuple(_openings(group, estate)))


def _openings(group: SecurityGroup, estate: Estate) -> Iterator[PeerOpening]:
    admitted: dict[tuple[Peer, int], Passing] = {}
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


def _admitted(group: SecurityGroup, peer: Peer, family: int, estate: Estate) -> Passing:
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
def _peers(subnet_id: str, region: str, estate: Estate) -> tuple[Peer, ...]:
    """Return the other VPCs to which the routes of a subnet lead, and an entry without a VPC for each doubt."""
    try:
        subnet = estate.get(Subnet, subnet_id, region)
        table = estate.table_of(subnet)
        routing = routing_of(table, estate)
    except UnknownAsked as asked:
        return (Peer("", EVERY_ADDRESS, asked.why),)
    found = [Peer("", EVERY_ADDRESS, routing.why)] if routing.why is not None else []
    for leg in routing.legs:
        try:
            found += _behind(leg, subnet, estate)
        except UnknownAsked as asked:
            found.append(Peer("", leg.destinations, asked.why))
    return tuple({(one.vpc or number): one for number, one in enumerate(found)}.values())


def _behind(leg: Leg, subnet: Subnet, estate: Estate) -> Iterator[Peer]:
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
        if any(why_unknown(one.via) is not None or one.via in JOINING for one in known(table.routes)):
            return True
    return False


def _peer(vpc: str, told: Maybe[tuple[str, ...]], leg: Leg, estate: Estate) -> Peer:
    """Return a VPC with its addresses: as it was read, else as the peering tells them."""
    row = estate.find(Vpc, vpc)
    if row is not None:
        return Peer(vpc, blocks_of((*known(row.cidrs), *known(row.ipv6_cidrs))))
    why = Why(Reason.NOT_COLLECTED, f"{vpc} (Vpc) was not read")
    cidrs = known(told)
    return Peer(vpc, blocks_of(cidrs), why) if cidrs else Peer("", leg.destinations, why)


def _carried(subnet_id: str, peer: Peer, family: int, here: Carriers, estate: Estate) -> Passing:
    """Return what comes from a peer to the carriers of a group in a subnet, and is answered."""
    if not peer.vpc:
        return Bounds(NOTHING, ALL_TRAFFIC, peer.why)
    cells = cells_from(subnet_id, peer, family, estate)
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
