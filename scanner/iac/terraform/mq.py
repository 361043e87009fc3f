"""Amazon MQ as Terraform declares it: message brokers."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import Reading, aspect, row, switched, text_or
from scanner.iac.values import flag_of, text_of
from scanner.iac.world import World, tags_of
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Maybe, Unknown, why_unknown
from scanner.model.mq import Broker, BrokerSettings

_LOGS: Final = ("audit", "general")


def _broker(world: World, one: Declared) -> Iterator[Kind]:
    engine = text_of(one.get("engine_type"))
    why = why_unknown(engine)
    yield Broker(
        **row(world, one, name="broker_name"),
        engine=Unknown(why) if why is not None else str(engine).upper(),
        state="RUNNING",
        deployment=text_or(one.get("deployment_mode"), "SINGLE_INSTANCE"),
    )
    encryption = one.block("encryption_options")
    yield aspect(
        BrokerSettings,
        world,
        one,
        None,
        publicly_accessible=flag_of(one.get("publicly_accessible"), default=False),
        subnets=world.relations(one.get("subnet_ids")),
        groups=world.relations(one.get("security_groups")),
        endpoints=(),
        kms_key=world.relation(encryption.get("kms_key_id")) if encryption is not None else ABSENT,
        minor_upgrades=flag_of(one.get("auto_minor_version_upgrade"), default=False),
        logs=_logs(one),
        tags=tags_of(one),
    )


def _logs(one: Declared) -> Maybe[tuple[str, ...]]:
    block = one.block("logs")
    on = {name: switched(block, name) for name in _LOGS}
    why = next((why for why in map(why_unknown, on.values()) if why is not None), None)
    return Unknown(why) if why is not None else tuple(name for name, said in on.items() if said)


READINGS: Final = (Reading(types=("aws_mq_broker",), yields=(Broker, BrokerSettings), read=_broker),)
