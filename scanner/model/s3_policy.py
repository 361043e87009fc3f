"""What the policy of a bucket or access point grants, statement by statement and as written.

Nothing is weighed against a Deny here: that is for the solver of access. Source: Amazon S3 User Guide, "Blocking
public access to your Amazon S3 storage", section "The meaning of public".
"""

import ipaddress
from typing import Final

from scanner.model.glob import matches
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import Condition, PolicyDocument, Quantifier, Statement

_EQUALITIES: Final = frozenset(
    {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress"}
)
_FIXED_KEYS: Final = frozenset(
    {
        "aws:principalaccount",
        "aws:principalorgid",
        "aws:sourceaccount",
        "aws:sourceorgid",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "s3:dataaccesspointaccount",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    }
)
_ARN_KEYS: Final = frozenset({"aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"})
_ORG_PATH_KEYS: Final = frozenset({"aws:principalorgpaths", "aws:sourceorgpaths"})
_BROADEST_V4: Final = 8
_BROADEST_V6: Final = 32
_ACCOUNT_SEGMENT: Final = 4
_ACCOUNT_DIGITS: Final = 12
_ALL_OF_S3: Final = frozenset({"*", "*:*", "s3:*"})
_READS: Final = ("s3:get", "s3:list")


def public_statements(document: Maybe[PolicyDocument | Absent]) -> tuple[Statement, ...]:
    """Return the Allow statements that S3 calls public: anyone, and no condition that fixes who or from where."""
    if isinstance(document, Absent):
        return ()
    return tuple(
        statement
        for statement in document.allows
        if _for_anyone(statement) and not any(_fixes(condition) for condition in statement.conditions)
    )


def reads(statement: Statement) -> bool:
    """Whether its actions include reading or listing."""
    return _is_open_ended(statement) or any(_may_read(action) for action in statement.actions or ())


def writes(statement: Statement) -> bool:
    """Whether its actions include anything beside reading and listing."""
    return _is_open_ended(statement) or any(_may_write(action) for action in statement.actions or ())


def covers_action(statement: Statement, action: str) -> bool:
    """Whether its Action or NotAction element covers this action; names of actions have no case."""
    name = action.lower()
    if statement.actions is not None:
        return any(matches(pattern.lower(), name) for pattern in statement.actions)
    return not any(matches(pattern.lower(), name) for pattern in statement.not_actions or ())


def foreign_principals(statement: Statement, account: str) -> tuple[str, ...]:
    """Return the AWS principals of other accounts that it names, sorted; `*` is not one of them.

    Unique ids (of deleted or renamed identities) and canonical user ids do not tell their account and are left out.
    """
    named = statement.principals.aws if statement.principals is not None else ()
    return tuple(sorted({one for one in named if (owner := account_in(one)) and owner != account}))


def account_in(principal: str) -> str:
    """Return the twelve digits of the account that a principal or ARN names; the empty text if it names none."""
    owner = principal.split(":")[_ACCOUNT_SEGMENT] if principal.count(":") > _ACCOUNT_SEGMENT else principal
    return owner if len(owner) == _ACCOUNT_DIGITS and owner.isdigit() else ""


def _for_anyone(statement: Statement) -> bool:
    if statement.principals is not None:
        return statement.principals.is_everyone
    return statement.not_principals is not None


def _is_open_ended(statement: Statement) -> bool:
    """Whether it grants by NotAction, and that leaves some actions of S3."""
    return statement.not_actions is not None and not any(one.lower() in _ALL_OF_S3 for one in statement.not_actions)


def _before_wildcard(pattern: str) -> tuple[str, bool]:
    lowered = pattern.lower()
    end = min((lowered.index(mark) for mark in "*?" if mark in lowered), default=len(lowered))
    return lowered[:end], end < len(lowered)


def _may_read(action: str) -> bool:
    prefix, wild = _before_wildcard(action)
    return prefix.startswith(_READS) or (wild and any(read.startswith(prefix) for read in _READS))


def _may_write(action: str) -> bool:
    prefix, wild = _before_wildcard(action)
    return not prefix.startswith((*_READS, "s3:describe")) and (
        prefix.startswith("s3:") or (wild and "s3:".startswith(prefix))
    )


def _fixes(condition: Condition) -> bool:
    """Whether it fixes who asks or from where. One that holds when its key is missing fixes nothing."""
    if (
        condition.operator not in _EQUALITIES
        or condition.if_exists
        or condition.quantifier is Quantifier.FOR_ALL_VALUES
    ):
        return False
    key = condition.key.lower()
    return bool(condition.values) and all(_is_fixed(key, value) for value in condition.values)


def _is_fixed(key: str, value: str) -> bool:
    if "${" in value:
        return False
    if key == "aws:sourceip":
        return _is_narrow(value)
    if key in _ARN_KEYS:
        return not _is_wild(value) or bool(account_in(value))
    if key in _ORG_PATH_KEYS:
        return value.startswith("o-") and not _is_wild(value.partition("/")[0])
    if key == "aws:userid":
        return not _is_wild(value.removesuffix(":*"))
    return key in _FIXED_KEYS and not _is_wild(value)


def _is_wild(value: str) -> bool:
    return "*" in value or "?" in value


def _is_narrow(cidr: str) -> bool:
    """Whether S3 takes this range for a limit: at least /8 (IPv4) or /32 (IPv6)."""
    try:
        network = ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= (_BROADEST_V6 if isinstance(network, ipaddress.IPv6Network) else _BROADEST_V4)
