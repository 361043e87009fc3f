"""The answer to "can this reach that": the way of one packet, or what stops it, or why that is not known."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from scanner.model.exposure import Blocker, Hop
from scanner.model.intervals import NOTHING, Intervals
from scanner.model.maybe import UnknownAsked, Why, known, why_unknown
from scanner.model.security_group import AddressRange, GroupPeer, Permission, PrefixListPeer, SecurityGroupRule
from scanner.model.traffic import traffic_text
from scanner.reason.network.bounds import Bounds, both, exact
from scanner.reason.network.estate import Estate
from scanner.reason.network.filters import Grant


class Verdict(StrEnum):
    """Whether the target can be reached."""

    REACHABLE = "reachable"
    NOT_REACHABLE = "not-reachable"
    UNDECIDED = "undecided"


class Answer(msgspec.Struct, frozen=True):
    """A verdict with its evidence: the hops of a packet and its answer, or the first blocker, or the doubt."""

    verdict: Verdict
    hops: tuple[Hop, ...] = ()
    blocker: Blocker | None = None
    why: Why | None = None
    traffic: Intervals = NOTHING
    """What can be sent for certain."""
    note: str = ""
    back: tuple[Hop, ...] = ()
    """What the answer passes on its way back."""
    others: tuple[Blocker, ...] = ()
    """What else stops it by itself: with the blocker, the changes that keep it from being reachable."""
    closing: tuple[str, ...] = ()
    """Every rule of the target's groups that has to go for the way from outside to be closed by the groups."""


class Check(msgspec.Struct, frozen=True):
    """One thing on the way of packets between two addresses: what passes it, and how to speak of it."""

    blocker: Blocker
    passes: Bounds[Intervals]
    hop: Hop | None = None
    is_back: bool = False
    """Whether it is passed by the answer rather than by the request."""


def settle(checks: Iterable[Check], asked: Intervals) -> tuple[Answer, int]:
    """Send the traffic asked for through the checks. Returns the answer and how many checks let some pass."""
    passed = exact(asked)
    hops: list[Hop] = []
    back: list[Hop] = []
    met = 0
    for check in checks:
        passed = both(passed, check.passes, lambda mine, theirs: mine & theirs)
        if not passed.perhaps:
            return Answer(Verdict.NOT_REACHABLE, tuple(hops), check.blocker), met
        met += 1
        if check.hop is not None:
            (back if check.is_back else hops).append(check.hop)
    if not passed.sure:
        return Answer(Verdict.UNDECIDED, tuple(hops), why=passed.why), met
    return Answer(Verdict.REACHABLE, tuple(hops), traffic=passed.sure, back=tuple(back)), met


def grant_text(grant: Grant, estate: Estate) -> str:
    """Return a grant as people know it: the id of its rule if that was read, its traffic and its peer."""
    said = f"{traffic_text(Intervals((grant.traffic,)))} {peer_text(grant.permission)}"
    for rule in estate.rules_of.get(grant.group, ()):
        if _is_rule_of(rule, grant.permission):
            return f"{known(rule.rule_id)}: {said}"
    return said


def peer_text(permission: Permission) -> str:
    """Return the other end of a permission: a block, a prefix list or a group."""
    if why_unknown(permission.peer) is not None:
        return "an unknown peer"
    peer = known(permission.peer)
    if isinstance(peer, AddressRange):
        return peer.cidr
    return peer.id if isinstance(peer, PrefixListPeer | GroupPeer) else ""


def _is_rule_of(rule: SecurityGroupRule, permission: Permission) -> bool:
    try:
        other = known(rule.permission)
        return (
            known(other.protocol) == known(permission.protocol)
            and known(other.from_port) == known(permission.from_port)
            and known(other.to_port) == known(permission.to_port)
            and peer_text(other) == peer_text(permission)
        )
    except UnknownAsked:
        return False
