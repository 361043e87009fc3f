"""Escalation as derived kinds: what the search finds in an account, and for each of its principals."""

from collections.abc import Iterator
from typing import NamedTuple

from scanner.model.access import (
    AccountAccess,
    Escalation,
    EscalationPath,
    EscalationSearch,
    RoleEscalation,
    UserEscalation,
    Workloads,
)
from scanner.model.account import Account
from scanner.model.iam import Policy, Role, User, UserCredentials
from scanner.model.kind import All, Moment
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, known, unknown, why_unknown
from scanner.reason.account.stacks import Stacks, View
from scanner.reason.escalation.ground import Ground, by_form, credentials_by_user
from scanner.reason.escalation.outsiders import outside_paths
from scanner.reason.escalation.permissions import Permissions
from scanner.reason.escalation.search import Search


class Examination(NamedTuple):
    """A search, the paths that it found (administrators first, then the shortest), and what it left undecided."""

    search: Search
    paths: tuple[EscalationPath, ...]
    undecided: tuple[tuple[str, str], ...]


def examine(
    access: AccountAccess,
    policies: All[Policy],
    credentials: All[UserCredentials],
    workloads: Workloads,
    now: Moment,
) -> Examination:
    """Find who is or can become administrator.

    Where documents are unknown the search is run twice: what needs an unknown document to allow more than nothing is
    undecided. Raises UnknownAsked if no principal could be read.
    """
    stacks = Stacks(access)

    def search(view: View) -> Search:
        permissions = Permissions(stacks, now, view)
        found = Search(Ground(permissions, policies, credentials_by_user(credentials), by_form(workloads)))
        found.run()
        return found

    found = search(View.LEAST)
    paths = tuple(_paths(found))
    undecided: tuple[tuple[str, str], ...] = ()
    if reasons := _unknowns(stacks):
        certain = {path.start for path in paths}
        undecided = tuple((path.start, reasons) for path in _paths(search(View.MOST)) if path.start not in certain)
    return Examination(found, (*paths, *outside_paths(found)), undecided)


def escalation_search(  # noqa: PLR0917 - its parameters declare what it needs
    account: Account,
    access: AccountAccess,
    policies: All[Policy],
    credentials: All[UserCredentials],
    workloads: Workloads,
    now: Moment,
) -> EscalationSearch:
    """Search an account for ways to administrator."""
    found = examine(access, policies, credentials, workloads, now)
    return EscalationSearch(scope=account.scope, id=account.id, origin=account.origin, examination=found)


def escalation(account: Account, search: EscalationSearch) -> Escalation:
    """Keep what the search for ways to administrator found."""
    found: Examination = known(search.examination)
    return Escalation(
        scope=account.scope, id=account.id, origin=account.origin, paths=found.paths, undecided=found.undecided
    )


def _paths(search: Search) -> Iterator[EscalationPath]:
    """Yield administrators first, then by length of the path."""
    found = (search.path(caller.handle) for caller in search.ground.stacks.callers)
    yield from sorted(
        (path for path in found if path is not None), key=lambda path: (len(path.steps), path.status, path.start)
    )


def _unknowns(stacks: Stacks) -> str:
    whys = {why: None for caller in stacks.callers for why in stacks.unknowns(caller)}
    trusts = {str(why): None for caller in stacks.callers if (why := why_unknown(caller.trust))}
    return "; ".join(list({**whys, **trusts})[:3])


def user_escalation(user: User, found: Escalation, access: AccountAccess) -> UserEscalation:
    """Tell the way of a user to administrator."""
    path = _path_of(user, found, access)
    return UserEscalation(scope=user.scope, id=user.id, origin=user.origin, path=path)


def role_escalation(role: Role, found: Escalation, access: AccountAccess) -> RoleEscalation:
    """Tell the way of a role to administrator."""
    path = _path_of(role, found, access)
    return RoleEscalation(scope=role.scope, id=role.id, origin=role.origin, path=path)


def _path_of(principal: User | Role, found: Escalation, access: AccountAccess) -> Maybe[EscalationPath | Absent]:
    handle = principal.handle
    paths = (path for path in known(found.paths) if path.start == handle)
    path = next(paths, None)
    if path is not None:
        return path
    reasons = [reason for start, reason in known(found.undecided) if start == handle] or list(known(access.unread))
    return unknown(Reason.NOT_COLLECTED, f"policies that matter were not read: {reasons[0]}") if reasons else ABSENT
