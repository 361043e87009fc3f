from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.iam import Role
from scanner.model.iam_grants import aws_managed
from scanner.model.publicaccess import RoleAccess


@rule("IAM-041", Severity.MEDIUM, controls=("iam-role-cross-account-readonly",))
def role_shares_read_only_access(role: Role, access: RoleAccess) -> Verdict:
    """
    Role gives other accounts ReadOnlyAccess.

    ReadOnlyAccess reads data, not only settings: objects in buckets, items in tables, messages in queues. For audits
    attach SecurityAudit or ViewOnlyAccess, which read settings.

    The whole trust policy is weighed, denials and conditions included.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: auditor
          Path: /
          Arn: arn:aws:iam::123456789012:role/auditor
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRole
              Principal: {AWS: "arn:aws:iam::999999999999:root"}
          AttachedManagedPolicies:
            - {PolicyName: ReadOnlyAccess, PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: auditor
          Path: /
          Arn: arn:aws:iam::123456789012:role/auditor
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sts:AssumeRole
              Principal: {AWS: "arn:aws:iam::999999999999:root"}
          AttachedManagedPolicies:
            - {PolicyName: SecurityAudit, PolicyArn: "arn:aws:iam::aws:policy/SecurityAudit"}
    ```
    ```terraform bad
    resource "aws_iam_role" "audit" {
      name = "audit"
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::999988887777:root" }
          Action    = "sts:AssumeRole"
        }]
      })
    }

    resource "aws_iam_role_policy_attachment" "audit" {
      role       = aws_iam_role.audit.name
      policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    }
    ```
    ```terraform good
    resource "aws_iam_role" "audit" {
      name = "audit"
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "lambda.amazonaws.com" }
          Action    = "sts:AssumeRole"
        }]
      })
    }

    resource "aws_iam_role_policy_attachment" "audit" {
      role       = aws_iam_role.audit.name
      policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    }
    ```
    """
    if aws_managed("ReadOnlyAccess", role.scope.partition) not in role.attached_policies:
        return PASS
    found = access.anyone_else.where(lambda opening: opening.allows("sts:assumerole"))
    if found:
        others = sorted({opening.party or "everyone" for opening in found})
        return Fail(f"{role.name} gives ReadOnlyAccess to {', '.join(others)}", facts("account", *others))
    return PASS
