from scanner import PASS, Fail, Severity, Verdict, any_of, facts, rule
from scanner.model.kind import All
from scanner.model.s3 import (
    AccessPoint,
    AccessPointBlock,
    AccessPointPolicy,
    AccountPublicAccessBlock,
    PublicAccessBlock,
)
from scanner.model.s3_policy import public_statements


@rule("S3-022", Severity.HIGH, controls=("s3-policy-no-wildcard-principal", "resource-policy-no-wildcard-principal"))
def access_point_policy_public(
    point: AccessPoint,
    policy: AccessPointPolicy,
    own: AccessPointBlock,
    buckets: All[PublicAccessBlock],
    account: AccountPublicAccessBlock,
) -> Verdict:
    """
    Access point policy has an open principal.

    The policy of an access point is a second way to its bucket: a statement for everyone lets anyone in whom the policy
    of the bucket lets through. Name the principals, or limit the statement by organization, network or source. An
    access point that is limited to a VPC is never public, whatever its policy says.

    A statement counts as public by AWS's own definition: any principal, and no condition that fixes who asks or from
    where. It is read literally: a Deny that takes it back, and the policy of the bucket, are not weighed.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetPublicAccessBlock:
      - parameters: {Bucket: invoices}
        error: NoSuchPublicAccessBlockConfiguration
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
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        error: NoSuchPublicAccessBlockConfiguration
    ```
    ```evidence good
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetPublicAccessBlock:
      - parameters: {Bucket: invoices}
        error: NoSuchPublicAccessBlockConfiguration
    s3control:ListAccessPoints:
      AccessPointList:
        - {Name: reports, NetworkOrigin: VPC, VpcConfiguration: {VpcId: vpc-1a2b3c4d}, Bucket: invoices}
    s3control:GetAccessPoint:
      - parameters: {AccountId: "123456789012", Name: reports}
        response: {Name: reports, Bucket: invoices, PublicAccessBlockConfiguration: {RestrictPublicBuckets: false}}
    s3control:GetAccessPointPolicy:
      - parameters: {AccountId: "123456789012", Name: reports}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:eu-west-1:123456789012:accesspoint/reports/object/*"}]}
    s3control:GetPublicAccessBlock:
      - parameters: {AccountId: "123456789012"}
        error: NoSuchPublicAccessBlockConfiguration
    ```
    """
    if any_of(
        lambda: point.vpc,
        lambda: own.restrict_public_buckets,
        lambda: account.restrict_public_buckets,
        lambda: not public_statements(policy.document),
        lambda: _restricted(buckets, f"{point.bucket}"),
    ):
        return PASS
    open_ones = [statement.label for statement in public_statements(policy.document)]
    return Fail(
        f"the policy of access point {point.name} is open to anyone ({', '.join(open_ones)})",
        facts("statement", *open_ones),
    )


def _restricted(buckets: All[PublicAccessBlock], name: str) -> bool:
    """Whether the bucket behind it restricts public policies; one of another account is not known to."""
    block = buckets.get(name)
    return bool(block and block.restrict_public_buckets)
