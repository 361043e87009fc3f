from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy
from scanner.model.iam_grants import is_own
from scanner.model.lint import LintKind, PolicyLint, summary


@rule("IAM-201", Severity.MEDIUM, controls=("policy-as-strict-as-it-looks",))
def policy_looser_than_it_looks(policy: Policy, lint: PolicyLint) -> Verdict:
    """
    Policy is looser than it looks.

    Some conditions hold where their author did not think of them: ForAllValues is true of requests without the key,
    a Deny by the tags of a resource never applies to actions that do not tell them. Rewrite the statement that the
    finding names.

    Roles passed freely have a rule of their own.

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
                  Action: "s3:GetObject"
                  Resource: "arn:aws:s3:::invoices/*"
                  Condition: {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": o-a1b2c3d4e5}}
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
                  Action: "s3:GetObject"
                  Resource: "arn:aws:s3:::invoices/*"
                  Condition: {StringEquals: {"aws:PrincipalOrgID": o-a1b2c3d4e5}}
    ```
    A private address is unique in its VPC only:
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
                  Action: "s3:GetObject"
                  Resource: "arn:aws:s3:::invoices/*"
                  Condition: {IpAddress: {"aws:VpcSourceIp": 10.0.0.0/8}}
    ```
    ```terraform bad
    resource "aws_iam_policy" "report" {
      name = "report"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["s3:GetObject"]
          Resource = "arn:aws:s3:::reports/*"
          Condition = { "ForAllValues:StringEquals" = { "aws:PrincipalTag/team" = "web" } }
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
    found = tuple(one for one in lint.of_kind(LintKind.SECURITY_WARNING) if not one.code.startswith("PASS_ROLE_"))
    if not found:
        return PASS
    return Fail(
        f"{policy.label} is looser than it looks: {summary(found)}", facts("finding", *(one.atom for one in found))
    )
