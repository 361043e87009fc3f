"""Declared resources as an inventory, and the rules that it can answer.

An account-wide setting that the code does not declare is taken as AWS gives it to a new account. Rules about what no
code can declare (credentials in use, findings of detectors, the root user) are left out, and named.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final, cast

import msgspec

from scanner.evaluate import Options, evaluate
from scanner.findings import Finding
from scanner.iac.attribution import attributed
from scanner.iac.declared import Declared
from scanner.iac.terraform.kinds import (
    CARRIERS,
    CONTEXT,
    GROWING,
    SWITCHES,
    YIELDS,
    carried,
    declared_kinds,
    not_evaluated,
    set_with,
    undeclared_kinds,
    unlisted_by,
)
from scanner.iac.world import World, is_not_told
from scanner.inventory import Inventory
from scanner.model.account import Account, AccountRegion
from scanner.model.kind import Facet, Kind, Moment, Source
from scanner.model.maybe import Reason, Why
from scanner.model.network_acl import NetworkAcl
from scanner.model.security_group import SecurityGroup
from scanner.model.vpc import RouteTable, Subnet
from scanner.plan import Gap, resting_on
from scanner.rule import Derivation, Rule
from scanner.verdict import Fail, Skip, Undecided

_PLACES: Final = (Account, AccountRegion)
_PARTS_OF_A_VPC: Final = (NetworkAcl, RouteTable, SecurityGroup, Subnet)
_BAD: Final = ("fail", "crashed", "undecided", "pass", "skip")
"""The statuses of findings, the worst first."""


class Estate(msgspec.Struct, frozen=True, kw_only=True):
    """What is declared together, for one account."""

    declared: tuple[Declared, ...]
    account: str
    region: str = ""
    removed: tuple[Declared, ...] = ()
    missing: tuple[str, ...] = ()
    """Calls of modules that are not here."""
    scenarios: "tuple[tuple[str, Estate], ...]" = ()
    """What is declared with other values of parameters, each with these values in words; this estate is the first."""


class Judged(msgspec.Struct, frozen=True):
    """An inventory, with the rules that it answers, those that it does not, and what they found."""

    inventory: Inventory
    rules: tuple[Rule, ...]
    left_out: tuple[Rule, ...]
    findings: list[Finding]
    not_evaluated: tuple[str, ...] = ()
    """Types of resources that are not looked at, with how many there are: no rule asks for what they tell."""


def left_out_note(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Return the note of a report on rules that no code can answer; nothing if there are none."""
    spans = ", ".join(spans_of(sorted(rule.id for rule in rules)))
    return (f"left out, for no configuration can answer them: {spans}",) if spans else ()


def spans_of(ids: Iterable[str]) -> Iterator[str]:
    """Yield the ids of rules, those that follow on each other as one: `S3-001 to S3-004`."""

    def following(numbered: tuple[int, str]) -> tuple[str, str]:
        place, (family, _, number) = numbered[0], numbered[1].rpartition("-")
        return (family, str(int(number) - place)) if number.isdecimal() else (numbered[1], "")

    for _, group in groupby(enumerate(ids), key=following):
        span = [one for _, one in group]
        yield span[0] if len(span) == 1 else f"{span[0]} to {span[-1]}"


def rows_of(estate: Estate, *, told: bool = False) -> tuple[list[Kind], list[Kind], World]:
    """Return the rows of what is declared, those of what is not, and the world they come from."""
    world = World(estate.declared, estate.account, estate.region, estate.removed, told=told)
    return list(declared_kinds(world)), list(undeclared_kinds(world)), world


def inventory_of(
    estate: Estate,
    rows: Iterable[Kind],
    world: World,
    derivations: Iterable[Derivation],
    now: datetime,
    *,
    needed: Collection[type[Kind]],
) -> Inventory:
    """Return an inventory of these rows, with a gap for each module and resource that is not looked at.

    `needed` are the kinds that the rules ask for.
    """
    targets = (world.whole(), *world.regions())
    inventory = Inventory(targets, Moment(now), derivations)
    for row in rows:
        inventory.add(row)
    inventory.gaps += gaps_of(estate, world, needed)
    for type_, found in not_evaluated(world).items():
        for one in found:
            for kind in unlisted_by(one):
                inventory.miss(kind, world.scope(one), _why_not(type_))
    return inventory


def gaps_of(estate: Estate, world: World, needed: Collection[type[Kind]]) -> list[Gap]:
    """Return a gap for each resource that is not looked at and may tell what is needed, and each module not here."""
    gaps = [
        Gap(f"terraform:{type_}", world.scope(one), one.address, _why_not(type_))
        for type_, found in not_evaluated(world).items()
        for one in found
        if not carried(one).isdisjoint(needed)
    ]
    gaps += [Gap("terraform:module", world.whole(), "", Why(Reason.NOT_COLLECTED, call)) for call in estate.missing]
    return gaps


def types_without_rules(world: World, gaps: Iterable[Gap]) -> tuple[str, ...]:
    """Return the types that are not looked at and are no gap, each with the number of its resources."""
    told = {gap.call.removeprefix("terraform:") for gap in gaps}
    return tuple(f"{type_} ({len(found)})" for type_, found in not_evaluated(world).items() if type_ not in told)


def _why_not(type_: str) -> Why:
    return Why(Reason.UNMODELLED, f"resources of the type {type_} are not evaluated")


def judge(
    rules: Iterable[Rule], estate: Estate, derivations: Iterable[Derivation], options: Options, now: datetime
) -> Judged:
    """Judge what is declared by the rules that it can answer; where parameters make scenarios, in each of them."""
    derivations = tuple(derivations)
    if estate.scenarios:
        chosen = tuple(rules)
        return across([(name, judge(chosen, one, derivations, options, now)) for name, one in estate.scenarios])
    declared, undeclared, world = rows_of(estate)
    kept, left_out = part(rules, declared, derivations)
    needed = needed_by(kept, derivations)
    derivations = _affordable(kept, derivations, needed)
    inventory = inventory_of(estate, (*declared, *undeclared), world, derivations, now, needed=needed)
    findings = list(evaluate(kept, inventory, options))
    if world.is_partial:
        told_declared, told_undeclared, _ = rows_of(estate, told=True)
        told = inventory_of(estate, (*told_declared, *told_undeclared), world, derivations, now, needed=needed)
        findings = list(with_told(findings, evaluate(kept, told, options)))
    findings = [finding for finding in attributed(findings, world) if _is_the_codes(finding)]
    silent = _silent(kept, findings)
    return Judged(
        inventory,
        tuple(rule for rule in kept if rule.id not in silent),
        (*left_out, *(rule for rule in kept if rule.id in silent)),
        [finding for finding in findings if finding.rule.id not in silent],
        types_without_rules(world, inventory.gaps),
    )


def across(told: Sequence[tuple[str, Judged]]) -> Judged:
    """Join what was found in several scenarios: of each rule and resource the worst, with the scenarios it stands in."""
    found: dict[str, list[tuple[str, Finding]]] = {}
    for name, one in told:
        for finding in one.findings:
            found.setdefault(finding.fingerprint, []).append((name, finding))
    first = told[0][1]
    rules = tuple({rule.id: rule for _, one in told for rule in one.rules}.values())
    answered = {rule.id for rule in rules}
    return Judged(
        first.inventory,
        rules,
        tuple(rule for rule in first.left_out if rule.id not in answered),
        [_worst(same, len(told)) for same in found.values()],
        tuple(dict.fromkeys(type_ for _, one in told for type_ in one.not_evaluated)),
    )


def _worst(same: list[tuple[str, Finding]], scenarios: int) -> Finding:
    """Return the worst of what a rule said of a resource; if it is not so in all scenarios, it says in which."""
    status = min((finding.status for _, finding in same), key=_BAD.index)
    names = [name for name, finding in same if finding.status == status]
    chosen = next(finding for _, finding in same if finding.status == status)
    if len(names) == scenarios or status in ("pass", "skip"):
        return chosen
    where = f" (in scenario {' and '.join(names[:3])}{' and more' if len(names) > 3 else ''})"  # noqa: PLR2004 - as many as read well
    match chosen.outcome:
        case Fail(message=message, evidence=evidence):
            return msgspec.structs.replace(chosen, outcome=Fail(f"{message}{where}", evidence))
        case Undecided(why=why):
            return msgspec.structs.replace(chosen, outcome=Undecided(Why(why.reason, f"{why.detail}{where}")))
        case _:
            return chosen


def _is_the_codes(finding: Finding) -> bool:
    """Whether a finding is about what code declares or chooses: it uses a default VPC, and did not make its subnets."""
    origin = finding.resource.origin
    made_by_aws = isinstance(origin, Source) and not origin.address
    return not (made_by_aws and isinstance(finding.resource, _PARTS_OF_A_VPC))


def _silent(rules: Iterable[Rule], findings: Iterable[Finding]) -> set[str]:
    """Return the rules that rest, for every resource, on what no configuration tells: when something was last used."""
    said: dict[str, set[bool]] = {rule.id: set() for rule in rules}
    for finding in findings:
        if not isinstance(finding.outcome, Skip):
            said[finding.rule.id].add(isinstance(finding.outcome, Undecided) and is_not_told(finding.outcome.why))
    return {rule_id for rule_id, silent in said.items() if silent == {True}}


def with_told(findings: Iterable[Finding], told: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings; where one is undecided and what policies are known to say fails already, that failure."""
    failures = {one.fingerprint: one for one in told if isinstance(one.outcome, Fail)}
    for finding in findings:
        undecided = isinstance(finding.outcome, Undecided)
        yield failures.get(finding.fingerprint, finding) if undecided else finding


def part(
    rules: Iterable[Rule], declared: Iterable[Kind], derivations: Iterable[Derivation]
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Part the rules into those that the code can answer, and those that it cannot.

    A rule about an account or region is answered if a setting of it that the rule asks for is declared.
    """
    computed = {derivation.yields: derivation for derivation in derivations}
    settings: set[type[Kind]] = {type(row) for row in declared if isinstance(row, Facet) and type(row).of in _PLACES}
    settings |= {type(row) for row in declared if type(row) in SWITCHES} | set_with(settings)
    beside = CONTEXT.union(*CARRIERS.values())
    untold = beside | GROWING
    kept: list[Rule] = []
    left_out: list[Rule] = []
    for rule in rules:
        needed = _closure(rule, computed)
        asked = {need.kind for need in rule.needs if not need.beside}
        answered = needed - set(_PLACES) <= YIELDS | beside and asked.isdisjoint(untold)
        if rule.judges in _PLACES:
            answered = answered and bool(needed & settings)
        (kept if answered else left_out).append(rule)
    return tuple(kept), tuple(left_out)


def _affordable(
    rules: Iterable[Rule], derivations: tuple[Derivation, ...], needed: frozenset[type[Kind]]
) -> tuple[Derivation, ...]:
    """Return the derivations without those that rules use only beside others, where these are not among the rules."""
    computed = {derivation.yields: derivation for derivation in derivations}
    beside = {need.kind for rule in rules for need in rule.needs if need.beside and need.kind is not None}
    places = set(_PLACES)
    dear = {
        kind
        for kind in beside
        if not {one for one in resting_on(kind, computed) if one not in computed} - places <= needed
    }
    return tuple(derivation for derivation in derivations if derivation.yields not in dear)


def needed_by(rules: Iterable[Rule], derivations: Iterable[Derivation]) -> frozenset[type[Kind]]:
    """Return the kinds that rules rest on."""
    computed = {derivation.yields: derivation for derivation in derivations}
    return frozenset(kind for rule in rules for kind in _closure(rule, computed))


def _closure(rule: Rule, computed: Mapping[type[Kind], Derivation]) -> set[type[Kind]]:
    """Return the kinds that a rule rests on, derived ones replaced by what they are derived from."""
    found: set[type[Kind]] = set()
    asked = [need.kind for need in rule.needs if need.kind is not None and not need.beside]
    todo: list[type[Kind]] = [rule.judges, *asked]
    seen: set[type[Kind]] = set()
    while todo:
        kind = todo.pop()
        if kind in seen:
            continue
        seen.add(kind)
        derivation = computed.get(kind)
        if derivation is None:
            found.add(kind)
        else:
            todo += [cast("type[Kind]", derivation.judges)]
            todo += [need.kind for need in derivation.needs if need.kind is not None]
    return found
