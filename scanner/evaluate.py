"""Every rule on every resource it judges: one outcome each, whatever happens."""

import traceback
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scanner.findings import Finding
from scanner.inventory import Inventory
from scanner.model.account import account_of, region_of
from scanner.model.kind import Facet, Resource, Scope
from scanner.model.maybe import UnknownAsked
from scanner.rule import Rule
from scanner.signature import OptionValue
from scanner.verdict import Crashed, Fail, Outcome, Pass, Skip, Undecided

Options = Mapping[str, Mapping[str, OptionValue]]
"""Rule id → the options that differ from the defaults."""


def evaluate(rules: Iterable[Rule], inventory: Inventory, options: Options | None = None) -> Iterator[Finding]:
    """Yield one finding for each rule and resource, and one undecided finding on each scope that could not be listed."""
    for rule in rules:
        chosen = (options or {}).get(rule.id, {})
        for scope, why in sorted(inventory.unlisted(rule.judges).items()):
            yield Finding(rule, _place(scope), Undecided(why), scope_wide=True)
        needs, judge, bind = rule.needs, rule.judge, inventory.bind
        for resource in inventory.listing(rule.judges):
            arguments = bind(needs, resource)
            outcome = _call(judge, resource, arguments, chosen)
            origins = (
                tuple(fact.origin for fact in arguments if isinstance(fact, Facet)) if type(outcome) is not Pass else ()
            )
            yield Finding(rule, resource, outcome, origins)


def _call(judge: Any, resource: Resource, arguments: list[Any], options: Mapping[str, OptionValue]) -> Outcome:
    try:
        outcome = judge(resource, *arguments, **options)
    except UnknownAsked as asked:
        return Undecided(asked.why)
    except Exception as error:  # noqa: BLE001 - a crashed rule is an outcome, recorded with where it broke
        return Crashed(_where(error))
    if isinstance(outcome, Pass | Fail | Skip | Undecided):
        return outcome
    return Crashed(f"returned {type(outcome).__name__}, which is no verdict")


def _where(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    file = frame.filename.replace("\\", "/").rpartition("/")[2]
    return f"{type(error).__name__}: {error} ({file}:{frame.lineno})"


def _place(scope: Scope) -> Resource:
    return account_of(scope) if scope.is_global else region_of(scope)
