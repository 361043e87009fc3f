"""From an interface out of its VPC: by an internet, NAT or egress-only internet gateway, or to a site by VPN or Direct Connect."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from typing import Final

import msgspec

from scanner.model.addresses import AddressSet
from scanner.model.exposure import Blocker, Hop
from scanner.model.gateways import NatGateway
from scanner.model.intervals import NOTHING, Intervals
from scanner.model.maybe import UnknownAsked, known
from scanner.model.security_group import SecurityGroup
from scanner.model.traffic import ALL_TRAFFIC
from scanner.model.vpc import NetworkInterface, Route, Subnet, Via
from scanner.reason.network.answer import Answer, Check, Verdict, settle
from scanner.reason.network.bounds import Bounds, exact
from scanner.reason.network.cells import cut, edges_of, ordered, transit_edges
from scanner.reason.network.estate import Estate
from scanner.reason.network.filters import Grant, acl_side, granted, grants_of
from scanner.reason.network.inside import acl_check, rule_hop, state_check
from scanner.reason.network.public import PRIVATE, public_addresses
from scanner.reason.network.routing import Routing, appliance_of, family_of, routing_of, unmodelled
from scanner.reason.network.sites import to_site

_IPV4: Final = 4
_MOST_CELLS: Final = 10_000
"""How many cells of addresses, between which nothing tells apart, are tried."""
_TO_SITES: Final = {Via.VPN_GATEWAY: "virtual private gateway", Via.TRANSIT_GATEWAY: "transit gateway"}


def depart(
    interface: NetworkInterface, family: int, wanted: Intervals, asked: Intervals, estate: Estate
) -> Iterator[tuple[int, Answer]]:
    """Yield whether an interface can send this traffic to the addresses and be answered, cell by cell.

    A cell holds addresses that no route, rule or entry on the way tells apart: one stands for all.
    """
    if not wanted:
        return
    try:
        subnet = estate.get(Subnet, str(known(interface.subnet)), interface.scope.region)
        routing = routing_of(estate.table_of(subnet), estate)
        grants = _grants(interface, subnet, estate)
        told_apart = [PRIVATE, *(grant.addresses for grant in grants), *_line_addresses(subnet, estate)]
        told_apart += [leg.destinations for leg in routing.legs]
        edges = ordered((*edges_of(told_apart, family), *transit_edges(family, estate)))
        for address, _ in cut(wanted, edges, _MOST_CELLS):
            way = _Way(interface, subnet, routing, grants, family, address, estate)
            answer, met = settle(_checks(way, asked), asked)
            yield met, answer
    except UnknownAsked as asked_for:
        yield 0, Answer(Verdict.UNDECIDED, why=asked_for.why)


class _Way(msgspec.Struct, frozen=True):
    """An interface, its surroundings, and the address that it sends to."""

    interface: NetworkInterface
    subnet: Subnet
    routing: Routing
    grants: list[Grant]
    family: int
    address: int
    estate: Estate

    @property
    def text(self) -> str:
        return str(IPv4Address(self.address) if self.family == _IPV4 else IPv6Address(self.address))


def _grants(interface: NetworkInterface, subnet: Subnet, estate: Estate) -> list[Grant]:
    return [
        grant
        for native_id in known(interface.groups)
        for grant in grants_of(estate.get(SecurityGroup, native_id, subnet.scope.region), estate, egress=True)
    ]


def _line_addresses(subnet: Subnet, estate: Estate) -> list[AddressSet]:
    acl = estate.acl_of(subnet)
    return [line.addresses for egress in (False, True) for line in acl_side(acl, egress=egress).lines]


def _checks(way: _Way, asked: Intervals) -> Iterator[Check]:
    yield state_check(way.interface)
    carried = known(way.interface.groups)
    blocker = Blocker("ENI_SG_RULES_MISMATCH", ", ".join(carried), f"no rule lets it out to {way.text}")
    hop = rule_hop(
        [one for one in way.grants if way.address in family_of(one.addresses, way.family)], asked, way.estate
    )
    admitted = granted(way.grants, way.family, way.address, frozenset()) if carried else exact(ALL_TRAFFIC)
    yield Check(blocker, admitted, hop)
    yield acl_check(way.subnet, way.family, way.address, way.estate, egress=True)
    yield from _route_checks(way, way.subnet, way.routing)
    yield acl_check(way.subnet, way.family, way.address, way.estate, egress=False, answer=True)


def _gate(blocker: Blocker, hop: Hop | None, *, is_open: bool) -> Check:
    return Check(blocker, exact(ALL_TRAFFIC if is_open else NOTHING), hop)


def _route_checks(way: _Way, subnet: Subnet, routing: Routing) -> Iterator[Check]:
    blocker = Blocker("NO_ROUTE_TO_DESTINATION", routing.table, f"no route leads to {way.text}")
    if routing.why is not None:
        yield Check(blocker, Bounds(NOTHING, ALL_TRAFFIC, routing.why))
        return
    leg = routing.leg(way.family, way.address)
    if leg is None or leg.route.state != "active":
        yield _gate(blocker, None, is_open=False)
        return
    route = leg.route
    yield _gate(
        blocker, Hop("route table", routing.table, f"{known(route.destination)} to {known(route.target)}"), is_open=True
    )
    yield from _gateway_checks(way, subnet, route, blocker)


def _gateway_checks(way: _Way, subnet: Subnet, route: Route, blocker: Blocker) -> Iterator[Check]:
    target = str(known(route.target))
    if route.via == Via.INTERNET_GATEWAY:
        yield _block_check(way, subnet, {"off"})
        yield _public_check(way)
        yield _gate(blocker, Hop("internet gateway", target), is_open=True)
    elif route.via == Via.EGRESS_ONLY_GATEWAY:
        yield _block_check(way, subnet, {"off", "block-ingress"})
        yield _gate(blocker, Hop("egress-only internet gateway", target), is_open=True)
    elif route.via == Via.NAT_GATEWAY:
        yield from _nat_checks(way, target)
    elif route.via == Via.LOCAL:
        yield _gate(blocker, None, is_open=False)
    elif route.via in _TO_SITES and way.address in family_of(PRIVATE, way.family):
        carries = to_site(route, subnet, (way.family, way.address), way.estate)
        yield Check(blocker, carries, Hop(_TO_SITES[known(route.via)], target))
    else:
        beyond = appliance_of(route, way.estate) or target
        why = unmodelled(f"what {beyond} does with traffic to the internet")
        yield Check(blocker, Bounds(NOTHING, ALL_TRAFFIC, why))


def _block_check(way: _Way, subnet: Subnet, modes: set[str]) -> Check:
    blocker = Blocker("VPC_BLOCK_PUBLIC_ACCESS_ENABLED", subnet.id, "VPC Block Public Access stops it")
    return _gate(blocker, None, is_open=known(way.estate.block_mode(subnet)) in modes)


def _public_check(way: _Way) -> Check:
    detail = f"has no public IPv{way.family} address, which an internet gateway needs"
    blocker = Blocker("IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS", way.interface.id, detail)
    return _gate(blocker, None, is_open=bool(public_addresses(way.interface, way.family)))


def _nat_checks(way: _Way, native_id: str) -> Iterator[Check]:
    """Yield what a NAT gateway asks: it must be public and available, and its own subnet must lead out."""
    nat = way.estate.get(NatGateway, native_id, way.subnet.scope.region)
    blocker = Blocker("BAD_STATE", native_id, "is not a public NAT gateway that is available")
    serves = nat.state == "available" and nat.connectivity == "public"
    yield _gate(blocker, Hop("NAT gateway", native_id), is_open=serves)
    if not nat.subnet:
        yield Check(blocker, Bounds(NOTHING, ALL_TRAFFIC, unmodelled(f"{native_id} is a regional NAT gateway")))
        return
    subnet = way.estate.get(Subnet, str(known(nat.subnet)), way.subnet.scope.region)
    yield acl_check(subnet, way.family, way.address, way.estate, egress=True)
    routing = routing_of(way.estate.table_of(subnet), way.estate)
    leg = routing.leg(way.family, way.address)
    leads_out = leg is not None and leg.route.via == Via.INTERNET_GATEWAY and leg.route.state == "active"
    out = Blocker("NO_ROUTE_TO_DESTINATION", routing.table, f"{native_id} has no route to an internet gateway")
    hop = None if leg is None else Hop("internet gateway", str(known(leg.route.target)))
    yield _gate(out, hop, is_open=leads_out)
    yield _block_check(way, subnet, {"off", "block-ingress"})
    yield acl_check(subnet, way.family, way.address, way.estate, egress=False, answer=True)
