from scanner import PASS, Absent, Fail, Severity, Skip, Verdict, facts, known, rule
from scanner.model.access import UserEscalation
from scanner.model.glob import matches
from scanner.model.iam import User


@rule("IAM-102", Severity.MEDIUM, controls=("iam-no-admin-managed-policy",))
def user_is_administrator(user: User, escalation: UserEscalation, *, except_for: tuple[str, ...] = ()) -> Verdict:
    """
    User is administrator.

    What it holds amounts to everything that matters, however it is written: power over identities, data and compute
    on resources of any name, after permissions boundaries, denials and visible service control policies. A user has
    long-lived credentials; administrators should sign in through a role that ends. The option `except_for` names
    those that are meant (`user/break-glass`; wildcards allowed).

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      UserDetailList:
        - UserName: alice
          Arn: arn:aws:iam::123456789012:user/alice
          UserPolicyList:
            - PolicyName: nearly-all
              PolicyDocument:
                Version: "2012-10-17"
                Statement: {Effect: Allow, NotAction: "aws-portal:*", Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList:
        - UserName: alice
          Arn: arn:aws:iam::123456789012:user/alice
          UserPolicyList:
            - PolicyName: nearly-all
              PolicyDocument:
                Version: "2012-10-17"
                Statement: {Effect: Allow, NotAction: ["iam:*", "organizations:*"], Resource: "*"}
    ```

    A permissions boundary takes it back:
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      UserDetailList:
        - UserName: alice
          Arn: arn:aws:iam::123456789012:user/alice
          PermissionsBoundary: {PermissionsBoundaryArn: "arn:aws:iam::123456789012:policy/cap"}
          UserPolicyList:
            - PolicyName: all
              PolicyDocument:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "*", Resource: "*"}
      Policies:
        - PolicyName: cap
          Arn: arn:aws:iam::123456789012:policy/cap
          AttachmentCount: 0
          PermissionsBoundaryUsageCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: ["s3:*", "ec2:*"], Resource: "*"}
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
          Action   = ["*"]
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
    if any(matches(pattern, user.handle) for pattern in except_for):
        return Skip(f"{user.name} is meant to be administrator")
    path = escalation.path
    if isinstance(path, Absent) or known(path).steps:
        return PASS
    return Fail(f"{user.name} has the access of an administrator", facts("access", "administrator"))
