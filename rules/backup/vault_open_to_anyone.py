from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.backup import BackupVault
from scanner.model.publicaccess import VaultAccess, atoms, sentences


@rule("BACKUP-001", Severity.HIGH, controls=("resource-policy-no-wildcard-principal",))
def vault_open_to_anyone(vault: BackupVault, access: VaultAccess) -> Verdict:
    """
    Backup vault is open to anyone.

    Anyone with an AWS account can copy recovery points into the vault, or do there what else the policy opens. Name the
    accounts, or limit the statement by organization.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    backup:ListBackupVaults:
      BackupVaultList:
        - {BackupVaultName: main, BackupVaultArn: "arn:aws:backup:eu-west-1:123456789012:backup-vault:main"}
    backup:GetBackupVaultAccessPolicy:
      - parameters: {BackupVaultName: main}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
            "backup:CopyIntoBackupVault", "Resource": "*"}]}
    ```

    An open statement that a denial cuts down to one organization is fine:
    ```evidence good
    backup:ListBackupVaults:
      BackupVaultList:
        - {BackupVaultName: main, BackupVaultArn: "arn:aws:backup:eu-west-1:123456789012:backup-vault:main"}
    backup:GetBackupVaultAccessPolicy:
      - parameters: {BackupVaultName: main}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action":
            "backup:CopyIntoBackupVault", "Resource": "*"}, {"Effect": "Deny", "Principal": "*", "Action":
            "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalOrgID":
            "o-a1b2c3d4e5"}}}]}
    ```
    ```terraform bad
    resource "aws_backup_vault" "daily" {
      name = "daily"
    }

    resource "aws_backup_vault_policy" "daily" {
      backup_vault_name = aws_backup_vault.daily.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "*" }
          Action    = "backup:CopyIntoBackupVault"
          Resource  = "*"
        }]
      })
    }
    ```
    ```terraform good
    data "aws_caller_identity" "current" {}

    resource "aws_backup_vault" "daily" {
      name = "daily"
    }

    resource "aws_backup_vault_policy" "daily" {
      backup_vault_name = aws_backup_vault.daily.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
          Action    = "backup:CopyIntoBackupVault"
          Resource  = "*"
        }]
      })
    }
    ```
    """
    found = access.public.every
    if found:
        return Fail(f"{vault.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
