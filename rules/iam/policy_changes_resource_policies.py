from scanner import PASS, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.access import PolicyPowers
from scanner.model.iam import Policy
from scanner.model.iam_grants import is_own


@rule("IAM-036", Severity.MEDIUM, controls=("iam-no-resource-exposure",))
def policy_changes_resource_policies(policy: Policy, powers: PolicyPowers) -> Verdict:
    """
    Policy lets its holders open any resource to others.

    Who may change the resource policies of a service can share its data with another account, or with everyone, and
    no identity policy has to change for it. Name the resources, or leave such changes to the pipeline that deploys
    them.

    The policy is evaluated by itself, by what it means: denials, patterns and NotAction count, a condition that a
    usual request does not meet is a limit. Boundaries and other policies of the holders are not weighed here.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: share
          Arn: arn:aws:iam::123456789012:policy/share
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "s3:PutBucketPolicy", Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: share
          Arn: arn:aws:iam::123456789012:policy/share
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement:
                  Effect: Allow
                  Action: "s3:PutBucketPolicy"
                  Resource: "arn:aws:s3:::reports"
    ```
    ```terraform bad
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "s3:PutBucketPolicy", Resource = "*" }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::invoices/*" }]
      })
    }
    ```
    """
    if not is_own(policy):
        return Skip(f"{policy.label} is managed by AWS")
    if not powers.shares:
        return PASS
    actions = known(powers.shares)
    return Fail(f"{policy.label} allows {', '.join(actions)} on every resource", facts("action", *actions))
