from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Role
from scanner.model.lint import LintKind, TrustLint, summary


@rule("IAM-206", Severity.LOW, controls=("policy-tidy",))
def trust_policy_untidy(role: Role, lint: TrustLint) -> Verdict:
    """
    Trust policy says things that it does not need, or not as AWS advises.

    A principal that was deleted stays in the policy as an id; wildcards are compared as plain characters;
    statements repeat. Such a policy is hard to review. Rewrite what the finding names.

    The codes are those of IAM Access Analyzer's policy validation; `casemate lint` applies them to a policy file.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: build
          Path: /
          Arn: arn:aws:iam::123456789012:role/build
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRole
              Principal: {AWS: AROAIOSFODNN7EXAMPLE}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: build
          Path: /
          Arn: arn:aws:iam::123456789012:role/build
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRole
              Principal: {AWS: "arn:aws:iam::123456789012:role/ci"}
    ```
    ```terraform bad
    resource "aws_iam_role" "app" {
      name = "app"
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "AROAIOSFODNN7EXAMPLE" }
          Action    = "sts:AssumeRole"
        }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_role" "app" {
      name = "app"
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::111122223333:role/ci" }
          Action    = "sts:AssumeRole"
        }]
      })
    }
    ```
    """
    if role.is_service_linked:
        return Skip(f"{role.name} is linked to a service, which alone can change it")
    found = lint.of_kind(LintKind.WARNING, LintKind.SUGGESTION)
    if not found:
        return PASS
    return Fail(
        f"{role.name} has an untidy trust policy: {summary(found)}", facts("finding", *(one.atom for one in found))
    )
