"""What the internet can send to an interface: exact, for whole classes of interfaces at once.

From an internet gateway a packet goes by the gateway's own route table if it has one, else straight to the interface:
the subnet's route table bears on the answer alone (reference: Amazon VPC User Guide, Gateway route tables, Network
ACLs, Security groups, Block public access).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from typing import Final

import msgspec

from scanner.model.addresses import EVERY_ADDRESS, INTERNET, AddressSet
from scanner.model.exposure import Blocker, Opening
from scanner.model.gateways import InternetGateway
from scanner.model.intervals import Span
from scanner.model.maybe import UnknownAsked, Why, known, why_unknown
from scanner.model.network_acl import NetworkAcl
from scanner.model.security_group import SecurityGroup
from scanner.model.vpc import NetworkInterface, RouteTable, Subnet, Via
from scanner.reason.network.balancers import front_traffic, listening, node_name
from scanner.reason.network.bounds import Bounds, both, each, exact
from scanner.reason.network.estate import Estate
from scanner.reason.network.filters import AclSide, Grant, acl_side, grants_of
from scanner.reason.network.pmap import (
    EMPTY,
    Atoms,
    PMap,
    atoms,
    by_traffic,
    everywhere,
    first_match,
    from_boxes,
    masked,
    meet,
    minus,
    overlap,
)
from scanner.reason.network.public import PRIVATE, public_addresses
from scanner.reason.network.routing import (
    Fates,
    Routing,
    appliance_of,
    family_of,
    routing_of,
    to_internet,
    unmodelled,
)

_IPV4: Final = 4
FAMILIES: Final = (_IPV4, 6)
_NO_INGRESS: Final = frozenset({"nat_gateway", "natGateway", "lambda", "transit_gateway"})
"""Interfaces that take no connection from the internet, whatever is routed to them."""


class Step(msgspec.Struct, frozen=True):
    """One thing that packets pass on their way: what passes it, and how to speak of it where nothing does."""

    blocker: Blocker
    passes: Bounds[PMap]
    offers: bool = False
    """Whether it is what the interface itself admits: what others stop is measured by that."""


class Gate(msgspec.Struct, frozen=True):
    """What a subnet lets in from the internet, for one family, before security groups are asked."""

    inbound: Step
    outbound: Step
    route: Step
    routing: Routing | None


class Internet:
    """Answers for one estate, with everything that several interfaces have in common computed once."""

    def __init__(self, estate: Estate, asked: Iterable[Span] = ()) -> None:
        self.estate = estate
        self._sides: dict[tuple[str, bool], AclSide | Why] = {}
        self._grants: dict[str, tuple[Grant, ...] | Why] = {}
        self._gates: dict[tuple[str, int], Gate] = {}
        self._maps: dict[tuple[object, ...], Bounds[PMap]] = {}
        self._fates: dict[str, tuple[Routing, Fates] | Why] = {}
        self._groups: dict[tuple[tuple[str, ...], int], Step] = {}
        self._same: dict[Bounds[PMap], Bounds[PMap]] = {}
        self._passed: dict[tuple[object, ...], tuple[Bounds[PMap], tuple[int, ...]]] = {}
        self._answers: dict[int, int] = {}
        self._boxes: dict[tuple[str, int], Bounds[PMap]] = {}
        self._openings: dict[tuple[int, PMap], tuple[Opening, ...]] = {}
        self.atoms: Atoms = atoms((*self._spans(), *asked))
        self._all = {
            family: self._shared(exact(everywhere(family_of(EVERY_ADDRESS, family), self.atoms.everything)))
            for family in FAMILIES
        }
        self._none = self._shared(exact(EMPTY))
        self._internet = {family: everywhere(family_of(INTERNET, family), self.atoms.everything) for family in FAMILIES}

    def _spans(self) -> Iterator[Span]:
        """Yield the traffic that any rule at hand speaks of."""
        for acl in self.estate.every(NetworkAcl):
            for egress in (False, True):
                side = self._side(acl, egress=egress)
                if isinstance(side, AclSide):
                    yield from (line.traffic for line in side.lines)
        for interface in self.estate.every(NetworkInterface):
            heard = listening(interface, self.estate)
            yield from () if heard is None else heard.sure.spans
        for front in front_traffic(self.estate):
            yield from front.spans
        carried = {group for one in self.estate.every(NetworkInterface) for group in _groups_of(one)}
        for group in carried:
            grants = self._grants_of(group, "")
            if isinstance(grants, tuple):
                yield from (grant.traffic for grant in grants)

    def _side(self, acl: NetworkAcl, *, egress: bool) -> AclSide | Why:
        key = (acl.id, egress)
        if key not in self._sides:
            try:
                self._sides[key] = acl_side(acl, egress=egress)
            except UnknownAsked as asked:
                self._sides[key] = asked.why
        return self._sides[key]

    def _grants_of(self, group_id: str, region: str) -> tuple[Grant, ...] | Why:
        """Return those grants of a group that concern the internet."""
        if group_id not in self._grants:
            try:
                group = self.estate.get(SecurityGroup, group_id, region)
                self._grants[group_id] = tuple(
                    one for one in grants_of(group, self.estate) if not one.addresses <= PRIVATE
                )
            except UnknownAsked as asked:
                self._grants[group_id] = asked.why
        return self._grants[group_id]

    def _shared(self, bounds: Bounds[PMap]) -> Bounds[PMap]:
        """Return the one object that stands for all equal bounds, so that equal classes are found by identity."""
        return self._same.setdefault(bounds, bounds)

    def open(self, why: Why, family: int) -> Bounds[PMap]:
        """Return bounds that leave everything open."""
        return self._shared(Bounds(EMPTY, self._all[family].sure, why))

    def passed(
        self, steps: Iterable[Step], family: int, start: PMap | None = None
    ) -> tuple[Bounds[PMap], tuple[Blocker, ...]]:
        """Send packets through the steps: what comes through, and what stops all of them.

        They start with everything that the internet may send, unless `start` says with what.
        """
        steps = tuple(steps)
        everything = self._all[family]
        begin = self._internet[family] if start is None else start
        narrow = [number for number, step in enumerate(steps) if step.passes is not everything]
        offer = next(step.passes for step in steps if step.offers)
        key = (family if start is None else start, id(offer), *(id(steps[number].passes) for number in narrow))
        if key not in self._passed:
            self._passed[key] = through([steps[number].passes for number in narrow], begin, offer)
        found, stopping = self._passed[key]
        return found, tuple(steps[narrow[number]].blocker for number in stopping)

    def unanswered(self, forward: Iterable[Step], back: Sequence[Step], family: int) -> Bounds[PMap]:
        """Return what arrives from the internet while no answer can leave."""
        arriving, _ = self.passed(forward, family)
        if not arriving.perhaps:
            return arriving
        if not back:
            return Bounds(EMPTY, arriving.perhaps, arriving.why)
        answers = reduce(lambda one, step: both(one, step.passes, meet), back, self._all[family])
        sure = minus(arriving.sure, answers.perhaps)
        why = arriving.why or answers.why
        return exact(sure) if why is None else Bounds(sure, minus(arriving.perhaps, answers.sure), why)

    def openings(self, rows: PMap, family: int) -> tuple[Opening, ...]:
        """Return a map of one family as openings."""
        key = (family, rows)
        if key not in self._openings:
            self._openings[key] = tuple(
                Opening(traffic, AddressSet(ipv4=senders) if family == _IPV4 else AddressSet(ipv6=senders))
                for traffic, senders in by_traffic(rows, self.atoms)
            )
        return self._openings[key]

    def gate(self, subnet: Subnet, family: int) -> Gate:
        """Return what a subnet lets in from the internet and back."""
        key = (subnet.id, family)
        if key not in self._gates:
            routing, route = self._route(subnet, family)
            self._gates[key] = Gate(
                self._acl(subnet, family, egress=False), self._acl(subnet, family, egress=True), route, routing
            )
        return self._gates[key]

    def _acl(self, subnet: Subnet, family: int, *, egress: bool) -> Step:
        way = "the answer out" if egress else "in"
        try:
            acl = self.estate.acl_of(subnet)
        except UnknownAsked as asked:
            return Step(
                Blocker("SUBNET_ACL_RESTRICTION", subnet.id, f"lets nothing {way}"), self.open(asked.why, family)
            )
        blocker = Blocker("SUBNET_ACL_RESTRICTION", acl.id, f"lets nothing {way}")
        side = self._side(acl, egress=egress)
        if not isinstance(side, AclSide):
            return Step(blocker, self.open(side, family))
        key = (acl.id, egress, family)
        if key not in self._maps:
            passes = Bounds(self._acl_map(side, family, most=False), self._acl_map(side, family, most=True), side.why)
            if egress:
                passes = each(passes, lambda rows: masked(rows, self._answerable))
            self._maps[key] = self._shared(passes)
        return Step(blocker, self._maps[key])

    def _answerable(self, mask: int) -> int:
        if mask not in self._answers:
            self._answers[mask] = self.atoms.answerable(mask)
        return self._answers[mask]

    def _acl_map(self, side: AclSide, family: int, *, most: bool) -> PMap:
        entries = [
            (span, self.atoms.mask(line.traffic), allow)
            for line, allow in side.ordered(most=most)
            for span in family_of(line.addresses, family).spans
        ]
        return first_match(entries)

    def _route(self, subnet: Subnet, family: int) -> tuple[Routing | None, Step]:
        blocker = Blocker("NO_ROUTE_TO_DESTINATION", subnet.id, "has no route back through an internet gateway")
        try:
            table = self.estate.table_of(subnet)
            routing, fates = self._fates_of(table)
        except UnknownAsked as asked:
            return None, Step(blocker, self.open(asked.why, family))
        key = (table.id, family)
        if key not in self._maps:
            sure, perhaps = family_of(fates.gateway, family), family_of(fates.perhaps, family)
            passes = exact(everywhere(sure, self.atoms.everything))
            if perhaps != sure and fates.why is not None:
                passes = Bounds(passes.sure, everywhere(perhaps, self.atoms.everything), fates.why)
            self._maps[key] = self._shared(passes)
        return routing, Step(msgspec.structs.replace(blocker, id=table.id), self._maps[key])

    def _fates_of(self, table: RouteTable) -> tuple[Routing, Fates]:
        if table.id not in self._fates:
            try:
                routing = routing_of(table, self.estate)
                self._fates[table.id] = (routing, to_internet(routing, self.estate))
            except UnknownAsked as asked:
                self._fates[table.id] = asked.why
        found = self._fates[table.id]
        if isinstance(found, Why):
            raise UnknownAsked(found)
        return found

    def groups(self, interface: NetworkInterface, family: int) -> Step:
        """Return what the security groups of an interface admit from the internet; without groups, everything."""
        try:
            carried = tuple(sorted(known(interface.groups)))
        except UnknownAsked as asked:
            return Step(
                Blocker("ENI_SG_RULES_MISMATCH", interface.id, "no rule admits it"),
                self.open(asked.why, family),
                offers=True,
            )
        key = (carried, family)
        if key not in self._groups:
            blocker = Blocker("ENI_SG_RULES_MISMATCH", ", ".join(carried), "no rule admits it")
            admitted = self._shared(self._admitted(carried, family, interface.scope.region))
            self._groups[key] = Step(blocker, admitted, offers=True)
        return self._groups[key]

    def _admitted(self, carried: tuple[str, ...], family: int, region: str) -> Bounds[PMap]:
        if not carried:
            return self._all[family]
        boxes = [self._boxes_of(group, family, region) for group in carried]
        sure = from_boxes(box for one in boxes for box in one.sure)
        why = next((one.why for one in boxes if one.why), None)
        return (
            exact(sure) if why is None else Bounds(sure, from_boxes(box for one in boxes for box in one.perhaps), why)
        )

    def _boxes_of(self, group_id: str, family: int, region: str) -> Bounds[PMap]:
        """Return what the rules of one group admit from the internet, one row for each, not yet brought together."""
        key = (group_id, family)
        if key not in self._boxes:
            grants = self._grants_of(group_id, region)
            if isinstance(grants, Why):
                self._boxes[key] = self.open(grants, family)
            else:
                sure = self._rows_of((one for one in grants if one.why is None), family)
                why = next((one.why for one in grants if one.why), None)
                self._boxes[key] = exact(sure) if why is None else Bounds(sure, self._rows_of(grants, family), why)
        return self._boxes[key]

    def admitting(self, interface: NetworkInterface, family: int, rows: PMap) -> list[Grant]:
        """Return the grants of an interface's groups that admit some of these packets; none if it has no groups.

        Rules are a union: each of them has to go, and no other, for all of these packets to be refused.
        """
        found: list[Grant] = []
        for group in known(interface.groups):
            grants = self._grants_of(group, interface.scope.region)
            if not isinstance(grants, Why):
                found += [one for one in grants if overlap(from_boxes(self._rows_of((one,), family)), rows)]
        return found

    def _rows_of(self, grants: Iterable[Grant], family: int) -> PMap:
        return tuple(
            (low, high, self.atoms.mask(grant.traffic))
            for grant in grants
            for low, high in family_of(grant.addresses, family).spans
        )

    def arrivals(self, interface: NetworkInterface, family: int) -> tuple[list[Step], list[Step]]:
        """Return the steps of a packet from an internet gateway to an interface, and those of the answer."""
        forward = self._arrival(interface, family)
        try:
            subnet = self._subnet(interface)
        except UnknownAsked as asked:
            blocker = Blocker("UNKNOWN_SUBNET", interface.id, "its subnet is not known")
            return [*forward, Step(blocker, self.open(asked.why, family)), self.groups(interface, family)], []
        gate = self.gate(subnet, family)
        forward += [
            self._block(subnet, family),
            self._attached(subnet, gate, family),
            self._edge(interface, subnet, family),
            gate.inbound,
            self.groups(interface, family),
            *self._listeners(interface, family),
        ]
        return forward, [gate.outbound, gate.route]

    def _listeners(self, interface: NetworkInterface, family: int) -> list[Step]:
        """Return what the load balancer of a node listens to; nothing if the interface is no node of one."""
        heard = listening(interface, self.estate)
        if heard is None:
            return []
        addresses = family_of(EVERY_ADDRESS, family)
        passes = each(heard, lambda traffic: everywhere(addresses, self.atoms.masks(traffic)))
        blocker = Blocker("ELB_LISTENERS_MISMATCH", node_name(interface), "no listener takes it")
        return [Step(blocker, self._shared(passes))]

    def _subnet(self, interface: NetworkInterface) -> Subnet:
        subnet = known(interface.subnet)
        if not subnet:
            raise UnknownAsked(unmodelled(f"{interface.id} lies in no single subnet"))
        return self.estate.get(Subnet, str(subnet), interface.scope.region)

    def _arrival(self, interface: NetworkInterface, family: int) -> list[Step]:
        """Return what stands between the internet and an interface in itself: its state, its kind, its addresses."""
        return [
            self._fact(
                Blocker("UNASSOCIATED_COMPONENT", interface.id, "is attached to nothing"),
                family,
                lambda: is_attached(interface),
            ),
            self._fact(
                Blocker("COMPONENT_ACCEPTS_NO_INGRESS", interface.id, "takes no connections from outside"),
                family,
                lambda: takes_requests(interface),
            ),
            self._fact(
                Blocker("IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS", interface.id, f"has no public IPv{family} address"),
                family,
                lambda: bool(public_addresses(interface, family)),
            ),
            self._fact(
                Blocker("INTERNET_GATEWAY_TRAFFIC_DENIED", interface.id, "drops what comes from internet gateways"),
                family,
                lambda: not interface.denies_igw_traffic,
            ),
        ]

    def _fact(self, blocker: Blocker, family: int, holds: Callable[[], bool]) -> Step:
        try:
            return Step(blocker, self._all[family] if holds() else self._none)
        except UnknownAsked as asked:
            return Step(blocker, self.open(asked.why, family))

    def _block(self, subnet: Subnet, family: int) -> Step:
        return self._fact(
            Blocker("VPC_BLOCK_PUBLIC_ACCESS_ENABLED", subnet.id, "VPC Block Public Access stops it"),
            family,
            lambda: self.estate.block_mode(subnet) == "off",
        )

    def _edge(self, interface: NetworkInterface, subnet: Subnet, family: int) -> Step:
        """Return whether the gateway's own route table, if there is one, delivers to the interface."""
        blocker = Blocker("NO_ROUTE_TO_DESTINATION", subnet.id, "the gateway's route table does not deliver to it")
        try:
            table = self.estate.edge_table(known(subnet.vpc), subnet.scope.region)
            if table is None:
                return Step(blocker, self._all[family])
            blocker = msgspec.structs.replace(blocker, id=table.id)
            routing, _ = self._fates_of(table)
            for address in public_addresses(interface, family):
                leg = routing.leg(family, address)
                if routing.why is not None or leg is None or leg.route.via == Via.LOCAL:
                    continue
                if leg.route.state == "active" and (appliance := appliance_of(leg.route, self.estate)):
                    return Step(blocker, self.open(unmodelled(f"traffic is inspected by {appliance}"), family))
            return self._fact(blocker, family, lambda: self._delivers(routing, interface, family))
        except UnknownAsked as asked:
            return Step(blocker, self.open(asked.why, family))

    def _delivers(self, routing: Routing, interface: NetworkInterface, family: int) -> bool:
        if routing.why is not None:
            raise UnknownAsked(routing.why)
        legs = [routing.leg(family, address) for address in public_addresses(interface, family)]
        return any(leg is not None and leg.route.via == Via.LOCAL for leg in legs)

    def _attached(self, subnet: Subnet, gate: Gate, family: int) -> Step:
        vpc = known(subnet.vpc)

        def attached() -> bool:
            legs = () if gate.routing is None else gate.routing.legs
            if vpc in self.estate.gateways or any(
                leg.route.via == Via.INTERNET_GATEWAY and leg.route.state == "active" for leg in legs
            ):
                return True
            why = self.estate.unread(InternetGateway, subnet.scope.region)
            if why is not None:
                raise UnknownAsked(why)
            return False

        return self._fact(Blocker("IGW_NOT_ATTACHED", vpc, "has no internet gateway"), family, attached)


def is_attached(interface: NetworkInterface) -> bool:
    """Whether an interface is attached; one whose state was not told is if an instance has it."""
    if why_unknown(interface.status) is not None and why_unknown(interface.instance) is None and interface.instance:
        return True
    return interface.status != "available"


def takes_requests(interface: NetworkInterface) -> bool:
    """Whether what is behind an interface takes connections; where the type was not told, one that no service made does."""
    if why_unknown(interface.interface_type) is not None and not interface.requester_managed:
        return True
    return interface.interface_type not in _NO_INGRESS


def _groups_of(interface: NetworkInterface) -> tuple[str, ...]:
    try:
        return known(interface.groups)
    except UnknownAsked:
        return ()


def through(steps: Sequence[Bounds[PMap]], start: PMap, offer: Bounds[PMap]) -> tuple[Bounds[PMap], tuple[int, ...]]:
    """Send packets through all steps: what comes through, and the numbers of the steps that stop everything.

    Those are the steps that by themselves stop all that the offer (one of the steps) would admit; and where none does,
    the one after which nothing is left.
    """
    passed = exact(start)
    offered = meet(start, offer.perhaps)
    stopping = [number for number, step in enumerate(steps) if not overlap(offered or start, step.perhaps)]
    if stopping:
        return exact(EMPTY), tuple(stopping)
    for number, step in enumerate(steps):
        passed = both(passed, step, meet)
        if not passed.perhaps and not stopping:
            stopping.append(number)
    return passed, tuple(stopping)
