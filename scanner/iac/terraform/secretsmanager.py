"""Secrets Manager as Terraform declares it: secrets with their policies and rotation, never their values."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import PolicyBeside, Reading, policy_facet, row, undeclared_holder
from scanner.iac.world import World, unknown_if
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT
from scanner.model.secretsmanager import Secret, SecretPolicy

_POLICY: Final = PolicyBeside("aws_secretsmanager_secret_policy", "secret_arn")
_ROTATION: Final = "aws_secretsmanager_secret_rotation"


def _secret(world: World, one: Declared) -> Iterator[Kind]:
    rotations = world.referring("secret_id", _ROTATION)(world.id(one))
    rotates = unknown_if(rotations[0].perhaps, value=True) if rotations else bool(one.get("rotation_rules"))
    yield Secret(
        **row(world, one, name="name"),
        kms_key=world.relation(one.get("kms_key_id")),
        rotates=rotates,
        owning_service=ABSENT,
    )
    yield policy_facet(SecretPolicy, world, one, _POLICY)


READINGS: Final = (
    Reading(types=("aws_secretsmanager_secret",), yields=(Secret, SecretPolicy), read=_secret, beside=(_ROTATION,)),
    undeclared_holder(Secret, SecretPolicy, _POLICY, "aws_secretsmanager_secret"),
)
