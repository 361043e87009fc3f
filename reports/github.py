"""Annotations of GitHub Actions: lines that a workflow prints, shown beside the code and in the summary of the run.

GitHub shows ten of each level a step, so the worst come first and a last line counts the rest.
Source: GitHub documentation, "Workflow commands for GitHub Actions".
"""

from collections.abc import Iterator, Mapping
from typing import Final

from reports.entries import FindingEntry, GapEntry, Report
from reports.groups import place
from reports.places import in_repository, is_doubtful, is_open, place_of
from reports.plain import plain
from scanner.verdict import Severity

_SHOWN: Final = 10
_COMMANDS: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
}
_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render_github(report: Report) -> str:
    """Return a workflow command for each finding to act on, and for what is not known; then one that says how it ended."""
    found = [one for one in report.findings if (is_open(one) or is_doubtful(one)) and one.delta != "unchanged"]
    found.sort(key=lambda one: -one.severity.weight)
    lines = [_line(one, report) for one in found]
    lines += [_gap(gap) for gap in report.gaps if gap.accepted is None and not gap.call.startswith("terraform:")]
    return "".join(f"{line}\n" for line in (*lines, *_closing(lines, report)))


def _line(one: FindingEntry, report: Report) -> str:
    where = place_of(one)
    title = f"{one.rule} {one.title}"
    properties = [f"title={_property(title)}"]
    if where is not None:
        properties = [f"file={_property(in_repository(report, where))}", f"line={max(1, where.line)}", *properties]
    command = _COMMANDS[one.severity] if one.status == "fail" else "warning"
    subject = one.message or one.title
    told = subject if one.status == "fail" else f"not known for {one.resource.id}: {subject}"
    said = [told, *(f"called at {call.file}:{call.line} ({call.address})" for call in (where.calls if where else ()))]
    if where is None:
        said.append(place(one.resource))
    return f"::{command} {','.join(properties)}::{_data('; '.join(part for part in said if part))}"


def _gap(gap: GapEntry) -> str:
    told = f"{gap.call} in {gap.account}/{gap.region}: {gap.reason}, {gap.detail}"
    return f"::warning title={_property('Not read')}::{_data(told)}"


def _closing(lines: list[str], report: Report) -> Iterator[str]:
    hidden = sum(
        max(0, sum(line.startswith(f"::{command} ") for line in lines) - _SHOWN)
        for command in ("error", "warning", "notice")
    )
    more = f"; {hidden} more than GitHub shows, see the log" if hidden else ""
    title = _property("Casemate")
    yield f"::notice title={title}::{_data(f'exit {report.exit.code}: {report.exit.reason}{more}')}"


def _data(text: str) -> str:
    return plain(text).translate(_DATA)


def _property(text: str) -> str:
    return plain(text).translate(_PROPERTY)
