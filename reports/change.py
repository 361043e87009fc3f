"""A change of infrastructure as code as a comment on its pull request: what it brings, worsens, fixes and leaves.

The first line is a marker by which the next run finds the comment and writes it anew.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from reports.entries import AttackPath, FindingEntry, PathNode, Report
from reports.groups import label
from reports.markdown import MOST_BYTES, code, fitting, prose
from reports.places import in_repository, is_open, place_of
from reports.report import counted

MARKER: Final = "<!-- casemate: what a change does to the findings -->"
_REST_BYTES: Final = 16_000
_ICONS: Final = {"critical": "🟥", "high": "🟧", "medium": "🟨", "low": "🟦"}
_MOST_PATCH: Final = 4_000


def render_change(report: Report) -> str:
    """Return Markdown of at most 65,536 bytes; what does not fit is counted where it would stand."""
    head = "\n".join(_head(report))
    tail = fitting([*_paths(report), *_unknown(report), *_fixed(report), *_rest(report)], _REST_BYTES, "lines")
    room = MOST_BYTES - len(head.encode()) - len(tail.encode()) - 8
    body = fitting(list(_brought(report)), room, "lines on failures")
    return "\n".join(part for part in (head, body, tail) if part) + "\n"


def _head(report: Report) -> Iterator[str]:
    yield MARKER
    brought = [one for one in report.findings if is_open(one) and one.delta in ("new", "worsened")]
    sign = {0: "✅", 1: "❌"}.get(report.exit.code, "❔")
    yield f"### {sign} Casemate: {prose(report.exit.reason)}"
    yield ""
    counts = [
        (sum(one.delta == "new" for one in brought), "new"),
        (sum(one.delta == "worsened" for one in brought), "worsened"),
        (sum(_in_doubt(one) for one in report.findings), "not known"),
        (sum(one.delta == "fixed" for one in report.findings), "fixed"),
        (sum(is_open(one) and one.delta == "unchanged" for one in report.findings), "unchanged"),
    ]
    yield " · ".join(f"**{number:,}** {name}" if number else f"{number} {name}" for number, name in counts)
    yield f"{prose(report.source.kind)} {code(report.source.name)}, compared with {code(report.source.against)}"


def _in_doubt(one: FindingEntry) -> bool:
    return one.status in ("undecided", "crashed") and one.delta in ("new", "worsened")


def _brought(report: Report) -> Iterator[str]:
    for one in report.findings:
        if not is_open(one) or one.delta not in ("new", "worsened"):
            continue
        yield ""
        yield f"#### {_ICONS[one.severity.value]} {one.severity.value} {code(one.rule)} {prose(one.title)} ({one.delta})"
        yield ""
        yield f"- {code(label(one.resource))}: {code(one.message)}"
        yield from _where(one, report)
        yield from _fix(one)


def _where(one: FindingEntry, report: Report) -> Iterator[str]:
    at = place_of(one)
    if at is None:
        return
    yield f"- at {code(f'{in_repository(report, at)}:{at.line}')} {code(at.address)}"
    for call in reversed(at.calls):
        yield f"- called at {code(f'{in_repository(report, call)}:{call.line}')} {code(call.address)}"


def _fix(one: FindingEntry) -> Iterator[str]:
    if one.fix is None:
        return
    for advice in one.fix.advice:
        yield f"- fix: {code(advice)}"
    patch = one.fix.patch
    if patch and len(patch) <= _MOST_PATCH and "````" not in patch:
        yield from ("", "<details><summary>Fix</summary>", "", "````diff")
        yield from (line.rstrip("\r") for line in patch.splitlines())
        yield from ("````", "", "</details>")


def _paths(report: Report) -> Iterator[str]:
    if report.paths:
        yield from ("", "#### Attack paths that the change opens", "")
    yield from (f"- {_path(path)}" for path in report.paths)


def _path(path: AttackPath) -> str:
    steps = " → ".join(code(_node(node)) for node in (path.start, *(hop.to for hop in path.hops)))
    return (
        f"**{prose(path.status)}** {prose(path.kind)}: {steps}, by {', '.join(code(hop.by) for hop in path.hops)}"
        + (f"; to close it: {code(path.fix)}" if path.fix else "")
    )


def _node(node: PathNode) -> str:
    if node.kind == "admin":
        return "unrestricted access"
    return node.id if node.kind in ("outsider", node.id) else f"{node.kind}/{node.id}"


def _unknown(report: Report) -> Iterator[str]:
    found = [one for one in report.findings if _in_doubt(one)]
    if found:
        yield from ("", "#### Not known", "", "A verdict that could not be given is no pass.", "")
    for reason, group in _by_message(found):
        rules = ", ".join(code(rule) for rule in sorted({one.rule for one in group}))
        yield f"- {code(reason)}: {counted(len(group), 'verdict')} of {rules}"


def _by_message(findings: Iterable[FindingEntry]) -> list[tuple[str, list[FindingEntry]]]:
    groups: dict[str, list[FindingEntry]] = {}
    for one in findings:
        groups.setdefault(one.message, []).append(one)
    return list(groups.items())


def _fixed(report: Report) -> Iterator[str]:
    found = [one for one in report.findings if one.delta == "fixed"]
    if found:
        yield from ("", "#### Fixed", "")
    for one in found:
        yield f"- {one.severity.value} {code(one.rule)} {prose(one.title)}: {code(label(one.resource))}"


def _rest(report: Report) -> Iterator[str]:
    types = sorted({gap.call.removeprefix("terraform:") for gap in report.gaps if gap.call.startswith("terraform:")})
    if types:
        yield from ("", f"Not evaluated: {', '.join(code(one) for one in types)}")
    if report.waivers.used or report.waivers.problems:
        yield from ("", "#### Suppressed", "")
    for used in report.waivers.used:
        yield f"- {code(used.rule)} {code(used.selector)} by {code(used.owner)} until {used.until}: {code(used.reason)}"
    for problem in report.waivers.problems:
        yield f"- **without effect**: {code(problem.entry)} {code(problem.problem)}"
