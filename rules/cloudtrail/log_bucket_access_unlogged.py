from scanner import PASS, Absent, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.cloudtrail import Trail
from scanner.model.kind import All
from scanner.model.maybe import Reason, UnknownAsked, Why
from scanner.model.s3 import BucketLogging


@rule("CLOUDTRAIL-007", Severity.LOW, controls=("cloudtrail-bucket-access-logging",))
def log_bucket_access_unlogged(trail: Trail, loggings: All[BucketLogging]) -> Verdict:
    """
    Requests to the bucket of the trail's logs are not logged.

    Who read or deleted the record of all that happened is told only by the bucket's own access logs. Send them to another
    bucket. A bucket of another account is not seen here.

    ```evidence bad
    cloudtrail:DescribeTrails:
      trailList:
        - Name: all
          TrailARN: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"
          HomeRegion: eu-west-1
          S3BucketName: trail-logs
          IsMultiRegionTrail: true
          IncludeGlobalServiceEvents: true
          LogFileValidationEnabled: true
    s3:ListBuckets: {Buckets: [{Name: trail-logs, BucketRegion: eu-west-1}]}
    s3:GetBucketLogging:
      - parameters: {Bucket: trail-logs}
        response: {}
    ```
    ```evidence good
    cloudtrail:DescribeTrails:
      trailList:
        - Name: all
          TrailARN: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"
          HomeRegion: eu-west-1
          S3BucketName: trail-logs
          IsMultiRegionTrail: true
          IncludeGlobalServiceEvents: true
          LogFileValidationEnabled: true
    s3:ListBuckets: {Buckets: [{Name: trail-logs, BucketRegion: eu-west-1}]}
    s3:GetBucketLogging:
      - parameters: {Bucket: trail-logs}
        response: {LoggingEnabled: {TargetBucket: access-logs, TargetPrefix: trail/}}
    ```
    ```terraform bad
    resource "aws_s3_bucket" "trail" {
      bucket = "trail-logs"
    }

    resource "aws_cloudtrail" "main" {
      name                  = "main"
      s3_bucket_name        = aws_s3_bucket.trail.id
      is_multi_region_trail = true
    }
    ```
    ```terraform good
    resource "aws_s3_bucket" "trail" {
      bucket = "trail-logs"
    }

    resource "aws_cloudtrail" "main" {
      name                  = "main"
      s3_bucket_name        = aws_s3_bucket.trail.id
      is_multi_region_trail = true
    }

    resource "aws_s3_bucket_logging" "trail" {
      bucket        = aws_s3_bucket.trail.id
      target_bucket = "access-logs"
      target_prefix = "trail/"
    }
    ```
    """
    if isinstance(known(trail.bucket), Absent):
        return Skip("the trail delivers to no bucket")
    logging = loggings.get(str(trail.bucket))
    if isinstance(logging, Absent):
        raise UnknownAsked(Why(Reason.NOT_COLLECTED, f"the bucket {trail.bucket} is not of this account"))
    if logging.target_bucket:
        return PASS
    return Fail(f"requests to {trail.bucket}, the bucket of {trail.id}, are not logged", facts("access logging", "off"))
