from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.publicaccess import SecretAccess, atoms, sentences
from scanner.model.secretsmanager import Secret
from scanner.remedies.policies import close_secret


@rule("SECRETSMANAGER-001", Severity.CRITICAL, controls=("resource-policy-no-wildcard-principal",), remedy=close_secret)
def secret_open_to_anyone(secret: Secret, access: SecretAccess) -> Verdict:
    """
    Secret is open to anyone.

    Anyone with an AWS account can read or change the secret, as far as its key lets them. Name the principals, and set
    BlockPublicPolicy when you put the policy.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    secretsmanager:ListSecrets: {SecretList: [{Name: db, ARN: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-1a2b3c"}]}
    secretsmanager:GetResourcePolicy:
      - parameters: {SecretId: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-1a2b3c"}
        response:
          ResourcePolicy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
            "secretsmanager:GetSecretValue", "Resource": "*"}]}
    ```

    An open statement that a denial cuts down to one organization is fine:
    ```evidence good
    secretsmanager:ListSecrets: {SecretList: [{Name: db, ARN: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-1a2b3c"}]}
    secretsmanager:GetResourcePolicy:
      - parameters: {SecretId: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-1a2b3c"}
        response:
          ResourcePolicy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
            "secretsmanager:GetSecretValue", "Resource": "*"}, {"Effect": "Deny", "Principal": "*",
            "Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalOrgID":
            "o-a1b2c3d4e5"}}}]}
    ```
    ```terraform bad
    resource "aws_secretsmanager_secret" "database" {
      name = "database"
    }

    resource "aws_secretsmanager_secret_policy" "database" {
      secret_arn = aws_secretsmanager_secret.database.arn
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "*" }
          Action    = "secretsmanager:GetSecretValue"
          Resource  = "*"
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_secretsmanager_secret" "database" {
      name = "database"
    }

    resource "aws_secretsmanager_secret_policy" "database" {
      secret_arn = aws_secretsmanager_secret.database.arn
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
          Action    = "secretsmanager:GetSecretValue"
          Resource  = "*"
        }]
      })
    }
    ```
    """
    found = access.public.every
    if found:
        return Fail(f"{secret.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
