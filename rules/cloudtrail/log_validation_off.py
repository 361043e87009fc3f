from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.cloudtrail import Trail
from scanner.remedies.trails import validate_logs


@rule("CLOUDTRAIL-002", Severity.LOW, controls=("cloudtrail-log-validation",), remedy=validate_logs)
def log_validation_off(trail: Trail) -> Verdict:
    """
    Trail does not validate its log files.

    Without the signed digests that validation delivers every hour, nobody can prove that a log file was not changed or
    deleted after the fact. Turn log file validation on; it costs nothing.

    ```evidence bad
    cloudtrail:DescribeTrails:
      trailList:
        - Name: all
          TrailARN: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"
          HomeRegion: eu-west-1
          S3BucketName: trail-logs
          IsMultiRegionTrail: true
          IncludeGlobalServiceEvents: true
          LogFileValidationEnabled: false
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
    ```
    ```terraform bad
    resource "aws_cloudtrail" "main" {
      name                          = "main"
      s3_bucket_name                = "trail-logs"
      is_multi_region_trail         = true
    }
    ```
    ```terraform good
    resource "aws_cloudtrail" "main" {
      name                          = "main"
      s3_bucket_name                = "trail-logs"
      is_multi_region_trail         = true
      enable_log_file_validation    = true
    }
    ```
    """
    if trail.validation:
        return PASS
    return Fail(f"{trail.id} delivers no digests of its log files", facts("validation", "off"))
