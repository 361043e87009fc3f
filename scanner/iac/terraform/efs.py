"""EFS as Terraform declares it: file systems and their policies."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import PolicyBeside, Reading, policy_facet, row, undeclared_holder
from scanner.iac.values import flag_of
from scanner.iac.world import World
from scanner.model.efs import FileSystem, FileSystemPolicy
from scanner.model.kind import Kind

_POLICY: Final = PolicyBeside("aws_efs_file_system_policy", "file_system_id")


def _file_system(world: World, one: Declared) -> Iterator[Kind]:
    yield FileSystem(
        **row(world, one, "encrypted"),
        encrypted=flag_of(one.get("encrypted"), default=False),
        kms_key=world.relation(one.get("kms_key_id")),
    )
    yield policy_facet(FileSystemPolicy, world, one, _POLICY)


READINGS: Final = (
    Reading(types=("aws_efs_file_system",), yields=(FileSystem, FileSystemPolicy), read=_file_system),
    undeclared_holder(FileSystem, FileSystemPolicy, _POLICY, "aws_efs_file_system"),
)
