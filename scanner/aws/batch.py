"""Reading Batch: job queues and active job definitions (AWS Batch API Reference)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scanner.aws.policies import scope_of
from scanner.model.batch import JobDefinition, JobQueue
from scanner.model.maybe import ABSENT
from scanner.reader import Page, Place, Reader, rows


def _queues(pages: tuple[Page, ...], at: Place) -> Iterator[JobQueue]:
    for row in rows(pages, "jobQueues"):
        yield JobQueue(
            scope=scope_of(row["jobQueueArn"], at),
            id=row["jobQueueName"],
            origin=at.origin,
            arn=row["jobQueueArn"],
            name=row["jobQueueName"],
            tags=dict(row.get("tags") or {}),
            state=row["state"],
        )


def _definitions(pages: tuple[Page, ...], at: Place) -> Iterator[JobDefinition]:
    for row in rows(pages, "jobDefinitions"):
        parts = list(_containers(row))
        yield JobDefinition(
            scope=scope_of(row["jobDefinitionArn"], at),
            id=row["jobDefinitionArn"],
            origin=at.origin,
            arn=row["jobDefinitionArn"],
            name=row["jobDefinitionName"],
            tags=dict(row.get("tags") or {}),
            role=_first(parts, "jobRoleArn", "taskRoleArn"),
            execution_role=_first(parts, "executionRoleArn"),
            privileged=any(bool(part.get("privileged")) for part in parts),
        )


def _first(parts: list[Mapping[str, Any]], *names: str) -> Any:
    return next((part[name] for part in parts for name in names if part.get(name)), ABSENT)


def _containers(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what says how containers run: of the job, of its ECS tasks with their containers, of each range of nodes."""
    if row.get("containerProperties"):
        yield row["containerProperties"]
    for task in (row.get("ecsProperties") or {}).get("taskProperties") or ():
        yield task
        yield from task.get("containers") or ()
    for node in (row.get("nodeProperties") or {}).get("nodeRangeProperties") or ():
        yield from _containers(
            {"containerProperties": node.get("container"), "ecsProperties": node.get("ecsProperties")}
        )


READERS: Final = (
    Reader(
        service="batch",
        operation="DescribeJobQueues",
        actions=("batch:DescribeJobQueues",),
        yields=(JobQueue,),
        parse=_queues,
    ),
    Reader(
        service="batch",
        operation="DescribeJobDefinitions",
        actions=("batch:DescribeJobDefinitions",),
        yields=(JobDefinition,),
        parse=_definitions,
        secrets=frozenset({"environment", "env", "command", "args", "parameters", "options"}),
        request={"status": "ACTIVE"},
    ),
)
