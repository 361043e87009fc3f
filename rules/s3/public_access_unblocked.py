from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.s3 import AccountPublicAccessBlock, Bucket, PublicAccessBlock
from scanner.remedies.s3 import block_public_access


@rule(
    "S3-001",
    Severity.MEDIUM,
    controls=("s3-bucket-block-public-access", "s3-block-public-access"),
    remedy=block_public_access,
)
def public_access_unblocked(bucket: Bucket, own: PublicAccessBlock, account: AccountPublicAccessBlock) -> Verdict:
    """
    Bucket does not block public access.

    Block Public Access is the one switch that holds whatever a policy or an ACL says. With one of its four settings
    off at both the bucket and the account, a single careless statement or grant makes the data public. Turn all four
    on, for the account if no bucket is meant to be public, else for each other bucket.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetPublicAccessBlock:
      - parameters: {Bucket: invoices}
        error: NoSuchPublicAccessBlockConfiguration
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        response:
          PublicAccessBlockConfiguration:
            {BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: false, RestrictPublicBuckets: true}
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetPublicAccessBlock:
      - parameters: {Bucket: invoices}
        error: NoSuchPublicAccessBlockConfiguration
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        response:
          PublicAccessBlockConfiguration:
            {BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}
    ```
    ```terraform bad
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }

    resource "aws_s3_bucket_public_access_block" "data" {
      bucket = aws_s3_bucket.data.id
      block_public_acls       = true
      ignore_public_acls      = true
      block_public_policy     = false
      restrict_public_buckets = true
    }
    ```
    ```terraform good
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }

    resource "aws_s3_bucket_public_access_block" "data" {
      bucket = aws_s3_bucket.data.id
      block_public_acls       = true
      ignore_public_acls      = true
      block_public_policy     = true
      restrict_public_buckets = true
    }
    ```
    """
    off = own.off_beside(account)
    if off:
        return Fail(f"{bucket.name} leaves {', '.join(sorted(off))} off", facts("off", *off))
    return PASS
