"""Reading S3: which calls, and what their answers mean (Amazon S3 API Reference, S3 Control API Reference)."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar

from scanner.aws.document import policy_from
from scanner.model.account import Account, AccountRegion
from scanner.model.kind import Facet, Kind, Scope, tags_from
from scanner.model.maybe import ABSENT, Reason, unknown
from scanner.model.s3 import (
    AccessPoint,
    AccessPointBlock,
    AccessPointPolicy,
    AccountPublicAccessBlock,
    BlockSwitches,
    Bucket,
    BucketAcl,
    BucketEncryption,
    BucketLifecycle,
    BucketLogging,
    BucketPolicy,
    BucketReplication,
    BucketTags,
    BucketVersioning,
    BucketWebsite,
    Grant,
    LifecycleRule,
    MultiRegionAccessPoint,
    MultiRegionAccessPointBlock,
    MultiRegionAccessPointPolicy,
    ObjectLock,
    OwnershipControls,
    PublicAccessBlock,
)
from scanner.reader import Page, Place, Reader, given, only, rows

_HAS_MULTI_REGION: Final = "aws"
"""The one partition with multi-region access points."""
_MULTI_REGION_HOME: Final = "us-west-2"
"""The one region that answers control requests for multi-region access points (S3 User Guide)."""

B = TypeVar("B", bound=BlockSwitches)
F = TypeVar("F", bound=Facet)

_PAGE: Final = 1000
"""Largest page of every listing here. A given page size also makes ListBuckets tell each bucket's region."""


def _buckets(pages: tuple[Page, ...], at: Place) -> Iterator[Bucket]:
    owners = [owner["ID"] for page in pages if (owner := page.get("Owner")) and owner.get("ID")]
    for row in rows(pages, "Buckets"):
        yield Bucket(
            scope=at.scope,
            id=row["Name"],
            origin=at.origin,
            arn=f"arn:{at.scope.partition}:s3:::{row['Name']}",
            name=row["Name"],
            tags=unknown(Reason.NOT_COLLECTED, "told by GetBucketTagging"),
            region=row.get("BucketRegion") or unknown(Reason.NOT_COLLECTED, "ListBuckets did not tell the region"),
            owner=owners[0] if owners else ABSENT,
        )


def _about(kind: type[F], at: Place, **fields: Any) -> F:
    """Return a facet of the parent that the call asked about."""
    return kind(scope=at.parent.scope, id=at.parent.id, origin=at.origin, **fields)


def _switches(kind: type[B], at: Place, scope: Scope, native_id: str, configuration: Any) -> B:
    said = configuration or {}
    return kind(
        scope=scope,
        id=native_id,
        origin=at.origin,
        block_public_acls=bool(said.get("BlockPublicAcls")),
        ignore_public_acls=bool(said.get("IgnorePublicAcls")),
        block_public_policy=bool(said.get("BlockPublicPolicy")),
        restrict_public_buckets=bool(said.get("RestrictPublicBuckets")),
    )


def _configured(pages: tuple[Page, ...]) -> Any:
    return only(pages).get("PublicAccessBlockConfiguration")


def _own_block(pages: tuple[Page, ...], at: Place) -> Iterator[PublicAccessBlock]:
    yield _switches(PublicAccessBlock, at, at.parent.scope, at.parent.id, _configured(pages))


def _account_block(pages: tuple[Page, ...], at: Place) -> Iterator[AccountPublicAccessBlock]:
    yield _switches(AccountPublicAccessBlock, at, at.scope.account_wide(), at.scope.account, _configured(pages))


def _policy(pages: tuple[Page, ...], at: Place) -> Iterator[BucketPolicy]:
    yield _about(BucketPolicy, at, document=policy_from(only(pages).get("Policy")))


def _acl(pages: tuple[Page, ...], at: Place) -> Iterator[BucketAcl]:
    page = only(pages)
    grants = tuple(
        Grant(
            row["Grantee"].get("URI") or row["Grantee"].get("ID") or row["Grantee"].get("EmailAddress", ""),
            row["Permission"],
        )
        for row in page.get("Grants") or ()
    )
    yield _about(BucketAcl, at, owner=given(page.get("Owner") or {}, "ID"), grants=grants)


def _ownership(pages: tuple[Page, ...], at: Place) -> Iterator[OwnershipControls]:
    said = (only(pages).get("OwnershipControls") or {}).get("Rules") or [{}]
    yield _about(OwnershipControls, at, object_ownership=said[0].get("ObjectOwnership", "ObjectWriter"))


def _encryption(pages: tuple[Page, ...], at: Place) -> Iterator[BucketEncryption]:
    said = (only(pages).get("ServerSideEncryptionConfiguration") or {}).get("Rules") or [{}]
    default = said[0].get("ApplyServerSideEncryptionByDefault") or {}
    yield _about(
        BucketEncryption,
        at,
        algorithm=given(default, "SSEAlgorithm"),
        kms_key=given(default, "KMSMasterKeyID"),
        bucket_key=bool(said[0].get("BucketKeyEnabled")),
    )


def _versioning(pages: tuple[Page, ...], at: Place) -> Iterator[BucketVersioning]:
    page = only(pages)
    yield _about(
        BucketVersioning, at, enabled=page.get("Status") == "Enabled", mfa_delete=page.get("MFADelete") == "Enabled"
    )


def _logging(pages: tuple[Page, ...], at: Place) -> Iterator[BucketLogging]:
    said = only(pages).get("LoggingEnabled") or {}
    yield _about(
        BucketLogging, at, target_bucket=given(said, "TargetBucket"), target_prefix=given(said, "TargetPrefix")
    )


def _lifecycle(pages: tuple[Page, ...], at: Place) -> Iterator[BucketLifecycle]:
    found = tuple(
        LifecycleRule(
            id=row.get("ID", ""),
            enabled=row["Status"] == "Enabled",
            expires_current="Expiration" in row,
            expires_noncurrent="NoncurrentVersionExpiration" in row,
            aborts_uploads="AbortIncompleteMultipartUpload" in row,
        )
        for row in only(pages).get("Rules") or ()
    )
    yield _about(BucketLifecycle, at, rules=found)


def _object_lock(pages: tuple[Page, ...], at: Place) -> Iterator[ObjectLock]:
    said = only(pages).get("ObjectLockConfiguration") or {}
    default = (said.get("Rule") or {}).get("DefaultRetention") or {}
    years = default.get("Years")
    yield _about(
        ObjectLock,
        at,
        enabled=said.get("ObjectLockEnabled") == "Enabled",
        mode=given(default, "Mode"),
        days=years * 365 if years else given(default, "Days"),
    )


def _website(pages: tuple[Page, ...], at: Place) -> Iterator[BucketWebsite]:
    page = only(pages)
    redirect = page.get("RedirectAllRequestsTo") or {}
    yield _about(
        BucketWebsite,
        at,
        enabled=bool(redirect or page.get("IndexDocument") or page.get("ErrorDocument") or page.get("RoutingRules")),
        redirects_to=given(redirect, "HostName"),
    )


def _replication(pages: tuple[Page, ...], at: Place) -> Iterator[BucketReplication]:
    said = (only(pages).get("ReplicationConfiguration") or {}).get("Rules") or ()
    targets = sorted({row["Destination"]["Bucket"] for row in said if row["Status"] == "Enabled"})
    yield _about(BucketReplication, at, destinations=tuple(targets))


def _tags(pages: tuple[Page, ...], at: Place) -> Iterator[BucketTags]:
    yield _about(BucketTags, at, tags=tags_from(only(pages).get("TagSet") or ()))


def _access_points(pages: tuple[Page, ...], at: Place) -> Iterator[AccessPoint]:
    for row in rows(pages, "AccessPointList"):
        yield AccessPoint(
            scope=at.scope,
            id=row["Name"],
            origin=at.origin,
            arn=given(row, "AccessPointArn"),
            name=row["Name"],
            tags={},
            bucket=row["Bucket"],
            vpc=given(row.get("VpcConfiguration") or {}, "VpcId"),
        )


def _access_point_block(pages: tuple[Page, ...], at: Place) -> Iterator[AccessPointBlock]:
    yield _switches(AccessPointBlock, at, at.parent.scope, at.parent.id, _configured(pages))


def _access_point_policy(pages: tuple[Page, ...], at: Place) -> Iterator[AccessPointPolicy]:
    yield _about(AccessPointPolicy, at, document=policy_from(only(pages).get("Policy")))


def _multi_region(pages: tuple[Page, ...], at: Place) -> Iterator[MultiRegionAccessPoint | MultiRegionAccessPointBlock]:
    for row in rows(pages, "AccessPoints"):
        alias = given(row, "Alias")
        yield MultiRegionAccessPoint(
            scope=at.scope,
            id=row["Name"],
            origin=at.origin,
            arn=f"arn:{at.scope.partition}:s3::{at.scope.account}:accesspoint/{alias}" if alias else ABSENT,
            name=row["Name"],
            tags={},
            alias=alias,
            buckets=tuple(sorted(region["Bucket"] for region in row.get("Regions") or ())),
        )
        yield _switches(MultiRegionAccessPointBlock, at, at.scope, row["Name"], row.get("PublicAccessBlock"))


def _multi_region_policy(pages: tuple[Page, ...], at: Place) -> Iterator[MultiRegionAccessPointPolicy]:
    """Read the policy that all regions have; one that is proposed is in force nowhere (S3 User Guide)."""
    established = (only(pages).get("Policy") or {}).get("Established") or {}
    yield _about(MultiRegionAccessPointPolicy, at, document=policy_from(established.get("Policy")))


def _of_bucket(
    operation: str,
    action: str,
    kind: type[Kind],
    parse: Callable[[tuple[Page, ...], Place], Iterable[Kind]],
    *absent: str,
) -> Reader:
    """Return the reader of one sub-resource of every bucket."""
    return Reader(
        service="s3",
        operation=operation,
        actions=(action,),
        yields=(kind,),
        parse=parse,
        regional=False,
        parent=Bucket,
        request=lambda bucket: {"Bucket": bucket.id},
        endpoint_region=lambda bucket: bucket.region,
        absent=frozenset(absent),
        bare=False,
    )


def _of_access_point(operation: str, kind: type[Kind], parse: Any, *absent: str) -> Reader:
    return Reader(
        service="s3control",
        operation=operation,
        actions=(f"s3:{operation}",),
        yields=(kind,),
        parse=parse,
        parent=AccessPoint,
        request=lambda point: {"AccountId": point.scope.account, "Name": point.id},
        absent=frozenset(absent),
        bare=False,
    )


READERS: Final = (
    Reader(
        service="s3",
        operation="ListBuckets",
        actions=("s3:ListAllMyBuckets",),
        yields=(Bucket,),
        parse=_buckets,
        regional=False,
        request={"MaxBuckets": _PAGE},
    ),
    _of_bucket(
        "GetPublicAccessBlock",
        "s3:GetBucketPublicAccessBlock",
        PublicAccessBlock,
        _own_block,
        "NoSuchPublicAccessBlockConfiguration",
    ),
    _of_bucket("GetBucketPolicy", "s3:GetBucketPolicy", BucketPolicy, _policy, "NoSuchBucketPolicy"),
    _of_bucket("GetBucketAcl", "s3:GetBucketAcl", BucketAcl, _acl),
    _of_bucket(
        "GetBucketOwnershipControls",
        "s3:GetBucketOwnershipControls",
        OwnershipControls,
        _ownership,
        "OwnershipControlsNotFoundError",
    ),
    _of_bucket(
        "GetBucketEncryption",
        "s3:GetEncryptionConfiguration",
        BucketEncryption,
        _encryption,
        "ServerSideEncryptionConfigurationNotFoundError",
    ),
    _of_bucket("GetBucketVersioning", "s3:GetBucketVersioning", BucketVersioning, _versioning),
    _of_bucket("GetBucketLogging", "s3:GetBucketLogging", BucketLogging, _logging),
    _of_bucket(
        "GetBucketLifecycleConfiguration",
        "s3:GetLifecycleConfiguration",
        BucketLifecycle,
        _lifecycle,
        "NoSuchLifecycleConfiguration",
    ),
    _of_bucket(
        "GetObjectLockConfiguration",
        "s3:GetBucketObjectLockConfiguration",
        ObjectLock,
        _object_lock,
        "ObjectLockConfigurationNotFoundError",
    ),
    _of_bucket("GetBucketWebsite", "s3:GetBucketWebsite", BucketWebsite, _website, "NoSuchWebsiteConfiguration"),
    _of_bucket(
        "GetBucketReplication",
        "s3:GetReplicationConfiguration",
        BucketReplication,
        _replication,
        "ReplicationConfigurationNotFoundError",
    ),
    _of_bucket("GetBucketTagging", "s3:GetBucketTagging", BucketTags, _tags, "NoSuchTagSet"),
    Reader(
        service="s3control",
        operation="GetPublicAccessBlock",
        actions=("s3:GetAccountPublicAccessBlock",),
        yields=(AccountPublicAccessBlock,),
        parse=_account_block,
        regional=False,
        parent=Account,
        request=lambda account: {"AccountId": account.id},
        absent=frozenset({"NoSuchPublicAccessBlockConfiguration"}),
    ),
    Reader(
        service="s3control",
        operation="ListAccessPoints",
        actions=("s3:ListAccessPoints",),
        yields=(AccessPoint,),
        parse=_access_points,
        parent=AccountRegion,
        request=lambda region: {"AccountId": region.scope.account, "MaxResults": _PAGE},
    ),
    Reader(
        service="s3control",
        operation="ListMultiRegionAccessPoints",
        actions=("s3:ListMultiRegionAccessPoints",),
        yields=(MultiRegionAccessPoint, MultiRegionAccessPointBlock),
        parse=_multi_region,
        regional=False,
        parent=Account,
        request=lambda account: (
            {"AccountId": account.id, "MaxResults": _PAGE} if account.scope.partition == _HAS_MULTI_REGION else ABSENT
        ),
        endpoint_region=lambda _: _MULTI_REGION_HOME,
    ),
    Reader(
        service="s3control",
        operation="GetMultiRegionAccessPointPolicy",
        actions=("s3:GetMultiRegionAccessPointPolicy",),
        yields=(MultiRegionAccessPointPolicy,),
        parse=_multi_region_policy,
        regional=False,
        parent=MultiRegionAccessPoint,
        request=lambda point: {"AccountId": point.scope.account, "Name": point.id},
        endpoint_region=lambda _: _MULTI_REGION_HOME,
        absent=frozenset({"NoSuchMultiRegionAccessPointPolicy"}),
        bare=False,
    ),
    _of_access_point("GetAccessPoint", AccessPointBlock, _access_point_block),
    _of_access_point("GetAccessPointPolicy", AccessPointPolicy, _access_point_policy, "NoSuchAccessPointPolicy"),
)
