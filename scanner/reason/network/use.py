"""Derived facets: what carries a security group, and what became of every group that is open to the internet."""

from collections import Counter
from functools import lru_cache
from typing import Any, Final

from scanner.model.account import AccountRegion
from scanner.model.exposure import Exposure
from scanner.model.group_use import ExposureLedger, GroupUse, Standing, blocker_codes
from scanner.model.intervals import NOTHING, Intervals
from scanner.model.kind import All, Source
from scanner.model.maybe import Unknown, UnknownAsked, Why, known
from scanner.model.security_group import SecurityGroup, open_ports
from scanner.model.traffic import ports
from scanner.model.vpc import NetworkInterface, PrefixListEntries

WORLD: Final = 0.25
"""The part of the internet from which on a port counts as open to it."""


def group_use(group: SecurityGroup, interfaces: All[NetworkInterface], exposures: All[Exposure]) -> GroupUse:
    """Return the exposures of the interfaces that carry a group."""
    carried, why = _carried(interfaces, exposures)
    return GroupUse(
        scope=group.scope,
        id=group.id,
        origin=group.origin,
        carriers=Unknown(why) if why is not None else tuple(carried.get(group.id, ())),
        is_declared=isinstance(group.origin, Source),
    )


@lru_cache(maxsize=64)
def _carried(interfaces: All[Any], exposures: All[Any]) -> tuple[dict[str, list[Exposure]], Why | None]:
    """Return the exposures of interfaces by the groups that they carry, and why there may be more."""
    found: dict[str, list[Exposure]] = {}
    try:
        for interface in interfaces:
            exposure: Exposure = exposures.get(interface.id)  # type: ignore[assignment]  # each interface has one
            for group in known(interface.groups):
                found.setdefault(group, []).append(exposure)
    except UnknownAsked as asked:
        return found, asked.why
    return found, None


def exposure_ledger(
    region: AccountRegion, groups: All[SecurityGroup], uses: All[GroupUse], lists: All[PrefixListEntries]
) -> ExposureLedger:
    """Return what became of the groups of a region that are open to the internet."""
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for group in groups:
        use = uses.get(group.id)
        try:
            opened = _opened(group, lists)
            if not opened:
                continue
            counts["open"] += 1
            standing = use.standing(lambda exposure, opened=opened: exposure.open_traffic(WORLD) & opened)  # type: ignore[union-attr, misc]  # each group has one
            if standing is Standing.REACHED:
                counts["exposed"] += 1
            elif not known(use.carriers):  # type: ignore[union-attr]  # as above
                counts["unattached"] += 1
            else:
                counts["unreachable"] += 1
                reasons.update({blocker_codes(one)[0] for one in known(use.carriers)})  # type: ignore[union-attr]  # as above
        except UnknownAsked:
            counts["undecided"] += 1
    return ExposureLedger(
        scope=region.scope,
        id=region.id,
        origin=region.origin,
        open_groups=counts["open"],
        exposed=counts["exposed"],
        unreachable=counts["unreachable"],
        unattached=counts["unattached"],
        undecided=counts["undecided"],
        reasons=tuple(sorted(reasons.items(), key=lambda one: (-one[1], one[0]))),
    )


def _opened(group: SecurityGroup, lists: All[PrefixListEntries]) -> Intervals:
    """Return the TCP and UDP traffic that a group opens to the internet. Raises `UnknownAsked` if none is sure and some may be."""
    found, why = NOTHING, None
    for protocol in ("tcp", "udp"):
        opened = open_ports(known(group.ingress), protocol, lists, WORLD)
        found |= ports(protocol, opened.ports)
        why = why or opened.why
    if not found and why is not None:
        raise UnknownAsked(why)
    return found
