"""What a change does to the findings: those that it brings, worsens and fixes.

Before is the account's evidence, the prior state of a plan, or the folder that the change is based on. Deleting a
bucket's access block opens the bucket; so the delta is of findings, not of resources.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from scanner.errors import SourceError
from scanner.evaluate import Options, evaluate
from scanner.findings import Finding
from scanner.iac.attribution import attributed
from scanner.iac.declared import Declared
from scanner.iac.judged import Estate, gaps_of, judge, rows_of, types_without_rules, with_told
from scanner.iac.merge import merged, with_rows
from scanner.iac.terraform.kinds import YIELDS
from scanner.inventory import Inventory
from scanner.plan import Plan
from scanner.rule import Derivation, Rule


class Change(msgspec.Struct, frozen=True):
    """What code declares before and after."""

    before: Estate
    after: Estate


class Side(msgspec.Struct, frozen=True):
    """An inventory with what rules found in it."""

    inventory: Inventory
    findings: list[Finding]


class Sides(msgspec.Struct, frozen=True):
    """Before and after a change, judged by the same rules."""

    before: Side
    after: Side
    rules: tuple[Rule, ...]
    left_out: tuple[Rule, ...]
    not_evaluated: tuple[str, ...] = ()
    """Types of resources that the change declares, that no rule asks for, each with their number."""


def removed_between(before: Iterable[Declared], after: Iterable[Declared]) -> tuple[Declared, ...]:
    """Return what is declared before and not after."""
    kept = {one.address for one in after}
    return tuple(one for one in before if one.address not in kept)


def compare_code(
    change: Change, rules: Iterable[Rule], derivations: tuple[Derivation, ...], options: Options, now: datetime
) -> Sides:
    """Judge two states of code by the rules that the later one can answer, or the earlier."""
    chosen = tuple(rules)
    late = judge(chosen, change.after, derivations, options, now)
    early = judge(chosen, change.before, derivations, options, now)
    answered = {rule.id for rule in (*late.rules, *early.rules)}
    return Sides(
        Side(early.inventory, early.findings),
        Side(late.inventory, late.findings),
        tuple(rule for rule in chosen if rule.id in answered),
        tuple(rule for rule in chosen if rule.id not in answered),
        late.not_evaluated,
    )


def compare_account(change: Change, rules: Iterable[Rule], account: Inventory, plan: Plan, options: Options) -> Sides:
    """Judge an account as it is, and as the change leaves it."""
    chosen = tuple(rules)
    kinds = tuple(sorted(plan.kinds | YIELDS, key=lambda kind: kind.__qualname__))
    past = rows_of(change.before)[0]
    declared, _, world = rows_of(change.after)
    future = with_rows(account, kinds, merged(account, kinds, past, declared), plan.derivations)
    future.gaps += gaps_of(change.after, world, plan.kinds)
    findings = list(evaluate(chosen, future, options))
    if world.is_partial:
        told = rows_of(change.after, told=True)[0]
        known = with_rows(account, kinds, merged(account, kinds, past, told), plan.derivations)
        findings = list(with_told(findings, evaluate(chosen, known, options)))
    before = Side(account, list(evaluate(chosen, account, options)))
    after = Side(future, list(attributed(findings, world)))
    return Sides(before, after, chosen, (), types_without_rules(world, future.gaps))


def refuse_other_account(accounts: Iterable[str], expected: Iterable[str]) -> None:
    """Raise `SourceError` if the change is known to be for other accounts than these."""
    said, wanted = set(accounts), set(expected)
    if said and wanted and not said & wanted:
        raise SourceError(
            f"the change is for account {', '.join(sorted(said))}, and it is held against {', '.join(sorted(wanted))}"
        )
