"""ECS kinds: clusters, services, tasks, task definitions."""

from typing import ClassVar

import msgspec

from scanner.model.kind import Facet, Resource, Tags
from scanner.model.maybe import Absent, Maybe


class Cluster(Resource, frozen=True, kw_only=True, eq=False):
    """A cluster; its id is its name."""

    service: ClassVar[str] = "ecs"
    noun: ClassVar[str] = "cluster"


class ClusterSettings(Facet, frozen=True, kw_only=True, eq=False):
    """How a cluster is set up (DescribeClusters)."""

    of: ClassVar[type[Resource]] = Cluster

    status: Maybe[str | Absent]
    insights: Maybe[str | Absent]
    """Container Insights: `enabled`, `enhanced` or `disabled`; absent: as the account's default says."""
    exec_logging: Maybe[str | Absent]
    """Where sessions of ECS Exec are logged: `NONE`, `DEFAULT`, `OVERRIDE`."""
    exec_key: Maybe[str | Absent]
    """KMS key of ECS Exec."""
    container_instances: Maybe[int]
    """How many instances are registered in it."""
    tags: Maybe[Tags]


Cluster.tags_in = ClusterSettings


class Service(Resource, frozen=True, kw_only=True, eq=False):
    """A service of a cluster; its id is its ARN."""

    service: ClassVar[str] = "ecs"
    noun: ClassVar[str] = "service"

    cluster: Maybe[str]
    """Name of the cluster."""


class ServiceSettings(Facet, frozen=True, kw_only=True, eq=False):
    """How a service runs (DescribeServices)."""

    of: ClassVar[type[Resource]] = Service

    status: Maybe[str | Absent]
    launch_type: Maybe[str | Absent]
    """`EC2`, `FARGATE`, …; absent where a capacity provider decides."""
    platform: Maybe[str | Absent]
    """Version of the Fargate platform, or `LATEST`."""
    definition: Maybe[str | Absent]
    """ARN of the task definition; absent where task sets have their own."""
    controller: Maybe[str]
    """Who deploys: `ECS`, `CODE_DEPLOY`, `EXTERNAL`."""
    exec_enabled: Maybe[bool]
    """Whether ECS Exec may run commands in its tasks."""
    public_address: Maybe[bool | Absent]
    """Whether its tasks get public addresses; absent where tasks have no interfaces of their own."""
    subnets: Maybe[tuple[str, ...]]
    security_groups: Maybe[tuple[str, ...]]
    target_groups: Maybe[tuple[str, ...]]
    """ARNs of target groups in which its tasks are registered."""
    tags: Maybe[Tags]


Service.tags_in = ServiceSettings


class Task(Resource, frozen=True, kw_only=True, eq=False):
    """A task that runs, or is about to; its id is its ARN."""

    service: ClassVar[str] = "ecs"
    noun: ClassVar[str] = "task"

    cluster: Maybe[str]
    """Name of the cluster."""


class TaskState(Facet, frozen=True, kw_only=True, eq=False):
    """What a task runs (DescribeTasks)."""

    of: ClassVar[type[Resource]] = Task

    definition: Maybe[str]
    """ARN of the task definition."""
    exec_enabled: Maybe[bool]
    role: Maybe[str | Absent]
    """ARN of the task role that it was started with in place of its definition's."""
    group: Maybe[str | Absent]
    """`service:NAME` or `family:NAME`."""
    interfaces: Maybe[tuple[str, ...]]
    """The ids of its own network interfaces; none where it shares its host's."""
    images: Maybe[tuple[str, ...]]
    """The digests of its containers' images, `sha256:…`, as far as they were pulled."""


class TaskRole(Facet, frozen=True, kw_only=True, eq=False):
    """The role that the definition of a task gives it."""

    of: ClassVar[type[Resource]] = Task

    role: Maybe[str | Absent]
    """ARN of the task role."""


class Container(msgspec.Struct, frozen=True):
    """A container of a task definition."""

    name: str
    image: Maybe[str | Absent]
    user: Maybe[str | Absent]
    """The user that the definition sets; absent: as the image says."""
    privileged: Maybe[bool]
    read_only_root: Maybe[bool]
    log_driver: Maybe[str | Absent]
    environment: Maybe[tuple[str, ...]]
    """Names of the variables; their values are not kept."""
    host_ports: Maybe[tuple[int, ...]]
    added_capabilities: Maybe[tuple[str, ...]]


class Mount(msgspec.Struct, frozen=True):
    """A volume of a task definition: of the host, or of an EFS file system."""

    name: str
    host_path: Maybe[str | Absent]
    file_system: Maybe[str | Absent]
    transit_encryption: Maybe[bool]
    iam_authorization: Maybe[bool]


class TaskDefinition(Resource, frozen=True, kw_only=True, eq=False):
    """A family of task definitions that has an active revision; its id is the name of the family."""

    service: ClassVar[str] = "ecs"
    noun: ClassVar[str] = "task definition"


class TaskDefinitionRevision(Facet, frozen=True, kw_only=True, eq=False):
    """The latest active revision of a family (DescribeTaskDefinition)."""

    of: ClassVar[type[Resource]] = TaskDefinition

    arn: Maybe[str]
    role: Maybe[str | Absent]
    """ARN of the task role: what its code may do."""
    execution_role: Maybe[str | Absent]
    """ARN of the role by which ECS pulls images and reads secrets for it."""
    network_mode: Maybe[str | Absent]
    pid_mode: Maybe[str | Absent]
    ipc_mode: Maybe[str | Absent]
    compatibilities: Maybe[tuple[str, ...]]
    containers: Maybe[tuple[Container, ...]]
    volumes: Maybe[tuple[Mount, ...]]
