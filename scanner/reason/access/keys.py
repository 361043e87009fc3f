"""One condition key under several conditions: is there a value (or absence, or set of values) that meets them all.

Every answer is checked with the predicates of the evaluator. Text operators are decided as words in unions of patterns;
addresses, numbers and dates at the ends of the ranges that occur and between them, which is exact for such conditions.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from ipaddress import ip_address
from itertools import pairwise
from typing import Final

import msgspec

from scanner.model.policy import Condition, Quantifier
from scanner.reason.access.conditions import NEGATIONS, predicate
from scanner.reason.access.glob import Tokens, literal
from scanner.reason.access.literals import addresses, moment, number
from scanner.reason.access.variables import Context, resolve, template
from scanner.reason.access.words import Budget, BudgetSpent, Union, find_word

_TEXT_OPERATORS: Final = frozenset(
    {"StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike", "Bool"}
)
_BOOLEANS: Final = Union((literal("true"), literal("false")), fold=True)
_NOT_EMPTY: Final = Union(((),), inside=False)
_USUAL_ADDRESSES: Final = ("203.0.113.1", "2001:db8::1")
_LAST_ADDRESS: Final[Mapping[int, int]] = {4: 2**32 - 1, 6: 2**128 - 1}


class Domain(msgspec.Struct, frozen=True):
    """What a key may be in the requests that are asked about.

    ``fixed`` is its only value (``()``: always absent). Else ``unions`` hold of every value, and ``usual`` values are
    tried first. ``many`` tells whether it is multivalued; None leaves that to the operators that are used on it.
    """

    may_be_absent: bool = True
    may_be_present: bool = True
    fixed: tuple[str, ...] | None = None
    unions: tuple[Union, ...] = ()
    usual: tuple[str, ...] = ()
    many: bool | None = None


FREE: Final = Domain()
ABSENT: Final = Domain(fixed=())


def fixed(*values: str) -> Domain:
    """Give the domain of a key whose value is known."""
    return Domain(fixed=values)


class Constraint(msgspec.Struct, frozen=True):
    """A condition that must hold, or must not."""

    condition: Condition
    holds: bool
    variables: bool

    @property
    def _is_negated(self) -> bool:
        return self.condition.operator in NEGATIONS

    @property
    def operator(self) -> str:
        """The operator without its negation."""
        return NEGATIONS.get(self.condition.operator, self.condition.operator)

    @property
    def is_inside(self) -> bool:
        """Whether the values it speaks of must be among the condition's rather than outside them."""
        return self.holds is not self._is_negated

    @property
    def needs_one(self) -> bool:
        """Whether one value that fits suffices; else every value must fit."""
        match self.condition.quantifier:
            case Quantifier.ONE:
                return self.is_inside
            case Quantifier.FOR_ANY_VALUE:
                return self.holds
            case Quantifier.FOR_ALL_VALUES:
                return not self.holds


class Undecidable(Exception):  # noqa: N818 - an outcome of a search, not a fault
    """It could not be decided; the text says why."""


def choose_values(
    key: str, constraints: Sequence[Constraint], domain: Domain, context: Context, budget: Budget
) -> tuple[str, ...] | None:
    """Choose the values of a key; ``()`` means that it is absent, None that nothing fits. Raises Undecidable."""
    tests = [(predicate(each.condition, variables=each.variables), each.holds) for each in constraints]

    def fits(values: tuple[str, ...]) -> bool:
        asked = {**context, key: values} if values else {name: own for name, own in context.items() if name != key}
        return all(test(asked) is holds for test, holds in tests)

    if domain.fixed is not None:
        return domain.fixed if fits(domain.fixed) else None
    if domain.may_be_absent and fits(()):
        return ()
    if not domain.may_be_present:
        return None
    compared = [each for each in constraints if each.condition.operator != "Null"]
    for values in _candidates(compared, domain, context, budget):
        if fits(values):
            return values
    if _is_exact(compared) or not _may_be_told(constraints):
        return None
    names = ", ".join(sorted({each.condition.name for each in compared}))
    raise Undecidable(f"{key} is compared in ways that do not combine ({names})")


def _candidates(
    compared: Sequence[Constraint], domain: Domain, context: Context, budget: Budget
) -> Iterator[tuple[str, ...]]:
    yield from ((value,) for value in domain.usual)
    if any(each.operator not in _TEXT_OPERATORS for each in compared):
        yield from ((value,) for value in _points(compared) if _is_within(value, domain, budget))
    elif (found := _words(compared, domain, context, budget)) is not None:
        yield found
    if any(each.condition.quantifier is Quantifier.FOR_ALL_VALUES for each in compared) and _is_within(
        "", domain, budget
    ):
        yield ("",)


def _is_exact(compared: Sequence[Constraint]) -> bool:
    """Whether candidates that all failed prove that nothing fits."""
    if all(each.operator in _TEXT_OPERATORS for each in compared):
        return True
    families = {_family(each.operator) for each in compared}
    return len(families) == 1 and all(each.condition.quantifier is Quantifier.ONE for each in compared)


def _may_be_told(constraints: Sequence[Constraint]) -> bool:
    """Whether the Null conditions among them let the key be present."""
    present = {"": ("x",)}
    nulls = (each for each in constraints if each.condition.operator == "Null")
    return all(
        predicate(msgspec.structs.replace(each.condition, key=""), variables=each.variables)(present) is each.holds
        for each in nulls
    )


def _family(operator: str) -> str:
    return operator[:4]


def _words(
    constraints: Sequence[Constraint], domain: Domain, context: Context, budget: Budget
) -> tuple[str, ...] | None:
    unions = {each: _union(each, context) for each in constraints}
    own = list(domain.unions)
    if any(each.operator == "Bool" for each in constraints):
        own.append(_BOOLEANS)
    try:
        for_all = any(each.condition.quantifier is Quantifier.FOR_ALL_VALUES for each in constraints)
        single = find_word([*own, *unions.values(), *([_NOT_EMPTY] if for_all else [])], budget)
        if single is not None:
            return (single,)
        ranges = any(each.condition.quantifier is not Quantifier.ONE for each in constraints)
        if domain.many is False or (domain.many is None and not ranges):
            return None
        every = [*own, *(unions[each] for each in constraints if not each.needs_one)]
        chosen = [find_word([*every, unions[each]], budget) for each in constraints if each.needs_one]
        filler = find_word([*every, _NOT_EMPTY], budget) if for_all and chosen and not any(chosen) else None
    except BudgetSpent:
        raise Undecidable(f"the patterns on {constraints[0].condition.key} are too many to combine") from None
    if not chosen or None in chosen:
        return None
    return tuple(sorted({word for word in (*chosen, filler) if word is not None}))


def _union(constraint: Constraint, context: Context) -> Union:
    operator = constraint.operator
    globs = operator in {"StringLike", "ArnEquals", "ArnLike"}
    read = (
        resolve(template(value, variables=constraint.variables, globs=globs), context)
        for value in constraint.condition.values
    )
    tokens: tuple[Tokens, ...] = tuple(each for each in read if each is not None)
    folded = operator in {"StringEqualsIgnoreCase", "Bool"}
    return Union(tokens, constraint.is_inside, arn=operator.startswith("Arn"), fold=folded)


def _is_within(value: str, domain: Domain, budget: Budget) -> bool:
    return not domain.unions or find_word([*domain.unions, Union((literal(value),))], budget) is not None


def _points(constraints: Sequence[Constraint]) -> Iterator[str]:
    """Give values at, next to and between all limits that occur, of every type that they can be read as."""
    texts = [value for each in constraints for value in each.condition.values]
    kinds = {_family(each.operator) for each in constraints}
    if _family("IpAddress") in kinds:
        yield from _USUAL_ADDRESSES
        yield from _address_points(texts)
    if _family("Numeric") in kinds:
        yield from (format(point, "f") for point in _between(map(number, texts)))
    if _family("Date") in kinds:
        yield from (format(point, "f") for point in _between(map(moment, texts)))
    yield from texts
    yield "AAAA"


def _address_points(texts: Iterable[str]) -> Iterator[str]:
    for block in map(addresses, texts):
        if block is not None:
            for point in (block.first, block.last, block.first - 1, block.last + 1):
                if 0 <= point <= _LAST_ADDRESS[block.version]:
                    # The number alone would not tell ::1 from 0.0.0.1.
                    yield str(ip_address(point.to_bytes(4 if block.version == 4 else 16, "big")))  # noqa: PLR2004


def _between(limits: Iterable[Decimal | None]) -> Iterator[Decimal]:
    points = sorted({limit for limit in limits if limit is not None})
    yield from points
    yield from ((low + high) / 2 for low, high in pairwise(points))
    if points:
        yield from (points[0] - 1, points[-1] + 1)
    else:
        yield Decimal(0)
