from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Role
from scanner.model.lint import LintKind, TrustLint, summary


@rule("IAM-204", Severity.MEDIUM, controls=("policy-valid",))
def trust_policy_has_errors(role: Role, lint: TrustLint) -> Verdict:
    """
    Trust policy has parts that do not work.

    A condition key that no request carries, a principal that cannot be: AWS stores such a trust policy, and the
    part does nothing. Either nobody gets in who should, or a Deny keeps nobody out. Correct or remove what the
    finding names.

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
              Principal: {AWS: "123456789012"}
              Condition: {StringEquals: {"aws:PrincipalOrgIdentifier": o-a1b2c3d4e5}}
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
              Principal: {AWS: "123456789012"}
              Condition: {StringEquals: {"aws:PrincipalOrgID": o-a1b2c3d4e5}}
    ```
    ```terraform bad
    resource "aws_iam_role" "app" {
      name = "app"
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "lambda.amazonaws.com" }
          Action    = "sts:AssumeRoll"
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
          Principal = { Service = "lambda.amazonaws.com" }
          Action    = "sts:AssumeRole"
        }]
      })
    }
    ```
    """
    if role.is_service_linked:
        return Skip(f"{role.name} is linked to a service, which alone can change it")
    found = lint.of_kind(LintKind.ERROR)
    if not found:
        return PASS
    return Fail(
        f"{role.name} has a trust policy with parts that do not work: {summary(found)}",
        facts("finding", *(one.atom for one in found)),
    )
