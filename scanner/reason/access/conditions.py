"""Condition operators as predicates over the context of a request.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" (IfExists, Null, ARN operators compared field by
field) and "Single-valued vs. multivalued context keys". Where a key has several values and the operator no set prefix,
a positive operator is true if any value matches and a negated one if none does (assumption; AWS asks for a prefix).
"""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from scanner.model.policy import Condition, Quantifier
from scanner.reason.access.glob import EVERYTHING, Matcher, Tokens, Wild, lowered, matcher, normal
from scanner.reason.access.literals import addresses, binary, moment, number
from scanner.reason.access.variables import Context, Template, is_fixed, resolve, template

Predicate: TypeAlias = Callable[[Context], bool]
"""Whether a condition holds in a context."""

NEGATIONS: Final[Mapping[str, str]] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
"""Each negated operator and the operator that it negates."""

ARN_FIELDS: Final = 6
_BOOLEANS: Final = frozenset({"true", "false"})

_RELATIONS: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}
_Test: TypeAlias = Callable[[str, Context], bool]


def predicate(condition: Condition, *, variables: bool) -> Predicate:
    """Compile a condition; ``variables`` says whether the document's version knows policy variables."""
    key = condition.key.lower()
    if condition.operator == "Null":
        return _null(key, condition.values)
    negated = condition.operator in NEGATIONS
    test = _test(NEGATIONS.get(condition.operator, condition.operator), condition.values, variables=variables)
    match condition.quantifier:
        case Quantifier.ONE:
            return _one(key, test, negated=negated, if_absent=negated or condition.if_exists)
        case Quantifier.FOR_ANY_VALUE:
            return _some(key, test, negated=negated, if_absent=condition.if_exists)
        case Quantifier.FOR_ALL_VALUES:
            return _every(key, test, negated=negated)


def _one(key: str, test: _Test, *, negated: bool, if_absent: bool) -> Predicate:
    def holds(context: Context) -> bool:
        values = context.get(key)
        if values is None:
            return if_absent
        return any(test(value, context) for value in values) is not negated

    return holds


def _some(key: str, test: _Test, *, negated: bool, if_absent: bool) -> Predicate:
    def holds(context: Context) -> bool:
        values = context.get(key)
        if values is None:
            return if_absent
        return any(test(value, context) is not negated for value in values)

    return holds


def _every(key: str, test: _Test, *, negated: bool) -> Predicate:
    def holds(context: Context) -> bool:
        values = context.get(key)
        if values is None or not any(values):
            return True  # "or if the key value resolves to a null data set, such as an empty string"
        return all(test(value, context) is not negated for value in values)

    return holds


def _null(key: str, values: tuple[str, ...]) -> Predicate:
    wanted = {value.lower() == "true" for value in values if value.lower() in {"true", "false"}}
    return lambda context: (key not in context) in wanted


def _test(name: str, values: tuple[str, ...], *, variables: bool) -> _Test:
    match name:
        case "StringEquals" | "StringLike":
            return _patterns(values, matcher, variables=variables, globs=name == "StringLike")
        case "StringEqualsIgnoreCase":
            folded = _patterns(values, lambda tokens: matcher(lowered(tokens)), variables=variables, globs=False)
            return lambda value, context: folded(value.lower(), context)
        case "ArnEquals" | "ArnLike":
            return _patterns(values, arn_matcher, variables=variables, globs=True)
        case "Bool":
            either = _test("StringEqualsIgnoreCase", values, variables=variables)
            return lambda value, context: value.lower() in _BOOLEANS and either(value, context)
        case "BinaryEquals":
            blobs = {blob for blob in map(binary, values) if blob is not None}
            return lambda value, _: binary(value) in blobs
        case "IpAddress":
            ranges = [read for read in map(addresses, values) if read is not None]
            return lambda value, _: (own := addresses(value)) is not None and any(each.holds(own) for each in ranges)
        case _:
            return _ordered(name, values)


def _ordered(name: str, values: tuple[str, ...]) -> _Test:
    read = moment if name.startswith("Date") else number
    relation = _RELATIONS[name.removeprefix("Date").removeprefix("Numeric")]
    limits = [limit for limit in map(read, values) if limit is not None]
    return lambda value, _: (own := read(value)) is not None and any(relation(own, limit) for limit in limits)


def _patterns(values: tuple[str, ...], make: Callable[[Tokens], Matcher], *, variables: bool, globs: bool) -> _Test:
    templates = [template(value, variables=variables, globs=globs) for value in values]
    read = {tokens for each in templates if is_fixed(each) and (tokens := resolve(each, {})) is not None}
    fixed = [make(tokens) for tokens in read]
    varying = [each for each in templates if not is_fixed(each)]
    if not varying:
        return lambda value, _: any(matches(value) for matches in fixed)
    return lambda value, context: (
        any(matches(value) for matches in fixed) or any(_resolved(each, context, make, value) for each in varying)
    )


def _resolved(each: Template, context: Context, make: Callable[[Tokens], Matcher], value: str) -> bool:
    tokens = resolve(each, context)
    return tokens is not None and make(tokens)(value)


def arn_matcher(tokens: Tokens) -> Matcher:
    """Make the predicate of an ARN pattern: six fields compared one by one, so that ``*`` stays within its field.

    A pattern of fewer fields is completed with ``*`` as AWS does for Resource (assumption for conditions).
    """
    fields = [matcher(field) for field in arn_fields(tokens)]

    def matches(value: str) -> bool:
        parts = value.split(":", ARN_FIELDS - 1)
        return len(parts) == ARN_FIELDS and all(fits(part) for fits, part in zip(fields, parts, strict=True))

    return matches


def arn_fields(tokens: Tokens) -> list[Tokens]:
    """Cut an ARN pattern into its six fields; missing ones are ``*``."""
    fields: list[list[str | Wild]] = [[]]
    for token in tokens:
        if isinstance(token, str):
            first, *others = token.split(":", ARN_FIELDS - len(fields))
            fields[-1].append(first)
            fields += [[part] for part in others]
        else:
            fields[-1].append(token)
    return [normal(tuple(field)) for field in fields] + [EVERYTHING] * (ARN_FIELDS - len(fields))
