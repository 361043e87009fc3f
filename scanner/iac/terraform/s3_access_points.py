"""S3 access points of one region as Terraform declares them."""

from collections.abc import Iterator, Mapping
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import PolicyBeside, Reading, policy_facet, row
from scanner.iac.terraform.s3 import switches
from scanner.iac.values import Value
from scanner.iac.world import World
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT
from scanner.model.s3 import (
    BLOCKS,
    AccessPoint,
    AccessPointBlock,
    AccessPointPolicy,
)

_POLICY: Final = PolicyBeside("aws_s3control_access_point_policy", "access_point_arn")
_DEFAULTS: Final = dict.fromkeys(BLOCKS, True)
"""What an access point blocks that says nothing of it (S3 User Guide, "Managing public access to access points")."""


def _access_point(world: World, one: Declared) -> Iterator[Kind]:
    network = one.block("vpc_configuration")
    yield AccessPoint(
        **row(world, one, name="name"),
        bucket=world.relation(one.get("bucket")),
        vpc=world.relation(network.get("vpc_id")) if network is not None else ABSENT,
    )
    said = _said(one.block("public_access_block_configuration"))
    yield switches(AccessPointBlock, world.scope(one), world.id(one), one, said)
    yield policy_facet(AccessPointPolicy, world, one, _POLICY)


def _said(block: Mapping[str, Value] | None) -> dict[str, Value]:
    """Return the switches that a block sets, with the defaults of those that it leaves out."""
    if block is None:
        return {**_DEFAULTS}
    return {name: _DEFAULTS[name] if block.get(name) is None else block.get(name) for name in BLOCKS}


READINGS: Final = (
    Reading(
        types=("aws_s3_access_point",),
        yields=(AccessPoint, AccessPointBlock, AccessPointPolicy),
        read=_access_point,
        beside=(_POLICY.type,),
    ),
)
