from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.publicaccess import BucketAccess, atoms, sentences
from scanner.model.s3 import Bucket
from scanner.remedies.bucket_access import close_bucket


@rule(
    "S3-025",
    Severity.CRITICAL,
    controls=("s3-no-public-write", "s3-policy-no-wildcard-principal", "resource-policy-no-wildcard-principal"),
    remedy=close_bucket,
)
def bucket_publicly_writable(bucket: Bucket, access: BucketAccess) -> Verdict:
    """
    Anyone can write to the bucket.

    Anyone on the internet, or with any AWS account, can put or delete objects, or change the bucket itself: plant
    malware, destroy data, run up costs. Name the principals that write, disable ACLs with BucketOwnerEnforced, and turn
    Block Public Access on.

    Its policy with every denial, its ACL, its access points and Block Public Access at every level are weighed together.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
            "Action": "s3:PutObject", "Resource": "arn:aws:s3:::invoices/*"}]}
    s3:GetPublicAccessBlock:
      - parameters: {Bucket: invoices}
        error: NoSuchPublicAccessBlockConfiguration
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        error: NoSuchPublicAccessBlockConfiguration
    ```

    By its ACL, for everyone with an AWS account:
    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        error: NoSuchBucketPolicy
    s3:GetBucketAcl:
      - parameters: {Bucket: invoices}
        response:
          Owner: {ID: 7a7f}
          Grants:
            - {Grantee: {Type: CanonicalUser, ID: 7a7f}, Permission: FULL_CONTROL}
            - Grantee: {Type: Group, URI: "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}
              Permission: WRITE
    s3:GetBucketOwnershipControls:
      - parameters: {Bucket: invoices}
        error: OwnershipControlsNotFoundError
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
          Action = "s3:PutObject"
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
    found = access.public.where(lambda opening: opening.allows_beyond("s3:get", "s3:list", "s3:describe"))
    if found:
        return Fail(f"{bucket.name} can be written to: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
