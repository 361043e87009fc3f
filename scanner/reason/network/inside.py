"""From one interface to another by private addresses: within a VPC, across a peering or a transit gateway.

Each pair of addresses is asked on its own, with all of its traffic at once.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from scanner.model.exposure import Blocker, Hop
from scanner.model.gateways import (
    PeeringConnection,
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayVpcAttachment,
)
from scanner.model.intervals import NOTHING, Intervals
from scanner.model.maybe import UnknownAsked, Why, known
from scanner.model.security_group import SecurityGroup
from scanner.model.traffic import ALL_TRAFFIC, answerable
from scanner.model.vpc import NetworkInterface, RouteTable, Subnet, Via
from scanner.reason.network.answer import Check, grant_text
from scanner.reason.network.bounds import Bounds, each, exact
from scanner.reason.network.estate import Estate
from scanner.reason.network.filters import Grant, acl_passes, granted, grants_of
from scanner.reason.network.internet import is_attached, takes_requests
from scanner.reason.network.routing import appliance_of, family_of, routing_of, unmodelled
from scanner.reason.network.transit import leads_across

_OPEN: Final = exact(ALL_TRAFFIC)
_SHUT: Final = exact(NOTHING)


class Spot(msgspec.Struct, frozen=True):
    """An address in a subnet, whatever has it."""

    subnet: Subnet
    family: int
    address: int

    @property
    def vpc(self) -> str:
        """The VPC that it lies in."""
        return known(self.subnet.vpc)


class End(Spot, frozen=True):
    """One end of a flow: an interface with its subnet, and one of its addresses."""

    interface: NetworkInterface


def doubtful(why: Why) -> Bounds[Intervals]:
    """Return bounds that leave everything open."""
    return Bounds(NOTHING, ALL_TRAFFIC, why)


def checks(source: End, target: End, asked: Intervals, estate: Estate) -> Iterator[Check]:
    """Yield everything that packets pass from one end to the other, and their answers back, in this order."""
    near = source.subnet.id == target.subnet.id
    joined = source.vpc == target.vpc or _is_peered(source, target, estate)
    yield Check(Blocker("", "", ""), _OPEN, Hop("network interface", source.interface.id))
    yield group_check(source, target, asked, estate, joined=joined, egress=True)
    if not near:
        yield acl_check(source.subnet, target.family, target.address, estate, egress=True)
        yield route_check(source, target, estate)
        yield acl_check(target.subnet, source.family, source.address, estate, egress=False)
    yield group_check(target, source, asked, estate, joined=joined, egress=False)
    yield state_check(target.interface)
    if not near:
        yield acl_check(target.subnet, source.family, source.address, estate, egress=True, answer=True)
        yield msgspec.structs.replace(route_check(target, source, estate), is_back=True)
        yield acl_check(source.subnet, target.family, target.address, estate, egress=False, answer=True)


def state_check(interface: NetworkInterface) -> Check:
    """Return whether an interface takes packets at all."""
    blocker = Blocker("UNASSOCIATED_COMPONENT", interface.id, "is attached to nothing, or takes no connections")
    hop = Hop("network interface", interface.id)
    try:
        return Check(blocker, _OPEN if is_attached(interface) and takes_requests(interface) else _SHUT, hop)
    except UnknownAsked as asked:
        return Check(blocker, doubtful(asked.why), hop)


def acl_check(
    subnet: Subnet, family: int, address: int, estate: Estate, *, egress: bool, answer: bool = False
) -> Check:
    """Return what a subnet's network ACL lets pass to or from an address; for an `answer`, what it lets be answered."""
    way = "out of" if egress else "into"
    what = "the answer" if answer else "it"
    blocker = Blocker("SUBNET_ACL_RESTRICTION", subnet.id, f"its network ACL does not let {what} {way} {subnet.id}")
    try:
        acl = estate.acl_of(subnet)
        passes = acl_passes(acl, family, address, egress=egress)
    except UnknownAsked as asked:
        return Check(blocker, doubtful(asked.why))
    blocker = msgspec.structs.replace(blocker, id=acl.id, detail=f"does not let {what} {way} {subnet.id}")
    if answer:
        hop = Hop("network ACL", acl.id, f"the answer {way} {subnet.id}")
        return Check(blocker, each(passes, answerable), hop, is_back=True)
    return Check(blocker, passes, Hop("network ACL", acl.id, f"{way} {subnet.id}"))


def _is_peered(source: End, target: End, estate: Estate) -> bool:
    """Whether an active peering of one region joins the VPCs: groups of another region cannot be referred to."""
    if source.subnet.scope.region != target.subnet.scope.region:
        return False
    return any(
        {known(known(one.requester).vpc), known(known(one.accepter).vpc)} == {source.vpc, target.vpc}
        for one in estate.every(PeeringConnection)
        if one.status == "active"
    )


def _transit_references(source: End, target: End, estate: Estate) -> bool:
    """Whether a transit gateway and both its attachments support referring to groups across it."""
    told = {source.vpc: set[str](), target.vpc: set[str]()}
    for facet in estate.every(TransitGatewayVpcAttachment):
        vpc = known(facet.vpc)
        if vpc in told and facet.group_references:
            attachment = estate.find(TransitGatewayAttachment, facet.id)
            told[vpc] |= set() if attachment is None else {known(attachment.transit_gateway)}
    shared = told[source.vpc] & told[target.vpc]
    return any(estate.get(TransitGateway, one, source.subnet.scope.region).group_references for one in shared)


def group_check(end: End, other: End, asked: Intervals, estate: Estate, *, joined: bool, egress: bool) -> Check:
    """Return what the groups of one end let out to, or in from, the other.

    Rules may refer to the other's groups where the VPCs are `joined` (one VPC, or peered in one region).
    """
    way = "out to" if egress else "in from"
    blocker = Blocker("ENI_SG_RULES_MISMATCH", end.interface.id, f"no rule lets it {way} the other end")
    grants: list[Grant] = []
    why: Why | None = None
    try:
        carried, names = known(end.interface.groups), frozenset(known(other.interface.groups))
    except UnknownAsked as asked_for:
        return Check(blocker, doubtful(asked_for.why))
    if not carried:
        return Check(blocker, _OPEN)
    for group in carried:
        try:
            grants += grants_of(estate.get(SecurityGroup, group, end.subnet.scope.region), estate, egress=egress)
        except UnknownAsked as asked_for:
            why = why or asked_for.why
    meant = Bounds(names, names) if joined else _meant_across(grants, end, other, names, estate, egress=egress)
    passes = granted(grants, other.family, other.address, meant.sure)
    most = granted(grants, other.family, other.address, meant.perhaps)
    why = why or meant.why
    if why is not None:
        passes = Bounds(passes.sure, most.perhaps if meant.why is why else ALL_TRAFFIC, why)
    blocker = msgspec.structs.replace(blocker, id=", ".join(carried))
    return Check(blocker, passes, rule_hop(_meeting(grants, other, meant.sure), asked, estate))


def _meant_across(
    grants: list[Grant], end: End, other: End, names: frozenset[str], estate: Estate, *, egress: bool
) -> Bounds[frozenset[str]]:
    """Return which of the other's groups rules may refer to where the VPCs are not joined.

    Across a transit gateway that supports it inbound rules may.
    """
    none = frozenset[str]()
    if egress or not any(grant.carriers in names for grant in grants):
        return exact(none)
    try:
        return exact(names if _transit_references(other, end, estate) else none)
    except UnknownAsked as asked_for:
        return Bounds(none, names, asked_for.why)


def _meeting(grants: list[Grant], other: End, carried: frozenset[str]) -> list[Grant]:
    return [
        grant
        for grant in grants
        if grant.carriers in carried or other.address in family_of(grant.addresses, other.family)
    ]


def rule_hop(grants: list[Grant], asked: Intervals, estate: Estate) -> Hop | None:
    """Return the first of these grants that lets some of the traffic pass, as a hop."""
    for grant in grants:
        if grant.why is None and Intervals((grant.traffic,)) & asked:
            return Hop("security group", grant.group, grant_text(grant, estate))
    return None


def route_check(source: Spot, target: Spot, estate: Estate) -> Check:
    """Return whether the source's subnet routes packets to the target, and by what."""
    blocker = Blocker("NO_ROUTE_TO_DESTINATION", source.subnet.id, f"no route leads to {target.subnet.id}")
    try:
        table = estate.table_of(source.subnet)
        blocker = msgspec.structs.replace(blocker, id=table.id)
        leads, by = _leads(table, source, target, estate)
    except UnknownAsked as asked:
        return Check(blocker, doubtful(asked.why))
    return Check(blocker, _OPEN if leads else _SHUT, Hop("route table", table.id, by))


def _leads(table: RouteTable, source: Spot, target: Spot, estate: Estate) -> tuple[bool, str]:
    """Return whether a table's route leads to the target, and a word on how. Raises `UnknownAsked` where unknown."""
    routing = routing_of(table, estate)
    if routing.why is not None:
        raise UnknownAsked(routing.why)
    leg = routing.leg(target.family, target.address)
    same = source.vpc == target.vpc
    if leg is None:
        return same, "local"
    route = leg.route
    if route.state != "active":
        return False, ""
    if route.via == Via.LOCAL:
        return same, "local"
    if appliance := appliance_of(route, estate):
        raise UnknownAsked(unmodelled(f"traffic is inspected by {appliance}"))
    gateway = str(known(route.target))
    if route.via == Via.PEERING:
        return not same and _peering_joins(gateway, source, target, estate), gateway
    if route.via == Via.TRANSIT_GATEWAY:
        return not same and leads_across(
            gateway, source.subnet, target.subnet, (target.family, target.address), estate
        ), gateway
    if route.via in (Via.CORE_NETWORK, Via.UNMODELLED, Via.LOCAL_GATEWAY):
        raise UnknownAsked(unmodelled(f"what is beyond {gateway}"))
    return False, gateway


def _peering_joins(native_id: str, source: Spot, target: Spot, estate: Estate) -> bool:
    """Whether a peering connection joins the two VPCs: peering is not transitive."""
    peering = estate.get(PeeringConnection, native_id, source.subnet.scope.region)
    sides = {known(known(peering.requester).vpc), known(known(peering.accepter).vpc)}
    return peering.status == "active" and sides == {source.vpc, target.vpc}
