"""The global condition keys and their types.

Source: IAM User Guide, "AWS global condition context keys". Keys that name a tag are given by their stem.
"""

from collections.abc import Mapping
from typing import Final

from scanner.reason.lint.reference import ConditionKey, service_key

TAG_STEMS: Final = frozenset({"aws:principaltag", "aws:requesttag", "aws:resourcetag"})
"""Keys that need the key of a tag after a slash, in lower case."""

DEPRECATED: Final[Mapping[str, str]] = {"aws:sourceowner": "aws:SourceAccount"}
"""Keys that still work, and what took their place."""

UNSUPPORTED: Final[Mapping[str, str]] = {"aws:arn": "aws:PrincipalArn or aws:SourceArn"}
"""Keys that no request carries any more."""

_NAMES: Final[Mapping[str, str]] = {
    "String": """
        CalledViaFirst CalledViaLast FederatedProvider PrincipalAccount PrincipalOrgID PrincipalServiceName PrincipalType
        referer RequestedRegion ResourceAccount ResourceOrgID SourceAccount SourceIdentity SourceOrgID SourceOwner
        SourceVpc SourceVpce UserAgent userid username VpceAccount VpceOrgID Ec2InstanceSourceVpc
    """,
    "ArrayOfString": """
        CalledVia PrincipalOrgPaths PrincipalServiceNamesList ResourceOrgPaths SourceOrgPaths TagKeys VpceOrgPaths
    """,
    "ARN": "PrincipalArn SourceArn SourceVpcArn ChatbotSourceArn SignInSessionArn",
    "Bool": """
        AssumedRoot IsMcpServiceAction MultiFactorAuthPresent PrincipalIsAWSService SecureTransport ViaAWSMCPService
        ViaAWSService
    """,
    "Numeric": "MultiFactorAuthAge",
    "Date": "CurrentTime EpochTime TokenIssueTime",
    "IPAddress": "SourceIp VpcSourceIp Ec2InstanceSourcePrivateIPv4",
}
_KEYS: Final[Mapping[str, ConditionKey]] = {
    f"aws:{name}".lower(): ConditionKey(f"aws:{name}", kind) for kind, names in _NAMES.items() for name in names.split()
}


def find_key(key: str) -> ConditionKey | None:
    """Find a condition key, global or of a service; None if it is not known."""
    folded = key.lower()
    if not folded.startswith("aws:"):
        return service_key(folded)
    stem, slash, tag = folded.partition("/")
    if stem in TAG_STEMS:
        return ConditionKey(key, "String") if slash and tag else None
    return _KEYS.get(folded)
