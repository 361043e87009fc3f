from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy
from scanner.model.iam_grants import document_of, is_own
from scanner.model.lint import LintKind, PolicyLint, beside_full_access, summary


@rule("IAM-203", Severity.LOW, controls=("policy-tidy",))
def policy_untidy(policy: Policy, lint: PolicyLint) -> Verdict:
    """
    Policy says things that it does not need, or not as AWS advises.

    Redundant actions and statements, wildcards compared without Like, types that do not match: such a policy is
    hard to review, and the next change to it goes wrong easily. Rewrite what the finding names.

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
                  Effect: Allow
                  Action: ["s3:Get*", "s3:GetObject"]
                  Resource: "arn:aws:s3:::invoices/*"
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
                  Effect: Allow
                  Action: "s3:Get*"
                  Resource: "arn:aws:s3:::invoices/*"
    ```
    ```terraform bad
    resource "aws_iam_policy" "report" {
      name = "report"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:Get*"]
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
    found = beside_full_access(lint.of_kind(LintKind.WARNING, LintKind.SUGGESTION), document_of(policy))
    if not found:
        return PASS
    return Fail(f"{policy.label} is untidy: {summary(found)}", facts("finding", *(one.atom for one in found)))
