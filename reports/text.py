"""The report for a terminal: what fails first, what is not known and why, and what to do next."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reports.entries import Report
from reports.groups import failures, waived
from reports.network import ledger_text
from reports.report import counted
from reports.score import shown
from reports.terminal import SEVERITY_STYLE, heading, line, written
from reports.text_failures import failure_blocks
from reports.text_paths import path_blocks, queue_blocks
from reports.text_unknowns import coverage_blocks, dispute_blocks, doubt_blocks

if TYPE_CHECKING:
    from rich.console import RenderableType

MOST_LISTED: Final = 20
MOST_REGIONS: Final = 3
_CODE_STYLE: Final = {0: "bold green", 1: "bold red", 3: "bold yellow"}


def render_text(report: Report, *, width: int = 100, color: bool = False) -> str:
    """Return the report as text for a terminal of that many columns, with ANSI colours if `color`."""
    return written(_blocks(report, width), width=width, color=color)


def _blocks(report: Report, width: int) -> "Iterator[RenderableType]":
    yield from _header(report)
    yield from _score(report)
    yield from path_blocks(report)
    yield from queue_blocks(report)
    yield from _network(report)
    yield from failure_blocks(report, width)
    yield from dispute_blocks(report)
    yield from doubt_blocks(report)
    yield from coverage_blocks(report)
    yield from _waivers(report)
    yield from _frameworks(report)
    yield from _notes(report)
    yield from _closing(report)


def _header(report: Report) -> "Iterator[RenderableType]":
    source = report.source
    yield line((f"Casemate {report.tool.version}", "bold"), f"  {source.kind} {source.name}".rstrip())
    where = f"account {source.accounts[0]}" if len(source.accounts) == 1 else counted(len(source.accounts), "account")
    regions = (
        ", ".join(source.regions) if len(source.regions) <= MOST_REGIONS else counted(len(source.regions), "region")
    )
    when = f"taken {_minute(source.taken_at)}" if source.taken_at else "of an unknown date"
    yield line(" · ".join(part for part in (where, regions, when) if part))


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ") + (" UTC" if moment.endswith(("Z", "+00:00")) else moment[19:])


def _score(report: Report) -> "Iterator[RenderableType]":
    yield ""
    score = report.score
    if score is None:
        yield line(("No score", "bold"), ": no rules were chosen")
        return
    yield line(
        (f"Score {shown(score.posture)} of 100", "bold"),
        *(
            ("  partial: a selection of rules, services or regions, to be compared only with the same one",)
            if report.partial
            else ()
        ),
    )
    total = report.summary.total
    facts = [f"exposure {score.exposure:g} points"]
    if score.high > score.low:
        missing = counted(total.undecided + total.crashed, "missing verdict")
        facts.append(f"between {shown(score.low)} and {shown(score.high)}, depending on {missing}")
    if total.waived:
        facts.append(f"{shown(score.with_waivers)} with {counted(total.waived, 'finding')} waived")
    yield line("; ".join(facts), indent=2)
    if len(score.services) > 1:
        worst_first = sorted(score.services, key=lambda one: one.posture)
        yield line(" · ".join(f"{one.service} {shown(one.posture)}" for one in worst_first), indent=2)
    if score.label:
        yield line((score.label, "bold red"), indent=2)
    by_severity = (
        (f"{count.fail:,} {name.value}", SEVERITY_STYLE[name] if count.fail else "dim")
        for name, count in report.summary.by_severity.items()
    )
    parts: list[str | tuple[str, str]] = ["Failing: "]
    for part in by_severity:
        parts += [part, ", "]
    rest = [f"{total.waived:,} waived" if total.waived else "", counted(total.undecided, "undecided", "undecided")]
    rest += [f"{total.crashed:,} crashed" if total.crashed else "", f"{total.pass_:,} passed"]
    rest += [f"{total.skip:,} not applicable" if total.skip else ""]
    yield line(*parts[:-1], "; " + ", ".join(one for one in rest if one), indent=2)


def _waivers(report: Report) -> "Iterator[RenderableType]":
    groups = waived(report.findings)
    problems = report.waivers.problems
    if not groups and not problems:
        return
    yield from heading("Waived")
    for used in report.waivers.used:
        told = (
            f"{counted(used.findings, 'finding')}, {used.selector}, until {used.until}, by {used.owner}: {used.reason}"
        )
        yield line((used.rule, "bold"), f"  {told}", indent=2)
    for problem in problems:
        yield line(("without effect", "yellow"), f"  {problem.entry} {problem.problem}", indent=2)


def _network(report: Report) -> "Iterator[RenderableType]":
    if report.network is None or not (report.network.ledger.open_groups or report.network.ledger.undecided):
        return
    yield from heading("Network")
    yield line(ledger_text(report.network.ledger), indent=2)


def _frameworks(report: Report) -> "Iterator[RenderableType]":
    if not report.frameworks:
        return
    yield from heading("Frameworks", "what the rules support; no statement of compliance")
    for one in report.frameworks:
        percent = "no data" if one.percent is None else f"{shown(one.percent)} %"
        counts = ", ".join(f"{number:,} {name}" for name, number in one.counts.items() if number)
        yield line((one.id, "bold"), f"  {one.title}  {percent}: {counts}", indent=2)


def _notes(report: Report) -> "Iterator[RenderableType]":
    if not report.notes:
        return
    yield from heading("Notes")
    for note in report.notes[:MOST_LISTED]:
        yield line(note, indent=2)
    if (more := len(report.notes) - MOST_LISTED) > 0:
        yield line((f"and {counted(more, 'more note')}", "italic"), indent=2)


def _closing(report: Report) -> "Iterator[RenderableType]":
    yield ""
    code = report.exit.code
    yield line((f"Exit {code}", _CODE_STYLE.get(code, "bold")), f": {report.exit.reason}.")
    if step := _next_step(report):
        yield line(step)


def _next_step(report: Report) -> str:
    groups = failures(report.findings)
    reasons = {gap.reason for gap in report.gaps if gap.accepted is None}
    crashed = next((one.rule for one in report.findings if one.status == "crashed"), "")
    if groups and report.exit.code == 1:
        return f"Next: `casemate rules show {groups[0].rule}` says why it matters and what to do."
    if reasons and not report.coverage:
        return "Next: declare what is missing where it is scanned, or accept what is not evaluated with --allow-gaps."
    if "Denied" in reasons:
        return "Next: `casemate permissions` prints the policy that lets every call through."
    if "NotCollected" in reasons:
        return "Next: `casemate collect -o FILE` records all that the rules need."
    if reasons:
        return "Next: `casemate doctor` tells what stands in the way."
    if crashed:
        return f"Next: tell the authors of {crashed}, which `casemate rules show {crashed}` names, of its crash."
    return ""
