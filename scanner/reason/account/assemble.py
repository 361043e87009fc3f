"""Putting together the policies that bear on each principal of an account."""

from collections.abc import Iterator
from typing import TypeVar

from scanner.model.access import AccountAccess, Caller, Held, PoliciesAbove
from scanner.model.account import Account
from scanner.model.iam import Group, Policy, Role, User
from scanner.model.kind import All, Kind, Tags
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, UnknownAsked, unknown, why_unknown

K = TypeVar("K", bound=Kind)


def account_access(  # noqa: PLR0917 - its parameters declare what it needs
    account: Account,
    users: All[User],
    groups: All[Group],
    roles: All[Role],
    policies: All[Policy],
    above: PoliciesAbove,
) -> AccountAccess:
    """Put together who is there and what bears on each.

    A policy that could not be read stays in the stack as an unknown document; a listing that is not whole is named in
    `unread`.
    """
    unread: dict[str, None] = {}
    by_name = {group.id: group for group in _known(groups, unread)}
    callers = [_user(user, by_name, policies, unread) for user in _known(users, unread)]
    callers += [_role(role, policies) for role in _known(roles, unread)]
    return AccountAccess(
        scope=account.scope,
        id=account.id,
        origin=account.origin,
        callers=tuple(callers),
        groups=tuple((str(group.arn), _held(group, policies)) for group in by_name.values()),
        unread=tuple(unread),
        above=above,
    )


def _known(items: All[K], unread: dict[str, None]) -> list[K]:
    """Return what is known of a listing, and note why it is not all."""
    found: list[K] = []
    try:
        for item in items:
            found.append(item)  # noqa: PERF402 - what was yielded before the unknown must be kept
    except UnknownAsked as asked:
        unread[str(asked.why)] = None
    return found


def _user(user: User, groups: dict[str, Group], policies: All[Policy], unread: dict[str, None]) -> Caller:
    names = _or(user.groups, ())
    held = list(_held(user, policies))
    for name in names:
        group = groups.get(name)
        held += _held(group, policies) if group else [_missing(f"group/{name}", "; ".join(unread))]
    if (why := why_unknown(user.groups)) is not None:
        held.append(_missing(f"groups of {user.handle}", str(why)))
    return Caller(
        handle=user.handle,
        arn=_arn(user),
        unique_id=str(_or(user.unique_id, "")),
        tags=user.tags,
        groups=tuple(names),
        policies=tuple(held),
        boundary=_boundary(user, policies),
        trust=ABSENT,
        has_instance_profile=False,
        is_locked=False,
    )


def _role(role: Role, policies: All[Policy]) -> Caller:
    path = str(_or(role.path, ""))
    return Caller(
        handle=role.handle,
        arn=_arn(role),
        unique_id=str(_or(role.unique_id, "")),
        tags=role.tags,
        groups=(),
        policies=tuple(_held(role, policies)),
        boundary=_boundary(role, policies),
        trust=role.trust,
        has_instance_profile=bool(_or(role.instance_profiles, ())),
        is_locked=path.startswith(("/aws-service-role/", "/aws-reserved/")),
    )


def _arn(principal: User | Role) -> str:
    scope = principal.scope
    return str(_or(principal.arn, "")) or f"arn:{scope.partition}:iam::{scope.account}:{principal.handle}"


_V = TypeVar("_V")


def _or(value: Maybe[_V], instead: _V) -> _V:
    return instead if why_unknown(value) is not None else value  # type: ignore[return-value]  # the check narrows


def _held(principal: User | Group | Role, policies: All[Policy]) -> tuple[Held, ...]:
    return tuple(_each_held(principal, policies))


def _each_held(principal: User | Group | Role, policies: All[Policy]) -> Iterator[Held]:
    for ids in (principal.inline_policies, principal.attached_policies):
        if (why := why_unknown(ids)) is not None:
            yield _missing(f"policies of {principal.handle}", str(why))
            continue
        for native_id in ids:
            yield _one(native_id, policies)


def _one(native_id: str, policies: All[Policy]) -> Held:
    try:
        policy = policies.get(native_id)
    except UnknownAsked as asked:
        return _missing(native_id, str(asked.why))
    if isinstance(policy, Absent):
        return _missing(native_id, "the listing does not hold it")
    return Held(native_id, policy.label, policy.document)


def _missing(native_id: str, why: str) -> Held:
    return Held(native_id, native_id, unknown(Reason.NOT_COLLECTED, f"{native_id} was not read ({why})"))


def _boundary(principal: User | Role, policies: All[Policy]) -> Held | None:
    boundary = principal.boundary
    if (why := why_unknown(boundary)) is not None:
        return _missing(f"boundary of {principal.handle}", str(why))
    return None if isinstance(boundary, Absent) else _one(str(boundary), policies)


def tags_of(caller: Caller) -> Tags | None:
    """Return the tags of a principal, or None where they are not known."""
    return None if why_unknown(caller.tags) is not None else dict(caller.tags)
