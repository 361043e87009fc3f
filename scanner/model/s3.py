"""S3 kinds: buckets with their facets, access points, and the account-wide access block."""

from functools import lru_cache
from typing import ClassVar

import msgspec

from scanner.model.account import Account
from scanner.model.kind import All, Facet, Resource, Tags
from scanner.model.maybe import Absent, Maybe, UnknownAsked, Why, any_of, known, why_unknown
from scanner.model.policy import PolicyDocument

BLOCKS = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
"""The four switches of S3 Block Public Access."""


class Bucket(Resource, frozen=True, kw_only=True, eq=False):
    """A general purpose bucket; its id is its name, unique within the partition."""

    service: ClassVar[str] = "s3"
    noun: ClassVar[str] = "bucket"
    regional: ClassVar[bool] = False

    region: Maybe[str]
    owner: Maybe[str | Absent]
    """The canonical user id of the account that it is in."""

    @property
    def shown_region(self) -> str:
        """The region that the bucket lies in, if that is known."""
        return self.scope.region if why_unknown(self.region) is not None else known(self.region)


class BlockSwitches(Facet, frozen=True, kw_only=True, eq=False):
    """The four switches, each of which acts at account, bucket and access point: the strictest wins."""

    block_public_acls: Maybe[bool]
    ignore_public_acls: Maybe[bool]
    block_public_policy: Maybe[bool]
    restrict_public_buckets: Maybe[bool]

    def off_beside(self, other: "BlockSwitches") -> frozenset[str]:
        """Return the names of the switches that are off both here and there. One that is on decides alone."""
        return frozenset(
            name
            for name in BLOCKS
            if not any_of(lambda: getattr(self, name), lambda: getattr(other, name))  # noqa: B023
        )


class PublicAccessBlock(BlockSwitches, frozen=True, kw_only=True, eq=False):
    """Block Public Access as the bucket sets it; all off where it sets none."""

    of: ClassVar[type[Resource]] = Bucket


class AccountPublicAccessBlock(BlockSwitches, frozen=True, kw_only=True, eq=False):
    """Block Public Access as the account sets it for all its buckets."""

    of: ClassVar[type[Resource]] = Account


class BucketPolicy(Facet, frozen=True, kw_only=True, eq=False):
    """The resource policy of a bucket, or none. A document that AWS would not accept is unknown, not absent."""

    of: ClassVar[type[Resource]] = Bucket

    document: Maybe[PolicyDocument | Absent]


class Grant(msgspec.Struct, frozen=True):
    """One grant of an ACL: to whom (a canonical id, or the URI of a group), and what."""

    grantee: str
    permission: str


ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
PUBLIC_GROUPS = {ALL_USERS: "anyone", AUTHENTICATED_USERS: "any AWS account"}
"""The groups that a grant makes public with, in words (S3 User Guide, "Access control list overview")."""


class BucketAcl(Facet, frozen=True, kw_only=True, eq=False):
    """The access control list of a bucket."""

    of: ClassVar[type[Resource]] = Bucket

    owner: Maybe[str | Absent]
    grants: Maybe[tuple[Grant, ...]]

    def to_public(self, *permissions: str) -> tuple[Grant, ...]:
        """Return the grants of any of these permissions to everyone, or to everyone with an AWS account."""
        return tuple(
            grant for grant in self.grants if grant.grantee in PUBLIC_GROUPS and grant.permission in permissions
        )


class OwnershipControls(Facet, frozen=True, kw_only=True, eq=False):
    """Who owns the objects: with `BucketOwnerEnforced` ACLs have no effect. None set means `ObjectWriter`."""

    of: ClassVar[type[Resource]] = Bucket

    object_ownership: Maybe[str]

    @property
    def acls_disabled(self) -> bool:
        """Whether ACLs have no effect on this bucket."""
        return self.object_ownership == "BucketOwnerEnforced"


class BucketEncryption(Facet, frozen=True, kw_only=True, eq=False):
    """Default encryption. S3 encrypts every new object with SSE-S3 since January 2023, so the least is AES256."""

    of: ClassVar[type[Resource]] = Bucket

    algorithm: Maybe[str | Absent]
    kms_key: Maybe[str | Absent]
    bucket_key: Maybe[bool]


class BucketVersioning(Facet, frozen=True, kw_only=True, eq=False):
    """Whether old versions of objects are kept, and whether deleting them needs MFA."""

    of: ClassVar[type[Resource]] = Bucket

    enabled: Maybe[bool]
    mfa_delete: Maybe[bool]


class BucketLogging(Facet, frozen=True, kw_only=True, eq=False):
    """Server access logging: the bucket that receives the logs, or none."""

    of: ClassVar[type[Resource]] = Bucket

    target_bucket: Maybe[str | Absent]
    target_prefix: Maybe[str | Absent]


class LogTargets(msgspec.Struct, frozen=True):
    """The buckets that receive access logs, as far as the logging of all buckets is known."""

    names: frozenset[str]
    why: Why | None

    def has(self, name: str) -> bool:
        """Whether it receives logs; raises `UnknownAsked` if it may, by a bucket whose logging is unknown."""
        if name in self.names:
            return True
        if self.why is not None:
            raise UnknownAsked(self.why)
        return False


@lru_cache(maxsize=1)
def log_targets(loggings: All[BucketLogging]) -> LogTargets:
    """Return the targets of all these: found once for the account, not once more for each of its buckets."""
    names: set[str] = set()
    why: Why | None = None
    try:
        for one in loggings:
            unread = why_unknown(one.target_bucket)
            why = why or unread
            if unread is None and one.target_bucket:
                names.add(f"{one.target_bucket}")
    except UnknownAsked as asked:
        why = why or asked.why
    return LogTargets(frozenset(names), why)


class LifecycleRule(msgspec.Struct, frozen=True):
    """One lifecycle rule, as far as rules ask: is it on, and what does it expire."""

    id: str
    enabled: bool
    expires_current: bool
    expires_noncurrent: bool
    aborts_uploads: bool


class BucketLifecycle(Facet, frozen=True, kw_only=True, eq=False):
    """The lifecycle configuration; no rules where there is none."""

    of: ClassVar[type[Resource]] = Bucket

    rules: Maybe[tuple[LifecycleRule, ...]]


class ObjectLock(Facet, frozen=True, kw_only=True, eq=False):
    """Object Lock: whether it is on, and the default retention if one is set."""

    of: ClassVar[type[Resource]] = Bucket

    enabled: Maybe[bool]
    mode: Maybe[str | Absent]
    days: Maybe[int | Absent]


class BucketWebsite(Facet, frozen=True, kw_only=True, eq=False):
    """Static website hosting."""

    of: ClassVar[type[Resource]] = Bucket

    enabled: Maybe[bool]
    redirects_to: Maybe[str | Absent]


class BucketReplication(Facet, frozen=True, kw_only=True, eq=False):
    """Replication: the ARNs of the buckets that enabled rules copy to."""

    of: ClassVar[type[Resource]] = Bucket

    destinations: Maybe[tuple[str, ...]]


class BucketTags(Facet, frozen=True, kw_only=True, eq=False):
    """The tags of a bucket; a call of their own, unlike those of other kinds."""

    of: ClassVar[type[Resource]] = Bucket

    tags: Maybe[Tags]


Bucket.tags_in = BucketTags


class AccessPoint(Resource, frozen=True, kw_only=True, eq=False):
    """An access point; its id is its name, unique within account and region."""

    service: ClassVar[str] = "s3"
    noun: ClassVar[str] = "access point"

    bucket: Maybe[str]
    vpc: Maybe[str | Absent]
    """The VPC that it is limited to; absent for one that answers the internet."""


class AccessPointBlock(BlockSwitches, frozen=True, kw_only=True, eq=False):
    """Block Public Access as the access point sets it; it cannot be changed after creation."""

    of: ClassVar[type[Resource]] = AccessPoint


class AccessPointPolicy(Facet, frozen=True, kw_only=True, eq=False):
    """The resource policy of an access point, or none."""

    of: ClassVar[type[Resource]] = AccessPoint

    document: Maybe[PolicyDocument | Absent]


class MultiRegionAccessPoint(Resource, frozen=True, kw_only=True, eq=False):
    """A multi-region access point; its id is its name, unique within the account. It answers the internet."""

    service: ClassVar[str] = "s3"
    noun: ClassVar[str] = "multi-region access point"
    regional: ClassVar[bool] = False

    alias: Maybe[str | Absent]
    buckets: Maybe[tuple[str, ...]]


class MultiRegionAccessPointBlock(BlockSwitches, frozen=True, kw_only=True, eq=False):
    """Block Public Access as the multi-region access point sets it; it cannot be changed after creation."""

    of: ClassVar[type[Resource]] = MultiRegionAccessPoint


class MultiRegionAccessPointPolicy(Facet, frozen=True, kw_only=True, eq=False):
    """The policy of a multi-region access point that is in force in every region, or none."""

    of: ClassVar[type[Resource]] = MultiRegionAccessPoint

    document: Maybe[PolicyDocument | Absent]
