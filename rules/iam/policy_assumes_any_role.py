from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy
from scanner.model.iam_grants import document_of, granted_everywhere, is_own


@rule("IAM-028", Severity.MEDIUM, controls=("iam-no-permissive-assume-role",))
def policy_assumes_any_role(policy: Policy) -> Verdict:
    """
    Policy lets its holders assume any role.

    sts:AssumeRole on every role opens each role whose trust names the account, and every role of other accounts that
    trust this one. Name the roles.

    The policy is read literally: a statement with a condition is not counted, and boundaries and other policies are
    not weighed yet.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: hop
          Arn: arn:aws:iam::123456789012:policy/hop
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "sts:AssumeRole", Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: hop
          Arn: arn:aws:iam::123456789012:policy/hop
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement:
                  Effect: Allow
                  Action: "sts:AssumeRole"
                  Resource: "arn:aws:iam::123456789012:role/reader"
    ```
    ```terraform bad
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Resource = "*" }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Resource = "arn:aws:iam::123456789012:role/app" }]
      })
    }
    ```
    """
    if not is_own(policy):
        return Skip(f"{policy.label} is managed by AWS")
    granted = granted_everywhere(document_of(policy), ("sts:AssumeRole",))
    if not granted:
        return PASS
    return Fail(f"{policy.label} lets its holders assume any role", facts("action", *granted))
