"""Tags that AWS tells by a call of their own: read where something asks for them, such as criticality or ownership."""

from typing import ClassVar

from scanner.model.cloudtrail import Trail
from scanner.model.ecr import Repository
from scanner.model.iam import Policy
from scanner.model.kind import Facet, Resource, Tags
from scanner.model.kms import Key
from scanner.model.lambda_ import Function
from scanner.model.maybe import Maybe
from scanner.model.sns import Topic
from scanner.model.sqs import Queue


class PolicyTags(Facet, frozen=True, kw_only=True, eq=False):
    """The tags of a policy; those of an inline policy are its holder's, and policies that AWS manages have none."""

    of: ClassVar[type[Resource]] = Policy
    tags: Maybe[Tags]


class KeyTags(Facet, frozen=True, kw_only=True, eq=False):
    """The tags of a KMS key."""

    of: ClassVar[type[Resource]] = Key
    tags: Maybe[Tags]


class TrailTags(Facet, frozen=True, kw_only=True, eq=False):
    """The tags of a trail."""

    of: ClassVar[type[Resource]] = Trail
    tags: Maybe[Tags]


class FunctionTags(Facet, frozen=True, kw_only=True, eq=False):
    """The tags of a Lambda function."""

    of: ClassVar[type[Resource]] = Function
    tags: Maybe[Tags]


class QueueTags(Facet, frozen=True, kw_only=True, eq=False):
    """The tags of a queue."""

    of: ClassVar[type[Resource]] = Queue
    tags: Maybe[Tags]


class TopicTags(Facet, frozen=True, kw_only=True, eq=False):
    """The tags of a topic."""

    of: ClassVar[type[Resource]] = Topic
    tags: Maybe[Tags]


class RepositoryTags(Facet, frozen=True, kw_only=True, eq=False):
    """The tags of a repository of images."""

    of: ClassVar[type[Resource]] = Repository
    tags: Maybe[Tags]


Policy.tags_in = PolicyTags
Key.tags_in = KeyTags
Trail.tags_in = TrailTags
Function.tags_in = FunctionTags
Queue.tags_in = QueueTags
Topic.tags_in = TopicTags
Repository.tags_in = RepositoryTags
