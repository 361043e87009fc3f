"""One request to AWS, with the condition keys that follow from it.

Source: IAM User Guide, "AWS global condition context keys"; AWS KMS Developer Guide, "Condition keys" (CallerAccount).
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from scanner.reason.access.errors import MalformedRequest
from scanner.reason.access.principal import Principal, derived_keys
from scanner.reason.access.services import is_key_use
from scanner.reason.access.variables import Context

_ACCOUNT_FIELD: Final = 4
_ARN_FIELDS: Final = 6
_UNNAMED: Final = "\x00"

LONGEST_TEXT: Final = 32_768
"""The longest resource or context value; far beyond those of AWS."""

MOST_VALUES: Final = 1_000
"""The most values that a context key may have."""

Scalar: TypeAlias = str | int | float | bool
ContextValue: TypeAlias = Scalar | Sequence[Scalar] | None


class Request(msgspec.Struct, frozen=True):
    """A caller, an action, a resource and the context.

    ``action`` is ``service:Name``, ``resource`` an ARN or ``*`` for actions that take none, ``context`` the condition
    keys in lower case. ``role_arn`` and ``user_id`` are the caller's ``aws:PrincipalArn`` and ``aws:userid`` where they
    were told; ``resource_account`` is empty where it is unknown.
    """

    principal: Principal
    action: str
    resource: str
    context: Context
    resource_account: str = ""
    has_boundary: bool = False
    role_arn: str = ""
    user_id: str = ""

    @property
    def service(self) -> str:
        """The prefix of the action, in lower case."""
        return self.action.partition(":")[0].lower()


def make_request(
    principal: Principal,
    action: str,
    resource: str,
    context: Mapping[str, ContextValue],
    *,
    resource_account: str = "",
    has_boundary: bool = False,
) -> Request:
    """Build a request, filling the keys that follow from the caller and the resource where the context omits them.

    Keys are compared without regard to case; ``None`` and an empty list mean that the key is absent. Raises
    MalformedRequest for a value that is not text, a number, a Boolean or a list of them, and for two values of one key.
    """
    if len(resource) > LONGEST_TEXT:
        raise MalformedRequest(f"resource: is longer than {LONGEST_TEXT} characters")
    told: dict[str, tuple[str, ...]] = {}
    for key, value in context.items():
        texts = _texts(key, value)
        if texts is not None and told.setdefault(key.lower(), texts) != texts:
            raise MalformedRequest(f"context.{key}: is told twice, for case does not tell keys apart")
    owner = resource_account or account_of(resource)
    resource, alias = _authorised(action, resource)
    keys = derived_keys(principal)
    service = action.partition(":")[0].lower()
    if owner:
        keys["aws:resourceaccount"] = (owner,)
        if service == "s3":
            keys["s3:resourceaccount"] = (owner,)
    if service == "kms" and principal.account:
        keys["kms:calleraccount"] = (principal.account,)
    if alias:
        keys["kms:requestalias"] = (alias,)
    return Request(
        principal=principal,
        action=action,
        resource=resource,
        context=keys | told,
        resource_account=owner,
        has_boundary=has_boundary,
        role_arn=_single(told, "aws:principalarn"),
        user_id=_single(told, "aws:userid"),
    )


def _authorised(action: str, resource: str) -> tuple[str, str]:
    """Give the resource that AWS authorises, and the alias if one was asked for.

    A key that is used through an alias is authorised as the key, never as the alias (AWS KMS Developer Guide,
    "Controlling access to aliases"). Which key that is is not in the request, so it becomes one that no policy names.
    """
    prefix, found, name = resource.partition(":alias/")
    if found and is_key_use(action, resource):
        return f"{prefix}:key/{_UNNAMED}", f"alias/{name}"
    return resource, ""


def account_of(arn: str) -> str:
    """Give the account id in an ARN; empty if it has none."""
    fields = arn.split(":", _ARN_FIELDS - 1)
    return fields[_ACCOUNT_FIELD] if len(fields) == _ARN_FIELDS and fields[_ACCOUNT_FIELD].isdigit() else ""


def _single(context: Context, key: str) -> str:
    values = context.get(key, ())
    return values[0] if len(values) == 1 else ""


def _texts(key: str, value: ContextValue) -> tuple[str, ...] | None:
    if isinstance(value, list | tuple):
        if len(value) > MOST_VALUES:
            raise MalformedRequest(f"context.{key}: has more than {MOST_VALUES} values")
        return tuple(_text(key, each) for each in value) or None
    return None if value is None else (_text(key, value),)


def _text(key: str, value: object) -> str:
    match value:
        case str() if len(value) > LONGEST_TEXT:
            raise MalformedRequest(f"context.{key}: is longer than {LONGEST_TEXT} characters")
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case _:
            raise MalformedRequest(f"context.{key}: is not text, a number, a Boolean or a list of them")
