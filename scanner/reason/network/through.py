"""From the internet to an interface by something that stands in front of it: load balancers, and the edge of AWS."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from scanner.model.addresses import EVERY_ADDRESS, INTERNET
from scanner.model.exposure import Blocker, Hop
from scanner.model.intervals import NOTHING, Intervals, intervals
from scanner.model.maybe import UnknownAsked, Why, known
from scanner.model.security_group import SecurityGroup
from scanner.model.traffic import ALL_TRAFFIC
from scanner.model.vpc import NetworkInterface, Subnet
from scanner.reason.network.answer import Answer, Check, Verdict, settle
from scanner.reason.network.arrive import arrive
from scanner.reason.network.balancers import Front, fronts
from scanner.reason.network.bounds import Bounds, both, exact
from scanner.reason.network.entrances import Entrance, entrances
from scanner.reason.network.estate import private_addresses
from scanner.reason.network.filters import granted, grants_of
from scanner.reason.network.gates import FAMILIES, Step
from scanner.reason.network.inside import End, acl_check, checks, group_check, state_check
from scanner.reason.network.internet import Internet
from scanner.reason.network.pmap import PMap, everywhere, from_boxes, meet
from scanner.reason.network.routing import family_of, unmodelled
from scanner.reason.network.vpc_links import by_vpc_links

_BEST: Final = (Verdict.REACHABLE, Verdict.UNDECIDED, Verdict.NOT_REACHABLE)
_BEHIND: Final = 20
"""How far behind everything else a way through a load balancer counts as having come."""


class Leg(msgspec.Struct, frozen=True):
    """A way from clients of one family to an interface, or how far packets come on it."""

    met: int
    answer: Answer
    aims: Intervals
    """The traffic that would arrive at the interface by this way, if nothing stopped it."""
    sources: Intervals = NOTHING
    """The clients that may come by it."""
    sender: NetworkInterface | None = None
    """In whose name packets arrive at the interface; None: clients keep their own addresses."""

    @property
    def is_open(self) -> bool:
        """Whether anything comes by it, or may."""
        return self.answer.verdict is not Verdict.NOT_REACHABLE


class Behind(msgspec.Struct, frozen=True):
    """What the internet can send to a target through what stands before it, and the way of one packet."""

    traffic: Intervals
    sources: Intervals
    family: int
    hops: tuple[Hop, ...]
    why: Why | None
    """Why this is not certain, if it is not."""


def through_balancers(
    target: NetworkInterface, family: int, senders: Intervals, asked: Intervals, internet: Internet
) -> Iterator[tuple[int, Answer]]:
    """Yield, for each way through what stands before an interface, whether these addresses reach it by that."""
    try:
        for leg in _legs(target, family, senders, internet, frozenset()):
            if leg.aims & asked:
                yield leg.met, msgspec.structs.replace(leg.answer, traffic=leg.answer.traffic & asked)
    except UnknownAsked as asked_for:
        yield 0, Answer(Verdict.UNDECIDED, why=asked_for.why)


def behind(target: NetworkInterface, internet: Internet) -> Iterator[Behind]:
    """Yield what the internet can, or may, send to an interface through what stands before it.

    Raises `UnknownAsked` where it is not known what that is.
    """
    for family in FAMILIES:
        for leg in _legs(target, family, family_of(INTERNET, family), internet, frozenset()):
            if leg.is_open:
                yield Behind(leg.answer.traffic or leg.aims, leg.sources, family, leg.answer.hops, leg.answer.why)


def _legs(
    target: NetworkInterface, family: int, senders: Intervals, internet: Internet, seen: frozenset[str]
) -> Iterator[Leg]:
    """Yield the ways to an interface other than straight; `seen` are those that a way has already passed."""
    estate = internet.estate
    for entrance in (*entrances(target, estate), *by_vpc_links(target, estate)):
        if entrance.is_client:
            yield from _as_client(entrance, target, family, senders, internet)
        else:
            yield _entered(entrance, target, family, senders, internet)
    for front in fronts(target, estate):
        for node in front.nodes:
            if node.id not in seen:
                for first in _arrivals(node, family, senders, front.takes, internet, seen | {target.id}):
                    yield _led_on(front, node, target, family, first, internet)


def _arrivals(  # noqa: PLR0917 - who, to what, with what
    node: NetworkInterface,
    family: int,
    senders: Intervals,
    takes: Intervals,
    internet: Internet,
    seen: frozenset[str],
) -> Iterator[Leg]:
    """Yield how clients come to a node with traffic that its listener takes: straight, and by what stands before it."""
    met, answer = arrive(node, family, senders, takes, internet)
    forward, back = internet.arrivals(node, family)
    listened, _ = internet.passed((*forward, *back), family, everywhere(senders, internet.atoms.masks(takes)))
    yield Leg(met, answer, takes, _clients(listened.perhaps))
    for leg in _legs(node, family, senders, internet, seen):
        if leg.aims & takes:
            yield leg


def _clients(rows: PMap) -> Intervals:
    return intervals((low, high) for low, high, _ in rows)


def _entered(entrance: Entrance, target: NetworkInterface, family: int, senders: Intervals, internet: Internet) -> Leg:
    """Return the way by something at the edge, which needs neither a public address nor a route to the internet."""
    if entrance.why is not None:
        answer = Answer(Verdict.UNDECIDED, entrance.hops, why=entrance.why)
        return Leg(_BEHIND, answer, entrance.takes, senders)
    if not entrance.preserves:
        legs = [(_from_node(node, target, entrance, internet), node) for node in entrance.nodes]
        best, sender = min(legs, key=lambda leg: _BEST.index(leg[0].verdict))
        if entrance.doubt is not None and best.verdict is Verdict.REACHABLE:
            best = Answer(Verdict.UNDECIDED, best.hops, why=entrance.doubt)
        hops = (*entrance.hops, *best.hops)
        return Leg(_BEHIND, msgspec.structs.replace(best, hops=hops), entrance.takes, senders, sender)
    start = everywhere(senders, internet.atoms.masks(entrance.takes))
    steps = internet.entered(target, family)
    found, sources = _admitted(steps, start, entrance.takes, internet)
    hop = Hop("network interface", target.id, "the client's address is preserved")
    return Leg(_BEHIND, msgspec.structs.replace(found, hops=(*entrance.hops, hop)), entrance.takes, sources)


def _from_node(node: NetworkInterface, target: NetworkInterface, entrance: Entrance, internet: Internet) -> Answer:
    if entrance.is_inside:
        return Answer(Verdict.REACHABLE, (Hop("network interface", target.id),), traffic=entrance.takes)
    return _own(node, target, entrance.takes, internet, classic=False)


def _as_client(
    entrance: Entrance, target: NetworkInterface, family: int, senders: Intervals, internet: Internet
) -> Iterator[Leg]:
    """Yield the way of what comes from the internet by addresses of its own, where it may be among the few that are admitted.

    Where everybody is admitted, or nobody, the straight way tells all.
    """
    forward, back = internet.arrivals(target, family)
    anywhere = family_of(INTERNET, family)
    start = everywhere(anywhere, internet.atoms.masks(entrance.takes))
    found, admitted = _admitted((*forward, *back), start, entrance.takes, internet)
    if found.verdict is Verdict.REACHABLE and admitted != anywhere:
        why = unmodelled(f"whether {entrance.hops[-1].id} is among the clients that {target.id} admits")
        yield Leg(_BEHIND, Answer(Verdict.UNDECIDED, entrance.hops, why=why), entrance.takes, senders)


def _led_on(  # noqa: PLR0917 - the two legs of one way
    front: Front, node: NetworkInterface, target: NetworkInterface, family: int, first: Leg, internet: Internet
) -> Leg:
    """Return the whole way: the first leg to a node, and on from there."""
    if not first.is_open:
        return msgspec.structs.replace(first, aims=front.sends)
    sources = first.sources & family_of(front.clients, family)
    if not sources:
        blocker = Blocker("ELB_LISTENERS_MISMATCH", front.balancer, "its rules forward none of these clients")
        return Leg(_BEHIND, Answer(Verdict.NOT_REACHABLE, first.answer.hops, blocker), front.sends)
    if front.preserves and first.sender is not None:
        second = _in_name_of(first.sender, front, node, target, internet)
    elif front.preserves and family == front.family:
        second, sources = _preserved(front, node, target, family, sources, internet)
    else:
        second = _own(node, target, front.sends, internet, classic=front.is_classic)
    hops = (*first.answer.hops, Hop("load balancer", front.balancer, f"listener {front.listener}"), *second.hops)
    if second.verdict is Verdict.REACHABLE and first.answer.verdict is Verdict.UNDECIDED:
        second = first.answer
    return Leg(_BEHIND, msgspec.structs.replace(second, hops=hops), front.sends, sources)


def _own(
    node: NetworkInterface, target: NetworkInterface, sends: Intervals, internet: Internet, *, classic: bool
) -> Answer:
    """Return whether a node reaches the target by its own address.

    Network ACLs bear on what a Classic Load Balancer sends even to its own subnet (VPC Reachability Analyzer,
    ELB_ACL_RESTRICTION).
    """
    estate = internet.estate
    best: tuple[int, Answer] | None = None
    for family, here in private_addresses(node):
        for version, there in private_addresses(target):
            if family != version:
                continue
            source = End(_subnet(node, internet), family, here, node)
            end = End(_subnet(target, internet), family, there, target)
            gates = list(checks(source, end, sends, estate))
            if classic and source.subnet.id == end.subnet.id:
                gates.append(acl_check(source.subnet, family, there, estate, egress=True))
            answer, met = settle(gates, sends)
            if answer.verdict is Verdict.REACHABLE:
                return msgspec.structs.replace(answer, hops=answer.hops[1:])
            best = max(best, (met, answer), key=lambda one: one[0]) if best else (met, answer)
    return best[1] if best is not None else _apart(node, target)


def _subnet(interface: NetworkInterface, internet: Internet) -> Subnet:
    return internet.estate.get(Subnet, str(known(interface.subnet)), interface.scope.region)


def _preserved(  # noqa: PLR0917 - the second leg, in the client's name
    front: Front, node: NetworkInterface, target: NetworkInterface, family: int, clients: Intervals, internet: Internet
) -> tuple[Answer, Intervals]:
    """Return whether the target admits clients by their own addresses, or by the balancer's group; and which clients.

    The answer goes back through the balancer, so the target's subnet needs no route to an internet gateway.
    """
    gate = internet.gates.gate(_subnet(target, internet), family)
    steps = [] if known(node.subnet) == known(target.subnet) else [gate.inbound, gate.outbound]
    steps += [_admits(node, target, family, internet), *internet.listeners(target, family)]
    start = everywhere(clients, internet.atoms.masks(front.sends))
    found, sources = _admitted(steps, start, front.sends, internet)
    if found.verdict is not Verdict.REACHABLE:
        return found, sources
    let_out = _let_out(node, target, front, internet)
    if let_out.verdict is not Verdict.REACHABLE:
        return let_out, sources
    hop = Hop("network interface", target.id, "the client's address is preserved")
    return msgspec.structs.replace(found, hops=(hop,)), sources


def _in_name_of(
    sender: NetworkInterface, front: Front, node: NetworkInterface, target: NetworkInterface, internet: Internet
) -> Answer:
    """Return whether the target admits what keeps the address of the interface by which it entered, or the balancer's group."""
    here, there = dict(reversed(private_addresses(sender))), dict(reversed(private_addresses(target)))
    family = front.family
    if family not in here or family not in there:
        return _apart(sender, target)
    estate, subnet = internet.estate, _subnet(target, internet)
    near = known(node.subnet) == known(target.subnet)
    carried = frozenset((*known(sender.groups), *known(node.groups)))
    grants = [
        grant
        for native_id in known(target.groups)
        for grant in grants_of(estate.get(SecurityGroup, native_id, target.scope.region), estate)
    ]
    blocker = Blocker("ENI_SG_RULES_MISMATCH", target.id, "no rule lets it in from the other end")
    admitted = granted(grants, family, here[family], carried) if known(target.groups) else exact(ALL_TRAFFIC)
    gates = [] if near else [acl_check(subnet, family, here[family], estate, egress=False)]
    gates += [Check(blocker, admitted), state_check(target)]
    gates += [] if near else [acl_check(subnet, family, here[family], estate, egress=True, answer=True)]
    found, _ = settle(gates, front.sends)
    if found.verdict is not Verdict.REACHABLE:
        return found
    let_out = _let_out(node, target, front, internet)
    hop = Hop("network interface", target.id, f"the address of {sender.id} is preserved")
    return msgspec.structs.replace(found, hops=(hop,)) if let_out.verdict is Verdict.REACHABLE else let_out


def _apart(one: NetworkInterface, other: NetworkInterface) -> Answer:
    detail = f"{one.id} and {other.id} have no addresses of one family"
    return Answer(Verdict.NOT_REACHABLE, blocker=Blocker("NO_ADDRESS_IN_COMMON", "", detail))


def _let_out(node: NetworkInterface, target: NetworkInterface, front: Front, internet: Internet) -> Answer:
    """Return whether the balancer's own groups let it speak to the target."""
    here, there = dict(reversed(private_addresses(node))), dict(reversed(private_addresses(target)))
    if front.family not in here or front.family not in there:
        return _apart(node, target)
    source = End(_subnet(node, internet), front.family, here[front.family], node)
    end = End(_subnet(target, internet), front.family, there[front.family], target)
    check = group_check(source, end, front.sends, internet.estate, joined=True, egress=True)
    return settle([check], front.sends)[0]


def _admitted(steps: Iterable[Step], start: PMap, traffic: Intervals, internet: Internet) -> tuple[Answer, Intervals]:
    """Send packets through the steps: the verdict, and the clients whose packets come through, or may."""
    passed = exact(start)
    for step in steps:
        passed = both(passed, step.passes, meet)
        if not passed.perhaps:
            return Answer(Verdict.NOT_REACHABLE, blocker=step.blocker), NOTHING
    if not passed.sure:
        return Answer(Verdict.UNDECIDED, why=passed.why), _clients(passed.perhaps)
    sent = NOTHING
    for _, _, mask in passed.sure:
        sent |= internet.atoms.traffic(mask)
    return Answer(Verdict.REACHABLE, traffic=sent & traffic), _clients(passed.sure)


def _admits(node: NetworkInterface, target: NetworkInterface, family: int, internet: Internet) -> Step:
    """Return what the target's groups admit: clients by their addresses, and all by rules that name the balancer's group."""
    step = internet.gates.groups(target, family)
    carried = set(known(node.groups))
    boxes = [
        (*family_of(EVERY_ADDRESS, family).spans[0], internet.atoms.mask(grant.traffic))
        for native_id in known(target.groups)
        for grant in grants_of(internet.estate.get(SecurityGroup, native_id, target.scope.region), internet.estate)
        if grant.carriers in carried and grant.why is None
    ]
    if not boxes:
        return step
    sure, most = (from_boxes((*rows, *boxes)) for rows in (step.passes.sure, step.passes.perhaps))
    return msgspec.structs.replace(step, passes=Bounds(sure, most, step.passes.why))
