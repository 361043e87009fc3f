"""Step Functions kinds: state machines."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe


class StateMachine(Resource, frozen=True, kw_only=True, eq=False):
    """A state machine; its id is its name."""

    service: ClassVar[str] = "stepfunctions"
    noun: ClassVar[str] = "state machine"


class StateMachineSettings(Facet, frozen=True, kw_only=True, eq=False):
    """How a state machine is set up (DescribeStateMachine)."""

    of: ClassVar[type[Resource]] = StateMachine

    role: Maybe[str | Absent]
    """ARN of the role with which it calls other services."""
    logging: Maybe[str]
    """`ALL`, `ERROR`, `FATAL` or `OFF`."""
    tracing: Maybe[bool]
    kms_key: Maybe[str | Absent]
