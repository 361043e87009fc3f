"""SQS as Terraform declares it: queues, and policies inside or beside them."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import PolicyBeside, Reading, policy_told, row, undeclared_holder
from scanner.iac.values import flag_of
from scanner.iac.world import World, not_told
from scanner.model.kind import Kind
from scanner.model.sqs import Queue, QueueSettings

_POLICY: Final = PolicyBeside("aws_sqs_queue_policy", "queue_url")


def _queue(world: World, one: Declared) -> Iterator[Kind]:
    """Yield a queue; SQS encrypts with keys of its own where no other is named (SQS Developer Guide, "SSE-SQS")."""
    yield Queue(**row(world, one, name="name"), url=not_told("its URL"))
    document, at, argument = policy_told(world, one, _POLICY)
    key = one.get("kms_master_key_id")
    yield QueueSettings(
        scope=world.scope(one),
        id=world.id(one),
        origin=at.source(argument),
        document=document,
        kms_key=world.relation(key),
        managed_encryption=flag_of(one.get("sqs_managed_sse_enabled"), default=key in (None, "")),
    )


READINGS: Final = (
    Reading(types=("aws_sqs_queue",), yields=(Queue, QueueSettings), read=_queue),
    undeclared_holder(Queue, QueueSettings, _POLICY, "aws_sqs_queue"),
)
