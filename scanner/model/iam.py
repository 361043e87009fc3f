"""IAM kinds: principals, policies, instance profiles, identity providers and certificates, and what the account sets.

A principal carries the ids of its policies, managed (ARN) and inline alike; `All[Policy].get` finds each by that id.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

import msgspec

from scanner.model.account import Account
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe, Reason, UnknownAsked, Why, known, why_unknown
from scanner.model.policy import PolicyDocument

SERVICE_LINKED = "/aws-service-role/"
"""Path of the roles that services make and only they can change (IAM User Guide, "Service-linked roles")."""
IDENTITY_CENTER = "/aws-reserved/sso.amazonaws.com/"
"""Path of the roles that IAM Identity Center makes for its permission sets."""


class PolicyForm(StrEnum):
    """The three forms of an identity-based policy."""

    AWS_MANAGED = "aws-managed"
    CUSTOMER_MANAGED = "customer-managed"
    INLINE = "inline"


class PolicyVersion(msgspec.Struct, frozen=True):
    """One of up to five versions of a managed policy; those not in force can be put in force again."""

    id: str
    is_default: bool
    created: Maybe[datetime | Absent]
    document: Maybe[PolicyDocument | Absent]


class Policy(Resource, frozen=True, kw_only=True, eq=False):
    """An identity-based policy. Its id is its ARN, or for an inline one `user/alice/NAME` (`group/…`, `role/…`).

    Of the policies that AWS manages only those in use are listed. A document that AWS would not accept is unknown.
    """

    service: ClassVar[str] = "iam"
    noun: ClassVar[str] = "policy"
    regional: ClassVar[bool] = False

    form: PolicyForm
    path: Maybe[str | Absent]
    document: Maybe[PolicyDocument | Absent]
    """The version in force."""
    versions: Maybe[tuple[PolicyVersion, ...]]
    """Every version of a managed policy; none of an inline one."""
    holder: Maybe[str | Absent]
    """The principal that an inline policy is part of: `user/alice`."""
    attachments: Maybe[int]
    """How many users, groups and roles it is attached to; one for an inline policy."""
    boundary_uses: Maybe[int]
    """How many users and roles it is the permissions boundary of."""
    created: Maybe[datetime | Absent]
    updated: Maybe[datetime | Absent]

    @property
    def label(self) -> str:
        """The name it is known by, with its holder if it is part of one; the id where the name is not known."""
        if why_unknown(self.name) is not None or why_unknown(self.holder) is not None:
            return self.id
        return f"{self.name} of {self.holder}" if self.form is PolicyForm.INLINE else str(self.name)


class Principal(Resource, frozen=True, kw_only=True, eq=False):
    """What users, groups and roles share. The id is the name, which is unique in the account for its kind."""

    service: ClassVar[str] = "iam"
    regional: ClassVar[bool] = False

    unique_id: Maybe[str | Absent]
    """The generated id (AIDA…, AGPA…, AROA…), which a name that is used again does not inherit."""
    path: Maybe[str | Absent]
    created: Maybe[datetime | Absent]
    inline_policies: Maybe[tuple[str, ...]]
    """Ids of its inline policies."""
    attached_policies: Maybe[tuple[str, ...]]
    """ARNs of the managed policies attached to it."""

    @property
    def policy_ids(self) -> tuple[str, ...]:
        """The ids of its own policies, inline and attached."""
        return (*self.inline_policies, *self.attached_policies)

    @property
    def handle(self) -> str:
        """Kind and name as in its ARN without the path: `role/deploy`."""
        return f"{self.noun}/{self.id}"


class User(Principal, frozen=True, kw_only=True, eq=False):
    """A user of the account, with the groups (by name) whose policies are also its own."""

    noun: ClassVar[str] = "user"

    groups: Maybe[tuple[str, ...]]
    boundary: Maybe[str | Absent]
    """ARN of the permissions boundary."""


class Group(Principal, frozen=True, kw_only=True, eq=False):
    """A group of users."""

    noun: ClassVar[str] = "group"


class Role(Principal, frozen=True, kw_only=True, eq=False):
    """A role. `last_used` is absent if it was not used in the 400 days that AWS remembers."""

    noun: ClassVar[str] = "role"

    trust: Maybe[PolicyDocument | Absent]
    boundary: Maybe[str | Absent]
    last_used: Maybe[datetime | Absent]
    last_used_region: Maybe[str | Absent]
    instance_profiles: Maybe[tuple[str, ...]]
    """Names of the instance profiles that hold it."""

    @property
    def is_service_linked(self) -> bool:
        """Whether a service owns it, so that nobody else can change it."""
        return str(self.path).startswith(SERVICE_LINKED)

    @property
    def is_identity_center(self) -> bool:
        """Whether IAM Identity Center owns it."""
        return str(self.path).startswith(IDENTITY_CENTER)


class InstanceProfile(Resource, frozen=True, kw_only=True, eq=False):
    """What hands a role to EC2 instances; its id is its name."""

    service: ClassVar[str] = "iam"
    noun: ClassVar[str] = "instance profile"
    regional: ClassVar[bool] = False

    unique_id: Maybe[str | Absent]
    path: Maybe[str | Absent]
    roles: Maybe[tuple[str, ...]]


class VirtualMfaDevice(Resource, frozen=True, kw_only=True, eq=False):
    """A virtual MFA device; its id is its serial number, an ARN."""

    service: ClassVar[str] = "iam"
    noun: ClassVar[str] = "virtual MFA device"
    regional: ClassVar[bool] = False

    user: Maybe[str | Absent]
    """The user that it is assigned to."""
    of_root: Maybe[bool]
    """Whether it is assigned to the root user."""
    enabled: Maybe[datetime | Absent]


class ServerCertificate(Resource, frozen=True, kw_only=True, eq=False):
    """A TLS certificate kept in IAM; its id is its name."""

    service: ClassVar[str] = "iam"
    noun: ClassVar[str] = "server certificate"
    regional: ClassVar[bool] = False

    path: Maybe[str | Absent]
    uploaded: Maybe[datetime | Absent]
    expires: Maybe[datetime | Absent]


class SamlProvider(Resource, frozen=True, kw_only=True, eq=False):
    """An identity provider that signs people in by SAML 2.0; its id is its ARN."""

    service: ClassVar[str] = "iam"
    noun: ClassVar[str] = "SAML provider"
    regional: ClassVar[bool] = False

    valid_until: Maybe[datetime | Absent]


class OidcProvider(Resource, frozen=True, kw_only=True, eq=False):
    """An identity provider that speaks OpenID Connect; its id is its ARN, its name the issuer without `https://`."""

    service: ClassVar[str] = "iam"
    noun: ClassVar[str] = "OIDC provider"
    regional: ClassVar[bool] = False


class AccessKey(msgspec.Struct, frozen=True):
    """An access key as the credential report tells it: in which of two places, how old, when and where last used."""

    slot: int
    active: Maybe[bool]
    last_rotated: Maybe[datetime]
    """When it was made, or last made active or inactive."""
    last_used: Maybe[datetime | Absent]
    last_used_region: Maybe[str | Absent]
    last_used_service: Maybe[str | Absent]

    @property
    def last_seen(self) -> datetime:
        """When it was last used or, if it never was, rotated."""
        return _first(self.last_used, self.last_rotated)


class SigningCertificate(msgspec.Struct, frozen=True):
    """An X.509 signing certificate, as the credential report tells it."""

    slot: int
    active: Maybe[bool]
    last_rotated: Maybe[datetime | Absent]


class Credentials(Facet, frozen=True, kw_only=True, eq=False):
    """A row of the credential report (IAM User Guide, "Generate credential reports"): up to four hours old.

    `N/A` and `no_information` are absent; `not_supported` is unknown, for AWS does not say. Keys and certificates
    that do not exist are left out.
    """

    created: Maybe[datetime]
    password_enabled: Maybe[bool]
    password_last_used: Maybe[datetime | Absent]
    password_last_changed: Maybe[datetime | Absent]
    password_next_rotation: Maybe[datetime | Absent]
    mfa_active: Maybe[bool]
    access_keys: Maybe[tuple[AccessKey, ...]]
    certificates: Maybe[tuple[SigningCertificate, ...]]

    @property
    def active_keys(self) -> tuple[AccessKey, ...]:
        """The access keys that can be used."""
        return tuple(key for key in self.access_keys if key.active)

    @property
    def password_last_seen(self) -> datetime:
        """When the password was last used or, if it never was, set."""
        return _first(self.password_last_used, self.password_last_changed, self.created)


def _first(*times: Maybe[datetime | Absent]) -> datetime:
    """Return the first that is there. Raises `UnknownAsked` if one before it is unknown, or none is there."""
    for time in times:
        if not isinstance(time, Absent):
            return known(time)
    raise UnknownAsked(Why(Reason.UNRESOLVED, "the credential report holds none of the times asked for"))


class UserCredentials(Credentials, frozen=True, kw_only=True, eq=False):
    """The credentials of a user."""

    of: ClassVar[type[Resource]] = User


class KeyId(msgspec.Struct, frozen=True):
    """An access key by its id, when it was made, and whether it is active."""

    id: str
    created: datetime
    active: bool


class UserAccessKeys(Facet, frozen=True, kw_only=True, eq=False):
    """The ids of a user's access keys, which the credential report does not tell (ListAccessKeys)."""

    of: ClassVar[type[Resource]] = User

    keys: Maybe[tuple[KeyId, ...]]


class RootCredentials(Credentials, frozen=True, kw_only=True, eq=False):
    """The credentials of the root user."""

    of: ClassVar[type[Resource]] = Account


class AccountSummary(Facet, frozen=True, kw_only=True, eq=False):
    """What GetAccountSummary counts of the account as it is now; `entries` holds all of it.

    The root user has a password unless AWS says otherwise: only an organization can take it away.
    """

    of: ClassVar[type[Resource]] = Account

    root_mfa: Maybe[bool]
    root_access_keys: Maybe[bool]
    root_password: Maybe[bool]
    root_certificates: Maybe[bool]
    entries: Maybe[dict[str, int]]


class PasswordPolicy(Facet, frozen=True, kw_only=True, eq=False):
    """What passwords of users must be; where the account sets none, what AWS demands by default (`custom` is false).

    Ages are in days; absent means that passwords do not expire, or may be used again.
    """

    of: ClassVar[type[Resource]] = Account

    custom: Maybe[bool]
    minimum_length: Maybe[int]
    require_uppercase: Maybe[bool]
    require_lowercase: Maybe[bool]
    require_numbers: Maybe[bool]
    require_symbols: Maybe[bool]
    reuse_prevention: Maybe[int | Absent]
    max_age: Maybe[int | Absent]
    hard_expiry: Maybe[bool]
    users_may_change: Maybe[bool]
