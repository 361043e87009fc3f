"""Whom a role's trust policy lets in, read literally statement by statement; a Deny is not weighed.

Sources: IAM User Guide, "AWS JSON policy elements: Principal", "The confused deputy problem", "Create a role for
OpenID Connect federation"; IAM condition keys for web identity federation.
"""

import re
from collections.abc import Container, Iterator
from typing import Final

from scanner.model.glob import matches
from scanner.model.iam import Role
from scanner.model.maybe import Absent
from scanner.model.policy import Condition, Quantifier, Statement

_EQUALITIES: Final = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"})
_ASSUMING: Final = ("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
_ACCOUNT: Final = re.compile(r"\d{12}|arn:[^:]*:(?:iam|sts)::(\d{12}):.*")
_WHO: Final = frozenset({"aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn"})
_SOURCES: Final = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})
_CLAIMS: Final = frozenset(
    {"sub", "repository", "repository_id", "repository_owner_id", "enterprise_id", "job_workflow_ref"}
)
"""Claims of a web identity token that tell whose it is; STS checks those beside `sub` for GitHub."""
_BUILT_IN_CLAIMS: Final = ("aud", "oaud", "sub", "app_id")
"""Claims that tell the application or person of the issuers that IAM knows without a provider of one's own."""
_TENANTS: Final = {
    "token.actions.githubusercontent.com": ("repo:", "/"),
    "gitlab.com": ("project_path:", "/"),
    "app.terraform.io": ("organization:", ":"),
}
"""Issuers shared by all their customers: how the subject begins, and the mark that ends the customer's name."""


def lets_in(role: Role) -> tuple[Statement, ...]:
    """Return the Allow statements of the trust policy by which the role can be assumed."""
    trust = role.trust
    if isinstance(trust, Absent):
        return ()
    return tuple(statement for statement in trust.allows if _assumes(statement))


def _assumes(statement: Statement) -> bool:
    if statement.actions is None:
        return True
    return any(matches(action.lower(), wanted) for action in statement.actions for wanted in _ASSUMING)


def lets_in_everyone(statement: Statement) -> bool:
    """Whether any AWS principal may assume the role: `*` or NotPrincipal, and no condition that fixes who."""
    principals = statement.principals
    open_ended = principals.is_everyone if principals is not None else True
    return open_ended and not any(_limits(condition, _WHO) for condition in statement.conditions)


def other_accounts(statement: Statement, own: str) -> frozenset[str]:
    """Return the ids of the other accounts whose principals are named."""
    named = () if statement.principals is None else statement.principals.aws
    found = (_ACCOUNT.fullmatch(name) for name in named)
    return frozenset(match.group(1) or match.group(0) for match in found if match) - {own}


def needs_external_id(statement: Statement) -> bool:
    """Whether the caller must give an external id that the statement fixes."""
    return any(_limits(condition, {"sts:externalid"}) for condition in statement.conditions)


def fixes_principal(statement: Statement) -> bool:
    """Whether a condition fixes the organization, account or principal that asks."""
    return any(_limits(condition, _WHO) for condition in statement.conditions)


def fixes_source(statement: Statement) -> bool:
    """Whether a condition fixes the account, organization or resource for which a service acts."""
    return any(_limits(condition, _SOURCES) for condition in statement.conditions)


def _limits(condition: Condition, keys: Container[str]) -> bool:
    """Whether the condition holds only if one of the keys is there and has one of some fixed values."""
    return (
        condition.operator in _EQUALITIES
        and condition.quantifier is not Quantifier.FOR_ALL_VALUES
        and not condition.if_exists
        and condition.key.lower() in keys
        and bool(condition.values)
        and all(_is_fixed(value, condition.key.lower()) for value in condition.values)
    )


def _is_fixed(value: str, key: str) -> bool:
    """Whether the value fixes something: of an ARN at least the account or, where it has none, the resource."""
    if key in {"aws:principalarn", "aws:sourcearn"}:
        parts = value.split(":", 5)
        return len(parts) == 6 and (parts[4].isdigit() or (not parts[4] and not parts[5].startswith("*")))  # noqa: PLR2004 - an ARN has six parts
    return not value.startswith(("*", "?"))


def open_issuers(statement: Statement) -> Iterator[str]:
    """Yield the web identity issuers of which any subject, or any customer's subject, may assume the role."""
    for principal in () if statement.principals is None else statement.principals.federated:
        _, is_oidc, issuer = principal.partition(":oidc-provider/")
        if is_oidc and not any(_fixes_subject(condition, issuer) for condition in statement.conditions):
            yield issuer
        elif "." in principal and ":" not in principal:
            audiences = {f"{principal.lower()}:{claim}" for claim in _BUILT_IN_CLAIMS}
            if not any(_limits(condition, audiences) for condition in statement.conditions):
                yield principal


def _fixes_subject(condition: Condition, issuer: str) -> bool:
    key = condition.key.lower()
    said, _, claim = key.rpartition(":")
    if said != issuer.lower() or claim not in _CLAIMS or not _limits(condition, {key}):
        return False
    begins, ends = _TENANTS.get(said, ("", ""))
    return claim != "sub" or all(_names_tenant(value, begins, ends) for value in condition.values)


def _names_tenant(value: str, begins: str, ends: str) -> bool:
    """Whether the customer's name stands in the value before any wildcard."""
    fixed = re.split(r"[*?]", value, maxsplit=1)[0]
    if begins.startswith(fixed):
        return False
    return not fixed.startswith(begins) or ends in fixed[len(begins) :]
