"""From an identity on: what it becomes by escalation, and what it can read."""

from collections.abc import Iterator
from typing import Final

from scanner.model.access import Caller
from scanner.model.access import Step as Hop
from scanner.model.attack import ADMIN, Node, Step
from scanner.reason.escalation.ground import ADMIN as EVERYTHING
from scanner.reason.escalation.ground import Goals
from scanner.reason.escalation.search import Search, hops
from scanner.reason.paths.stores import Readers

MOST_HOPS: Final = 6
"""Hops from identity to identity beyond which no further one is looked for."""


class Identities:
    """The identities of an account, as far as an attack comes to them."""

    def __init__(self, search: Search, readers: Readers) -> None:
        self._search = search
        self._ground = search.ground
        self._readers = readers
        self._goals = Goals(users=self._ground.users, roles=self._ground.roles, first=True)
        self._admins = {caller.handle for caller in search.admins}
        self.questions: dict[str, None] = dict.fromkeys(self._ground.stacks.unread())
        """Why the identities may do more than the steps tell; whole once the steps were taken."""
        self.admin = Node(ADMIN, self._ground.stacks.access.id)

    def node(self, caller: Caller) -> Node:
        """Return the node of a principal."""
        return Node("role" if caller.is_role else "user", caller.name, caller.arn)

    def named(self, arn: str) -> Caller | None:
        """Return the principal of an ARN, if it is one of the account."""
        return self._ground.stacks.by_arn.get(arn)

    def steps(self, callers: list[Caller]) -> Iterator[Step]:
        """Yield every step from these principals, and from those whom they become."""
        seen = {caller.handle for caller in callers}
        for _ in range(MOST_HOPS):
            found: list[Caller] = []
            for caller in callers:
                for step, target in self._from(caller):
                    yield step
                    if target is not None and target.handle not in seen:
                        seen.add(target.handle)
                        found.append(target)
            callers = found

    def _from(self, caller: Caller) -> Iterator[tuple[Step, Caller | None]]:
        node = self.node(caller)
        if caller.handle in self._admins:
            yield Step(node, self.admin, "is administrator"), None
            return
        for reason in self._ground.stacks.unknowns(caller):
            self.questions[f"what {node.label} may do: {reason}"] = None
        yield from ((step, None) for step in self._readers.steps(caller, node))
        told: dict[str, str] = {}
        for hop in hops(self._ground, caller, self._goals):
            if told.get(hop.target) == "confirmed" or told.get(hop.target) == hop.status:
                continue
            told[hop.target] = hop.status
            target = self._ground.stacks.by_handle.get(hop.target)
            end = self.admin if hop.target == EVERYTHING or target is None else self.node(target)
            yield _step(node, end, hop), target


def _step(source: Node, target: Node, hop: Hop) -> Step:
    by = f"{hop.technique} ({hop.via})" if hop.via else hop.technique
    return Step(source, target, by, "confirmed" if hop.status == "confirmed" else "unknown", hop.statements)
