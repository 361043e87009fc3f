from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.access import PolicyPowers
from scanner.model.iam import Policy
from scanner.model.iam_grants import is_own


@rule("IAM-105", Severity.MEDIUM, controls=("iam-no-data-exfiltration",))
def policy_reads_data_everywhere(policy: Policy, powers: PolicyPowers) -> Verdict:
    """
    Policy lets its holders read the data of anything.

    Objects of every bucket, every secret, every table, every queue: one such holder in wrong hands and all of it is
    copied. Name the resources that the holders work with, or limit where requests may come from.

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
                  NotAction: ["iam:*", "s3:*"]
                  Resource: "*"
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
                  Action: ["s3:GetObject", "secretsmanager:*"]
                  Resource: ["arn:aws:s3:::reports/*", "arn:aws:secretsmanager:*:*:secret:app-*"]
    ```

    Limited to a VPC endpoint:
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
                  Action: "s3:GetObject"
                  Resource: "arn:aws:s3:::*"
                  Condition: {StringEquals: {"aws:SourceVpce": vpce-0a1b2c3d}}
    ```
    ```terraform bad
    resource "aws_iam_policy" "report" {
      name = "report"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["s3:GetObject"]
          Resource = "*"
        }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_policy" "report" {
      name = "report"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["s3:GetObject"]
          Resource = "arn:aws:s3:::reports/*"
        }]
      })
    }
    ```
    """
    if not is_own(policy):
        return Skip(f"{policy.label} is managed by AWS")
    if not powers.reads_data:
        return PASS
    actions = known(powers.reads_data)
    return Fail(f"{policy.label} allows {', '.join(actions)} on anything", facts("action", *actions))
