from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.access import PolicyPowers
from scanner.model.iam import Policy
from scanner.model.iam_grants import is_own


@rule("IAM-106", Severity.MEDIUM, controls=("iam-no-credentials-exposure",))
def policy_gives_credentials_everywhere(policy: Policy, powers: PolicyPowers) -> Verdict:
    """
    Policy lets its holders obtain the credentials of anybody.

    With these actions on anything the holders make keys or passwords for any user, or log in to any database or
    machine, and then act as somebody else. Limit them to one's own user (`arn:aws:iam::*:user/${aws:username}`) or
    to named resources.

    The policy is evaluated by itself, by what it means: denials, patterns and NotAction count, a condition that a
    usual request does not meet is a limit. Boundaries and other policies of the holders are not weighed here.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: app
          Arn: arn:aws:iam::123456789012:policy/app
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement:
                  Effect: Allow
                  Action: "iam:Create*"
                  Resource: "arn:aws:iam::*:user/*"
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: app
          Arn: arn:aws:iam::123456789012:policy/app
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement:
                  Effect: Allow
                  Action: "iam:CreateAccessKey"
                  Resource: "arn:aws:iam::*:user/${aws:username}"
    ```

    A Deny in the same policy takes it back:
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: app
          Arn: arn:aws:iam::123456789012:policy/app
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: "iam:*AccessKey", Resource: "*"}
                  - {Effect: Deny, NotAction: "iam:List*", Resource: "*"}
    ```
    ```terraform bad
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["iam:CreateAccessKey"]
          Resource = "*"
        }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["iam:CreateAccessKey"]
          Resource = "arn:aws:iam::*:user/ci"
        }]
      })
    }
    ```
    """
    if not is_own(policy):
        return Skip(f"{policy.label} is managed by AWS")
    if not powers.gives_credentials:
        return PASS
    actions = known(powers.gives_credentials)
    return Fail(f"{policy.label} allows {', '.join(actions)} on anything", facts("action", *actions))
