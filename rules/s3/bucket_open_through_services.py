from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.publicaccess import BucketAccess, atoms, sentences
from scanner.model.s3 import Bucket


@rule("S3-027", Severity.LOW, controls=("s3-restrict-cross-account",))
def bucket_open_through_services(bucket: Bucket, access: BucketAccess) -> Verdict:
    """
    Bucket lets a service in for whomever it acts.

    A service that acts for any account is a confused deputy: whoever tells it to use your bucket writes or reads there
    in its name. Limit the statement by aws:SourceAccount, aws:SourceArn or aws:SourceOrgID.

    Its policy with every denial, its ACL, its access points and Block Public Access at every level are weighed together.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "s3:PutObject", "Resource": "arn:aws:s3:::invoices/*"}]}
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
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "s3:PutObject", "Resource": "arn:aws:s3:::invoices/*",
            "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}]}
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
    resource "aws_s3_bucket" "logs" {
      bucket = "logs"
    }

    resource "aws_s3_bucket_policy" "logs" {
      bucket = aws_s3_bucket.logs.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "cloudtrail.amazonaws.com" }
          Action    = "s3:PutObject"
          Resource  = "${aws_s3_bucket.logs.arn}/*"
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_s3_bucket" "logs" {
      bucket = "logs"
    }

    resource "aws_s3_bucket_policy" "logs" {
      bucket = aws_s3_bucket.logs.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "cloudtrail.amazonaws.com" }
          Action    = "s3:PutObject"
          Resource  = "${aws_s3_bucket.logs.arn}/*"
          Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
        }]
      })
    }
    ```
    """
    found = access.deputies.every
    if found:
        return Fail(f"{bucket.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
