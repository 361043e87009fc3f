"""Exact sets of integers as sorted, disjoint intervals: the arithmetic under sets of addresses and of ports."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final, TypeAlias

import msgspec

Span: TypeAlias = tuple[int, int]
"""The first and the last integer of an interval; both belong to it."""


class Intervals(msgspec.Struct, frozen=True):
    """A set of integers. Its spans are sorted, and neither overlap nor touch, so equal sets are equal values.

    Make one with `intervals`, which brings any spans into this form.
    """

    spans: tuple[Span, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self.spans, number, key=lambda span: span[0])
        return at > 0 and number <= self.spans[at - 1][1]

    def __or__(self, other: "Intervals") -> "Intervals":
        return intervals((*self.spans, *other.spans))

    def __and__(self, other: "Intervals") -> "Intervals":
        met: list[Span] = []
        mine, theirs = 0, 0
        while mine < len(self.spans) and theirs < len(other.spans):
            (low, high), (first, last) = self.spans[mine], other.spans[theirs]
            if max(low, first) <= min(high, last):
                met.append((max(low, first), min(high, last)))
            if high < last:
                mine += 1
            else:
                theirs += 1
        return Intervals(tuple(met))

    def __sub__(self, other: "Intervals") -> "Intervals":
        left: list[Span] = []
        theirs = 0
        for low, high in self.spans:
            start = low
            while theirs < len(other.spans) and other.spans[theirs][1] < start:
                theirs += 1
            at = theirs
            while at < len(other.spans) and other.spans[at][0] <= high:
                first, last = other.spans[at]
                if start < first:
                    left.append((start, first - 1))
                start = last + 1
                at += 1
            if start <= high:
                left.append((start, high))
        return Intervals(tuple(left))

    def __le__(self, other: "Intervals") -> bool:
        return not self - other

    @property
    def size(self) -> int:
        """How many integers are in it."""
        return sum(high - low + 1 for low, high in self.spans)


def intervals(spans: Iterable[Span]) -> Intervals:
    """Return the set of all integers in these spans: they may overlap, in any order; reversed ones are empty."""
    joined: list[Span] = []
    for low, high in sorted(span for span in spans if span[0] <= span[1]):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return Intervals(tuple(joined))


NOTHING: Final = Intervals()
