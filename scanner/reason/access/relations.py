"""Keys that policy variables relate to other parts of a request, and values of them that are worth trying."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Final

from scanner.model.policy import Statement
from scanner.reason.access.evaluate import Source
from scanner.reason.access.glob import literal, wildcards
from scanner.reason.access.keys import Domain, fixed
from scanner.reason.access.request import Request
from scanner.reason.access.variables import Variable, template
from scanner.reason.access.words import Budget, BudgetSpent, Union, find_word

_TRIED_VALUES: Final = 16
_TRIED_OTHERS: Final = 3
_FRESH: Final = Union((wildcards("casemate-?*"),))


def related_keys(sources: Iterable[Source], base: Request, domain: Callable[[str], Domain]) -> dict[str, list[str]]:
    """Give the keys that policy variables refer to and that are open, with values that others have or are told."""
    sources = tuple(sources)
    if not any(source.policy.with_variables for source in sources):
        return {}
    found: dict[str, list[str]] = {}
    compared: dict[str, list[str]] = {}
    for statement in _with_variables(sources):
        for text in (*(statement.resources or ()), *(statement.not_resources or ())):
            for name in _variables(text):
                found.setdefault(name, [])
        for condition in statement.conditions:
            key = condition.key.lower()
            for value in condition.values:
                names = _variables(value) if condition.operator.startswith(("String", "Arn", "Bool")) else ()
                for name in names:
                    found.setdefault(name, []).extend(base.context.get(key, ()))
                if not names and "*" not in value and "?" not in value:
                    compared.setdefault(key, []).append(value)
    return {
        name: [*values, *compared.get(name, ())]
        for name, values in sorted(found.items())
        if name not in base.context and domain(name).fixed is None
    }


def assignments(
    related: Mapping[str, Sequence[str]], domain: Callable[[str], Domain], budget: Budget
) -> Iterator[dict[str, Domain]]:
    """Fix the related keys to absence, to the values that others have, and to one that nothing is equal to."""
    choices = [_choices(domain(name), values, budget) for name, values in related.items()]
    for values in islice(product(*choices), _TRIED_VALUES):
        yield {name: fixed(*value) for name, value in zip(related, values, strict=True)}


def _with_variables(sources: Iterable[Source]) -> Iterator[Statement]:
    for source in sources:
        if source.policy.document.has_variables:
            yield from source.policy.document.statements


def _variables(text: str) -> tuple[str, ...]:
    parts = template(text, variables=True, globs=False) if "${" in text else ()
    return tuple(part.key for part in parts if isinstance(part, Variable))


def _choices(domain: Domain, values: Sequence[str], budget: Budget) -> list[tuple[str, ...]]:
    unions = list(domain.unions)
    absence: list[tuple[str, ...]] = [()] if domain.may_be_absent else []
    if not domain.may_be_present:
        return absence
    try:
        fitting = [
            value
            for value in dict.fromkeys(values)
            if find_word([*unions, Union((literal(value),))], budget) is not None
        ]
        fresh = find_word([*unions, _FRESH], budget) or find_word(unions, budget)
    except BudgetSpent:
        return absence
    told = [*fitting[:_TRIED_OTHERS], *([] if fresh is None else [fresh])]
    return [*absence, *((value,) for value in told)]
