from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.publicaccess import BucketAccess, atoms, sentences
from scanner.model.s3 import Bucket
from scanner.remedies.bucket_access import close_bucket


@rule(
    "S3-024",
    Severity.MEDIUM,
    controls=("s3-no-public-read", "s3-policy-no-wildcard-principal", "resource-policy-no-wildcard-principal"),
    remedy=close_bucket,
)
def bucket_publicly_listable(bucket: Bucket, access: BucketAccess) -> Verdict:
    """
    Anyone can list the bucket.

    Anyone on the internet, or with any AWS account, learns the names of all objects, and so which to try. Public
    content needs s3:GetObject only. Take s3:List* out of the statement for everyone, or the READ grant out of the ACL.

    Its policy with every denial, its ACL, its access points and Block Public Access at every level are weighed together.

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
            - Grantee: {Type: Group, URI: "http://acs.amazonaws.com/groups/global/AllUsers"}
              Permission: READ
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

    Listing is an action on the bucket, so a statement about its objects does not open it:
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
            "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::invoices/*"}]}
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

    A public grant is void where ACLs are disabled:
    ```evidence good
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
            - Grantee: {Type: Group, URI: "http://acs.amazonaws.com/groups/global/AllUsers"}
              Permission: READ
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
        Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:ListBucket", Resource = aws_s3_bucket.data.arn }]
      })
    }
    ```
    ```terraform good
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }
    ```
    """
    found = access.public.where(lambda opening: opening.allows("s3:list"))
    if found:
        return Fail(f"{bucket.name} can be listed: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
