"""Containers as carriers of roles: tasks of ECS, jobs of Batch, services of App Runner."""

from collections.abc import Iterator

from scanner.model.access import Carrier, ContainerWorkloads
from scanner.model.account import Account
from scanner.model.apprunner import WebService, WebServiceSettings
from scanner.model.batch import JobDefinition, JobQueue
from scanner.model.ecr import Repository
from scanner.model.ecs import (
    Cluster,
    ClusterSettings,
    Service,
    ServiceSettings,
    Task,
    TaskDefinition,
    TaskDefinitionRevision,
    TaskRole,
    TaskState,
)
from scanner.model.iam import Role
from scanner.model.kind import All
from scanner.model.maybe import known
from scanner.reason.escalation.carriers import arns_of, by_settings, existing, listing, plain, with_facet


def container_workloads(  # noqa: PLR0917 - its parameters declare what it needs
    account: Account,
    roles: All[Role],
    clusters: All[Cluster],
    cluster_settings: All[ClusterSettings],
    services: All[Service],
    service_settings: All[ServiceSettings],
    tasks: All[Task],
    states: All[TaskState],
    task_roles: All[TaskRole],
    task_definitions: All[TaskDefinition],
    revisions: All[TaskDefinitionRevision],
    repositories: All[Repository],
    queues: All[JobQueue],
    definitions: All[JobDefinition],
    web_services: All[WebService],
    web_settings: All[WebServiceSettings],
) -> ContainerWorkloads:
    """List clusters, tasks into which commands can be sent, services deployed from outside, jobs, web services."""
    arns = arns_of(roles)
    return ContainerWorkloads(
        scope=account.scope,
        id=account.id,
        origin=account.origin,
        listings=(
            listing("cluster", existing(clusters)),
            listing("container-instance", _with_hosts(clusters, cluster_settings)),
            listing("task", _tasks(tasks, states, task_roles)),
            listing("ecs-service", _external(services, service_settings)),
            listing("image", _images(task_definitions, revisions, repositories)),
            listing("job-queue", existing(queues)),
            listing("job-definition", _jobs(queues, definitions)),
            listing("apprunner-service", by_settings(web_services, web_settings, arns)),
        ),
    )


def _with_hosts(clusters: All[Cluster], settings: All[ClusterSettings]) -> Iterator[Carrier]:
    for cluster, told in with_facet(clusters, settings):
        if told.container_instances:
            yield Carrier(str(cluster.arn), "")


def _tasks(tasks: All[Task], states: All[TaskState], roles: All[TaskRole]) -> Iterator[Carrier]:
    """Yield the running tasks into which ECS Exec can send commands."""
    open_ones = {task.id: state for task, state in with_facet(tasks, states) if state.exec_enabled}
    for task, defined in with_facet(tasks, roles) if open_ones else ():
        state = open_ones.get(task.id)
        role = (state.role or defined.role) if state is not None else ""
        if role:
            yield Carrier(task.id, str(role))


def _external(services: All[Service], settings: All[ServiceSettings]) -> Iterator[Carrier]:
    for service, told in with_facet(services, settings):
        if told.controller == "EXTERNAL":
            yield Carrier(str(service.arn), "")


def _images(
    definitions: All[TaskDefinition], revisions: All[TaskDefinitionRevision], repositories: All[Repository]
) -> Iterator[Carrier]:
    """Yield the repositories of which tasks run images by tags that can be moved to others."""
    mutable = {str(each.uri): str(each.arn) for each in repositories if each.uri and not each.tags_immutable}
    for _, revision in with_facet(definitions, revisions) if mutable else ():
        for container in known(revision.containers) if revision.role else ():
            name, pinned, _ = str(container.image).partition("@")
            repository = mutable.get(name.rpartition(":")[0]) or mutable.get(name)
            if repository and not pinned:
                yield Carrier(repository, str(revision.role))


def _jobs(queues: All[JobQueue], definitions: All[JobDefinition]) -> Iterator[Carrier]:
    """Yield job definitions, if there is a queue to submit them to."""
    if any(queue.state == "ENABLED" for queue in queues):
        yield from plain(definitions, {})
