from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.kind import All
from scanner.model.s3 import Bucket, BucketLogging, log_targets
from scanner.remedies.s3 import log_requests


@rule("S3-013", Severity.MEDIUM, controls=("s3-access-logging",), remedy=log_requests)
def access_logging_off(bucket: Bucket, logging: BucketLogging, others: All[BucketLogging]) -> Verdict:
    """
    Requests to the bucket are not logged.

    Without server access logs nobody can tell later who read or deleted what, or who tried. Send the logs to a bucket
    of their own in the same region. A bucket that receives the logs of others is left out: it need not log itself.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketLogging:
      - parameters: {Bucket: invoices}
        response: {}
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}, {Name: logs, BucketRegion: eu-west-1}]}
    s3:GetBucketLogging:
      - parameters: {Bucket: invoices}
        response: {LoggingEnabled: {TargetBucket: logs, TargetPrefix: invoices/}}
      - parameters: {Bucket: logs}
        response: {}
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

    resource "aws_s3_bucket_logging" "data" {
      bucket = aws_s3_bucket.data.id
      target_bucket = "access-logs"
      target_prefix = "invoices/"
    }
    ```
    """
    if logging.target_bucket:
        return PASS
    if log_targets(others).has(bucket.id):
        return Skip(f"{bucket.name} receives the access logs of other buckets")
    return Fail(f"{bucket.name} has access logging off", facts("access_logging", "off"))
