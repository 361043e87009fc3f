"""What a region sets for EC2, as Terraform declares it; what is not set is as AWS gives it to a new account."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import Reading, setting, text_or
from scanner.iac.values import Value, flag_of, number_of, text_of
from scanner.iac.world import World
from scanner.model.ec2 import (
    EbsDefaultEncryption,
    ImageBlockPublicAccess,
    MetadataDefaults,
    SerialConsoleAccess,
    SnapshotBlockPublicAccess,
)
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Maybe

_ENCRYPTION: Final = "aws_ebs_encryption_by_default"
_METADATA: Final = "aws_ec2_instance_metadata_defaults"


def _encryption(world: World, one: Declared) -> Iterator[Kind]:
    yield setting(EbsDefaultEncryption, world, one, enabled=flag_of(one.get("enabled"), default=True))


def _console(world: World, one: Declared) -> Iterator[Kind]:
    enabled = flag_of(one.get("enabled"), default=True)
    yield setting(SerialConsoleAccess, world, one, enabled=enabled, managed_by=ABSENT)


def _snapshots(world: World, one: Declared) -> Iterator[Kind]:
    state = text_or(one.get("state"), "unblocked")
    yield setting(SnapshotBlockPublicAccess, world, one, state=state, managed_by=ABSENT)


def _images(world: World, one: Declared) -> Iterator[Kind]:
    state = text_or(one.get("state"), "unblocked")
    yield setting(ImageBlockPublicAccess, world, one, state=state, managed_by=ABSENT)


def _metadata(world: World, one: Declared) -> Iterator[Kind]:
    yield setting(
        MetadataDefaults,
        world,
        one,
        http_tokens=_preference(one.get("http_tokens")),
        hop_limit=number_of(one.get("http_put_response_hop_limit")),
        http_endpoint=_preference(one.get("http_endpoint")),
        instance_tags=_preference(one.get("instance_metadata_tags")),
        http_tokens_enforced=False,
        managed_by=ABSENT,
    )


def _preference(value: Value) -> Maybe[str | Absent]:
    return ABSENT if value == "no-preference" else text_of(value)


def _unencrypted(world: World) -> Iterator[Kind]:
    """Yield that encryption by default is off."""
    told = {world.scope(one) for one in world.of_type(_ENCRYPTION)}
    for scope in world.regions():
        if scope not in told:
            yield EbsDefaultEncryption(scope=scope, id=scope.region, origin=world.origin(), enabled=False)


def _no_defaults(world: World) -> Iterator[Kind]:
    told = {world.scope(one) for one in world.of_type(_METADATA)}
    said: dict[str, Any] = dict.fromkeys(("http_tokens", "hop_limit", "http_endpoint", "instance_tags"), ABSENT)
    for scope in world.regions():
        if scope not in told:
            place: dict[str, Any] = {"scope": scope, "id": scope.region, "origin": world.origin()}
            yield MetadataDefaults(**place, **said, http_tokens_enforced=False, managed_by=ABSENT)


READINGS: Final = (
    Reading(types=(_ENCRYPTION,), yields=(EbsDefaultEncryption,), read=_encryption, otherwise=_unencrypted),
    Reading(types=(_METADATA,), yields=(MetadataDefaults,), read=_metadata, otherwise=_no_defaults),
    Reading(types=("aws_ec2_serial_console_access",), yields=(SerialConsoleAccess,), read=_console),
    Reading(types=("aws_ebs_snapshot_block_public_access",), yields=(SnapshotBlockPublicAccess,), read=_snapshots),
    Reading(types=("aws_ec2_image_block_public_access",), yields=(ImageBlockPublicAccess,), read=_images),
)
