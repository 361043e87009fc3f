"""What fails, for a terminal: by rule, the worst first, with as many resources as its severity deserves."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from reports.entries import FindingEntry, Report, ResourceEntry
from reports.groups import Group, failures, gist, label, place, witnesses_text
from reports.places import place_of
from reports.report import counted
from reports.terminal import SEVERITY_STYLE, item, line
from scanner.verdict import Severity

if TYPE_CHECKING:
    from rich.console import RenderableType

MOST_ROWS: Final = {Severity.CRITICAL: 10, Severity.HIGH: 8, Severity.MEDIUM: 4, Severity.LOW: 2}
MOST_REGIONS: Final = 6
MOST_TOLD: Final = 40
"""Rules whose resources are listed, the gravest; of the others each has its line."""


class _Row(msgspec.Struct, frozen=True):
    """A line of the list: a resource, or the regions that fail alike."""

    name: str
    noun: str
    where: str
    message: str
    findings: int = 1
    witnesses: str = ""


def failure_blocks(report: Report, width: int) -> "Iterator[RenderableType]":
    """Yield the blocks that tell what fails; of many rules the less grave ones without their resources."""
    single = len(report.source.accounts) == 1
    groups = failures(report.findings)
    for number, group in enumerate(groups):
        is_told = number < MOST_TOLD
        if is_told or number == MOST_TOLD:
            yield ""
        severity = group.severity.value.upper()
        points = f", -{group.points:g} point{'s' if group.points > 1 else ''}" if group.points else ""
        count = f"{counted(len(group.findings), 'resource')}{points}"
        title = ((severity, SEVERITY_STYLE[group.severity]), "  ", (group.rule, "bold"), f"  {group.title}")
        if len(severity) + len(group.rule) + len(group.title) + len(count) + 6 <= width:
            yield line(*title, (f"  {count}", "dim"))
        else:
            yield line(*title)
            yield line((count, "dim"), indent=2)
        if is_told:
            yield from _listed(group, single=single)
    if len(groups) > MOST_TOLD:
        yield line(("the resources of these are in the other formats: --format html=FILE", "italic"))


def _listed(group: Group, *, single: bool) -> "Iterator[RenderableType]":
    rows = _rows(group, single=single)
    most = MOST_ROWS[group.severity]
    listed = rows if len(rows) == most + 1 else rows[:most]
    yield from map(_item, listed)
    if more := len(group.findings) - sum(row.findings for row in listed):
        yield line((f"and {more:,} more", "italic"), indent=2)


def _rows(group: Group, *, single: bool) -> list[_Row]:
    alike: dict[str, list[FindingEntry]] = {}
    for one in group.findings:
        alike.setdefault(gist(one) if one.resource.kind == "AccountRegion" else one.fingerprint, []).append(one)
    return [
        _Row(
            _short(found[0].resource),
            found[0].resource.noun,
            _where(found[0], single=single),
            found[0].message,
            witnesses=witnesses_text(found[0]),
        )
        if len(found) == 1
        else _regions(found, single=single)
        for found in alike.values()
    ]


def _regions(found: list[FindingEntry], *, single: bool) -> _Row:
    names = [one.resource.region if single else place(one.resource) for one in found]
    rest = f" and {len(names) - MOST_REGIONS} more" if len(names) > MOST_REGIONS else ""
    return _Row(f"{len(names)} regions", "", "", ", ".join(names[:MOST_REGIONS]) + rest, len(names))


def _short(resource: ResourceEntry) -> str:
    return resource.name if resource.id.startswith("arn:") and resource.name else label(resource)


def _where(finding: FindingEntry, *, single: bool) -> str:
    told = place_of(finding) or next((origin for origin in finding.origins if origin.file), None)
    file = f"{told.file}:{told.line}" if told else ""
    region = "" if finding.resource.region == "global" else finding.resource.region
    return file or (region if single else place(finding.resource))


def _item(row: _Row) -> "RenderableType":
    before, name, after = row.message.partition(row.name)
    also = ((f"  told by {row.witnesses} too", "dim"),) if row.witnesses else ()
    if name:
        return item(before, (name, "bold"), after, (f"  {row.where}", "dim"), *also)
    where = f"  {row.noun} {row.where}".rstrip()
    return item((row.name, "bold"), (where, "dim"), f": {row.message}", *also)
