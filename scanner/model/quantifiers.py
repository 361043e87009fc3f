"""Does something hold for one of many: three-valued, over lists that may be unknown in part."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from scanner.model.maybe import UnknownAsked, Why

T = TypeVar("T")


def some(items: Iterable[T], holds: Callable[[T], object]) -> bool:
    """Tell whether it holds for one of the items: true as soon as one is certain, whatever else is unknown.

    Raises `UnknownAsked` (with the first reason) if it is certain for none, and some item or the rest of the list is
    unknown: Kleene's strong three-valued "there is".
    """
    why: Why | None = None
    try:
        for item in items:
            try:
                if holds(item):
                    return True
            except UnknownAsked as asked:
                why = why or asked.why
    except UnknownAsked as asked:
        why = why or asked.why
    if why is not None:
        raise UnknownAsked(why)
    return False
