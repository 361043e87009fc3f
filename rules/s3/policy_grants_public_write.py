from scanner import PASS, Fail, Severity, Verdict, any_of, facts, rule
from scanner.model.s3 import AccountPublicAccessBlock, Bucket, BucketPolicy, PublicAccessBlock
from scanner.model.s3_policy import public_statements, writes


@rule(
    "S3-004",
    Severity.CRITICAL,
    controls=("s3-no-public-write", "s3-policy-no-wildcard-principal", "resource-policy-no-wildcard-principal"),
)
def policy_grants_public_write(
    bucket: Bucket, policy: BucketPolicy, own: PublicAccessBlock, account: AccountPublicAccessBlock
) -> Verdict:
    """
    Bucket policy lets anyone write.

    Anyone on the internet, without credentials, can put, replace or delete objects or change how the bucket is set up:
    to destroy data, to plant malware where your systems will read it, or to store at your expense. Name the principals
    that need to write, and turn Block Public Access on so that such a statement has no effect.

    A statement counts as public by AWS's own definition: any principal, and no condition that fixes who asks or from
    where. It is read literally: a Deny that takes it back is not weighed.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Sid": "Open", "Effect": "Allow", "Principal": "*",
            "Action": "s3:PutObject*", "Resource": "arn:aws:s3:::invoices/*"}]}
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
            "Resource": "arn:aws:s3:::invoices/*",
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}]}
    s3:GetPublicAccessBlock:
      - parameters: {Bucket: invoices}
        error: NoSuchPublicAccessBlockConfiguration
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        error: NoSuchPublicAccessBlockConfiguration
    ```
    An open statement that Block Public Access makes void is fine:
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": "*"}}'
    s3:GetPublicAccessBlock:
      - parameters: {Bucket: invoices}
        error: NoSuchPublicAccessBlockConfiguration
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        response: {PublicAccessBlockConfiguration: {RestrictPublicBuckets: true}}
    ```
    """
    if any_of(
        lambda: own.restrict_public_buckets,
        lambda: account.restrict_public_buckets,
        lambda: not any(writes(statement) for statement in public_statements(policy.document)),
    ):
        return PASS
    open_ones = [statement.label for statement in public_statements(policy.document) if writes(statement)]
    return Fail(
        f"the policy of {bucket.name} lets anyone write ({', '.join(open_ones)})", facts("statement", *open_ones)
    )
