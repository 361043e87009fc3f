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
        for resource in inventory.listing(rule.judges):
            yield judge_one(rule, resource, inventory, chosen)


def judge_one(rule: Rule, resource: Resource, inventory: Inventory, options: Mapping[str, OptionValue]) -> Finding:
    """Return what one rule says of one resource of the inventory."""
    arguments: list[Any] = []
    try:
        arguments = inventory.bind(rule.needs, resource)
        outcome = _verdict(rule.judge(resource, *arguments, **options))
    except UnknownAsked as asked:
        outcome = Undecided(asked.why)
    except Exception as error:  # noqa: BLE001 - a crash, of the rule or of what it needs, is an outcome: recorded with its place
        outcome = Crashed(_where(error))
    facets = () if type(outcome) is Pass else tuple(fact.origin for fact in arguments if isinstance(fact, Facet))
    return Finding(rule, resource, outcome, facets)


def _verdict(said: object) -> Outcome:
    if isinstance(said, Pass | Fail | Skip | Undecided):
        return said
    return Crashed(f"returned {type(said).__name__}, which is no verdict")


def _where(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    file = frame.filename.replace("\\", "/").rpartition("/")[2]
    return f"{type(error).__name__}: {error} ({file}:{frame.lineno})"


def _place(scope: Scope) -> Resource:
    return account_of(scope) if scope.is_global else region_of(scope)
