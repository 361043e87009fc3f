"""A comparison of two reports as text, JSON and Markdown."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import msgspec

from reports.diff import KINDS, Change, ChangeKind, Diff
from reports.groups import label, place
from reports.markdown import MOST_BYTES, code, fitting, prose
from reports.plain import escaped
from reports.report import counted
from reports.score import shown
from reports.terminal import SEVERITY_STYLE, line, written

if TYPE_CHECKING:
    from rich.console import RenderableType

MOST_LISTED: Final = 50
_TITLE: Final[dict[ChangeKind, str]] = {
    "new": "New failures",
    "worsened": "Worsened",
    "unknown": "Not known any more",
    "changed": "Changed",
    "fixed": "Fixed",
    "unchanged": "Unchanged",
}
_OTHER_PROFILE: Final = "The two were made with other rules, options or severities: their scores are not compared."


def render_diff(difference: Diff, form: str, *, width: int = 100, color: bool = False) -> bytes:
    """Return the comparison as `text`, `json` or `markdown`. Raises `ValueError` for another form."""
    match form:
        case "text":
            return as_text(difference, width=width, color=color).encode()
        case "json":
            return as_json(difference)
        case "markdown":
            return as_markdown(difference).encode()
        case _:
            raise ValueError(f"no form {form!r}; there are: text, json, markdown")


def as_text(difference: Diff, *, width: int, color: bool) -> str:
    """Return the comparison for a terminal; what is unchanged is counted only."""
    return written(_blocks(difference), width=width, color=color)


def as_json(difference: Diff) -> bytes:
    """Return the comparison as JSON: `schemas/diff-1.schema.json` says what is in it."""
    return escaped(msgspec.json.format(msgspec.json.encode(difference), indent=2).decode()).encode() + b"\n"


def as_markdown(difference: Diff) -> str:
    """Return the comparison as Markdown of at most 65,536 bytes."""
    head = "\n".join(_markdown_head(difference))
    rest = fitting(list(_markdown_lists(difference)), MOST_BYTES - len(head.encode()) - 2, "lines")
    return f"{head}\n{rest}\n"


def _counts(difference: Diff) -> str:
    return ", ".join(f"{len(difference.of(kind)):,} {_TITLE[kind].lower()}" for kind in KINDS)


def _scores(difference: Diff) -> str:
    before, after = difference.before.posture, difference.after.posture
    if before is None or after is None:
        return "no score"
    if not difference.comparable:
        return f"score {shown(before)}, and {shown(after)} by another profile"
    return f"score {shown(before)} → {shown(after)} ({Decimal(shown(after)) - Decimal(shown(before)):+})"


def _blocks(difference: Diff) -> "Iterator[RenderableType]":
    yield line(("Before", "bold"), f"  {difference.before.source} {difference.before.taken_at}")
    yield line(("After", "bold"), f"   {difference.after.source} {difference.after.taken_at}")
    yield line(_scores(difference))
    if not difference.comparable:
        yield line((_OTHER_PROFILE, "yellow"))
    for kind in KINDS[:-1]:
        found = difference.of(kind)
        if not found:
            continue
        yield ""
        yield line((f"{_TITLE[kind]} ({len(found):,})", "bold"))
        for change in found[:MOST_LISTED]:
            yield _line_of(change)
            yield line(_told(change), indent=6)
        if (more := len(found) - MOST_LISTED) > 0:
            yield line((f"and {more:,} more", "italic"), indent=2)
    yield ""
    yield line(_counts(difference))


def _line_of(change: Change) -> "RenderableType":
    one = change.finding
    parts = ((one.severity.value.upper(), SEVERITY_STYLE[one.severity]), "  ", (one.rule, "bold"))
    return line(*parts, f"  {label(one.resource)}", (f"  {one.resource.noun} {place(one.resource)}", "dim"), indent=2)


def _told(change: Change) -> str:
    states = "" if change.was == change.now else f"{change.was} → {change.now}"
    message = change.finding.message if change.kind != "fixed" else change.finding.title
    return ": ".join(part for part in (states, message) if part)


def _markdown_head(difference: Diff) -> Iterator[str]:
    fresh, fixed = len(difference.of("new")), len(difference.of("fixed"))
    yield f"# Casemate: {counted(fresh, 'new failure')}, {fixed:,} fixed"
    yield ""
    yield f"{prose(_scores(difference))}; {_counts(difference)}"
    yield ""
    yield f"from {code(difference.before.source)} to {code(difference.after.source)}"
    if not difference.comparable:
        yield f"\n**{_OTHER_PROFILE}**"


def _markdown_lists(difference: Diff) -> Iterator[str]:
    for kind in KINDS[:-1]:
        found = difference.of(kind)
        if not found:
            continue
        yield from ("", f"## {_TITLE[kind]} ({len(found):,})", "")
        for change in found:
            one = change.finding
            where = f"{prose(one.resource.noun)} {code(label(one.resource))} in {code(place(one.resource))}"
            yield f"- {one.severity.value} {code(one.rule)} {where}: {code(_told(change))}"
