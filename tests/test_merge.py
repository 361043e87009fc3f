"""One defect, one finding: claims of other sources meet our own findings."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.score import posture_of, standing
from scanner.findings import Finding
from scanner.merge import Claim, Claims, merge, names_in, names_of, tell_once
from scanner.model.account import account_of, region_of
from scanner.model.kind import Api
from scanner.model.maybe import ABSENT, Reason, Why
from scanner.rule import Rule
from scanner.verdict import PASS, Crashed, Fail, Severity, Skip, Undecided
from tests.kinds import HERE, THERE, WHOLE, Tower

OUTCOMES = {
    "fail": Fail("it is open"),
    "pass": PASS,
    "undecided": Undecided(Why(Reason.DENIED, "no")),
    "crashed": Crashed("x"),
    "skip": Skip("not applicable"),
}


def rule_of(number: int, *controls: str, severity: Severity = Severity.MEDIUM) -> Rule:
    return Rule(
        id=f"CITY-{number:03}",
        name="x",
        severity=severity,
        controls=controls,
        judges=Tower,
        needs=(),
        options={},
        module="tests",
        page=f"Defect {number}.",
        judge=lambda *_: PASS,
    )


OWN = rule_of(1, "door")
OTHER = rule_of(2, "others-say", severity=Severity.HIGH)


def tower(native_id: str, scope=HERE, arn: Any = ABSENT) -> Tower:
    return Tower(
        scope=scope, id=native_id, origin=Api("city:ListTowers", scope), arn=arn, name=ABSENT, tags={}, built="2020"
    )


def ours(native_id: str, status: str, rule: Rule = OWN, scope=HERE) -> Finding:
    return Finding(rule, tower(native_id, scope), OUTCOMES[status])


def claim(resource: str, controls=("door",), **changes: Any) -> Claim:
    return Claim(
        said=f"Watchman: {resource} is open",
        controls=controls,
        resource=resource,
        names=names_in(resource),
        account=HERE.account,
        **changes,
    )


def theirs(name: str, rule: Rule = OTHER) -> Finding:
    return Finding(rule, tower(name), Fail(f"{name} says so"))


def merged(own: list[Finding], told: Mapping[str, tuple[Claim, ...]], rank: Mapping[str, int] | None = None):
    """Merge, and return the findings of the others by name."""
    others = {name: theirs(name) for name in told}

    def claims_of(finding: Finding) -> Claims | None:
        name = finding.resource.id
        return Claims(f"{name} says", told[name], (rank or {}).get(name, 0)) if finding.rule is OTHER else None

    merge([*own, *others.values()], claims_of)
    return others


def test_where_ours_fails_the_other_is_its_witness_and_counts_no_second_time():
    own = ours("t-1", "fail")
    other = merged([own], {"watch": (claim("t-1"),)})["watch"]
    assert own.witnesses == ("Watchman: t-1 is open",)
    assert other.outcome == Skip("the same defect is told by CITY-001")


def test_where_ours_passes_the_disagreement_is_shown_on_both():
    own = ours("t-1", "pass")
    other = merged([own], {"watch": (claim("t-1"),)})["watch"]
    assert (own.status, other.status) == ("pass", "skip")
    assert own.disputes == ("it fails by Watchman: t-1 is open",)
    assert other.disputes == ("CITY-001 passes for t-1",)


@pytest.mark.parametrize("status", ["undecided", "crashed"])
def test_where_ours_is_undecided_the_other_stands_and_ours_names_it(status):
    own = ours("t-1", status)
    other = merged([own], {"watch": (claim("t-1"),)})["watch"]
    assert (own.status, other.status) == (status, "fail")
    assert own.witnesses == ("Watchman: t-1 is open",)


@pytest.mark.parametrize(
    "own",
    [
        [],
        [ours("t-2", "fail")],
        [ours("t-1", "fail", rule_of(3, "roof"))],
        [ours("t-1", "skip")],
        [ours("t-1", "fail", scope=THERE)],
    ],
    ids=["nothing", "another resource", "another control", "not applicable", "another region"],
)
def test_what_nobody_else_tells_stands_unchanged(own):
    other = merged(own, {"watch": (claim("t-1", region=HERE.region),)})["watch"]
    assert other.outcome == Fail("watch says so")
    assert not [one for one in own if one.witnesses or one.disputes]


def test_a_claim_that_ours_does_not_contradict_by_passing_stands():
    own = ours("t-1", "pass")
    other = merged([own], {"watch": (claim("t-1", firm=False),)})["watch"]
    assert (other.status, own.disputes) == ("fail", ())


def test_a_check_of_many_resources_fails_for_those_that_nobody_else_tells():
    own = [ours("t-1", "fail"), ours("t-2", "pass")]
    other = merged(own, {"watch": tuple(claim(name) for name in ("t-1", "t-2", "t-3", "t-4"))})["watch"]
    assert other.message == (
        "watch says: t-3, t-4; of the others: the same defect is told by CITY-001; "
        "CITY-001 passes: the sources disagree"
    )
    assert [fact.value for fact in other.outcome.evidence] == ["t-3", "t-4"]


def test_of_two_other_sources_the_first_in_rank_stands_and_the_second_is_its_witness():
    told = {"second": (claim("t-1"),), "first": (claim("arn:aws:city:eu-west-1:123456789012:tower/t-1"),)}
    others = merged([], told, rank={"first": 0, "second": 1})
    assert others["first"].status == "fail"
    assert others["first"].witnesses == ("Watchman: t-1 is open",)
    assert others["second"].outcome == Skip("the same defect is told by CITY-002")


def test_a_claim_without_a_control_meets_nothing():
    own = ours("t-1", "fail")
    assert merged([own], {"watch": (claim("t-1", controls=()),)})["watch"].status == "fail"
    assert own.witnesses == ()


def test_a_finding_on_a_scope_that_could_not_be_listed_is_no_word_on_one_resource():
    whole = Finding(OWN, region_of(HERE), OUTCOMES["undecided"], scope_wide=True)
    other = merged([whole], {"watch": (claim("AWS::::Account:123456789012"),)})["watch"]
    assert (other.status, whole.witnesses) == ("fail", ())


@pytest.mark.parametrize(
    "text,name",
    [
        ("arn:aws:s3:::bucket", "bucket"),
        ("arn:aws:ec2:eu-west-1:123456789012:instance/i-1", "i-1"),
        ("arn:aws:iam::123456789012:user/path/ann", "ann"),
        ("arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST", "f"),
        ("arn:aws:iam::123456789012:root", "123456789012"),
        ("AWS::::Account:123456789012", "123456789012"),
        ("sg-1 (vpc-1)", "sg-1"),
        ("bucket", "bucket"),
    ],
)
def test_the_names_that_a_text_may_mean(text, name):
    assert {text, name} <= names_in(text)


def test_a_resource_is_known_by_id_and_arn_and_the_account_by_its_number_in_every_region():
    arn = "arn:aws:city:eu-west-1:123456789012:tower/t-1"
    assert names_of(tower("t-1", arn=arn)) == {"t-1", arn}
    assert HERE.account in names_of(account_of(WHOLE))
    assert HERE.account in names_of(region_of(HERE))


def test_of_several_rules_on_one_vulnerability_the_gravest_tells_it():
    class Flaw(Tower, frozen=True, kw_only=True, eq=False):
        is_defect = True

    flaw = Flaw(scope=HERE, id="f", origin=Api("x", HERE), arn=ABSENT, name=ABSENT, tags={}, built="2020")
    graver, lesser = rule_of(8, "a", severity=Severity.HIGH), rule_of(7, "a", severity=Severity.LOW)
    found = [Finding(rule, flaw, OUTCOMES["fail"]) for rule in (lesser, graver)]
    plain = [Finding(rule, tower("t"), OUTCOMES["fail"]) for rule in (lesser, graver)]
    tell_once([*found, *plain])
    assert [one.status for one in (*found, *plain)] == ["skip", "fail", "fail", "fail"]
    assert found[1].witnesses == ("CITY-007: Defect 7",)


CONTROLS = ("door", "roof")
RULES = {control: rule_of(10 + number, control) for number, control in enumerate(CONTROLS)}
NAMES = ("t-1", "t-2", "t-3")
owns = st.dictionaries(st.tuples(st.sampled_from(CONTROLS), st.sampled_from(NAMES)), st.sampled_from(sorted(OUTCOMES)))
tolds = st.dictionaries(
    st.sampled_from(("a", "b", "c")),
    st.lists(st.tuples(st.sampled_from(CONTROLS), st.sampled_from(NAMES)), min_size=1, max_size=4, unique=True),
)


def world(own, told, reverse=False):
    """Return our findings and those of others, after the merge."""
    mine = {key: ours(key[1], status, RULES[key[0]]) for key, status in own.items()}
    order = sorted(mine, reverse=reverse)
    claims = {name: tuple(claim(one[1], (one[0],)) for one in pairs) for name, pairs in told.items()}
    others = merged([mine[key] for key in order], claims, {name: number for number, name in enumerate(sorted(told))})
    return mine, others


def posture(mine, others):
    findings = [*mine.values(), *others.values()]
    rules = [*RULES.values(), OTHER]
    return posture_of(
        standing(rule, rule.severity, [one for one in findings if one.rule is rule], lambda _: 1) for rule in rules
    )


@given(owns, tolds)
def test_no_defect_that_ours_tells_is_told_again(own, told):
    mine, others = world(own, told)
    for name, pairs in told.items():
        left = [pair for pair in pairs if own.get(pair) not in ("fail", "pass")]
        if not left:
            assert others[name].status == "skip"
    assert [one.status for one in mine.values()] == list(own.values())


@given(owns, tolds)
def test_every_claim_is_told_somewhere(own, told):
    mine, others = world(own, told)
    said = " ".join(
        " ".join((one.message, *one.witnesses, *one.disputes)) for one in (*mine.values(), *others.values())
    )
    for name, pairs in told.items():
        for _, resource in pairs:
            assert resource in said or others[name].message == f"{name} says so"


@given(owns, tolds)
def test_the_order_of_our_findings_does_not_matter(own, told):
    one, other = world(own, told), world(own, told, reverse=True)
    assert {name: finding.message for name, finding in one[1].items()} == {
        name: finding.message for name, finding in other[1].items()
    }


@given(owns, tolds)
def test_correcting_a_defect_raises_the_score_before_anybody_else_has_looked_again(own, told):
    for key, status in own.items():
        if status == "fail":
            assert posture(*world({**own, key: "pass"}, told)) > posture(*world(own, told))


@given(owns, tolds)
def test_hiding_a_fact_never_raises_the_score(own, told):
    for key, status in own.items():
        if status in ("fail", "pass"):
            assert posture(*world({**own, key: "undecided"}, told)) <= posture(*world(own, told))
