"""The buckets of Harbour Books: one right, the others wrong each in its own way."""

from typing import Any, Final

from scanner.aws.embedded import ACCOUNT_ID, MAIN_REGION, SECOND_REGION
from scanner.aws.embedded.account.clients import Aws
from scanner.aws.embedded.account.documents import document

LOG_BUCKET: Final = "harbour-books-logs"
LEDGER_BUCKET: Final = "harbour-books-ledger"
WEBSITE_BUCKET: Final = "harbour-books-website"
COVERS_BUCKET: Final = "harbour-books-covers"
CATALOGUE_BUCKET: Final = "harbour-books-catalogue"
EXPORT_BUCKET: Final = "harbour-books-exports"
ARCHIVE_BUCKET: Final = "harbour-books-archive"


def _readable_by_all(bucket: str) -> str:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    return document(statement)


def _tls_only(bucket: str) -> dict[str, Any]:
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def seed_storage(aws: Aws, key_arn: str) -> None:
    """Create the buckets and access points. `key_arn` is the KMS key of the good bucket."""
    s3 = aws.client("s3", MAIN_REGION)
    in_ireland = {"LocationConstraint": MAIN_REGION}
    for name in (LOG_BUCKET, LEDGER_BUCKET, WEBSITE_BUCKET, COVERS_BUCKET, CATALOGUE_BUCKET, EXPORT_BUCKET):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration=in_ireland)
        tags = [{"Key": "team", "Value": "books"}, {"Key": "data", "Value": name.rpartition("-")[2]}]
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
    _seed_log_bucket(s3)
    _seed_good_bucket(s3, key_arn)
    _seed_public_buckets(s3)
    _seed_held_back_bucket(s3)
    _seed_archive(aws.client("s3", SECOND_REGION))
    _seed_access_points(aws.client("s3control", MAIN_REGION))


def _seed_log_bucket(s3: Any) -> None:
    access_logs = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{LOG_BUCKET}/*",
    }
    trail_acl = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "s3:GetBucketAcl",
        "Resource": f"arn:aws:s3:::{LOG_BUCKET}",
    }
    trail_logs = access_logs | {"Principal": {"Service": "cloudtrail.amazonaws.com"}}
    s3.put_bucket_policy(Bucket=LOG_BUCKET, Policy=document(access_logs, trail_acl, trail_logs))
    expiry = {"ID": "expire", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}}
    s3.put_bucket_lifecycle_configuration(Bucket=LOG_BUCKET, LifecycleConfiguration={"Rules": [expiry]})


def _seed_good_bucket(s3: Any, key_arn: str) -> None:
    by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key_arn}
    s3.put_bucket_encryption(
        Bucket=LEDGER_BUCKET,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": by_key, "BucketKeyEnabled": True}]
        },
    )
    s3.put_bucket_versioning(Bucket=LEDGER_BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_policy(Bucket=LEDGER_BUCKET, Policy=document(_tls_only(LEDGER_BUCKET)))
    s3.put_bucket_logging(
        Bucket=LEDGER_BUCKET,
        BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": LOG_BUCKET, "TargetPrefix": "ledger/"}},
    )


def _seed_public_buckets(s3: Any) -> None:
    s3.delete_public_access_block(Bucket=WEBSITE_BUCKET)
    s3.put_bucket_website(Bucket=WEBSITE_BUCKET, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    s3.put_bucket_policy(Bucket=WEBSITE_BUCKET, Policy=_readable_by_all(WEBSITE_BUCKET))
    s3.delete_public_access_block(Bucket=CATALOGUE_BUCKET)
    s3.put_bucket_policy(Bucket=CATALOGUE_BUCKET, Policy=_readable_by_all(CATALOGUE_BUCKET))
    s3.delete_public_access_block(Bucket=COVERS_BUCKET)
    s3.put_bucket_ownership_controls(
        Bucket=COVERS_BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    s3.put_bucket_acl(Bucket=COVERS_BUCKET, ACL="public-read")


def _seed_held_back_bucket(s3: Any) -> None:
    block = s3.get_public_access_block(Bucket=EXPORT_BUCKET)["PublicAccessBlockConfiguration"]
    s3.delete_public_access_block(Bucket=EXPORT_BUCKET)
    s3.put_bucket_policy(Bucket=EXPORT_BUCKET, Policy=document(_shared_with_any_account()))
    s3.put_public_access_block(Bucket=EXPORT_BUCKET, PublicAccessBlockConfiguration=block)


def _shared_with_any_account() -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": [f"arn:aws:s3:::{EXPORT_BUCKET}", f"arn:aws:s3:::{EXPORT_BUCKET}/*"],
    }


def _seed_archive(s3: Any) -> None:
    s3.create_bucket(Bucket=ARCHIVE_BUCKET)
    s3.put_bucket_versioning(Bucket=ARCHIVE_BUCKET, VersioningConfiguration={"Status": "Suspended"})


def _seed_access_points(s3control: Any) -> None:
    for name, bucket in (("catalogue-partners", CATALOGUE_BUCKET), ("ledger-audit", LEDGER_BUCKET)):
        s3control.create_access_point(AccountId=ACCOUNT_ID, Name=name, Bucket=bucket)
    arn = f"arn:aws:s3:{MAIN_REGION}:{ACCOUNT_ID}:accesspoint/catalogue-partners"
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{arn}/object/*"}
    s3control.put_access_point_policy(AccountId=ACCOUNT_ID, Name="catalogue-partners", Policy=document(statement))
