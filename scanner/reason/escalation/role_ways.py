"""Techniques by which a principal runs code of its own with a role: one that it passes, or that something carries."""

from collections.abc import Iterable, Iterator
from typing import Final

from scanner.model.access import Caller, Step
from scanner.reason.access.glob import matcher, wildcards
from scanner.reason.access.keys import fixed
from scanner.reason.account.questions import own_resources
from scanner.reason.escalation.ground import Goals, Ground
from scanner.reason.escalation.permissions import Permission
from scanner.reason.escalation.primitives import Primitive

_INSTANCES = "ec2.amazonaws.com"
_PASS = "iam:PassRole"  # noqa: S105 - an action


def pass_role(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Pass a role to a service that runs what one tells it to."""
    seen = _exists(ground, primitive)
    if seen is not None:
        yield from _passing(ground, primitive, actor, goals, seen=seen)


def pass_role_where_open(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Pass a role to a service that is closed to new customers: that the account is none shows in what it has there."""
    seen = bool(ground.workloads(primitive.carrier).carriers)
    yield from _passing(ground, primitive, actor, goals, seen=seen)


def _passing(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals, *, seen: bool) -> Iterator[Step]:
    if not all(ground.permissions.could(actor, group) for group in primitive.actions):
        return
    candidates = [
        (role, service)
        for service in primitive.services
        for role in goals.roles
        if role is not actor and ground.trusts(role, service)
    ]
    running = _running(ground, primitive, actor) if candidates else []
    for role, service in candidates if running else ():
        may = ground.permissions.may(
            actor, _PASS, (role.arn,), keys={"iam:passedtoservice": fixed(service)}, target=role
        )
        profile = _profile(ground, primitive, actor, role, service)
        if may is not None and profile is not None:
            yield ground.step(primitive, actor, role.handle, [may, *running, *profile], via=service, seen=seen)


def _exists(ground: Ground, primitive: Primitive) -> bool | None:
    """Whether there is something to change: true, not known (false), or there is none (None)."""
    if not primitive.carrier:
        return True
    listing = ground.workloads(primitive.carrier)
    return True if listing.carriers else None if listing.complete else False


def _running(ground: Ground, primitive: Primitive, actor: Caller) -> list[Permission]:
    """Return what allows the actions beside passing the role, on anything they take; nothing if one is not allowed."""
    return _on(ground, actor, [group for group in primitive.actions if group != (_PASS,)], None)


def _profile(
    ground: Ground, primitive: Primitive, actor: Caller, role: Caller, service: str
) -> list[Permission] | None:
    """Return what it takes to have an instance profile with the role; None if there is none and none can be made."""
    needs = service == _INSTANCES and primitive.services == (_INSTANCES,) and not primitive.id.startswith("iam.")
    if not needs or role.has_instance_profile:
        return []
    made = [
        ground.permissions.may_one(actor, (action,))
        for action in ("iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile")
    ]
    found = [each for each in made if each is not None]
    return found if len(found) == len(made) else None


def carrier(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Change what something does that runs with a role, or get into it."""
    if not all(ground.permissions.could(actor, group) for group in primitive.actions):
        return
    listing = ground.workloads(primitive.carrier)
    goal_by_arn = {role.arn: role for role in goals.roles if role is not actor}
    for each in listing.carriers:
        role = goal_by_arn.get(each.role)
        granted = _on(ground, actor, primitive.actions, each.arn) if role is not None else []
        if role is not None and granted:
            yield ground.step(primitive, actor, role.handle, granted, via=each.arn)
    if not listing.complete:
        yield from _unlisted(ground, primitive, actor, goals)


def _unlisted(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Suppose that something which was not listed carries any role that trusts its service."""
    roles = [
        role
        for role in goals.roles
        if role is not actor and any(ground.trusts(role, service) for service in primitive.services)
    ]
    granted = _on(ground, actor, primitive.actions, None) if roles else []
    for role in roles if granted else ():
        via = f"a {primitive.carrier.replace('-', ' ')} that was not listed"
        yield ground.step(primitive, actor, role.handle, granted, via=via, seen=False)


_TOGETHER: Final = {
    "ssm:SendCommand": ("instance/", ":document/"),
    "ec2:RunInstances": (
        *(":instance/", ":image/", ":volume/", ":network-interface/", ":subnet/", ":security-group/"),
    ),
}
"""Actions that must be allowed on several kinds of things at once, with the part of an ARN that tells each kind.

Sources: EC2 User Guide, "Example policies for launching instances"; Systems Manager User Guide, "Run Command".
"""


def _on(ground: Ground, actor: Caller, groups: Iterable[tuple[str, ...]], arn: str | None) -> list[Permission]:
    """Return what allows an action of each group on a thing, or on anything; nothing if one group lacks it.

    Actions that do not take such a thing are asked on what they take.
    """
    found: list[Permission] = []
    for group in groups:
        granted = next((may for action in group if (may := _one(ground, actor, action, arn))), None)
        if granted is None:
            return []
        found += granted
    return found


def _one(ground: Ground, actor: Caller, action: str, arn: str | None) -> list[Permission]:
    """Return what allows an action, on each kind of thing that it must be allowed on; nothing if it is not."""
    patterns = _patterns(ground, action)
    found = []
    for form in _TOGETHER.get(action, ("",)):
        resources = tuple(pattern for pattern in patterns if form in pattern)
        if arn is not None and any(matcher(wildcards(pattern))(arn) for pattern in resources):
            resources = (arn,)
        may = ground.permissions.may(actor, action, resources)
        if may is None:
            return []
        found.append(may)
    return found


def _patterns(ground: Ground, action: str) -> tuple[str, ...]:
    """Give the patterns of what an action takes; documents and images are AWS's own as well, without an account."""
    own = own_resources(action, ground.stacks)
    account = f":{ground.stacks.access.scope.account}:"
    of_aws = (pattern.replace(account, "::", 1) for pattern in own if ":document/" in pattern or ":image/" in pattern)
    return tuple(dict.fromkeys((*own, *of_aws)))
