"""Batch kinds: job queues and job definitions."""

from typing import ClassVar

from scanner.model.kind import Resource
from scanner.model.maybe import Absent, Maybe


class JobQueue(Resource, frozen=True, kw_only=True, eq=False):
    """A queue to which jobs are submitted; its id is its name."""

    service: ClassVar[str] = "batch"
    noun: ClassVar[str] = "job queue"

    state: Maybe[str]
    """`ENABLED` or `DISABLED`."""


class JobDefinition(Resource, frozen=True, kw_only=True, eq=False):
    """An active revision of a job definition; its id is its ARN."""

    service: ClassVar[str] = "batch"
    noun: ClassVar[str] = "job definition"

    role: Maybe[str | Absent]
    """ARN of the role that the job's code has; of jobs with several containers or nodes the first that is given."""
    execution_role: Maybe[str | Absent]
    privileged: Maybe[bool]
