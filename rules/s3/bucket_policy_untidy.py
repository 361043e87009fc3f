from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.lint import BucketPolicyLint, LintKind, summary
from scanner.model.s3 import Bucket


@rule("S3-202", Severity.LOW, controls=("policy-tidy",))
def bucket_policy_untidy(bucket: Bucket, lint: BucketPolicyLint) -> Verdict:
    """
    Bucket policy says things that it does not need, or not as AWS advises.

    Redundant resources and statements, ids of principals in place of ARNs, wildcards compared without Like: such a
    policy is hard to review, and the next change to it goes wrong easily. Rewrite what the finding names.

    The codes are those of IAM Access Analyzer's policy validation; `casemate lint` applies them to a policy file.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject",
            "Resource": ["arn:aws:s3:::invoices/*", "arn:aws:s3:::invoices/2026/*"]}
            ]}
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::invoices/*"}
            ]}
    ```
    ```terraform bad
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
          Action    = "s3:*"
          Resource  = ["${aws_s3_bucket.data.arn}/*", "${aws_s3_bucket.data.arn}/a/*"]
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
    found = lint.of_kind(LintKind.WARNING, LintKind.SUGGESTION)
    if not found:
        return PASS
    return Fail(f"{bucket.name} has an untidy policy: {summary(found)}", facts("finding", *(one.atom for one in found)))
