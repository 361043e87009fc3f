"""Systems Manager kinds: managed nodes."""

from typing import ClassVar

from scanner.model.kind import Resource
from scanner.model.maybe import Absent, Maybe


class ManagedNode(Resource, frozen=True, kw_only=True, eq=False):
    """A machine that runs the agent of Systems Manager; its id is `i-…`, or `mi-…` outside of EC2."""

    service: ClassVar[str] = "ssm"
    noun: ClassVar[str] = "managed node"

    ping_status: Maybe[str | Absent]
    """`Online` while the agent answers."""
    platform: Maybe[str | Absent]
    role: Maybe[str | Absent]
    """Name of the role of a machine outside of EC2; instances have theirs by their profile."""
