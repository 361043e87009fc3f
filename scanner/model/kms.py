"""KMS kinds: keys, their policies and their grants."""

from typing import ClassVar

import msgspec

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class Key(Resource, frozen=True, kw_only=True, eq=False):
    """A KMS key; its id is the part of its ARN after `key/`."""

    service: ClassVar[str] = "kms"
    noun: ClassVar[str] = "key"


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
