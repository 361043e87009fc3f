"""The search for ways to administrator: backwards from those who are it, one round a hop, so that the first is shortest.

Confirmed hops come first. Only principals that no confirmed path leads from are then tried with potential ones, whose
prerequisites the inventory could not show.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from scanner.model.access import Caller, EscalationPath, Step
from scanner.reason.escalation import own_ways, role_ways, target_ways
from scanner.reason.escalation.ground import ADMIN, Goals, Ground
from scanner.reason.escalation.primitives import Primitive, primitives

_WAYS: Final[Mapping[str, Callable[[Ground, Primitive, Caller, Goals], Iterator[Step]]]] = {
    "own-policy": own_ways.own_policy,
    "own-version": own_ways.own_version,
    "own-role": own_ways.own_role,
    "own-user": own_ways.own_user,
    "own-group": own_ways.own_group,
    "join-group": own_ways.join_group,
    "own-boundary": own_ways.own_boundary,
    "role-boundary": own_ways.role_boundary,
    "own-deny": own_ways.own_deny,
    "user-with-free-key": target_ways.user_with_free_key,
    "user-with-two-keys": target_ways.user_with_two_keys,
    "user-with-idle-key": target_ways.user_with_idle_key,
    "user-without-password": target_ways.user_without_password,
    "user-with-password": target_ways.user_with_password,
    "rewrite-trust": target_ways.rewrite_trust,
    "assume": target_ways.assume,
    "change-and-assume": target_ways.change_and_assume,
    "version-and-assume": target_ways.version_and_assume,
    "change-user-and-key": target_ways.change_user_and_key,
    "change-and-trust": target_ways.change_and_trust,
    "version-and-trust": target_ways.version_and_trust,
    "new-role": target_ways.new_role,
    "provider": target_ways.provider,
    "identity-center": target_ways.identity_center,
    "pass": role_ways.pass_role,
    "pass-where-open": role_ways.pass_role_where_open,
    "carrier": role_ways.carrier,
}
"""The code of each way. Those of other ways (`outsider`, `data`, `retired`) are no hops between principals."""

_TO_OTHERS: Final = frozenset(
    {
        *("user-with-free-key", "user-with-two-keys", "user-with-idle-key", "user-without-password"),
        *("user-with-password", "rewrite-trust", "assume", "provider", "pass", "pass-where-open", "carrier"),
    }
)
"""Ways that lead to another principal, so that each round may open more; the others lead to administrator at once."""

_TECHNIQUES: Final = tuple(each for each in primitives() if each.way in _WAYS)


class Search:
    """One search over an account; `steps` then tells for each principal its hop towards administrator."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.admins = tuple(each for each in ground.stacks.callers if ground.permissions.is_admin(each))
        self.steps: dict[str, Step] = {}
        self._potential: dict[str, Step] = {}

    def run(self) -> None:
        """Search until nobody more is reached."""
        reached = {each.handle for each in self.admins}
        self._rounds(self.admins, reached, first=True, confirmed_only=True)
        self._rounds(self._adopt(reached), reached, first=False, confirmed_only=False)

    def _adopt(self, reached: set[str]) -> tuple[Caller, ...]:
        """Take the potential hops of those that no confirmed path leads from."""
        new = {handle: step for handle, step in self._potential.items() if handle not in reached}
        self.steps |= new
        reached.update(new)
        return tuple(self.ground.stacks.by_handle[handle] for handle in new)

    def _rounds(self, goals: Iterable[Caller], reached: set[str], *, first: bool, confirmed_only: bool) -> None:
        new = tuple(goals)
        while new or first:
            found = dict(self._round(_goals(new, first=first), reached, confirmed_only=confirmed_only))
            self.steps |= found
            reached.update(found)
            new = tuple(self.ground.stacks.by_handle[handle] for handle in found)
            first = False

    def _round(self, goals: Goals, reached: set[str], *, confirmed_only: bool) -> Iterator[tuple[str, Step]]:
        for actor in self.ground.stacks.callers:
            if actor.handle not in reached:
                step = self._hop(actor, goals, confirmed_only=confirmed_only)
                if step is not None:
                    yield actor.handle, step

    def _hop(self, actor: Caller, goals: Goals, *, confirmed_only: bool) -> Step | None:
        for step in hops(self.ground, actor, goals):
            if step.status == "confirmed":
                return step
            self._potential.setdefault(actor.handle, step)
        return None if confirmed_only else self._potential.get(actor.handle)

    def path(self, handle: str) -> EscalationPath | None:
        """Return the path of a principal: no hops if it is administrator, None if it cannot become it."""
        if any(each.handle == handle for each in self.admins):
            return EscalationPath(handle, ())
        steps = []
        here = handle
        while here != ADMIN and here in self.steps:
            steps.append(self.steps[here])
            here = steps[-1].target
        return EscalationPath(handle, tuple(steps)) if steps else None


def _goals(callers: tuple[Caller, ...], *, first: bool) -> Goals:
    return Goals(
        users=tuple(each for each in callers if not each.is_role),
        roles=tuple(each for each in callers if each.is_role),
        first=first,
    )


def hops(ground: Ground, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Yield the hops of a principal to one of the goals, or to administrator itself."""
    for primitive in ground.techniques(actor, _TECHNIQUES):
        if goals.first or primitive.way in _TO_OTHERS:
            yield from _WAYS[primitive.way](ground, primitive, actor, goals)
