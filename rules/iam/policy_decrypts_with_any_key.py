from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy
from scanner.model.iam_grants import document_of, granted_everywhere, is_own


@rule("IAM-029", Severity.MEDIUM, controls=("kms-no-broad-decrypt-managed", "kms-no-broad-decrypt-inline"))
def policy_decrypts_with_any_key(policy: Policy) -> Verdict:
    """
    Policy allows decryption with any KMS key.

    The holders read whatever a KMS key of the account protects, if its key policy leaves that to IAM, as the default
    one does. Name the keys.

    The policy is read literally: a statement with a condition is not counted, and boundaries and other policies are
    not weighed yet.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: crypt
          Arn: arn:aws:iam::123456789012:policy/crypt
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "kms:Decrypt", Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: crypt
          Arn: arn:aws:iam::123456789012:policy/crypt
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement:
                  Effect: Allow
                  Action: "kms:Decrypt"
                  Resource: "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    ```
    ```terraform bad
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = "*" }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{
          Effect = "Allow"
          Action = "kms:Decrypt"
          Resource = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d"
        }]
      })
    }
    ```
    """
    if not is_own(policy):
        return Skip(f"{policy.label} is managed by AWS")
    granted = granted_everywhere(document_of(policy), ("kms:Decrypt", "kms:ReEncryptFrom"))
    if not granted:
        return PASS
    return Fail(f"{policy.label} allows {' and '.join(granted)} with any key", facts("action", *granted))
