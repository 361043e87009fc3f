"""From outside through a load balancer to a target behind it."""

from collections.abc import Iterator
from typing import Final

import msgspec

from scanner.model.addresses import INTERNET
from scanner.model.exposure import Blocker, Hop
from scanner.model.intervals import Intervals, intervals
from scanner.model.maybe import UnknownAsked, Why, known
from scanner.model.security_group import SecurityGroup
from scanner.model.vpc import NetworkInterface, Subnet
from scanner.reason.network.answer import Answer, Verdict, settle
from scanner.reason.network.arrive import arrive
from scanner.reason.network.balancers import Front, fronts
from scanner.reason.network.bounds import both, exact
from scanner.reason.network.estate import private_addresses
from scanner.reason.network.filters import grants_of
from scanner.reason.network.gates import FAMILIES
from scanner.reason.network.inside import End, checks
from scanner.reason.network.internet import Internet
from scanner.reason.network.pmap import everywhere, meet
from scanner.reason.network.routing import family_of

_BEHIND: Final = 20
"""How far behind everything else a way through a load balancer counts as having come."""


def through_balancers(
    target: NetworkInterface, family: int, senders: Intervals, asked: Intervals, internet: Internet
) -> Iterator[tuple[int, Answer]]:
    """Yield, for each load balancer in front of an interface, whether these addresses reach it by that."""
    try:
        for front in fronts(target, internet.estate):
            if front.sends & asked:
                for node in front.nodes:
                    yield _by_node(front, node, target, family, senders, internet)
    except UnknownAsked as asked_for:
        yield 0, Answer(Verdict.UNDECIDED, why=asked_for.why)


class Behind(msgspec.Struct, frozen=True):
    """What the internet can send to a target through a load balancer, and the way of one packet."""

    traffic: Intervals
    sources: Intervals
    family: int
    hops: tuple[Hop, ...]
    why: Why | None
    """Why this is not certain, if it is not."""


def behind(target: NetworkInterface, internet: Internet) -> Iterator[Behind]:
    """Yield what the internet can, or may, send to an interface through load balancers.

    Raises `UnknownAsked` where it is not known what stands in front of it.
    """
    for front in fronts(target, internet.estate):
        for node in front.nodes:
            for family in FAMILIES:
                senders = family_of(INTERNET, family)
                _, answer = _by_node(front, node, target, family, senders, internet)
                if answer.verdict is Verdict.NOT_REACHABLE:
                    continue
                forward, back = internet.arrivals(node, family)
                start = everywhere(senders, internet.atoms.masks(front.takes))
                listened, _ = internet.passed((*forward, *back), family, start)
                clients = intervals((low, high) for low, high, _ in listened.perhaps)
                yield Behind(front.sends, clients, family, answer.hops, answer.why)


def _by_node(  # noqa: PLR0917 - the two legs of one way
    front: Front, node: NetworkInterface, target: NetworkInterface, family: int, senders: Intervals, internet: Internet
) -> tuple[int, Answer]:
    met, first = arrive(node, family, senders, front.takes, internet)
    if first.verdict is Verdict.NOT_REACHABLE:
        return met, first
    second = (
        _preserved(front, node, target, family, senders, internet)
        if front.preserves
        else _own(front, node, target, internet)
    )
    if second.verdict is not Verdict.REACHABLE:
        return _BEHIND, msgspec.structs.replace(second, hops=(*first.hops, *second.hops))
    hops = (*first.hops, Hop("load balancer", front.balancer, f"listener {front.listener}"), *second.hops)
    if first.verdict is Verdict.UNDECIDED:
        return _BEHIND, msgspec.structs.replace(first, hops=hops)
    return _BEHIND, msgspec.structs.replace(second, hops=hops)


def _own(front: Front, node: NetworkInterface, target: NetworkInterface, internet: Internet) -> Answer:
    """Return whether a node reaches the target by its own address."""
    estate = internet.estate
    best: tuple[int, Answer] | None = None
    for family, here in private_addresses(node):
        for version, there in private_addresses(target):
            if family != version:
                continue
            ends = (
                End(node, _subnet(node, internet), family, here),
                End(target, _subnet(target, internet), family, there),
            )
            answer, met = settle(checks(*ends, front.sends, estate), front.sends)
            if answer.verdict is Verdict.REACHABLE:
                return msgspec.structs.replace(answer, hops=answer.hops[1:])
            best = max(best, (met, answer), key=lambda one: one[0]) if best else (met, answer)
    if best is None:
        detail = f"{node.id} and {target.id} have no addresses of one family"
        return Answer(Verdict.NOT_REACHABLE, blocker=Blocker("NO_ADDRESS_IN_COMMON", "", detail))
    return best[1]


def _subnet(interface: NetworkInterface, internet: Internet) -> Subnet:
    return internet.estate.get(Subnet, str(known(interface.subnet)), interface.scope.region)


def _preserved(  # noqa: PLR0917 - the second leg, in the client's name
    front: Front, node: NetworkInterface, target: NetworkInterface, family: int, senders: Intervals, internet: Internet
) -> Answer:
    """Return whether the target admits clients by their own addresses, or by the balancer's group.

    The answer goes back through the balancer, so the target's subnet needs no route to an internet gateway.
    """
    forward, back = internet.arrivals(node, family)
    listened, _ = internet.passed((*forward, *back), family, everywhere(senders, internet.atoms.masks(front.takes)))
    clients = intervals((low, high) for low, high, _ in listened.perhaps)
    start = everywhere(clients, internet.atoms.masks(front.sends))
    gate = internet.gates.gate(_subnet(target, internet), family)
    steps = [] if known(node.subnet) == known(target.subnet) else [gate.inbound, gate.outbound]
    if not _names_group(node, target, internet):
        steps.append(internet.gates.groups(target, family))
    for step in steps:
        passed = both(exact(start), step.passes, meet)
        if not passed.perhaps:
            return Answer(Verdict.NOT_REACHABLE, blocker=step.blocker)
        if not passed.sure:
            return Answer(Verdict.UNDECIDED, why=passed.why)
        start = passed.sure
    return Answer(
        Verdict.REACHABLE,
        (Hop("network interface", target.id, "the client's address is preserved"),),
        traffic=front.sends,
    )


def _names_group(node: NetworkInterface, target: NetworkInterface, internet: Internet) -> bool:
    """Whether a rule of the target's groups refers to a group of the balancer: that is admitted in any case."""
    carried = set(known(node.groups))
    for native_id in known(target.groups):
        group = internet.estate.get(SecurityGroup, native_id, target.scope.region)
        if any(grant.carriers in carried for grant in grants_of(group, internet.estate)):
            return True
    return not known(target.groups)
