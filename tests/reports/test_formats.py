import csv as csv_module
import io
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from reports.entries import Report, ResourceEntry
from reports.formats import FORMATS, render
from reports.groups import disputed, doubts
from reports.markdown import MOST_BYTES, code
from reports.plain import escaped, plain
from reports.report import build
from reports.text import render_text
from scanner.errors import UsageError
from tests.reports.small_scans import RULES, accepted_gap, named_badly, scan_of, unlogged, waiver

REPORT = build(
    scan_of(
        *(f"bad-{number:02}" for number in range(12)),
        "dim",
        "broken",
        "good",
        rules=RULES,
        denied=("good",),
        waivers=(waiver("bad-00"), {"rule": "TEST-001"}),
    )
)
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\x1b[2J\x1b]0;owned\x07",
    "\x9b31m",
    "\u202egnp.exe",
    "=cmd|' /C calc'!A0",
    " =1+1",
    "\uff1d1+1",
    "a\nb\r\n# heading",
    "``` `x` ``",
    "[link](https://example.com) @everyone #1",
    "| cell | <!-- ",
    "]]>&amp;&#x3c;",
    "[bold red]x[/] :smile:",
    "{{ 7*7 }}{% raw %}",
    "\ufffe\uffff\u200b",
)
names = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))


def report_on(name: str) -> Report:
    return build(scan_of(f"bad-{name}", waivers=({"rule": name},)))


class Tags(HTMLParser):
    """What elements and attributes a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))


def tags_of(page: bytes) -> list[tuple[str, tuple[str, ...]]]:
    parser = Tags()
    parser.feed(page.decode())
    return parser.seen


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_lets_an_unseen_character_through(form: str) -> None:
    for name in HOSTILE:
        assert UNSEEN.search(render(report_on(name), form).decode().replace("\r\n", "\n")) is None


@settings(max_examples=40, deadline=None)
@given(names)
def test_a_name_adds_no_element_and_no_attribute_to_the_page(name: str) -> None:
    assert tags_of(render(report_on(name), "html")) == tags_of(render(report_on("plain"), "html"))


@settings(max_examples=60, deadline=None)
@given(names)
def test_a_name_stays_in_its_cell_and_is_no_formula(name: str) -> None:
    rows = list(csv_module.reader(io.StringIO(render(report_on(name), "csv").decode(), newline="")))
    assert [len(row) for row in rows] == [len(rows[0])] * 2
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) for cell in rows[1])  # noqa: RUF001


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "＝1"])  # noqa: RUF001
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(value: str) -> None:
    written = render(build(scan_of(value, rules=(unlogged,))), "csv").decode()
    [row] = csv_module.DictReader(io.StringIO(written, newline=""))
    assert row["id"] == f"'{value}"


@settings(max_examples=60, deadline=None)
@given(names)
def test_a_name_leaves_junit_well_formed(name: str) -> None:
    [case] = ET.fromstring(render(report_on(name), "junit")).iter("testcase")
    assert case.get("name") == plain(f"Bucket is named badly: bucket bad-{name}")


@settings(max_examples=60, deadline=None)
@given(names)
def test_a_name_is_the_same_in_json_and_escaped_for_terminals(name: str) -> None:
    written = render(report_on(name), "json").decode()
    assert json.loads(written)["findings"][0]["resource"]["id"] == f"bad-{name}"
    assert UNSEEN.search(written) is None


@settings(max_examples=60, deadline=None)
@given(names)
def test_a_name_stays_on_its_line_in_markdown(name: str) -> None:
    written = render(report_on(name), "markdown").decode()
    assert written.count("\n") == render(report_on("plain"), "markdown").decode().count("\n")


@given(st.text(st.characters(codec="utf-8"), max_size=60))
@example("`")
@example("``a`")
@example(" ")
@example("")
def test_a_code_span_ends_only_where_its_fence_does(text: str) -> None:
    span = code(text)
    fence = re.match("`+", span)
    assert fence is not None
    inner = span[len(fence[0]) : -len(fence[0])]
    assert span.endswith(fence[0])
    assert fence[0] not in re.findall("`+", inner)


@given(st.text())
def test_plain_text_is_one_visible_line(text: str) -> None:
    assert UNSEEN.search(plain(text)) is None
    assert "\n" not in plain(text)


@given(st.text(st.characters(codec="utf-8")))
def test_escaping_json_leaves_its_value(text: str) -> None:
    assert json.loads(escaped(json.dumps(text, ensure_ascii=False))) == text


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert plain("abcdef", 4) == "abc…"


def test_an_unknown_format_is_refused_with_the_list() -> None:
    with pytest.raises(UsageError, match="text, json, html, markdown, csv, junit"):
        render(REPORT, "pdf")


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, render_text(REPORT, width=width).splitlines())) <= width


@pytest.mark.parametrize("width", [80, 200])
def test_colour_changes_no_word(width: int) -> None:
    coloured = re.sub("\x1b\\[[0-9;]*m", "", render_text(REPORT, width=width, color=True))
    stripped = "\n".join(line.rstrip() for line in coloured.splitlines()) + "\n"
    assert stripped == render_text(REPORT, width=width)


def test_colours_are_there_when_asked_for() -> None:
    assert "\x1b[" in render_text(REPORT, color=True)


def test_the_terminal_report_reads_well_at_80_columns() -> None:
    report = msgspec.structs.replace(REPORT, tool=msgspec.structs.replace(REPORT.tool, version="1.2.3"))
    assert render_text(report, width=80) == snapshot("""\
Casemate 1.2.3  evidence small.json.gz
account 123456789012 · eu-west-1 · taken 2026-01-01 00:00 UTC

Score 64.9 of 100
  exposure 74 points; between 64.9 and 65.3, depending on 3 missing verdicts;
  65.1 with 1 finding waived
  test 6.5 · other 100.0
  Failing: 0 critical, 11 high, 0 medium, 14 low; 1 waived, 2 undecided, 1
  crashed, 16 passed

HIGH  TEST-001  Bucket is named badly  11 resources, -55 points
  - bad-01 is bad
  - bad-02 is bad
  - bad-03 is bad
  - bad-04 is bad
  - bad-05 is bad
  - bad-06 is bad
  - bad-07 is bad
  - bad-08 is bad
  and 3 more

LOW  TEST-002  Bucket is not logged  14 resources, -14 points
  - bad-00 has no access log
  - bad-01 has no access log
  and 12 more

Not known  a verdict that could not be given is no pass
  Crashed  1 verdict: TEST-001 (1)
      ValueError: no such name (small_scans.py:36)
  Denied  1 verdict: TEST-002 (1)
      AccessDenied: no
  Unresolved  1 verdict: TEST-001 (1)
      the name is computed

Coverage  15 of 16 planned calls answered in full
  Denied  s3:GetBucketLogging  1 call in global

Waived
  TEST-001  1 finding, bad-00, until 2026-06-30, by ops: known
  without effect  waiver 2 (TEST-001) lacks owner, reason, until

Exit 1: 11 failures at or above medium.
Next: `casemate rules show TEST-001` says why it matters and what to do.
""")


def test_the_next_step_for_a_denied_call_is_the_policy() -> None:
    assert "casemate permissions" in render_text(build(scan_of(unlisted=True)))


def test_an_accepted_gap_is_shown_with_its_owner() -> None:
    report = build(scan_of(unlisted=True, accepted=(accepted_gap("s3:*"),)))
    for form in ("text", "html", "markdown", "junit"):
        assert "ops" in render(report, form).decode()


def test_a_report_without_rules_says_that_there_is_no_score() -> None:
    report = build(scan_of("a", rules=()))
    assert "No score" in render_text(report)
    assert "no score" in render(report, "markdown").decode()
    assert "No rules were chosen" in render(report, "html").decode()


@pytest.mark.parametrize(
    "form", [form for form in FORMATS if form not in ("sarif", "gitlab")]
)  # these have what stands in a file
def test_every_format_names_each_sort_of_finding(form: str) -> None:
    written = render(REPORT, form).decode()
    for told in ("bad-01", "TEST-001", "AccessDenied", "the name is computed", "no such name"):
        assert told in written


def test_markdown_says_how_much_does_not_fit() -> None:
    report = build(scan_of(*(f"bad-{number:05}-{'é' * 40}" for number in range(800))))
    written = render(report, "markdown")
    listed, left = written.decode().count("- bucket"), re.search(r"([\d,]+) more lines on failures", written.decode())
    assert len(written) <= MOST_BYTES
    assert left is not None
    assert listed + int(left[1].replace(",", "")) == 800


def test_markdown_keeps_what_is_not_known_when_failures_do_not_fit() -> None:
    report = build(scan_of(*(f"bad-{number:05}-{'x' * 200}" for number in range(300)), "dim"))
    assert "## Not known" in render(report, "markdown").decode()


def test_junit_tells_failures_errors_and_skipped_apart() -> None:
    report = build(scan_of("bad-a", "bad-b", "dim", "broken", "good", waivers=(waiver("bad-b"),)), every=True)
    root = ET.fromstring(render(report, "junit"))
    found = {sort: root.get(sort) for sort in ("tests", "failures", "errors", "skipped")}
    assert found == {"tests": "5", "failures": "1", "errors": "2", "skipped": "1"}


def test_junit_counts_a_call_without_an_answer_as_an_error_and_an_accepted_one_as_skipped() -> None:
    scan = scan_of("a", rules=(unlogged,), denied=("a",))
    accepted = scan_of("a", rules=(unlogged,), denied=("a",), accepted=(accepted_gap("s3:GetBucketLogging"),))
    roots = [ET.fromstring(render(build(one), "junit")) for one in (scan, accepted)]
    assert [(root.get("errors"), root.get("skipped")) for root in roots] == [("2", "0"), ("0", "2")]


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    page = render(REPORT, "html").decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; ")
    assert "unsafe" not in policy[1]
    assert not re.search(r'(src|href)="(?!#)', page)


def test_the_page_has_one_main_heading_and_scopes_every_table_heading() -> None:
    page = render(REPORT, "html").decode()
    assert page.count("<h1") == 1
    assert '<html lang="en">' in page
    assert len(re.findall("<th[ >]", page)) == len(re.findall(r'<th scope="(?:col|row)"', page))


def test_every_listed_finding_is_on_the_page() -> None:
    page = render(REPORT, "html").decode()
    rows = sum(
        len(re.findall("<tr>", table)) - 1
        for table in re.findall('<table class="findings">.*?</table>', page, re.DOTALL)
    )
    assert rows == len(REPORT.findings)


def test_a_page_of_passes_lists_them_on_request() -> None:
    page = render(build(scan_of("good-a", rules=(named_badly,)), every=True), "html").decode()
    assert "Passed or not applicable" in page
    assert "good-a" in page


def test_regions_that_fail_alike_share_a_line() -> None:
    findings = tuple(
        msgspec.structs.replace(
            REPORT.findings[0],
            waiver=None,
            fingerprint=f"{number:032x}",
            message=f"something is off in eu-west-{number}",
            resource=ResourceEntry(
                kind="AccountRegion", noun="region", id=f"eu-west-{number}", region=f"eu-west-{number}", tags={}
            ),
        )
        for number in range(9)
    )
    written = render_text(msgspec.structs.replace(REPORT, findings=findings), width=200)
    assert "9 regions: eu-west-0, eu-west-1, eu-west-2, eu-west-3, eu-west-4, eu-west-5 and 3 more" in written


def test_the_worse_a_failure_the_more_of_its_resources_are_listed() -> None:
    text = render_text(build(scan_of(*(f"bad-{number:02}" for number in range(30)), rules=(named_badly, unlogged))))
    high, low = text.split("LOW  ")
    assert (high.count("- bad-"), low.count("- bad-")) == (8, 2)
    assert ("and 22 more" in high, "and 28 more" in low) == (True, True)


def test_what_is_not_known_for_one_reason_in_many_places_is_told_once() -> None:
    dim = next(one for one in REPORT.findings if one.status == "undecided")
    findings = tuple(
        msgspec.structs.replace(
            dim,
            message=f"detector is off in eu-west-{number}",
            resource=msgspec.structs.replace(dim.resource, region=f"eu-west-{number}"),
        )
        for number in range(5)
    )
    [doubt] = doubts(findings)
    assert len(doubt.findings) == 5


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_who_else_tells_a_defect_and_who_says_otherwise_is_shown(form: str) -> None:
    scan = scan_of("bad-1", "good-1")
    failing, passing = sorted(scan.findings, key=lambda one: one.status)
    failing.witnesses = ("Watchman W.1: a bucket is bad",)
    passing.disputes = ("it fails by Watchman W.2: another is bad",)
    shown = render(build(scan), form).decode()
    assert "Watchman W" in shown
    assert ("W.2" in shown) or form in {"text", "markdown"}


def test_a_disagreement_is_told_once_by_the_side_of_the_other_source() -> None:
    scan = scan_of("moot-1", "good-1")
    for one in scan.findings:
        one.disputes = ("another says otherwise",)
    report = build(scan)
    assert {one.status for one in report.findings} == {one.status for one in scan.findings}
    assert [one.status for one in disputed(report.findings)] == [
        one.status for one in report.findings if one.status != "pass"
    ]


def test_of_very_many_rules_the_less_grave_ones_have_a_line_each() -> None:
    report = build(scan_of("bad-1", rules=(named_badly,)))
    (failure,) = report.findings
    many = tuple(msgspec.structs.replace(failure, rule=f"X-{number:03}") for number in range(45))
    text = render_text(msgspec.structs.replace(report, findings=many))
    assert (45, 40) == (text.count("1 resource, "), text.count("  - bad-1"))
    assert "--format html=FILE" in text
