"""Reading SQS: queues and what they set (Amazon SQS API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.document import policy_from
from scanner.aws.policies import not_told
from scanner.model.kind import Scope
from scanner.model.sqs import Queue, QueueSettings
from scanner.reader import Page, Place, Reader, given, only, rows


def _queues(pages: tuple[Page, ...], at: Place) -> Iterator[Queue]:
    """Read URLs: they end in the owner's account and the name."""
    for url in rows(pages, "QueueUrls"):
        _, account, name = url.rsplit("/", 2)
        scope = Scope(at.scope.partition, account, at.scope.region)
        yield Queue(
            scope=scope,
            id=name,
            origin=at.origin,
            arn=f"arn:{scope.partition}:sqs:{scope.region}:{account}:{name}",
            name=name,
            tags=not_told("ListQueueTags"),
            url=url,
        )


def _settings(pages: tuple[Page, ...], at: Place) -> Iterator[QueueSettings]:
    said = only(pages).get("Attributes") or {}
    yield QueueSettings(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        document=policy_from(given(said, "Policy")),
        kms_key=given(said, "KmsMasterKeyId"),
        managed_encryption=said.get("SqsManagedSseEnabled") == "true",
    )


READERS: Final = (
    Reader(
        service="sqs",
        operation="ListQueues",
        actions=("sqs:ListQueues",),
        yields=(Queue,),
        parse=_queues,
        request={"MaxResults": 1000},
    ),
    Reader(
        service="sqs",
        operation="GetQueueAttributes",
        actions=("sqs:GetQueueAttributes",),
        yields=(QueueSettings,),
        parse=_settings,
        parent=Queue,
        request=lambda queue: {"QueueUrl": queue.url, "AttributeNames": ["All"]},
        bare=False,
    ),
)
