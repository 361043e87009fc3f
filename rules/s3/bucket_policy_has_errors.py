from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.lint import BucketPolicyLint, LintKind, summary
from scanner.model.s3 import Bucket


@rule("S3-200", Severity.MEDIUM, controls=("policy-valid",))
def bucket_policy_has_errors(bucket: Bucket, lint: BucketPolicyLint) -> Verdict:
    """
    Bucket policy has parts that do not work.

    A misspelled action, an ARN with a Region, a condition key that no request carries: S3 stores what of this it
    can, and the part does nothing. A Deny that does nothing protects nobody. Correct or remove what the finding
    names.

    The codes are those of IAM Access Analyzer's policy validation; `casemate lint` applies them to a policy file.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::invoices/*",
            "Condition": {"Bool": {"aws:SecuredTransport": "false"}}}
            ]}
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::invoices/*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
            ]}
    ```
    ```terraform bad
    resource "aws_s3_bucket" "data" {
      bucket = "data"
    }

    resource "aws_s3_bucket_policy" "data" {
      bucket = aws_s3_bucket.data.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::999988887777:root" }
          Action    = "s3:GetObjekt"
          Resource  = "${aws_s3_bucket.data.arn}/*"
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_s3_bucket" "data" {
      bucket = "data"
    }

    resource "aws_s3_bucket_policy" "data" {
      bucket = aws_s3_bucket.data.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
          Action    = "s3:GetObject"
          Resource  = "${aws_s3_bucket.data.arn}/*"
        }]
      })
    }
    ```
    """
    found = lint.of_kind(LintKind.ERROR)
    if not found:
        return PASS
    return Fail(
        f"{bucket.name} has a policy with parts that do not work: {summary(found)}",
        facts("finding", *(one.atom for one in found)),
    )
