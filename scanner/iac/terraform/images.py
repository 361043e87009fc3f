"""What machines are made from, as Terraform declares it: launch templates, images and snapshots."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from scanner.iac.declared import Declared, as_block
from scanner.iac.terraform.ec2 import metadata_of
from scanner.iac.terraform.rows import Reading, row, stranger, switched, text_or, texts_of, undeclared_one
from scanner.iac.values import Value, flag_of, number_of, text_of
from scanner.iac.world import World, not_told, unknown_if
from scanner.model.ec2 import (
    Image,
    ImageSharing,
    LaunchTemplate,
    LaunchTemplateVersion,
    Snapshot,
    SnapshotGrantees,
    TemplateDevice,
    TemplateInterface,
)
from scanner.model.kind import Facet, Kind, Resource
from scanner.model.maybe import ABSENT

_IMAGES: Final = ("aws_ami", "aws_ami_copy", "aws_ami_from_instance")
_PARTIES: Final = ("account_id", "group", "organization_arn", "organizational_unit_arn")
"""The members of a launch permission, one of which tells with whom the image is shared."""
_COPY: Final = "aws_ebs_snapshot_copy"
_SNAPSHOTS: Final = ("aws_ebs_snapshot", _COPY)
_RESTORE: Final = "aws_snapshot_create_volume_permission"
_LAUNCH: Final = "aws_ami_launch_permission"


def _snapshot(world: World, one: Declared) -> Iterator[Kind]:
    volume = world.find(one.get("volume_id"), "aws_ebs_volume")
    encrypted = one.get("encrypted") if volume is None else volume.get("encrypted")
    is_told = volume is not None or one.type == _COPY
    yield Snapshot(
        **row(world, one),
        encrypted=flag_of(encrypted, default=False) if is_told else not_told("whether its volume is encrypted"),
        kms_key=world.relation(one.get("kms_key_id")),
        volume=world.relation(one.get("volume_id")),
        state="completed",
        started_at=not_told("when it was made"),
        size_gib=not_told("its size"),
        description=text_of(one.get("description")),
    )
    yield _shared(SnapshotGrantees, world, world.id(one), one, world.referring("snapshot_id", _RESTORE)(world.id(one)))


def _image(world: World, one: Declared) -> Iterator[Kind]:
    grants = world.referring("image_id", _LAUNCH)(world.id(one))
    yield Image(
        **row(world, one) | {"name": text_of(one.get("name"))},
        public=any(grant.get("group") == "all" for grant in grants),
        state="available",
        created_at=not_told("when it was made"),
        deprecated_at=ABSENT,
        devices=(),
        imds_support=text_of(one.get("imds_support")),
        platform=ABSENT,
        virtualization=text_or(one.get("virtualization_type"), "paravirtual" if one.type == "aws_ami" else "hvm"),
        source_image=world.relation(one.get("source_ami_id")),
    )
    yield _shared(ImageSharing, world, world.id(one), one, grants)


def _shared(kind: type[Any], world: World, native_id: str, one: Declared, grants: Sequence[Declared]) -> Facet:
    """Return with whom grants share a snapshot or image; unknown where one of them may not exist."""
    parties = [said for grant in grants for name in _PARTIES if (said := grant.get(name)) not in (None, "")]
    teller = next((grant for grant in grants if grant.perhaps), next(iter(grants), one))
    made: Facet = kind(
        scope=world.scope(one),
        id=native_id,
        origin=teller.source(),
        shared_with=unknown_if(teller.perhaps if grants else None, texts_of(parties)),
    )
    return made


def _of_undeclared(kind: type[Resource], facet: type[Facet], grant: str, argument: str, *types: str) -> Reading:
    """Return how grants are read that share what is not declared here, but stands in the account: once for all of one."""

    def read(world: World, one: Declared) -> Iterator[Kind]:
        held = undeclared_one(world, one.get(argument), *types)
        grants = world.referring(argument, grant)(held) if held else []
        if grants and grants[0] is one:
            made = stranger(kind, world, one, held)
            if any(
                grant.get("group") == "all" and grant.perhaps is None for grant in grants
            ):  # images alone have groups
                made = msgspec.structs.replace(made, public=True)
            yield made
            yield _shared(facet, world, made.id, one, grants)

    return Reading(types=(grant,), yields=(kind, facet), read=read)


def _template(world: World, one: Declared) -> Iterator[Kind]:
    yield LaunchTemplate(
        **row(world, one) | {"name": text_of(one.get("name"))},
        default_version=1,
        latest_version=1,
        created_at=not_told("when it was made"),
    )
    options = one.block("metadata_options") or {}
    profile = one.block("iam_instance_profile") or {}
    yield LaunchTemplateVersion(
        scope=world.scope(one),
        id=world.id(one),
        origin=one.source(),
        number=1,
        is_default=True,
        image=text_of(one.get("image_id")),
        instance_type=text_of(one.get("instance_type")),
        instance_profile=world.relation(profile.get("arn") or profile.get("name")),
        groups=world.relations(one.get("vpc_security_group_ids") or one.get("security_group_names")),
        interfaces=tuple(_interface(world, as_block(said)) for said in one.blocks("network_interfaces")),
        devices=tuple(_device(world, as_block(said)) for said in one.blocks("block_device_mappings")),
        metadata_options=metadata_of(options.get),
        detailed_monitoring=switched(one.block("monitoring"), "enabled"),
        key_name=world.relation(one.get("key_name")),
    )


def _interface(world: World, said: Mapping[str, Value]) -> TemplateInterface:
    assigned = said.get("associate_public_ip_address")
    return TemplateInterface(
        device_index=number_of(said.get("device_index")),
        interface=world.relation(said.get("network_interface_id")),
        subnet=world.relation(said.get("subnet_id")),
        groups=world.relations(said.get("security_groups")),
        public_ipv4=ABSENT if assigned in (None, "") else flag_of(assigned, default=False),
        ipv6_count=number_of(said.get("ipv6_address_count")),
    )


def _device(world: World, said: Mapping[str, Value]) -> TemplateDevice:
    blocks = said.get("ebs") or [{}]
    ebs = as_block(blocks[0] if isinstance(blocks, list) else blocks)
    encrypted = ebs.get("encrypted")
    return TemplateDevice(
        device=text_or(said.get("device_name"), ""),
        encrypted=ABSENT if encrypted in (None, "") else flag_of(encrypted, default=False),
        kms_key=world.relation(ebs.get("kms_key_id")),
        snapshot=world.relation(ebs.get("snapshot_id")),
    )


READINGS: Final = (
    Reading(types=_SNAPSHOTS, yields=(Snapshot, SnapshotGrantees), read=_snapshot),
    _of_undeclared(Snapshot, SnapshotGrantees, _RESTORE, "snapshot_id", *_SNAPSHOTS),
    _of_undeclared(Image, ImageSharing, _LAUNCH, "image_id", *_IMAGES),
    Reading(types=_IMAGES, yields=(Image, ImageSharing), read=_image),
    Reading(types=("aws_launch_template",), yields=(LaunchTemplate, LaunchTemplateVersion), read=_template),
)
