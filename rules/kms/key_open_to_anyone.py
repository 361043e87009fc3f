from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.kms import Key
from scanner.model.publicaccess import KeyAccess, atoms, sentences
from scanner.remedies.policies import close_key


@rule(
    "KMS-001",
    Severity.CRITICAL,
    controls=("kms-key-not-public", "resource-policy-no-wildcard-principal"),
    remedy=close_key,
)
def key_open_to_anyone(key: Key, access: KeyAccess) -> Verdict:
    """
    Key is open to anyone.

    Anyone with an AWS account can use the key: decrypt what was encrypted with it, or hand on grants. Name the
    principals, or limit the statement by kms:CallerAccount or organization; kms:ViaService alone limits nobody.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    kms:ListKeys: {Keys: [{KeyId: k-1, KeyArn: "arn:aws:kms:eu-west-1:123456789012:key/k-1"}]}
    kms:GetKeyPolicy:
      - parameters: {KeyId: k-1, PolicyName: default}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"},
            "Action": "kms:Decrypt", "Resource": "*"}]}
    ```

    An open statement that a denial cuts down to one organization is fine:
    ```evidence good
    kms:ListKeys: {Keys: [{KeyId: k-1, KeyArn: "arn:aws:kms:eu-west-1:123456789012:key/k-1"}]}
    kms:GetKeyPolicy:
      - parameters: {KeyId: k-1, PolicyName: default}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
            "kms:Decrypt", "Resource": "*"}, {"Effect": "Deny", "Principal": "*", "Action": "*",
            "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}]}
    ```

    A wildcard that a condition cuts down to the account is fine:
    ```evidence good
    kms:ListKeys: {Keys: [{KeyId: k-1, KeyArn: "arn:aws:kms:eu-west-1:123456789012:key/k-1"}]}
    kms:GetKeyPolicy:
      - parameters: {KeyId: k-1, PolicyName: default}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"},
            "Action": "kms:*", "Resource": "*", "Condition": {"StringEquals": {"kms:CallerAccount":
            "123456789012"}}}]}
    ```
    ```terraform bad
    resource "aws_kms_key" "data" {
      description = "Data at rest"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "*" }
          Action    = "kms:*"
          Resource  = "*"
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_kms_key" "data" {
      description = "Data at rest"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
          Action    = "kms:*"
          Resource  = "*"
        }]
      })
    }
    ```
    """
    found = access.public.every
    if found:
        return Fail(f"{key.id} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
