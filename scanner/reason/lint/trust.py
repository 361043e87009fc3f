"""Whether trust policies let principals in by the action that is theirs, and tokens of the right subject only.

Source: IAM User Guide, "IAM policy validation check reference" and "Available keys for AWS OIDC federation"; IAM Roles
Anywhere User Guide, "Trust model".
"""

import re
from collections.abc import Iterator
from typing import Final

from scanner.model.lint import LintFinding
from scanner.model.policy import Condition, Quantifier, Statement
from scanner.reason.access.glob import matcher, wildcards
from scanner.reason.lint.codes import PolicyKind, Subject, finding, path_of, path_of_condition, quoted
from scanner.reason.lint.resources import has_wildcard

_GITHUB: Final = "token.actions.githubusercontent.com"
_PROVIDER: Final = re.compile(r"arn:[a-z-]+:iam::\d{12}:(?:saml|oidc)-provider/.+|[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/.*)?")
_BY_SAML: Final = "sts:assumerolewithsaml"
_BY_TOKEN: Final = "sts:assumerolewithwebidentity"  # noqa: S105 - an action
_DIRECTLY: Final = "sts:assumerole"
_ASSUMPTIONS: Final = (_DIRECTLY, _BY_SAML, _BY_TOKEN)
_ANYWHERE: Final = "rolesanywhere.amazonaws.com"
_ANYWHERE_NEEDS: Final = ("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")
_KNOWN_AUDIENCES: Final = frozenset(
    {_GITHUB, "accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"}
)
"""Providers whose audience claim has one value."""
_SETTING: Final = {
    "aws:requesttag": "sts:TagSession",
    "aws:tagkeys": "sts:TagSession",
    "sts:transitivetagkeys": "sts:TagSession",
    "sts:sourceidentity": "sts:SetSourceIdentity",
}
"""Keys that only requests with a further action carry, by stem."""


def trust_findings(statement: Statement, subject: Subject) -> Iterator[LintFinding]:
    """Yield what is wrong with whom a statement of a trust policy lets in, and how."""
    if subject.kind is not PolicyKind.TRUST or statement.principals is None:
        return
    yield from _name_findings(statement)
    if statement.allows and statement.actions is not None:
        yield from _action_findings(statement)
        yield from _setting_findings(statement)
        yield from _provider_findings(statement)
    for condition in statement.conditions:
        if condition.key.lower().endswith(":aud") and condition.quantifier is not Quantifier.ONE:
            yield from _audience_findings(statement, condition)


def _name_findings(statement: Statement) -> Iterator[LintFinding]:
    principals = statement.principals
    if principals is None:
        return
    for index, name in enumerate(principals.federated):
        if not has_wildcard(name) and not _PROVIDER.fullmatch(name):
            yield finding(
                "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
                path_of(statement, f"Principal.Federated[{index}]"),
                f"{quoted(name)} is neither the host name nor the ARN of an identity provider",
            )
    roles = {_role_of(name) for name in principals.aws if ":role/" in name}
    for index, name in enumerate(principals.aws):
        if ":assumed-role/" in name and _role_of(name) in roles:
            yield finding(
                "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY",
                path_of(statement, f"Principal.AWS[{index}]"),
                f"the role of session {quoted(name)} is let in as well",
            )


def _role_of(arn: str) -> str:
    """Return account and name of a role or of the role of a session; the text itself if it names neither."""
    account, _, rest = arn.partition(":assumed-role/")
    if rest:
        return f"{account.rpartition(':')[2]}/{rest.partition('/')[0]}"
    account, _, rest = arn.partition(":role/")
    return f"{account.rpartition(':')[2]}/{rest.rpartition('/')[2]}" if rest else arn


def _action_findings(statement: Statement) -> Iterator[LintFinding]:
    principals = statement.principals
    if principals is None:
        return
    by_saml = [name for name in principals.federated if ":saml-provider/" in name]
    by_token = [name for name in principals.federated if ":saml-provider/" not in name]
    others = [*principals.aws, *principals.service]
    refused = {_DIRECTLY: [*by_saml, *by_token], _BY_SAML: [*by_token, *others], _BY_TOKEN: [*by_saml, *others]}
    for index, action in enumerate(statement.actions or ()):
        wrong = [name for name in refused.get(action.lower(), ()) if name != "*"]
        if wrong:
            yield finding(
                "MISMATCHED_ACTION_FOR_PRINCIPAL",
                path_of(statement, "Action", index),
                f"{', '.join(wrong)} cannot call {action}",
            )
    missing = [needed for needed in _ANYWHERE_NEEDS if not _has(statement, needed)]
    if _ANYWHERE in principals.service and missing:
        yield finding(
            "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY",
            path_of(statement, "Action"),
            f"IAM Roles Anywhere also needs {', '.join(missing)}",
        )


def _has(statement: Statement, action: str) -> bool:
    return any(matcher(wildcards(each.lower()))(action.lower()) for each in statement.actions or ())


def _setting_findings(statement: Statement) -> Iterator[LintFinding]:
    for condition in statement.conditions:
        needed = _SETTING.get(condition.key.lower().partition("/")[0])
        if needed is not None and condition.operator != "Null" and not _has(statement, needed):
            yield finding(
                "MISSING_ACTION_FOR_CONDITION_KEY",
                path_of_condition(statement, condition),
                f"no request that may not {needed} carries {condition.key}: add the action",
            )


def _provider_findings(statement: Statement) -> Iterator[LintFinding]:
    principals = statement.principals
    names = principals.federated if principals is not None else ()
    hosts = {condition.key.lower().rpartition(":")[0] for condition in statement.conditions}
    is_github_told = False
    for index, name in enumerate(names):
        if ":saml-provider/" in name or has_wildcard(name):
            continue
        host = name.rpartition("oidc-provider/")[2].lower()
        path = path_of(statement, f"Principal.Federated[{index}]")
        if host not in hosts:
            yield finding(
                "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
                path,
                f"every token of {host} is let in: compare a claim of it, such as {host}:sub",
            )
        if host == _GITHUB and not is_github_told:
            is_github_told = True
            yield from _repository_findings(statement, path)


def _repository_findings(statement: Statement, path: str) -> Iterator[LintFinding]:
    subjects = [each for each in statement.conditions if each.key.lower() == f"{_GITHUB}:sub"]
    if not subjects:
        yield finding(
            "MISSING_GITHUB_REPO_CONDITION_KEY", path, f"workflows of any repository are let in: compare {_GITHUB}:sub"
        )
    is_pinned = any(each.key.lower() == f"{_GITHUB}:ref" for each in statement.conditions)
    for condition in subjects:
        wide = next((value for value in condition.values if has_wildcard(value)), None)
        if wide is not None and not is_pinned:
            yield finding(
                "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
                path_of_condition(statement, condition),
                f"{quoted(wide)} lets in more than one repository and branch",
            )


def _audience_findings(statement: Statement, condition: Condition) -> Iterator[LintFinding]:
    host = condition.key.lower().removesuffix(":aud")
    path = path_of_condition(statement, condition)
    if host in _KNOWN_AUDIENCES and condition.quantifier is Quantifier.FOR_ANY_VALUE:
        yield finding(
            "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE", path, f"{condition.key} has one value: leave ForAnyValue: out"
        )
    elif host not in _KNOWN_AUDIENCES and "." in host:
        yield finding(
            "CONFIRM_AUDIENCE_CLAIM_TYPE",
            path,
            f"if tokens of {host} name one audience, leave {condition.quantifier}: out",
        )
