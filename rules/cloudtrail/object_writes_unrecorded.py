from typing import Annotated

from scanner import PASS, Fail, Severity, Verdict, facts, known, rule
from scanner.model.account import Account
from scanner.model.cloudtrail import RegionTrails, Trail, TrailRecording, trails_of
from scanner.model.kind import EVERYWHERE, All


@rule("CLOUDTRAIL-008", Severity.LOW, controls=("s3-object-write-logging",))
def object_writes_unrecorded(
    account: Account,
    seen: All[RegionTrails],
    trails: Annotated[All[Trail], EVERYWHERE],
    recordings: Annotated[All[TrailRecording], EVERYWHERE],
) -> Verdict:
    """
    No trail records the writes of all objects in S3.

    Who put, changed or deleted an object is no management event: without data events there is no record of it. Let a
    trail for all regions record the writes of objects of all buckets; this is charged by the event.

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
          EventSelectors: [{ReadWriteType: All, IncludeManagementEvents: true}]
    ```

    Objects of one bucket only:
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
          EventSelectors:
            - ReadWriteType: All
              IncludeManagementEvents: true
              DataResources: [{Type: "AWS::S3::Object", Values: ["arn:aws:s3:::invoices/"]}]
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
          EventSelectors:
            - ReadWriteType: WriteOnly
              IncludeManagementEvents: true
              DataResources: [{Type: "AWS::S3::Object", Values: ["arn:aws:s3"]}]
    ```

    By an advanced selector:
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
          AdvancedEventSelectors:
            - FieldSelectors:
                - {Field: eventCategory, Equals: [Data]}
                - {Field: resources.type, Equals: ["AWS::S3::Object"]}
                - {Field: readOnly, Equals: ["false"]}
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

      event_selector {
        read_write_type           = "WriteOnly"
        include_management_events = true

        data_resource {
          type   = "AWS::S3::Object"
          values = ["arn:aws:s3"]
        }
      }
    }
    ```
    """

    def records(trail: Trail) -> bool:
        (recording,) = recordings.of(trail)
        return known(trail.multi_region) and known(recording.object_writes)

    if trails_of(account.id, seen, trails).any(records):
        return PASS
    return Fail(
        f"no trail of account {account.id} records the writes of objects of all buckets",
        facts("object writes", "unrecorded"),
    )
