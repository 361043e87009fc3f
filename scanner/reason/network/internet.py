"""What the internet can send to an interface: exact, for whole classes of interfaces at once.

From an internet gateway a packet goes by the gateway's own route table if it has one, else straight to the interface:
the subnet's route table bears on the answer alone (reference: Amazon VPC User Guide, Gateway route tables, Network
ACLs, Security groups, Block public access).
"""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Final

import msgspec

from scanner.model.addresses import EVERY_ADDRESS, INTERNET, AddressSet
from scanner.model.exposure import Blocker, Opening
from scanner.model.gateways import InternetGateway
from scanner.model.intervals import Span
from scanner.model.maybe import UnknownAsked, known, why_unknown
from scanner.model.vpc import NetworkInterface, Subnet, Via
from scanner.reason.network.balancers import listening, node_name
from scanner.reason.network.bounds import Bounds, both, each, exact
from scanner.reason.network.estate import Estate
from scanner.reason.network.gates import FAMILIES, Gate, Gates, Step
from scanner.reason.network.pmap import (
    EMPTY,
    PMap,
    by_traffic,
    everywhere,
    meet,
    minus,
    overlap,
)
from scanner.reason.network.public import public_addresses
from scanner.reason.network.routing import (
    Routing,
    appliance_of,
    family_of,
    unmodelled,
)

_IPV4: Final = 4
_NO_INGRESS: Final = frozenset({"nat_gateway", "natGateway", "lambda", "transit_gateway"})
"""Interfaces that take no connection from the internet, whatever is routed to them."""


class Internet:
    """Answers for one estate, with everything that several interfaces have in common computed once."""

    def __init__(self, estate: Estate, asked: Iterable[Span] = ()) -> None:
        self.estate = estate
        self.gates = Gates(estate, asked)
        self.atoms = self.gates.atoms
        self._passed: dict[tuple[object, ...], tuple[Bounds[PMap], tuple[int, ...]]] = {}
        self._openings: dict[tuple[int, PMap], tuple[Opening, ...]] = {}
        self._internet = {family: everywhere(family_of(INTERNET, family), self.atoms.everything) for family in FAMILIES}

    def passed(
        self, steps: Iterable[Step], family: int, start: PMap | None = None
    ) -> tuple[Bounds[PMap], tuple[Blocker, ...]]:
        """Send packets through the steps: what comes through, and what stops all of them.

        They start with everything that the internet may send, unless `start` says with what.
        """
        steps = tuple(steps)
        everything = self.gates.everything[family]
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
        answers = reduce(lambda one, step: both(one, step.passes, meet), back, self.gates.everything[family])
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

    def arrivals(self, interface: NetworkInterface, family: int) -> tuple[list[Step], list[Step]]:
        """Return the steps of a packet from an internet gateway to an interface, and those of the answer."""
        forward = self._arrival(interface, family)
        try:
            subnet = self._subnet(interface)
        except UnknownAsked as asked:
            blocker = Blocker("UNKNOWN_SUBNET", interface.id, "its subnet is not known")
            return [
                *forward,
                Step(blocker, self.gates.open(asked.why, family)),
                self.gates.groups(interface, family),
            ], []
        gate = self.gates.gate(subnet, family)
        forward += [
            self._block(subnet, family),
            self._attached(subnet, gate, family),
            self._edge(interface, subnet, family),
            gate.inbound,
            self.gates.groups(interface, family),
            *self.listeners(interface, family),
        ]
        return forward, [gate.outbound, gate.route]

    def entered(self, interface: NetworkInterface, family: int) -> list[Step]:
        """Return the steps of a packet that enters the VPC by an accelerator's interface, and of its answer.

        The VPC must have an internet gateway; neither a public address nor a route to the gateway is needed (AWS Global
        Accelerator, Requirements for client IP address preservation). Of network ACLs its guide says that they bear on
        what leaves (the same page), on nothing (Guidelines and restrictions), and on all (Best practices for ENIs).
        """
        subnet = self._subnet(interface)
        gate = self.gates.gate(subnet, family)
        attached, takes, *_ = self._arrival(interface, family)
        return [
            attached,
            takes,
            self._block(subnet, family),
            self._attached(subnet, gate, family),
            self._doubted(gate.inbound, family),
            self.gates.groups(interface, family),
            *self.listeners(interface, family),
            self._doubted(gate.outbound, family),
        ]

    def _doubted(self, step: Step, family: int) -> Step:
        """Return a step that may not be asked at all."""
        why = unmodelled(f"whether {step.blocker.id} bears on what an accelerator sends with its clients' addresses")
        everything = self.gates.everything[family].sure
        if step.passes.sure == everything:
            return step
        return msgspec.structs.replace(step, passes=self.gates.shared(Bounds(step.passes.sure, everything, why)))

    def listeners(self, interface: NetworkInterface, family: int) -> list[Step]:
        """Return what the load balancer of a node listens to; nothing if the interface is no node of one."""
        heard = listening(interface, self.estate)
        if heard is None:
            return []
        addresses = family_of(EVERY_ADDRESS, family)
        passes = each(heard, lambda traffic: everywhere(addresses, self.atoms.masks(traffic)))
        blocker = Blocker("ELB_LISTENERS_MISMATCH", node_name(interface), "no listener takes it")
        return [Step(blocker, self.gates.shared(passes))]

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
            return Step(blocker, self.gates.everything[family] if holds() else self.gates.nothing)
        except UnknownAsked as asked:
            return Step(blocker, self.gates.open(asked.why, family))

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
                return Step(blocker, self.gates.everything[family])
            blocker = msgspec.structs.replace(blocker, id=table.id)
            routing, _ = self.gates.fates_of(table)
            for address in public_addresses(interface, family):
                leg = routing.leg(family, address)
                if routing.why is not None or leg is None or leg.route.via == Via.LOCAL:
                    continue
                if leg.route.state == "active" and (appliance := appliance_of(leg.route, self.estate)):
                    return Step(blocker, self.gates.open(unmodelled(f"traffic is inspected by {appliance}"), family))
            return self._fact(blocker, family, lambda: self._delivers(routing, interface, family))
        except UnknownAsked as asked:
            return Step(blocker, self.gates.open(asked.why, family))

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
