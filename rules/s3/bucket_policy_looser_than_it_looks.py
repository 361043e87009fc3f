from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.lint import BucketPolicyLint, LintKind, summary
from scanner.model.s3 import Bucket

_OF_THEIR_OWN = {"ALLOW_WITH_NOT_PRINCIPAL", "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL"}
"""Whom these let in is told by the rules about access, which see the whole policy."""


@rule("S3-201", Severity.MEDIUM, controls=("policy-as-strict-as-it-looks",))
def bucket_policy_looser_than_it_looks(bucket: Bucket, lint: BucketPolicyLint) -> Verdict:
    """
    Bucket policy is looser than it looks.

    Some ways of writing stop less than their author meant: a denied prefix is listed by asking for a shorter one,
    ForAllValues is true of requests without the key, and every caller may send the Referer it likes. Rewrite the
    statement that the finding names.

    The codes are those of IAM Access Analyzer's policy validation; `casemate lint` applies them to a policy file.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": "*", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::invoices",
            "Condition": {"StringLike": {"s3:prefix": "private/*"}}}
            ]}
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": "*", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::invoices",
            "Condition": {"StringNotLike": {"s3:prefix": "shared/*"}}}
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
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:ListBucket"
          Resource  = aws_s3_bucket.data.arn
          Condition = { StringLike = { "s3:prefix" = "private/*" } }
        }]
      })
    }
    ```
    ```terraform good
    resource "aws_s3_bucket" "data" {
      bucket = "data"
    }

    resource "aws_s3_bucket_policy" "data" {
      bucket = aws_s3_bucket.data.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:ListBucket"
          Resource  = aws_s3_bucket.data.arn
          Condition = { StringNotLike = { "s3:prefix" = "shared/*" } }
        }]
      })
    }
    ```
    """
    found = tuple(one for one in lint.of_kind(LintKind.SECURITY_WARNING) if one.code not in _OF_THEIR_OWN)
    if not found:
        return PASS
    return Fail(
        f"{bucket.name} has a policy that is looser than it looks: {summary(found)}",
        facts("finding", *(one.atom for one in found)),
    )
