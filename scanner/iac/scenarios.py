"""Parameters of a template that people choose from a list: each choice is a scenario.

A condition decides by parameters what is deployed where; a template that is safe with its defaults may not be in
production. So every allowed value is tried, and a finding says in which scenario it stands.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Any, Final

from scanner.errors import UsageError

MOST_SCENARIOS: Final = 16
_MOST_VALUES: Final = 10


def scenarios_of(document: Mapping[str, Any], given: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the values of parameters to try, the defaults first.

    Those are tried that have allowed values, are not given, and have no default or decide a condition or a mapping. If
    all combinations are too many, one parameter at a time is varied. Raises `UsageError` for a parameter that the template
    does not have, or a value that it does not allow.
    """
    parameters: Mapping[str, Any] = document.get("Parameters") or {}
    _check(parameters, given)
    deciding = set(_named_in(document.get("Conditions"))) | set(_found_in_maps(document.get("Resources")))
    choices: dict[str, list[str]] = {}
    for name, said in parameters.items():
        allowed = said.get("AllowedValues") if isinstance(said, Mapping) else None
        if name in given or not isinstance(allowed, list) or not 1 < len(allowed) <= _MOST_VALUES:
            continue
        if "Default" not in said or name in deciding:
            values = [str(value) for value in allowed]
            first = str(said["Default"]) if "Default" in said else values[0]
            choices[name] = sorted(values, key=lambda value, first=first: value != first)  # type: ignore[misc]  # the default binds the loop's value
    base = {name: values[0] for name, values in choices.items()}
    if prod(map(len, choices.values())) <= MOST_SCENARIOS:
        return [{**given, **dict(zip(choices, one, strict=True))} for one in product(*choices.values())]
    varied = [{**base, name: value} for name, values in choices.items() for value in values[1:]]
    return [{**given, **one} for one in (base, *varied)]


def _check(parameters: Mapping[str, Any], given: Mapping[str, str]) -> None:
    for name, value in given.items():
        if name not in parameters:
            raise UsageError(f"--parameter: the template has no parameter {name!r}")
        allowed = parameters[name].get("AllowedValues") if isinstance(parameters[name], Mapping) else None
        if isinstance(allowed, list) and value not in [str(one) for one in allowed]:
            raise UsageError(f"--parameter: {name} is one of {', '.join(map(str, allowed))}, and not {value!r}")


def _named_in(said: Any) -> Iterator[str]:
    """Yield the names that references in a value mention."""
    todo = [said]
    while todo:
        one = todo.pop()
        if isinstance(one, Mapping):
            if isinstance(one.get("Ref"), str):
                yield one["Ref"]
            todo += one.values()
        elif isinstance(one, list):
            todo += one


def _found_in_maps(said: Any) -> Iterator[str]:
    """Yield the parameters that are keys of a mapping."""
    todo = [said]
    while todo:
        one = todo.pop()
        if isinstance(one, Mapping):
            if "Fn::FindInMap" in one:
                yield from _named_in(one["Fn::FindInMap"])
            todo += one.values()
        elif isinstance(one, list):
            todo += one
