"""Reading tags that listings do not tell (the tagging operations of each service's API Reference)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from scanner.model.cloudtrail import Trail
from scanner.model.ecr import Repository
from scanner.model.iam import Policy, PolicyForm
from scanner.model.kind import Facet, Resource, Tags, tags_from
from scanner.model.kms import Key
from scanner.model.lambda_ import Function
from scanner.model.maybe import ABSENT, Absent
from scanner.model.sns import Topic
from scanner.model.sqs import Queue
from scanner.model.tagging import FunctionTags, KeyTags, PolicyTags, QueueTags, RepositoryTags, TopicTags, TrailTags
from scanner.reader import Page, Parameters, Place, Reader, rows


def _tags(
    call: str,
    facet: type[Facet],
    parent: type[Resource],
    request: Callable[[Any], Parameters | Absent],
    told: Callable[[tuple[Page, ...], Place], Tags],
    *,
    action: str = "",
    regional: bool = True,
) -> Reader:
    service, _, operation = call.partition(":")

    def parse(pages: tuple[Page, ...], at: Place) -> Iterator[Facet]:
        yield facet(scope=at.parent.scope, id=at.parent.id, origin=at.origin, tags=told(pages, at))  # type: ignore[call-arg]  # every such facet has it

    return Reader(
        service=service,
        operation=operation,
        actions=(action or call,),
        yields=(facet,),
        parse=parse,
        regional=regional,
        parent=parent,
        request=request,
        bare=False,
    )


def _pairs(pages: tuple[Page, ...], _: Place) -> Tags:
    return tags_from(rows(pages, "Tags"))


def _mapping(pages: tuple[Page, ...], _: Place) -> Tags:
    found: dict[str, str] = {}
    for page in pages:
        found |= dict(page.get("Tags") or {})
    return found


def _of_key(pages: tuple[Page, ...], _: Place) -> Tags:
    return {row["TagKey"]: row["TagValue"] for row in rows(pages, "Tags")}


def _of_trail(pages: tuple[Page, ...], _: Place) -> Tags:
    return {row["Key"]: row.get("Value", "") for row in rows(pages, "ResourceTagList", "TagsList")}


def _of_repository(pages: tuple[Page, ...], _: Place) -> Tags:
    return tags_from(rows(pages, "tags"))


def _of_policy(pages: tuple[Page, ...], at: Place) -> Tags:
    if at.parent.form is PolicyForm.CUSTOMER_MANAGED:
        return tags_from(rows(pages, "Tags"))
    told: Mapping[str, str] = at.parent.tags
    return told


def _ask_policy(policy: Policy) -> Parameters | Absent:
    return {"PolicyArn": policy.id} if policy.form is PolicyForm.CUSTOMER_MANAGED else ABSENT


READERS: Final = (
    _tags("iam:ListPolicyTags", PolicyTags, Policy, _ask_policy, _of_policy, regional=False),
    _tags("kms:ListResourceTags", KeyTags, Key, lambda key: {"KeyId": key.id}, _of_key),
    _tags("cloudtrail:ListTags", TrailTags, Trail, lambda trail: {"ResourceIdList": [trail.arn]}, _of_trail),
    _tags("lambda:ListTags", FunctionTags, Function, lambda function: {"Resource": function.arn}, _mapping),
    _tags("sqs:ListQueueTags", QueueTags, Queue, lambda queue: {"QueueUrl": queue.url}, _mapping),
    _tags("sns:ListTagsForResource", TopicTags, Topic, lambda topic: {"ResourceArn": topic.arn}, _pairs),
    _tags(
        "ecr:ListTagsForResource",
        RepositoryTags,
        Repository,
        lambda repository: {"resourceArn": repository.arn},
        _of_repository,
    ),
)
