from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy
from scanner.model.iam_grants import document_of, is_own, whole_services
from scanner.remedies.iam import drop_broad_statements


@rule("IAM-030", Severity.MEDIUM, controls=("iam-no-kms-full-access",), remedy=drop_broad_statements)
def policy_grants_all_of_kms(policy: Policy) -> Verdict:
    """
    Policy grants every action of KMS.

    Its holders can use, change and delete keys: what a deleted key protected is lost for good. Keep those who
    administer keys and those who use them apart, and name the keys.

    The policy is read literally: a statement with a condition is not counted, and boundaries and other policies are
    not weighed yet.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: full
          Arn: arn:aws:iam::123456789012:policy/full
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "kms:*", Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: some
          Arn: arn:aws:iam::123456789012:policy/some
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "kms:Describe*", Resource: "*"}
    ```
    ```terraform bad
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*" }]
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
          Action = "kms:Sign"
          Resource = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d"
        }]
      })
    }
    ```
    """
    if not is_own(policy):
        return Skip(f"{policy.label} is managed by AWS")
    if "kms" not in whole_services(document_of(policy)):
        return PASS
    return Fail(f"{policy.label} allows kms:*", facts("service", "kms"))
