"""The smallest change that closes a path, verified by searching again from its start with the change made.

Tried in this order: one action denied in a policy that a hop rests on; a principal taken out of a trust policy; a policy
detached from a principal; several of these. They count only if no way to administrator is left, confirmed or potential.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Final

import msgspec

from scanner.model.access import OUTSIDE, Caller, EscalationPath, Held, Step
from scanner.model.maybe import Absent, known, why_unknown
from scanner.model.policy import Effect, PolicyDocument, Principals, Statement
from scanner.reason.escalation.ground import ADMIN, Goals, Ground
from scanner.reason.escalation.primitives import Primitive, primitives
from scanner.reason.escalation.search import Search, hops

_MOST_CHANGES: Final = 8
_BY_ID: Final = {each.id: each for each in primitives()}


class _Change(msgspec.Struct, frozen=True):
    """A change in words, and what it makes of each principal."""

    text: str
    apply: Callable[[Caller], Caller]


class Fixes:
    """Finds what closes the paths of one search."""

    def __init__(self, search: Search) -> None:
        self._ground = search.ground
        self._reached = tuple(
            caller for caller in self._ground.stacks.callers if search.path(caller.handle) is not None
        )

    @cached_property
    def _goals(self) -> Goals:
        return Goals(
            users=tuple(each for each in self._reached if not each.is_role),
            roles=tuple(each for each in self._reached if each.is_role),
            first=True,
        )

    def fix(self, path: EscalationPath) -> str:
        """Return the change that closes a path, in words; empty if none of those tried does.

        A way from outside is closed at its first hop, by the trust policy.
        """
        if path.is_from_outside:
            return f"take {path.start.removeprefix(OUTSIDE)} out of the trust policy of {path.steps[0].target}"
        for change in self._changes(path.steps):
            if not self._left(path.start, [change]):
                return change.text
        return self._several(path)

    def _several(self, path: EscalationPath) -> str:
        """Close way after way until none is left; give up after a few."""
        chosen: list[_Change] = []
        left = path.steps
        while left and len(chosen) < _MOST_CHANGES:
            change = next(self._changes(left), None)
            if change is None:
                return ""
            chosen.append(change)
            left = self._left(path.start, chosen)
        return "" if left else "; ".join(dict.fromkeys(change.text for change in chosen))

    def _changes(self, steps: tuple[Step, ...]) -> Iterator[_Change]:
        callers = self._ground.stacks.by_handle
        inside = [step for step in steps if step.actor in callers]
        for step in inside:
            yield from self._denials(step, callers[step.actor])
        for step in inside:
            if step.technique == "sts.assume-role":
                yield _distrust(callers[step.actor], step.target)
        for step in inside:
            yield from _detachments(step, callers[step.actor])

    def _denials(self, step: Step, actor: Caller) -> Iterator[_Change]:
        primitive: Primitive = _BY_ID[step.technique]
        for held in _behind(step, actor):
            for group in primitive.actions:
                yield _denial(held, group)

    def _left(self, start: str, changes: list[_Change]) -> tuple[Step, ...]:
        """Return a way that is left with the changes made, through any principal that had one before."""
        callers = self._ground.stacks.callers
        for change in changes:
            callers = tuple(change.apply(caller) for caller in callers)
        ground = self._ground.changed(callers)
        goals = _in(ground, self._goals)
        ways: dict[str, tuple[Step, ...]] = {start: ()}
        todo = deque([start])
        while todo:
            here = todo.popleft()
            actor = ground.stacks.by_handle[here]
            if ways[here] and ground.permissions.is_admin(actor):
                return ways[here]
            for step in hops(ground, actor, goals):
                if step.target == ADMIN:
                    return (*ways[here], step)
                if step.target not in ways:
                    ways[step.target] = (*ways[here], step)
                    todo.append(step.target)
        return ()


def _in(ground: Ground, goals: Goals) -> Goals:
    """Return the goals as the principals of another ground."""
    callers = ground.stacks.by_handle
    return Goals(
        users=tuple(callers[each.handle] for each in goals.users),
        roles=tuple(callers[each.handle] for each in goals.roles),
        first=goals.first,
    )


def _behind(step: Step, actor: Caller) -> list[Held]:
    """Return the policies of a principal that a hop rests on."""
    return [held for held in actor.policies if any(text.startswith(f"{held.name}: ") for text in step.statements)]


def _denial(held: Held, actions: tuple[str, ...]) -> _Change:
    deny = Statement(0, Effect.DENY, actions=actions, resources=("*",))
    changed: dict[int, Held] = {}

    def apply(caller: Caller) -> Caller:
        if all(each.id != held.id for each in caller.policies):
            return caller
        policies = tuple(
            changed.setdefault(id(each.document), _with(each, deny)) if each.id == held.id else each
            for each in caller.policies
        )
        return msgspec.structs.replace(caller, policies=policies)

    return _Change(f"deny {' and '.join(actions)} in {held.name}", apply)


def _with(held: Held, statement: Statement) -> Held:
    if why_unknown(held.document) is not None or isinstance(held.document, Absent):
        return held
    document = known(held.document)
    statements = (*document.statements, statement)
    return Held(held.id, held.name, msgspec.structs.replace(document, statements=statements))


def _distrust(actor: Caller, target: str) -> _Change:
    deny = Statement(
        0, Effect.DENY, principals=Principals(aws=(actor.arn,)), actions=("sts:AssumeRole",), resources=None
    )

    def apply(caller: Caller) -> Caller:
        if caller.handle != target or why_unknown(caller.trust) is not None or not caller.trust:
            return caller
        document: PolicyDocument = known(caller.trust)
        trust = msgspec.structs.replace(document, statements=(*document.statements, deny))
        return msgspec.structs.replace(caller, trust=trust)

    return _Change(f"take {actor.handle} out of the trust policy of {target}", apply)


def _detachments(step: Step, actor: Caller) -> Iterable[_Change]:
    for held in _behind(step, actor):
        yield _Change(f"take {held.name} from {actor.handle}", _taking(actor, held))


def _taking(actor: Caller, held: Held) -> Callable[[Caller], Caller]:
    def apply(caller: Caller) -> Caller:
        if caller.handle != actor.handle:
            return caller
        others = tuple(each for each in caller.policies if each.id != held.id)
        return msgspec.structs.replace(caller, policies=others)

    return apply
