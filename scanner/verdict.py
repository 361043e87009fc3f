"""What a rule can answer for one resource, and the typed atoms that a failure rests on."""

from enum import StrEnum
from typing import Final, TypeAlias

import msgspec

from scanner.model.maybe import Why


class Severity(StrEnum):
    """How bad a failure is, whatever the account. Ordered by `weight`, which is also its part in the score."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def weight(self) -> int:
        """The weight in the score: 10, 5, 2 or 1."""
        return _WEIGHTS[self]


_WEIGHTS: Final = {Severity.CRITICAL: 10, Severity.HIGH: 5, Severity.MEDIUM: 2, Severity.LOW: 1}


class Fact(msgspec.Struct, frozen=True, order=True, tag="fact"):
    """An atom of evidence: something named, with a value. One fact covers another if they are equal."""

    name: str
    value: str

    def covers(self, other: "Atom") -> bool:
        """Whether this atom says at least as much as the other."""
        return self == other


Atom: TypeAlias = Fact
"""What evidence is made of. Kinds of atoms with an order of their own join this union."""


class Pass(msgspec.Struct, frozen=True, gc=False):
    """The rule holds for this resource."""


class Fail(msgspec.Struct, frozen=True):
    """The resource has the defect that the rule names; `evidence` is the set of facts that show it."""

    message: str
    evidence: tuple[Atom, ...] = ()


class Skip(msgspec.Struct, frozen=True):
    """The rule does not apply to this resource, for the reason given."""

    reason: str


class Undecided(msgspec.Struct, frozen=True):
    """What the rule needed is not known. Never a pass."""

    why: Why


class Crashed(msgspec.Struct, frozen=True):
    """The rule raised: a defect of the rule, and no answer about the resource."""

    error: str


PASS: Final = Pass()

Verdict: TypeAlias = Pass | Fail | Skip | Undecided
"""What a rule returns."""

Outcome: TypeAlias = Pass | Fail | Skip | Undecided | Crashed
"""What the engine records for a rule and a resource."""


def facts(name: str, *values: str) -> tuple[Atom, ...]:
    """Return one fact of this name for each value, in an order that does not depend on theirs."""
    return tuple(Fact(name, value) for value in sorted(set(values)))


def worsened(before: tuple[Atom, ...], after: tuple[Atom, ...]) -> bool:
    """Whether `after` is strictly larger: it covers all of `before`, and `before` does not cover all of it."""
    return _covers(after, before) and not _covers(before, after)


def _covers(larger: tuple[Atom, ...], smaller: tuple[Atom, ...]) -> bool:
    return all(any(big.covers(small) for big in larger) for small in smaller)
