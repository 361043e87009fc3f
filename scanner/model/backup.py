"""AWS Backup kinds: vaults and their access policies."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class BackupVault(Resource, frozen=True, kw_only=True, eq=False):
    """A vault of recovery points; its id is its name."""

    service: ClassVar[str] = "backup"
    noun: ClassVar[str] = "backup vault"

    kms_key: Maybe[str | Absent]
    locked: Maybe[bool]
    """Whether Vault Lock is on."""
    recovery_points: Maybe[int]


class VaultPolicy(Facet, frozen=True, kw_only=True, eq=False):
    """The access policy of a vault, or none."""

    of: ClassVar[type[Resource]] = BackupVault

    document: Maybe[PolicyDocument | Absent]
