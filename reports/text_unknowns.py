"""What is not known, for a terminal: verdicts by reason, and calls without an answer."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reports.entries import GapEntry, Report, WaiverEntry
from reports.groups import Doubt, disputed, doubts, label, place
from reports.report import counted
from reports.terminal import item, line

if TYPE_CHECKING:
    from rich.console import RenderableType

_CODE: Final = "terraform:"
"""Begins the call of a gap of infrastructure as code."""
MOST_GROUPS: Final = 20
MOST_RULES: Final = 8
MOST_PLACES: Final = 3


def doubt_blocks(report: Report) -> "Iterator[RenderableType]":
    """Yield the blocks that tell which verdicts are missing, and why."""
    found = doubts(report.findings)
    if not found:
        return
    yield ""
    yield line(("Not known", "bold"), "  a verdict that could not be given is no pass")
    for doubt in found[:MOST_GROUPS]:
        yield line((doubt.reason, "yellow"), f"  {_count(doubt)}: {_named_rules(doubt)}", indent=2)
        yield line(doubt.detail, indent=6)
    if (more := len(found) - MOST_GROUPS) > 0:
        yield line((f"and {counted(more, 'more reason')}", "italic"), indent=2)


def dispute_blocks(report: Report) -> "Iterator[RenderableType]":
    """Yield the blocks that tell where another source says otherwise than we do."""
    found = disputed(report.findings)
    if not found:
        return
    yield ""
    yield line(("Disputed", "bold"), "  another source says otherwise; our own verdict counts")
    for one in found[:MOST_GROUPS]:
        name = one.resource.name or label(one.resource)
        yield item((one.rule, "yellow"), f" {name}: {'; '.join(one.disputes[:MOST_PLACES])}")
    if (more := len(found) - MOST_GROUPS) > 0:
        yield line((f"and {counted(more, 'more disagreement')}", "italic"), indent=2)


def _count(doubt: Doubt) -> str:
    places = {place(one.resource) for one in doubt.findings}
    where = f" in {len(places)} places" if len(places) > 1 else ""
    return f"{counted(len(doubt.findings), 'verdict')}{where}{' (accepted)' if doubt.accepted else ''}"


def _named_rules(doubt: Doubt) -> str:
    return _some([f"{rule} ({number:,})" for rule, number in doubt.rules], MOST_RULES)


def coverage_blocks(report: Report) -> "Iterator[RenderableType]":
    """Yield the blocks that tell how many calls were answered, which were not, and what was left out on purpose."""
    ok = sum(one.ok for one in report.coverage)
    unanswered = sum(
        one.denied + one.throttled + one.disabled + one.failed + one.not_collected for one in report.coverage
    )
    yield ""
    planned = counted(ok + unanswered, "planned call")
    read = f"{ok:,} of {planned} answered in full" if report.coverage else "read from files, without a call"
    yield line(("Coverage", "bold"), f"  {read}")
    single = len(report.source.accounts) == 1
    groups: dict[tuple[str, str, WaiverEntry | None], list[GapEntry]] = {}
    for gap in report.gaps:
        groups.setdefault((gap.call, gap.reason, gap.accepted), []).append(gap)
    for (call, reason, accepted), gaps in list(groups.items())[:MOST_GROUPS]:
        if call.startswith(_CODE):
            yield from _not_in_code(call.removeprefix(_CODE), reason, gaps)
        else:
            calls = counted(sum(gap.count for gap in gaps), "call")
            where = _some([gap.region if single else f"{gap.account}/{gap.region}" for gap in gaps], MOST_PLACES)
            yield line((reason, "yellow"), f"  {call}  {calls} in {where}", indent=2)
        if accepted is not None:
            yield line(f"accepted by {accepted.owner} until {accepted.until}: {accepted.reason}", indent=6)
    if (more := len(groups) - MOST_GROUPS) > 0:
        yield line((f"and {counted(more, 'more call')}", "italic"), indent=2)
    yield from _left_out(report)


def _not_in_code(what: str, reason: str, gaps: list[GapEntry]) -> "Iterator[RenderableType]":
    """Yield what of infrastructure as code is not looked at: calls of modules that are not here, or a type."""
    if what == "module":
        for gap in gaps[:MOST_GROUPS]:
            yield line((reason, "yellow"), f"  {gap.detail}", indent=2)
        if (more := len(gaps) - MOST_GROUPS) > 0:
            yield line((f"and {counted(more, 'more module')} not here", "italic"), indent=2)
        return
    number = counted(sum(gap.count for gap in gaps), "resource")
    named = _some([subject for gap in gaps for subject in gap.subjects], MOST_PLACES)
    yield line((reason, "yellow"), f"  {what}  {number}, not evaluated: {named}", indent=2)


def _left_out(report: Report) -> "Iterator[RenderableType]":
    by_reason: dict[str, list[str]] = {}
    for scope, reason in report.left_out.items():
        by_reason.setdefault(reason, []).append(scope)
    for reason, scopes in list(by_reason.items())[:MOST_GROUPS]:
        yield line(f"left out: {_some(scopes, MOST_PLACES)}: {reason}", indent=2)
    if (more := len(by_reason) - MOST_GROUPS) > 0:
        yield line((f"and {counted(more, 'more reason')} to leave out", "italic"), indent=2)


def _some(names: list[str], most: int) -> str:
    rest = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest
