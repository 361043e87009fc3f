"""Reading AWS Backup: vaults and their access policies (AWS Backup API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told, policy_reader, scope_of
from scanner.model.backup import BackupVault, VaultPolicy
from scanner.reader import Page, Place, Reader, given, rows


def _vaults(pages: tuple[Page, ...], at: Place) -> Iterator[BackupVault]:
    for row in rows(pages, "BackupVaultList"):
        yield BackupVault(
            scope=scope_of(row["BackupVaultArn"], at),
            id=row["BackupVaultName"],
            origin=at.origin,
            arn=row["BackupVaultArn"],
            name=row["BackupVaultName"],
            tags=not_told("ListTags"),
            kms_key=given(row, "EncryptionKeyArn"),
            locked=bool(row.get("Locked")),
            recovery_points=int(row.get("NumberOfRecoveryPoints") or 0),
        )


READERS: Final = (
    Reader(
        service="backup",
        operation="ListBackupVaults",
        actions=("backup:ListBackupVaults",),
        yields=(BackupVault,),
        parse=_vaults,
        request={"MaxResults": 1000},
    ),
    policy_reader(
        "backup:GetBackupVaultAccessPolicy",
        VaultPolicy,
        BackupVault,
        lambda vault: {"BackupVaultName": vault.id},
        told_in="Policy",
        absent=frozenset({"ResourceNotFoundException"}),
    ),
)
