"""From a site behind a VPN or Direct Connect to an interface, and from an interface to a site."""

from collections.abc import Iterator
from typing import Final

from scanner.model.exposure import Blocker, Hop
from scanner.model.gateways import PeeringConnection
from scanner.model.intervals import NOTHING, Intervals
from scanner.model.maybe import UnknownAsked, known
from scanner.model.security_group import SecurityGroup
from scanner.model.traffic import ALL_TRAFFIC
from scanner.model.vpc import NetworkInterface, Route, Subnet, Via, Vpc
from scanner.reason.network.answer import Answer, Check, Verdict, grant_text, settle
from scanner.reason.network.bounds import Bounds, exact
from scanner.reason.network.cells import cut, edges_of, ordered, transit_edges
from scanner.reason.network.estate import Estate
from scanner.reason.network.filters import Grant, acl_side, granted, grants_of
from scanner.reason.network.inside import acl_check, state_check
from scanner.reason.network.public import PRIVATE
from scanner.reason.network.routing import Routing, appliance_of, family_of, routing_of, unmodelled
from scanner.reason.network.transit import leads_to_site

_MOST_CELLS: Final = 10_000
"""How many cells of addresses, between which nothing tells apart, are tried."""
_EVERYWHERE: Final = frozenset({"0.0.0.0/0", "::/0"})


def from_site(
    interface: NetworkInterface, family: int, senders: Intervals, asked: Intervals, estate: Estate
) -> Iterator[tuple[int, Answer]]:
    """Yield whether addresses outside of every VPC that was read can reach an interface, cell by cell.

    They can where the subnet's route to them leads to a virtual private gateway, or by a transit gateway to a VPN or
    Direct Connect. Addresses of the internet count as a site's where a route of their own leads there, not the default.
    """
    try:
        subnet = estate.get(Subnet, str(known(interface.subnet)), interface.scope.region)
        routing = routing_of(estate.table_of(subnet), estate)
        grants = [
            grant
            for native_id in known(interface.groups)
            for grant in grants_of(estate.get(SecurityGroup, native_id, subnet.scope.region), estate)
        ]
        acl = estate.acl_of(subnet)
        sets = [
            PRIVATE,
            *(leg.destinations for leg in routing.legs),
            *(grant.addresses for grant in grants),
            *(line.addresses for egress in (False, True) for line in acl_side(acl, egress=egress).lines),
        ]
        edges = ordered((*edges_of(sets, family), *transit_edges(family, estate)))
        for address, _ in cut(senders, edges, _MOST_CELLS):
            if address in family_of(PRIVATE, family) or _has_own_route(routing, family, address):
                answer, met = settle(_checks(interface, subnet, routing, grants, (family, address), estate), asked)
                yield met, answer
    except UnknownAsked as asked_for:
        yield 0, Answer(Verdict.UNDECIDED, why=asked_for.why)


def _has_own_route(routing: Routing, family: int, address: int) -> bool:
    leg = routing.leg(family, address)
    return (
        leg is not None
        and leg.route.via in (Via.VPN_GATEWAY, Via.TRANSIT_GATEWAY)
        and known(leg.route.destination) not in _EVERYWHERE
    )


def _checks(  # noqa: PLR0917 - who, where, from whom
    interface: NetworkInterface,
    subnet: Subnet,
    routing: Routing,
    grants: list[Grant],
    sender: tuple[int, int],
    estate: Estate,
) -> Iterator[Check]:
    family, address = sender
    yield _route_check(routing, subnet, sender, estate)
    yield acl_check(subnet, family, address, estate, egress=False)
    carried = known(interface.groups)
    blocker = Blocker("ENI_SG_RULES_MISMATCH", ", ".join(carried), "no rule admits it")
    admitted = granted(grants, family, address, frozenset()) if carried else exact(ALL_TRAFFIC)
    rule = next((one for one in grants if address in family_of(one.addresses, family)), None)
    yield Check(
        blocker, admitted, None if rule is None else Hop("security group", rule.group, grant_text(rule, estate))
    )
    yield acl_check(subnet, family, address, estate, egress=True, answer=True)
    yield state_check(interface)


def _route_check(routing: Routing, subnet: Subnet, sender: tuple[int, int], estate: Estate) -> Check:
    blocker = Blocker("NO_ROUTE_TO_DESTINATION", routing.table, "no route leads to a site that has this address")
    leg = routing.leg(*sender)
    if routing.why is not None:
        return Check(blocker, Bounds(NOTHING, ALL_TRAFFIC, routing.why))
    if leg is None or leg.route.state != "active":
        return Check(blocker, exact(NOTHING))
    route = leg.route
    hop = Hop("route table", routing.table, f"{known(route.destination)} to {known(route.target)}")
    if route.via in (Via.VPN_GATEWAY, Via.TRANSIT_GATEWAY):
        return Check(blocker, to_site(route, subnet, sender, estate), hop)
    if route.via == Via.PEERING and _is_read(str(known(route.target)), known(subnet.vpc), estate):
        return Check(blocker, exact(NOTHING))
    if route.via in (Via.CORE_NETWORK, Via.PEERING) or appliance_of(route, estate):
        why = unmodelled(f"what is beyond {known(route.target)} and has this address was not read")
        return Check(blocker, Bounds(NOTHING, ALL_TRAFFIC, why), hop)
    return Check(blocker, exact(NOTHING))


def _is_read(peering: str, vpc: str, estate: Estate) -> bool:
    """Whether the VPC at the other end of a peering was read: what is there is known by its interface."""
    found = estate.find(PeeringConnection, peering)
    return found is not None and estate.find(Vpc, known(found.other_side(vpc).vpc)) is not None


def to_site(route: Route, subnet: Subnet, to: tuple[int, int], estate: Estate) -> Bounds[Intervals]:
    """Return what an active route to a virtual private gateway or a transit gateway carries to a site with this address."""
    try:
        leads = route.via == Via.VPN_GATEWAY or leads_to_site(str(known(route.target)), subnet, to, estate)
    except UnknownAsked as asked_for:
        return Bounds(NOTHING, ALL_TRAFFIC, asked_for.why)
    return exact(ALL_TRAFFIC if leads else NOTHING)
