from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy, PolicyForm
from scanner.model.iam_grants import allows_everything, document_of
from scanner.remedies.iam import delete_inline_policy


@rule("IAM-021", Severity.HIGH, controls=("iam-no-full-admin-inline",), remedy=delete_inline_policy)
def inline_policy_allows_everything(policy: Policy) -> Verdict:
    """
    Inline policy allows everything.

    The principal that the policy is part of is an administrator, and no listing of managed policies shows it. Allow
    what the principal really does, in a managed policy.

    The policy is read literally: a statement with a condition is not counted, and boundaries and other policies are
    not weighed yet.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: deploy
          Arn: arn:aws:iam::123456789012:role/deploy
          RolePolicyList:
            - PolicyName: all
              PolicyDocument:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "*", Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      RoleDetailList:
        - RoleName: deploy
          Arn: arn:aws:iam::123456789012:role/deploy
          RolePolicyList:
            - PolicyName: read
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  Effect: Allow
                  Action: "s3:GetObject"
                  Resource: "arn:aws:s3:::reports/*"
    ```
    ```terraform bad
    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_iam_role_policy" "deploy" {
      name = "deploy"
      role = aws_iam_role.deploy.id
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_iam_role_policy" "deploy" {
      name = "deploy"
      role = aws_iam_role.deploy.id
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::invoices/*" }]
      })
    }
    ```
    """
    if policy.form != PolicyForm.INLINE:
        return Skip(f"{policy.label} is not an inline policy")
    if not allows_everything(document_of(policy)):
        return PASS
    return Fail(f"{policy.label} allows every action on every resource", facts("allows", "* on *"))
