"""Path assertions: what a network must not let through, as `casemate.toml` says it.

`deny internet -> tag:tier=db` and `only alb/*, tag:tier=web -> tag:tier=app tcp/8080`.
"""

import re
from collections.abc import Callable
from ipaddress import ip_network
from typing import ClassVar, Final

import msgspec

from scanner.model.account import AccountRegion
from scanner.model.intervals import NOTHING, Intervals, intervals
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Maybe
from scanner.model.traffic import ALL_TRAFFIC, ports
from scanner.model.vpc import NetworkInterface

_FORM: Final = re.compile(
    r"(?P<kind>deny|only)\s+(?P<sources>\S.*?)\s*->\s*(?P<target>\S.*?)(?:\s+(?P<protocol>tcp|udp)(?:/(?P<ports>[\d,-]+))?)?\s*"
)
_PORTS: Final = re.compile(r"(?P<first>\d{1,5})(?:-(?P<last>\d{1,5}))?")
_LAST_PORT: Final = 65535
_HINT: Final = "write `deny SOURCE -> TARGET [tcp|udp/PORTS]` or `only SOURCE, … -> TARGET [tcp|udp/PORTS]`"
_MOST_LETTERS: Final = 500


class PathAssertion(msgspec.Struct, frozen=True):
    """What must not come through: from these sources (`deny`), or from any other than these (`only`)."""

    text: str
    denies: bool
    sources: tuple[str, ...]
    target: str
    traffic: Intervals


def parse_assertion(text: str) -> PathAssertion:
    """Read an assertion. Raises ValueError that says what is wrong with it and how one is written."""
    met = _FORM.fullmatch(text.strip()) if len(text) <= _MOST_LETTERS else None
    if met is None:
        raise ValueError(f"{text[:_MOST_LETTERS]!r} is no path assertion; {_HINT}")
    sources = tuple(one.strip() for one in met["sources"].split(","))
    for place in (*sources, met["target"]):
        _check_place(place, text)
    if met["target"] == "internet":
        raise ValueError(f"{text!r}: the internet cannot be a target; it is a source")
    return PathAssertion(text.strip(), met["kind"] == "deny", sources, met["target"], _traffic(met, text))


def _check_place(place: str, text: str) -> None:
    """Raise ValueError for what can be no place: nothing, several words, a tag without a key, an address that is none."""
    if not place or " " in place or "->" in place:
        raise ValueError(f"{text!r}: {place!r} is no place; {_HINT}")
    if place.startswith("tag:") and not place.removeprefix("tag:").partition("=")[0]:
        raise ValueError(f"{text!r}: {place!r} names no tag; write tag:KEY=VALUE")
    if re.fullmatch(r"[0-9.]+(/\d+)?", place):
        try:
            ip_network(place, strict=False)
        except ValueError as error:
            raise ValueError(f"{text!r}: {error}") from error


def _traffic(met: "re.Match[str]", text: str) -> Intervals:
    protocol, said = met["protocol"], met["ports"]
    if protocol is None:
        return ALL_TRAFFIC
    if said is None:
        return ports(protocol, intervals([(0, _LAST_PORT)]))
    found = NOTHING
    for part in said.split(","):
        one = _PORTS.fullmatch(part)
        first, last = (int(one["first"]), int(one["last"] or one["first"])) if one else (1, 0)
        if not first <= last <= _LAST_PORT:
            raise ValueError(f"{text!r}: {part!r} is no port or range of ports")
        found |= ports(protocol, intervals([(first, last)]))
    return found


class RoutedNetwork(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: the network of a region with what joins its VPCs to each other."""

    of: ClassVar[type[Resource]] = AccountRegion

    estate: Maybe[object]
    """Opaque but to `scanner.reason.network`."""


class AssertedPaths(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: how assertions fare that speak of an interface as their target."""

    of: ClassVar[type[Resource]] = NetworkInterface

    concerns: Maybe[Callable[[PathAssertion], bool]]
    """Tells whether an assertion's target includes the interface."""
    counterexample: Maybe[Callable[[PathAssertion], str]]
    """Returns the way of a packet that an assertion denies, or nothing if it holds. Raises `UnknownAsked` if that is not known."""
