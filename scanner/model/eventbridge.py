"""EventBridge kinds: event buses."""

from typing import ClassVar

from scanner.model.kind import Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class EventBus(Resource, frozen=True, kw_only=True, eq=False):
    """An event bus; its id is its name."""

    service: ClassVar[str] = "eventbridge"
    noun: ClassVar[str] = "event bus"

    policy: Maybe[PolicyDocument | Absent]
