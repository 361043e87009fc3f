"""Whether the ARNs of a statement are those of resources that exist, and that its actions act on.

Source: IAM User Guide, "IAM JSON policy elements: Resource" and "IAM ARNs"; Service Authorization Reference, ARN formats
of the resource types. Which regions a partition has changes too often to be judged: only their form is.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from scanner.model.lint import LintFinding
from scanner.model.policy import Statement
from scanner.reason.lint.codes import PolicyKind, Subject, finding, path_of, quoted
from scanner.reason.lint.meeting import may_meet
from scanner.reason.lint.reference import ArnFormat, action_arns, actions, arn_formats, services

PARTITIONS: Final = frozenset(
    {"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"}
)
REGION: Final = re.compile(r"[a-z]{2,4}(?:-[a-z]+){1,3}-\d{1,2}")
_ACCOUNT: Final = re.compile(r"\d{12}|aws|aws-marketplace|cloudfront")
_VARIABLE: Final = re.compile(r"\$\{[^{}]*\}")
_ARN_FIELDS: Final = 6
_ALSO_OF_AWS: Final = frozenset({"resource-explorer-2", "ssm"})
"""Services with resources of AWS itself (documents, views), whose ARNs have no account."""
_MOST_PAIRS: Final = 2_000
"""Pairs of an action and a resource compared in one statement; a policy within AWS's quotas has fewer."""


def resource_findings(statement: Statement, subject: Subject) -> Iterator[LintFinding]:
    """Yield what is wrong with each ARN alone."""
    element, texts = named_resources(statement)
    for index, text in enumerate(texts):
        plain = without_variables(text)
        if set(plain) != {"*"}:
            path = path_of(statement, element, index)
            yield from _arn_findings(plain, path, subject)


def named_resources(statement: Statement) -> tuple[str, tuple[str, ...]]:
    """Give the element that names the resources, and what it says."""
    if statement.not_resources is not None:
        return "NotResource", statement.not_resources
    return "Resource", statement.resources or ()


def without_variables(text: str) -> str:
    """Put ``*`` in the place of each policy variable: it may be anything."""
    return _VARIABLE.sub("*", text)


def has_wildcard(text: str) -> bool:
    """Whether a text has a wildcard."""
    return "*" in text or "?" in text


def _arn_findings(text: str, path: str, subject: Subject) -> Iterator[LintFinding]:
    fields = text.split(":", _ARN_FIELDS - 1)
    if fields[0] != "arn" and not has_wildcard(fields[0]):
        yield finding("INVALID_ARN_PREFIX", path, f"{quoted(text)} is neither * nor an ARN, which begins with arn:")
        return
    if len(fields) < _ARN_FIELDS:
        if not text.endswith("*"):
            yield finding(
                "MISSING_ARN_FIELD",
                path,
                f"{quoted(text)} has fewer fields than arn:partition:service:region:account:resource",
            )
        return
    _, partition, service, region, account, _ = fields
    if not has_wildcard(partition) and partition not in PARTITIONS:
        yield finding("INVALID_PARTITION", path, f"there is no partition {quoted(partition)}")
    if region and not has_wildcard(region) and not REGION.fullmatch(region):
        yield finding("INVALID_ARN_REGION", path, f"{quoted(region)} is not the name of a Region")
    if account and not has_wildcard(account) and not _ACCOUNT.fullmatch(account):
        yield finding("INVALID_ARN_ACCOUNT", path, f"{quoted(account)} is not an account id of 12 digits")
    if has_wildcard(service):
        yield finding(
            "WILDCARD_IN_SERVICE_NAME",
            path,
            f"{quoted(text)} has a wildcard in the service, and so reaches services to come",
        )
    else:
        yield from _service_findings(fields, path, subject)


def _service_findings(fields: Sequence[str], path: str, subject: Subject) -> Iterator[LintFinding]:
    _, _, service, region, account, resource = fields
    formats = arn_formats().get(service)
    if formats is None:
        if service.lower() in arn_formats():
            yield finding(
                "INVALID_ARN_SERVICE_CASE", path, f"the service {quoted(service)} is written in small letters"
            )
        elif service not in services():
            yield finding("INVALID_SERVICE", path, f"there is no service {quoted(service)}")
        return
    if subject.kind is PolicyKind.RESOURCE and subject.services and service not in subject.services:
        yield finding(
            "UNSUPPORTED_RESOURCE_ARN_IN_POLICY", path, f"the policy is of another resource than those of {service}"
        )
    candidates = [form for form in formats if may_meet(resource, form.resource)]
    if not candidates:
        yield finding("INVALID_ARN_RESOURCE", path, f"{service} has no resource whose ARN ends in {quoted(resource)}")
        return
    yield from _place_findings(service, region, account, candidates, path)


def _place_findings(
    service: str, region: str, account: str, candidates: Sequence[ArnFormat], path: str
) -> Iterator[LintFinding]:
    if region.strip("*") and not any(form.has_region for form in candidates):
        yield finding("ARN_REGION_NOT_ALLOWED", path, f"such ARNs of {service} have no Region; leave that field empty")
    if not region and all(form.has_region for form in candidates):
        yield finding("MISSING_ARN_REGION", path, f"such ARNs of {service} have a Region, or * in its place")
    if not account and service not in _ALSO_OF_AWS and all(form.has_account for form in candidates):
        yield finding("MISSING_ARN_ACCOUNT", path, f"such ARNs of {service} have an account, or * in its place")
    if account.strip("*") and not any(form.has_account for form in candidates):
        yield finding(
            "ARN_ACCOUNT_NOT_ALLOWED", path, f"such ARNs of {service} have no account; leave that field empty"
        )


def mismatch_findings(statement: Statement, subject: Subject) -> Iterator[LintFinding]:
    """Yield the actions, of those spelled out, that act on none of the resources of their statement.

    An action that takes no resource needs ``*``.
    """
    if statement.resources is None or statement.actions is None or subject.kind is PolicyKind.TRUST:
        return
    resources = [without_variables(text) for text in statement.resources]
    if not resources or any(set(text) == {"*"} for text in resources):
        return
    for index, text in enumerate(statement.actions[: _MOST_PAIRS // len(resources) + 1]):
        prefix, _, name = text.lower().partition(":")
        action = actions(prefix).get(name)
        if action is None:
            continue
        arns = action_arns(prefix, action)
        if not any(may_meet(_completed(resource), arn) for resource in resources for arn in arns):
            wanted = "no resource, and needs *" if not arns else f"other resources, such as {arns[0]}"
            yield finding(
                "RESOURCE_ARN_MISMATCH", path_of(statement, "Action", index), f"{quoted(text)} takes {wanted}"
            )


def _completed(arn: str) -> str:
    missing = _ARN_FIELDS - 1 - arn.count(":")
    return arn + ":*" * missing if arn.startswith("arn:") else arn
