"""Sets of which a part may be unknown: what is in them for certain, and what may be."""

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from scanner.model.maybe import Why

T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")


class Bounds(msgspec.Struct, Generic[T], frozen=True):
    """A set between `sure` (certainly in it) and `perhaps` (all that may be in it); `why` says what is not known."""

    sure: T
    perhaps: T
    why: Why | None = None


def exact(value: T) -> Bounds[T]:
    """Return bounds that leave nothing open."""
    return Bounds(value, value)


def both(one: Bounds[T], other: Bounds[U], of: Callable[[T, U], V]) -> Bounds[V]:
    """Apply an operation that grows with both of its sets, such as union and intersection."""
    sure = of(one.sure, other.sure)
    if one.why is None and other.why is None:
        return exact(sure)
    return Bounds(sure, of(one.perhaps, other.perhaps), one.why or other.why)


def each(one: Bounds[T], of: Callable[[T], U]) -> Bounds[U]:
    """Apply an operation that grows with its set."""
    sure = of(one.sure)
    return exact(sure) if one.why is None else Bounds(sure, of(one.perhaps), one.why)
