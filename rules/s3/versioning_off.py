from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.s3 import Bucket, BucketVersioning
from scanner.remedies.s3 import keep_versions


@rule("S3-010", Severity.LOW, controls=("s3-versioning",), remedy=keep_versions)
def versioning_off(bucket: Bucket, versioning: BucketVersioning) -> Verdict:
    """
    Bucket keeps no old versions of its objects.

    Without versioning an overwritten or deleted object is gone: by mistake, by a faulty deployment or by ransomware.
    Turn versioning on, and add a lifecycle rule that expires old versions when they are no longer needed.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketVersioning:
      - parameters: {Bucket: invoices}
        response: {Status: Suspended}
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketVersioning:
      - parameters: {Bucket: invoices}
        response: {Status: Enabled}
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

    resource "aws_s3_bucket_versioning" "data" {
      bucket = aws_s3_bucket.data.id

      versioning_configuration {
        status = "Enabled"
      }
    }
    ```
    """
    if versioning.enabled:
        return PASS
    return Fail(f"{bucket.name} has versioning off", facts("versioning", "off"))
