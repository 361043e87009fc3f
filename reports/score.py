"""The score: how much of what the chosen rules ask for holds. Exact arithmetic; only what is shown is cut to a decimal.

`posture = 100 * (1 - sum(w * F / (F + 1)) / sum(w))` over all rules of the profile, where `w` is the weight of the
rule's severity and `F` the sum of the criticalities of its failing, waived, undecided and crashed resources. So a first
failure costs most and the hundredth still something. A rule whose resources could not be listed, or whose detector is
off or not subscribed, costs its full weight, for nobody knows how many resources fail it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Annotated, Final, TypeAlias

import msgspec

from scanner.findings import Finding
from scanner.model.maybe import Reason
from scanner.rule import Rule
from scanner.scan import Scan
from scanner.verdict import Crashed, Fail, Pass, Severity, Skip, Undecided

_BLIND: Final = frozenset({Reason.NOT_ENABLED, Reason.NOT_SUBSCRIBED})

Percentage: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=100)]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What weighs against one rule: how many resources, and the sums of their criticalities."""

    rule: str
    title: str
    service: str
    severity: Severity
    failing: int = 0
    """Resources that fail and are not waived."""
    waived: int = 0
    undecided: int = 0
    """Resources without an answer, crashed ones included."""
    passing: int = 0
    failing_sum: Fraction = Fraction(0)
    waived_sum: Fraction = Fraction(0)
    undecided_sum: Fraction = Fraction(0)
    unread: bool = False
    """Whether resources may exist that nobody could list, or the detector behind the rule is off."""

    @property
    def judged(self) -> int:
        """How many resources it was asked of, whatever the answer."""
        return self.failing + self.waived + self.undecided + self.passing


class RuleScore(msgspec.Struct, frozen=True, kw_only=True):
    """One rule's line of the arithmetic. `weighed` is F, `share` is F/(F+1), or 1 where the listing is unread."""

    rule: str
    title: str
    service: str
    severity: Severity
    weight: int
    failing: int
    waived: int
    undecided: int
    unread: bool
    weighed: float
    share: float
    loss: Percentage
    """What it takes off the 100."""


class ServiceScore(msgspec.Struct, frozen=True):
    """The same formula over the rules of one service. A service of which nothing was judged has none."""

    service: str
    posture: Percentage


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The score of a profile. Numbers are unrounded; show them with `shown`."""

    posture: Percentage
    low: Percentage
    """Were all that is undecided failing: equal to the posture, which never takes unknown for good."""
    high: Percentage
    """Were all that is undecided passing."""
    with_waivers: Percentage
    """Were the resources with valid waivers passing."""
    exposure: float
    """Weight times criticality, summed over failing resources, waived or not: what fixing all of them takes away."""
    label: str
    """What the number cannot say, such as an open attack path; empty if nothing."""
    services: tuple[ServiceScore, ...]
    rules: tuple[RuleScore, ...]


def shown(number: float) -> str:
    """Return the number with one decimal, cut and never rounded up: 99.96 is shown as 99.9."""
    return str(Decimal(repr(float(number))).quantize(Decimal("0.1"), ROUND_DOWN))


def points(finding: Finding, criticality: float) -> float:
    """Return the exposure points that fixing this finding takes away: none unless it fails."""
    return finding.severity.weight * criticality if isinstance(finding.outcome, Fail) else 0.0


def score_of(scan: Scan, label: str = "") -> Score | None:
    """Return the score of a scan, or None if its profile has no rules: nothing asked is not all well."""
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in scan.findings:
        by_rule[finding.rule.id].append(finding)

    def criticality_of(finding: Finding) -> float:
        return scan.criticality.of(scan.inventory.tags(finding.resource))

    severities = scan.profile.severity
    return score(
        (
            standing(rule, Severity(severities.get(rule.id, rule.severity)), by_rule[rule.id], criticality_of)
            for rule in scan.profile.rules
        ),
        label,
    )


def standing(
    rule: Rule, severity: Severity, findings: Iterable[Finding], criticality_of: Callable[[Finding], float]
) -> Standing:
    """Sum up what weighs against a rule in its findings."""
    count = {"failing": 0, "waived": 0, "undecided": 0, "passing": 0}
    total = {"failing": Fraction(0), "waived": Fraction(0), "undecided": Fraction(0)}
    unread = False
    for finding in findings:
        match finding.outcome:
            case Fail():
                sort = "failing" if finding.waiver is None else "waived"
            case Undecided(why=why):
                sort = "undecided"
                unread = unread or finding.scope_wide or why.reason in _BLIND
            case Crashed():
                sort = "undecided"
            case Pass():
                count["passing"] += 1
                continue
            case Skip():
                continue
        count[sort] += 1
        total[sort] += Fraction(criticality_of(finding))
    return Standing(
        rule=rule.id,
        title=rule.title,
        service=rule.service,
        severity=severity,
        failing=count["failing"],
        waived=count["waived"],
        undecided=count["undecided"],
        passing=count["passing"],
        failing_sum=total["failing"],
        waived_sum=total["waived"],
        undecided_sum=total["undecided"],
        unread=unread,
    )


def score(standings: Iterable[Standing], label: str = "") -> Score | None:
    """Return the score of these rules, or None if there are none."""
    rules = tuple(standings)
    posture = posture_of(rules)
    if posture is None:
        return None
    services = sorted({rule.service for rule in rules if rule.judged})
    weights = sum(rule.severity.weight for rule in rules)
    return Score(
        posture=float(posture),
        low=float(posture),
        high=_mean(rules, lambda one: _saturated(one.failing_sum + one.waived_sum)),
        with_waivers=_mean(rules, _share_with_waivers),
        exposure=float(sum((rule.failing_sum + rule.waived_sum) * rule.severity.weight for rule in rules)),
        label=label,
        services=tuple(
            ServiceScore(name, _mean([rule for rule in rules if rule.service == name], _share)) for name in services
        ),
        rules=tuple(_line(rule, weights) for rule in rules),
    )


def posture_of(standings: Iterable[Standing]) -> Fraction | None:
    """Return the exact posture, 0 to 100, or None if there are no rules."""
    rules = tuple(standings)
    return _exact_mean(rules, _share) if rules else None


def explain(score: Score) -> tuple[tuple[str, ...], ...]:
    """Return the arithmetic as rows of texts, a heading first and the sum last. Rules that cost nothing share a row."""
    costly = [rule for rule in score.rules if rule.loss > 0]
    costly.sort(key=lambda rule: (-rule.loss, rule.rule))
    held = len(score.rules) - len(costly)
    weights = sum(rule.weight for rule in score.rules)
    return (
        ("rule", "weight", "failing", "waived", "undecided", "F", "F/(F+1)", "takes off"),
        *(
            (
                rule.rule,
                str(rule.weight),
                str(rule.failing),
                str(rule.waived),
                str(rule.undecided),
                "unread" if rule.unread else f"{rule.weighed:g}",
                f"{rule.share:.4f}",
                f"{rule.loss:.4f}",
            )
            for rule in costly
        ),
        (f"{held} others", str(weights - sum(rule.weight for rule in costly)), "0", "0", "0", "0", "0.0000", "0.0000"),
        ("sum", str(weights), "", "", "", "", "", f"{100 - score.posture:.4f}"),
    )


def _share(one: Standing) -> Fraction:
    return Fraction(1) if one.unread else _saturated(one.failing_sum + one.waived_sum + one.undecided_sum)


def _share_with_waivers(one: Standing) -> Fraction:
    return Fraction(1) if one.unread else _saturated(one.failing_sum + one.undecided_sum)


def _saturated(weighed: Fraction) -> Fraction:
    return weighed / (weighed + 1)


def _mean(rules: Iterable[Standing], share: Callable[[Standing], Fraction]) -> float:
    return float(_exact_mean(tuple(rules), share))


def _exact_mean(rules: tuple[Standing, ...], share: Callable[[Standing], Fraction]) -> Fraction:
    weights = sum(rule.severity.weight for rule in rules)
    lost = sum((share(rule) * rule.severity.weight for rule in rules), Fraction(0))
    return 100 * (1 - lost / weights)


def _line(one: Standing, weights: int) -> RuleScore:
    weight, share = one.severity.weight, _share(one)
    return RuleScore(
        rule=one.rule,
        title=one.title,
        service=one.service,
        severity=one.severity,
        weight=weight,
        failing=one.failing,
        waived=one.waived,
        undecided=one.undecided,
        unread=one.unread,
        weighed=float(one.failing_sum + one.waived_sum + one.undecided_sum),
        share=float(share),
        loss=float(100 * share * weight / weights),
    )
