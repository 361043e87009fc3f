from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.maybe import why_unknown
from scanner.model.s3 import AccountPublicAccessBlock, BlockSwitches, Bucket, OwnershipControls, PublicAccessBlock
from scanner.remedies.bucket_access import disable_acls


@rule("S3-007", Severity.MEDIUM, controls=("s3-acl-disabled",), remedy=disable_acls)
def acls_enabled(
    bucket: Bucket, ownership: OwnershipControls, own: PublicAccessBlock, account: AccountPublicAccessBlock
) -> Verdict:
    """
    Bucket still obeys access control lists.

    With ACLs in force, whoever uploads an object may own it and share it, and no policy shows that. Each object has an
    ACL of its own, which is not read, for there may be any number of them: unless Block Public Access ignores public
    ACLs, single objects can be public in a bucket that is not. Set object ownership to BucketOwnerEnforced: the bucket's
    owner owns everything and policies alone decide. Check first that no other account relies on a grant.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketOwnershipControls:
      - parameters: {Bucket: invoices}
        response: {OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerPreferred}]}}
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketOwnershipControls:
      - parameters: {Bucket: invoices}
        response: {OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}}
    ```
    ```terraform bad
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }

    resource "aws_s3_bucket_ownership_controls" "data" {
      bucket = aws_s3_bucket.data.id

      rule {
        object_ownership = "ObjectWriter"
      }
    }
    ```
    ```terraform good
    resource "aws_s3_bucket" "data" {
      bucket = "invoices"
    }

    resource "aws_s3_bucket_ownership_controls" "data" {
      bucket = aws_s3_bucket.data.id

      rule {
        object_ownership = "BucketOwnerEnforced"
      }
    }
    ```
    """
    if ownership.acls_disabled:
        return PASS
    said = f"{bucket.name} has object ownership {ownership.object_ownership}, so ACLs have effect"
    evidence = facts("object_ownership", f"{ownership.object_ownership}")
    if _ignores_public_acls(own) or _ignores_public_acls(account):
        return Fail(f"{said}, but those that grant to the public are ignored", evidence)
    return Fail(f"{said}: single objects can be public by their own", (*evidence, *facts("objects", "can be public")))


def _ignores_public_acls(block: BlockSwitches) -> bool:
    """Whether it is known that public ACLs are void, those of objects too."""
    return why_unknown(block.ignore_public_acls) is None and bool(block.ignore_public_acls)
