"""SNS as Terraform declares it: topics, and policies inside or beside them.

A topic that is given no policy has one that lets its owner alone in (SNS Developer Guide, "Default policy").
"""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import PolicyBeside, Reading, policy_told, row, undeclared_holder
from scanner.iac.world import World
from scanner.model.kind import Kind
from scanner.model.sns import Topic, TopicSettings

_POLICY: Final = PolicyBeside("aws_sns_topic_policy", "arn")


def _topic(world: World, one: Declared) -> Iterator[Kind]:
    yield Topic(**row(world, one, name="name"))
    document, at, argument = policy_told(world, one, _POLICY)
    yield TopicSettings(
        scope=world.scope(one),
        id=world.id(one),
        origin=at.source(argument),
        document=document,
        kms_key=world.relation(one.get("kms_master_key_id")),
    )


READINGS: Final = (
    Reading(types=("aws_sns_topic",), yields=(Topic, TopicSettings), read=_topic),
    undeclared_holder(Topic, TopicSettings, _POLICY, "aws_sns_topic"),
)
