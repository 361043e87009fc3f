"""Whether the values of conditions can be read by their operators, and mean what they seem to.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators", and of "AWS global condition context keys"
aws:SourceIp (public addresses only), aws:RequestedRegion, aws:CalledVia and aws:PrincipalServiceName.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from typing import Final

from scanner.model.lint import LintFinding
from scanner.model.policy import Condition, Statement
from scanner.reason.access.literals import addresses, binary, moment, number
from scanner.reason.lint.codes import Subject, finding, path_of_condition, quoted
from scanner.reason.lint.resources import REGION, has_wildcard

_SPECIAL: Final = re.compile(r"\$\{[^{}]*\}")
_DIGITS: Final = re.compile(r"\d+(?:\.\d+)?")
_BOOLEANS: Final = frozenset({"true", "false"})
_SERVICE_PRINCIPAL: Final = re.compile(
    r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|amazon\.com|aws\.com|aws\.internal)"
)
_VIA_SERVICE: Final = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?")
_SERVICE_KEYS: Final = frozenset(
    {
        *("aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:principalservicename"),
        *("aws:principalservicenameslist", "iam:awsservicename", "iam:passedtoservice"),
    }
)
_PRIVATE: Final = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10"),
    *("fc00::/7", "fe80::/10", "::1/128"),
)
"""Addresses that no request over the internet comes from (RFC 1918, 6598, 3927, 4193, 4291)."""
_PLAIN_OPERATORS: Final = frozenset(
    {"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"}
)

_Check = Callable[[Condition, str], Iterator[LintFinding]]


def value_findings(statement: Statement, _: Subject) -> Iterator[LintFinding]:
    """Yield what is wrong with the values of conditions."""
    for condition in statement.conditions:
        path = path_of_condition(statement, condition)
        for stem, check in _CHECKS.items():
            if condition.operator.startswith(stem):
                yield from check(condition, path)


def is_service_principal(text: str) -> bool:
    """Whether a text has the form of the name of a service as a principal."""
    return _SERVICE_PRINCIPAL.fullmatch(text) is not None


def _told(condition: Condition, path: str) -> Iterator[tuple[str, str]]:
    """Yield the values that are not for a request to fill in, with their paths."""
    yield from ((f"{path}[{index}]", value) for index, value in enumerate(condition.values) if "${" not in value)


def _booleans(condition: Condition, path: str) -> Iterator[LintFinding]:
    if len({value.lower() for value in condition.values}) > 1:
        yield finding(
            "INVALID_CONDITION_MULTIPLE_BOOLEAN",
            path,
            f"{condition.name} with several values holds whatever {condition.key} is",
        )
    for place, value in _told(condition, path):
        if value.lower() not in _BOOLEANS:
            yield finding("TYPE_MISMATCH_BOOLEAN", place, f"{quoted(value)} is neither true nor false")


def _dates(condition: Condition, path: str) -> Iterator[LintFinding]:
    for place, value in _told(condition, path):
        if moment(value) is None:
            yield finding("TYPE_MISMATCH_DATE", place, f"{quoted(value)} is not a date such as 2026-01-31")
        elif _DIGITS.fullmatch(value) and len(value) > len("2026") and condition.key.lower() != "aws:epochtime":
            yield finding("INVALID_DATE_VALUE", place, f"write the date {value} as YYYY-MM-DD rather than in seconds")


def _numbers(condition: Condition, path: str) -> Iterator[LintFinding]:
    for place, value in _told(condition, path):
        if number(value) is None:
            yield finding("TYPE_MISMATCH_NUMBER", place, f"{quoted(value)} is not a number")
    read = {limit for value in condition.values if (limit := number(value)) is not None}
    if len(read) > 1 and condition.operator not in {"NumericEquals", "NumericNotEquals"}:
        kept = max(read) if "Less" in condition.operator else min(read)
        yield finding("REDUNDANT_CONDITION_VALUE_NUM", path, f"of the values of {condition.name} only {kept} counts")


def _blobs(condition: Condition, path: str) -> Iterator[LintFinding]:
    for place, value in _told(condition, path):
        if binary(value) is None:
            yield finding("TYPE_MISMATCH_STRING", place, f"{quoted(value)} is not in base64")


def _ranges(condition: Condition, path: str) -> Iterator[LintFinding]:
    for place, value in _told(condition, path):
        if addresses(value) is None:
            yield finding("TYPE_MISMATCH_IP_RANGE", place, f"{quoted(value)} is not an address or a range in CIDR form")
        elif value.strip() != (plain := _normal(value)):
            yield finding("IMPROVE_IP_RANGE", place, f"the bits after the mask do not count; write {plain}")
    if condition.key.lower() == "aws:sourceip":
        yield from _private_findings(condition, path)


def _normal(value: str) -> str:
    """Write a range with no bits after its mask; what has none stays as it is written."""
    text = value.strip()
    network = ip_network(text, strict=False)
    host = ip_network(text.partition("/")[0])
    return text if host.network_address == network.network_address else str(network)


def _private_findings(condition: Condition, path: str) -> Iterator[LintFinding]:
    ranges = [value for value in condition.values if addresses(value) is not None]
    private = [value for value in ranges if _is_private(value)]
    if not private:
        return
    negated = "_NOT" if condition.operator == "NotIpAddress" else ""
    if len(private) == len(ranges):
        yield finding(f"PRIVATE{negated}_IP_ADDRESS", path, "aws:SourceIp is never one of these private addresses")
    else:
        yield finding(
            f"PRIVATE{negated}_IP_ADDRESS_SUBSET",
            path,
            f"aws:SourceIp is never a private address such as {private[0]}; use aws:VpcSourceIp",
        )


def _is_private(value: str) -> bool:
    own = addresses(value)
    return own is not None and any(block is not None and block.holds(own) for block in map(addresses, _PRIVATE))


def _texts(condition: Condition, path: str) -> Iterator[LintFinding]:
    key = condition.key.lower()
    for index, value in enumerate(condition.values):
        place = f"{path}[{index}]"
        if condition.operator in _PLAIN_OPERATORS and has_wildcard(_SPECIAL.sub("", value)):
            yield finding(
                "WILDCARD_WITHOUT_LIKE_OPERATOR",
                place,
                f"{condition.name} takes the * or ? in {quoted(value)} as it stands",
            )
        elif "${" not in value and not has_wildcard(value):
            yield from _named_findings(key, value, place)


def _named_findings(key: str, value: str, place: str) -> Iterator[LintFinding]:
    if key == "aws:requestedregion" and not REGION.fullmatch(value) and value != "aws-global":
        yield finding("INVALID_REGION", place, f"{quoted(value)} is not the name of a Region")
    elif key in _SERVICE_KEYS and not is_service_principal(value):
        yield finding(
            "INVALID_SERVICE_PRINCIPAL_FORMAT", place, f"{quoted(value)} is not of the form service.amazonaws.com"
        )
    elif key == "kms:viaservice" and not _VIA_SERVICE.fullmatch(value):
        yield finding(
            "INVALID_SERVICE_PRINCIPAL_FORMAT",
            place,
            f"{quoted(value)} is not of the form service.region.amazonaws.com",
        )


_CHECKS: Final[Mapping[str, _Check]] = {
    "Bool": _booleans,
    "Null": _booleans,
    "Date": _dates,
    "Numeric": _numbers,
    "Binary": _blobs,
    "IpAddress": _ranges,
    "NotIpAddress": _ranges,
    "String": _texts,
}
