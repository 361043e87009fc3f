"""The account itself, its regions and its organization: resources too, for "no trail" is a failure of theirs."""

from typing import ClassVar

from scanner.model.kind import Api, Facet, Resource, Scope
from scanner.model.maybe import ABSENT, Absent, Maybe


class Account(Resource, frozen=True, kw_only=True, eq=False):
    """An AWS account; its id is the twelve digits."""

    service: ClassVar[str] = "account"
    noun: ClassVar[str] = "account"
    regional: ClassVar[bool] = False


class AccountRegion(Resource, frozen=True, kw_only=True, eq=False):
    """One region of an account; its id is the region's name. Failures of regional settings are its own."""

    service: ClassVar[str] = "account"
    noun: ClassVar[str] = "region"


class AlternateContact(Facet, frozen=True, kw_only=True, eq=False):
    """What the fields of every alternate contact are (Account Management API, GetAlternateContact)."""

    of: ClassVar[type[Resource]] = Account

    email: Maybe[str | Absent]
    phone: Maybe[str | Absent]


class SecurityContact(AlternateContact, frozen=True, kw_only=True, eq=False):
    """Whom AWS tells of abuse and security events."""


class BillingContact(AlternateContact, frozen=True, kw_only=True, eq=False):
    """Whom AWS tells of invoices and payments."""


class OperationsContact(AlternateContact, frozen=True, kw_only=True, eq=False):
    """Whom AWS tells of outages and maintenance."""


class PrimaryContact(Facet, frozen=True, kw_only=True, eq=False):
    """The person or company that owns the account (GetContactInformation)."""

    of: ClassVar[type[Resource]] = Account

    full_name: Maybe[str | Absent]
    phone: Maybe[str | Absent]


def account_of(scope: Scope) -> Account:
    """Return the account that a scope lies in."""
    whole = scope.account_wide()
    return Account(
        scope=whole,
        id=scope.account,
        origin=Api("sts:GetCallerIdentity", whole),
        arn=f"arn:{scope.partition}:iam::{scope.account}:root",
        name=ABSENT,
        tags={},
    )


def region_of(scope: Scope) -> AccountRegion:
    """Return the region that a regional scope lies in."""
    return AccountRegion(
        scope=scope, id=scope.region, origin=Api("ec2:DescribeRegions", scope), arn=ABSENT, name=ABSENT, tags={}
    )
