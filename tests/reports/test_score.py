from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.score import Standing, explain, points, posture_of, score, score_of, shown, standing
from scanner.findings import Finding
from scanner.model.account import account_of
from scanner.model.kind import Scope
from scanner.model.maybe import Reason, Why
from scanner.verdict import PASS, Crashed, Fail, Outcome, Severity, Skip, Undecided
from scanner.waivers import Waiver
from tests.reports.small_scans import CRITICAL_DATA, RULES, named_badly, never, scan_of, unlogged, waiver

WAIVER = Waiver("TEST-001", "ops", "known", date(2026, 6, 30))
PLACE = account_of(Scope("aws", "123456789012"))
OUTCOMES: dict[str, Outcome] = {
    "pass": PASS,
    "skip": Skip("moot"),
    "fail": Fail("bad"),
    "undecided": Undecided(Why(Reason.DENIED, "no")),
    "off": Undecided(Why(Reason.NOT_ENABLED, "off")),
    "crashed": Crashed("bug"),
}


@dataclass(frozen=True)
class Case:
    """A finding as far as it weighs."""

    rule: int
    status: str
    criticality: float
    waived: bool = False
    scope_wide: bool = False


def standings(cases: list[Case]) -> list[Standing]:
    worth: dict[int, float] = {}
    by_rule: dict[int, list[Finding]] = {number: [] for number in range(len(RULES))}
    for case in cases:
        finding = finding_of(case)
        worth[id(finding)] = case.criticality
        by_rule[case.rule].append(finding)
    return [
        standing(rule, rule.severity, by_rule[number], lambda one: worth[id(one)]) for number, rule in enumerate(RULES)
    ]


def finding_of(case: Case) -> Finding:
    failing = case.status == "fail"
    return Finding(
        RULES[case.rule],
        PLACE,
        OUTCOMES[case.status],
        scope_wide=case.scope_wide and case.status == "undecided",
        waiver=WAIVER if case.waived and failing else None,
    )


def posture(cases: list[Case]) -> Fraction:
    found = posture_of(standings(cases))
    assert found is not None
    return found


a_case = st.builds(
    Case,
    rule=st.integers(0, len(RULES) - 1),
    status=st.sampled_from(sorted(OUTCOMES)),
    criticality=st.floats(1, 100),
    waived=st.booleans(),
    scope_wide=st.booleans(),
)
some_cases = st.lists(a_case, max_size=12)


def unread(cases: list[Case], rule: int) -> bool:
    return standings(cases)[rule].unread


@given(some_cases, a_case)
def test_turning_a_failure_into_a_pass_raises_the_posture_wherever_the_listing_was_read(
    others: list[Case], case: Case
) -> None:
    failing, passing = replace(case, status="fail"), replace(case, status="pass")
    before, after = posture([*others, failing]), posture([*others, passing])
    assert (before == after) if unread(others, case.rule) else (before < after)


@given(some_cases, a_case)
def test_waiving_a_failure_leaves_the_posture(others: list[Case], case: Case) -> None:
    failing = replace(case, status="fail", waived=False)
    assert posture([*others, failing]) == posture([*others, replace(failing, waived=True)])


@pytest.mark.parametrize("hidden", ["undecided", "off", "crashed"])
@given(others=some_cases, case=a_case.filter(lambda case: case.status in ("pass", "fail", "skip")))
def test_losing_an_answer_never_raises_the_posture(hidden: str, others: list[Case], case: Case) -> None:
    assert posture([*others, case]) >= posture([*others, replace(case, status=hidden)])


@given(some_cases, a_case)
def test_adding_a_passing_resource_leaves_the_posture(others: list[Case], case: Case) -> None:
    assert posture(others) == posture([*others, replace(case, status="pass")])


@given(some_cases, st.integers(0, len(RULES) - 1))
def test_denying_a_listing_never_raises_the_posture(cases: list[Case], rule: int) -> None:
    denied = [case for case in cases if case.rule != rule]
    denied.append(Case(rule, "undecided", 1, scope_wide=True))
    assert posture(cases) >= posture(denied)


@given(some_cases)
def test_the_interval_holds_the_posture_and_the_score_with_waivers_is_no_lower(cases: list[Case]) -> None:
    found = score(standings(cases))
    assert found is not None
    assert 0 <= found.low == found.posture <= found.high <= 100
    assert found.posture <= found.with_waivers <= 100


@given(some_cases)
def test_the_rows_of_the_explanation_take_off_what_is_missing_to_100(cases: list[Case]) -> None:
    found = score(standings(cases))
    assert found is not None
    assert 100 - found.posture == pytest.approx(sum(rule.loss for rule in found.rules))


def test_the_posture_is_the_formula_by_hand() -> None:
    scan = scan_of("bad-a", "bad-b", "good", rules=(named_badly, never))
    found = score_of(scan)
    assert found is not None
    assert float(100 * (1 - Fraction(5 * 2, 3) / 15)) == found.posture


def test_a_rule_whose_listing_is_denied_costs_its_full_weight() -> None:
    found = score_of(scan_of(rules=(named_badly,), unlisted=True))
    assert found is not None
    assert (found.posture, found.high) == (0.0, 100.0)


def test_a_profile_without_rules_has_no_score() -> None:
    assert score_of(scan_of("bad-a", rules=())) is None


@pytest.mark.parametrize("scoring", [posture_of, score])
def test_nothing_to_score_is_not_all_well(scoring: Callable[[list[Standing]], object]) -> None:
    assert scoring([]) is None


def test_a_waiver_raises_only_the_score_with_waivers() -> None:
    plain, waived = score_of(scan_of("bad-a")), score_of(scan_of("bad-a", waivers=(waiver("bad-a"),)))
    assert plain is not None
    assert waived is not None
    assert (plain.posture, plain.exposure) == (waived.posture, waived.exposure)
    assert (plain.with_waivers, waived.with_waivers) == (50.0, 100.0)


def test_a_critical_resource_weighs_as_much_as_its_tag_says() -> None:
    found = score_of(scan_of("bad-a", config={"criticality": CRITICAL_DATA}, tags={"data": "secret"}))
    assert found is not None
    assert (found.rules[0].weighed, found.exposure) == (4.0, 20.0)


def test_configured_severities_weigh_instead_of_the_rules_own() -> None:
    found = score_of(scan_of("bad-a", "good", config={"severity": {"TEST-001": Severity.LOW}}))
    assert found is not None
    assert (found.rules[0].weight, found.exposure) == (1, 1.0)


def test_each_service_has_the_score_of_its_own_rules() -> None:
    found = score_of(scan_of("bad-a", rules=(named_badly, never)))
    assert found is not None
    assert {one.service: one.posture for one in found.services} == {"test": 50.0, "other": 100.0}


def test_a_service_of_which_nothing_was_judged_has_no_score() -> None:
    found = score_of(scan_of(rules=(named_badly, never)))
    assert found is not None
    assert (found.posture, found.services) == (100.0, ())


@pytest.mark.parametrize("status, expected", [("fail", 15.0), ("pass", 0.0), ("undecided", 0.0), ("crashed", 0.0)])
def test_only_fixing_a_failure_takes_points_off_the_exposure(status: str, expected: float) -> None:
    assert expected == points(finding_of(Case(0, status, 3.0)), 3.0)


def test_the_explanation_begins_with_what_costs_most() -> None:
    found = score_of(scan_of("bad-a", "good", rules=(unlogged, named_badly, never)))
    assert found is not None
    heading, *rows, total = explain(found)
    assert heading[-1] == "takes off"
    assert [row[0] for row in rows] == ["TEST-001", "TEST-002", "1 others"]
    assert f"{100 - found.posture:.4f}" == total[-1]


@pytest.mark.parametrize(
    "number, expected", [(100.0, "100.0"), (99.96, "99.9"), (61.3, "61.3"), (0.0, "0.0"), (1e-7, "0.0")]
)
def test_a_score_is_cut_and_never_rounded_up(number: float, expected: str) -> None:
    assert expected == shown(number)


@given(st.floats(0, 100))
def test_what_is_shown_is_never_more_than_what_is(number: float) -> None:
    assert 0 <= Decimal(repr(number)) - Decimal(shown(number)) < Decimal("0.1")
