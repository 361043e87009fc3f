from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.publicaccess import SecretAccess, atoms, sentences
from scanner.model.secretsmanager import Secret


@rule("SECRETSMANAGER-002", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def secret_open_to_untrusted_accounts(secret: Secret, access: SecretAccess) -> Verdict:
    """
    Secret lets in accounts that are not trusted.

    A secret that another account reads is as good as published there. Remove the grant, or name the account,
    organization or network as trusted in the configuration; the accounts of one scan trust each other.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    secretsmanager:ListSecrets: {SecretList: [{Name: db, ARN: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-1a2b3c"}]}
    secretsmanager:GetResourcePolicy:
      - parameters: {SecretId: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-1a2b3c"}
        response:
          ResourcePolicy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::210987654321:root"}, "Action": "secretsmanager:GetSecretValue", "Resource":
            "*"}]}
    ```
    ```evidence good
    secretsmanager:ListSecrets: {SecretList: [{Name: db, ARN: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-1a2b3c"}]}
    secretsmanager:GetResourcePolicy:
      - parameters: {SecretId: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-1a2b3c"}
        response:
          ResourcePolicy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::123456789012:root"}, "Action": "secretsmanager:GetSecretValue", "Resource":
            "*"}]}
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
          Principal = { AWS = "arn:aws:iam::999988887777:root" }
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
    found = access.foreign.untrusted
    if found:
        return Fail(f"{secret.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
