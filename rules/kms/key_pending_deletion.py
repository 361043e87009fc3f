from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.kms import Key, KeyDetails
from scanner.remedies.keys import keep_key


@rule("KMS-004", Severity.HIGH, controls=("kms-no-pending-deletion",), remedy=keep_key)
def key_pending_deletion(key: Key, details: KeyDetails) -> Verdict:
    """
    Key is about to be deleted.

    When the waiting period ends, all that the key encrypted is lost for good. Find out whether anything still needs it
    (CloudTrail shows its last uses), and cancel the deletion, or waive this until it is over.

    ```evidence bad
    kms:ListKeys: {Keys: [{KeyId: k-1, KeyArn: "arn:aws:kms:eu-west-1:123456789012:key/k-1"}]}
    kms:DescribeKey:
      - parameters: {KeyId: k-1}
        response:
          KeyMetadata:
            {KeyId: k-1, KeyManager: CUSTOMER, KeyState: PendingDeletion, KeySpec: SYMMETRIC_DEFAULT, Origin: AWS_KMS}
    ```
    ```evidence good
    kms:ListKeys: {Keys: [{KeyId: k-1, KeyArn: "arn:aws:kms:eu-west-1:123456789012:key/k-1"}]}
    kms:DescribeKey:
      - parameters: {KeyId: k-1}
        response:
          KeyMetadata:
            {KeyId: k-1, KeyManager: CUSTOMER, KeyState: Enabled, KeySpec: SYMMETRIC_DEFAULT, Origin: AWS_KMS}
    ```
    """
    if details.manager == "AWS":
        return Skip("AWS manages the key")
    if details.state in ("PendingDeletion", "PendingReplicaDeletion"):
        return Fail(f"{key.id} will be deleted on {details.deletion_at}", facts("state", str(details.state)))
    return PASS
