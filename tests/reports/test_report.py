import json
from collections.abc import Callable
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.entries import AttackPath, Hop, PathNode, Report
from reports.formats import FORMATS, render
from reports.json import render_json
from reports.report import build, counted, exit_code, read_report
from scanner.errors import ReportError
from scanner.model.maybe import Reason, Why
from scanner.scan import Scan
from scanner.verdict import Fail, Severity
from scanner.waivers import WaiverNote
from tests.reports.small_scans import RULES, accepted_gap, named_badly, scan_of, unlogged, waiver

Validator = Callable[[str], jsonschema.Draft202012Validator]
EVERYTHING = scan_of(
    "bad-a",
    "bad-b",
    "good",
    "moot",
    "dim",
    "broken",
    rules=RULES,
    denied=("good",),
    waivers=(waiver("bad-b"), {"x": 1}),
)
INTERNET = PathNode("internet", "internet")
ADMIN = PathNode("Role", "admin")


def open_path(status: Any) -> AttackPath:
    return AttackPath(start=INTERNET, end=ADMIN, kind="escalation", status=status, hops=(Hop(ADMIN, "sts:AssumeRole"),))


def test_what_passes_is_counted_and_not_listed() -> None:
    report = build(scan_of("bad-a", "good-b", "moot-c"))
    assert [one.status for one in report.findings] == ["fail"]
    assert (report.summary.total.fail, report.summary.total.pass_, report.summary.total.skip) == (1, 1, 1)


def test_every_verdict_is_listed_on_request() -> None:
    report = build(scan_of("bad-a", "good-b", "moot-c", "dim-d", "broken-e"), every=True)
    assert {"fail", "pass", "skip", "undecided", "crashed"} == {one.status for one in report.findings}


def test_findings_stand_in_the_order_of_severity_rule_and_id() -> None:
    report = build(scan_of("bad-b", "bad-a", rules=(unlogged, named_badly)))
    expected = [("TEST-001", "bad-a"), ("TEST-001", "bad-b"), ("TEST-002", "bad-a"), ("TEST-002", "bad-b")]
    assert expected == [(one.rule, one.resource.id) for one in report.findings]


def test_the_order_of_the_evidence_does_not_show_in_the_report() -> None:
    assert build(scan_of("bad-a", "bad-b", "dim-c")) == build(scan_of("dim-c", "bad-b", "bad-a"))


def test_a_waived_failure_is_counted_as_waived_and_names_its_owner() -> None:
    report = build(scan_of("bad-a", waivers=(waiver("bad-a"),)))
    assert (report.summary.total.fail, report.summary.total.waived) == (0, 1)
    assert (report.findings[0].waiver and report.findings[0].waiver.owner) == "ops"
    assert [used.findings for used in report.waivers.used] == [1]


def test_a_waiver_without_effect_is_told() -> None:
    scan = msgspec.structs.replace(scan_of("bad-a"), waiver_notes=(WaiverNote("waiver 1", "expired"),))
    assert [problem.problem for problem in build(scan).waivers.problems] == ["expired"]


def test_equal_gaps_are_one_entry_with_a_count_and_examples() -> None:
    names = [f"good-{number}" for number in range(9)]
    report = build(scan_of(*names, rules=(unlogged,), denied=names))
    assert [(gap.call, gap.count, len(gap.subjects)) for gap in report.gaps] == [("s3:GetBucketLogging", 9, 5)]


def test_coverage_counts_answered_and_denied_calls() -> None:
    report = build(scan_of("good-a", "good-b", rules=(unlogged,), denied=("good-a",)))
    ok, denied = sum(one.ok for one in report.coverage), sum(one.denied for one in report.coverage)
    assert denied == 1
    assert len(EVERYTHING.inventory.calls) > ok >= 2


@pytest.mark.parametrize(
    "status, label",
    [
        ("confirmed", "an attack path from the internet is open"),
        ("potential", "an attack path from the internet may be open"),
    ],
)
def test_an_attack_path_from_the_internet_labels_the_score_and_leaves_its_number(status: str, label: str) -> None:
    scan = scan_of("bad-a")
    without, with_path = build(scan).score, build(scan, paths=(open_path(status),)).score
    assert without is not None
    assert with_path is not None
    assert (label, without.posture) == (with_path.label, with_path.posture)


@pytest.mark.parametrize(
    "scan, fail_on, allow_gaps, expected",
    [
        pytest.param(scan_of("good"), Severity.LOW, False, 0, id="clean"),
        pytest.param(scan_of("bad"), Severity.HIGH, False, 1, id="failure at the threshold"),
        pytest.param(scan_of("bad"), Severity.CRITICAL, False, 0, id="failure below the threshold"),
        pytest.param(scan_of("bad", waivers=(waiver("bad"),)), Severity.LOW, False, 0, id="waived failure"),
        pytest.param(scan_of("bad", "dim"), Severity.HIGH, False, 1, id="failure before doubt"),
        pytest.param(scan_of("bad", "dim"), Severity.CRITICAL, False, 3, id="doubt beside a failure below"),
        pytest.param(scan_of("dim"), Severity.LOW, True, 3, id="doubt that no gap explains"),
        pytest.param(scan_of("broken"), Severity.LOW, True, 3, id="crash"),
        pytest.param(scan_of(unlisted=True), Severity.LOW, False, 3, id="gap"),
        pytest.param(scan_of(unlisted=True), Severity.LOW, True, 0, id="allowed gap"),
        pytest.param(
            scan_of(unlisted=True, accepted=(accepted_gap("s3:ListBuckets"),)),
            Severity.LOW,
            False,
            0,
            id="accepted gap",
        ),
        pytest.param(
            scan_of(unlisted=True, accepted=(accepted_gap("ec2:*"),)), Severity.LOW, False, 3, id="another gap accepted"
        ),
        pytest.param(
            scan_of("dim", rules=RULES, denied=("dim",), accepted=(accepted_gap("s3:*"),)),
            Severity.LOW,
            False,
            3,
            id="doubt beside an accepted gap",
        ),
    ],
)
def test_the_exit_code_tells(scan: Scan, fail_on: Severity, allow_gaps: bool, expected: int) -> None:
    report = build(scan, fail_on=fail_on, allow_gaps=allow_gaps)
    assert (expected, report.exit.code) == (exit_code(report, fail_on, allow_gaps=allow_gaps)[0], expected)


def test_an_accepted_gap_stays_in_the_score_interval() -> None:
    report = build(scan_of(unlisted=True, accepted=(accepted_gap("s3:ListBuckets"),)))
    assert report.score is not None
    assert (report.score.low, report.score.high) == (0.0, 100.0)
    assert [one.gap for one in report.findings] == ["accepted"]


def test_the_reason_of_the_exit_code_counts_each_sort_of_doubt() -> None:
    report = build(scan_of("dim", "broken", "good", rules=RULES, denied=("good",)), fail_on=Severity.HIGH)
    expected = "incomplete: 1 call without an answer, 2 verdicts undecided, 1 verdict lost to a crashed rule"
    assert expected == report.exit.reason


@pytest.mark.parametrize("number, expected", [(0, "0 failures"), (1, "1 failure"), (2000, "2,000 failures")])
def test_a_number_comes_with_its_noun(number: int, expected: str) -> None:
    assert expected == counted(number, "failure")


@pytest.mark.parametrize("every", [False, True])
def test_a_report_keeps_to_its_schema(validator: Validator, every: bool) -> None:
    report = build(EVERYTHING, every=every, paths=(open_path("confirmed"),))
    assert list(validator("report-1").iter_errors(json.loads(render_json(report)))) == []


def test_a_report_without_rules_keeps_to_its_schema(validator: Validator) -> None:
    assert list(validator("report-1").iter_errors(json.loads(render_json(build(scan_of("a", rules=())))))) == []


def _set(path: str, value: Any) -> Callable[[Any], None]:
    def change(report: Any) -> None:
        *way, last = path.split(".")
        for step in way:
            report = report[int(step) if step.isdigit() else step]
        report[last] = value

    return change


@pytest.mark.parametrize(
    "breaking",
    [
        _set("schema_version", 2),
        _set("score.posture", 101),
        _set("score.rules.0.weight", 7),
        _set("findings.0.status", "failed"),
        _set("findings.0.fingerprint", "x"),
        _set("findings.0.origins", [{"line": 3}]),
        _set("findings.0.resource.tags", [1]),
        _set("gaps.0.reason", "Dunno"),
        _set("exit.code", 2),
        _set("summary.by_severity.worst", {}),
        lambda report: report.pop("gaps"),
        lambda report: next(one for one in report["findings"] if one["status"] == "undecided").pop("reason"),
    ],
)
def test_the_schema_rejects_a_broken_report(validator: Validator, breaking: Callable[[Any], None]) -> None:
    written = json.loads(render_json(build(EVERYTHING)))
    breaking(written)
    assert not validator("report-1").is_valid(written)


def test_the_schema_accepts_fields_of_a_later_casemate(validator: Validator) -> None:
    written = json.loads(render_json(build(EVERYTHING)))
    written["later"] = written["findings"][0]["later"] = 1
    assert list(validator("report-1").iter_errors(written)) == []


@pytest.mark.parametrize(
    "name, answer, valid",
    [
        ("can-1", {"schema_version": 1, "decision": "allowed", "statements": [], "conditions": []}, True),
        ("can-1", {"schema_version": 1, "decision": "undecided", "statements": [], "conditions": []}, False),
        ("reach-1", {"schema_version": 1, "verdict": "reachable", "hops": []}, True),
        ("reach-1", {"schema_version": 1, "verdict": "not-reachable", "hops": []}, False),
        ("paths-1", {"schema_version": 1, "paths": json.loads(msgspec.json.encode([open_path("confirmed")]))}, True),
        ("paths-1", {"schema_version": 1, "paths": [{"kind": "x"}]}, False),
    ],
)
def test_the_schemas_of_answers_tell_valid_from_broken(
    validator: Validator, name: str, answer: object, valid: bool
) -> None:
    assert valid == validator(name).is_valid(answer)


@pytest.mark.parametrize("every", [False, True])
def test_a_report_is_read_back_as_it_was_written(every: bool) -> None:
    report = build(EVERYTHING, every=every, paths=(open_path("potential"),))
    assert report == read_report(render_json(report))


def test_unknown_fields_of_a_later_casemate_are_read_over() -> None:
    report = build(EVERYTHING)
    written = json.loads(render_json(report)) | {"later": {"a": 1}}
    assert report == read_report(json.dumps(written).encode())


@pytest.mark.parametrize(
    "data, told",
    [
        (b"", "not a JSON report"),
        (b"<html>", "not a JSON report"),
        (b'{"resources": []}', "not a JSON report"),
        (b"[" * 100_000, "not a JSON report"),
        (b'{"schema_version": 2}', "upgrade"),
        (b'{"schema_version": 1}', "damaged"),
        (b'{"schema_version": 1, "tool": "\xff"}', "not a JSON report|damaged"),
    ],
)
def test_what_is_no_report_is_refused_with_a_way_out(data: bytes, told: str) -> None:
    with pytest.raises(ReportError, match=told):
        read_report(data)


def test_a_text_that_no_encoding_can_carry_is_written_as_an_escape() -> None:
    scan = scan_of("bad-a")
    scan.findings[0].outcome = Fail("half \ud800 a pair")
    report = build(scan)
    assert report.findings[0].message == r"half \ud800 a pair"
    assert report == read_report(render_json(report))


def test_undecided_for_a_reason_of_its_own_says_so() -> None:
    [one] = build(scan_of("dim")).findings
    assert Why(Reason.UNRESOLVED, "the name is computed") == Why(Reason(one.reason), one.message)
    assert one.gap == ""


def test_points_of_the_findings_add_up_to_the_exposure() -> None:
    report: Report = build(EVERYTHING)
    assert report.score is not None
    assert report.score.exposure == sum(one.points for one in report.findings)


def _leaves(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(leaf for key, item in steps for leaf in _leaves(item, (*way, key)))]


WRITTEN = render_json(build(EVERYTHING, every=True, paths=(open_path("confirmed"),)))
ODD: tuple[Any, ...] = (None, True, -1, 2**70, 1e300, "", "\x00\x1b[2J\u202e", "worst", [], [[]], {}, {"\x1b": {}})


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_leaves(json.loads(WRITTEN))), st.sampled_from(ODD))
def test_an_altered_report_is_refused_or_rendered_in_every_format(way: tuple[Any, ...], odd: Any) -> None:
    altered = {"top": json.loads(WRITTEN)}
    holder: Any = altered
    for step in ("top", *way)[:-1]:
        holder = holder[step]
    holder[("top", *way)[-1]] = odd
    try:
        report = read_report(json.dumps(altered["top"]).encode())
    except ReportError:
        return
    for form in FORMATS:
        written = render(report, form)
        assert b"\x1b" not in written
        assert b"\x00" not in written
