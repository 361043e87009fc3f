from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.kms import Key, KeyDetails, KeyRotation
from scanner.remedies.keys import rotate_key


@rule("KMS-003", Severity.MEDIUM, controls=("kms-key-rotation",), remedy=rotate_key)
def rotation_off(key: Key, details: KeyDetails, rotation: KeyRotation) -> Verdict:
    """
    Key does not rotate.

    Rotation limits how much data one key material protects, and it asks nothing of those who use the key: its id and
    policy stay, and what older material encrypted stays readable. Turn automatic rotation on. Keys that KMS cannot rotate
    (asymmetric, imported, in a custom store, replicas) and those that AWS manages are left out.

    ```evidence bad
    kms:ListKeys: {Keys: [{KeyId: k-1, KeyArn: "arn:aws:kms:eu-west-1:123456789012:key/k-1"}]}
    kms:DescribeKey:
      - parameters: {KeyId: k-1}
        response:
          KeyMetadata:
            {KeyId: k-1, KeyManager: CUSTOMER, KeyState: Enabled, KeySpec: SYMMETRIC_DEFAULT, Origin: AWS_KMS}
    kms:GetKeyRotationStatus:
      - parameters: {KeyId: k-1}
        response: {KeyRotationEnabled: false}
    ```
    ```evidence good
    kms:ListKeys: {Keys: [{KeyId: k-1, KeyArn: "arn:aws:kms:eu-west-1:123456789012:key/k-1"}]}
    kms:DescribeKey:
      - parameters: {KeyId: k-1}
        response:
          KeyMetadata:
            {KeyId: k-1, KeyManager: CUSTOMER, KeyState: Enabled, KeySpec: SYMMETRIC_DEFAULT, Origin: AWS_KMS}
    kms:GetKeyRotationStatus:
      - parameters: {KeyId: k-1}
        response: {KeyRotationEnabled: true}
    ```
    ```terraform bad
    resource "aws_kms_key" "data" {
      description = "Data at rest"
    }
    ```
    ```terraform good
    resource "aws_kms_key" "data" {
      description         = "Data at rest"
      enable_key_rotation = true
    }
    ```
    """
    if details.state in ("PendingDeletion", "PendingReplicaDeletion"):
        return Skip("the key is about to be deleted")
    if not details.rotates:
        return Skip("automatic rotation is not for this key")
    if rotation.enabled:
        return PASS
    return Fail(f"{key.id} does not rotate", facts("rotation", "off"))
