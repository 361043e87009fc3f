"""The fewest rules whose removal closes a way: found by taking away what admits it, and proven by asking again."""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from scanner.model.addresses import AddressSet
from scanner.model.exposure import Hop
from scanner.model.intervals import Intervals
from scanner.model.maybe import UnknownAsked, known
from scanner.model.security_group import Permission, SecurityGroup
from scanner.model.vpc import NetworkInterface
from scanner.reason.network.answer import Answer, Verdict, grant_text
from scanner.reason.network.estate import Estate
from scanner.reason.network.filters import Grant, grants_of

MOST_INTERFACES: Final = 2_000
"""Interfaces beyond which no set is looked for: each step asks the whole question again."""
_MOST_STEPS: Final = 24

Asking = Callable[[Estate], Answer]
"""Asks the question of a network."""


class Removal(msgspec.Struct, frozen=True):
    """A permission of a group to be taken away."""

    group: str
    permission: Permission
    text: str


def closing_rules(answer: Answer, asked: Intervals, estate: Estate, ask: Asking) -> tuple[str, ...]:
    """Return the rules that all have to go, and no other, for what can be reached not to be; none if no such set was found.

    Each round takes away what the target's groups admit on the way that is open, and asks again, for there may be another
    way; what proves needless at the end is put back.
    """
    if len(estate.every(NetworkInterface)) > MOST_INTERFACES:
        return ()
    removed: list[Removal] = []
    without = estate
    try:
        for _ in range(_MOST_STEPS):
            more = [one for one in dict.fromkeys(_admitting(answer, asked, without)) if one not in removed]
            if not more:
                return ()
            removed += more
            without = _without(estate, removed)
            answer = ask(without)
            if answer.verdict is Verdict.NOT_REACHABLE:
                return tuple(one.text for one in _needed(removed, estate, ask))
            if answer.verdict is Verdict.UNDECIDED:
                return ()
    except UnknownAsked:
        return ()
    return ()


def _admitting(answer: Answer, asked: Intervals, estate: Estate) -> Iterator[Removal]:
    """Yield what the groups of the interface at the end of a way admit of the traffic that came through."""
    last = next((hop for hop in reversed(answer.hops) if hop.kind == "network interface"), None)
    interface = None if last is None else estate.find(NetworkInterface, last.id)
    if interface is None:
        return
    for native_id in known(interface.groups):
        group = estate.get(SecurityGroup, native_id, interface.scope.region)
        for grant in grants_of(group, estate):
            if Intervals((grant.traffic,)) & answer.traffic & asked and _speaks_of(grant, answer.hops, estate):
                yield Removal(group.id, grant.permission, f"{group.id} {grant_text(grant, estate)}")


def _speaks_of(grant: Grant, hops: tuple[Hop, ...], estate: Estate) -> bool:
    """Whether a grant may admit what came by these hops: addresses may be anyone's; groups must be carried on the way."""
    if not grant.carriers:
        return grant.addresses != AddressSet()
    passed = [estate.find(NetworkInterface, hop.id) for hop in hops if hop.kind == "network interface"]
    return any(one is not None and grant.carriers in known(one.groups) for one in passed)


def _without(estate: Estate, removed: list[Removal]) -> Estate:
    """Return the network without these permissions."""
    changed: dict[str, SecurityGroup] = {}
    for one in removed:
        group = changed.get(one.group) or estate.find(SecurityGroup, one.group)
        if group is not None:
            left = tuple(each for each in known(group.ingress) if each != one.permission)
            changed[one.group] = msgspec.structs.replace(group, ingress=left)
    return estate.replacing(tuple(changed.values()))


def _needed(removed: list[Removal], estate: Estate, ask: Asking) -> list[Removal]:
    """Return those that have to go: what stays closed without being taken away is put back, one by one."""
    needed = list(removed)
    for one in removed:
        fewer = [other for other in needed if other != one]
        if fewer and ask(_without(estate, fewer)).verdict is Verdict.NOT_REACHABLE:
            needed = fewer
    return needed
