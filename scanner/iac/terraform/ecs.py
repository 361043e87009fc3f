"""ECS as Terraform declares it: clusters, services, task definitions, and the tasks that services run.

A service stands for one task, for AWS makes as many alike as it is told to. One whose count is set to nothing runs none;
where the count is not set, something else scales it. Source: provider documentation, `aws_ecs_service` and
`aws_ecs_task_definition`; Amazon ECS API Reference, ContainerDefinition.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scanner.iac.declared import Declared, as_block, block_of
from scanner.iac.documents import document_of
from scanner.iac.terraform.ecr import image_of
from scanner.iac.terraform.interfaces import placed, subnets_of
from scanner.iac.terraform.rows import Reading, aspect, is_one_of, role_of, row, text_or, texts_of
from scanner.iac.values import SYMBOLS, Hole, Value, first_hole, flag_of, list_of, number_of, text_of
from scanner.iac.world import World, not_told, tags_of
from scanner.model.ecs import (
    Cluster,
    ClusterSettings,
    Container,
    Mount,
    Service,
    ServiceSettings,
    Task,
    TaskDefinition,
    TaskDefinitionRevision,
    TaskRole,
    TaskState,
)
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Maybe, Unknown, why_unknown

_DEFINITION: Final = "aws_ecs_task_definition"
_DEFAULT: Final = "default"
"""The cluster of services that name none."""


def _cluster(world: World, one: Declared) -> Iterator[Kind]:
    yield Cluster(**row(world, one, name="name"))
    insights = [as_block(block) for block in one.blocks("setting")]
    command = block_of(one.block("configuration") or {}, "execute_command_configuration")
    yield aspect(
        ClusterSettings,
        world,
        one,
        None,
        status=ABSENT,
        insights=next(
            (text_of(each.get("value")) for each in insights if each.get("name") == "containerInsights"), ABSENT
        ),
        exec_logging=ABSENT if command is None else text_or(command.get("logging"), "DEFAULT"),
        exec_key=ABSENT if command is None else world.relation(command.get("kms_key_id")),
        container_instances=not_told("how many instances are registered in it"),
        tags=tags_of(one),
    )


def _service(world: World, one: Declared) -> Iterator[Kind]:
    cluster = world.named(one.get("cluster")) or _DEFAULT
    cluster = cluster.rpartition("/")[2] if cluster.startswith("arn:") else cluster
    yield Service(**row(world, one, name="name"), cluster=cluster)
    network = one.block("network_configuration")
    controller = one.block("deployment_controller") or {}
    providers = bool(one.blocks("capacity_provider_strategy"))
    yield aspect(
        ServiceSettings,
        world,
        one,
        None,
        status=ABSENT,
        launch_type=ABSENT if providers else text_or(one.get("launch_type"), "EC2"),
        platform=text_of(one.get("platform_version")),
        definition=world.spelled(one.get("task_definition")) if one.get("task_definition") else ABSENT,
        controller=text_or(controller.get("type"), "ECS"),
        exec_enabled=flag_of(one.get("enable_execute_command"), default=False),
        public_address=ABSENT if network is None else flag_of(network.get("assign_public_ip"), default=False),
        subnets=() if network is None else world.relations(network.get("subnets")),
        security_groups=() if network is None else world.relations(network.get("security_groups")),
        target_groups=_targets(world, one),
        tags=tags_of(one),
    )
    if _runs(one):
        yield from _task(world, one, cluster)


def _targets(world: World, one: Declared) -> Maybe[tuple[str, ...]]:
    arns = [world.spelled(as_block(block).get("target_group_arn")) for block in one.blocks("load_balancer")]
    why = next((why for arn in arns if (why := why_unknown(arn)) is not None), None)
    return Unknown(why) if why is not None else tuple(str(arn) for arn in arns if arn)


def _runs(one: Declared) -> bool:
    count = number_of(one.get("desired_count"))
    none = why_unknown(count) is None and count == 0
    return not none or one.get("scheduling_strategy") == "DAEMON"


def _task(world: World, one: Declared, cluster: str) -> Iterator[Kind]:
    """Yield a task of a service, with the role that its definition gives it and the interfaces of the service."""
    scope = world.scope(one)
    arn = f"arn:aws:ecs:{world.arn_region(one)}:{scope.account}:task/{cluster}/{world.id(one)}"
    place: dict[str, Any] = {"scope": scope, "id": arn, "origin": one.source("task_definition")}
    yield Task(**place, arn=arn, name=ABSENT, tags=tags_of(one), cluster=cluster)
    definition = _definition(world, one.get("task_definition"))
    network = one.block("network_configuration")
    joined = (
        ()
        if network is None
        else tuple(
            each.id for each in placed(world, one, subnets_of(world, network.get("subnets")), None, is_public=False)
        )
    )
    yield TaskState(
        **place,
        definition=world.spelled(one.get("task_definition")),
        exec_enabled=flag_of(one.get("enable_execute_command"), default=False),
        role=ABSENT,
        group=f"service:{world.id(one)}",
        interfaces=joined,
        images=not_told("which images it runs"),
    )
    role: Maybe[str | Absent] = not_told("the task definition")
    if definition is not None:
        role = role_of(world, definition.get("task_role_arn"))
    yield TaskRole(**place, role=role)


def _definition(world: World, value: Value) -> Declared | None:
    """Return the definition that a service names, by reference, or by its family with or without a revision."""
    found = world.find(value, _DEFINITION)
    if found is None and isinstance(value, str):
        found = world.find(value.rpartition("/")[2].partition(":")[0], _DEFINITION)
    return found


def _task_definition(world: World, one: Declared) -> Iterator[Kind]:
    yield TaskDefinition(**row(world, one, name="family"))
    yield aspect(
        TaskDefinitionRevision,
        world,
        one,
        None,
        "container_definitions",
        arn=world.arn(one),
        role=role_of(world, one.get("task_role_arn")),
        execution_role=role_of(world, one.get("execution_role_arn")),
        network_mode=text_of(one.get("network_mode")),
        pid_mode=text_of(one.get("pid_mode")),
        ipc_mode=text_of(one.get("ipc_mode")),
        compatibilities=texts_of(one.get("requires_compatibilities")),
        containers=_containers(world, one.get("container_definitions")),
        volumes=tuple(_mount(world, as_block(block)) for block in one.blocks("volume")),
    )


def _containers(world: World, value: Value) -> Maybe[tuple[Container, ...]]:
    said = document_of(value)
    for each in [said, *list_of(said)]:
        if isinstance(each, SYMBOLS):
            return (first_hole(each) or Hole("its containers")).unknown()
    return tuple(_container(world, each) for each in list_of(said) if isinstance(each, Mapping))


def _container(world: World, said: Mapping[str, Value]) -> Container:
    ports = [number_of(as_block(each).get("hostPort")) for each in list_of(said.get("portMappings"))]
    why = next((why for port in ports if (why := why_unknown(port)) is not None), None)
    linux = as_block(said.get("linuxParameters"))
    logs = as_block(said.get("logConfiguration"))
    return Container(
        name=str(said.get("name") or ""),
        image=text_of(image_of(world, said.get("image"))),
        user=text_of(said.get("user")),
        privileged=flag_of(said.get("privileged"), default=False),
        read_only_root=flag_of(said.get("readonlyRootFilesystem"), default=False),
        log_driver=text_of(logs.get("logDriver")),
        environment=texts_of([as_block(each).get("name") for each in list_of(said.get("environment"))]),
        host_ports=Unknown(why) if why is not None else tuple(port for port in ports if isinstance(port, int) and port),
        added_capabilities=texts_of(as_block(linux.get("capabilities")).get("add")),
    )


def _mount(world: World, said: Mapping[str, Value]) -> Mount:
    shared = block_of(said, "efs_volume_configuration") or {}
    return Mount(
        name=str(said.get("name") or ""),
        host_path=text_of(said.get("host_path")),
        file_system=world.relation(shared.get("file_system_id")),
        transit_encryption=is_one_of(shared.get("transit_encryption"), "ENABLED"),
        iam_authorization=is_one_of((block_of(shared, "authorization_config") or {}).get("iam"), "ENABLED"),
    )


READINGS: Final = (
    Reading(types=("aws_ecs_cluster",), yields=(Cluster, ClusterSettings), read=_cluster),
    Reading(types=("aws_ecs_service",), yields=(Service, ServiceSettings, Task, TaskState, TaskRole), read=_service),
    Reading(types=(_DEFINITION,), yields=(TaskDefinition, TaskDefinitionRevision), read=_task_definition),
)
