from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.s3 import AccessPoint, AccessPointBlock, AccountPublicAccessBlock


@rule("S3-020", Severity.HIGH, controls=("s3-access-point-bpa",))
def access_point_public_access_unblocked(
    point: AccessPoint, own: AccessPointBlock, account: AccountPublicAccessBlock
) -> Verdict:
    """
    Access point does not block public access.

    An access point has Block Public Access settings of its own, and they cannot be changed once it exists. With one off
    at both the access point and the account, a policy statement can make the data public by this door. Turn the four
    settings on for the account, or replace the access point by one that has them on.

    ```evidence bad
    s3control:ListAccessPoints:
      AccessPointList: [{Name: reports, NetworkOrigin: Internet, Bucket: invoices}]
    s3control:GetAccessPoint:
      - parameters: {AccountId: "123456789012", Name: reports}
        response:
          Name: reports
          Bucket: invoices
          PublicAccessBlockConfiguration:
            {BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: false, RestrictPublicBuckets: true}
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        error: NoSuchPublicAccessBlockConfiguration
    ```
    ```evidence good
    s3control:ListAccessPoints:
      AccessPointList: [{Name: reports, NetworkOrigin: Internet, Bucket: invoices}]
    s3control:GetAccessPoint:
      - parameters: {AccountId: "123456789012", Name: reports}
        response:
          Name: reports
          Bucket: invoices
          PublicAccessBlockConfiguration:
            {BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        error: NoSuchPublicAccessBlockConfiguration
    ```
    ```terraform bad
    resource "aws_s3_access_point" "reports" {
      bucket = "data"
      name   = "reports"

      public_access_block_configuration {
        block_public_acls       = true
        ignore_public_acls      = true
        block_public_policy     = false
        restrict_public_buckets = true
      }
    }
    ```
    ```terraform good
    resource "aws_s3_access_point" "reports" {
      bucket = "data"
      name   = "reports"

      public_access_block_configuration {
        block_public_acls       = true
        ignore_public_acls      = true
        block_public_policy     = true
        restrict_public_buckets = true
      }
    }
    ```
    """
    off = own.off_beside(account)
    if off:
        return Fail(f"access point {point.name} leaves {', '.join(sorted(off))} off", facts("off", *off))
    return PASS
