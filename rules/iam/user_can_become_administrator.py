from scanner import PASS, Absent, Fail, Severity, Undecided, Verdict, facts, known, rule
from scanner.model.access import UserEscalation
from scanner.model.iam import User
from scanner.model.maybe import Reason, Why


@rule("IAM-100", Severity.HIGH, controls=("iam-no-privilege-escalation",))
def user_can_become_administrator(user: User, escalation: UserEscalation) -> Verdict:
    """
    User can become administrator.

    The user is not administrator and can make itself one, by itself or through other principals: its own and its
    groups' policies, permissions boundaries, visible service control policies, trust policies and conditions are
    weighed together. `casemate paths` prints the statements of each hop and the smallest change that closes the
    way. Where a prerequisite could not be seen, such as whether somebody has a password, the verdict is undecided.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      UserDetailList:
        - UserName: deployer
          Arn: arn:aws:iam::123456789012:user/deployer
          UserPolicyList:
            - PolicyName: deploy
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: ["lambda:CreateFunction", "lambda:InvokeFunction"], Resource: "*"}
                  - {Effect: Allow, Action: "iam:PassRole", Resource: "*"}
      RoleDetailList:
        - RoleName: ops
          Path: /
          Arn: arn:aws:iam::123456789012:role/ops
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}
          RolePolicyList:
            - PolicyName: all
              PolicyDocument:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "*", Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList:
        - UserName: deployer
          Arn: arn:aws:iam::123456789012:user/deployer
          UserPolicyList:
            - PolicyName: deploy
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: ["lambda:CreateFunction", "lambda:InvokeFunction"], Resource: "*"}
                  - {Effect: Allow, Action: "iam:PassRole", Resource: "arn:aws:iam::123456789012:role/app"}
      RoleDetailList:
        - RoleName: ops
          Path: /
          Arn: arn:aws:iam::123456789012:role/ops
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}
          RolePolicyList:
            - PolicyName: all
              PolicyDocument:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "*", Resource: "*"}
    ```
    ```terraform bad
    resource "aws_iam_user" "ci" {
      name = "ci"
    }

    resource "aws_iam_user_policy" "ci" {
      name = "ci"
      user = aws_iam_user.ci.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["iam:AttachUserPolicy"]
          Resource = "*"
        }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_user" "ci" {
      name = "ci"
    }

    resource "aws_iam_user_policy" "ci" {
      name = "ci"
      user = aws_iam_user.ci.name
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
        return Undecided(Why(Reason.UNRESOLVED, f"{user.name} may be able to become administrator: {way}"))
    hops = facts("hop", *(f"{step.technique} {step.target}" for step in known(path).steps))
    return Fail(f"{user.name} can become administrator: {way}", hops)
