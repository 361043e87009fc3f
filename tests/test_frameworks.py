from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.config import Attestation
from scanner.errors import ConfigError, UsageError
from scanner.findings import Finding
from scanner.framework_files import load_frameworks
from scanner.frameworks import (
    Framework,
    Level,
    Requirement,
    RuleConfig,
    Section,
    Status,
    assess,
    framework_named,
    percent,
    requirements_of,
    tally,
)
from scanner.model.account import Account, account_of
from scanner.model.kind import Scope
from scanner.model.maybe import Reason, Why
from scanner.registry import load_rules
from scanner.rule import Rule
from scanner.verdict import PASS, Crashed, Fail, Severity, Skip, Undecided
from scanner.waivers import Waiver

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ACCOUNT = account_of(Scope("aws", "123456789012"))
WAIVER = Waiver(rule="X-001", owner="ann", reason="known", until=date(2027, 1, 1), account="123456789012")
OUTCOMES = {
    "fail": Fail("it is so"),
    "waived": Fail("it is so"),
    "undecided": Undecided(Why(Reason.DENIED, "no")),
    "crashed": Crashed("boom"),
    "pass": PASS,
    "skip": Skip("not here"),
}
BUILT_IN = load_frameworks()


def rule_of(native_id="X-001", controls=("door-locked",), **options):
    return Rule(
        id=native_id,
        name=f"defect_{native_id[-3:]}",
        severity=Severity.LOW,
        controls=controls,
        judges=Account,
        needs=(),
        options=options,
        module="x",
        page="X.",
        judge=lambda _: PASS,
    )


def findings_of(rule, *kinds):
    return [Finding(rule, ACCOUNT, OUTCOMES[kind], waiver=WAIVER if kind == "waived" else None) for kind in kinds]


def framework_of(*requirements, **changes):
    return Framework(
        id="house-1.0",
        name="House",
        version="1.0",
        sections=(Section("1", "Doors"),),
        levels=(Level("1", "One"), Level("2", "Two", ("1",))),
        requirements=requirements,
        **changes,
    )


def automated(**changes):
    said = {"id": "1.1", "title": "Doors are locked", "section": "1", "controls": ("door-locked",), **changes}
    return Requirement(assessment=said.pop("assessment", "automated"), **said)


def assessed(requirement, findings, rules, **more):
    (status,) = assess(framework_of(requirement), findings, rules, more.pop("attestations", ()), NOW, **more)
    return status


KINDS = st.lists(st.sampled_from(sorted(OUTCOMES)), max_size=8)


def expected_of(kinds):
    """The order of the design, said a second time."""
    if "fail" in kinds:
        return Status.FAIL
    if "undecided" in kinds or "crashed" in kinds:
        return Status.UNKNOWN
    if "waived" in kinds:
        return Status.WAIVED
    if "pass" in kinds:
        return Status.PASS
    return Status.NOT_APPLICABLE if kinds else Status.NO_DATA


@given(KINDS)
def test_the_first_status_that_matches_wins_whatever_the_order_of_findings(kinds):
    rule = rule_of()
    assert expected_of(kinds) is assessed(automated(), findings_of(rule, *kinds), [rule]).status


@given(KINDS)
def test_findings_of_several_rules_weigh_together(kinds):
    rules = [rule_of("X-001"), rule_of("X-002")]
    findings = [one for n, kind in enumerate(kinds) for one in findings_of(rules[n % 2], kind)]
    assert expected_of(kinds) is assessed(automated(), findings, rules).status


@given(KINDS)
def test_one_more_unwaived_failure_always_fails_a_covered_requirement(kinds):
    rule = rule_of()
    assert assessed(automated(), findings_of(rule, *kinds, "fail"), [rule]).status is Status.FAIL


@given(KINDS)
def test_waiving_never_makes_a_requirement_pass(kinds):
    rule = rule_of()
    assert assessed(automated(), findings_of(rule, *kinds, "waived"), [rule]).status is not Status.PASS


@given(KINDS)
def test_what_is_manual_stays_manual_whatever_rules_say(kinds):
    rule = rule_of()
    assert assessed(automated(assessment="manual"), findings_of(rule, *kinds), [rule]).status is Status.MANUAL


@given(KINDS)
def test_what_no_rule_answers_is_not_covered_whatever_other_rules_say(kinds):
    rule = rule_of(controls=("window-shut",))
    assert assessed(automated(), findings_of(rule, *kinds), [rule]).status is Status.NOT_COVERED


@given(st.lists(KINDS, max_size=6))
def test_the_percentage_is_of_what_was_judged_and_never_of_nothing(parts):
    rules = [rule_of(f"X-{n:03}", (f"control-{n}",)) for n in range(len(parts))]
    framework = framework_of(*(automated(id=f"1.{n}", controls=(f"control-{n}",)) for n in range(len(parts))))
    findings = [one for rule, kinds in zip(rules, parts, strict=True) for one in findings_of(rule, *kinds)]
    statuses = assess(framework, findings, rules, (), NOW)
    counts = tally(statuses)
    judged = sum(counts[one] for one in (Status.PASS, Status.FAIL, Status.UNKNOWN, Status.WAIVED))
    assert sum(counts.values()) == len(parts)
    assert percent(statuses) == (100 * counts[Status.PASS] / judged if judged else None)


def test_counts_tell_waived_from_failed():
    rule = rule_of()
    status = assessed(automated(), findings_of(rule, "waived", "waived", "pass"), [rule])
    assert status.counts == {"waived": 2, "pass": 1}


def test_a_rule_answers_by_its_name_too():
    rule = rule_of(controls=())
    requirement = automated(controls=(), rules=("defect_001",))
    assert assessed(requirement, findings_of(rule, "pass"), [rule]).status is Status.PASS


def test_a_requirement_that_declares_no_coverage_is_not_covered():
    rule = rule_of()
    assert assessed(automated(coverage="none"), findings_of(rule, "pass"), [rule]).status is Status.NOT_COVERED


@pytest.mark.parametrize(
    "requirement,partial",
    [
        (automated(), False),
        (automated(coverage="partial"), True),
        (automated(assessment="partial"), True),
        (automated(controls=("door-locked", "window-shut")), True),
    ],
)
def test_a_pass_says_whether_the_rules_test_only_a_part(requirement, partial):
    rule = rule_of()
    status = assessed(requirement, findings_of(rule, "pass"), [rule])
    assert (status.status, status.partial) == (Status.PASS, partial)


def test_a_retired_requirement_is_left_out():
    assert assess(framework_of(automated(retired=True)), [], [rule_of()], (), NOW) == ()


@pytest.mark.parametrize(
    "match,first,second,expected",
    [
        ("any", "pass", "fail", Status.PASS),
        ("any", "fail", "undecided", Status.FAIL),
        ("any", "waived", "skip", Status.WAIVED),
        ("all", "pass", "fail", Status.FAIL),
    ],
)
def test_alternatives_need_one_that_passes_by_itself(match, first, second, expected):
    rules = [rule_of("X-001", ("a",)), rule_of("X-002", ("b",))]
    findings = [*findings_of(rules[0], first), *findings_of(rules[1], second)]
    assert expected is assessed(automated(controls=("a", "b"), match=match), findings, rules).status


def attestation(**changes):
    said = {"framework": "house-1.0", "requirement": "1.1", "owner": "ann", "evidence": "photo", "until": NOW.date()}
    return Attestation(**said | changes)


@pytest.mark.parametrize(
    "changes,expected",
    [
        ({}, Status.ATTESTED),
        ({"until": date(2025, 12, 31)}, Status.MANUAL),
        ({"framework": "house-2.0"}, Status.MANUAL),
        ({"requirement": "1.10"}, Status.MANUAL),
    ],
)
def test_an_attestation_holds_through_its_last_day_for_exactly_its_requirement(changes, expected):
    requirement = automated(assessment="manual")
    assert expected is assessed(requirement, [], [], attestations=[attestation(**changes)]).status


def test_an_attestation_does_not_answer_what_is_automated():
    rule = rule_of()
    assert assessed(automated(), findings_of(rule, "fail"), [rule], attestations=[attestation()]).status is Status.FAIL


@pytest.mark.parametrize(
    "op,value,strict,loose",
    [
        ("lte", 90, 90, 91),
        ("gte", 14, 14, 13),
        ("eq", True, True, False),
        ("eq", ["a"], ("a",), ("b",)),
        ("in", ["a", "b"], "b", "c"),
        ("subset", ["a", "b"], ("a",), ("a", "c")),
        ("superset", ["a"], ("a", "c"), ("c",)),
        ("lte", 90, 0, "ninety"),
    ],
)
def test_an_option_looser_than_required_fails_the_requirement(op, value, strict, loose):
    rule = rule_of(days=strict)
    requirement = automated(rule_config=(RuleConfig("defect_001", "days", op, value),))
    findings = findings_of(rule, "pass")
    assert assessed(requirement, findings, [rule]).status is Status.PASS
    status = assessed(requirement, findings, [rule], options={"X-001": {"days": loose}})
    assert (status.status, "days" in status.reason) == (Status.FAIL, True)


def test_a_required_option_that_the_rule_does_not_have_fails_the_requirement():
    rule = rule_of()
    requirement = automated(rule_config=(RuleConfig("defect_001", "days", "lte", 90),))
    assert assessed(requirement, findings_of(rule, "pass"), [rule]).status is Status.FAIL


def test_a_loose_option_fails_a_requirement_even_if_an_alternative_passes():
    rule = rule_of(days=100)
    requirement = automated(match="any", rule_config=(RuleConfig("defect_001", "days", "lte", 90),))
    assert assessed(requirement, findings_of(rule, "pass"), [rule]).status is Status.FAIL


def test_a_level_includes_the_levels_below_it_and_what_has_none():
    framework = framework_of(
        automated(id="a", levels=("1",)), automated(id="b", levels=("2",), controls=("b",)), automated(id="c")
    )
    assert [one.id for one in requirements_of(framework, "1")] == ["a", "c"]
    assert [one.id for one in requirements_of(framework, "2")] == ["a", "b", "c"]


def test_a_level_that_does_not_exist_is_an_error_that_names_those_that_do():
    with pytest.raises(UsageError, match="it has: 1, 2"):
        requirements_of(framework_of(automated()), "3")


def test_the_built_in_frameworks_are_whole():
    assert {one.id: len(one.requirements) for one in BUILT_IN} == {
        "aws-fsbp": 234,
        "cis-aws-5.0": 63,
        "cis-aws-7.0": 70,
    }


def test_ids_are_texts_so_that_ten_is_not_one():
    ids = [one.id for one in framework_named("cis-aws-5.0", BUILT_IN).requirements]
    assert {"1.1", "1.10", "1.2", "1.20"} <= set(ids)


def test_a_framework_is_found_by_exactly_its_id():
    with pytest.raises(UsageError, match=r"'cis-aws-5'; there are: aws-fsbp, cis-aws-5\.0, cis-aws-7\.0"):
        framework_named("cis-aws-5", BUILT_IN)


@pytest.mark.parametrize("framework", BUILT_IN, ids=lambda one: one.id)
def test_every_number_that_a_framework_states_is_an_option_that_our_rules_meet_by_default(framework):
    rules = {rule.name: rule for rule in load_rules()}
    for requirement in framework.requirements:
        for wanted in requirement.rule_config:
            rule = rules[wanted.rule]
            assert requirement.answered_by(rule)
            assert wanted.allows(rule.options[wanted.key]), f"{requirement.id}: {wanted.key} of {rule.id}"


@pytest.mark.parametrize("framework", BUILT_IN, ids=lambda one: one.id)
def test_an_empty_scan_claims_nothing(framework):
    statuses = assess(framework, [], load_rules(), (), NOW)
    assert {one.status for one in statuses} <= {Status.MANUAL, Status.NOT_COVERED, Status.NO_DATA}
    assert percent(statuses) is None


HEAD = """\
schema_version: 1
id: house-1.0
name: House
version: "1.0"
sections:
  - {id: "1", name: Doors}
levels:
  - {id: "1", name: One}
requirements:
"""
GOOD = '  - {id: "1.1", title: Doors are locked, section: "1", assessment: automated, controls: [door-locked]}\n'


def loaded(folder, text, name="house.yaml"):
    (folder / name).write_text(text)
    return load_frameworks(folder)


def test_a_file_of_ones_own_is_read(tmp_path):
    (framework,) = loaded(tmp_path, HEAD + GOOD)
    assert framework.requirements == (automated(),)


@pytest.mark.parametrize(
    "text,message",
    [
        (HEAD + GOOD.replace('"1.1"', "1.10"), r"house.yaml:10: requirements\[0\].id: 1.1 is not of type 'string'"),
        (HEAD + GOOD.replace("locked,", "locked, titel: x,"), r"house.yaml:10: requirements\[0\]: .*'titel'"),
        (HEAD + GOOD.replace("automated", "often"), r"requirements\[0\].assessment: 'often' is not one of"),
        (HEAD + GOOD.replace(", controls: [door-locked]", ""), r"house.yaml:10: requirements\[0\]: "),
        (HEAD + GOOD + GOOD, r"house.yaml:11: requirements\[1\]: requirement id '1.1' occurs twice"),
        (HEAD + GOOD.replace('section: "1"', 'section: "2"'), "there is no section '2'"),
        (HEAD + GOOD.replace("locked,", 'locked, levels: ["2"],'), "there is no level '2'"),
        (HEAD.replace("name: One", 'name: One, includes: ["0"]') + GOOD, "level 1 includes '0'"),
        (HEAD + GOOD.replace("locked,", "locked, title: Again,"), "house.yaml:10: key 'title' occurs twice"),
        ("name: A\nname: B\n", "house.yaml:2: key 'name' occurs twice"),
        ("a: &x [1]\nb: *x\n", "house.yaml:2: uses an alias"),
        ("? [a, b]\n: c\n", "a key must be plain text"),
        ("a: !!python/object/apply:os.system [x]\n", "house.yaml:1: could not determine a constructor"),
        ("a: [1\n", "house.yaml:2: "),
        ("a: \x07\n", "not YAML: "),
        ("", "is empty"),
        ("- 1\n", "house.yaml:1: top level: "),
        ("[" * 200_000, "house.yaml:1: nested too deeply"),
        (HEAD + GOOD.replace("Doors", "x" * 1000), r"requirements\[0\].title: .{300}$"),
    ],
)
def test_a_mistake_is_named_by_file_line_and_key(tmp_path, text, message):
    with pytest.raises(ConfigError, match=message):
        loaded(tmp_path, text)


def test_text_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / "house.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_frameworks(tmp_path)


def test_two_files_may_not_share_an_id(tmp_path):
    (tmp_path / "again.yaml").write_text(HEAD + GOOD)
    with pytest.raises(ConfigError, match=r"house\.yaml: framework id 'house-1\.0' is that of another file"):
        loaded(tmp_path, HEAD + GOOD)
