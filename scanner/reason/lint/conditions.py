"""Whether the condition keys of a statement exist, and are used as their types ask.

Source: IAM User Guide, "AWS global condition context keys", "IAM JSON policy elements: Condition operators" and
"Single-valued vs. multivalued context keys"; Service Authorization Reference for the keys of services.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from scanner.model.lint import LintFinding
from scanner.model.policy import Condition, Quantifier, Statement
from scanner.reason.lint.codes import Subject, finding, path_of, path_of_condition, quoted
from scanner.reason.lint.globalkeys import DEPRECATED, TAG_STEMS, UNSUPPORTED, find_key
from scanner.reason.lint.reference import ConditionKey, foreign_prefixes, services

_FAMILIES: Final[Mapping[str, str]] = {
    "String": "String",
    "Arn": "ARN",
    "Bool": "Bool",
    "Numeric": "Numeric",
    "Date": "Date",
    "IpAddress": "IPAddress",
    "NotIpAddress": "IPAddress",
    "Binary": "Binary",
}
_ALSO: Final = frozenset({("String", "ARN"), ("Numeric", "Date"), ("Date", "Numeric"), ("String", "Binary")})
"""Operators (first) that read keys of another type (second) as well."""
_PAIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:vpcsourceip": ("aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn"),
    "aws:ec2instancesourceprivateipv4": ("aws:Ec2InstanceSourceVpc",),
}
"""Keys that tell enough only beside one of some others: private addresses are not unique."""


def condition_findings(statement: Statement, _: Subject) -> Iterator[LintFinding]:
    """Yield what is wrong with the condition keys of a statement."""
    for condition in statement.conditions:
        path = path_of_condition(statement, condition)
        yield from _name_findings(condition, path)
        entry = find_key(condition.key)
        if entry is not None:
            yield from _type_findings(statement, condition, entry, path)
        yield from _empty_findings(condition, path)
    yield from _pair_findings(statement)
    yield from _case_findings(statement)


def _name_findings(condition: Condition, path: str) -> Iterator[LintFinding]:
    key = condition.key.lower()
    prefix, colon, name = key.partition(":")
    stem = key.partition("/")[0]
    if key in UNSUPPORTED:
        yield finding(
            "UNSUPPORTED_GLOBAL_CONDITION_KEY", path, f"no request carries {condition.key}; use {UNSUPPORTED[key]}"
        )
    elif key in DEPRECATED:
        yield finding("DEPRECATED_GLOBAL_CONDITION_KEY", path, f"use {DEPRECATED[key]} in place of {condition.key}")
    elif stem in TAG_STEMS and find_key(key) is None:
        yield finding(
            "MISSING_TAG_KEY_IN_CONDITION", path, f"name the tag after a slash: {key.rstrip('/')}/ and the tag's key"
        )
    elif prefix == "aws" and name and find_key(key) is None:
        yield finding("INVALID_GLOBAL_CONDITION_KEY", path, f"there is no global condition key {quoted(condition.key)}")
    elif not colon or not prefix or not name:
        yield finding("INVALID_CONDITION_KEY_FORMAT", path, f"{quoted(condition.key)} is not of the form service:key")
    elif prefix in services():
        if find_key(key) is None:
            yield finding(
                "INVALID_SERVICE_CONDITION_KEY", path, f"{prefix} has no condition key {quoted(condition.key)}"
            )
    elif not _is_foreign(prefix):
        yield finding("INVALID_SERVICE", path, f"no service has condition keys that begin with {quoted(prefix)}")


def _is_foreign(prefix: str) -> bool:
    """Whether a prefix is that of an identity provider, whose keys begin with its host name, or listed as no service's."""
    return prefix == "aws" or "." in prefix or prefix in foreign_prefixes()


def _type_findings(statement: Statement, condition: Condition, entry: ConditionKey, path: str) -> Iterator[LintFinding]:
    if condition.operator == "Null":
        return
    quantified = condition.quantifier is not Quantifier.ONE
    if entry.is_multivalued and not quantified:
        yield finding(
            "MISSING_QUALIFIER", path, f"{entry.key} may have several values: say ForAnyValue: or ForAllValues:"
        )
    if not entry.is_multivalued and condition.quantifier is Quantifier.FOR_ALL_VALUES and statement.allows:
        yield finding(
            "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
            path,
            f"ForAllValues: is true of requests without {entry.key}, which never has several values",
        )
    if condition.operator in {"StringLike", "StringNotLike"} and entry.value_type == "ARN":
        yield finding(
            "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
            path,
            f"* in {condition.name} runs over the fields of an ARN; compare {entry.key} with an ARN operator",
        )
    family = next(kind for stem, kind in _FAMILIES.items() if condition.operator.startswith(stem))
    if family != entry.value_type and (family, entry.value_type) not in _ALSO and not _are_arns(family, condition):
        yield finding("TYPE_MISMATCH", path, f"{condition.operator} does not compare {entry.value_type} keys")


def _are_arns(family: str, condition: Condition) -> bool:
    """Whether an ARN operator is used on a key that the reference calls a string, with ARNs as values."""
    return family == "ARN" and all(value.startswith(("arn:", "*", "${")) for value in condition.values)


def _empty_findings(condition: Condition, path: str) -> Iterator[LintFinding]:
    if condition.values:
        return
    if condition.if_exists or condition.quantifier is Quantifier.FOR_ALL_VALUES:
        code = "IFEXISTS" if condition.if_exists else "FORALLVALUES"
        yield finding(
            f"EMPTY_ARRAY_CONDITION_{code}", path, "without a value it holds only where the key is absent; use Null"
        )
    elif condition.quantifier is Quantifier.FOR_ANY_VALUE:
        yield finding("EMPTY_ARRAY_CONDITION_FORANYVALUE", path, "without a value it never holds")
    else:
        yield finding("EMPTY_ARRAY_CONDITION", path, "the condition names no value")


def _pair_findings(statement: Statement) -> Iterator[LintFinding]:
    present = {condition.key.lower() for condition in statement.conditions}
    for condition in statement.conditions:
        partners = _PAIRED.get(condition.key.lower(), ())
        if partners and not any(partner.lower() in present for partner in partners):
            yield finding(
                "MISSING_PAIRED_CONDITION_KEYS",
                path_of_condition(statement, condition),
                f"private addresses are not unique: {condition.key} needs {' or '.join(partners)} beside it",
            )


def _case_findings(statement: Statement) -> Iterator[LintFinding]:
    first: dict[tuple[str, str], str] = {}
    for condition in statement.conditions:
        spelled = first.setdefault((condition.name, condition.key.lower()), condition.key)
        if spelled != condition.key:
            yield finding(
                "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
                path_of(statement, f"Condition.{condition.name}"),
                f"{quoted(spelled)} and {quoted(condition.key)} are the same key",
            )
