"""Markdown for pull requests and issues: the summary first, and never more than such a page may hold."""

from collections.abc import Iterator
from typing import Final

from reports.entries import Report
from reports.groups import disputed, doubts, failures, label, place, waived, witnesses_text
from reports.mermaid import mermaid
from reports.network import ledger_text
from reports.paths import node_text, to_do_first
from reports.places import place_of
from reports.plain import plain
from reports.report import counted
from reports.score import shown

MOST_BYTES: Final = 65_536
"""GitHub's limit for a comment, in characters; in bytes of UTF-8 it holds for any reader."""
_REST_BYTES: Final = 20_000
_PATHS_BYTES: Final = 12_000
_MOST_TEXT: Final = 300
_MOST_FIRST: Final = 10
_MOST_PICTURES: Final = 3
_MOST_DRAWN: Final = 6_000
"""Letters of a picture beyond which it is left to the HTML report."""
_PUNCTUATION: Final = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>()#+-.!|~&:$^=\"'"} | {"@": "@\u2060"})


def render_markdown(report: Report) -> str:
    """Return the report as Markdown of at most 65,536 bytes; what does not fit is counted where it would stand.

    Every text from outside stands in a code span, where no markup, mention or link is read.
    """
    if report.source.against:
        from reports.change import render_change  # noqa: PLC0415 - it is made of what this module makes

        return render_change(report)
    head = "\n".join((*_summary(report), *_network(report)))
    tail = fitting([*_disputes(report), *_doubts(report), *_gaps(report), *_waivers(report)], _REST_BYTES, "lines")
    room = MOST_BYTES - len(head.encode()) - len(tail.encode()) - 8
    paths = fitting(list(_paths(report)), min(room, _PATHS_BYTES), "lines on attack paths")
    failing = fitting(list(_failures(report)), room - len(paths.encode()), "lines on failures")
    return "\n".join(part for part in (head, paths, failing, tail) if part) + "\n"


def code(text: str) -> str:
    """Return the text as a code span that it cannot leave."""
    safe = plain(text, _MOST_TEXT)
    fence = "`"
    while fence in safe:
        fence += "`"
    pad = " " if safe.startswith(("`", " ")) or safe.endswith(("`", " ")) or not safe.strip() else ""
    return f"{fence}{pad}{safe}{pad}{fence}"


def prose(text: str) -> str:
    """Return the text as prose in which nothing is markup, a mention or an entity."""
    return plain(text, _MOST_TEXT).translate(_PUNCTUATION)


def fitting(lines: list[str], room: int, what: str) -> str:
    """Return the lines that fit into so many bytes, and then how many do not."""
    left = room - 200
    for number, line in enumerate(lines):
        left -= len(line.encode()) + 1
        if left < 0:
            told = (
                f"**{len(lines) - number:,} more {what} do not fit on this page; the JSON and HTML reports hold all.**"
            )
            return "\n".join((*lines[:number], "", told, ""))
    return "\n".join(lines)


def _summary(report: Report) -> Iterator[str]:
    score, total = report.score, report.summary.total
    yield f"# Casemate: {'no score' if score is None else f'score {shown(score.posture)} of 100'}"
    yield ""
    yield f"**Exit {report.exit.code}**: {prose(report.exit.reason)}"
    if score is not None:
        facts = [f"exposure {score.exposure:g} points"]
        if score.high > score.low:
            facts.append(f"between {shown(score.low)} and {shown(score.high)}, as verdicts are missing")
        if total.waived:
            facts.append(f"{shown(score.with_waivers)} with waivers")
        facts += [f"**{prose(score.label)}**"] if score.label else []
        facts += ["*partial*: a selection, to be compared only with the same one"] if report.partial else []
        yield "; ".join(facts)
    source = report.source
    where = ", ".join(code(account) for account in source.accounts[:3])
    where += f" and {len(source.accounts) - 3} more accounts" if len(source.accounts) > 3 else ""  # noqa: PLR2004
    yield f"{prose(source.kind)} {code(source.name)} · {where} · {counted(len(source.regions), 'region')}"
    yield ""
    yield "| severity | failing | waived | undecided | crashed | passed |"
    yield "|---|--:|--:|--:|--:|--:|"
    for name, count in report.summary.by_severity.items():
        yield (
            f"| {prose(name)} | {count.fail:,} | {count.waived:,} | {count.undecided:,} | {count.crashed:,} "
            f"| {count.pass_:,} |"
        )


def _paths(report: Report) -> Iterator[str]:
    if report.paths:
        yield from ("", "## Attack paths", "")
    for path in report.paths:
        way = " → ".join(code(node_text(node)) for node in (path.start, *(hop.to for hop in path.hops)))
        more = f" and {len(path.also)} more" if path.also else ""
        fix = f"; to close it: {code(path.fix)}" if path.fix else ""
        yield f"- **{prose(path.status)}** {way}{more}{fix}"
    for choke in report.chokes:
        if choke.closes > 1:
            yield f"- {code('; '.join(choke.changes))} closes {choke.closes} of {choke.of}"
    waiting = to_do_first(report.findings)
    if waiting:
        yield from ("", "## Do first", "")
    for one in waiting[:_MOST_FIRST]:
        yield f"- **{prose(one.queue.class_)}** {code(', '.join(one.rules))} {code(one.what)}: {prose('; '.join(one.queue.reasons))}"


def _network(report: Report) -> Iterator[str]:
    if report.network is None:
        return
    yield from ("", "## Network", "", prose(ledger_text(report.network.ledger)))
    drawn = [(one, text) for one in report.network.pictures if len(text := mermaid(one)) <= _MOST_DRAWN and text]
    for one, text in drawn[:_MOST_PICTURES]:
        yield from ("", f"What the internet reaches in {code(f'{one.name} {one.vpc}'.strip())}:", "")
        yield from ("```mermaid", text, "```")


def _failures(report: Report) -> Iterator[str]:
    groups = failures(report.findings)
    if groups:
        yield ""
        yield "## Failures"
    for group in groups:
        yield ""
        number = counted(len(group.findings), "resource")
        yield f"### {group.severity.value} {code(group.rule)} {prose(group.title)} ({number})"
        yield ""
        for one in group.findings:
            told = place_of(one) or next((origin for origin in one.origins if origin.file), None)
            where = f"{told.file}:{told.line}" if told else place(one.resource)
            yield f"- {prose(one.resource.noun)} {code(label(one.resource))} in {code(where)}: {code(one.message)}" + (
                f"; told by {prose(witnesses_text(one))} too" if one.witnesses else ""
            )


def _disputes(report: Report) -> Iterator[str]:
    found = disputed(report.findings)
    if found:
        yield from ("", "## Disputed", "", "Another source says otherwise; our own verdict counts.", "")
    for one in found:
        yield f"- {code(one.rule)} {code(one.resource.name or label(one.resource))}: {code('; '.join(one.disputes))}"


def _doubts(report: Report) -> Iterator[str]:
    found = doubts(report.findings)
    if found:
        yield from ("", "## Not known", "", "A verdict that could not be given is no pass.", "")
    for doubt in found:
        rules = ", ".join(f"{code(rule)} ({number:,})" for rule, number in doubt.rules[:10])
        rules += f" and {len(doubt.rules) - 10} more rules" if len(doubt.rules) > 10 else ""  # noqa: PLR2004
        yield f"- **{prose(doubt.reason)}**, {counted(len(doubt.findings), 'verdict')} of {rules}: {code(doubt.detail)}"


def _gaps(report: Report) -> Iterator[str]:
    if report.gaps or report.left_out:
        yield from ("", "## Coverage", "")
    for gap in report.gaps:
        told = f" (accepted by {code(gap.accepted.owner)} until {prose(gap.accepted.until)})" if gap.accepted else ""
        where = code(f"{gap.account}/{gap.region}")
        what = f"{code(gap.call)} in {where}, {counted(gap.count, 'call')}{told}"
        yield f"- **{prose(gap.reason)}** {what}: {code(gap.detail)}"
    for scope, reason in report.left_out.items():
        yield f"- left out: {code(scope)}: {code(reason)}"


def _waivers(report: Report) -> Iterator[str]:
    if waived(report.findings) or report.waivers.problems:
        yield from ("", "## Waived", "")
    for used in report.waivers.used:
        told = (
            f"{counted(used.findings, 'finding')} until {prose(used.until)} by {code(used.owner)}: {code(used.reason)}"
        )
        yield f"- {code(used.rule)} {code(used.selector)}, {told}"
    for problem in report.waivers.problems:
        yield f"- **without effect**: {code(problem.entry)} {code(problem.problem)}"
