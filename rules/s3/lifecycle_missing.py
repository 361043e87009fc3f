from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.s3 import Bucket, BucketLifecycle
from scanner.remedies.s3 import expire_old_objects


@rule("S3-015", Severity.LOW, controls=("s3-lifecycle",), remedy=expire_old_objects)
def lifecycle_missing(bucket: Bucket, lifecycle: BucketLifecycle) -> Verdict:
    """
    Bucket has no lifecycle rule in force.

    Data that nobody deletes is data that can still leak, and unfinished uploads are paid for unseen. Add rules that
    move or expire objects when their use ends, and that abort unfinished uploads.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketLifecycleConfiguration:
      - parameters: {Bucket: invoices}
        response: {Rules: [{ID: old, Status: Disabled, Filter: {Prefix: ""}, Expiration: {Days: 365}}]}
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketLifecycleConfiguration:
      - parameters: {Bucket: invoices}
        response: {Rules: [{ID: old, Status: Enabled, Filter: {Prefix: ""}, Expiration: {Days: 365}}]}
    ```
    ```terraform bad
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }
    ```
    ```terraform good
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }

    resource "aws_s3_bucket_lifecycle_configuration" "data" {
      bucket = aws_s3_bucket.data.id

      rule {
        id     = "old"
        status = "Enabled"

        expiration {
          days = 365
        }
      }
    }
    ```
    """
    if any(one.enabled for one in lifecycle.rules):
        return PASS
    return Fail(f"{bucket.name} has no lifecycle rule in force", facts("lifecycle", "none"))
