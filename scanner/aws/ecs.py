"""Reading ECS: clusters, services, tasks and the definitions that they run (Amazon ECS API Reference)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scanner.aws.policies import not_told, scope_of
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
from scanner.model.kind import Tags
from scanner.model.maybe import ABSENT, known
from scanner.reader import Page, Place, Reader, given, only, rows

_GONE: Final = frozenset({"ClusterNotFoundException", "ServiceNotFoundException"})


def _clusters(pages: tuple[Page, ...], at: Place) -> Iterator[Cluster]:
    for arn in rows(pages, "clusterArns"):
        name = arn.rpartition("/")[2]
        yield Cluster(
            scope=scope_of(arn, at), id=name, origin=at.origin, arn=arn, name=name, tags=not_told("DescribeClusters")
        )


def _tags(row: Mapping[str, Any]) -> Tags:
    return {tag["key"]: tag.get("value", "") for tag in row.get("tags") or ()}


def _cluster_settings(pages: tuple[Page, ...], at: Place) -> Iterator[ClusterSettings]:
    for row in rows(pages, "clusters"):
        if row["clusterName"] != at.parent.id:
            continue
        settings = {each["name"]: each.get("value") for each in row.get("settings") or ()}
        command = (row.get("configuration") or {}).get("executeCommandConfiguration") or {}
        yield ClusterSettings(
            scope=at.parent.scope,
            id=at.parent.id,
            origin=at.origin,
            status=given(row, "status"),
            insights=given(settings, "containerInsights"),
            exec_logging=given(command, "logging"),
            exec_key=given(command, "kmsKeyId"),
            container_instances=int(row.get("registeredContainerInstancesCount") or 0),
            tags=_tags(row),
        )


def _services(pages: tuple[Page, ...], at: Place) -> Iterator[Service]:
    for arn in rows(pages, "serviceArns"):
        yield Service(
            scope=scope_of(arn, at),
            id=arn,
            origin=at.origin,
            arn=arn,
            name=arn.rpartition("/")[2],
            tags=not_told("DescribeServices"),
            cluster=at.parent.id,
        )


def _service_settings(pages: tuple[Page, ...], at: Place) -> Iterator[ServiceSettings]:
    for row in rows(pages, "services"):
        if row["serviceArn"] != at.parent.id:
            continue
        network = (row.get("networkConfiguration") or {}).get("awsvpcConfiguration")
        yield ServiceSettings(
            scope=at.parent.scope,
            id=at.parent.id,
            origin=at.origin,
            status=given(row, "status"),
            launch_type=given(row, "launchType"),
            platform=given(row, "platformVersion"),
            definition=given(row, "taskDefinition"),
            controller=(row.get("deploymentController") or {}).get("type") or "ECS",
            exec_enabled=bool(row.get("enableExecuteCommand")),
            public_address=ABSENT if network is None else network.get("assignPublicIp") == "ENABLED",
            subnets=tuple((network or {}).get("subnets") or ()),
            security_groups=tuple((network or {}).get("securityGroups") or ()),
            target_groups=tuple(
                each["targetGroupArn"] for each in row.get("loadBalancers") or () if each.get("targetGroupArn")
            ),
            tags=_tags(row),
        )


def _tasks(pages: tuple[Page, ...], at: Place) -> Iterator[Task]:
    for arn in rows(pages, "taskArns"):
        yield Task(
            scope=scope_of(arn, at),
            id=arn,
            origin=at.origin,
            arn=arn,
            name=ABSENT,
            tags=not_told("DescribeTasks"),
            cluster=at.parent.id,
        )


def _task_state(pages: tuple[Page, ...], at: Place) -> Iterator[TaskState]:
    for row in rows(pages, "tasks"):
        if row["taskArn"] == at.parent.id:
            yield TaskState(
                scope=at.parent.scope,
                id=at.parent.id,
                origin=at.origin,
                definition=row["taskDefinitionArn"],
                exec_enabled=bool(row.get("enableExecuteCommand")),
                role=given(row.get("overrides") or {}, "taskRoleArn"),
                group=given(row, "group"),
                interfaces=tuple(_interfaces(row)),
                images=tuple(one["imageDigest"] for one in row.get("containers") or () if one.get("imageDigest")),
            )


def _interfaces(task: Page) -> Iterator[str]:
    for attachment in task.get("attachments") or ():
        for detail in attachment.get("details") or ():
            if detail.get("name") == "networkInterfaceId":
                yield detail["value"]


def _task_role(pages: tuple[Page, ...], at: Place) -> Iterator[TaskRole]:
    row = only(pages).get("taskDefinition") or {}
    yield TaskRole(scope=at.parent.scope, id=at.parent.id, origin=at.origin, role=given(row, "taskRoleArn"))


def _families(pages: tuple[Page, ...], at: Place) -> Iterator[TaskDefinition]:
    place = at.scope
    for family in rows(pages, "families"):
        yield TaskDefinition(
            scope=place,
            id=family,
            origin=at.origin,
            arn=f"arn:{place.partition}:ecs:{place.region}:{place.account}:task-definition/{family}",
            name=family,
            tags=not_told("ListTagsForResource"),
        )


def _revision(pages: tuple[Page, ...], at: Place) -> Iterator[TaskDefinitionRevision]:
    row = only(pages)["taskDefinition"]
    yield TaskDefinitionRevision(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        arn=row["taskDefinitionArn"],
        role=given(row, "taskRoleArn"),
        execution_role=given(row, "executionRoleArn"),
        network_mode=given(row, "networkMode"),
        pid_mode=given(row, "pidMode"),
        ipc_mode=given(row, "ipcMode"),
        compatibilities=tuple(row.get("requiresCompatibilities") or ()),
        containers=tuple(_container(each) for each in row.get("containerDefinitions") or ()),
        volumes=tuple(_mount(each) for each in row.get("volumes") or ()),
    )


def _container(row: Mapping[str, Any]) -> Container:
    added = ((row.get("linuxParameters") or {}).get("capabilities") or {}).get("add") or ()
    return Container(
        name=row["name"],
        image=given(row, "image"),
        user=given(row, "user"),
        privileged=bool(row.get("privileged")),
        read_only_root=bool(row.get("readonlyRootFilesystem")),
        log_driver=given(row.get("logConfiguration") or {}, "logDriver"),
        environment=tuple(each["name"] for each in row.get("environment") or ()),
        host_ports=tuple(int(each["hostPort"]) for each in row.get("portMappings") or () if each.get("hostPort")),
        added_capabilities=tuple(added),
    )


def _mount(row: Mapping[str, Any]) -> Mount:
    shared = row.get("efsVolumeConfiguration") or {}
    return Mount(
        name=row.get("name") or "",
        host_path=given(row.get("host") or {}, "sourcePath"),
        file_system=given(shared, "fileSystemId"),
        transit_encryption=shared.get("transitEncryption") == "ENABLED",
        iam_authorization=(shared.get("authorizationConfig") or {}).get("iam") == "ENABLED",
    )


_SECRETS: Final = frozenset({"value", "command", "entryPoint", "options", "dockerLabels"})
"""What container definitions may hold of secrets: values of variables, arguments, options of log drivers."""

READERS: Final = (
    Reader(service="ecs", operation="ListClusters", actions=("ecs:ListClusters",), yields=(Cluster,), parse=_clusters),
    Reader(
        service="ecs",
        operation="DescribeClusters",
        actions=("ecs:DescribeClusters",),
        yields=(ClusterSettings,),
        parse=_cluster_settings,
        parent=Cluster,
        request=lambda cluster: {"clusters": [cluster.id], "include": ["CONFIGURATIONS", "SETTINGS", "TAGS"]},
    ),
    Reader(
        service="ecs",
        operation="ListServices",
        actions=("ecs:ListServices",),
        yields=(Service,),
        parse=_services,
        parent=Cluster,
        request=lambda cluster: {"cluster": cluster.id, "maxResults": 100},
        absent=_GONE,
        bare=False,
    ),
    Reader(
        service="ecs",
        operation="DescribeServices",
        actions=("ecs:DescribeServices",),
        yields=(ServiceSettings,),
        parse=_service_settings,
        parent=Service,
        request=lambda service: {"cluster": known(service.cluster), "services": [service.id], "include": ["TAGS"]},
    ),
    Reader(
        service="ecs",
        operation="ListTasks",
        actions=("ecs:ListTasks",),
        yields=(Task,),
        parse=_tasks,
        parent=Cluster,
        request=lambda cluster: {"cluster": cluster.id},
        absent=_GONE,
        bare=False,
    ),
    Reader(
        service="ecs",
        operation="DescribeTasks",
        actions=("ecs:DescribeTasks",),
        yields=(TaskState,),
        parse=_task_state,
        secrets=frozenset({"environment", "command"}),
        parent=Task,
        request=lambda task: {"cluster": known(task.cluster), "tasks": [task.id]},
    ),
    Reader(
        service="ecs",
        operation="DescribeTaskDefinition",
        actions=("ecs:DescribeTaskDefinition",),
        yields=(TaskRole,),
        parse=_task_role,
        secrets=_SECRETS,
        parent=TaskState,
        request=lambda state: {"taskDefinition": known(state.definition)},
        bare=False,
    ),
    Reader(
        service="ecs",
        operation="ListTaskDefinitionFamilies",
        actions=("ecs:ListTaskDefinitionFamilies",),
        yields=(TaskDefinition,),
        parse=_families,
        request={"status": "ACTIVE"},
    ),
    Reader(
        service="ecs",
        operation="DescribeTaskDefinition",
        actions=("ecs:DescribeTaskDefinition",),
        yields=(TaskDefinitionRevision,),
        parse=_revision,
        secrets=_SECRETS,
        parent=TaskDefinition,
        request=lambda definition: {"taskDefinition": definition.id},
        bare=False,
    ),
)
