"""Grants that reach further than they look: roles passed, service-linked roles made.

Source: IAM User Guide, "Granting a user permissions to pass a role to an AWS service" and "Using service-linked roles".
A grant that fixes the service by condition (iam:PassedToService, iam:AWSServiceName) is let pass.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from scanner.model.glob import matches
from scanner.model.lint import LintFinding
from scanner.model.policy import Statement
from scanner.reason.access.conditions import NEGATIONS
from scanner.reason.lint.actions import named_actions
from scanner.reason.lint.codes import PolicyKind, Subject, finding, path_of
from scanner.reason.lint.resources import without_variables


class _Reach(msgspec.Struct, frozen=True):
    """An action that hands out power, the condition key that fixes to whom, and what a finding says."""

    code: str
    action: str
    fixed_by: str
    says: str


_REACHES: Final = (
    _Reach("PASS_ROLE", "iam:passrole", "iam:passedtoservice", "lets its holder pass roles beyond those it names"),
    _Reach(
        "CREATE_SLR",
        "iam:createservicelinkedrole",
        "iam:awsservicename",
        "lets its holder create the service-linked roles of any service",
    ),
)
_SERVICE_LINKED: Final = "aws-service-role/"


def reach_findings(statement: Statement, subject: Subject) -> Iterator[LintFinding]:
    """Yield the findings on iam:PassRole and iam:CreateServiceLinkedRole, granted by identity policies."""
    if subject.kind is not PolicyKind.IDENTITY or not statement.allows:
        return
    resources = _resources_of(statement)
    for reach in _REACHES:
        action = _action_of(statement, reach.action)
        if action is not None and resources is not None and not _is_fixed(statement, reach.fixed_by):
            parts = " AND ".join(part for part in (*_ordered(action, resources),) if part)
            code = f"{reach.code}_WITH_{parts.replace(' ', '_')}"
            element, _ = named_actions(statement)
            yield finding(code, path_of(statement, element), f"the statement {reach.says}")


def _ordered(action: str, resources: str) -> tuple[str, ...]:
    """Give the parts of a code in the order of AWS: STAR IN ACTION AND RESOURCE, NOT ACTION AND NOT RESOURCE, …"""
    match action, resources:
        case "STAR IN ACTION", "STAR IN RESOURCE":
            return "STAR IN ACTION", "RESOURCE"
        case "NOT ACTION", "STAR IN RESOURCE":
            return "STAR IN RESOURCE", "NOT ACTION"
        case _:
            return action, resources


def _action_of(statement: Statement, wanted: str) -> str | None:
    """Say how the statement comes to the action: by name (empty), by a wildcard, by NotAction, or not at all (None)."""
    if statement.not_actions is not None:
        excepted = any(matches(text.lower(), wanted) for text in statement.not_actions)
        return None if excepted else "NOT ACTION"
    covering = [text.lower() for text in statement.actions or () if matches(text.lower(), wanted)]
    if not covering:
        return None
    return "" if wanted in covering else "STAR IN ACTION"


def _resources_of(statement: Statement) -> str | None:
    if statement.not_resources is not None:
        return "NOT RESOURCE"
    if any(_is_any_role(without_variables(text)) for text in statement.resources or ()):
        return "STAR IN RESOURCE"
    return None


def _is_any_role(text: str) -> bool:
    """Whether a resource is every role of an account, or more."""
    role = text.rpartition(":")[2]
    if role.startswith("role"):
        role = role.removeprefix("role").removeprefix("/").removeprefix(_SERVICE_LINKED)
    return bool(role) and not set(role) - {"*", "?", "/"} and "*" in role


def _is_fixed(statement: Statement, key: str) -> bool:
    return any(
        condition.key.lower() == key
        and condition.operator not in NEGATIONS
        and condition.operator != "Null"
        and not any(set(value) == {"*"} for value in condition.values)
        for condition in statement.conditions
    )
