"""Tuples of which some elements are not known."""

from collections.abc import Iterable, Iterator
from typing import Any, Self, SupportsIndex

from scanner.model.maybe import UnknownAsked, Why


class PartlyKnown(tuple[Any, ...]):  # noqa: SLOT001 - a tuple has no slots for its reason
    """A tuple that yields its known elements and then raises `UnknownAsked`, for there may be more.

    That one of them has a property can be proven; that none has cannot. Equal only to itself, so that no cache takes it
    for a whole one.
    """

    why: Why
    denies: bool
    """Whether one of the unknown elements may take back what the known ones say."""

    def __new__(cls, items: Iterable[Any], why: Why, *, denies: bool = False) -> Self:
        """Return the known elements with the reason that there may be more."""
        made = super().__new__(cls, items)
        made.why = why
        made.denies = denies
        return made

    @property
    def told(self) -> tuple[Any, ...]:
        """The known elements alone."""
        return tuple(super().__iter__())

    def __iter__(self) -> Iterator[Any]:
        yield from super().__iter__()
        raise UnknownAsked(self.why)

    def __contains__(self, item: object) -> bool:
        if super().__contains__(item):
            return True
        raise UnknownAsked(self.why)

    def __len__(self) -> int:
        raise UnknownAsked(self.why)

    def __bool__(self) -> bool:
        if self.told:
            return True
        raise UnknownAsked(self.why)

    def __getitem__(self, key: SupportsIndex | slice) -> Any:
        try:
            return super().__getitem__(key)
        except IndexError:
            raise UnknownAsked(self.why) from None

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"PartlyKnown({self.told!r}, {self.why})"
