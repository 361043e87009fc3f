"""Which ids a list of things mentions, gathered once for each list, so that asking "is it used" is not slow."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from scanner.model.kind import All, Kind
from scanner.model.maybe import UnknownAsked, Why

K = TypeVar("K", bound=Kind)


class Mentions(msgspec.Struct, frozen=True):
    """The ids that are mentioned for certain, and why there may be more."""

    ids: frozenset[str]
    why: Why | None

    def has(self, native_id: str) -> bool:
        """Whether the id is mentioned. Raises `UnknownAsked` if that is not certain."""
        if native_id not in self.ids and self.why is not None:
            raise UnknownAsked(self.why)
        return native_id in self.ids


def mentioned(items: All[K], of: Callable[[K], Iterable[str]]) -> Mentions:
    """Return the ids that the items mention. `of` must be a function of a module: it is called once for each item.

    An unknown item, or an incomplete list, leaves those ids open that the others do not mention.
    """
    return _gather(items, of)


@lru_cache(maxsize=64)
def _gather(items: All[Any], of: Callable[[Any], Iterable[str]]) -> Mentions:
    ids = set[str]()
    why: Why | None = None
    try:
        for item in items:
            try:
                ids.update(of(item))
            except UnknownAsked as asked:
                why = why or asked.why
    except UnknownAsked as asked:
        why = why or asked.why
    return Mentions(frozenset(ids), why)
