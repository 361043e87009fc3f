from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.s3 import Bucket, ObjectLock


@rule("S3-012", Severity.LOW, controls=("s3-object-lock",))
def object_lock_off(bucket: Bucket, lock: ObjectLock, *, retention_required: bool = False) -> Verdict:
    """
    Objects are not locked against deletion.

    Object Lock keeps versions from being deleted or overwritten until their retention ends; in compliance mode not even
    the root user can. Turn it on for backups, logs and records. With the option `retention_required` a default
    retention must be set too, for without one only objects that ask for retention are held.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetObjectLockConfiguration:
      - parameters: {Bucket: invoices}
        error: ObjectLockConfigurationNotFoundError
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetObjectLockConfiguration:
      - parameters: {Bucket: invoices}
        response: {ObjectLockConfiguration: {ObjectLockEnabled: Enabled}}
    ```
    ```terraform bad
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }
    ```
    ```terraform good
    resource "aws_s3_bucket" "data" {
      bucket              = "invoices"
      object_lock_enabled = true
    }
    ```
    """
    if not lock.enabled:
        return Fail(f"{bucket.name} has Object Lock off", facts("object_lock", "off"))
    if retention_required and not lock.mode:
        return Fail(f"{bucket.name} has Object Lock on without a default retention", facts("default_retention", "none"))
    return PASS
