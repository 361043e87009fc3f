"""EMR as Terraform declares it: clusters, and the regional block of public access."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared, as_block
from scanner.iac.terraform.rows import Reading, aspect, row, setting
from scanner.iac.values import first_hole, flag_of
from scanner.iac.world import World, tags_of
from scanner.model.emr import EmrBlockPublicAccess, EmrCluster, EmrClusterSettings
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Maybe

_BLOCK: Final = "aws_emr_block_public_access_configuration"
_SSH: Final = (22, 22)
"""The port that AWS excepts in a region where nobody set the block."""


def _cluster(world: World, one: Declared) -> Iterator[Kind]:
    yield EmrCluster(**row(world, one, name="name"), state="WAITING")
    nodes = one.block("ec2_attributes") or {}
    more = nodes.get("additional_master_security_groups")
    named = [nodes.get("emr_managed_master_security_group"), *(more.split(",") if isinstance(more, str) else [more])]
    yield aspect(
        EmrClusterSettings,
        world,
        one,
        None,
        subnet=world.relation(nodes.get("subnet_id")),
        primary_groups=world.relations([said for said in named if said not in (None, "")]),
        primary_name=ABSENT,
        security_configuration=world.relation(one.get("security_configuration")),
        role=world.relation(one.get("service_role")),
        instance_profile=world.relation(nodes.get("instance_profile")),
        tags=tags_of(one),
    )


def _block(world: World, one: Declared) -> Iterator[Kind]:
    blocks = flag_of(one.get("block_public_security_group_rules"), default=True)
    yield setting(EmrBlockPublicAccess, world, one, blocks=blocks, permitted=_ranges(one))


def _ranges(one: Declared) -> Maybe[tuple[tuple[int, int], ...]]:
    said: list[Any] = [as_block(block) for block in one.blocks("permitted_public_security_group_rule_range")]
    ends = [(block.get("min_range"), block.get("max_range")) for block in said]
    hole = first_hole([end for pair in ends for end in pair])
    if hole is not None:
        return hole.unknown()
    return tuple((int(first), int(last if last is not None else first)) for first, last in ends if first is not None)


def _unset(world: World) -> Iterator[Kind]:
    told = {world.scope(one) for one in world.of_type(_BLOCK)}
    for scope in world.regions():
        if scope not in told:
            yield EmrBlockPublicAccess(
                scope=scope, id=scope.region, origin=world.origin(), blocks=True, permitted=(_SSH,)
            )


READINGS: Final = (
    Reading(types=("aws_emr_cluster",), yields=(EmrCluster, EmrClusterSettings), read=_cluster),
    Reading(types=(_BLOCK,), yields=(EmrBlockPublicAccess,), read=_block, otherwise=_unset),
)
