from scanner import PASS, Fail, Severity, Skip, Verdict, facts, rule
from scanner.model.iam import Policy, PolicyForm
from scanner.model.iam_grants import allows_everything, document_of
from scanner.remedies.iam import drop_broad_statements


@rule("IAM-020", Severity.HIGH, controls=("iam-no-full-admin-policy",), remedy=drop_broad_statements)
def attached_policy_allows_everything(policy: Policy) -> Verdict:
    """
    Attached policy of the account allows everything.

    Whoever holds the policy is an administrator, often without anybody having meant it: one leaked key of such a
    holder is the whole account. Write down what the holders really do and allow that; where administrators are meant,
    give them the role of IAM Identity Center that is made for it.

    The policy is read literally: a statement with a condition is not counted, and boundaries and other policies are
    not weighed yet.

    ```evidence bad
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: ops
          Arn: arn:aws:iam::123456789012:policy/ops
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "*", Resource: "*"}
    ```
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: ops
          Arn: arn:aws:iam::123456789012:policy/ops
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

    All actions, and one bucket only:
    ```evidence good
    iam:GetAccountAuthorizationDetails:
      Policies:
        - PolicyName: ops
          Arn: arn:aws:iam::123456789012:policy/ops
          AttachmentCount: 1
          PolicyVersionList:
            - VersionId: v1
              IsDefaultVersion: true
              Document:
                Version: "2012-10-17"
                Statement: {Effect: Allow, Action: "*", Resource: "arn:aws:s3:::reports/*"}
    ```
    ```terraform bad
    resource "aws_iam_policy" "deploy" {
      name = "deploy"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
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
    if policy.form != PolicyForm.CUSTOMER_MANAGED:
        return Skip(f"{policy.label} is not a managed policy of the account")
    if not allows_everything(document_of(policy)):
        return PASS
    if not policy.attachments:
        return Skip(f"{policy.label} is attached to nobody")
    return Fail(f"{policy.label} is attached and allows every action on every resource", facts("allows", "* on *"))
