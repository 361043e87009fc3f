from typing import Annotated

from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.account import Account
from scanner.model.cloudtrail import RegionTrails, Trail, TrailRecording, trails_of
from scanner.model.kind import EVERYWHERE, All
from scanner.remedies.trails import widen_trail


@rule("CLOUDTRAIL-001", Severity.HIGH, controls=("cloudtrail-multi-region", "cloudtrail-enabled"), remedy=widen_trail)
def management_events_unrecorded(
    account: Account,
    seen: All[RegionTrails],
    trails: Annotated[All[Trail], EVERYWHERE],
    recordings: Annotated[All[TrailRecording], EVERYWHERE],
) -> Verdict:
    """
    No trail records all management events of all regions.

    Whoever changes or reads settings where no trail records it leaves no trace that lasts: CloudTrail's own event history
    ends after 90 days and holds one region. Keep one trail for all regions, recording reads and writes of every source.
    A trail of the organization counts for its members.

    ```evidence bad
    cloudtrail:DescribeTrails:
      trailList:
        - Name: all
          TrailARN: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"
          HomeRegion: eu-west-1
          S3BucketName: trail-logs
          IsMultiRegionTrail: false
          IncludeGlobalServiceEvents: true
          LogFileValidationEnabled: true
    cloudtrail:GetTrailStatus:
      - parameters: {Name: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"}
        response: {IsLogging: true}
    cloudtrail:GetEventSelectors:
      - parameters: {TrailName: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"}
        response:
          EventSelectors: [{ReadWriteType: All, IncludeManagementEvents: true}]
    ```

    A trail that records writes only:
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
        response: {IsLogging: true}
    cloudtrail:GetEventSelectors:
      - parameters: {TrailName: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"}
        response:
          EventSelectors: [{ReadWriteType: WriteOnly, IncludeManagementEvents: true}]
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
    cloudtrail:GetEventSelectors:
      - parameters: {TrailName: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"}
        response:
          EventSelectors: [{ReadWriteType: All, IncludeManagementEvents: true}]
    ```
    ```terraform bad
    resource "aws_cloudtrail" "main" {
      name                          = "main"
      s3_bucket_name                = "trail-logs"
      is_multi_region_trail         = false
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

    def records(trail: Trail) -> bool:
        (recording,) = recordings.of(trail)
        return known(trail.multi_region) and known(recording.management)

    if trails_of(account.id, seen, trails).any(records):
        return PASS
    return Fail(
        f"no trail of account {account.id} records all management events of all regions",
        facts("management events", "unrecorded"),
    )
