from scanner import PASS, Fail, Severity, Verdict, facts, rule
from scanner.model.backup import BackupVault
from scanner.model.publicaccess import VaultAccess, atoms, sentences


@rule("BACKUP-002", Severity.MEDIUM, controls=("iam-access-analyzer-no-findings",))
def vault_open_to_untrusted_accounts(vault: BackupVault, access: VaultAccess) -> Verdict:
    """
    Backup vault lets in accounts that are not trusted.

    Who reaches the vault reaches the last copies of your data. Remove the grant, or name the account, organization or
    network as trusted in the configuration; the accounts of one scan trust each other.

    The whole policy is weighed, denials and conditions included.

    ```evidence bad
    backup:ListBackupVaults:
      BackupVaultList:
        - {BackupVaultName: main, BackupVaultArn: "arn:aws:backup:eu-west-1:123456789012:backup-vault:main"}
    backup:GetBackupVaultAccessPolicy:
      - parameters: {BackupVaultName: main}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::210987654321:root"}, "Action": "backup:CopyIntoBackupVault", "Resource": "*"}]}
    ```
    ```evidence good
    backup:ListBackupVaults:
      BackupVaultList:
        - {BackupVaultName: main, BackupVaultArn: "arn:aws:backup:eu-west-1:123456789012:backup-vault:main"}
    backup:GetBackupVaultAccessPolicy:
      - parameters: {BackupVaultName: main}
        response:
          Policy: >-
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS":
            "arn:aws:iam::123456789012:root"}, "Action": "backup:CopyIntoBackupVault", "Resource": "*"}]}
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
          Principal = { AWS = "arn:aws:iam::999988887777:root" }
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
    found = access.foreign.untrusted
    if found:
        return Fail(f"{vault.name} is open: {sentences(found)}", facts("open", *atoms(found)))
    return PASS
