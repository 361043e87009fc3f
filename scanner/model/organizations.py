"""AWS Organizations as an account sees it: whether it is a member, where it hangs, and the policies that bear on it."""

from enum import StrEnum
from typing import ClassVar

from scanner.model.account import Account
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class ControlForm(StrEnum):
    """The policy types of an organization that take part in authorization."""

    SERVICE = "SERVICE_CONTROL_POLICY"
    RESOURCE = "RESOURCE_CONTROL_POLICY"


class OrganizationMembership(Facet, frozen=True, kw_only=True, eq=False):
    """The organization that an account belongs to (DescribeOrganization, which every member may call)."""

    of: ClassVar[type[Resource]] = Account

    organization: Maybe[str | Absent]
    """The id `o-…`; absent if the account is in no organization."""
    management_account: Maybe[str | Absent]
    all_features: Maybe[bool]
    """Whether the organization can have control policies at all, rather than shared bills alone."""


class OrganizationParent(Facet, frozen=True, kw_only=True, eq=False):
    """A step of the way from an account up to the root (ListParents); each account has one row for each step."""

    of: ClassVar[type[Resource]] = Account

    parent: Maybe[str]
    """The id of a root (`r-…`) or an organizational unit (`ou-…`)."""
    is_root: Maybe[bool]
    height: Maybe[int]
    """How many steps above the account; the first is 1."""


class ControlPolicyListing(Facet, frozen=True, kw_only=True, eq=False):
    """Whether the control policies of one form can be seen from an account: only by managers of the organization."""

    of: ClassVar[type[Resource]] = Account

    form: Maybe[ControlForm]
    visible: Maybe[bool]


class ControlPolicy(Resource, frozen=True, kw_only=True, eq=False):
    """A service control policy or a resource control policy; its id is `p-…`."""

    service: ClassVar[str] = "organizations"
    noun: ClassVar[str] = "control policy"
    regional: ClassVar[bool] = False

    form: ControlForm
    aws_managed: Maybe[bool]


class ControlPolicyDocument(Facet, frozen=True, kw_only=True, eq=False):
    """What a control policy says (DescribePolicy)."""

    of: ClassVar[type[Resource]] = ControlPolicy

    document: Maybe[PolicyDocument | Absent]


class ControlPolicyTargets(Facet, frozen=True, kw_only=True, eq=False):
    """The roots, organizational units and accounts that a control policy is attached to (ListTargetsForPolicy)."""

    of: ClassVar[type[Resource]] = ControlPolicy

    targets: Maybe[tuple[str, ...]]
