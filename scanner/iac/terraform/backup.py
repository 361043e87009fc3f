"""AWS Backup as Terraform declares it: vaults, their access policies and locks."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import PolicyBeside, Reading, policy_facet, row, undeclared_holder
from scanner.iac.world import World, not_told, unknown_if
from scanner.model.backup import BackupVault, VaultPolicy
from scanner.model.kind import Kind

_POLICY: Final = PolicyBeside("aws_backup_vault_policy", "backup_vault_name")
_LOCK: Final = "aws_backup_vault_lock_configuration"


def _vault(world: World, one: Declared) -> Iterator[Kind]:
    locks = world.referring("backup_vault_name", _LOCK)(world.id(one))
    yield BackupVault(
        **row(world, one, name="name"),
        kms_key=world.relation(one.get("kms_key_arn")),
        locked=unknown_if(locks[0].perhaps, value=True) if locks else False,
        recovery_points=not_told("how many recovery points it has"),
    )
    yield policy_facet(VaultPolicy, world, one, _POLICY)


READINGS: Final = (
    Reading(types=("aws_backup_vault",), yields=(BackupVault, VaultPolicy), read=_vault, beside=(_LOCK,)),
    undeclared_holder(BackupVault, VaultPolicy, _POLICY, "aws_backup_vault"),
)
