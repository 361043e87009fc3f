"""Derived kinds of access: the policies that bear on each principal of an account, and ways to administrator."""

from typing import Any, ClassVar, Literal, TypeAlias

import msgspec

from scanner.model.account import Account
from scanner.model.iam import Policy, Role, User
from scanner.model.kind import Facet, Resource, Tags
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class Held(msgspec.Struct, frozen=True, eq=False):
    """A policy as it bears on a principal. Its id is the policy's (`arn:…`, `role/x/NAME`); names are for messages."""

    id: str
    name: str
    document: Maybe[PolicyDocument | Absent]


class Caller(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A user or role, with everything in its account that says what it may do."""

    handle: str
    """Kind and name: `role/deploy`."""
    arn: str
    unique_id: str
    tags: Maybe[Tags]
    groups: tuple[str, ...]
    policies: tuple[Held, ...]
    """Inline, attached and those of its groups."""
    boundary: Held | None
    trust: Maybe[PolicyDocument | Absent]
    """Who may become it; absent for users."""
    has_instance_profile: bool
    """Whether an instance profile holds the role."""
    is_locked: bool
    """Whether only a service or IAM Identity Center can change it."""

    @property
    def is_role(self) -> bool:
        """Whether it is a role rather than a user."""
        return self.handle.startswith("role/")

    @property
    def name(self) -> str:
        """The name without its kind."""
        return self.handle.partition("/")[2]


Level: TypeAlias = tuple[Held, ...]


class PoliciesAbove(Facet, frozen=True, kw_only=True, eq=False):
    """The control policies that bear on an account, by level, root first; none of a level where none is visible."""

    of: ClassVar[type[Resource]] = Account

    organization: Maybe[str]
    """Empty if it is in none, or none is visible; the same holds of its management account."""
    management_account: Maybe[str]
    scps: Maybe[tuple[Level, ...]]
    rcps: Maybe[tuple[Level, ...]]
    given: Maybe[tuple[str, ...]]
    """What every answer rests on because it could not be seen."""


class AccountAccess(Facet, frozen=True, kw_only=True, eq=False):
    """Who is there in an account, and which policies bear on each (IAM User Guide, "Policy evaluation logic")."""

    of: ClassVar[type[Resource]] = Account

    callers: Maybe[tuple[Caller, ...]]
    groups: Maybe[tuple[tuple[str, tuple[Held, ...]], ...]]
    """Each group's ARN with its policies, for those who can join it."""
    unread: Maybe[tuple[str, ...]]
    """Why there may be principals that are not known."""
    above: Maybe[PoliciesAbove]


class Carrier(msgspec.Struct, frozen=True):
    """Something that runs with a role: a function, an instance, a stack."""

    arn: str
    role: str
    """ARN of the role."""


class CarrierListing(msgspec.Struct, frozen=True):
    """All carriers of a form; if not `complete` there may be more."""

    form: str
    complete: bool
    carriers: tuple[Carrier, ...]


class CarrierListings(Facet, frozen=True, kw_only=True, eq=False):
    """What runs in an account with a role of its own. A form that is not listed was not asked for."""

    listings: Maybe[tuple[CarrierListing, ...]]


class MachineWorkloads(CarrierListings, frozen=True, kw_only=True, eq=False):
    """Instances, what makes them and what manages them."""

    of: ClassVar[type[Resource]] = Account


class ContainerWorkloads(CarrierListings, frozen=True, kw_only=True, eq=False):
    """Containers of ECS, Batch and App Runner."""

    of: ClassVar[type[Resource]] = Account


class ServiceWorkloads(CarrierListings, frozen=True, kw_only=True, eq=False):
    """Functions, stacks, builds, jobs, state machines, and pools that hand out roles."""

    of: ClassVar[type[Resource]] = Account


class StudioWorkloads(CarrierListings, frozen=True, kw_only=True, eq=False):
    """Notebooks, studios, and what runs code for agents."""

    of: ClassVar[type[Resource]] = Account


class Workloads(CarrierListings, frozen=True, kw_only=True, eq=False):
    """All of these together."""

    of: ClassVar[type[Resource]] = Account


OUTSIDE = "outside: "
"""What the start of a path from outside of the account begins with; who it is follows."""


class Step(msgspec.Struct, frozen=True):
    """One hop: who does what by which technique to become whom, by which statements."""

    actor: str
    technique: str
    target: str
    """A principal's handle, or `admin`."""
    statements: tuple[str, ...]
    via: str = ""
    """The thing in between: a function, an instance, the service that a role is passed to."""
    status: Literal["confirmed", "potential"] = "confirmed"


class EscalationPath(msgspec.Struct, frozen=True):
    """The shortest way from a principal (or an outsider) to unrestricted access; no hops if it has that already."""

    start: str
    steps: tuple[Step, ...]

    @property
    def status(self) -> Literal["confirmed", "potential"]:
        """Confirmed if every hop is."""
        return "confirmed" if all(step.status == "confirmed" for step in self.steps) else "potential"

    @property
    def described(self) -> str:
        """The hops in words."""
        return ", then ".join(
            f"{step.technique}{f' ({step.via})' if step.via else ''} to {step.target}" for step in self.steps
        )

    @property
    def is_from_outside(self) -> bool:
        """Whether it starts at somebody who is no principal of the account."""
        return self.start.startswith(OUTSIDE)


class EscalationSearch(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: the search for ways to administrator in an account, done once for all questions about it."""

    of: ClassVar[type[Resource]] = Account

    examination: Maybe[Any]
    """Opaque but to `scanner.reason`."""


class Escalation(Facet, frozen=True, kw_only=True, eq=False):
    """The principals of an account that are, or can become, administrator: each with its shortest path."""

    of: ClassVar[type[Resource]] = Account

    paths: Maybe[tuple[EscalationPath, ...]]
    undecided: Maybe[tuple[tuple[str, str], ...]]
    """Handles of principals for which unknown policies may matter, with the reason."""


class PrincipalEscalation(Facet, frozen=True, kw_only=True, eq=False):
    """What the search found for one principal."""

    path: Maybe[EscalationPath | Absent]


class UserEscalation(PrincipalEscalation, frozen=True, kw_only=True, eq=False):
    """The way of a user to administrator."""

    of: ClassVar[type[Resource]] = User


class RoleEscalation(PrincipalEscalation, frozen=True, kw_only=True, eq=False):
    """The way of a role to administrator."""

    of: ClassVar[type[Resource]] = Role


class PolicyPowers(Facet, frozen=True, kw_only=True, eq=False):
    """What a policy by itself allows of sensitive actions on resources of any name, to any caller without conditions.

    Statements that allow every action are left out: that is a defect of its own.
    """

    of: ClassVar[type[Resource]] = Policy

    reads_data: Maybe[tuple[str, ...]]
    """Actions that give away the content of what is stored."""
    gives_credentials: Maybe[tuple[str, ...]]
    """Actions that give credentials of others, or let one act as them."""
    shares: Maybe[tuple[str, ...]]
    """Actions that open resources to other accounts or to everyone."""
    writes: Maybe[tuple[str, ...]]
    """Actions, as the policy writes them (`s3:Put*`), that change things which could be named instead."""
