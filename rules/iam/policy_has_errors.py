from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy
from scanner.model.iam_grants import is_own
from scanner.model.lint import LintKind, PolicyLint, summary


@rule("IAM-200", Severity.MEDIUM, controls=("policy-valid",))
def policy_has_errors(policy: Policy, lint: PolicyLint) -> Verdict:
    """
    Policy has parts that do not work.

    A misspelled action, an ARN that no resource has, a condition key that no request carries: AWS stores such a
    policy, and the part does nothing. In an Allow something breaks; in a Deny a protection that everybody relies on
    is not there. Correct or remove what the finding names.

    The codes are those of IAM Access Analyzer's policy validation; `casemate lint` applies them to a policy file.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: ci
          Arn: arn:aws:iam::123456789012:policy/ci
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement:
                  Effect: Deny
                  Action: "s3:DeleteBuckets"
                  Resource: "*"
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: ci
          Arn: arn:aws:iam::123456789012:policy/ci
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement:
                  Effect: Deny
                  Action: "s3:DeleteBucket"
                  Resource: "*"
    ```
    Private addresses are never the source of a request to a public endpoint:
    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: ci
          Arn: arn:aws:iam::123456789012:policy/ci
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement:
                  Effect: Allow
                  Action: "s3:ListBucket"
                  Resource: "arn:aws:s3:::invoices"
                  Condition: {IpAddress: {"aws:SourceIp": 10.0.0.0/8}}
    ```
    ```terraform bad
    resource "aws_iam_policy" "report" {
      name = "report"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["s3:GetObjekt"]
          Resource = "arn:aws:s3:::reports/*"
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
    found = lint.of_kind(LintKind.ERROR)
    if not found:
        return PASS
    return Fail(
        f"{policy.label} has parts that do not work: {summary(found)}", facts("finding", *(one.atom for one in found))
    )
