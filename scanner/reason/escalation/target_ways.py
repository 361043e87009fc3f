"""Techniques by which a principal becomes another one: its keys, its password, its trust, or an identity of its making."""

from collections.abc import Callable, Iterable, Iterator

from scanner.model.access import Caller, Step
from scanner.model.iam import UserCredentials
from scanner.model.maybe import known, why_unknown
from scanner.reason.access.keys import ABSENT
from scanner.reason.escalation.ground import ADMIN, Goals, Ground
from scanner.reason.escalation.own_ways import new_version
from scanner.reason.escalation.permissions import Permission
from scanner.reason.escalation.primitives import Primitive

_MOST_KEYS = 2


def assume(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Assume a role."""
    assumable = ground.assumable(actor)
    for role in goals.roles if assumable else ():
        may = None if role is actor or role.arn not in assumable else ground.may_assume(actor, role)
        if may is not None:
            yield ground.step(primitive, actor, role.handle, [may])


def rewrite_trust(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Make a role trust oneself; a principal that the trust policy names needs no permission to assume it."""
    for role in goals.roles:
        if not role.is_locked and role is not actor:
            may = ground.permissions.may(actor, "iam:UpdateAssumeRolePolicy", (role.arn,), target=role)
            if may is not None:
                yield ground.step(primitive, actor, role.handle, [may])


def _user_way(fits: Callable[[UserCredentials], bool]) -> Callable[..., Iterator[Step]]:
    """Make a technique on users whose credentials are as told; where they are not known, it is potential."""

    def way(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
        for user in goals.users:
            if user is actor:
                continue
            seen = _fits(fits, ground.credentials_of(user))
            granted = [] if seen is False else all_on(ground, primitive, actor, user)
            if granted:
                yield ground.step(primitive, actor, user.handle, granted, seen=seen is True)

    return way


def _fits(fits: Callable[[UserCredentials], bool], credentials: UserCredentials | None) -> bool | None:
    unread = credentials is None or any(
        why_unknown(each) is not None for each in (credentials.access_keys, credentials.password_enabled)
    )
    return None if credentials is None or unread else fits(credentials)


def all_on(ground: Ground, primitive: Primitive, actor: Caller, target: Caller) -> list[Permission]:
    """Return what allows one action of each group on a principal; nothing if one group lacks it."""
    granted = [ground.permissions.may_one(actor, group, target.arn, target) for group in primitive.actions]
    found = [each for each in granted if each is not None]
    return found if len(found) == len(granted) else []


user_with_free_key = _user_way(lambda each: len(known(each.access_keys)) < _MOST_KEYS)
user_with_two_keys = _user_way(lambda each: len(known(each.access_keys)) == _MOST_KEYS)
user_with_idle_key = _user_way(lambda each: any(why_unknown(key.active) or not key.active for key in each.access_keys))
user_without_password = _user_way(lambda each: not each.password_enabled)
user_with_password = _user_way(lambda each: bool(each.password_enabled))


def change_user_and_key(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Give another user everything, and make a key for it."""
    if not goals.first or not _could(ground, primitive, actor):
        return
    for user in ground.users:
        seen = _fits(lambda each: len(known(each.access_keys)) < _MOST_KEYS, ground.credentials_of(user))
        if user is actor or seen is False:
            continue
        change = ground.may_change(actor, primitive.actions[0][0], user.arn, user)
        key = change and ground.permissions.may(actor, "iam:CreateAccessKey", (user.arn,), target=user)
        if change and key and ground.permissions.would_be_admin(user):
            yield ground.step(primitive, actor, ADMIN, [change, key], via=user.handle, seen=seen is True)


def change_and_assume(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Give a role that one can assume everything."""
    if not goals.first or not ground.permissions.could(actor, primitive.actions[0]):
        return
    for role in ground.changeable:
        change = None if role is actor else ground.may_change(actor, primitive.actions[0][0], role.arn, role)
        assumed = change and ground.may_assume(actor, role)
        if change and assumed and ground.permissions.would_be_admin(role):
            yield ground.step(primitive, actor, ADMIN, [change, assumed], via=role.handle)


def change_and_trust(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Give a role everything, and make it trust oneself."""
    if not goals.first or not _could(ground, primitive, actor):
        return
    for role in ground.changeable:
        change = None if role is actor else ground.may_change(actor, primitive.actions[0][0], role.arn, role)
        trust = change and ground.permissions.may(actor, "iam:UpdateAssumeRolePolicy", (role.arn,), target=role)
        if change and trust and ground.permissions.would_be_admin(role):
            yield ground.step(primitive, actor, ADMIN, [change, trust], via=role.handle)


def version_and_assume(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Rewrite a policy of a role that one can assume."""
    if goals.first and ground.permissions.could(actor, primitive.actions[0]):
        yield from _versions(ground, primitive, actor, ground.may_assume)


def version_and_trust(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Rewrite a policy of a role, and make it trust oneself."""
    if goals.first and _could(ground, primitive, actor):

        def trust(own: Caller, role: Caller) -> Permission | None:
            return ground.permissions.may(own, "iam:UpdateAssumeRolePolicy", (role.arn,), target=role)

        yield from _versions(ground, primitive, actor, trust)


def _versions(
    ground: Ground, primitive: Primitive, actor: Caller, reach: Callable[[Caller, Caller], Permission | None]
) -> Iterator[Step]:
    for role in ground.changeable:
        for held in role.policies if role is not actor else ():
            granted = new_version(ground, actor, held)
            reached = reach(actor, role) if granted else None
            if reached is not None and ground.permissions.would_be_admin(role):
                yield ground.step(primitive, actor, ADMIN, [*granted, reached], via=role.handle)


def new_role(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Make a role that trusts oneself, without a boundary, and give it everything."""
    if not goals.first or not _could(ground, primitive, actor):
        return
    keys = {"iam:permissionsboundary": ABSENT}
    scope = ground.stacks.access.scope
    pattern = f"arn:{scope.partition}:iam::{scope.account}:role/*"
    for resource in (ground.permissions.fresh("role"), pattern):
        made = ground.permissions.may(actor, "iam:CreateRole", (resource,), keys=keys)
        for action in primitive.actions[1] if made else ():
            change = ground.may_change(actor, action, made.resource, None) if made else None
            if made and change:
                yield ground.step(primitive, actor, ADMIN, [made, change], via=made.resource.rpartition(":")[2])


def provider(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Take over an identity provider that a role trusts."""
    if not ground.permissions.could(actor, primitive.actions[0]):
        return
    form = ":saml-provider/" if "SAML" in primitive.actions[0][0] else ":oidc-provider/"
    for role in goals.roles:
        for name in _federated(role):
            may = ground.permissions.may(actor, primitive.actions[0][0], (name,)) if form in name else None
            if may is not None:
                yield ground.step(primitive, actor, role.handle, [may], via=name)


def _federated(role: Caller) -> Iterable[str]:
    if why_unknown(role.trust) is not None or not role.trust:
        return ()
    elements = (statement.principals for statement in known(role.trust).allows)
    return dict.fromkeys(name for each in elements if each is not None for name in each.federated)


def identity_center(ground: Ground, primitive: Primitive, actor: Caller, goals: Goals) -> Iterator[Step]:
    """Change what IAM Identity Center hands out, from the account that manages it."""
    above = ground.stacks.above
    manages = known(above.management_account) == ground.stacks.access.id or bool(known(above.given))
    if not goals.first or not manages or not _could(ground, primitive, actor):
        return
    granted = [ground.permissions.may_one(actor, group) for group in primitive.actions]
    found = [each for each in granted if each is not None]
    if len(found) == len(granted):
        yield ground.step(primitive, actor, ADMIN, found, via="IAM Identity Center", seen=False)


def _could(ground: Ground, primitive: Primitive, actor: Caller) -> bool:
    return all(ground.permissions.could(actor, group) for group in primitive.actions)
