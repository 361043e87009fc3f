"""Multi-region access points of S3 as Terraform declares them, with their policies."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared, as_block, block_of, blocks_of
from scanner.iac.terraform.rows import Reading
from scanner.iac.values import flag_of, text_of
from scanner.iac.world import World, not_told, unknown_if
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Maybe, Unknown, why_unknown
from scanner.model.s3 import (
    BLOCKS,
    MultiRegionAccessPoint,
    MultiRegionAccessPointBlock,
    MultiRegionAccessPointPolicy,
)

_POINT: Final = "aws_s3control_multi_region_access_point"
_POLICY: Final = "aws_s3control_multi_region_access_point_policy"


def _point(world: World, one: Declared) -> Iterator[Kind]:
    details = one.block("details") or {}
    place, native_id = world.whole(), _name(world, one)
    yield MultiRegionAccessPoint(
        scope=place,
        id=native_id,
        origin=one.source("details"),
        arn=f"arn:{place.partition}:s3::{place.account}:accesspoint/{native_id}.mrap",
        name=native_id,
        tags={},
        alias=not_told("its alias"),
        buckets=_buckets(world, [as_block(each).get("bucket") for each in blocks_of(details, "region")]),
    )
    said = block_of(details, "public_access_block") or {}
    switches = {name: flag_of(said.get(name), default=True) for name in BLOCKS}
    yield MultiRegionAccessPointBlock(
        scope=place, id=native_id, origin=one.source("details", "public_access_block"), **switches
    )
    teller = next((each for each in world.of_type(_POLICY) if _name(world, each) == native_id), None)
    document = ABSENT if teller is None else world.policy((teller.block("details") or {}).get("policy"))
    yield MultiRegionAccessPointPolicy(
        scope=place,
        id=native_id,
        origin=(teller or one).source("details"),
        document=unknown_if(teller.perhaps if teller else None, document),
    )


def _buckets(world: World, names: list[object]) -> Maybe[tuple[str, ...]]:
    found = [world.relation(name) for name in names]
    why = next((why for each in found if (why := why_unknown(each)) is not None), None)
    return Unknown(why) if why is not None else tuple(sorted(str(each) for each in found))


def _name(world: World, one: Declared) -> str:
    """Return the name by which the point and its policy know each other."""
    said = (one.block("details") or {}).get("name")
    name = text_of(said)
    if why_unknown(name) is None and not isinstance(name, Absent):
        return str(name)
    return world.named(said) or world.id(one)


READINGS: Final = (
    Reading(
        types=(_POINT,),
        yields=(MultiRegionAccessPoint, MultiRegionAccessPointBlock, MultiRegionAccessPointPolicy),
        read=_point,
        beside=(_POLICY,),
    ),
)
