from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.lint import BucketPolicyLint, LintKind, summary
from scanner.model.s3 import Bucket


@rule("S3-201", Severity.MEDIUM, controls=("policy-as-strict-as-it-looks",))
def bucket_policy_looser_than_it_looks(bucket: Bucket, lint: BucketPolicyLint) -> Verdict:
    """
    Bucket policy is looser than it looks.

    A service that may write acts for the resources of any account unless the source is fixed; NotPrincipal in an
    Allow lets in everybody else; ForAllValues is true of requests without the key. Rewrite the statement that the
    finding names.

    The codes are those of IAM Access Analyzer's policy validation; `casemate lint` applies them to a policy file.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::invoices/*"}
            ]}
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::invoices/*",
            "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}
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
          Principal = { Service = "cloudtrail.amazonaws.com" }
          Action    = "s3:PutObject"
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
          Principal = { Service = "cloudtrail.amazonaws.com" }
          Action    = "s3:PutObject"
          Resource  = "${aws_s3_bucket.data.arn}/*"
          Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
        }]
      })
    }
    ```
    """
    found = lint.of_kind(LintKind.SECURITY_WARNING)
    if not found:
        return PASS
    return Fail(
        f"{bucket.name} has a policy that is looser than it looks: {summary(found)}",
        facts("finding", *(one.atom for one in found)),
    )
