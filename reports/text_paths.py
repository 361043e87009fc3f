"""Attack paths and the queue, for a terminal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from reports.entries import AttackPath, ChokeEntry, Report
from reports.paths import Waiting, node_text, to_do_first
from reports.report import counted
from reports.terminal import heading, line

if TYPE_CHECKING:
    from rich.console import RenderableType

MOST_PATHS: Final = 10
MOST_CHOKES: Final = 3
MOST_QUEUED: Final = 10
_STYLE: Final = {"act": "bold red", "attend": "yellow"}


def path_blocks(report: Report) -> "Iterator[RenderableType]":
    """Yield the blocks that tell the attack paths, and which changes close most of them."""
    if not report.paths:
        return
    sure = sum(path.status == "confirmed" for path in report.paths)
    counts = ", ".join(
        f"{number:,} {name}"
        for number, name in ((sure, "confirmed"), (len(report.paths) - sure, "potential"))
        if number
    )
    yield from heading("Attack paths", counts)
    for path in report.paths[:MOST_PATHS]:
        yield from path_lines(path)
    if (more := len(report.paths) - MOST_PATHS) > 0:
        yield line((f"and {more:,} more: casemate paths", "italic"), indent=2)
    yield from choke_lines(report.chokes)


def listed(paths: Sequence[AttackPath], chokes: Sequence[ChokeEntry]) -> "Iterator[RenderableType]":
    """Yield the blocks that tell every path, after the changes that close several of them."""
    if not paths:
        yield line("No attack path from the internet is known.")
        return
    yield from choke_lines(chokes)
    for path in paths:
        yield from path_lines(path)


def path_lines(path: AttackPath) -> "Iterator[RenderableType]":
    """Yield the lines of one path: its nodes in one, then how each step is made."""
    nodes = [node_text(path.start), *(node_text(hop.to) for hop in path.hops)]
    nodes[1] += f" and {len(path.beside)} more" if path.beside else ""
    more = f" and {len(path.also)} more" if path.also else ""
    style = "red" if path.status == "confirmed" else "yellow"
    yield line((path.status, style), f"  {' > '.join(nodes)}{more}", indent=2)
    for hop in path.hops:
        way = f", by {' > '.join(hop.way)}" if hop.way else ""
        doubt = " (not certain)" if hop.status == "potential" else ""
        yield line((f"{node_text(hop.to)}: ", "bold"), f"{hop.by}{way}{doubt}", indent=6)
    if path.fix:
        yield line((f"to close it: {path.fix}", "green"), indent=6)


def choke_lines(chokes: Sequence[ChokeEntry]) -> "Iterator[RenderableType]":
    """Yield the changes that close more than one path."""
    several = [choke for choke in chokes if choke.closes > 1][:MOST_CHOKES]
    for choke in several:
        told = f"closes {choke.closes:,} of {counted(choke.of, 'path')}"
        yield line((told, "green"), f": {'; '.join(choke.changes)}", indent=2)


def queue_blocks(report: Report) -> "Iterator[RenderableType]":
    """Yield the blocks that tell what to do first, with the reasons; what is merely tracked is left to the failures."""
    waiting = to_do_first(report.findings)
    if not waiting:
        return
    counts = [sum(one.queue.class_ == name for one in waiting) for name in ("act", "attend")]
    yield from heading("Do first", f"{counts[0]:,} to act on, {counts[1]:,} to attend to")
    for one in waiting[:MOST_QUEUED]:
        yield from _queued(one)
    if (more := len(waiting) - MOST_QUEUED) > 0:
        yield line((f"and {more:,} more", "italic"), indent=2)


def _queued(one: Waiting) -> "Iterator[RenderableType]":
    name = one.queue.class_
    yield line((f"{name.upper():7}", _STYLE[name]), (", ".join(one.rules), "bold"), f"  {one.what}", indent=2)
    for reason in one.queue.reasons:
        yield line(f"- {reason}", indent=9)
