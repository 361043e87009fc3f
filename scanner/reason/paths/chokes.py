"""Which single changes close most attack paths."""

from collections import Counter
from typing import Final

import msgspec

from scanner.model.access import EscalationPath
from scanner.model.attack import ADMIN, AttackPath, Choke, Node, Step
from scanner.reason.escalation.fixes import Fixes
from scanner.reason.escalation.search import Search
from scanner.reason.paths.graph import Graph

MOST_TRIED: Final = 40
"""Changes that are tried, those that most paths rest on first."""
MOST_TOLD: Final = 10
_IDENTITIES: Final = frozenset({"role", "user"})
_MOST_IDENTITIES: Final = 10
"""Principals for whose ways to administrator a fix is searched."""


def chokes_of(graph: Graph, paths: tuple[AttackPath, ...], search: Search) -> tuple[Choke, ...]:
    """Return the changes that close most paths, each verified by a search in the graph with the change made.

    A path is closed if the internet no longer comes to its end by the same first step as surely as before.
    """
    repaired = _with_fixes(graph, paths, search)
    before = repaired.best()
    pairs = {pair for path in paths for pair in path.pairs}
    resting: dict[frozenset[str], list[tuple[Node, Node]]] = {}
    for pair in sorted(pairs):
        for change in {step.closed_by for step in before[pair].steps if step.closed_by}:
            resting.setdefault(change, []).append(pair)
    found = []
    for change in sorted(resting, key=lambda change: (-len(resting[change]), sorted(change)))[:MOST_TRIED]:
        after = repaired.best({entry for entry, _ in resting[change]}, change)
        closed = sum(pair not in after or after[pair].status != before[pair].status for pair in resting[change])
        if closed:
            found.append(Choke(tuple(sorted(change)), closed, len(pairs)))
    return tuple(sorted(found, key=lambda one: (-one.closes, len(one.changes), one.changes))[:MOST_TOLD])


def _with_fixes(graph: Graph, paths: tuple[AttackPath, ...], search: Search) -> Graph:
    """Return the graph in which the ways from identities to administrator carry the change that closes them.

    That change is searched, and verified by searching the account again with it made, for the identities that most
    paths run through.
    """
    through = Counter(
        step.source.arn for path in paths if path.to_admin for step in path.steps if step.source.kind in _IDENTITIES
    )
    fixes = Fixes(search)
    texts: dict[str, str] = {}
    for arn, _ in through.most_common(_MOST_IDENTITIES):
        caller = search.ground.stacks.by_arn.get(arn)
        path: EscalationPath | None = None if caller is None else search.path(caller.handle)
        if path is not None and path.steps and (text := fixes.fix(path)):
            texts[arn] = text
    return Graph(_fixed(step, texts.get(step.source.arn, "")) for step in graph.steps())


def _fixed(step: Step, text: str) -> Step:
    """Return a step towards unrestricted access with the change that closes it."""
    leads_on = step.target.kind == ADMIN or step.target.kind in _IDENTITIES
    return msgspec.structs.replace(step, closed_by=frozenset({text})) if text and leads_on else step
