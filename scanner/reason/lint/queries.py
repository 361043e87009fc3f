"""What a policy must not do, asked of it alone: grant some access, or let in nobody in particular.

These are the custom policy checks of IAM Access Analyzer beside the comparison with a reference: "access not granted"
and "no public access" (IAM User Guide, "IAM Access Analyzer custom policy checks").
"""

from collections.abc import Iterable
from typing import Final

from scanner.model.policy import Effect, PolicyDocument, Principals, Statement
from scanner.reason.access.public import Owned, PublicAccess, publicly_accessible
from scanner.reason.lint.codes import PolicyKind
from scanner.reason.lint.excess import Comparison, new_access

_NOBODYS: Final = "000000000000"
"""An account that is no policy's: whose resource a policy is attached to is not told."""
_ASSUMING: Final = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")


def access_granted(
    policy: PolicyDocument, kind: PolicyKind, actions: Iterable[str], resources: Iterable[str]
) -> Comparison:
    """Find a request for one of these actions on one of these resources that a policy allows; Empty if there is none.

    Both are patterns. A policy with principals is asked for everybody that it tells apart.
    """
    everyone = Principals(anyone=True) if kind.has_principal else None
    asked = (
        Statement(-1, Effect.DENY, principals=everyone, not_actions=tuple(actions), resources=("*",)),
        Statement(-1, Effect.DENY, principals=everyone, actions=("*",), not_resources=tuple(resources)),
    )
    narrowed = PolicyDocument(policy.version, policy.id, (*policy.statements, *asked))
    return new_access(narrowed, PolicyDocument(policy.version), kind)


def public_access(policy: PolicyDocument, kind: PolicyKind, services: frozenset[str]) -> PublicAccess:
    """Find who is let in that is nobody in particular. `services` are those of the resource, none if it is not told."""
    actions = _ASSUMING if kind is PolicyKind.TRUST else tuple(f"{each}:*" for each in sorted(services)) or ("*",)
    return publicly_accessible(policy, Owned(_NOBODYS, actions=actions))
