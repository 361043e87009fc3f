"""Sets of traffic: protocols with their ports, as integers on one line, so that one kind of set holds all of them.

TCP ports come first, then UDP ports, then the types and codes of ICMP and of ICMPv6 (type * 256 + code), then one
integer for every other protocol number. The numbers of a protocol alone are `0..65535`.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from scanner.model.intervals import Intervals, Span, intervals
from scanner.model.maybe import Absent

SPACE: Final = 1 << 16
"""How many numbers TCP, UDP, ICMP and ICMPv6 have each."""
OTHERS: Final = 4 * SPACE
"""Where the other protocols begin: the protocol number is added."""
END: Final = OTHERS + 256
"""The first integer that means nothing."""

ALL_TRAFFIC: Final = Intervals(((0, END - 1),))

_BASES: Final = {"tcp": 0, "udp": SPACE, "icmp": 2 * SPACE, "icmpv6": 3 * SPACE}
_NAMES: Final = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
_ANY: Final = -1
_CODES: Final = 256
_LAST_CODE: Final = 255


def whole(protocol: str) -> Intervals:
    """Return all traffic of `tcp`, `udp`, `icmp` or `icmpv6`."""
    base = _BASES[protocol]
    return Intervals(((base, base + SPACE - 1),))


def ports(protocol: str, wanted: Intervals) -> Intervals:
    """Return the traffic of TCP or UDP to these ports."""
    base = _BASES[protocol]
    return Intervals(tuple((base + low, base + high) for low, high in wanted.spans))


def ports_of(protocol: str, traffic: Intervals) -> Intervals:
    """Return the ports of a protocol that are in the traffic."""
    base = _BASES[protocol]
    return Intervals(tuple((low - base, high - base) for low, high in (traffic & whole(protocol)).spans))


def rule_traffic(protocol: str, first: int | Absent, last: int | Absent) -> Span:
    """Return what a rule of a security group speaks of (IpPermission, Amazon EC2 API Reference).

    Ports for TCP and UDP; type and code for ICMP; a protocol that has neither is meant whole. -1 or absent means any.
    Raises ValueError for a protocol that is neither a known name nor a number.
    """
    if protocol == "-1":
        return (0, END - 1)
    name = _NAMES.get(protocol, protocol)
    if name in ("tcp", "udp"):
        return _port_span(_BASES[name], first, last)
    if name in ("icmp", "icmpv6"):
        return icmp_span(name, first, last)
    return other_protocol(protocol)


def entry_traffic(
    protocol: str,
    port_range: tuple[int | Absent, int | Absent],
    icmp: tuple[int | Absent, int | Absent],
) -> Span:
    """Return what an entry of a network ACL speaks of, by protocol number (NetworkAclEntry, Amazon EC2 API Reference).

    Raises ValueError for a protocol that is neither a known name nor a number.
    """
    name = _NAMES.get(protocol, protocol)
    return rule_traffic(protocol, *(icmp if name in ("icmp", "icmpv6") else port_range))


def _port_span(base: int, first: int | Absent, last: int | Absent) -> Span:
    low = 0 if isinstance(first, Absent) or first == _ANY else first
    high = SPACE - 1 if isinstance(last, Absent) or last == _ANY else last
    return (base + max(low, 0), base + min(high, SPACE - 1))


def icmp_span(protocol: str, kind: int | Absent, code: int | Absent) -> Span:
    """Return the traffic of one type and code of `icmp` or `icmpv6`; -1 or absent means any.

    Raises ValueError for a type or code that there is not.
    """
    base = _BASES[protocol]
    if any(not isinstance(one, Absent) and not _ANY <= one <= _LAST_CODE for one in (kind, code)):
        raise ValueError(f"{kind}/{code} is no type and code of {protocol}")
    if isinstance(kind, Absent) or kind == _ANY:
        return (base, base + SPACE - 1)
    if isinstance(code, Absent) or code == _ANY:
        return (base + kind * _CODES, base + kind * _CODES + _LAST_CODE)
    return (base + kind * _CODES + code, base + kind * _CODES + code)


def other_protocol(protocol: str) -> Span:
    """Return the traffic of a protocol by its number. Raises ValueError if it is none."""
    number = int(protocol)
    if not 0 <= number <= _LAST_CODE:
        raise ValueError(f"{number} is no protocol number")
    return (OTHERS + number, OTHERS + number)


def _types(protocol: str, first: int, last: int) -> Span:
    return (icmp_span(protocol, first, 0)[0], icmp_span(protocol, last, _LAST_CODE)[1])


REPLIES: Final[tuple[tuple[Span, Span], ...]] = (
    ((0, SPACE - 1), (1, SPACE - 1)),
    ((SPACE, 2 * SPACE - 1), (SPACE + 1, 2 * SPACE - 1)),
    (_types("icmp", 8, 8), icmp_span("icmp", 0, 0)),
    (_types("icmp", 0, 7), _types("icmp", 0, 255)),
    (_types("icmp", 9, 255), _types("icmp", 0, 255)),
    (_types("icmpv6", 128, 128), icmp_span("icmpv6", 129, 0)),
    (_types("icmpv6", 0, 127), _types("icmpv6", 0, 255)),
    (_types("icmpv6", 129, 255), _types("icmpv6", 0, 255)),
    *(((OTHERS + number, OTHERS + number),) * 2 for number in range(_CODES)),
)
"""All requests, and the traffic of which some must pass the other way for an answer.

For TCP and UDP that is any client port; for ICMP other than echo, whatever ICMP there is.
"""


@lru_cache(maxsize=1 << 12)
def answerable(back: Intervals) -> Intervals:
    """Return the requests that can be answered where this traffic can pass back."""
    return intervals(request for request, reply in REPLIES if back & Intervals((reply,)))


def traffic_text(traffic: Intervals) -> str:
    """Return traffic as people write it: `tcp/22,80-90 udp/53 icmp`."""
    if traffic == ALL_TRAFFIC:
        return "all traffic"
    parts = [_protocol_text(name, ports_of(name, traffic)) for name in _BASES if traffic & whole(name)]
    others = [number - OTHERS for number in _numbers(traffic & Intervals(((OTHERS, END - 1),)))]
    named = {6, 17, 1, 58}
    others = [number for number in others if number not in named]
    if others:
        every = len(others) == _CODES - len(named)
        parts.append("other protocols" if every else "protocol/" + ",".join(map(str, others)))
    return " ".join(parts)


def _protocol_text(name: str, found: Intervals) -> str:
    if found.size == SPACE:
        return name
    if name in ("tcp", "udp"):
        return f"{name}/" + ",".join(str(low) if low == high else f"{low}-{high}" for low, high in found.spans)
    kinds = sorted({kind for low, high in found.spans for kind in range(low // _CODES, high // _CODES + 1)})
    return f"{name}/" + ",".join(f"type {kind}" for kind in kinds)


def _numbers(found: Intervals) -> Iterable[int]:
    for low, high in found.spans:
        yield from range(low, high + 1)
