"""Compliance frameworks: data that map requirements to controls, and what findings say of each requirement.

A framework names neutral control slugs, and rules say which controls they answer, so neither knows the other. What the
answers support is stated; that an account "complies" is for nobody here to say.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Any, Final, Literal

import msgspec

from scanner.config import Attestation
from scanner.errors import UsageError
from scanner.evaluate import Options
from scanner.findings import Finding
from scanner.rule import Rule


class Status(StrEnum):
    """What can be said of a requirement."""

    MANUAL = "MANUAL"
    ATTESTED = "ATTESTED"
    NOT_COVERED = "NOT_COVERED"
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"
    WAIVED = "WAIVED"
    PASS = "PASS"  # noqa: S105 - it is no password
    NOT_APPLICABLE = "NOT_APPLICABLE"
    NO_DATA = "NO_DATA"


class RuleConfig(msgspec.Struct, frozen=True):
    """How strict an option of a rule must be for the rule to answer a requirement."""

    rule: str
    """The rule's name."""
    key: str
    op: Literal["lte", "gte", "eq", "in", "subset", "superset"]
    value: Any

    def allows(self, set_to: Any) -> bool:
        """Whether an option with this value is as strict as required. A value of another type is not."""
        try:
            match self.op:
                case "lte":
                    return bool(set_to <= self.value)
                case "gte":
                    return bool(set_to >= self.value)
                case "eq":
                    return bool(_plain(set_to) == self.value)
                case "in":
                    return bool(set_to in self.value)
                case "subset":
                    return set(set_to) <= set(self.value)
                case "superset":
                    return set(set_to) >= set(self.value)
        except TypeError:
            return False


class Manual(msgspec.Struct, frozen=True):
    """What a person is asked where no rule can answer."""

    question: str = ""
    evidence: tuple[str, ...] = ()
    review_days: int = 365


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement. Its id is a text: 1.10 is not 1.1. Its title is in our own words."""

    id: str
    title: str
    section: str
    assessment: Literal["automated", "manual", "partial"]
    summary: str = ""
    levels: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    match: Literal["all", "any"] = "all"
    coverage: Literal["full", "partial", "none"] = "full"
    rule_config: tuple[RuleConfig, ...] = ()
    manual: Manual | None = None
    not_applicable_when: str = ""
    weight: float = 1.0
    maps_to: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    replaced_by: str = ""
    retired: bool = False
    attributes: Mapping[str, Any] = msgspec.field(default_factory=dict)

    def answered_by(self, rule: Rule) -> bool:
        """Whether a rule answers it, by name or by one of its controls."""
        return rule.name in self.rules or bool(set(self.controls).intersection(rule.controls))


class Section(msgspec.Struct, frozen=True):
    """A chapter of a framework."""

    id: str
    name: str
    parent: str = ""


class Level(msgspec.Struct, frozen=True):
    """A profile of a framework, with the levels that it includes."""

    id: str
    name: str
    includes: tuple[str, ...] = ()


class Framework(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a framework, as its file says it."""

    id: str
    name: str
    version: str
    sections: tuple[Section, ...]
    requirements: tuple[Requirement, ...]
    publisher: str = ""
    url: str = ""
    description: str = ""
    deprecated: bool = False
    levels: tuple[Level, ...] = ()


class RequirementStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the findings say of a requirement, and how many of each kind say it."""

    requirement: Requirement
    status: Status
    partial: bool = False
    """Whether the rules test only a part of what is required."""
    reason: str = ""
    rules: tuple[str, ...] = ()
    """The ids of the rules that answer it."""
    counts: Mapping[str, int] = msgspec.field(default_factory=dict)
    """Findings by status; `waived` apart from `fail`."""
    attestation: Attestation | None = None


def framework_named(native_id: str, frameworks: Iterable[Framework]) -> Framework:
    """Return the framework with exactly this id. Raises `UsageError` that lists those there are."""
    known = {one.id: one for one in frameworks}
    if native_id not in known:
        raise UsageError(f"no framework is called {native_id!r}; there are: {', '.join(known) or 'none'}")
    return known[native_id]


def requirements_of(framework: Framework, level: str = "") -> tuple[Requirement, ...]:
    """Return the requirements in force: all, or those of a level and the levels it includes.

    Raises `UsageError` for a level that the framework does not have.
    """
    current = tuple(one for one in framework.requirements if not one.retired)
    if not level:
        return current
    levels = {one.id: one for one in framework.levels}
    if level not in levels:
        raise UsageError(f"{framework.id} has no level {level!r}; it has: {', '.join(levels) or 'none'}")
    wanted: set[str] = set()
    todo = [level]
    while todo:
        name = todo.pop()
        if name not in wanted:
            wanted.add(name)
            todo += levels[name].includes
    return tuple(one for one in current if not one.levels or wanted.intersection(one.levels))


def assess(
    framework: Framework,
    findings: Iterable[Finding],
    rules: Iterable[Rule],
    attestations: Iterable[Attestation],
    now: datetime,
    *,
    options: Options | None = None,
    level: str = "",
) -> tuple[RequirementStatus, ...]:
    """Return the status of each requirement in force, in the framework's order.

    `rules` are all there are, chosen or not: a requirement that none of them answers is not covered. `options` are
    those that the findings were made with, by rule id. `now` decides which attestations still hold.
    """
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule.id, []).append(finding)
    known = tuple(rules)
    valid = {
        one.requirement: one
        for one in attestations
        if one.framework == framework.id and now <= datetime.combine(one.until, time.max, UTC)
    }
    return tuple(
        _manual(one, valid.get(one.id))
        if one.assessment == "manual"
        else _automated(one, by_rule, known, options or {})
        for one in requirements_of(framework, level)
    )


def _manual(requirement: Requirement, attestation: Attestation | None) -> RequirementStatus:
    if attestation is None:
        return RequirementStatus(requirement=requirement, status=Status.MANUAL)
    return RequirementStatus(
        requirement=requirement,
        status=Status.ATTESTED,
        reason=f"{attestation.owner}: {attestation.evidence} (until {attestation.until})",
        attestation=attestation,
    )


def _automated(
    requirement: Requirement, by_rule: Mapping[str, list[Finding]], known: tuple[Rule, ...], options: Options
) -> RequirementStatus:
    rules = tuple(rule for rule in known if requirement.answered_by(rule))
    if not rules or requirement.coverage == "none":
        return RequirementStatus(requirement=requirement, status=Status.NOT_COVERED, reason="no rule answers it yet")
    counts = _counts(finding for rule in rules for finding in by_rule.get(rule.id, ()))
    loose = next(_loose(requirement, rules, options), "")
    status = Status.FAIL if loose else _status(counts)
    if not loose and requirement.match == "any" and _one_passes(requirement, rules, by_rule):
        status = Status.PASS
    return RequirementStatus(
        requirement=requirement,
        status=status,
        partial=_is_partial(requirement, rules),
        reason=loose,
        rules=tuple(rule.id for rule in rules),
        counts=counts,
    )


def _counts(findings: Iterable[Finding]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for finding in findings:
        status = "waived" if finding.status == "fail" and finding.waiver is not None else finding.status
        counts[status] = counts.get(status, 0) + 1
    return counts


def _status(counts: Mapping[str, int]) -> Status:
    """Return what the findings say together: the first that matches, in an order in which bad news comes first."""
    order = (
        (("fail",), Status.FAIL),
        (("undecided", "crashed"), Status.UNKNOWN),
        (("waived",), Status.WAIVED),
        (("pass",), Status.PASS),
        (("skip",), Status.NOT_APPLICABLE),
    )
    return next((status for names, status in order if any(counts.get(name) for name in names)), Status.NO_DATA)


def _loose(requirement: Requirement, rules: tuple[Rule, ...], options: Options) -> Iterator[str]:
    """Yield, in words, each option that is looser than the requirement wants it."""
    for rule in rules:
        for wanted in requirement.rule_config:
            if wanted.rule != rule.name:
                continue
            effective = {**rule.options, **options.get(rule.id, {})}
            if wanted.key not in effective or not wanted.allows(effective[wanted.key]):
                said = effective.get(wanted.key, "not an option")
                yield f"option {wanted.key} of {rule.id} is {said}; required: {wanted.op} {wanted.value}"


def _one_passes(requirement: Requirement, rules: tuple[Rule, ...], by_rule: Mapping[str, list[Finding]]) -> bool:
    """Whether one of several alternatives (a named rule, or all rules of one control) passes by itself."""
    alternatives = [
        *([rule for rule in rules if rule.name == name] for name in requirement.rules),
        *([rule for rule in rules if slug in rule.controls] for slug in requirement.controls),
    ]
    return any(
        _status(_counts(finding for rule in some for finding in by_rule.get(rule.id, ()))) is Status.PASS
        for some in alternatives
    )


def _is_partial(requirement: Requirement, rules: tuple[Rule, ...]) -> bool:
    answered = {slug for rule in rules for slug in rule.controls} | {rule.name for rule in rules}
    missing = {*requirement.controls, *requirement.rules} - answered
    return requirement.coverage == "partial" or requirement.assessment == "partial" or bool(missing)


def percent(statuses: Iterable[RequirementStatus]) -> float | None:
    """Return 100 x PASS / (PASS + FAIL + UNKNOWN + WAIVED), or None where nothing was judged: never out of nothing."""
    judged = [one.status for one in statuses if one.status in _JUDGED]
    return 100 * judged.count(Status.PASS) / len(judged) if judged else None


_JUDGED: Final = frozenset({Status.PASS, Status.FAIL, Status.UNKNOWN, Status.WAIVED})


def tally(statuses: Iterable[RequirementStatus]) -> dict[Status, int]:
    """Return how many requirements have each status, zeros included: what a percentage is always shown with."""
    counts = dict.fromkeys(Status, 0)
    for one in statuses:
        counts[one.status] += 1
    return counts


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
