"""From evidence to findings: what is read is judged once, what is not read is undecided, nothing vanishes."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import derived
from scanner.evaluate import evaluate
from scanner.evidence import Answer, Evidence, Failure, Key
from scanner.findings import Finding
from scanner.inventory import Inventory
from scanner.model.account import region_of
from scanner.model.kind import Scope
from scanner.model.maybe import Reason, UnknownAsked
from scanner.plan import Plan
from scanner.rule import Rule
from scanner.testing import ACCOUNT, REGION
from tests.kinds import (
    CURFEW,
    DENIED,
    DOOR,
    HERE,
    OLD_CURFEW,
    OTHER_REGION,
    READERS,
    TOWERS,
    Door,
    Safety,
    Tower,
    bell_rung,
    breaks,
    door_unlocked,
    no_tower,
    no_tower_anywhere,
    safety,
    tower_old,
    two_regions,
    unsafe,
)

RULES = (door_unlocked, tower_old, unsafe, no_tower, bell_rung, breaks)


def inventory(evidence: Evidence, *rules: Rule) -> Inventory:
    return Inventory.of(Plan.of(rules, READERS, (safety,)), evidence)


def said(evidence: Evidence, rule: Rule, **options: object) -> dict[str, str]:
    findings = evaluate([rule], inventory(evidence, rule), {rule.id: options})
    return {f"{one.resource.scope.region} {one.resource.id}": one.status for one in findings}


def without(
    evidence: Evidence, operation: str, answer: Answer | None, region: str = "", service: str = "city"
) -> Evidence:
    """Return the evidence with the answers of an operation replaced, or taken away."""
    hit = {
        key
        for key in evidence.answers
        if (key.operation, key.service) == (operation, service) and region in ("", key.region)
    }
    kept = {key: value for key, value in evidence.answers.items() if key not in hit}
    return msgspec.structs.replace(evidence, answers=kept | (dict.fromkeys(hit, answer) if answer else {}))


def test_every_resource_is_judged_once_by_its_own_facets():
    expected = {f"{REGION} t-1": "pass", f"{REGION} t-2": "fail", f"{OTHER_REGION} t-1": "pass"}
    assert expected == said(two_regions(), door_unlocked)


def test_a_listing_that_was_refused_is_one_undecided_finding_on_its_region():
    evidence = without(two_regions(), "ListTowers", DENIED, REGION)
    assert said(evidence, door_unlocked) == {f"{REGION} {REGION}": "undecided", f"{OTHER_REGION} t-1": "pass"}


def test_a_listing_that_was_never_recorded_is_undecided_too():
    assert said(without(two_regions(), "ListTowers", None), door_unlocked) == {
        f"{REGION} {REGION}": "undecided",
        f"{OTHER_REGION} {OTHER_REGION}": "undecided",
    }


def test_the_rows_before_a_failure_are_judged_and_the_rest_is_undecided():
    part = Answer(
        ({"Towers": [{"Id": "t-1", "Built": "2020-01-01"}]},),
        complete=False,
        failure=Failure("Throttling", "slow", Reason.THROTTLED),
    )
    evidence = without(two_regions(), "ListTowers", part, REGION)
    assert said(evidence, door_unlocked) == {
        f"{REGION} {REGION}": "undecided",
        f"{REGION} t-1": "pass",
        f"{OTHER_REGION} t-1": "pass",
    }


def test_a_malformed_row_is_a_gap_and_the_listing_is_not_whole():
    evidence = without(two_regions(), "ListTowers", Answer(({"Towers": [{"Built": "2020"}]},)), REGION)
    built = inventory(evidence, door_unlocked)
    assert [("city:ListTowers", HERE, Reason.FAILED)] == [(gap.call, gap.scope, gap.why.reason) for gap in built.gaps]
    assert said(evidence, door_unlocked)[f"{REGION} {REGION}"] == "undecided"


@pytest.mark.parametrize("answer", [DENIED, None])
def test_a_facet_that_was_refused_makes_its_own_resource_undecided_and_no_other(answer):
    evidence = two_regions()
    key = Key("aws", ACCOUNT, REGION, "city", "GetDoor", '{"Id":"t-1"}')
    evidence.answers.pop(key)
    if answer is not None:
        evidence.answers[key] = answer
    assert said(evidence, door_unlocked) == {
        f"{REGION} t-1": "undecided",
        f"{REGION} t-2": "fail",
        f"{OTHER_REGION} t-1": "pass",
    }


def test_an_error_that_means_absence_is_a_fact():
    assert said(two_regions(), door_unlocked)[f"{REGION} t-2"] == "fail"


def test_an_option_changes_the_threshold():
    assert set(said(two_regions(), tower_old).values()) == {"fail"}
    assert set(said(two_regions(), tower_old, days=36_500).values()) == {"pass"}


def test_without_a_moment_rules_about_age_are_undecided():
    evidence = msgspec.structs.replace(two_regions(), taken_at=None)
    assert set(said(evidence, tower_old).values()) == {"undecided"}
    assert "undecided" not in said(evidence, door_unlocked).values()


def test_a_derived_facet_is_computed_from_its_own_inputs():
    expected = {f"{REGION} t-1": "pass", f"{REGION} t-2": "fail", f"{OTHER_REGION} t-1": "fail"}
    assert expected == said(two_regions(), unsafe)


def test_a_derived_facet_is_unknown_when_what_it_rests_on_is():
    evidence = without(without(two_regions(), "GetCurfew", DENIED, REGION), "GetCurfew", DENIED, REGION, "village")
    assert said(evidence, unsafe) == {
        f"{REGION} t-1": "undecided",
        f"{REGION} t-2": "fail",
        f"{OTHER_REGION} t-1": "fail",
    }


def test_one_of_a_kind_can_be_proven_from_a_part_of_its_listing_and_none_cannot():
    part = Answer(({"Towers": [{"Id": "t-1", "Built": "2020-01-01"}]},), complete=False)
    evidence = without(without(two_regions(), "ListTowers", part, REGION), "ListTowers", DENIED, OTHER_REGION)
    assert said(evidence, no_tower) == {f"{REGION} {REGION}": "pass", f"{OTHER_REGION} {OTHER_REGION}": "undecided"}


def test_all_of_a_place_that_nobody_was_to_read_is_unknown():
    evidence = two_regions()
    built = inventory(evidence, no_tower)
    elsewhere = region_of(Scope("aws", "999999999999", REGION))
    with pytest.raises(UnknownAsked, match="was not among the places to be read"):
        list(built.every(Tower, elsewhere))


def test_everywhere_spans_regions():
    evidence = without(two_regions(), "ListTowers", Answer(({"Towers": []},)), OTHER_REGION)
    assert said(evidence, no_tower)[f"{OTHER_REGION} {OTHER_REGION}"] == "fail"
    assert said(evidence, no_tower_anywhere)[f"{OTHER_REGION} {OTHER_REGION}"] == "pass"


def test_a_listing_that_hangs_on_a_setting_is_undecided_where_the_setting_forbids_or_hides_it():
    assert said(two_regions(), bell_rung) == {f"{REGION} b-1": "fail", f"{OTHER_REGION} {OTHER_REGION}": "undecided"}
    findings = evaluate([bell_rung], inventory(two_regions(), bell_rung))
    assert {one.message for one in findings if one.status == "undecided"} == {"NotEnabled: no curfew, no bells"}
    hidden = without(two_regions(), "GetCurfew", DENIED)
    assert set(said(hidden, bell_rung).values()) == {"undecided"}


def test_a_fallback_stands_in_only_for_a_call_that_failed():
    evidence = without(two_regions(), "GetCurfew", DENIED, REGION)
    evidence.answers[Key("aws", ACCOUNT, REGION, "village", "GetCurfew", "")] = Answer(({"On": True},))
    evidence.answers[Key("aws", ACCOUNT, OTHER_REGION, "village", "GetCurfew", "")] = Answer(({"On": True},))
    assert said(evidence, unsafe) == {f"{REGION} t-1": "pass", f"{REGION} t-2": "fail", f"{OTHER_REGION} t-1": "fail"}
    assert [] == inventory(evidence, unsafe).gaps


def test_a_rule_that_raises_is_crashed_and_says_where():
    findings = list(evaluate([breaks], inventory(two_regions(), breaks)))
    assert {one.status for one in findings} == {"crashed"}
    assert findings[0].message.startswith("ZeroDivisionError: t-")
    assert "kinds.py" in findings[0].message


def test_a_derived_facet_that_raises_crashes_the_verdicts_that_need_it_and_no_other():
    @derived
    def breaking(tower: Tower, door: Door) -> Safety:
        raise ZeroDivisionError(tower.id)

    built = Inventory.of(Plan.of([unsafe, door_unlocked], READERS, (breaking,)), two_regions())
    assert {(one.rule.id, one.status) for one in evaluate([unsafe, door_unlocked], built)} == {
        ("CITY-001", "pass"),
        ("CITY-001", "fail"),
        ("CITY-003", "crashed"),
    }


def test_regions_that_could_not_be_listed_are_a_gap():
    evidence = two_regions()
    evidence.regions_unread[ACCOUNT] = DENIED.shortfall()
    assert "undecided" in said(evidence, no_tower).values()
    assert "ec2:DescribeRegions" in {gap.call for gap in inventory(evidence, door_unlocked).gaps}


def test_what_lies_in_the_regions_of_an_account_of_which_none_was_read_is_undecided():
    evidence = two_regions()
    evidence.targets = tuple(scope for scope in evidence.targets if scope.is_global)
    assert set(said(evidence, door_unlocked).values()) == {"undecided"}
    assert "ec2:DescribeRegions" in {gap.call for gap in inventory(evidence, door_unlocked).gaps}


def test_the_plan_holds_the_closure_and_nothing_else():
    assert Plan.of([door_unlocked], READERS, (safety,)).readers == (TOWERS, DOOR)
    plan = Plan.of([unsafe], READERS, (safety,))
    assert {CURFEW, OLD_CURFEW, DOOR} <= set(plan.readers)
    assert plan.actions() == (
        "city:GetCharter",
        "city:GetCurfew",
        "city:GetDoor",
        "city:ListTowers",
        "village:GetCurfew",
    )


def prints(findings: list[Finding]) -> set[str]:
    return {one.fingerprint for one in findings}


def test_fingerprints_differ_by_region_and_survive_what_happens_elsewhere():
    whole = list(evaluate([door_unlocked], inventory(two_regions(), door_unlocked)))
    assert len(prints(whole)) == 3
    denied = without(two_regions(), "ListTowers", DENIED, OTHER_REGION)
    rest = [one for one in evaluate([door_unlocked], inventory(denied, door_unlocked)) if not one.scope_wide]
    assert prints(rest) < prints(whole)


@given(st.sets(st.integers(0, len(two_regions().answers) - 1)), st.sampled_from([DENIED, None]))
def test_hiding_any_facts_never_flips_a_verdict_and_never_makes_a_rule_silent(hidden, answer):
    evidence = two_regions()
    for number, key in enumerate(list(evidence.answers)):
        if number in hidden:
            evidence.answers.pop(key)
            if answer is not None:
                evidence.answers[key] = answer
    for rule in (door_unlocked, tower_old, unsafe, no_tower, bell_rung):
        before, after = said(two_regions(), rule), said(evidence, rule)
        assert after
        for place, status in after.items():
            assert status in {before.get(place), "undecided"}
