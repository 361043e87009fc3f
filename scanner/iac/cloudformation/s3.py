"""S3 in CloudFormation: a bucket with its aspects, which are resources of their own in Terraform."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from scanner.iac.cloudformation.shapes import (
    Block,
    Document,
    Piece,
    Properties,
    Shape,
    Spec,
    arguments_of,
    at,
    first,
    mappings,
    reference,
)
from scanner.iac.values import SYMBOLS, Value

_ACLS: Final = {
    "Private": "private",
    "PublicRead": "public-read",
    "PublicReadWrite": "public-read-write",
    "AuthenticatedRead": "authenticated-read",
    "AwsExecRead": "aws-exec-read",
    "BucketOwnerRead": "bucket-owner-read",
    "BucketOwnerFullControl": "bucket-owner-full-control",
    "LogDeliveryWrite": "log-delivery-write",
}
_SWITCHES: Final[dict[str, Spec]] = {
    "block_public_acls": "BlockPublicAcls",
    "ignore_public_acls": "IgnorePublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "restrict_public_buckets": "RestrictPublicBuckets",
}


def _acl(said: Value) -> dict[str, Value]:
    return {"acl": said if isinstance(said, SYMBOLS) else _ACLS.get(str(said), "private")}


def _ownership(said: Value) -> dict[str, Value]:
    return {"rule": [{"object_ownership": first(at(said, "Rules")).get("ObjectOwnership")}]}


def _encryption(said: Value) -> dict[str, Value]:
    rule = first(at(said, "ServerSideEncryptionConfiguration"))
    chosen = {
        "sse_algorithm": at(rule, "ServerSideEncryptionByDefault.SSEAlgorithm"),
        "kms_master_key_id": at(rule, "ServerSideEncryptionByDefault.KMSMasterKeyID"),
    }
    return {
        "rule": [
            {"apply_server_side_encryption_by_default": [chosen], "bucket_key_enabled": rule.get("BucketKeyEnabled")}
        ]
    }


def _lifecycle(said: Value) -> dict[str, Value]:
    return {
        "rule": [
            {
                "id": one.get("Id"),
                "status": one.get("Status"),
                "expiration": one.get("ExpirationInDays") or one.get("ExpirationDate"),
                "noncurrent_version_expiration": one.get("NoncurrentVersionExpiration")
                or one.get("NoncurrentVersionExpirationInDays"),
                "abort_incomplete_multipart_upload": one.get("AbortIncompleteMultipartUpload"),
            }
            for one in mappings(at(said, "Rules"))
        ]
    }


def _replication(said: Value) -> dict[str, Value]:
    return {
        "rule": [
            {"status": one.get("Status"), "destination": [{"bucket": at(one, "Destination.Bucket")}]}
            for one in mappings(at(said, "Rules"))
        ]
    }


def _object_lock(said: Value) -> dict[str, Value]:
    kept = at(said, "Rule.DefaultRetention")
    return {
        "rule": [
            {"default_retention": [{"mode": at(kept, "Mode"), "days": at(kept, "Days"), "years": at(kept, "Years")}]}
        ]
    }


def _website(said: Value) -> dict[str, Value]:
    redirect = at(said, "RedirectAllRequestsTo")
    if redirect is None:
        return {"index_document": [{"suffix": at(said, "IndexDocument")}]}
    return {"redirect_all_requests_to": [{"host_name": at(redirect, "HostName")}]}


_ASPECTS: Final[tuple[tuple[str, str, Callable[[Any], dict[str, Value]]], ...]] = (
    ("PublicAccessBlockConfiguration", "public_access_block", lambda said: arguments_of(_SWITCHES, said)),
    ("AccessControl", "acl", _acl),
    ("OwnershipControls", "ownership_controls", _ownership),
    (
        "VersioningConfiguration",
        "versioning",
        lambda said: {"versioning_configuration": [{"status": at(said, "Status")}]},
    ),
    ("BucketEncryption", "server_side_encryption_configuration", _encryption),
    (
        "LoggingConfiguration",
        "logging",
        lambda said: {"target_bucket": at(said, "DestinationBucketName"), "target_prefix": at(said, "LogFilePrefix")},
    ),
    ("LifecycleConfiguration", "lifecycle_configuration", _lifecycle),
    ("ReplicationConfiguration", "replication_configuration", _replication),
    ("ObjectLockConfiguration", "object_lock_configuration", _object_lock),
    ("WebsiteConfiguration", "website_configuration", _website),
)


def _satellites(name: str, said: Properties) -> Iterator[Piece]:
    """Yield the aspects of a bucket."""
    for source, terraform, read in _ASPECTS:
        value = said.get(source)
        if value is not None:
            yield f"aws_s3_bucket_{terraform}", f".{source}", source, {"bucket": reference(name), **read(value)}


SHAPES: Final[dict[str, Shape]] = {
    "AWS::S3::Bucket": Shape(
        type="aws_s3_bucket",
        arguments={"bucket": "BucketName", "object_lock_enabled": "ObjectLockEnabled"},
        beside=_satellites,
    ),
    "AWS::S3::BucketPolicy": Shape(
        type="aws_s3_bucket_policy", arguments={"bucket": "Bucket", "policy": Document("PolicyDocument")}
    ),
    "AWS::S3::AccessPoint": Shape(
        type="aws_s3_access_point",
        arguments={
            "bucket": "Bucket",
            "name": "Name",
            "policy": Document("Policy"),
            "vpc_configuration": Block("VpcConfiguration", {"vpc_id": "VpcId"}),
            "public_access_block_configuration": Block("PublicAccessBlockConfiguration", _SWITCHES),
        },
    ),
    "AWS::S3::MultiRegionAccessPoint": Shape(
        type="aws_s3control_multi_region_access_point",
        more=lambda said: {
            "details": [
                {
                    "name": said.get("Name"),
                    "region": [{"bucket": one.get("Bucket")} for one in mappings(said.get("Regions"))],
                    "public_access_block": [arguments_of(_SWITCHES, said.get("PublicAccessBlockConfiguration") or {})],
                }
            ]
        },
    ),
    "AWS::S3::MultiRegionAccessPointPolicy": Shape(
        type="aws_s3control_multi_region_access_point_policy",
        more=lambda said: {"details": [{"name": said.get("MrapName"), "policy": said.get("Policy")}]},
    ),
}
