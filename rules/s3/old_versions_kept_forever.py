from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.s3 import Bucket, BucketLifecycle, BucketVersioning


@rule("S3-016", Severity.LOW, controls=("s3-version-lifecycle",))
def old_versions_kept_forever(bucket: Bucket, versioning: BucketVersioning, lifecycle: BucketLifecycle) -> Verdict:
    """
    Versioned bucket never expires old versions.

    Versioning keeps what was deleted, personal data as well, until a lifecycle rule removes it; without one it is kept,
    and can leak, for ever. Add a rule with a noncurrent version expiration that leaves enough time to recover.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketVersioning:
      - parameters: {Bucket: invoices}
        response: {Status: Enabled}
    s3:GetBucketLifecycleConfiguration:
      - parameters: {Bucket: invoices}
        response: {Rules: [{ID: old, Status: Enabled, Filter: {Prefix: ""}, Expiration: {Days: 365}}]}
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketVersioning:
      - parameters: {Bucket: invoices}
        response: {Status: Enabled}
    s3:GetBucketLifecycleConfiguration:
      - parameters: {Bucket: invoices}
        response:
          Rules:
            - {ID: old, Status: Enabled, Filter: {Prefix: ""}, NoncurrentVersionExpiration: {NoncurrentDays: 90}}
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
        status = "Enabled"
      }
    }

    resource "aws_s3_bucket_lifecycle_configuration" "data" {
      bucket = aws_s3_bucket.data.id

      rule {
        id     = "old"
        status = "Enabled"

        noncurrent_version_expiration {
          noncurrent_days = 90
        }
      }
    }
    ```
    """
    if not versioning.enabled:
        return Skip(f"{bucket.name} is not versioned")
    if any(one.enabled and one.expires_noncurrent for one in lifecycle.rules):
        return PASS
    return Fail(f"{bucket.name} keeps old versions for ever", facts("noncurrent_expiration", "none"))
