from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.s3 import Bucket, BucketLifecycle, BucketVersioning


@rule("S3-011", Severity.LOW, controls=("s3-mfa-delete",))
def mfa_delete_off(bucket: Bucket, versioning: BucketVersioning, lifecycle: BucketLifecycle) -> Verdict:
    """
    Old versions can be deleted without MFA.

    With stolen credentials that may delete versions, all history of the bucket can be destroyed. MFA delete asks for a
    code from the root user's device before a version is deleted or versioning is changed. Only the root user can turn
    it on, by the API. Object Lock is the stronger choice where nobody at all should be able to delete.

    A bucket with lifecycle rules is left out: S3 does not allow both.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketVersioning:
      - parameters: {Bucket: invoices}
        response: {Status: Enabled, MFADelete: Disabled}
    s3:GetBucketLifecycleConfiguration:
      - parameters: {Bucket: invoices}
        error: NoSuchLifecycleConfiguration
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketVersioning:
      - parameters: {Bucket: invoices}
        response: {Status: Enabled, MFADelete: Enabled}
    s3:GetBucketLifecycleConfiguration:
      - parameters: {Bucket: invoices}
        error: NoSuchLifecycleConfiguration
    ```
    ```terraform bad
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }

    resource "aws_s3_bucket_versioning" "data" {
      bucket = aws_s3_bucket.data.id

      versioning_configuration {
        status = "Enabled"
      }
    }
    ```
    ```terraform good
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }

    resource "aws_s3_bucket_versioning" "data" {
      bucket = aws_s3_bucket.data.id

      versioning_configuration {
        status     = "Enabled"
        mfa_delete = "Enabled"
      }
    }
    ```
    """
    if versioning.mfa_delete:
        return PASS
    if lifecycle.rules:
        return Skip("MFA delete cannot be turned on for a bucket with lifecycle rules")
    return Fail(f"{bucket.name} lets versions be deleted without MFA", facts("mfa_delete", "off"))
