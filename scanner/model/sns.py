"""SNS kinds: topics with what they set."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class Topic(Resource, frozen=True, kw_only=True, eq=False):
    """A topic; its id is its name."""

    service: ClassVar[str] = "sns"
    noun: ClassVar[str] = "topic"


class TopicSettings(Facet, frozen=True, kw_only=True, eq=False):
    """What a topic sets: its policy, and the key that encrypts its messages."""

    of: ClassVar[type[Resource]] = Topic

    document: Maybe[PolicyDocument | Absent]
    kms_key: Maybe[str | Absent]
