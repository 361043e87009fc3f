"""Values that may be unknown, and absence as a value of its own.

`Maybe[T]` is a `T` or an `Unknown`. Every operation on an `Unknown` raises `UnknownAsked`, so a rule cannot pass (or
fail) on what its source could not tell: the engine turns the exception into an undecided verdict with the reason.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final, Literal, NoReturn, TypeAlias, TypeVar

import msgspec


class Reason(StrEnum):
    """Why a value is unknown or a verdict undecided."""

    DENIED = "Denied"
    THROTTLED = "Throttled"
    NOT_ENABLED = "NotEnabled"
    NOT_SUBSCRIBED = "NotSubscribed"
    NOT_COLLECTED = "NotCollected"
    KNOWN_AFTER_APPLY = "KnownAfterApply"
    UNRESOLVED = "Unresolved"
    UNMODELLED = "Unmodelled"
    FAILED = "Failed"


class Why(msgspec.Struct, frozen=True, order=True):
    """The reason that something is unknown, and in words what was tried and what came back."""

    reason: Reason
    detail: str

    def __str__(self) -> str:
        return f"{self.reason.value}: {self.detail}"


class UnknownAsked(Exception):  # noqa: N818 - it is no error of the program but an answer: "that is not known"
    """A value was needed that its source could not tell."""

    def __init__(self, why: Why) -> None:
        super().__init__(str(why))
        self.why = why


class Unknown:
    """A value that its source could not tell. Asking it anything, even its class, raises `UnknownAsked`.

    Only `repr` (for debuggers) and `why_unknown` look at one safely. `x is None` and `x is y` cannot be
    intercepted by Python; the linter of the rules (`scanner.testing`) forbids `is` instead.
    """

    __slots__ = ("_why",)
    _why: Why

    def __init__(self, why: Why) -> None:
        object.__setattr__(self, "_why", why)

    def _ask(self, *_: object) -> NoReturn:
        raise UnknownAsked(object.__getattribute__(self, "_why"))

    def __getattribute__(self, name: str) -> NoReturn:
        raise UnknownAsked(object.__getattribute__(self, "_why"))

    def __repr__(self) -> str:
        return f"Unknown({object.__getattribute__(self, '_why')})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        self._ask()

    def __bool__(self) -> NoReturn:
        self._ask()

    def __eq__(self, other: object) -> NoReturn:
        self._ask()

    def __ne__(self, other: object) -> NoReturn:
        self._ask()

    def __hash__(self) -> NoReturn:
        self._ask()

    def __str__(self) -> NoReturn:
        self._ask()

    def __format__(self, spec: str) -> NoReturn:
        self._ask()

    def __lt__(self, other: Any) -> NoReturn:
        self._ask()

    def __le__(self, other: Any) -> NoReturn:
        self._ask()

    def __gt__(self, other: Any) -> NoReturn:
        self._ask()

    def __ge__(self, other: Any) -> NoReturn:
        self._ask()

    def __iter__(self) -> NoReturn:
        self._ask()

    def __len__(self) -> NoReturn:
        self._ask()

    def __contains__(self, item: object) -> NoReturn:
        self._ask()

    def __getitem__(self, key: Any) -> NoReturn:
        self._ask()

    def __call__(self, *_: Any, **__: Any) -> NoReturn:  # noqa: D102 - it refuses, like its neighbours
        self._ask()

    def __add__(self, other: Any) -> NoReturn:
        self._ask()

    def __radd__(self, other: Any) -> NoReturn:
        self._ask()

    def __sub__(self, other: Any) -> NoReturn:
        self._ask()

    def __rsub__(self, other: Any) -> NoReturn:
        self._ask()

    def __and__(self, other: Any) -> NoReturn:
        self._ask()

    def __rand__(self, other: Any) -> NoReturn:
        self._ask()

    def __or__(self, other: Any) -> NoReturn:
        self._ask()

    def __ror__(self, other: Any) -> NoReturn:
        self._ask()

    def __int__(self) -> NoReturn:
        self._ask()

    def __index__(self) -> NoReturn:
        self._ask()

    def __float__(self) -> NoReturn:
        self._ask()


class Absent:
    """There is none, and the source said so: an empty bucket policy, a password that was never used."""

    __slots__ = ()

    def __bool__(self) -> Literal[False]:
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Absent)

    def __hash__(self) -> int:
        return hash(Absent)

    def __repr__(self) -> str:
        return "ABSENT"

    def __str__(self) -> str:
        return "none"


ABSENT: Final = Absent()

T = TypeVar("T")
Maybe: TypeAlias = T | Unknown
"""A `T`, or an `Unknown`. What may be absent too is a `Maybe[T | Absent]`."""


def unknown(reason: Reason, detail: str) -> Unknown:
    """Return an `Unknown` with its reason and, in words, what was tried."""
    return Unknown(Why(reason, detail))


def why_unknown(value: object) -> Why | None:
    """Return the reason if `value` is unknown, else None. The one safe question, for engines rather than rules."""
    return object.__getattribute__(value, "_why") if type(value) is Unknown else None


def known(value: T | Unknown) -> T:
    """Return the value, or raise `UnknownAsked` if it is unknown."""
    why = why_unknown(value)
    if why is not None:
        raise UnknownAsked(why)
    return value  # type: ignore[return-value]  # the check above is the narrowing


def any_of(*facts: "Callable[[], object] | Maybe[object]") -> bool:
    """Tell whether one of the facts holds: true if any is true, even when others are unknown.

    A fact is a value or a function to be called for it. Raises `UnknownAsked` (with the first reason) if none is
    true and one is unknown: Kleene's strong three-valued "or".
    """
    return _kleene(facts, decisive=True)


def all_of(*facts: "Callable[[], object] | Maybe[object]") -> bool:
    """Tell whether all facts hold: false if any is false, even when others are unknown; see `any_of`."""
    return _kleene(facts, decisive=False)


def _kleene(facts: tuple[object, ...], *, decisive: bool) -> bool:
    why: Why | None = None
    for fact in facts:
        try:
            holds = bool(fact() if type(fact) is not Unknown and callable(fact) else fact)
        except UnknownAsked as asked:
            why = why or asked.why
            continue
        if holds == decisive:
            return decisive
    if why is not None:
        raise UnknownAsked(why)
    return not decisive
