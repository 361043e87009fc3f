"""Maps from addresses to traffic: for each source address of one family, the set of traffic it may send.

A set of traffic is a bit mask over *atoms*: the pieces into which all the rules at hand cut the line of
`scanner.model.traffic`, so that every rule holds all or nothing of each. A map is a tuple of rows
`(low, high, mask)`: sorted and disjoint, no empty mask, neighbours of equal mask merged. So equal maps are equal
tuples, and every operation takes time linear in the rows.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Final, TypeAlias

import msgspec

from scanner.model.intervals import Intervals, Span, intervals
from scanner.model.traffic import END, REPLIES

Row: TypeAlias = tuple[int, int, int]
"""The first and the last address, and the mask of the traffic that they may send."""

PMap: TypeAlias = tuple[Row, ...]

EMPTY: Final[PMap] = ()

Entry: TypeAlias = tuple[Span, int, bool]
"""Addresses, a mask, and whether what matches is allowed: an entry of an ordered list."""


class Atoms(msgspec.Struct, frozen=True):
    """The pieces of the line of traffic. `edges` are where they begin, sorted, from 0; the last is the line's end."""

    edges: tuple[int, ...]
    answers: tuple[tuple[int, int], ...]
    """For each kind of request its mask, and the mask of which some must pass back."""

    @property
    def everything(self) -> int:
        """The mask of all traffic."""
        return (1 << (len(self.edges) - 1)) - 1

    def mask(self, span: Span) -> int:
        """Return the mask of a span whose ends are edges."""
        first, after = bisect_left(self.edges, span[0]), bisect_left(self.edges, span[1] + 1)
        return (1 << after) - (1 << first) if after > first else 0

    def masks(self, traffic: Intervals) -> int:
        """Return the mask of a set whose spans end at edges."""
        mask = 0
        for span in traffic.spans:
            mask |= self.mask(span)
        return mask

    def traffic(self, mask: int) -> Intervals:
        """Return the set that a mask stands for."""
        spans = []
        at = 0
        while mask >> at:
            at += _zeros(mask >> at)
            run = _zeros(~(mask >> at))
            spans.append((self.edges[at], self.edges[at + run] - 1))
            at += run
        return intervals(spans)

    def answerable(self, back: int) -> int:
        """Return the requests that can be answered where traffic `back` passes; see `scanner.model.traffic`."""
        met = 0
        for request, reply in self.answers:
            if back & reply:
                met |= request
        return met


def _zeros(number: int) -> int:
    """How many bits below the lowest one are 0."""
    return (number & -number).bit_length() - 1


def atoms(spans: Iterable[Span]) -> Atoms:
    """Return the atoms into which these spans, and those of requests and replies, cut the line of traffic."""
    pairs = [span for pair in REPLIES for span in pair]
    edges = {0, END, *(low for low, _ in pairs), *(high + 1 for _, high in pairs)}
    for low, high in spans:
        edges |= {low, high + 1}
    bare = Atoms(tuple(sorted(edge for edge in edges if 0 <= edge <= END)), ())
    answers = tuple((bare.mask(request), bare.mask(reply)) for request, reply in REPLIES)
    return Atoms(bare.edges, answers)


def joined(rows: Iterable[Row]) -> PMap:
    """Return sorted, disjoint rows in the form of a map: none empty, equal neighbours merged."""
    found: list[Row] = []
    for low, high, mask in rows:
        if not mask:
            continue
        if found and found[-1][1] + 1 == low and found[-1][2] == mask:
            found[-1] = (found[-1][0], high, mask)
        else:
            found.append((low, high, mask))
    return tuple(found)


def from_boxes(boxes: Iterable[Row]) -> PMap:
    """Return the map that allows what any of these rows allows; they may overlap, in any order."""
    boxes = [box for box in boxes if box[0] <= box[1] and box[2]]
    if len(boxes) <= 1:
        return tuple(boxes)
    changes: dict[int, list[tuple[int, int]]] = {}
    for low, high, mask in boxes:
        changes.setdefault(low, []).append((mask, 1))
        changes.setdefault(high + 1, []).append((mask, -1))
    active: dict[int, int] = {}
    cuts = sorted(changes)
    rows: list[Row] = []
    for low, after in pairwise(cuts):
        for mask, change in changes[low]:
            count = active.get(mask, 0) + change
            if count:
                active[mask] = count
            else:
                del active[mask]
        rows.append((low, after - 1, reduce(or_, active, 0)))
    return joined(rows)


def meet(one: PMap, other: PMap) -> PMap:
    """Return what both maps allow."""
    return joined(_common(one, other))


def overlap(one: PMap, other: PMap) -> bool:
    """Whether there is anything that both maps allow."""
    return any(mask for _, _, mask in _common(one, other))


def _common(one: PMap, other: PMap) -> Iterator[Row]:
    mine, theirs = iter(one), iter(other)
    try:
        low, high, mask = next(mine)
        first, last, also = next(theirs)
        while True:
            if low <= last and first <= high:
                yield (max(first, low), min(last, high), mask & also)
            if high < last:
                low, high, mask = next(mine)
            else:
                first, last, also = next(theirs)
    except StopIteration:
        return


def minus(one: PMap, other: PMap) -> PMap:
    """Return what the first map allows and the other does not."""
    if not one or not other:
        return one
    cuts = sorted({cut for low, high, _ in (*one, *other) for cut in (low, high + 1)})
    rows: list[Row] = []
    here, there = 0, 0
    for low, after in pairwise(cuts):
        while here < len(one) and one[here][1] < low:
            here += 1
        while there < len(other) and other[there][1] < low:
            there += 1
        if here < len(one) and one[here][0] <= low:
            theirs = other[there][2] if there < len(other) and other[there][0] <= low else 0
            rows.append((low, after - 1, one[here][2] & ~theirs))
    return joined(rows)


def everywhere(addresses: Intervals, mask: int) -> PMap:
    """Return the map that allows these addresses one set of traffic."""
    return joined((low, high, mask) for low, high in addresses.spans)


def masked(one: PMap, of: Callable[[int], int]) -> PMap:
    """Return the map with every mask changed by the function."""
    return joined((low, high, of(mask)) for low, high, mask in one)


def first_match(entries: Sequence[Entry]) -> PMap:
    """Return what an ordered list allows: for each packet the first entry that matches decides, and none means no."""
    cuts = sorted({cut for (low, high), _, _ in entries for cut in (low, high + 1)})
    rows: list[Row] = []
    for low, after in pairwise(cuts):
        allowed, decided = 0, 0
        for (first, last), mask, allow in entries:
            if first <= low <= last:
                allowed |= mask & ~decided if allow else 0
                decided |= mask
        rows.append((low, after - 1, allowed))
    return joined(rows)


def by_traffic(one: PMap, pieces: Atoms) -> tuple[tuple[Intervals, Intervals], ...]:
    """Return (traffic, addresses) pairs: each piece of traffic once, with all the addresses that may send it."""
    senders: dict[int, list[Span]] = {}
    for low, high, mask in one:
        senders.setdefault(mask, []).append((low, high))
    whole: dict[int, int] = {}
    for number, mask in enumerate(senders):
        bits = mask
        while bits:
            lowest = bits & -bits
            whole[lowest] = whole.get(lowest, 0) | 1 << number
            bits ^= lowest
    groups: dict[int, int] = {}
    for atom, members in whole.items():
        groups[members] = groups.get(members, 0) | atom
    spans = list(senders.values())
    return tuple(
        (
            pieces.traffic(mask),
            intervals(span for number, rows in enumerate(spans) if members >> number & 1 for span in rows),
        )
        for members, mask in groups.items()
    )
