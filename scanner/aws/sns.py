"""Reading SNS: topics and what they set (Amazon SNS API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.document import policy_from
from scanner.aws.policies import not_told, scope_of
from scanner.model.sns import Topic, TopicSettings
from scanner.reader import Page, Place, Reader, given, only, rows


def _topics(pages: tuple[Page, ...], at: Place) -> Iterator[Topic]:
    for row in rows(pages, "Topics"):
        arn = row["TopicArn"]
        name = arn.rpartition(":")[2]
        yield Topic(
            scope=scope_of(arn, at), id=name, origin=at.origin, arn=arn, name=name, tags=not_told("ListTagsForResource")
        )


def _settings(pages: tuple[Page, ...], at: Place) -> Iterator[TopicSettings]:
    said = only(pages).get("Attributes") or {}
    yield TopicSettings(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        document=policy_from(given(said, "Policy")),
        kms_key=given(said, "KmsMasterKeyId"),
    )


READERS: Final = (
    Reader(service="sns", operation="ListTopics", actions=("sns:ListTopics",), yields=(Topic,), parse=_topics),
    Reader(
        service="sns",
        operation="GetTopicAttributes",
        actions=("sns:GetTopicAttributes",),
        yields=(TopicSettings,),
        parse=_settings,
        parent=Topic,
        request=lambda topic: {"TopicArn": topic.arn},
        bare=False,
    ),
)
