from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.publicaccess import BucketAccess
from scanner.model.s3 import Bucket


@rule("S3-019", Severity.HIGH, controls=("s3-restrict-cross-account",))
def other_accounts_control_bucket(
    bucket: Bucket,
    access: BucketAccess,
    *,
    actions: tuple[str, ...] = (
        "s3:DeleteBucketPolicy",
        "s3:PutBucketAcl",
        "s3:PutBucketPolicy",
        "s3:PutEncryptionConfiguration",
        "s3:PutObjectAcl",
    ),
) -> Verdict:
    """
    Bucket lets another account change how the bucket is protected.

    A principal of another account that may rewrite the policy, the ACLs or the encryption can open the bucket to anyone
    or lock its owner out, and nothing in your account stops it. Grant other accounts only the actions on data that they
    need. The option `actions` is the list of actions that no other account may have.

    Its policy with every denial, its ACL, its access points and Block Public Access at every level are weighed together.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "s3:Put*",
            "Resource": ["arn:aws:s3:::invoices", "arn:aws:s3:::invoices/*"]}]}
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
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"AWS": ["arn:aws:iam::123456789012:role/admin"]}, "Action": "s3:*", "Resource": "*"},
            {"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": "arn:aws:s3:::invoices/*"}]}
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
      bucket = "data"
    }

    resource "aws_s3_bucket_policy" "data" {
      bucket = aws_s3_bucket.data.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::999988887777:root" }
          Action    = "s3:PutBucketPolicy"
          Resource  = aws_s3_bucket.data.arn
        }]
      })
    }
    ```
    ```terraform good
    resource "aws_s3_bucket" "data" {
      bucket = "data"
    }
    ```
    """
    wanted = tuple(
        (opening, action)
        for opening in access.anyone_else.where(lambda one: any(map(one.covers, actions)))
        for action in actions
        if opening.covers(action)
    )
    if wanted:
        granted = sorted({f"{opening.who} may {action} by {opening.route}" for opening, action in wanted})
        grants = (f"{opening.who}: {action}" for opening, action in wanted)
        return Fail(f"{bucket.name} is not its owner's alone: {', '.join(granted)}", facts("grants", *grants))
    return PASS
