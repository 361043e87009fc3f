"""Remedies for buckets and for the account's block of public access (Amazon S3 API Reference)."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.image import Allowed, Leftover, Look
from scanner.model.account import Account
from scanner.model.kind import All, Facet
from scanner.model.maybe import known, why_unknown
from scanner.model.policy import PolicyDocument
from scanner.model.publicaccess import BucketAccess
from scanner.model.s3 import (
    AccountPublicAccessBlock,
    Bucket,
    BucketEncryption,
    BucketLogging,
    BucketPolicy,
    BucketVersioning,
    BucketWebsite,
    PublicAccessBlock,
    log_targets,
)
from scanner.reason.access.s3_status import s3_policy_status_public
from scanner.remedies.prechecks import check, doubts, unless_all
from scanner.remedy import Advice, Becomes, Change, Lent, Safety, Snippet, Step, Write, remedy

FLAGS: Final = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_ALL_ON: Final = dict.fromkeys(FLAGS, True)


def bucket_arn(bucket: Bucket) -> str:
    """Return the ARN of a bucket."""
    return f"arn:{bucket.scope.partition}:s3:::{bucket.id}"


def bucket_write(bucket: Bucket, operation: str, action: str, **parameters: Any) -> Write:
    """Return a call on a bucket that S3 refuses if the bucket has come to belong to another account."""
    return Write(
        service="s3",
        operation=operation,
        region=known(bucket.region),
        parameters={"Bucket": bucket.id, "ExpectedBucketOwner": bucket.scope.account, **parameters},
        needs=(Allowed(action, bucket_arn(bucket)),),
    )


def bucket_look(lent: Lent, bucket: Bucket, facet: Facet, **narrowed: Any) -> Look:
    """Return the look at a sub-resource of a bucket."""
    return lent.look(facet, endpoint=known(bucket.region), **narrowed)


@remedy(Safety.B)
def block_public_access(
    lent: Lent,
    bucket: Bucket,
    own: PublicAccessBlock,
    website: BucketWebsite,
    policy: BucketPolicy,
    access: BucketAccess,
) -> Iterator[Step]:
    """Turn all four settings of Block Public Access on for the bucket.

    Whoever reads the bucket without signing in, or by a public policy or ACL, loses that. Serve public content through
    CloudFront with origin access control first.
    """
    look = bucket_look(lent, bucket, own)
    before = lent.image(look)
    action = "s3:PutBucketPublicAccessBlock"
    checks = (
        check("the bucket is no website", lambda: not website.enabled),
        check("nobody in particular reaches the bucket", lambda: not known(access.public).every),
        check("Amazon S3 does not call its policy public", lambda: not _is_public(policy)),
    )
    undo = (
        bucket_write(bucket, "DeletePublicAccessBlock", action)
        if before is None
        else bucket_write(
            bucket,
            "PutPublicAccessBlock",
            action,
            PublicAccessBlockConfiguration=before["PublicAccessBlockConfiguration"],
        )
    )
    yield Change(
        title=f"Turn Block Public Access on for {bucket.id}",
        call=bucket_write(bucket, "PutPublicAccessBlock", action, PublicAccessBlockConfiguration=_ALL_ON),
        becomes=(Becomes(look, {"PublicAccessBlockConfiguration": _ALL_ON}),),
        undo=(undo,),
        safety=unless_all(checks, Safety.B),
        why=doubts(checks) or "nobody reaches the bucket without signing in",
        checks=checks,
        code=(
            Snippet(
                terraform="aws_s3_bucket_public_access_block",
                arguments={"bucket": bucket.id, **{_snake(name): True for name in FLAGS}},
                cloudformation="AWS::S3::Bucket",
                properties={"BucketName": bucket.id, "PublicAccessBlockConfiguration": _ALL_ON},
            ),
        ),
    )


def _is_public(policy: BucketPolicy) -> bool:
    document = known(policy.document)
    return isinstance(document, PolicyDocument) and s3_policy_status_public(document)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


@remedy(Safety.B)
def block_account_public_access(
    lent: Lent, account: Account, block: AccountPublicAccessBlock, accesses: All[BucketAccess]
) -> Iterator[Step]:
    """Turn all four settings of Block Public Access on for the account.

    It takes public access from every bucket of the account, also from those that are meant to be public.
    """
    look = lent.look(block)
    before = lent.image(look)
    arn = "*"
    asked = {"AccountId": account.id}
    action = (Allowed("s3:PutAccountPublicAccessBlock", arn),)
    undo = (
        _control("DeletePublicAccessBlock", asked, action)
        if before is None
        else _control(
            "PutPublicAccessBlock",
            {**asked, "PublicAccessBlockConfiguration": before["PublicAccessBlockConfiguration"]},
            action,
        )
    )
    affected = sorted(one.id for one in accesses if why_unknown(one.public) is None and known(one.public).known)
    checks = (
        check(
            f"no bucket is public now{': ' + ', '.join(affected[:5]) if affected else ''}",
            lambda: not any(known(one.public).every for one in accesses),
        ),
    )
    yield Change(
        title=f"Turn Block Public Access on for account {account.id}",
        call=_control("PutPublicAccessBlock", {**asked, "PublicAccessBlockConfiguration": _ALL_ON}, action),
        becomes=(Becomes(look, {"PublicAccessBlockConfiguration": _ALL_ON}),),
        undo=(undo,),
        why="it is for every bucket of the account, also for those made later",
        checks=checks,
        code=(
            Snippet(
                terraform="aws_s3_account_public_access_block",
                arguments={_snake(name): True for name in FLAGS},
            ),
        ),
    )


def _control(operation: str, parameters: dict[str, Any], needs: tuple[Allowed, ...]) -> Write:
    return Write(service="s3control", operation=operation, region="global", parameters=parameters, needs=needs)


@remedy(Safety.B)
def encrypt_with_kms(lent: Lent, bucket: Bucket, encryption: BucketEncryption) -> Iterator[Step]:
    """Encrypt new objects with the AWS managed KMS key of S3 by default.

    Callers then need that key; other accounts cannot use an AWS managed key, so they can no longer read new objects.
    Objects that are there stay as they are. Give the bucket a customer managed key instead where others read it.
    """
    look = bucket_look(lent, bucket, encryption, ignoring=("BlockedEncryptionTypes",))
    before = lent.image(look)
    configuration = {
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}]
    }
    plain = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}]}
    restored = plain if before is None else before["ServerSideEncryptionConfiguration"]
    action = "s3:PutEncryptionConfiguration"
    yield Change(
        title=f"Encrypt new objects of {bucket.id} with KMS by default",
        call=bucket_write(bucket, "PutBucketEncryption", action, ServerSideEncryptionConfiguration=configuration),
        becomes=(Becomes(look, {"ServerSideEncryptionConfiguration": configuration}),),
        undo=(bucket_write(bucket, "PutBucketEncryption", action, ServerSideEncryptionConfiguration=restored),),
        why="callers without permission on the key can no longer read what is written from now on",
        leaves_behind=(Leftover("ServerSideEncryptionConfiguration", "SSE-S3 is the least there is"),)
        if before is None
        else (),
        code=(
            Snippet(
                terraform="aws_s3_bucket_server_side_encryption_configuration",
                arguments={
                    "bucket": bucket.id,
                    "rule": [
                        {
                            "apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}],
                            "bucket_key_enabled": True,
                        }
                    ],
                },
                cloudformation="AWS::S3::Bucket",
                properties={
                    "BucketName": bucket.id,
                    "BucketEncryption": {
                        "ServerSideEncryptionConfiguration": [
                            {
                                "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"},
                                "BucketKeyEnabled": True,
                            }
                        ]
                    },
                },
            ),
        ),
    )


@remedy(Safety.B)
def keep_versions(lent: Lent, bucket: Bucket, versioning: BucketVersioning) -> Iterator[Step]:
    """Turn versioning on.

    Old versions cost storage until a lifecycle rule removes them. A bucket that once had versioning can only be
    suspended, never be as if it never had it.
    """
    look = bucket_look(lent, bucket, versioning)
    before = lent.image(look) or {}
    action = "s3:PutBucketVersioning"
    never = "Status" not in before
    yield Change(
        title=f"Turn versioning on for {bucket.id}",
        call=bucket_write(bucket, "PutBucketVersioning", action, VersioningConfiguration={"Status": "Enabled"}),
        becomes=(Becomes(look, {**before, "Status": "Enabled"}),),
        undo=(bucket_write(bucket, "PutBucketVersioning", action, VersioningConfiguration={"Status": "Suspended"}),),
        why="old versions cost storage, and versioning can never be undone wholly",
        leaves_behind=(Leftover("Status", "versioning is Suspended rather than never enabled"),) if never else (),
        code=(
            Snippet(
                terraform="aws_s3_bucket_versioning",
                arguments={"bucket": bucket.id, "versioning_configuration": [{"status": "Enabled"}]},
                cloudformation="AWS::S3::Bucket",
                properties={"BucketName": bucket.id, "VersioningConfiguration": {"Status": "Enabled"}},
            ),
        ),
    )


@remedy(Safety.A)
def log_requests(
    lent: Lent, bucket: Bucket, logging: BucketLogging, others: All[BucketLogging], buckets: All[Bucket]
) -> Iterator[Step]:
    """Send the access logs of the bucket to the bucket that receives those of its neighbours.

    The target is the one that other buckets of the same region log to. Where there is none, somebody must make one.
    """
    region = known(bucket.region)
    here = {one.id for one in buckets if known(one.region) == region}
    target = sorted(name for name in here - {bucket.id} if log_targets(others).has(name))
    if not target:
        yield Advice(
            title=f"Make a bucket for access logs in {region}, and let {bucket.id} log to it",
            why="no bucket of the region receives access logs yet",
            code=(
                Snippet(
                    terraform="aws_s3_bucket_logging",
                    arguments={"bucket": bucket.id, "target_bucket": "LOG-BUCKET", "target_prefix": f"{bucket.id}/"},
                    cloudformation="AWS::S3::Bucket",
                    properties={
                        "BucketName": bucket.id,
                        "LoggingConfiguration": {
                            "DestinationBucketName": "LOG-BUCKET",
                            "LogFilePrefix": f"{bucket.id}/",
                        },
                    },
                ),
            ),
        )
        return
    look = bucket_look(lent, bucket, logging)
    before = lent.image(look) or {}
    action = "s3:PutBucketLogging"
    enabled = {"TargetBucket": target[0], "TargetPrefix": f"{bucket.id}/"}
    checks = (check(f"{target[0]} does not log into {bucket.id}", lambda: not log_targets(others).has(bucket.id)),)
    yield Change(
        title=f"Log the requests to {bucket.id} into {target[0]}",
        call=bucket_write(bucket, "PutBucketLogging", action, BucketLoggingStatus={"LoggingEnabled": enabled}),
        becomes=(Becomes(look, {"LoggingEnabled": enabled}),),
        undo=(bucket_write(bucket, "PutBucketLogging", action, BucketLoggingStatus=before),),
        safety=unless_all(checks, Safety.B),
        why=doubts(checks) or "it only adds logs, to a bucket that receives such logs already",
        checks=checks,
        code=(
            Snippet(
                terraform="aws_s3_bucket_logging",
                arguments={"bucket": bucket.id, "target_bucket": target[0], "target_prefix": f"{bucket.id}/"},
                cloudformation="AWS::S3::Bucket",
                properties={
                    "BucketName": bucket.id,
                    "LoggingConfiguration": {"DestinationBucketName": target[0], "LogFilePrefix": f"{bucket.id}/"},
                },
            ),
        ),
    )


@remedy(Safety.C)
def expire_old_objects(_lent: Lent, bucket: Bucket) -> Iterator[Step]:
    """Add a lifecycle rule, beside those that are there.

    What a lifecycle rule deletes is gone, so people must choose what may go. The script only removes what nobody can
    read: parts of uploads that were never finished.
    """
    rule = {
        "ID": "abort-unfinished-uploads",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }
    yield Advice(
        title=f"Choose what {bucket.id} may delete, and add it to its lifecycle rules",
        why="deletions cannot be taken back; PutBucketLifecycleConfiguration replaces all rules, so keep those there are",
        script=(
            bucket_write(
                bucket,
                "PutBucketLifecycleConfiguration",
                "s3:PutLifecycleConfiguration",
                LifecycleConfiguration={"Rules": [rule]},
            ),
        ),
        code=(
            Snippet(
                terraform="aws_s3_bucket_lifecycle_configuration",
                arguments={
                    "bucket": bucket.id,
                    "rule": [
                        {
                            "id": rule["ID"],
                            "status": "Enabled",
                            "filter": [{}],
                            "abort_incomplete_multipart_upload": [{"days_after_initiation": 7}],
                        }
                    ],
                },
            ),
        ),
    )
