"""Whether the actions of a statement exist, and belong into this type of policy.

Source: IAM User Guide, "IAM JSON policy elements: Action"; Service Authorization Reference.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from scanner.model.glob import matches
from scanner.model.lint import LintFinding
from scanner.model.policy import Statement
from scanner.reason.access.catalogue import Actions
from scanner.reason.access.services import rcp_services
from scanner.reason.lint.codes import PolicyKind, Subject, finding, path_of, quoted
from scanner.reason.lint.reference import actions, services

_ASSUMING: Final = (
    *("assumerole", "assumerolewithsaml", "assumerolewithwebidentity", "assumeroot"),
    *("setcontext", "setsourceidentity", "tagsession"),
)
"""Actions of STS that a trust policy decides on (AWS STS API Reference; IAM User Guide, "Roles terms and concepts")."""
_LONGEST_NAME: Final = 128
"""No service or action has a longer name; for longer texts no likeness is sought."""


def action_findings(statement: Statement, subject: Subject) -> Iterator[LintFinding]:
    """Yield what is wrong with each action alone."""
    element, texts = named_actions(statement)
    for index, text in enumerate(texts):
        path = path_of(statement, element, index)
        prefix, _, name = text.lower().partition(":")
        if not set(text) - {"*", ":"} or "${" in text:
            continue
        if set(prefix) & {"*", "?"}:
            yield finding(
                "WILDCARD_IN_SERVICE_NAME",
                path,
                f"{quoted(text)} has a wildcard in the name of the service, and so reaches services to come",
            )
        elif prefix not in services():
            yield finding(
                "INVALID_SERVICE_IN_ACTION",
                path,
                f"there is no service {quoted(prefix)}{_likeness(prefix)}",
            )
        elif not Actions().mask([text]):
            yield finding(
                "INVALID_ACTION",
                path,
                f"{prefix} has no action {quoted(name)}{_likeness(name, prefix)}",
            )
        elif not _belongs(prefix, name, subject):
            code = "RCP_SYNTAX_ERROR_ACTION" if subject.kind is PolicyKind.RCP else "UNSUPPORTED_ACTION_IN_POLICY"
            yield finding(code, path, f"a policy of this type has no effect on {quoted(text)}")


def named_actions(statement: Statement) -> tuple[str, tuple[str, ...]]:
    """Give the element that names the actions, and what it says."""
    if statement.not_actions is not None:
        return "NotAction", statement.not_actions
    return "Action", statement.actions or ()


def _likeness(name: str, prefix: str = "") -> str:
    """Say which service, or which action of a service, differs from a name by one letter or two swapped."""
    if len(name) > _LONGEST_NAME:
        return ""
    known = _by_likeness(prefix)
    meant = next((known[variant] for variant in _variants(name) if variant in known), None)
    return f"; did you mean {meant}?" if meant else ""


@lru_cache(maxsize=64)
def _by_likeness(prefix: str) -> Mapping[str, str]:
    names = sorted(each.name for each in actions(prefix).values()) if prefix else sorted(services())
    return {variant: name for name in names for variant in _variants(name.lower())}


def _variants(name: str) -> Iterator[str]:
    """Yield a name and what is left of it without one of its letters."""
    yield name
    yield from (name[:index] + name[index + 1 :] for index in range(len(name)))


def _belongs(prefix: str, name: str, subject: Subject) -> bool:
    match subject.kind:
        case PolicyKind.IDENTITY | PolicyKind.SCP:
            return True
        case PolicyKind.TRUST:
            return prefix == "sts" and any(matches(name, each) for each in _ASSUMING)
        case PolicyKind.RCP:
            return prefix in rcp_services()
        case PolicyKind.RESOURCE:
            return not subject.services or prefix in subject.services
