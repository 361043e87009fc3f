"""SQS kinds: queues with what they set."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class Queue(Resource, frozen=True, kw_only=True, eq=False):
    """A queue; its id is its name."""

    service: ClassVar[str] = "sqs"
    noun: ClassVar[str] = "queue"

    url: Maybe[str]


class QueueSettings(Facet, frozen=True, kw_only=True, eq=False):
    """What a queue sets: its policy, and how messages are encrypted at rest."""

    of: ClassVar[type[Resource]] = Queue

    document: Maybe[PolicyDocument | Absent]
    kms_key: Maybe[str | Absent]
    managed_encryption: Maybe[bool]
    """Whether SQS encrypts with keys of its own (SSE-SQS)."""
