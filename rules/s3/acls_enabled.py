from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.s3 import Bucket, OwnershipControls
from scanner.remedies.bucket_access import disable_acls


@rule("S3-007", Severity.MEDIUM, controls=("s3-acl-disabled",), remedy=disable_acls)
def acls_enabled(bucket: Bucket, ownership: OwnershipControls) -> Verdict:
    """
    Bucket still obeys access control lists.

    With ACLs in force, whoever uploads an object may own it and share it, and no policy shows that. Set object
    ownership to BucketOwnerEnforced: the bucket's owner owns everything and policies alone decide. Check first that
    no other account relies on a grant.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketOwnershipControls:
      - parameters: {Bucket: invoices}
        response: {OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerPreferred}]}}
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketOwnershipControls:
      - parameters: {Bucket: invoices}
        response: {OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}}
    ```
    ```terraform bad
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }

    resource "aws_s3_bucket_ownership_controls" "data" {
      bucket = aws_s3_bucket.data.id

      rule {
        object_ownership = "ObjectWriter"
      }
    }
    ```
    ```terraform good
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }

    resource "aws_s3_bucket_ownership_controls" "data" {
      bucket = aws_s3_bucket.data.id

      rule {
        object_ownership = "BucketOwnerEnforced"
      }
    }
    ```
    """
    if ownership.acls_disabled:
        return PASS
    return Fail(
        f"{bucket.name} has object ownership {ownership.object_ownership}, so ACLs have effect",
        facts("object_ownership", f"{ownership.object_ownership}"),
    )
