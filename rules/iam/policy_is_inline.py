from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.iam import Policy, PolicyForm


@rule("IAM-019", Severity.LOW, controls=("iam-no-inline-policies",))
def policy_is_inline(policy: Policy) -> Verdict:
    """
    Policy is inline.

    An inline policy has no versions, cannot be reused, and is seen only by who opens that one user, group or role:
    what it grants is forgotten. Make a managed policy of it and attach that.

    ```evidence bad
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
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: read
          Arn: arn:aws:iam::123456789012:policy/read
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
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
        Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::invoices/*" }]
      })
    }
    ```
    ```terraform good
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::invoices/*" }]
      })
    }

    resource "aws_iam_role" "deploy" {
      name = "deploy"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_iam_role_policy_attachment" "deploy" {
      role       = aws_iam_role.deploy.name
      policy_arn = aws_iam_policy.deploy.arn
    }
    ```
    """
    if policy.form != PolicyForm.INLINE:
        return PASS
    return Fail(f"{policy.label} is inline", facts("holder", str(policy.holder)))
