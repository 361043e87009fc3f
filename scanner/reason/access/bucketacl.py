"""What the access control list of a bucket grants to outsiders.

Sources: Amazon S3 User Guide, "Access control list overview", section "Mapping of ACL permissions and access policy
permissions"; "Controlling ownership of objects".
"""

from collections.abc import Mapping
from typing import Final

from scanner.model.maybe import Absent, Maybe, Reason, UnknownAsked, any_of, known, unknown
from scanner.model.policy import Condition, Effect, PolicyDocument, Principals, Statement
from scanner.model.publicaccess import Opening, Openings
from scanner.model.s3 import ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY, BucketAcl, OwnershipControls
from scanner.reason.access.outside import policy_in

_LISTING: Final = ("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads")
ACTIONS_OF_PERMISSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "READ": _LISTING,
    "WRITE": ("s3:PutObject",),
    "READ_ACP": ("s3:GetBucketAcl",),
    "WRITE_ACP": ("s3:PutBucketAcl",),
    "FULL_CONTROL": (*_LISTING, "s3:PutObject", "s3:GetBucketAcl", "s3:PutBucketAcl"),
}
"""What each permission of a bucket's ACL allows (S3 User Guide, "Mapping of ACL permissions")."""
_SIGNED: Final = (Condition("Null", "aws:PrincipalArn", ("false",)),)
"""What holds of every caller with credentials."""
_CLOUDFRONT_LOGS: Final = "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"
"""The canonical user that writes CloudFront's standard logs (CloudFront Developer Guide, "Access logs")."""


def grants_as_policy(acl: BucketAcl, policy: Maybe[PolicyDocument | Absent]) -> PolicyDocument:
    """Write the public grants as statements, among the denials of the bucket policy, which bind them too."""
    document = policy_in(policy)
    denials = () if document is None else tuple(document.denies)
    grants = tuple(
        Statement(
            index,
            Effect.ALLOW,
            sid="ACL",
            principals=Principals(anyone=True),
            actions=ACTIONS_OF_PERMISSIONS[grant.permission],
            resources=("*",),
            conditions=() if grant.grantee == ALL_USERS else _SIGNED,
        )
        for index, grant in enumerate(acl.to_public(*ACTIONS_OF_PERMISSIONS))
    )
    return PolicyDocument("2012-10-17" if document is None else document.version, statements=(*grants, *denials))


def foreign_grants(acl: BucketAcl, ownership: OwnershipControls) -> Openings:
    """Return what is granted to other accounts, which the ACL tells by canonical ids."""
    try:
        if any_of(lambda: ownership.acls_disabled, lambda: not _to_others(acl)):
            return Openings()
        return Openings(_to_others(acl))
    except UnknownAsked as asked:
        return Openings(why=asked.why)


def _to_others(acl: BucketAcl) -> tuple[Opening, ...]:
    groups = {ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY, _CLOUDFRONT_LOGS}
    named = [grant for grant in acl.grants if grant.grantee not in groups]
    owner = acl.owner
    if named and isinstance(owner, Absent):
        known(unknown(Reason.UNRESOLVED, "the ACL does not tell who owns the bucket"))
    return tuple(
        Opening(
            who=f"the account with canonical id {grant.grantee}",
            actions=ACTIONS_OF_PERMISSIONS.get(grant.permission, (grant.permission,)),
            route="its ACL",
            example=f"the grant of {grant.permission}",
        )
        for grant in named
        if grant.grantee != owner
    )
