"""Techniques by which a principal gives itself everything, or takes away what holds it back."""

from collections.abc import Iterator

import msgspec

from scanner.model.access import Caller, Held, Step
from scanner.model.iam import Policy
from scanner.model.maybe import known, why_unknown
from scanner.reason.access.evaluate import Source, Stack
from scanner.reason.access.keys import fixed
from scanner.reason.access.statements import CompiledPolicy
from scanner.reason.account.stacks import ALLOW_ALL
from scanner.reason.escalation.ground import ADMIN, Goals, Ground
from scanner.reason.escalation.permissions import Permission
from scanner.reason.escalation.primitives import Primitive

_MOST_VERSIONS = 5
"""IAM quotas: versions of a managed policy."""


def own_policy(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Put a new version of a policy that one holds in force."""
    if not goals.first:
        return
    for held in actor.policies:
        granted = new_version(ground, actor, held)
        if granted and ground.permissions.would_be_admin(actor):
            yield ground.step(primitive, actor, ADMIN, granted, via=held.name)


def new_version(ground: Ground, actor: Caller, held: Held) -> list[Permission]:
    """Return what lets a principal rewrite a managed policy of the account; nothing if it may not."""
    policy = ground.policy(held)
    if policy is None:
        return []
    may = ground.permissions.may(actor, "iam:CreatePolicyVersion", (held.id,))
    if may is None:
        return []
    is_full = why_unknown(policy.versions) is None and len(known(policy.versions)) >= _MOST_VERSIONS
    room = ground.permissions.may(actor, "iam:DeletePolicyVersion", (held.id,)) if is_full else may
    return [may, room] if room is not None else []


def own_version(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Put an older, mightier version of a policy that one holds in force again."""
    if not goals.first:
        return
    for held in actor.policies:
        policy = ground.policy(held)
        if policy is None or why_unknown(policy.versions) is not None:
            continue
        may = ground.permissions.may(actor, "iam:SetDefaultPolicyVersion", (held.id,))
        if may is not None and any(
            ground.permissions.is_admin(actor, _with_version(ground, actor, held, source))
            for source in _other_versions(policy)
        ):
            yield ground.step(primitive, actor, ADMIN, [may], via=held.name)


def _other_versions(policy: Policy) -> Iterator[Source]:
    for version in known(policy.versions):
        if not version.is_default and why_unknown(version.document) is None and version.document:
            yield Source(f"{policy.label} {version.id}", CompiledPolicy(known(version.document)))


def _with_version(ground: Ground, actor: Caller, held: Held, source: Source) -> Stack:
    stack = without(ground, actor, held)
    return msgspec.structs.replace(stack, identity=(*stack.identity, source))


def without(ground: Ground, actor: Caller, held: Held) -> Stack:
    """Return the stack of a principal without one of its policies."""
    others = ground.stacks.sources((each for each in actor.policies if each.id != held.id), ground.permissions.view)
    return msgspec.structs.replace(ground.stacks.of(actor, ground.permissions.view), identity=others)


def own_role(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Put a policy on the role that one is."""
    if goals.first and actor.is_role and not actor.is_locked:
        yield from _on_itself(ground, primitive, actor)


def own_user(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Put a policy on the user that one is."""
    if goals.first and not actor.is_role:
        yield from _on_itself(ground, primitive, actor)


def _on_itself(ground: Ground, primitive: Primitive, actor: Caller) -> Iterator[Step]:
    for action in primitive.actions[0]:
        may = ground.may_change(actor, action, actor.arn, actor)
        if may is not None and ground.permissions.would_be_admin(actor):
            yield ground.step(primitive, actor, ADMIN, [may])


def own_group(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Put a policy on a group that one is in."""
    if not goals.first:
        return
    for arn in ground.groups:
        if arn.rpartition("/")[2] in actor.groups:
            may = ground.may_change(actor, primitive.actions[0][0], arn, None)
            if may is not None and ground.permissions.would_be_admin(actor):
                yield ground.step(primitive, actor, ADMIN, [may], via=f"group/{arn.rpartition('/')[2]}")


def join_group(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Join a group whose policies are those of an administrator."""
    if not goals.first or actor.is_role:
        return
    own = ground.stacks.of(actor, ground.permissions.view)
    for arn, held in ground.groups.items():
        may = ground.permissions.may(actor, "iam:AddUserToGroup", (arn,))
        joined = (*own.identity, *ground.stacks.sources(held, ground.permissions.view))
        if may and ground.permissions.is_admin(actor, msgspec.structs.replace(own, identity=joined)):
            yield ground.step(primitive, actor, ADMIN, [may], via=f"group/{arn.rpartition('/')[2]}")


def own_boundary(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Take off, or widen, the permissions boundary that holds one back."""
    if not goals.first or actor.boundary is None or not _frees(ground, actor):
        return
    noun = "Role" if actor.is_role else "User"
    for action in primitive.actions[0]:
        if noun in action:
            choices = ground.leading_policies if action.startswith("iam:Put") else (actor.boundary.id,)
            granted = (
                ground.permissions.may(
                    actor, action, (actor.arn,), keys={"iam:permissionsboundary": fixed(choice)}, target=actor
                )
                for choice in choices
            )
            may = next((each for each in granted if each is not None), None)
            if may is not None:
                yield ground.step(primitive, actor, ADMIN, [may], via=actor.boundary.name)


def role_boundary(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Take the permissions boundary off a mighty role that one is or can assume."""
    if not goals.first:
        return
    for role in ground.changeable:
        if role.boundary is None or not _frees(ground, role):
            continue
        assumed = None if role is actor else ground.may_assume(actor, role)
        if role is not actor and assumed is None:
            continue
        keys = {"iam:permissionsboundary": fixed(role.boundary.id)}
        may = ground.permissions.may(actor, "iam:DeleteRolePermissionsBoundary", (role.arn,), keys=keys, target=role)
        if may is not None:
            yield ground.step(primitive, actor, ADMIN, [may, *([assumed] if assumed else [])], via=role.handle)


def _frees(ground: Ground, caller: Caller) -> bool:
    """Whether a principal without its boundary is, or can make itself, administrator."""
    permissions = ground.permissions
    bare = msgspec.structs.replace(ground.stacks.of(caller, permissions.view), boundary=())
    if permissions.is_admin(caller, bare):
        return True
    noun = "Role" if caller.is_role else "User"
    changes = any(
        permissions.ask(bare, caller, f"iam:{verb}{noun}Policy", (caller.arn,), {}) for verb in ("Put", "Attach")
    )
    granted = msgspec.structs.replace(bare, identity=(*bare.identity, Source("granted", ALLOW_ALL)))
    return changes and permissions.is_admin(caller, granted)


def own_deny(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Take off the policy whose Deny holds one back."""
    if not goals.first:
        return
    for held in actor.policies:
        if why_unknown(held.document) is not None or not held.document or not any(known(held.document).denies):
            continue
        may = _may_take_off(ground, primitive, actor, held)
        if may and ground.permissions.is_admin(actor, without(ground, actor, held)):
            yield ground.step(primitive, actor, ADMIN, [may], via=held.name)


def _may_take_off(ground: Ground, primitive: Primitive, actor: Caller, held: Held) -> Permission | None:
    is_managed = held.id.startswith("arn:")
    groups = [arn for arn in ground.groups if arn.rpartition("/")[2] in actor.groups]
    in_group = held.id.startswith("group/")
    for action in primitive.actions[0]:
        removes = "Detach" if is_managed else "Delete"
        if action == "iam:RemoveUserFromGroup" or "Group" in action:
            fits, resources = action.startswith((f"iam:{removes}", "iam:Remove")) and (in_group or is_managed), groups
        else:
            own = "Role" if actor.is_role else "User"
            fits, resources = action == f"iam:{removes}{own}Policy" and not in_group, [actor.arn]
        keys = {"iam:policyarn": fixed(held.id)} if is_managed else {}
        for resource in resources if fits else ():
            may = ground.permissions.may(actor, action, (resource,), keys=keys)
            if may is not None:
                return may
    return None
