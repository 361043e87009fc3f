from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Role
from scanner.model.lint import LintKind, TrustLint, summary

_OF_THEIR_OWN = {"MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", "MISSING_GITHUB_REPO_CONDITION_KEY"}
"""Whom a provider's tokens let in is told by the rules about trust, which see the whole policy."""


@rule("IAM-205", Severity.MEDIUM, controls=("policy-as-strict-as-it-looks",))
def trust_policy_looser_than_it_looks(role: Role, lint: TrustLint) -> Verdict:
    """
    Trust policy is looser than it looks.

    Some ways of writing let in more than their author meant: ForAllValues is true of requests without the key, and a
    wildcard in StringLike runs over the fields of an ARN. Compare keys that have one value without a set prefix, and
    ARNs by ArnLike.

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
              Principal: {AWS: "*"}
              Condition: {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": o-a1b2c3d4e5}}
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
              Principal: {AWS: "*"}
              Condition: {StringEquals: {"aws:PrincipalOrgID": o-a1b2c3d4e5}}
    ```
    ```terraform bad
    resource "aws_iam_role" "app" {
      name = "app"
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "*" }
          Action    = "sts:AssumeRole"
          Condition = { "ForAllValues:StringEquals" = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }
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
          Principal = { AWS = "*" }
          Action    = "sts:AssumeRole"
          Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }
        }]
      })
    }
    ```
    """
    if role.is_service_linked:
        return Skip(f"{role.name} is linked to a service, which alone can change it")
    found = tuple(one for one in lint.of_kind(LintKind.SECURITY_WARNING) if one.code not in _OF_THEIR_OWN)
    if not found:
        return PASS
    return Fail(
        f"{role.name} has a trust policy that is looser than it looks: {summary(found)}",
        facts("finding", *(one.atom for one in found)),
    )
