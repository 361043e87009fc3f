"""CloudFormation kinds: stacks."""

from typing import ClassVar

from scanner.model.kind import Resource
from scanner.model.maybe import Absent, Maybe


class Stack(Resource, frozen=True, kw_only=True, eq=False):
    """A stack that exists; its id is its ARN."""

    service: ClassVar[str] = "cloudformation"
    noun: ClassVar[str] = "stack"

    status: Maybe[str]
    role: Maybe[str | Absent]
    """ARN of the service role that it was last created or updated with, and is again unless another is passed."""
    parent: Maybe[str | Absent]
    """ARN of the stack that it is nested in."""
    termination_protection: Maybe[bool]
    capabilities: Maybe[tuple[str, ...]]


class StackSet(Resource, frozen=True, kw_only=True, eq=False):
    """An active stack set of the account; its id is `NAME:UUID`."""

    service: ClassVar[str] = "cloudformation"
    noun: ClassVar[str] = "stack set"

    permission_model: Maybe[str | Absent]
    """`SELF_MANAGED` or `SERVICE_MANAGED`."""
