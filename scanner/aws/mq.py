"""Reading Amazon MQ: brokers and what they set (Amazon MQ REST API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.ec2_rows import listed, said
from scanner.aws.policies import not_told, scope_of
from scanner.model.maybe import ABSENT
from scanner.model.mq import Broker, BrokerSettings
from scanner.reader import Page, Place, Reader, given, only, rows

_PAGE: Final = 100


def _brokers(pages: tuple[Page, ...], at: Place) -> Iterator[Broker]:
    for row in rows(pages, "BrokerSummaries"):
        yield Broker(
            scope=scope_of(row["BrokerArn"], at),
            id=row["BrokerId"],
            origin=at.origin,
            arn=row["BrokerArn"],
            name=given(row, "BrokerName"),
            tags=not_told("DescribeBroker"),
            engine=row["EngineType"].upper(),
            state=said(row, "BrokerState", at),
            deployment=said(row, "DeploymentMode", at),
        )


def _settings(pages: tuple[Page, ...], at: Place) -> Iterator[BrokerSettings]:
    row = only(pages)
    encryption = row.get("EncryptionOptions") or {}
    logs = row.get("Logs") or {}
    yield BrokerSettings(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        publicly_accessible=said(row, "PubliclyAccessible", at),
        subnets=listed(row, "SubnetIds"),
        groups=listed(row, "SecurityGroups"),
        endpoints=tuple(one for node in row.get("BrokerInstances") or () for one in node.get("Endpoints") or ()),
        kms_key=ABSENT if encryption.get("UseAwsOwnedKey", True) else given(encryption, "KmsKeyId"),
        minor_upgrades=said(row, "AutoMinorVersionUpgrade", at),
        logs=tuple(name for name in ("audit", "general") if logs.get(name.capitalize())),
        tags=dict(row.get("Tags") or {}),
    )


READERS: Final = (
    Reader(
        service="mq",
        operation="ListBrokers",
        actions=("mq:ListBrokers",),
        yields=(Broker,),
        parse=_brokers,
        request={"MaxResults": _PAGE},
    ),
    Reader(
        service="mq",
        operation="DescribeBroker",
        actions=("mq:DescribeBroker",),
        yields=(BrokerSettings,),
        parse=_settings,
        parent=Broker,
        request=lambda broker: {"BrokerId": broker.id},
        bare=False,
    ),
)
