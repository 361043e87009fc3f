"""Whether a policy says to whom it applies, in the way that its type asks.

Source: IAM User Guide, "AWS JSON policy elements: Principal" and "… NotPrincipal"; AWS Organizations User Guide, "SCP
syntax" and "RCP syntax".
"""

import re
from collections.abc import Iterator
from typing import Final

from scanner.model.lint import LintFinding
from scanner.model.policy import Principals, Statement
from scanner.reason.lint.codes import PolicyKind, Subject, finding, path_of, quoted
from scanner.reason.lint.resources import has_wildcard
from scanner.reason.lint.values import is_service_principal

_AWS_PRINCIPAL: Final = re.compile(r"\*|\d{12}|arn:[a-z-]+:(?:iam|sts)::\d{12}:.+|A[A-Z0-9]{15,}|[0-9a-f]{64}")
_SOURCES: Final = frozenset({"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"})


def principal_findings(statement: Statement, subject: Subject) -> Iterator[LintFinding]:
    """Yield what is wrong with the Principal or NotPrincipal element of a statement."""
    element, principals = _named(statement)
    if principals is None:
        if subject.kind.has_principal:
            yield finding("MISSING_PRINCIPAL", path_of(statement), "the statement does not say to whom it applies")
        return
    path = path_of(statement, element)
    match subject.kind:
        case PolicyKind.IDENTITY:
            yield finding(
                "UNSUPPORTED_PRINCIPAL", path, f"an identity-based policy applies to its holder and has no {element}"
            )
            return
        case PolicyKind.SCP:
            yield finding("SCP_SYNTAX_ERROR_PRINCIPAL", path, f"a service control policy has no {element}")
            return
        case PolicyKind.RCP:
            if element == "NotPrincipal" or not principals.anyone:
                yield finding(
                    "RCP_SYNTAX_ERROR_PRINCIPAL", path, 'a resource control policy has the Principal "*" only'
                )
        case PolicyKind.RESOURCE | PolicyKind.TRUST:
            yield from _who_findings(statement, element, principals, subject)


def _named(statement: Statement) -> tuple[str, Principals | None]:
    if statement.not_principals is not None:
        return "NotPrincipal", statement.not_principals
    return "Principal", statement.principals


def _who_findings(
    statement: Statement, element: str, principals: Principals, subject: Subject
) -> Iterator[LintFinding]:
    path = path_of(statement, element)
    if subject.kind is PolicyKind.TRUST:
        yield from _trust_findings(element, principals, path)
    elif element == "NotPrincipal" and statement.allows:
        yield finding(
            "ALLOW_WITH_NOT_PRINCIPAL", path, "Allow with NotPrincipal lets in everybody else, without credentials too"
        )
    yield from _name_findings(principals, path)
    if principals.federated and subject.kind is PolicyKind.RESOURCE:
        yield finding(
            "FEDERATED_PRINCIPAL_NOT_SUPPORTED", f"{path}.Federated", "only trust policies let in identity providers"
        )
    if principals == Principals():
        yield finding("EMPTY_ARRAY_PRINCIPAL", path, "the statement names no principal and applies to nobody")
    if subject.kind is PolicyKind.RESOURCE and element == "Principal" and _is_unrestricted(statement, principals):
        yield finding(
            "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
            path,
            "the service acts for anybody's resources: fix aws:SourceArn, aws:SourceAccount or the organization",
        )


def _name_findings(principals: Principals, path: str) -> Iterator[LintFinding]:
    for index, name in enumerate(principals.aws):
        yield from _aws_findings(name, f"{path}.AWS[{index}]")
    for index, name in enumerate(principals.service):
        if has_wildcard(name):
            yield _wildcard(name, f"{path}.Service[{index}]")
        elif not is_service_principal(name):
            yield finding(
                "INVALID_SERVICE_PRINCIPAL_FORMAT",
                f"{path}.Service[{index}]",
                f"{quoted(name)} is not of the form service.amazonaws.com",
            )
    for index, name in enumerate(principals.federated):
        if has_wildcard(name):
            yield _wildcard(name, f"{path}.Federated[{index}]")


def _trust_findings(element: str, principals: Principals, path: str) -> Iterator[LintFinding]:
    if element == "NotPrincipal":
        yield finding(
            "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
            path,
            "a trust policy has no NotPrincipal: say whom it lets in",
        )
    elif principals.anyone:
        yield finding(
            "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", path, "a trust policy names whom it is about: not *"
        )


def _aws_findings(name: str, path: str) -> Iterator[LintFinding]:
    if name.startswith("AROA"):
        yield finding(
            "INVALID_ROLE_REFERENCE", path, f"{quoted(name)} is the id of a role, maybe deleted; give its ARN"
        )
    elif name.startswith("AIDA"):
        yield finding(
            "INVALID_USER_REFERENCE", path, f"{quoted(name)} is the id of a user, maybe deleted; give its ARN"
        )
    elif name != "*" and has_wildcard(name):
        yield _wildcard(name, path)
    elif not _AWS_PRINCIPAL.fullmatch(name):
        yield finding(
            "INVALID_PRINCIPAL_FORMAT", path, f"{quoted(name)} is neither an account id nor the ARN of a principal"
        )


def _wildcard(name: str, path: str) -> LintFinding:
    return finding(
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        path,
        f"the wildcard in {quoted(name)} is no wildcard here: name the principal",
    )


def _is_unrestricted(statement: Statement, principals: Principals) -> bool:
    keys = {condition.key.lower() for condition in statement.conditions}
    return statement.allows and bool(principals.service) and not keys & _SOURCES
