"""What a policy may and must say, by the type of policy.

Source: IAM User Guide, "IAM JSON policy elements": Principal, Resource. Missing Principal elements are let pass where
AWS accepts no other value than everyone (RCPs) or defaults to it (endpoints).
"""

from enum import StrEnum

from scanner.model.policy import MalformedPolicy, PolicyDocument


class PolicyType(StrEnum):
    """The types that differ in their elements; boundaries, session policies and SCPs are like identity policies."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    GUARD = "guard"


def require_type(document: PolicyDocument, kind: PolicyType) -> None:
    """Raise MalformedPolicy if a document cannot be of this type."""
    for statement in document.statements:
        has_principal = statement.principals is not None or statement.not_principals is not None
        has_resource = statement.resources is not None or statement.not_resources is not None
        path = f"$.Statement[{statement.index}]"
        if kind is PolicyType.IDENTITY and has_principal:
            raise MalformedPolicy(f"{path}: has a Principal, which only resource-based policies have")
        if kind is PolicyType.IDENTITY and not has_resource:
            raise MalformedPolicy(f"{path}: has neither Resource nor NotResource")
        if kind is PolicyType.RESOURCE and not has_principal:
            raise MalformedPolicy(f"{path}: has neither Principal nor NotPrincipal")
