from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.cloudtrail import Trail, TrailStatus
from scanner.remedies.trails import start_logging


@rule("CLOUDTRAIL-005", Severity.HIGH, controls=("cloudtrail-enabled",), remedy=start_logging)
def logging_stopped(trail: Trail, status: TrailStatus) -> Verdict:
    """
    Trail has stopped recording.

    A trail that is there but stopped looks like a record and is none; stopping it is one of the first things that
    intruders do. Start it again, find out who stopped it and when, or delete it if another trail records the same.

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
    cloudtrail:GetTrailStatus:
      - parameters: {Name: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"}
        response: {IsLogging: false}
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
    cloudtrail:GetTrailStatus:
      - parameters: {Name: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"}
        response: {IsLogging: true}
    ```
    ```terraform bad
    resource "aws_cloudtrail" "main" {
      name                          = "main"
      s3_bucket_name                = "trail-logs"
      is_multi_region_trail         = true
      enable_logging                = false
    }
    ```
    ```terraform good
    resource "aws_cloudtrail" "main" {
      name                          = "main"
      s3_bucket_name                = "trail-logs"
      is_multi_region_trail         = true
    }
    ```
    """
    if status.logging:
        return PASS
    return Fail(f"{trail.id} records nothing", facts("logging", "stopped"))
