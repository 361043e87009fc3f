from scanner import PASS, Absent, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.access import RoleEscalation
from scanner.model.glob import matches
from scanner.model.iam import Role


@rule("IAM-103", Severity.MEDIUM, controls=("iam-no-admin-managed-policy",))
def role_is_administrator(role: Role, escalation: RoleEscalation, *, except_for: tuple[str, ...] = ()) -> Verdict:
    """
    Role is administrator.

    What it holds amounts to everything that matters, however it is written: power over identities, data and compute
    on resources of any name, after permissions boundaries, denials and visible service control policies. Whatever
    runs with the role, and whoever may assume it, is administrator; roles of IAM Identity Center and of services
    are not counted. The option `except_for` names those that are meant (`role/break-glass`; wildcards allowed).

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: app
          Path: /
          Arn: arn:aws:iam::123456789012:role/app
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement: {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}
          RolePolicyList:
            - PolicyName: most
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  Effect: Allow
                  Action: ["iam:*", "s3:*", "ec2:*", "lambda:*", "secretsmanager:*", "dynamodb:*"]
                  Resource: "*"
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: app
          Path: /
          Arn: arn:aws:iam::123456789012:role/app
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement: {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}
          RolePolicyList:
            - PolicyName: most
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  Effect: Allow
                  Action: ["s3:*", "ec2:*", "lambda:*", "secretsmanager:*", "dynamodb:*"]
                  Resource: "*"
    ```
    ```terraform bad
    resource "aws_iam_role" "ci" {
      name = "ci"
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "lambda.amazonaws.com" }
          Action    = "sts:AssumeRole"
        }]
      })
    }

    resource "aws_iam_role_policy" "ci" {
      name = "ci"
      role = aws_iam_role.ci.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["*"]
          Resource = "*"
        }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_role" "ci" {
      name = "ci"
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "lambda.amazonaws.com" }
          Action    = "sts:AssumeRole"
        }]
      })
    }

    resource "aws_iam_role_policy" "ci" {
      name = "ci"
      role = aws_iam_role.ci.id
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
    if role.is_service_linked or role.is_identity_center:
        return Skip(f"{role.name} is owned by a service")
    if any(matches(pattern, role.handle) for pattern in except_for):
        return Skip(f"{role.name} is meant to be administrator")
    path = escalation.path
    if isinstance(path, Absent) or known(path).steps:
        return PASS
    return Fail(f"{role.name} has the access of an administrator", facts("access", "administrator"))
