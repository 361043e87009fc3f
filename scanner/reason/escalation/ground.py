"""What the techniques of escalation find in an account: principals, their credentials, and what runs with which role."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final, TypeVar

import msgspec

from scanner.model.access import Caller, CarrierListing, Held, Step, Workloads
from scanner.model.iam import Policy, PolicyForm, UserCredentials
from scanner.model.kind import All
from scanner.model.kind import Kind as ModelKind
from scanner.model.maybe import Absent, UnknownAsked, known, why_unknown
from scanner.reason.access.evaluate import Stack
from scanner.reason.access.keys import ABSENT, fixed
from scanner.reason.access.principal import Kind, Principal
from scanner.reason.access.solve import Shape, Witness, find_request
from scanner.reason.escalation.permissions import Permission, Permissions
from scanner.reason.escalation.primitives import Primitive

K = TypeVar("K", bound=ModelKind)

ADMIN: Final = "admin"
"""The end of every path: unrestricted access."""
_ATTACHING: Final = frozenset({"iam:AttachUserPolicy", "iam:AttachRolePolicy", "iam:AttachGroupPolicy"})
_LEADING_POLICIES: Final = 4


class Goals(msgspec.Struct, frozen=True):
    """The principals that are known to become administrator since the last round; ``first`` in the round of admins."""

    users: tuple[Caller, ...]
    roles: tuple[Caller, ...]
    first: bool


class Ground:
    """An account as the techniques look at it."""

    def __init__(
        self,
        permissions: Permissions,
        policies: All[Policy],
        credentials: Mapping[str, UserCredentials],
        workloads: Mapping[str, CarrierListing],
    ) -> None:
        self.permissions = permissions
        self.stacks = permissions.stacks
        self.users = tuple(each for each in self.stacks.callers if not each.is_role)
        self.roles = tuple(each for each in self.stacks.callers if each.is_role)
        self.changeable = tuple(each for each in self.roles if not each.is_locked)
        self.groups = dict(known(self.stacks.access.groups))
        self._policies = policies
        self._credentials = credentials
        self._workloads = workloads
        self._techniques: dict[str, tuple[Primitive, ...]] = {}
        self._trusting: dict[tuple[str, str], bool] = {}
        self._names: dict[str, frozenset[str] | None] = {}
        self._own: dict[str, frozenset[str]] = {}
        self._assumable: dict[str, frozenset[str]] = {}

    def changed(self, callers: tuple[Caller, ...]) -> "Ground":
        """Return the account with other principals: the same ones under changed policies."""
        access = msgspec.structs.replace(self.stacks.access, callers=callers)
        permissions = Permissions(self.stacks.changed(access), self.permissions.moment, self.permissions.view)
        return Ground(permissions, self._policies, self._credentials, self._workloads)

    def techniques(self, actor: Caller, known_ones: tuple[Primitive, ...]) -> tuple[Primitive, ...]:
        """Return the techniques whose first action some Allow of the principal covers.

        A role may be assumed without: its trust policy suffices.
        """
        if actor.arn not in self._techniques:
            self._techniques[actor.arn] = tuple(
                each for each in known_ones if each.way == "assume" or self.permissions.could(actor, each.actions[0])
            )
        return self._techniques[actor.arn]

    def step(
        self,
        primitive: Primitive,
        actor: Caller,
        target: str,
        permissions: Iterable[Permission],
        *,
        via: str = "",
        seen: bool = True,
    ) -> Step:
        """Make a hop. It is potential if something was not seen, or the solver could not settle a question."""
        granted = list(permissions)
        certain = seen and not primitive.unseen and all(each.certain for each in granted)
        statements = tuple(dict.fromkeys(text for each in granted for text in each.statements))
        return Step(actor.handle, primitive.id, target, statements, via, "confirmed" if certain else "potential")

    def credentials_of(self, user: Caller) -> UserCredentials | None:
        """Return the credentials of a user, if the report tells them."""
        return self._credentials.get(user.name)

    def policy(self, held: Held) -> Policy | None:
        """Return the managed policy that a principal holds, if the account owns it."""
        try:
            found = self._policies.get(held.id)
        except UnknownAsked:
            return None
        return None if isinstance(found, Absent) or found.form is not PolicyForm.CUSTOMER_MANAGED else found

    def workloads(self, form: str) -> CarrierListing:
        """Return what runs with a role of its own; what was not read is an incomplete listing."""
        return self._workloads.get(form, CarrierListing(form, complete=False, carriers=()))

    def may_change(self, actor: Caller, action: str, resource: str, target: Caller | None) -> Permission | None:
        """Ask whether a principal may put or attach a policy that allows everything to another, or to a group."""
        boundary = ABSENT if target is None or target.boundary is None else fixed(target.boundary.id)
        keys = {"iam:permissionsboundary": boundary}
        for choice in self.leading_policies if action in _ATTACHING else ("",):
            named = {"iam:policyarn": fixed(choice)} if choice else {}
            found = self.permissions.may(actor, action, (resource,), keys={**keys, **named}, target=target)
            if found is not None:
                return found
        return None

    @cached_property
    def leading_policies(self) -> tuple[str, ...]:
        """The managed policies whose attachment makes an administrator: those of AWS, and a few of the account."""
        partition = self.stacks.access.scope.partition
        own = (
            policy.id
            for policy in until_unknown(self._policies)
            if policy.form is PolicyForm.CUSTOMER_MANAGED
            and why_unknown(policy.document) is None
            and policy.document
            and any(statement.allows_everything for statement in policy.document.statements)
        )
        several = tuple(dict.fromkeys(own))[:_LEADING_POLICIES]
        return (f"arn:{partition}:iam::aws:policy/AdministratorAccess", *several)

    def may_assume(self, actor: Caller, role: Caller) -> Permission | None:
        """Ask whether a principal may assume a role: by the role's trust and, where that delegates, by its own policies."""
        names = self._trusted_names(role)
        if names is not None and not names & self._own_names(actor):
            return None
        trust = self.stacks.trust(role, self.permissions.view)
        return self.permissions.may(actor, "sts:AssumeRole", (role.arn,), target=role, resource_policy=trust)

    def assumable(self, actor: Caller) -> frozenset[str]:
        """Return the ARNs of the roles whose trust policies may mean a principal; cheap, and too many."""
        if actor.arn not in self._assumable:
            trusting = (self._trusting_names.get(name, ()) for name in (*self._own_names(actor), ""))
            self._assumable[actor.arn] = frozenset(arn for arns in trusting for arn in arns)
        return self._assumable[actor.arn]

    @cached_property
    def _trusting_names(self) -> dict[str, list[str]]:
        """The ARNs of roles by each name that their trust policies have; by none those that name whom they do not trust."""
        found: dict[str, list[str]] = {}
        for role in self.roles:
            names = self._trusted_names(role)
            for name in ("",) if names is None else names:
                found.setdefault(name, []).append(role.arn)
        return found

    def _own_names(self, actor: Caller) -> frozenset[str]:
        if actor.arn not in self._own:
            self._own[actor.arn] = self._names_of(actor)
        return self._own[actor.arn]

    def _names_of(self, actor: Caller) -> frozenset[str]:
        scope = self.stacks.access.scope
        direct = {actor.arn, actor.unique_id, "*"} - {""}
        if self.permissions.could(actor, ("sts:AssumeRole",)):
            direct |= {scope.account, f"arn:{scope.partition}:iam::{scope.account}:root"}
        return frozenset(direct)

    def _trusted_names(self, role: Caller) -> frozenset[str] | None:
        """Return the AWS principals that a trust policy names; None if it names those whom it does not trust."""
        if role.arn not in self._names:
            self._names[role.arn] = _trusted_names(role)
        return self._names[role.arn]

    def trusts(self, role: Caller, service: str) -> bool:
        """Whether a role trusts a service, under some circumstances."""
        key = (role.arn, service)
        if key not in self._trusting:
            stack = Stack(resource=self.stacks.trust(role, self.permissions.view))
            shape = Shape(
                Principal(Kind.SERVICE, service),
                actions=("sts:AssumeRole",),
                resources=(role.arn,),
                resource_account=self.stacks.access.scope.account,
            )
            self._trusting[key] = self._names_service(role, service) and isinstance(find_request(stack, shape), Witness)
        return self._trusting[key]

    def _names_service(self, role: Caller, service: str) -> bool:
        if why_unknown(role.trust) is not None:
            return True
        statements = known(role.trust).allows if role.trust else ()
        return any(
            each.principals is None or each.principals.is_everyone or service in each.principals.service
            for each in statements
        )


def _trusted_names(role: Caller) -> frozenset[str] | None:
    if why_unknown(role.trust) is not None:
        return None
    elements = [statement.principals for statement in known(role.trust).allows] if role.trust else []
    if None in elements:
        return None
    return frozenset(
        name for each in elements if each is not None for name in (*each.aws, *(["*"] if each.anyone else []))
    )


def until_unknown(items: All[K]) -> Iterator[K]:
    """Yield what is known of a listing."""
    try:
        yield from items
    except UnknownAsked:
        return


def credentials_by_user(credentials: All[UserCredentials]) -> Mapping[str, UserCredentials]:
    """Return the rows of the credential report that are known, by name of the user."""
    return {each.id: each for each in until_unknown(credentials)}


def by_form(workloads: Workloads) -> Mapping[str, CarrierListing]:
    """Return the listings that are known, by what they list."""
    if why_unknown(workloads.listings) is not None:
        return {}
    return {each.form: each for each in known(workloads.listings)}
