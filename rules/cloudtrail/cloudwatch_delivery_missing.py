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
    """
    if trail.log_group:
        return PASS
    return Fail(f"{trail.id} delivers to no log group", facts("log group", "none"))
