"""Who makes a request, and how far a Principal element reaches it.

Source: IAM User Guide, "AWS JSON policy elements: Principal", "… NotPrincipal", "Policy evaluation logic" and the table
"Principal key values" of "IAM policy elements: Variables and tags".
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Final

import msgspec

from scanner.model.policy import Principals
from scanner.reason.access.errors import MalformedRequest

_ARN_FIELDS: Final = 6
_ACCOUNT_DIGITS: Final = 12
SERVICE_LINKED_PREFIX: Final = "AWSServiceRoleFor"


class Kind(StrEnum):
    """The types of principal that policy evaluation tells apart."""

    USER = "user"
    ROLE = "role"
    SESSION = "role-session"
    FEDERATED_USER = "federated-user"
    ROOT = "root"
    SERVICE = "service"
    FEDERATED = "federated"
    ANONYMOUS = "anonymous"


class Reach(IntEnum):
    """What an Allow of a resource-based policy means for a principal, weakest first.

    ``ACCOUNT`` delegates to the principal's account, ``CAPPED`` grants to the role (boundary and session policies still
    cap it), ``DIRECT`` grants to the user or session itself, or to everyone.
    """

    NONE = 0
    ACCOUNT = 1
    CAPPED = 2
    DIRECT = 3


class Principal(msgspec.Struct, frozen=True):
    """A caller.

    ``name`` is the ARN, the service principal or the identity provider; ``account`` is the caller's account, or empty
    where it has none; ``entity`` is the user or role name. ``canonical_user`` is the account's canonical user id, None
    where it is not known, empty where it is known to be none that a policy names.
    """

    kind: Kind
    name: str = ""
    account: str = ""
    entity: str = ""
    canonical_user: str | None = None

    @property
    def in_account(self) -> bool:
        """Whether identity policies and service control policies apply to it."""
        return self.kind not in {Kind.SERVICE, Kind.FEDERATED, Kind.ANONYMOUS}

    @property
    def partition(self) -> str:
        """The partition of its ARN; ``aws`` if it has no ARN."""
        return self.name.split(":", 2)[1] if self.name.startswith("arn:") else "aws"

    @property
    def is_service_linked(self) -> bool:
        """Whether it is (a session of) a service-linked role: by its path, or in a session ARN by its name."""
        match self.kind:
            case Kind.ROLE:
                return ":role/aws-service-role/" in self.name
            case Kind.SESSION:
                return self.entity.startswith(SERVICE_LINKED_PREFIX)
            case _:
                return False

    @property
    def role_arn(self) -> str:
        """The ARN of its role; that of a session has no path, for a session ARN does not show it."""
        if self.kind is Kind.SESSION:
            return f"arn:{self.partition}:iam::{self.account}:role/{self.entity}"
        return self.name if self.kind is Kind.ROLE else ""


ANONYMOUS: Final = Principal(Kind.ANONYMOUS)


def parse_principal(written: str | Mapping[str, object], account: str | None = None) -> Principal:
    """Read a caller.

    It is an ARN, an account id (its root user), ``*``, ``anonymous``, ``{"service": …}`` or ``{"federated": …}``.
    Raises MalformedRequest for anything else, and when ``account`` contradicts the ARN.
    """
    if isinstance(written, Mapping):
        return _typed_principal(written)
    if written in {"*", "anonymous"}:
        return ANONYMOUS
    if len(written) == _ACCOUNT_DIGITS and written.isascii() and written.isdigit():
        written = f"arn:aws:iam::{written}:root"
    principal = _from_arn(written)
    if account and principal.account != account:
        raise MalformedRequest(f"principal_account: {account} is not the account of {written}")
    return principal


def _typed_principal(written: Mapping[str, object]) -> Principal:
    match [(kind.lower(), name) for kind, name in written.items()]:
        case [("service", str(name))]:
            return Principal(Kind.SERVICE, name)
        case [("federated", str(name))]:
            return Principal(Kind.FEDERATED, name)
        case [("aws", str(name))]:
            return parse_principal(name)
        case _:
            raise MalformedRequest("principal: is not one of service, federated and aws with a text")


def _from_arn(arn: str) -> Principal:
    fields = arn.split(":", _ARN_FIELDS - 1)
    if len(fields) == _ARN_FIELDS and fields[0] == "arn":
        _, _, service, _, account, resource = fields
        kind, _, rest = resource.partition("/")
        entity = rest.rpartition("/")[2]
        match service, kind:
            case "iam", "root" if not rest:
                return Principal(Kind.ROOT, arn, account)
            case "iam", "user" if entity:
                return Principal(Kind.USER, arn, account, entity)
            case "iam", "role" if entity:
                return Principal(Kind.ROLE, arn, account, entity)
            case "sts", "assumed-role" if entity and "/" in rest:
                return Principal(Kind.SESSION, arn, account, rest.split("/", 1)[0])
            case "sts", "federated-user" if entity:
                return Principal(Kind.FEDERATED_USER, arn, account, rest)
            case "iam", "saml-provider" | "oidc-provider" if entity:
                return Principal(Kind.FEDERATED, arn, account)
            case _:
                pass
    raise MalformedRequest(f"principal: {arn!r} is not the ARN of a principal")


def reach(element: Principals, principal: Principal, user_id: str = "", role_arn: str = "") -> Reach:
    """Say how a Principal element reaches a caller.

    ``user_id`` (``aws:userid``) and ``role_arn`` (``aws:PrincipalArn``) sharpen the match where they were told.
    A CanonicalUser is an account; it matches no caller whose account's canonical user id is not known.
    """
    if element.is_everyone:
        return Reach.DIRECT
    match principal.kind:
        case Kind.ANONYMOUS:
            return Reach.NONE
        case Kind.SERVICE:
            return Reach.DIRECT if _is_listed(principal.name, element.service) else Reach.NONE
        case Kind.FEDERATED:
            return Reach.DIRECT if _is_listed(principal.name, element.federated) else Reach.NONE
        case _:
            named = max((_reach_of(name, principal, user_id, role_arn) for name in element.aws), default=Reach.NONE)
            return max(named, Reach.ACCOUNT) if _is_canonical_user(element, principal) else named


def _is_canonical_user(element: Principals, principal: Principal) -> bool:
    """Whether the caller's account is named by its canonical user id."""
    return bool(principal.canonical_user) and principal.canonical_user in element.canonical_user


def _is_listed(name: str, listed: tuple[str, ...]) -> bool:
    """Whether a service or provider is named; a bare ``*`` is taken for all of its type (assumption)."""
    return name in listed or "*" in listed


def _reach_of(name: str, principal: Principal, user_id: str, role_arn: str) -> Reach:
    if is_account(name, principal.account):
        return Reach.ACCOUNT
    if name == principal.name:
        return Reach.CAPPED if principal.kind is Kind.ROLE else Reach.DIRECT
    if names_role(name, principal, role_arn):
        return Reach.CAPPED
    if user_id and name.startswith(("AIDA", "AROA")) and user_id.split(":", 1)[0] == name:
        return Reach.DIRECT if principal.kind is Kind.USER else Reach.CAPPED
    return Reach.NONE


def is_account(name: str, account: str) -> bool:
    """Whether a principal text is this account: its id, or the ARN of its root."""
    return bool(account) and (name == account or (name.startswith("arn:") and name.endswith(f":iam::{account}:root")))


def names_role(name: str, principal: Principal, role_arn: str = "") -> bool:
    """Whether a principal text is the role of a session.

    A session ARN hides the role's path. Role names are unique in an account, so the name decides, unless the request
    tells the role's ARN.
    """
    if principal.kind is not Kind.SESSION:
        return False
    if ":role/" in role_arn:
        return name == role_arn
    stem = f"arn:{principal.partition}:iam::{principal.account}:role/"
    return name.startswith(stem) and name.rpartition("/")[2] == principal.entity


def escapes_deny(element: Principals, principal: Principal, *, has_boundary: bool, role_arn: str = "") -> bool:
    """Whether a Deny with this NotPrincipal element spares a caller.

    Every element of the chain must be listed: the account, then the user, or the role and the session. A caller that
    has a permissions boundary is never spared.
    """
    if element.is_everyone:
        return True
    match principal.kind:
        case Kind.ANONYMOUS:
            return False
        case Kind.SERVICE:
            return _is_listed(principal.name, element.service)
        case Kind.FEDERATED:
            return _is_listed(principal.name, element.federated)
        case Kind.ROOT:
            return _lists_account(element, principal)
        case _:
            listed = (
                _lists_account(element, principal),
                principal.name in element.aws,
                principal.kind is not Kind.SESSION
                or any(names_role(name, principal, role_arn) for name in element.aws),
            )
            return not has_boundary and all(listed)


def _lists_account(element: Principals, principal: Principal) -> bool:
    named = any(is_account(name, principal.account) for name in element.aws)
    return named or _is_canonical_user(element, principal)


def derived_keys(principal: Principal) -> dict[str, tuple[str, ...]]:
    """Give the condition keys that follow from who calls, in lower case.

    Unique ids, tags and the organization do not follow and are never made up. An anonymous request has no
    ``aws:Principal*`` keys but PrincipalType and PrincipalAccount, of which AWS documents values.
    """
    match principal.kind:
        case Kind.ANONYMOUS:
            return {
                "aws:principaltype": ("Anonymous",),
                "aws:principalaccount": ("anonymous",),
                "aws:userid": ("anonymous",),
            }
        case Kind.SERVICE:
            return {
                "aws:principalisawsservice": ("true",),
                "aws:principalservicename": (principal.name,),
                "aws:principalservicenameslist": (principal.name,),
            }
        case Kind.FEDERATED:
            return {} if ":saml-provider/" in principal.name else {"aws:federatedprovider": (principal.name,)}
        case _:
            return _account_keys(principal)


def _account_keys(principal: Principal) -> dict[str, tuple[str, ...]]:
    keys: dict[str, tuple[str, ...]] = {
        "aws:principalaccount": (principal.account,),
        "aws:principalarn": (principal.role_arn or principal.name,),
        "aws:principalisawsservice": ("false",),
    }
    match principal.kind:
        case Kind.USER:
            keys |= {"aws:principaltype": ("User",), "aws:username": (principal.entity,)}
        case Kind.ROOT:
            keys |= {"aws:principaltype": ("Account",), "aws:userid": (principal.account,)}
        case Kind.FEDERATED_USER:
            keys |= {
                "aws:principaltype": ("FederatedUser",),
                "aws:userid": (f"{principal.account}:{principal.entity}",),
            }
        case _:
            keys["aws:principaltype"] = ("AssumedRole",)
    return keys
