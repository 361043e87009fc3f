"""Amazon MQ kinds: message brokers."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource, Tags
from scanner.model.maybe import Absent, Maybe


class Broker(Resource, frozen=True, kw_only=True, eq=False):
    """A broker of ActiveMQ or RabbitMQ; its id is the generated one."""

    service: ClassVar[str] = "mq"
    noun: ClassVar[str] = "message broker"

    engine: Maybe[str]
    """`ACTIVEMQ` or `RABBITMQ`."""
    state: Maybe[str]
    deployment: Maybe[str]


class BrokerSettings(Facet, frozen=True, kw_only=True, eq=False):
    """What a broker sets: its network, its encryption, its logs."""

    of: ClassVar[type[Resource]] = Broker

    publicly_accessible: Maybe[bool]
    subnets: Maybe[tuple[str, ...]]
    groups: Maybe[tuple[str, ...]]
    """None: nothing filters it, as is so for a public broker of RabbitMQ."""
    endpoints: Maybe[tuple[str, ...]]
    """Where clients connect: `ssl://b-….mq.eu-west-1.amazonaws.com:61617`."""
    kms_key: Maybe[str | Absent]
    """Absent where AWS owns the key."""
    minor_upgrades: Maybe[bool]
    logs: Maybe[tuple[str, ...]]
    """Those that are on, of `audit` and `general`."""
    tags: Maybe[Tags]


Broker.tags_in = BrokerSettings
