"""KMS kinds: keys, what they are, their rotation, their policies and their grants."""

from datetime import datetime
from typing import ClassVar

import msgspec

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class Key(Resource, frozen=True, kw_only=True, eq=False):
    """A KMS key; its id is the part of its ARN after `key/`."""

    service: ClassVar[str] = "kms"
    noun: ClassVar[str] = "key"


class KeyDetails(Facet, frozen=True, kw_only=True, eq=False):
    """What a key is, and in which state (DescribeKey)."""

    of: ClassVar[type[Resource]] = Key

    manager: Maybe[str]
    """`CUSTOMER`, or `AWS` for the keys that a service makes and rotates itself."""
    state: Maybe[str]
    """`Enabled`, `Disabled`, `PendingDeletion`, `PendingImport` …"""
    spec: Maybe[str]
    """`SYMMETRIC_DEFAULT`, `RSA_2048` …"""
    usage: Maybe[str]
    material: Maybe[str]
    """Where the key material comes from: `AWS_KMS`, `EXTERNAL`, `AWS_CLOUDHSM`, `EXTERNAL_KEY_STORE`."""
    replica: Maybe[bool]
    """Whether it is the replica of a multi-region key, which rotates with its primary."""
    deletion_at: Maybe[datetime | Absent]

    @property
    def rotates(self) -> bool:
        """Whether KMS can rotate it automatically (KMS Developer Guide, "Rotate AWS KMS keys")."""
        return (
            self.manager == "CUSTOMER"
            and self.spec == "SYMMETRIC_DEFAULT"
            and self.material == "AWS_KMS"
            and not self.replica
            and self.state in ("Enabled", "Disabled")
        )


class KeyRotation(Facet, frozen=True, kw_only=True, eq=False):
    """Automatic rotation of a key (GetKeyRotationStatus); off for a key that cannot rotate."""

    of: ClassVar[type[Resource]] = Key

    enabled: Maybe[bool]
    period_days: Maybe[int | Absent]


class KeyPolicy(Facet, frozen=True, kw_only=True, eq=False):
    """The policy of a key, which every key has."""

    of: ClassVar[type[Resource]] = Key

    document: Maybe[PolicyDocument | Absent]


class KeyGrant(msgspec.Struct, frozen=True):
    """A grant of a key: to whom (an ARN or a service), and which operations, named without `kms:`."""

    id: str
    grantee: str
    operations: tuple[str, ...]


class KeyGrants(Facet, frozen=True, kw_only=True, eq=False):
    """The grants of a key, which stand beside its policy."""

    of: ClassVar[type[Resource]] = Key

    grants: Maybe[tuple[KeyGrant, ...]]
