from scanner import PASS, Absent, Fail, Severity, Verdict, facts, rule
from scanner.model.s3 import Bucket, BucketPolicy
from scanner.model.s3_policy import covers_action, foreign_principals


@rule("S3-019", Severity.HIGH, controls=("s3-restrict-cross-account",))
def other_accounts_control_bucket(
    bucket: Bucket,
    policy: BucketPolicy,
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
    Bucket policy lets another account change how the bucket is protected.

    A principal of another account that may rewrite the policy, the ACLs or the encryption can open the bucket to anyone
    or lock its owner out, and nothing in your account stops it. Grant other accounts only the actions on data that they
    need. The option `actions` is the list of actions that no other account may have.

    The policy is read literally: conditions and denials are not weighed.

    ```evidence bad
    s3:ListBuckets: {Buckets: [{Name: invoices, BucketRegion: eu-west-1}]}
    s3:GetBucketPolicy:
      - parameters: {Bucket: invoices}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "s3:Put*",
            "Resource": ["arn:aws:s3:::invoices", "arn:aws:s3:::invoices/*"]}]}
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
    ```
    """
    document = policy.document
    granted = {
        f"{action} to {principal}"
        for statement in (() if isinstance(document, Absent) else document.allows)
        for action in actions
        if covers_action(statement, action)
        for principal in foreign_principals(statement, bucket.scope.account)
    }
    if granted:
        return Fail(f"the policy of {bucket.name} grants {', '.join(sorted(granted))}", facts("grants", *granted))
    return PASS
