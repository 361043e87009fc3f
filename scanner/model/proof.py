"""Finding what can be proven although some of it is unknown: `any_of` for those who must also say which."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from scanner.model.maybe import UnknownAsked, Why

T = TypeVar("T")


def which(facts: Mapping[str, Callable[[], object]]) -> tuple[str, ...]:
    """Return the names of the facts that hold, in their order, even when others are unknown.

    Raises `UnknownAsked` (with the first reason) if none is known to hold and one is unknown.
    """
    holding: list[str] = []
    why: Why | None = None
    for name, fact in facts.items():
        try:
            if fact():
                holding.append(name)
        except UnknownAsked as asked:
            why = why or asked.why
    if why is not None and not holding:
        raise UnknownAsked(why)
    return tuple(holding)


def proven(found: Iterable[T]) -> tuple[T, ...]:
    """Return what a search found: where it could not be ended, what is known already, if that is anything.

    Raises `UnknownAsked` if nothing is.
    """
    known_ones: list[T] = []
    try:
        known_ones.extend(found)
    except UnknownAsked:
        if not known_ones:
            raise
    return tuple(known_ones)
