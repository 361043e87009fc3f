"""The callers that a resource owner does not know, as shapes of requests.

A stranger's identifiers (account, organization, VPC, bucket, identity provider's application) are fresh: equal to none
that a policy spells out, but whatever its wildcards let through. Consistency: an anonymous request has no
``aws:Principal*`` keys but a type and the account ``anonymous``; ``aws:SourceArn`` and its kin come with calls by
services only; a request has a source address or comes through a VPC endpoint, never both. Source: IAM User Guide, "AWS
global condition context keys".
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import chain
from typing import Final

import msgspec

from scanner.model.policy import PolicyDocument
from scanner.reason.access.canonicalusers import NONE_OF_THEM
from scanner.reason.access.conditions import ARN_FIELDS
from scanner.reason.access.glob import Tokens, literal, wildcards
from scanner.reason.access.keys import ABSENT, Domain, fixed
from scanner.reason.access.principal import ANONYMOUS, Kind, Principal
from scanner.reason.access.words import Union


class Archetype(StrEnum):
    """The kinds of strangers; the first four are nobody in particular."""

    ANONYMOUS = "anonymous"
    ANY_ACCOUNT = "any-account"
    FEDERATED = "federated"
    ANY_SERVICE = "any-service"
    EXTERNAL_ACCOUNT = "external-account"
    CONFUSED_DEPUTY = "confused-deputy"


class Stranger(msgspec.Struct, frozen=True):
    """A caller, what its condition keys may be, and who it is in words."""

    archetype: Archetype
    who: str
    principal: Principal
    keys: Mapping[str, Domain]
    families: Mapping[str, Domain] = msgspec.field(default_factory=dict)


PRIVATE_ADDRESSES: Final = (
    *("10.*", "127.*", "169.254.*", "192.168.*", "fc*", "fd*", "fe80:*"),
    *(f"172.{second}.*" for second in range(16, 32)),
)
_INTERNET_ADDRESS: Final = "198.51.100.7"
_ACCOUNT_DIGITS: Final = 12
_BOOLEAN: Final = Union((literal("true"), literal("false")))
_ACCOUNT_ID: Final = Union((wildcards("?" * _ACCOUNT_DIGITS),))


class Spelled(msgspec.Struct, frozen=True):
    """The values that policies compare each condition key (in lower case) with."""

    values: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, policies: Iterable[PolicyDocument]) -> "Spelled":
        """Collect them from all statements."""
        found: dict[str, dict[str, None]] = {}
        for statement in chain.from_iterable(policy.statements for policy in policies):
            for condition in statement.conditions:
                found.setdefault(condition.key.lower(), {}).update(dict.fromkeys(condition.values))
        return cls({key: tuple(values) for key, values in found.items()})

    def under(self, key: str) -> tuple[str, ...]:
        """Give the values compared with a key."""
        return self.values.get(key, ())

    def fresh(self, key: str, *within: Union, owned: Iterable[Tokens] = (), may_be_absent: bool = True) -> Domain:
        """Give the values that are none of those spelled out, nor match one that is ``owned``."""
        plain = tuple(literal(value) for value in self.under(key) if not has_wildcard(value))
        unions = [*within, *([Union(plain, inside=False)] if plain else [])]
        if patterns := tuple(owned):
            unions.append(Union(patterns, inside=False))
        return Domain(may_be_absent=may_be_absent, unions=tuple(unions))


def has_wildcard(value: str) -> bool:
    """Whether a value holds a wildcard character."""
    return "*" in value or "?" in value


def internet(spelled: Spelled) -> dict[str, Domain]:
    """Give the keys of a request that comes from a public address."""
    public = Union(tuple(wildcards(each) for each in PRIVATE_ADDRESSES), inside=False)
    address = Domain(may_be_absent=False, unions=(public,), usual=(_INTERNET_ADDRESS,))
    return {
        "aws:sourceip": address,
        **dict.fromkeys(
            (
                "aws:sourcevpc",
                "aws:sourcevpce",
                "aws:vpcsourceip",
                "aws:sourcevpcarn",
                "aws:vpceaccount",
                "aws:vpceorgid",
                "aws:vpceorgpaths",
            ),
            ABSENT,
        ),
        **_always(spelled),
    }


def endpoint(spelled: Spelled) -> dict[str, Domain]:
    """Give the keys of a request that comes through a VPC endpoint of the stranger."""
    return {
        "aws:sourceip": ABSENT,
        "aws:sourcevpc": spelled.fresh("aws:sourcevpc", Union((wildcards("vpc-*"),)), may_be_absent=False),
        "aws:sourcevpce": spelled.fresh("aws:sourcevpce", Union((wildcards("vpce-*"),)), may_be_absent=False),
        "aws:sourcevpcarn": spelled.fresh("aws:sourcevpcarn", owned=_with_fixed_account(spelled, "aws:sourcevpcarn")),
        "aws:vpceaccount": spelled.fresh("aws:vpceaccount", _ACCOUNT_ID),
        "aws:vpceorgid": _organization(spelled, "aws:vpceorgid"),
        "aws:vpceorgpaths": _organization_paths(spelled, "aws:vpceorgpaths"),
        **_always(spelled),
    }


def _always(spelled: Spelled) -> dict[str, Domain]:
    """Give the keys that every stranger has alike."""
    return {
        "aws:securetransport": Domain(may_be_absent=False, unions=(_BOOLEAN,), usual=("true",)),
        "aws:sourceowner": spelled.fresh("aws:sourceowner", _ACCOUNT_ID),
        "s3:dataaccesspointaccount": spelled.fresh("s3:dataaccesspointaccount", _ACCOUNT_ID),
        "s3:dataaccesspointarn": spelled.fresh(
            "s3:dataaccesspointarn", owned=_with_fixed_account(spelled, "s3:dataaccesspointarn")
        ),
        "lambda:eventsourcetoken": spelled.fresh("lambda:eventsourcetoken"),
    }


def _not_a_service() -> dict[str, Domain]:
    names = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")
    services = ("aws:principalservicename", "aws:principalservicenameslist")
    return dict.fromkeys((*names, *services), ABSENT)


def anonymous(transport: Mapping[str, Domain]) -> Stranger:
    """Give the caller without credentials."""
    absent = (
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalarn",
        "aws:username",
        "aws:principalisawsservice",
        "kms:calleraccount",
        "aws:tokenissuetime",
        "aws:multifactorauthpresent",
        "aws:multifactorauthage",
        "aws:federatedprovider",
        "sts:externalid",
    )
    keys = {**transport, **_not_a_service(), **dict.fromkeys(absent, ABSENT)}
    families = {"aws:principaltag/": ABSENT}
    return Stranger(Archetype.ANONYMOUS, "anyone, without credentials", ANONYMOUS, keys, families)


def accounts(spelled: Spelled, transport: Mapping[str, Domain], known: frozenset[str]) -> Iterator[Stranger]:
    """Give users and roles of accounts that nobody knows, also such as wildcards in the policy let through."""
    keys = {
        **transport,
        **_not_a_service(),
        "aws:principalorgid": _organization(spelled, "aws:principalorgid"),
        "aws:principalorgpaths": _organization_paths(spelled, "aws:principalorgpaths"),
        "aws:userid": spelled.fresh("aws:userid", owned=_with_fixed_prefix(spelled, "aws:userid"), may_be_absent=False),
    }
    for principal in dict.fromkeys(_unknown_principals(spelled, known)):
        nobody_named = msgspec.structs.replace(principal, canonical_user=NONE_OF_THEM)
        yield Stranger(Archetype.ANY_ACCOUNT, "any AWS account", nobody_named, keys)


def _unknown_principals(spelled: Spelled, known: frozenset[str]) -> Iterator[Principal]:
    named = known | {value for values in spelled.values.values() for value in values}
    fresh = next(account for number in range(10**11) if (account := f"{999_900_000_000 + number}") not in named)
    yield user_of(fresh)
    yield role_of(fresh)
    for value in spelled.under("aws:principalaccount"):
        if has_wildcard(value) and (account := _filled_account(value, named)):
            yield user_of(account)
            yield role_of(account)
    for value in spelled.under("aws:principalarn"):
        fields = value.split(":", ARN_FIELDS - 1)
        if len(fields) == ARN_FIELDS and (has_wildcard(fields[4])):
            account = _filled_account(fields[4], named) or fresh
            kind, _, name = fields[5].replace("*", "x").replace("?", "x").partition("/")
            partition = fields[1] if not has_wildcard(fields[1]) else "aws"
            if kind in {"user", "role"} and name:
                arn = f"arn:{partition}:iam::{account}:{kind}/{name}"
                yield Principal(Kind(kind), arn, account, name.rpartition("/")[2])


def _filled_account(pattern: str, named: frozenset[str]) -> str:
    """Fill an account pattern up to an id that is not known; empty if there is none of twelve digits."""
    for digit in "9876543210":
        filled = pattern.replace("?", digit)
        missing = _ACCOUNT_DIGITS - len(filled.replace("*", ""))
        account = filled.replace("*", digit * max(missing, 0), 1).replace("*", "")
        if len(account) == _ACCOUNT_DIGITS and account.isdigit() and account not in named:
            return account
    return ""


def user_of(account: str, partition: str = "aws") -> Principal:
    """Give a user of an account."""
    return Principal(Kind.USER, f"arn:{partition}:iam::{account}:user/stranger", account, "stranger")


def role_of(account: str, partition: str = "aws") -> Principal:
    """Give a role of an account."""
    return Principal(Kind.ROLE, f"arn:{partition}:iam::{account}:role/stranger", account, "stranger")


def services(names: Iterable[str], spelled: Spelled, *, is_named: bool) -> Iterator[Stranger]:
    """Give services that act for an account that nobody knows.

    Such a call tells for which account it is made (assumption: services that do not tell act for nobody else).
    """
    arn = Union((wildcards("arn:*:*:*:*:*"),), arn=True)
    keys = {
        **internet(spelled),
        "aws:sourceip": ABSENT,
        "aws:sourcearn": spelled.fresh("aws:sourcearn", arn, owned=_with_fixed_account(spelled, "aws:sourcearn")),
        "aws:sourceaccount": spelled.fresh("aws:sourceaccount", _ACCOUNT_ID, may_be_absent=False),
        "aws:sourceorgid": _organization(spelled, "aws:sourceorgid"),
        "aws:sourceorgpaths": _organization_paths(spelled, "aws:sourceorgpaths"),
        **dict.fromkeys(
            (
                "aws:principalorgid",
                "aws:principalorgpaths",
                "aws:principalarn",
                "aws:principalaccount",
                "kms:calleraccount",
                "aws:userid",
                "aws:username",
            ),
            ABSENT,
        ),
    }
    archetype = Archetype.CONFUSED_DEPUTY if is_named else Archetype.ANY_SERVICE
    for name in names:
        who = f"{name if is_named else 'any AWS service'} acting for any account"
        yield Stranger(archetype, who, Principal(Kind.SERVICE, name), keys, {"aws:principaltag/": ABSENT})


def _organization(spelled: Spelled, key: str) -> Domain:
    return spelled.fresh(key, Union((wildcards("o-*"),)))


def _organization_paths(spelled: Spelled, key: str) -> Domain:
    owned = {value.partition("/")[0] for value in spelled.under(key)}
    prefixes = (wildcards(f"{organization}/*") for organization in sorted(owned) if not has_wildcard(organization))
    domain = spelled.fresh(key, Union((wildcards("o-*/*"),)), owned=prefixes)
    return msgspec.structs.replace(domain, many=True)


def _with_fixed_account(spelled: Spelled, key: str) -> Iterator[Tokens]:
    for value in spelled.under(key):
        fields = value.split(":", ARN_FIELDS - 1)
        if len(fields) == ARN_FIELDS and fields[4] and not has_wildcard(fields[4]):
            yield wildcards(f"arn:*:*:*:{fields[4]}:*")


def _with_fixed_prefix(spelled: Spelled, key: str) -> Iterator[Tokens]:
    for value in spelled.under(key):
        identifier = value.partition(":")[0]
        if identifier.startswith(("AROA", "AIDA")) and not has_wildcard(identifier):
            yield wildcards(f"{identifier}*")


def organization_members(spelled: Spelled, own: str) -> Iterator[Stranger]:
    """Give members of other organizations that a policy names; without an own one, the one named is taken for it."""
    for name in spelled.under("aws:principalorgid"):
        if own and name != own and not has_wildcard(name):
            for stranger in accounts(spelled, internet(spelled), frozenset()):
                keys = {**stranger.keys, "aws:principalorgid": fixed(name)}
                who = f"any account of organization {name}"
                yield Stranger(Archetype.EXTERNAL_ACCOUNT, who, stranger.principal, keys)


def external(principal: Principal, organization: str) -> Stranger:
    """Give a caller that a policy means, of an account that is not known.

    Its network and identifiers may be whatever the policy asks for, but it is not of the owner's ``organization``.
    """
    own = Union((literal(organization),), inside=False)
    keys = {
        **_not_a_service(),
        "aws:sourceip": Domain(usual=(_INTERNET_ADDRESS,)),
        "aws:securetransport": Domain(may_be_absent=False, unions=(_BOOLEAN,), usual=("true",)),
        **({"aws:principalorgid": Domain(unions=(own,))} if organization else {}),
    }
    return Stranger(Archetype.EXTERNAL_ACCOUNT, f"account {principal.account}", principal, keys)
