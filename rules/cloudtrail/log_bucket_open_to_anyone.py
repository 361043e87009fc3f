from scanner import PASS, Absent, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.cloudtrail import Trail
from scanner.model.kind import All
from scanner.model.maybe import Reason, UnknownAsked, Why
from scanner.model.publicaccess import BucketAccess, atoms, sentences


@rule("CLOUDTRAIL-006", Severity.CRITICAL, controls=("cloudtrail-bucket-not-public",))
def log_bucket_open_to_anyone(trail: Trail, accesses: All[BucketAccess]) -> Verdict:
    """
    Anyone can reach the bucket of the trail's logs.

    The logs tell an intruder the names of users, roles, keys and addresses, and what is watched. Block public access to
    the bucket, and let only CloudTrail write and only the auditors read. A bucket of another account is not seen here.

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
    s3:GetBucketPolicy:
      - parameters: {Bucket: trail-logs}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
            "Action": "s3:GetObject", "Resource": "arn:aws:s3:::trail-logs/*"}]}
    s3:GetPublicAccessBlock:
      - parameters: {Bucket: trail-logs}
        error: NoSuchPublicAccessBlockConfiguration
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        error: NoSuchPublicAccessBlockConfiguration
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
    s3:GetBucketPolicy:
      - parameters: {Bucket: trail-logs}
        error: NoSuchBucketPolicy
    s3:GetBucketAcl:
      - parameters: {Bucket: trail-logs}
        response: {Owner: {ID: me}, Grants: []}
    s3control:ListAccessPoints: {AccessPointList: []}
    s3control:ListMultiRegionAccessPoints: {AccessPoints: []}
    s3:GetPublicAccessBlock:
      - parameters: {Bucket: trail-logs}
        error: NoSuchPublicAccessBlockConfiguration
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        error: NoSuchPublicAccessBlockConfiguration
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

    resource "aws_s3_bucket_policy" "trail" {
      bucket = aws_s3_bucket.trail.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = "*"
          Action    = "s3:GetObject"
          Resource  = "${aws_s3_bucket.trail.arn}/*"
        }]
      })
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
    ```
    """
    if isinstance(known(trail.bucket), Absent):
        return Skip("the trail delivers to no bucket")
    access = accesses.get(str(trail.bucket))
    if isinstance(access, Absent):
        raise UnknownAsked(Why(Reason.NOT_COLLECTED, f"the bucket {trail.bucket} is not of this account"))
    found = access.public.every
    if found:
        return Fail(
            f"{trail.bucket}, the bucket of {trail.id}, is open: {sentences(found)}", facts("open", *atoms(found))
        )
    return PASS
