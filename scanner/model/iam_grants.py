"""What IAM policies say when they are read literally: no set algebra, boundaries, SCPs or values of conditions.

Rules that ask these questions say so on their pages. A statement with a condition is not counted as a grant here.
"""

from collections.abc import Iterable, Iterator
from typing import cast

from scanner.model.glob import matches
from scanner.model.iam import Group, Policy, PolicyForm, Principal, User
from scanner.model.kind import All
from scanner.model.maybe import Absent, Reason, UnknownAsked, Why, why_unknown
from scanner.model.policy import PolicyDocument, Statement


def aws_managed(name: str, partition: str = "aws") -> str:
    """Return the ARN of a policy that AWS manages; the name includes its path."""
    return f"arn:{partition}:iam::aws:policy/{name}"


def document_of(policy: Policy) -> PolicyDocument:
    """Return the document in force, empty if there is none; raises `UnknownAsked` if it could not be read."""
    document = policy.document
    why = why_unknown(document)
    if why is not None:
        raise UnknownAsked(why)
    return PolicyDocument() if isinstance(document, Absent) else cast("PolicyDocument", document)


def covers(statement: Statement, action: str) -> bool:
    """Whether the statement's Action or NotAction reaches the action (letter case does not matter)."""
    wanted = action.lower()
    if statement.not_actions is not None:
        return not any(matches(pattern.lower(), wanted) for pattern in statement.not_actions)
    return any(matches(pattern.lower(), wanted) for pattern in statement.actions or ())


def granted_everywhere(document: PolicyDocument, actions: Iterable[str]) -> tuple[str, ...]:
    """Return those of the actions that a statement allows on `*` without a condition, and no such statement denies.

    A statement that allows every action does not count: that is a defect of its own.
    """
    allows = [statement for statement in document.allows if _is_plain(statement) and not statement.has_every_action]
    denies = [statement for statement in document.denies if _is_plain(statement)]
    return tuple(
        action
        for action in actions
        if any(covers(statement, action) for statement in allows)
        and not any(covers(statement, action) for statement in denies)
    )


def _is_plain(statement: Statement) -> bool:
    return statement.has_every_resource and not statement.conditions


def allows_everything(document: PolicyDocument) -> bool:
    """Whether a statement reads `Allow * on *`, and none denies everything in the same way."""
    return any(statement.allows_everything for statement in document.allows) and not any(
        statement.has_every_action and _is_plain(statement) for statement in document.denies
    )


def whole_services(document: PolicyDocument) -> tuple[str, ...]:
    """Return the services of which a statement allows every action (`service:*`), sorted."""
    return tuple(
        sorted(
            {
                action.partition(":")[0].lower()
                for statement in document.allows
                if not statement.has_every_action
                for action in statement.actions or ()
                if action.partition(":")[2] and set(action.partition(":")[2]) == {"*"}
            }
        )
    )


def policies_of(principal: Principal, groups: All[Group], policies: All[Policy]) -> Iterator[Policy]:
    """Yield the policies that act for a principal: its own and, for a user, those of its groups.

    Raises `UnknownAsked` after those that are known, if a list was not read or a policy is not told.
    """
    missing: Why | None = None
    for id_ in _policy_ids(principal, groups):
        try:
            found = policies.get(id_)
        except UnknownAsked as asked:
            missing = missing or asked.why
            continue
        if isinstance(found, Absent):
            missing = missing or Why(Reason.UNRESOLVED, f"{id_} is attached, and its document is not told")
            continue
        yield found
    if missing is not None:
        raise UnknownAsked(missing)


def _policy_ids(principal: Principal, groups: All[Group]) -> Iterator[str]:
    yield from principal.policy_ids
    if isinstance(principal, User):
        for name in principal.groups:
            group = groups.get(name)
            yield from () if isinstance(group, Absent) else group.policy_ids


def administers_by(principal: Principal, groups: All[Group], policies: All[Policy]) -> Policy | None:
    """Return a policy that lets the principal do everything, or None.

    Raises `UnknownAsked` if none is known to and one that could is not known.
    """
    missing: Why | None = None
    found = policies_of(principal, groups, policies)
    while True:
        try:
            policy = next(found, None)
            if policy is None or allows_everything(document_of(policy)):
                break
        except UnknownAsked as asked:
            missing = missing or asked.why
    if policy is None and missing is not None:
        raise UnknownAsked(missing)
    return policy


def holders_of(arn: str, *listings: Iterable[Principal]) -> Iterator[Principal]:
    """Yield the principals that a managed policy is attached to; raises `UnknownAsked` after those that are known."""
    missing: Why | None = None
    for listing in listings:
        try:
            for principal in listing:
                if arn in principal.attached_policies:
                    yield principal
        except UnknownAsked as asked:
            missing = missing or asked.why
    if missing is not None:
        raise UnknownAsked(missing)


def is_own(policy: Policy) -> bool:
    """Whether the account wrote the policy, rather than AWS."""
    return policy.form is not PolicyForm.AWS_MANAGED
