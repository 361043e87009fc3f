"""The graph of attack paths, and the search in it: shortest ways, without those that others make needless."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from scanner.model.attack import ADMIN, INTERNET, AttackPath, Node, Step

ENDS: Final = frozenset({ADMIN, "bucket", "database", "secret", "key", "snapshot", "search domain"})
"""The kinds of nodes that are worth an attacker's way."""
START: Final = Node(INTERNET, "internet")
MOST_STEPS: Final = 12
"""Steps beyond which a way is given up: no attack that long is worth telling."""
_ORDER: Final = {"confirmed": 0, "unread": 1, "unproven": 2}


class Rank(NamedTuple):
    """How good a path is for an attacker: sure ones first, then those that need no weakness, then short ones."""

    doubt: bool
    takeover: int
    steps: int


def rank(path: AttackPath) -> Rank:
    """Return the rank of a path; a smaller one is worse for the account."""
    return Rank(not path.is_certain, _ORDER[path.takeover], len(path.steps))


class Graph:
    """Steps by their source. Of several steps between the same two nodes the surest is kept."""

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self._steps: dict[Node, dict[Node, Step]] = {}
        for step in steps:
            self.add(step)

    def add(self, step: Step) -> None:
        """Add a step, unless a surer one between the same nodes is there."""
        beside = self._steps.setdefault(step.source, {})
        other = beside.get(step.target)
        if other is None or (step.certainty == "confirmed" and other.certainty != "confirmed"):
            beside[step.target] = step

    def after(self, node: Node) -> Iterable[Step]:
        """Return the steps that lead on from a node."""
        return self._steps.get(node, {}).values()

    def steps(self) -> Iterator[Step]:
        """Yield every step."""
        for beside in self._steps.values():
            yield from beside.values()

    def without(self, changes: frozenset[str]) -> "Graph":
        """Return the graph after these changes: without the steps that they close."""
        return Graph(step for step in self.steps() if not (step.closed_by and step.closed_by <= changes))

    def paths(self) -> tuple[AttackPath, ...]:
        """Return the best path for each first step and end, but for those that others make needless.

        A path is needless if the internet comes to a later node of it by itself as surely; or if it ends at data and
        the same first step leads to unrestricted access as surely. Paths that differ in their end alone are one.
        """
        found: dict[tuple[Node, Node], AttackPath] = {}
        for first in self.after(START):
            for end, steps in self._ways(first).items():
                found[first.target, end] = AttackPath((first, *steps))
        ruled: dict[Node, list[AttackPath]] = {}
        for path in found.values():
            if path.to_admin:
                ruled.setdefault(path.entry, []).append(path)
        kept = [path for path in found.values() if not _is_needless(path, found, ruled.get(path.entry, ()))]
        return tuple(
            sorted(
                _joined(kept), key=lambda path: (*rank(path)[:2], not path.to_admin, len(path.steps), path.described)
            )
        )

    def _ways(self, first: Step) -> Mapping[Node, tuple[Step, ...]]:
        """Return the best way from the target of a first step to each end: one without doubts where there is one."""
        if first.target.kind in ENDS:
            return {first.target: ()}
        sure = self._reached(first.target, sure=True)
        return {**self._reached(first.target, sure=False), **sure}

    def _reached(self, start: Node, *, sure: bool) -> dict[Node, tuple[Step, ...]]:
        """Search breadth first; ends are not passed through."""
        came: dict[Node, Step] = {}
        todo = deque([(start, 0)])
        ends: list[Node] = []
        while todo:
            here, length = todo.popleft()
            if length == MOST_STEPS:
                continue
            for step in self.after(here):
                if step.target in came or step.target == start or (sure and step.certainty == "unknown"):
                    continue
                came[step.target] = step
                if step.target.kind in ENDS:
                    ends.append(step.target)
                else:
                    todo.append((step.target, length + 1))
        return {end: tuple(_back(start, end, came)) for end in ends}


def _back(start: Node, end: Node, came: Mapping[Node, Step]) -> list[Step]:
    steps = []
    here = end
    while here != start:
        steps.append(came[here])
        here = came[here].source
    return steps[::-1]


def _is_needless(path: AttackPath, found: Mapping[tuple[Node, Node], AttackPath], ruling: Iterable[AttackPath]) -> bool:
    """Whether another path makes it needless; `ruling` are those of its first step to unrestricted access."""
    mine = rank(path)[:2]
    others = (found.get((node, path.end)) for node in path.nodes[1:])
    if any(other is not None and rank(other)[:2] <= mine for other in others):
        return True
    if path.to_admin or len(path.steps) == 1:
        return False
    return any(rank(other)[:2] <= mine for other in ruling)


def _joined(paths: Iterable[AttackPath]) -> Iterator[AttackPath]:
    """Join the paths that differ in the thing at their end alone, which is of one kind."""
    alike: dict[object, list[AttackPath]] = {}
    for path in paths:
        last = path.steps[-1]
        key = (path.steps[:-1], last.source, last.target.kind, last.certainty, last.by)
        alike.setdefault(key if len(path.steps) > 1 else path.steps, []).append(path)
    for same in alike.values():
        same.sort(key=lambda path: path.end)
        yield AttackPath(same[0].steps, tuple(path.end for path in same[1:]))
