"""Secrets Manager kinds: secrets and their policies."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class Secret(Resource, frozen=True, kw_only=True, eq=False):
    """A secret; its id is its ARN, for a name may be used again."""

    service: ClassVar[str] = "secretsmanager"
    noun: ClassVar[str] = "secret"

    kms_key: Maybe[str | Absent]
    """Absent for the key that AWS manages."""
    rotates: Maybe[bool]
    owning_service: Maybe[str | Absent]
    """The service that made it and manages it."""


class SecretPolicy(Facet, frozen=True, kw_only=True, eq=False):
    """The resource policy of a secret, or none."""

    of: ClassVar[type[Resource]] = Secret

    document: Maybe[PolicyDocument | Absent]
