from scanner import PASS, Absent, Fail, Severity, Undecided, Verdict, facts, known, rule
from scanner.model.access import RoleEscalation
from scanner.model.iam import Role
from scanner.model.maybe import Reason, Why


@rule("IAM-101", Severity.HIGH, controls=("iam-no-privilege-escalation",))
def role_can_become_administrator(role: Role, escalation: RoleEscalation) -> Verdict:
    """
    Role can become administrator.

    The role is not administrator and can make itself one, by itself or through other principals: its own and its
    groups' policies, permissions boundaries, visible service control policies, trust policies and conditions are
    weighed together. `casemate paths` prints the statements of each hop and the smallest change that closes the
    way. Where a prerequisite could not be seen, such as whether somebody has a password, the verdict is undecided.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: ci
          Path: /
          Arn: arn:aws:iam::123456789012:role/ci
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement: {Effect: Allow, Principal: {Service: codebuild.amazonaws.com}, Action: "sts:AssumeRole"}
          RolePolicyList:
            - PolicyName: build
              PolicyDocument:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "iam:PutRolePolicy", Resource: "arn:aws:iam::123456789012:role/*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: ci
          Path: /
          Arn: arn:aws:iam::123456789012:role/ci
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement: {Effect: Allow, Principal: {Service: codebuild.amazonaws.com}, Action: "sts:AssumeRole"}
          RolePolicyList:
            - PolicyName: build
              PolicyDocument:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "iam:PutRolePolicy", Resource: "arn:aws:iam::123456789012:role/app-*"}
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
          Action   = ["iam:PutRolePolicy"]
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
    path = escalation.path
    if isinstance(path, Absent) or not known(path).steps:
        return PASS
    way = known(path).described
    if known(path).status == "potential":
        return Undecided(Why(Reason.UNRESOLVED, f"{role.name} may be able to become administrator: {way}"))
    hops = facts("hop", *(f"{step.technique} {step.target}" for step in known(path).steps))
    return Fail(f"{role.name} can become administrator: {way}", hops)
