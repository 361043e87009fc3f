"""Which single changes close most attack paths."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from scanner.model.access import EscalationPath
from scanner.model.attack import ADMIN, AttackPath, Choke, Step
from scanner.reason.escalation.fixes import Fixes
from scanner.reason.escalation.search import Search
from scanner.reason.paths.graph import Graph

MOST_TRIED: Final = 40
"""Changes that are tried, those that most paths rest on first."""
MOST_TOLD: Final = 10
_MOST_IDENTITIES: Final = 10
"""Principals for whose ways to administrator a fix is searched."""


def chokes_of(graph: Graph, paths: tuple[AttackPath, ...], search: Search) -> tuple[Choke, ...]:
    """Return the changes that close most paths, each verified by a search in the graph with the change made.

    A path is closed if the internet no longer comes to its end by the same first step as surely as before.
    """
    repaired, fixes = _with_fixes(graph, paths, search)
    candidates = Counter(change for path in paths for change in _changes(path.steps, fixes))
    found = []
    for change, _ in candidates.most_common(MOST_TRIED):
        left = _counted(repaired.without(change).paths())
        closed = _counted(paths) - left
        if closed.total():
            found.append(Choke(tuple(sorted(change)), closed.total(), _counted(paths).total()))
    return tuple(sorted(found, key=lambda one: (-one.closes, len(one.changes), one.changes))[:MOST_TOLD])


def _counted(paths: Iterable[AttackPath]) -> Counter[tuple[object, ...]]:
    """Count every pair of a first step and an end; a confirmed way and a potential one are two things."""
    return Counter((path.entry, end, path.status) for path in paths for end in (path.end, *path.also))


def _changes(steps: tuple[Step, ...], fixes: dict[Step, str]) -> Iterator[frozenset[str]]:
    seen: set[frozenset[str]] = set()
    for step in steps:
        change = step.closed_by or (frozenset({fixes[step]}) if step in fixes else frozenset())
        if change and change not in seen:
            seen.add(change)
            yield change


def _with_fixes(graph: Graph, paths: tuple[AttackPath, ...], search: Search) -> tuple[Graph, dict[Step, str]]:
    """Return the graph in which the ways from identities to administrator carry the change that closes them.

    That change is searched, and verified by searching the account again with it made, for the identities that most
    paths run through.
    """
    through = Counter(
        step.source.arn
        for path in paths
        if path.end.kind == ADMIN
        for step in path.steps
        if step.source.kind in {"role", "user"}
    )
    fixes = Fixes(search)
    texts: dict[str, str] = {}
    for arn, _ in through.most_common(_MOST_IDENTITIES):
        caller = search.ground.stacks.by_arn.get(arn)
        path: EscalationPath | None = None if caller is None else search.path(caller.handle)
        if caller is not None and path is not None and path.steps and (text := fixes.fix(path)):
            texts[arn] = text
    found: dict[Step, str] = {}
    changed = Graph()
    for step in graph.steps():
        text = texts.get(step.source.arn, "") if step.target.kind in {ADMIN, "role", "user"} else ""
        if text and not step.closed_by:
            found[step] = text
            step = msgspec.structs.replace(step, closed_by=frozenset({text}))  # noqa: PLW2901
        changed.add(step)
    return changed, found
