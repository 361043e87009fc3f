from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.kind import All
from scanner.model.s3 import Bucket, BucketLogging


@rule("S3-014", Severity.LOW, controls=("s3-access-log-loop",))
def access_logs_loop(bucket: Bucket, logging: BucketLogging, others: All[BucketLogging]) -> Verdict:
    """
    Access logs flow back into the bucket they are about.

    Each delivered log is itself a request that is logged, so a bucket that logs into itself, directly or through
    other buckets, writes logs about logs without end: the cost grows and the requests that matter drown. Send logs to
    a bucket that does not log into this one.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketLogging:
      - parameters: {Bucket: invoices}
        response: {LoggingEnabled: {TargetBucket: invoices, TargetPrefix: log/}}
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
    resource "aws_s3_bucket" "logs" {
      bucket = "logs"
    }

    resource "aws_s3_bucket_logging" "logs" {
      bucket        = aws_s3_bucket.logs.id
      target_bucket = aws_s3_bucket.logs.id
      target_prefix = "access/"
    }
    ```
    ```terraform good
    resource "aws_s3_bucket" "data" {
      bucket = "data"
    }

    resource "aws_s3_bucket" "logs" {
      bucket = "logs"
    }

    resource "aws_s3_bucket_logging" "data" {
      bucket        = aws_s3_bucket.data.id
      target_bucket = aws_s3_bucket.logs.id
      target_prefix = "access/"
    }
    ```
    """
    target = logging.target_bucket
    if not target:
        return Skip(f"{bucket.name} has access logging off")
    through = [f"{target}"]
    while through[-1] != bucket.id:
        other = others.get(through[-1])
        following = other.target_bucket if other else ""
        if not following or following in through:
            return PASS
        through.append(f"{following}")
    return Fail(f"{bucket.name} logs into itself by way of {' → '.join(through)}", facts("logs_to", *through))
