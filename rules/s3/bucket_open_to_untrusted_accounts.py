from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.publicaccess import BucketAccess, atoms, sentences
from scanner.model.s3 import Bucket


@rule("S3-026", Severity.MEDIUM, controls=("s3-restrict-cross-account",))
def bucket_open_to_untrusted_accounts(bucket: Bucket, access: BucketAccess) -> Verdict:
    """
    Bucket lets in accounts that are not trusted.

    A principal of another account, of another organization or from an address range that configuration does not name
    as trusted reaches the bucket. Nothing in your account limits what that account hands on. Remove the grant, or name
    the account, organization or network as trusted; the accounts of one scan trust each other.

    Its policy with every denial, its ACL, its access points and Block Public Access at every level are weighed together.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
            "Action": "s3:GetObject", "Resource": "arn:aws:s3:::invoices/*"}]}
    s3:GetBucketOwnershipControls:
      - parameters: {Bucket: invoices}
        response: {OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}}
    s3:GetPublicAccessBlock:
      - parameters: {Bucket: invoices}
        error: NoSuchPublicAccessBlockConfiguration
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        error: NoSuchPublicAccessBlockConfiguration
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/web"},
            "Action": "s3:*", "Resource": "arn:aws:s3:::invoices/*"}]}
    s3:GetBucketOwnershipControls:
      - parameters: {Bucket: invoices}
        response: {OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}}
    s3:GetPublicAccessBlock:
      - parameters: {Bucket: invoices}
        error: NoSuchPublicAccessBlockConfiguration
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        error: NoSuchPublicAccessBlockConfiguration
    ```
    ```terraform bad
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }

    resource "aws_s3_bucket_policy" "data" {
      bucket = aws_s3_bucket.data.id
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{
          Effect = "Allow"
          Principal = { AWS = "999999999999" }
          Action = "s3:GetObject"
          Resource = "${aws_s3_bucket.data.arn}/*"
        }]
      })
    }
    ```
    ```terraform good
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }
    ```
    """
    found = access.foreign.untrusted
    if found:
        return Fail(f"{bucket.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
