from scanner import PASS, Fail, Severity, Verdict, any_of, facts, rule
from scanner.model.s3 import (
    PUBLIC_GROUPS,
    AccountPublicAccessBlock,
    Bucket,
    BucketAcl,
    OwnershipControls,
    PublicAccessBlock,
)


@rule("S3-005", Severity.HIGH, controls=("s3-no-public-read",))
def acl_grants_public_read(
    bucket: Bucket,
    acl: BucketAcl,
    ownership: OwnershipControls,
    own: PublicAccessBlock,
    account: AccountPublicAccessBlock,
) -> Verdict:
    """
    Bucket ACL lets anyone read.

    A grant to AllUsers or AuthenticatedUsers lets anyone (the latter: anyone with any AWS account) list the objects
    of the bucket or read its ACL. Set object ownership to BucketOwnerEnforced, which makes every ACL void, and grant
    access by policy instead.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
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
    The same grant is void where ACLs are disabled, or where Block Public Access ignores public ones:
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketAcl:
      - parameters: {Bucket: invoices}
        response:
          Owner: {ID: 7a7f}
          Grants:
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
    """
    if any_of(
        lambda: ownership.acls_disabled,
        lambda: own.ignore_public_acls,
        lambda: account.ignore_public_acls,
        lambda: not acl.to_public("READ", "READ_ACP", "FULL_CONTROL"),
    ):
        return PASS
    grants = sorted(
        f"{grant.permission} to {PUBLIC_GROUPS[grant.grantee]}"
        for grant in acl.to_public("READ", "READ_ACP", "FULL_CONTROL")
    )
    return Fail(f"the ACL of {bucket.name} grants {', '.join(grants)}", facts("grant", *grants))
