from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.kms import Key
from scanner.model.publicaccess import KeyAccess, atoms, sentences


@rule("KMS-002", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def key_open_to_untrusted_accounts(key: Key, access: KeyAccess) -> Verdict:
    """
    Key lets in accounts that are not trusted.

    Whoever may use a key reads all that it protects. Remove the grant, or name the account, organization or network as
    trusted in the configuration; the accounts of one scan trust each other.

    The whole policy is weighed, denials and conditions included, and so are grants.

    ```evidence bad
    kms:ListKeys: {Keys: [{KeyId: k-1, KeyArn: "arn:aws:kms:eu-west-1:123456789012:key/k-1"}]}
    kms:GetKeyPolicy:
      - parameters: {KeyId: k-1, PolicyName: default}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::210987654321:root"}, "Action": "kms:Decrypt", "Resource": "*"}]}
    ```

    By a grant, which the policy does not show:
    ```evidence bad
    kms:ListKeys: {Keys: [{KeyId: k-1, KeyArn: "arn:aws:kms:eu-west-1:123456789012:key/k-1"}]}
    kms:GetKeyPolicy:
      - parameters: {KeyId: k-1, PolicyName: default}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::123456789012:root"}, "Action": "kms:Decrypt", "Resource": "*"}]}
    kms:ListGrants:
      - parameters: {KeyId: k-1, Limit: 100}
        response:
          Grants:
            - GrantId: g-1
              GranteePrincipal: "arn:aws:iam::210987654321:role/reader"
              Operations: [Decrypt]
    ```
    ```evidence good
    kms:ListKeys: {Keys: [{KeyId: k-1, KeyArn: "arn:aws:kms:eu-west-1:123456789012:key/k-1"}]}
    kms:GetKeyPolicy:
      - parameters: {KeyId: k-1, PolicyName: default}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::123456789012:root"}, "Action": "kms:Decrypt", "Resource": "*"}]}
    kms:ListGrants:
      - parameters: {KeyId: k-1, Limit: 100}
        response: {Grants: []}
    ```
    ```terraform bad
    resource "aws_kms_key" "data" {
      description = "Data at rest"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::999988887777:root" }
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
    found = access.foreign.untrusted
    if found:
        return Fail(f"{key.id} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
