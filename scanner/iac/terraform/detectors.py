"""AWS Config, Security Hub and Macie as Terraform declares them."""

from collections.abc import Iterator, Mapping
from typing import Final

from scanner.aws.config import strategy_of
from scanner.iac.declared import Declared, block_of
from scanner.iac.terraform.rows import Reading, aspect, row, setting, text_or
from scanner.iac.values import Value, first_hole, flag_of, list_of
from scanner.iac.world import World, unknown_if
from scanner.model.config import ConfigRecorder, ConfigRecorderStatus, DeliveryChannel
from scanner.model.kind import Kind
from scanner.model.macie import MacieSession
from scanner.model.maybe import ABSENT
from scanner.model.securityhub import SecurityHub, SecurityHubV2

_RECORDER_STATUS: Final = "aws_config_configuration_recorder_status"
_HUB: Final = "aws_securityhub_account"
_MACIE: Final = "aws_macie2_account"


def _recorder(world: World, one: Declared) -> Iterator[Kind]:
    said = one.block("recording_group")
    group = {"allSupported": True} if said is None else _group(said)
    hole = first_hole(list(group.values()))
    unread = hole.unknown() if hole is not None else None
    strategy, types, global_types = strategy_of(group) if unread is None else (unread, unread, unread)
    yield ConfigRecorder(
        **row(world, one, name="name"),
        role=world.spelled(one.get("role_arn")) if one.get("role_arn") is not None else ABSENT,
        service_principal=ABSENT,
        strategy=strategy,
        types=types,
        global_types=global_types,
    )
    switches = world.referring("name", _RECORDER_STATUS)(world.id(one))
    recording = (
        unknown_if(switches[0].perhaps, flag_of(switches[0].get("is_enabled"), default=False)) if switches else False
    )
    at = switches[0] if switches else None
    yield aspect(
        ConfigRecorderStatus, world, one, at, "is_enabled", recording=recording, last_status=ABSENT, error=ABSENT
    )


def _group(said: Mapping[str, Value]) -> dict[str, Value]:
    """Return a recording group as the API has it."""
    strategy = block_of(said, "recording_strategy")
    excluded = block_of(said, "exclusion_by_resource_types")
    return {
        "allSupported": True if said.get("all_supported") is None else said.get("all_supported"),
        "includeGlobalResourceTypes": said.get("include_global_resource_types"),
        "resourceTypes": list_of(said.get("resource_types")),
        "recordingStrategy": {"useOnly": strategy.get("use_only")} if strategy is not None else None,
        "exclusionByResourceTypes": {"resourceTypes": list_of(excluded.get("resource_types"))} if excluded else None,
    }


def _channel(world: World, one: Declared) -> Iterator[Kind]:
    yield DeliveryChannel(
        **row(world, one, name="name"),
        bucket=world.relation(one.get("s3_bucket_name")),
        topic=world.relation(one.get("sns_topic_arn")),
    )


def _hub(world: World, one: Declared) -> Iterator[Kind]:
    yield setting(SecurityHub, world, one, enabled=True)


def _no_hub(world: World) -> Iterator[Kind]:
    """Yield that Security Hub is off in other regions; the service that joins findings has no type of its own."""
    on = {world.scope(one) for one in world.of_type(_HUB)}
    for scope in world.regions():
        for kind in (SecurityHub, SecurityHubV2):
            if kind is SecurityHubV2 or scope not in on:
                yield kind(scope=scope, id=scope.region, origin=world.origin(), enabled=False)


def _macie(world: World, one: Declared) -> Iterator[Kind]:
    yield setting(MacieSession, world, one, "status", status=text_or(one.get("status"), "ENABLED"))


def _no_macie(world: World) -> Iterator[Kind]:
    on = {world.scope(one) for one in world.of_type(_MACIE)}
    for scope in world.regions():
        if scope not in on:
            yield MacieSession(scope=scope, id=scope.region, origin=world.origin(), status=ABSENT)


READINGS: Final = (
    Reading(
        types=("aws_config_configuration_recorder",),
        yields=(ConfigRecorder, ConfigRecorderStatus),
        read=_recorder,
        beside=(_RECORDER_STATUS,),
    ),
    Reading(types=("aws_config_delivery_channel",), yields=(DeliveryChannel,), read=_channel),
    Reading(types=(_HUB,), yields=(SecurityHub, SecurityHubV2), read=_hub, otherwise=_no_hub),
    Reading(types=(_MACIE,), yields=(MacieSession,), read=_macie, otherwise=_no_macie),
)
