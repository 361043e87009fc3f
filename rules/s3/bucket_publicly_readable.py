from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.publicaccess import BucketAccess, atoms, sentences
from scanner.model.s3 import Bucket
from scanner.remedies.bucket_access import close_bucket


@rule(
    "S3-023",
    Severity.HIGH,
    controls=("s3-no-public-read", "s3-policy-no-wildcard-principal", "resource-policy-no-wildcard-principal"),
    remedy=close_bucket,
)
def bucket_publicly_readable(bucket: Bucket, access: BucketAccess) -> Verdict:
    """
    Anyone can read the bucket.

    Anyone on the internet, or with any AWS account, can fetch objects or settings of the bucket. Name the principals
    that need the data, or limit the statement by organization or network; serve public content through CloudFront with
    origin access control; and turn Block Public Access on.

    Its policy with every denial, its ACL, its access points and Block Public Access at every level are weighed together.
    The ACLs of its objects are not read: S3-007 tells where single objects can be public nevertheless.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
            "Action": "s3:GetObject", "Resource": "arn:aws:s3:::invoices/*"}]}
    s3:GetPublicAccessBlock:
      - parameters: {Bucket: invoices}
        error: NoSuchPublicAccessBlockConfiguration
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        error: NoSuchPublicAccessBlockConfiguration
    ```

    By an access point to which the bucket's policy leaves the decision:
    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*",
            "Resource": ["arn:aws:s3:::invoices", "arn:aws:s3:::invoices/*"],
            "Condition": {"StringEquals": {"s3:DataAccessPointAccount": "123456789012"}}}]}
    s3control:ListAccessPoints:
      AccessPointList: [{Name: reports, NetworkOrigin: Internet, Bucket: invoices}]
    s3control:GetAccessPoint:
      - parameters: {AccountId: "123456789012", Name: reports}
        response: {Name: reports, Bucket: invoices, PublicAccessBlockConfiguration: {RestrictPublicBuckets: false}}
    s3control:GetAccessPointPolicy:
      - parameters: {AccountId: "123456789012", Name: reports}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:eu-west-1:123456789012:accesspoint/reports/object/*"}]}
    s3:GetPublicAccessBlock:
      - parameters: {Bucket: invoices}
        error: NoSuchPublicAccessBlockConfiguration
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        error: NoSuchPublicAccessBlockConfiguration
    ```

    An open statement that a denial cuts down to one organization is fine:
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*",
            "Resource": ["arn:aws:s3:::invoices", "arn:aws:s3:::invoices/*"]}, {"Effect": "Deny", "Principal": "*",
            "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}]}
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

    So is one that Block Public Access makes void:
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
            "Action": "s3:GetObject", "Resource": "arn:aws:s3:::invoices/*"}]}
    s3:GetBucketOwnershipControls:
      - parameters: {Bucket: invoices}
        response: {OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}}
    s3:GetPublicAccessBlock:
      - parameters: {Bucket: invoices}
        error: NoSuchPublicAccessBlockConfiguration
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        response: {PublicAccessBlockConfiguration: {RestrictPublicBuckets: true}}
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
          Principal = "*"
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

    resource "aws_s3_bucket_policy" "data" {
      bucket = aws_s3_bucket.data.id
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{
          Effect = "Allow"
          Principal = { AWS = data.aws_caller_identity.me.account_id }
          Action = "s3:GetObject"
          Resource = "${aws_s3_bucket.data.arn}/*"
        }]
      })
    }

    data "aws_caller_identity" "me" {}
    ```
    """
    found = access.public.where(lambda opening: opening.allows("s3:get"))
    if found:
        return Fail(f"{bucket.name} can be read: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
