"""Techniques by which a principal runs code of its own with a role: one that it passes, or that something carries."""

from collections.abc import Iterator

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
    if not all(ground.permissions.could(actor, group) for group in primitive.actions):
        return
    seen = _exists(ground, primitive)
    if seen is None:
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
    groups = [group for group in primitive.actions if group != (_PASS,)]
    granted = [ground.permissions.may_one(actor, group) for group in groups]
    found = [each for each in granted if each is not None]
    return found if len(found) == len(groups) else []


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
        granted = _on(ground, primitive, actor, each.arn) if role is not None else []
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
    granted = _on(ground, primitive, actor, None) if roles else []
    for role in roles if granted else ():
        via = f"a {primitive.carrier.replace('-', ' ')} that was not listed"
        yield ground.step(primitive, actor, role.handle, granted, via=via, seen=False)


def _on(ground: Ground, primitive: Primitive, actor: Caller, arn: str | None) -> list[Permission]:
    """Return what allows all actions on a thing, or on anything; actions that do not take it are asked on what they take."""
    granted = [
        next((may for action in group if (may := _one(ground, actor, action, arn)) is not None), None)
        for group in primitive.actions
    ]
    found = [each for each in granted if each is not None]
    return found if len(found) == len(granted) else []


def _one(ground: Ground, actor: Caller, action: str, arn: str | None) -> Permission | None:
    resources = own_resources(action, ground.stacks)
    if arn is not None and any(matcher(wildcards(pattern))(arn) for pattern in resources):
        resources = (arn,)
    return ground.permissions.may(actor, action, resources)
