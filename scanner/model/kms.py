"""KMS kinds: keys and their policies."""

from typing import ClassVar

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
