from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.cloudtrail import Trail


@rule("CLOUDTRAIL-004", Severity.MEDIUM, controls=("cloudtrail-cloudwatch-logs",))
def cloudwatch_delivery_missing(trail: Trail) -> Verdict:
    """
    Trail does not deliver to CloudWatch Logs.

    Log files in a bucket wait until somebody looks; a log group lets metric filters and alarms speak within minutes. Let
    the trail deliver to a log group, or watch its events with EventBridge and waive this.

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
          CloudWatchLogsLogGroupArn: "arn:aws:logs:eu-west-1:123456789012:log-group:trail:*"
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
      cloud_watch_logs_group_arn    = "arn:aws:logs:eu-west-1:111122223333:log-group:trail:*"
      cloud_watch_logs_role_arn     = "arn:aws:iam::111122223333:role/trail"
    }
    ```
    """
    if trail.log_group:
        return PASS
    return Fail(f"{trail.id} delivers to no log group", facts("log group", "none"))
