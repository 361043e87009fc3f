import json
from collections.abc import Callable
from typing import Any

import jsonschema
import msgspec
import pytest

from reports.diff import Diff, diff_reports, exit_code
from reports.diff_forms import render_diff
from reports.entries import Report
from reports.report import build
from scanner.verdict import Fail, Severity, facts
from tests.reports.small_scans import RULES, named_badly, scan_of, unlogged, waiver

FORMS = ("text", "json", "markdown")


def report(*names: str, every: bool = False, **said: Any) -> Report:
    return build(scan_of(*names, **said), every=every)


def kinds(difference: Diff) -> dict[str, str]:
    return {change.finding.resource.id: change.kind for change in difference.changes}


def with_evidence(*atoms: str) -> Report:
    scan = scan_of("bad-a")
    scan.findings[0].outcome = Fail("bad-a is bad", facts("port", *atoms))
    return build(scan)


@pytest.mark.parametrize(
    "before, after, expected",
    [
        (("good",), ("bad",), {"bad": "new"}),
        (("bad",), ("good",), {"bad": "fixed"}),
        (("bad",), ("bad",), {"bad": "unchanged"}),
        (("bad",), ("dim",), {"bad": "fixed", "dim": "unknown"}),
        (("dim",), ("dim",), {"dim": "unchanged"}),
        (("dim",), (), {"dim": "changed"}),
        (("good",), ("good",), {}),
    ],
)
def test_a_finding_is_new_fixed_unknown_changed_or_unchanged(
    before: tuple[str, ...], after: tuple[str, ...], expected: dict[str, str]
) -> None:
    assert kinds(diff_reports(report(*before), report(*after))) == expected


def test_a_resource_that_passed_before_and_after_is_no_change() -> None:
    assert kinds(diff_reports(report("good"), report("good", every=True))) == {}


def test_a_failing_resource_that_is_gone_is_fixed_where_its_listing_was_read() -> None:
    assert kinds(diff_reports(report("bad-a", "good"), report("good"))) == {"bad-a": "fixed"}


def test_a_failure_that_passes_now_is_fixed() -> None:
    scan = scan_of("bad-a")
    before = build(scan)
    scan.findings[0].outcome = scan_of("good").findings[0].outcome
    assert kinds(diff_reports(before, build(scan, every=True))) == {"bad-a": "fixed"}


@pytest.mark.parametrize(
    "before, after, expected",
    [
        (("22",), ("22", "3389"), "worsened"),
        (("22", "3389"), ("22",), "changed"),
        (("22",), ("3389",), "changed"),
        (("22",), ("22",), "unchanged"),
    ],
)
def test_a_failure_worsens_when_its_evidence_grows(
    before: tuple[str, ...], after: tuple[str, ...], expected: str
) -> None:
    assert kinds(diff_reports(with_evidence(*before), with_evidence(*after))) == {"bad-a": expected}


def test_a_waiver_changes_a_failure_and_fixes_nothing() -> None:
    after = report("bad-a", waivers=(waiver("bad-a"),))
    assert kinds(diff_reports(report("bad-a"), after)) == {"bad-a": "changed"}


def test_a_failure_whose_waiver_ended_is_new() -> None:
    before = report("bad-a", waivers=(waiver("bad-a"),))
    assert kinds(diff_reports(before, report("bad-a"))) == {"bad-a": "new"}


@pytest.mark.parametrize(
    "after, told",
    [
        (report(unlisted=True), "not listed by AWS (Denied)"),
        (report("good", rules=(unlogged,)), "rule not run"),
        (report("good", rules=()), "rule not run"),
    ],
)
def test_what_was_not_looked_at_again_is_not_fixed(after: Report, told: str) -> None:
    changes = diff_reports(report("bad-a"), after).changes
    assert [(one.kind, one.now) for one in changes if one.finding.resource.id == "bad-a"] == [("unknown", told)]


def test_another_account_is_not_read_as_a_fix() -> None:
    after = report("good")
    elsewhere = msgspec.structs.replace(after, source=msgspec.structs.replace(after.source, accounts=("210987654321",)))
    assert [one.now for one in diff_reports(report("bad-a"), elsewhere).changes] == ["account not read"]


def test_a_moved_fingerprint_is_matched_by_its_alias() -> None:
    before, after = report("bad-a"), report("bad-b")
    sides = [
        msgspec.structs.replace(
            one, findings=tuple(msgspec.structs.replace(each, aliases=("aws_s3_bucket.b",)) for each in one.findings)
        )
        for one in (before, after)
    ]
    assert [one.kind for one in diff_reports(*sides).changes] == ["changed"]


def test_reports_of_other_profiles_are_not_compared_by_score() -> None:
    difference = diff_reports(report("bad-a", rules=(named_badly,)), report("bad-a", rules=RULES))
    assert not difference.comparable
    assert "not compared" in render_diff(difference, "text").decode()
    assert "not compared" in render_diff(difference, "markdown").decode()


@pytest.mark.parametrize(
    "before, after, threshold, expected",
    [
        (report("good"), report("bad"), Severity.HIGH, 1),
        (report("good"), report("bad"), Severity.CRITICAL, 0),
        (report("good"), report("dim"), Severity.LOW, 3),
        (report("bad"), report("bad"), Severity.LOW, 0),
        (with_evidence("22"), with_evidence("22", "23"), Severity.LOW, 1),
    ],
)
def test_the_exit_code_of_a_comparison_tells(before: Report, after: Report, threshold: Severity, expected: int) -> None:
    assert exit_code(diff_reports(before, after), threshold) == expected


@pytest.mark.parametrize("form", FORMS)
def test_a_comparison_names_what_is_new_and_what_is_fixed(form: str) -> None:
    written = render_diff(diff_reports(report("bad-old"), report("bad-new")), form).decode()
    assert "bad-old" in written
    assert "bad-new" in written


@pytest.mark.parametrize("form", FORMS)
def test_a_hostile_name_is_inert_in_a_comparison(form: str) -> None:
    written = render_diff(diff_reports(report(), report("bad-\x1b[31m\u202e\n# x")), form).decode()
    assert "\x1b" not in written
    assert "\u202e" not in written
    assert "\n# x" not in written


def test_the_written_comparison_keeps_to_its_schema(
    validator: Callable[[str], jsonschema.Draft202012Validator],
) -> None:
    difference = diff_reports(report("bad-a", "dim"), report("bad-b", rules=()))
    assert list(validator("diff-1").iter_errors(json.loads(render_diff(difference, "json")))) == []


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="text, json, markdown"):
        render_diff(diff_reports(report(), report()), "yaml")
