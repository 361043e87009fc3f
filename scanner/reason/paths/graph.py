"""The graph of attack paths, and the search in it: shortest ways, without those that others make needless."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from scanner.model.attack import ADMIN, INTERNET, AttackPath, Node, Step

ENDS: Final = frozenset({ADMIN, "bucket", "database", "secret", "key", "snapshot", "search domain"})
"""The kinds of nodes that are worth an attacker's way."""
START: Final = Node(INTERNET, "internet")
_WORKLOADS: Final = frozenset({"instance", "function", "task", "vulnerability"})
"""The kinds of nodes between the internet and the first identity."""
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

    def best(
        self, entries: Iterable[Node] | None = None, closed: frozenset[str] = frozenset()
    ) -> dict[tuple[Node, Node], AttackPath]:
        """Return the best path for each first node and end; of these first nodes only, and after these changes."""
        wanted = None if entries is None else set(entries)
        ways = _Ways(self, closed)
        found = {}
        for first in ways.after(START):
            if wanted is None or first.target in wanted:
                for end, steps in ways.to_ends(first.target).items():
                    found[first.target, end] = AttackPath((first, *steps))
        return found

    def paths(self) -> tuple[AttackPath, ...]:
        """Return the best paths but for those that others make needless, the worst first.

        A path is needless if the internet comes to a later node of it by itself as surely; or if it ends at data and
        the same first step leads to unrestricted access as surely. Paths that differ in their ends alone are told as
        one, and so are those of workloads that lead on in the same way.
        """
        found = self.best()
        ruled: dict[Node, list[AttackPath]] = {}
        for path in found.values():
            if path.to_admin:
                ruled.setdefault(path.entry, []).append(path)
        kept = [path for path in found.values() if not _is_needless(path, found, ruled.get(path.entry, ()))]
        return tuple(sorted(_alike(_joined(kept)), key=_order))


class _Ways:
    """The search for ends in a graph after some changes; what it found from a node is kept."""

    def __init__(self, graph: Graph, closed: frozenset[str]) -> None:
        self._graph = graph
        self._closed = closed
        self._found: dict[Node, Mapping[Node, tuple[Step, ...]]] = {}

    def after(self, node: Node) -> list[Step]:
        """Return the steps that lead on from a node and that no change closes."""
        return [step for step in self._graph.after(node) if not (step.closed_by and step.closed_by <= self._closed)]

    def to_ends(self, start: Node) -> Mapping[Node, tuple[Step, ...]]:
        """Return the best way from a node to each end: one without doubts where there is one."""
        if start.kind in ENDS:
            return {start: ()}
        passed: list[Step] = []
        here = start
        while len(passed) < MOST_STEPS and here not in self._found and len(steps := self.after(here)) == 1:
            passed.append(steps[0])
            here = steps[0].target
            if here.kind in ENDS or here == start:
                break
        if here not in self._found:
            self._found[here] = self._searched(here)
        return {end: (*passed, *steps) for end, steps in self._found[here].items()} if passed else self._found[here]

    def _searched(self, start: Node) -> Mapping[Node, tuple[Step, ...]]:
        if start.kind in ENDS:
            return {start: ()}
        return {**self._reached(start, sure=False), **self._reached(start, sure=True)}

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


def _order(path: AttackPath) -> tuple[object, ...]:
    return (*rank(path)[:2], not path.to_admin, len(path.steps), path.entry, path.end)


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


def _alike(paths: Iterable[AttackPath]) -> Iterator[AttackPath]:
    """Join the paths of workloads that the internet comes to alike and that lead on in the same way."""
    alike: dict[object, list[AttackPath]] = {}
    for path in paths:
        first = path.steps[0]
        rest = tuple(step for step in path.steps[1:] if step.source.kind not in _WORKLOADS)
        key = (first.target.kind, first.by, first.certainty, path.takeover, len(path.steps), rest, path.also)
        alike.setdefault(key if first.target.kind in _WORKLOADS and rest else path.steps, []).append(path)
    for same in alike.values():
        first_of_all, *others = sorted(same, key=_order)
        yield AttackPath(first_of_all.steps, first_of_all.also, tuple(path.entry for path in others))
