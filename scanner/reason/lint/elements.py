"""Whether a policy has the elements that its type asks for, and no others.

Source: IAM User Guide, "IAM JSON policy elements" (Sid, Action, Resource); "Grammar of the IAM JSON policy language";
AWS Organizations User Guide, "RCP syntax".
"""

import re
from collections.abc import Iterator
from typing import Final

from scanner.model.lint import LintFinding
from scanner.model.policy import PolicyDocument, Statement
from scanner.reason.lint.codes import PolicyKind, Subject, finding, path_of, quoted

_SID: Final = re.compile(r"[A-Za-z0-9]+")
_ANY: Final = (PolicyKind.IDENTITY, PolicyKind.SCP, PolicyKind.RCP)


def element_findings(statement: Statement, subject: Subject) -> Iterator[LintFinding]:
    """Yield the elements of a statement that are missing, empty or out of place."""
    path = path_of(statement)
    has_resource = statement.resources is not None or statement.not_resources is not None
    if not has_resource and subject.kind in _ANY:
        yield finding("MISSING_RESOURCE", path, "the statement does not say on which resources it acts")
    if statement.actions == ():
        yield finding("EMPTY_ARRAY_ACTION", path_of(statement, "Action"), "the statement names no action")
    if statement.resources == ():
        yield finding("EMPTY_ARRAY_RESOURCE", path_of(statement, "Resource"), "the statement names no resource")
    if subject.kind is PolicyKind.TRUST:
        yield from _trust_findings(statement)
    if subject.kind is PolicyKind.RCP:
        yield from _rcp_findings(statement)
    if statement.sid is not None:
        yield from _sid_findings(statement, statement.sid, subject)


def _trust_findings(statement: Statement) -> Iterator[LintFinding]:
    for element, value in (("Resource", statement.resources), ("NotResource", statement.not_resources)):
        if value is not None:
            yield finding(
                "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
                path_of(statement, element),
                f"a trust policy is about its own role and has no {element}",
            )


def _rcp_findings(statement: Statement) -> Iterator[LintFinding]:
    if statement.allows and not _is_full_access(statement):
        yield finding(
            "RCP_SYNTAX_ERROR_ALLOW",
            path_of(statement, "Effect"),
            "a resource control policy allows everything to everyone or nothing: say what to deny",
        )
    if statement.not_actions is not None:
        yield finding(
            "RCP_SYNTAX_ERROR_NOTACTION", path_of(statement, "NotAction"), "a resource control policy has no NotAction"
        )
    if statement.has_every_action and not statement.allows:
        yield finding(
            "RCP_SYNTAX_ERROR_ACTION",
            path_of(statement, "Action"),
            "a resource control policy names the service of each action that it denies",
        )


def _is_full_access(statement: Statement) -> bool:
    principals = statement.principals
    return principals is not None and principals.anyone and statement.has_every_resource and not statement.conditions


def _sid_findings(statement: Statement, sid: str, subject: Subject) -> Iterator[LintFinding]:
    path = path_of(statement, "Sid")
    if not sid:
        yield finding("EMPTY_SID_VALUE", path, "the Sid is empty; leave it out or name the statement")
    elif subject.kind is not PolicyKind.RESOURCE and not _SID.fullmatch(sid):
        yield finding("UNSUPPORTED_SID", path, f"{quoted(sid)} has other characters than letters and digits")


def sid_findings(document: PolicyDocument, kind: PolicyKind) -> Iterator[LintFinding]:
    """Yield the statements whose Sid an earlier one has; services differ in whether they take that."""
    code = "UNIQUE_SIDS_RECOMMENDED" if kind is PolicyKind.RESOURCE else "UNIQUE_SIDS_REQUIRED"
    seen: set[str] = set()
    for statement in document.statements:
        if statement.sid and statement.sid in seen:
            yield finding(code, path_of(statement, "Sid"), f"an earlier statement has the Sid {quoted(statement.sid)}")
        elif statement.sid:
            seen.add(statement.sid)
