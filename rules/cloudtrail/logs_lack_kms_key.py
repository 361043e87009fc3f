from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.cloudtrail import Trail


@rule("CLOUDTRAIL-003", Severity.MEDIUM, controls=("cloudtrail-kms-encryption",))
def logs_lack_kms_key(trail: Trail) -> Verdict:
    """
    Trail logs are not encrypted with a KMS key.

    With a KMS key, reading the logs takes a permission on the key beside one on the bucket, and each use of the key is
    recorded. Give the trail a customer managed key whose policy lets CloudTrail encrypt and the auditors decrypt.

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
          KmsKeyId: "arn:aws:kms:eu-west-1:123456789012:key/k-1"
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
      kms_key_id                    = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d"
    }
    ```
    """
    if trail.kms_key:
        return PASS
    return Fail(f"{trail.id} encrypts its logs with no KMS key", facts("kms key", "none"))
