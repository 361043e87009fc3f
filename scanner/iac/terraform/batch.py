"""Batch as Terraform declares it: job queues and job definitions, with the roles of their jobs."""

from collections.abc import Iterator, Mapping
from typing import Final

from scanner.iac.declared import Declared, as_block
from scanner.iac.documents import document_of
from scanner.iac.terraform.rows import Reading, role_of, row, text_or
from scanner.iac.values import Value, flag_of, list_of
from scanner.iac.world import World
from scanner.model.batch import JobDefinition, JobQueue
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Maybe, Unknown, why_unknown


def _queue(world: World, one: Declared) -> Iterator[Kind]:
    yield JobQueue(**row(world, one, name="name"), state=text_or(one.get("state"), "ENABLED"))


def _definition(world: World, one: Declared) -> Iterator[Kind]:
    parts = [as_block(part) for part in _parts(one)]
    yield JobDefinition(
        **row(world, one, name="name"),
        role=_first(world, parts, "jobRoleArn", "taskRoleArn"),
        execution_role=_first(world, parts, "executionRoleArn"),
        privileged=_any_privileged(parts),
    )


def _parts(one: Declared) -> Iterator[Value]:
    """Yield what says how containers run: of the job, of its ECS tasks with their containers, of each range of nodes."""
    nodes = as_block(document_of(one.get("node_properties")))
    for container, tasks in (
        (document_of(one.get("container_properties")), document_of(one.get("ecs_properties"))),
        *(
            (as_block(node).get("container"), as_block(node).get("ecsProperties"))
            for node in _list(nodes, "nodeRangeProperties")
        ),
    ):
        if container is not None:
            yield container
        for task in _list(as_block(tasks), "taskProperties"):
            yield task
            yield from _list(as_block(task), "containers")


def _list(said: Mapping[str, Value], name: str) -> list[Value]:
    return list_of(said.get(name))


def _first(world: World, parts: list[Mapping[str, Value]], *names: str) -> Maybe[str | Absent]:
    found = (role_of(world, part.get(name)) for part in parts for name in names)
    return next((role for role in found if why_unknown(role) is not None or role != ABSENT), ABSENT)


def _any_privileged(parts: list[Mapping[str, Value]]) -> Maybe[bool]:
    flags = [flag_of(part.get("privileged"), default=False) for part in parts]
    whys = [why for flag in flags if (why := why_unknown(flag)) is not None]
    if any(why_unknown(flag) is None and flag for flag in flags):
        return True
    return Unknown(whys[0]) if whys else False


READINGS: Final = (
    Reading(types=("aws_batch_job_queue",), yields=(JobQueue,), read=_queue),
    Reading(types=("aws_batch_job_definition",), yields=(JobDefinition,), read=_definition),
)
