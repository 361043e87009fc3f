"""Whether one place can reach another: the question of `casemate reach`, and of path assertions."""

from collections.abc import Iterator
from itertools import product
from typing import Final

import msgspec

from scanner.model.addresses import INTERNET
from scanner.model.exposure import Blocker
from scanner.model.intervals import Intervals
from scanner.model.maybe import Reason, UnknownAsked, Why, known
from scanner.model.vpc import NetworkInterface, Subnet
from scanner.reason.network.answer import Answer, Verdict, settle
from scanner.reason.network.arrive import arrive, owner_hops
from scanner.reason.network.depart import depart
from scanner.reason.network.estate import Estate, private_addresses
from scanner.reason.network.gates import FAMILIES
from scanner.reason.network.inside import End, checks
from scanner.reason.network.internet import Internet
from scanner.reason.network.places import Place
from scanner.reason.network.privatelink import through_endpoints
from scanner.reason.network.public import PRIVATE
from scanner.reason.network.routing import family_of
from scanner.reason.network.sites import from_site
from scanner.reason.network.through import through_balancers

MOST_PAIRS: Final = 10_000
"""How many pairs of addresses one question may try before it is given up as undecided."""


def reach(source: Place, target: Place, asked: Intervals, estate: Estate) -> Answer:
    """Tell whether the source can send this traffic to the target and be answered.

    Where the places have several interfaces, one pair that can is enough; else the answer is of the pair that comes
    furthest.
    """
    if source.outside and target.outside and not (source.interfaces or target.interfaces):
        return _undecided(Reason.UNMODELLED, "neither end is an interface that was read")
    answers: list[tuple[int, Answer]] = []
    for count, found in enumerate(_attempts(source, target, asked, estate)):
        if found[1].verdict is Verdict.REACHABLE:
            return found[1]
        if count >= MOST_PAIRS:
            answers.append((0, _undecided(Reason.UNRESOLVED, f"more than {MOST_PAIRS} pairs of addresses")))
            break
        answers.append(found)
    open_ends = [Answer(Verdict.UNDECIDED, why=why) for why in (source.why, target.why) if why is not None]
    undecided = [one for _, one in answers if one.verdict is Verdict.UNDECIDED] + open_ends
    if undecided:
        return undecided[0]
    return max(answers, key=lambda one: one[0])[1] if answers else _nothing(source, target)


def _undecided(reason: Reason, detail: str) -> Answer:
    return Answer(Verdict.UNDECIDED, why=Why(reason, detail))


def _nothing(source: Place, target: Place) -> Answer:
    detail = f"{source.text} and {target.text} have no addresses of one family"
    return Answer(Verdict.NOT_REACHABLE, blocker=Blocker("NO_ADDRESS_IN_COMMON", "", detail))


def _attempts(source: Place, target: Place, asked: Intervals, estate: Estate) -> Iterator[tuple[int, Answer]]:
    """Yield the answer of each pair of ends, with how far packets come."""
    if source.outside and target.interfaces:
        internet = Internet(estate, asked.spans)
        for interface in target.interfaces:
            yield from _from_outside(source, interface, asked, internet)
    if target.outside:
        for interface in source.interfaces:
            for family in FAMILIES:
                yield from depart(interface, family, family_of(target.outside, family), asked, estate)
    for one, other in product(source.interfaces, target.interfaces):
        if one.id != other.id:
            yield from _between(one, other, asked, estate)
            for met, answer in through_endpoints(one, other, asked, estate):
                yield met, _ended(answer, other, estate)


def _between(
    one: NetworkInterface, other: NetworkInterface, asked: Intervals, estate: Estate
) -> Iterator[tuple[int, Answer]]:
    for (family, here), (version, there) in product(private_addresses(one), private_addresses(other)):
        if family == version:
            try:
                source = End(_subnet(one, estate), family, here, one)
                target = End(_subnet(other, estate), family, there, other)
                answer, met = settle(checks(source, target, asked, estate), asked)
            except UnknownAsked as known_not:
                answer, met = Answer(Verdict.UNDECIDED, why=known_not.why), 0
            yield met, _ended(answer, other, estate)


def _subnet(interface: NetworkInterface, estate: Estate) -> Subnet:
    return estate.get(Subnet, str(known(interface.subnet)), interface.scope.region)


def _ended(answer: Answer, interface: NetworkInterface, estate: Estate) -> Answer:
    """Add the instance that an interface belongs to at the end of a way."""
    if answer.verdict is not Verdict.REACHABLE:
        return answer
    return msgspec.structs.replace(answer, hops=(*answer.hops, *owner_hops(interface, estate)))


def _from_outside(
    source: Place, interface: NetworkInterface, asked: Intervals, internet: Internet
) -> Iterator[tuple[int, Answer]]:
    for family in FAMILIES:
        senders = family_of(source.outside, family)
        public = senders - family_of(PRIVATE, family)
        if public:
            met, answer = arrive(interface, family, public, asked, internet)
            yield met, _ended(answer, interface, internet.estate)
            for met, answer in through_balancers(interface, family, public, asked, internet):
                yield met, _ended(answer, interface, internet.estate)
        if source.outside != INTERNET:
            for met, answer in from_site(interface, family, senders, asked, internet.estate):
                yield met, _ended(answer, interface, internet.estate)
