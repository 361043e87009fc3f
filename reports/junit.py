"""JUnit XML for CI: a suite for each file, or account and region, a case for each rule and resource."""

from itertools import groupby
from typing import Final
from xml.etree import ElementTree as ET

from reports.entries import FindingEntry, GapEntry, Report
from reports.groups import label
from reports.places import in_repository, place_of
from reports.plain import plain

_COUNTED: Final = ("failure", "error", "skipped")
_PLURAL: Final = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def render_junit(report: Report) -> bytes:
    """Return the report as JUnit XML in UTF-8.

    What fails is a failure; what is undecided or crashed, and a call without an answer, an error; what is waived, does
    not apply, or is undecided because of an accepted gap, skipped.
    """
    cases = [(_suite_of(one, report), _case(one, report)) for one in report.findings]
    cases += [(_suite(gap.account, gap.region), _gap_case(gap)) for gap in report.gaps]
    cases.sort(key=lambda pair: pair[0])
    root = ET.Element("testsuites", name="casemate")
    for name, pairs in groupby(cases, key=lambda pair: pair[0]):
        suite = ET.SubElement(root, "testsuite", name=name, timestamp=plain(report.judged_at, 20)[:19])
        suite.extend(case for _, case in pairs)
        _count(suite)
    _count(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _suite_of(one: FindingEntry, report: Report) -> str:
    """Return the file that a finding stands in, or its account and region."""
    where = place_of(one)
    return plain(in_repository(report, where)) if where else _suite(one.resource.account, one.resource.region)


def _suite(account: str, region: str) -> str:
    return plain("/".join(part for part in (account, region) if part)) or "source"


def _count(element: ET.Element) -> None:
    element.set("tests", str(sum(1 for _ in element.iter("testcase"))))
    for sort in _COUNTED:
        element.set(_PLURAL[sort], str(sum(1 for _ in element.iter(sort))))


def _case(one: FindingEntry, report: Report) -> ET.Element:
    resource = one.resource
    name = f"{resource.noun} {label(resource)}"
    case = ET.Element("testcase", classname=plain(one.rule), name=plain(f"{one.title}: {name}"))
    if (where := place_of(one)) is not None:
        case.set("file", plain(in_repository(report, where)))
        case.set("line", str(max(1, where.line)))
    if one.waiver is not None:
        told = f"waived by {one.waiver.owner} until {one.waiver.until}: {one.waiver.reason}"
        _say(case, "skipped", told)
    elif one.status == "fail":
        _say(case, "failure", one.message, one.severity.value)
    elif one.status == "skip":
        _say(case, "skipped", one.message)
    elif one.gap == "accepted":
        _say(case, "skipped", f"undecided because of an accepted gap: {one.message}")
    elif one.status != "pass":
        _say(case, "error", one.message, one.reason or one.status)
    return case


def _gap_case(gap: GapEntry) -> ET.Element:
    case = ET.Element("testcase", classname="coverage", name=plain(f"{gap.call}: {gap.count} without an answer"))
    if gap.accepted is not None:
        _say(case, "skipped", f"accepted by {gap.accepted.owner} until {gap.accepted.until}: {gap.accepted.reason}")
    else:
        _say(case, "error", gap.detail, gap.reason)
    return case


def _say(case: ET.Element, sort: str, message: str, kind: str = "") -> None:
    said = ET.SubElement(case, sort, message=plain(message))
    if kind:
        said.set("type", plain(kind))
