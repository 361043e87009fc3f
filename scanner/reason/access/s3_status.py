"""Amazon S3's own classification of a bucket policy as public, which decides what Block Public Access blocks.

Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage", section "The meaning of public". It is
conservative and blind to Deny statements; for what a policy lets happen see ``public``.
"""

import ipaddress
from collections.abc import Callable, Mapping
from typing import Final

from scanner.model.policy import Condition, PolicyDocument, Quantifier, Statement
from scanner.reason.access.conditions import ARN_FIELDS

_BROADEST_PREFIX: Final[Mapping[int, int]] = {4: 8, 6: 32}
_FIXING_OPERATORS: Final = frozenset(
    {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress"}
)
_FIXED_KEYS: Final = frozenset(
    {
        *("aws:principalorgid", "aws:principalarn", "aws:principalaccount", "aws:principalservicename"),
        *("aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount"),
        *("s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:dataaccesspointaccount"),
    }
)


def s3_policy_status_public(policy: PolicyDocument) -> bool:
    """Whether GetBucketPolicyStatus would call a bucket policy public: one grant that is not limited suffices."""
    return any(not _is_limited(statement, variables=policy.has_variables) for statement in policy.allows)


def _is_limited(statement: Statement, *, variables: bool) -> bool:
    element = statement.principals
    if element is not None and not element.is_everyone:
        return True
    return any(_limits(condition, variables=variables) for condition in statement.conditions)


def _limits(condition: Condition, *, variables: bool) -> bool:
    if condition.operator not in _FIXING_OPERATORS or condition.if_exists or not condition.values:
        return False
    if condition.quantifier is Quantifier.FOR_ALL_VALUES:
        return False
    is_fixed = _test(condition.key.lower())
    return all(is_fixed(value) and not (variables and "${" in value) for value in condition.values)


def _test(key: str) -> Callable[[str], bool]:
    match key:
        case "aws:sourceip":
            return _is_narrow
        case "aws:userid":
            return lambda value: _has_no_wildcard(value.partition(":")[0]) and not value.endswith(":*")
        case "s3:dataaccesspointarn":
            return _has_fixed_account
        case _:
            return _has_no_wildcard if key in _FIXED_KEYS else lambda _: False


def _has_no_wildcard(value: str) -> bool:
    return "*" not in value and "?" not in value


def _has_fixed_account(value: str) -> bool:
    """In a bucket policy the name of the access point may be a wildcard if its account is fixed."""
    fields = value.split(":", ARN_FIELDS - 1)
    return len(fields) == ARN_FIELDS and all(_has_no_wildcard(field) and field for field in fields[:-1])


def _is_narrow(value: str) -> bool:
    try:
        block = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return block.prefixlen >= _BROADEST_PREFIX[block.version] or _is_rfc_1918(block)


def _is_rfc_1918(block: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    private = (ipaddress.IPv4Network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
    return isinstance(block, ipaddress.IPv4Network) and any(block.subnet_of(each) for each in private)
