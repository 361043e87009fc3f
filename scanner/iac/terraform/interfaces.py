"""Network interfaces of declared things: those that AWS makes when it puts something into subnets.

An address of its subnet stands for the private one that AWS will choose, and a name for the public one.
"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from itertools import count
from typing import Any, Final

import msgspec

from scanner.iac.declared import Declared
from scanner.iac.terraform.default_network import CIDR, SUBNET, VPC
from scanner.iac.values import SYMBOLS, Hole, Value, flag_of, list_of, text_of
from scanner.iac.world import World, not_told, tags_of
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, Unknown, unknown, why_unknown
from scanner.model.vpc import NetworkInterface, PrivateAddress

_FIRST: Final = 100
"""Where in a subnet the addresses of services begin, after those of instances."""
_SUBNET_GROUPS: Final = tuple(
    f"aws_{service}_subnet_group"
    for service in ("db", "docdb", "neptune", "redshift", "elasticache", "memorydb", "dax", "dms_replication")
)


class Joins(msgspec.Struct, frozen=True, kw_only=True):
    """How things of a type join a network: the arguments that tell subnets, groups, and whether addresses are public."""

    type: str
    block: str = ""
    """The nested block that holds these arguments."""
    subnets: str
    groups: str
    """Empty where AWS makes groups of its own."""
    public: str = ""
    interface_type: str = "interface"
    cluster: str = ""
    """The type of the cluster that tells, by `cluster_identifier`, what the member does not."""


JOINS: Final = (
    Joins(
        type="aws_lambda_function",
        block="vpc_config",
        subnets="subnet_ids",
        groups="security_group_ids",
        interface_type="lambda",
    ),
    Joins(type="aws_efs_mount_target", subnets="subnet_id", groups="security_groups"),
    Joins(
        type="aws_db_instance",
        subnets="db_subnet_group_name",
        groups="vpc_security_group_ids",
        public="publicly_accessible",
    ),
    Joins(
        type="aws_rds_cluster_instance",
        subnets="db_subnet_group_name",
        groups="vpc_security_group_ids",
        public="publicly_accessible",
        cluster="aws_rds_cluster",
    ),
    Joins(
        type="aws_docdb_cluster_instance",
        subnets="db_subnet_group_name",
        groups="vpc_security_group_ids",
        cluster="aws_docdb_cluster",
    ),
    Joins(
        type="aws_neptune_cluster_instance",
        subnets="neptune_subnet_group_name",
        groups="vpc_security_group_ids",
        public="publicly_accessible",
        cluster="aws_neptune_cluster",
    ),
    Joins(
        type="aws_redshift_cluster",
        subnets="cluster_subnet_group_name",
        groups="vpc_security_group_ids",
        public="publicly_accessible",
    ),
    Joins(
        type="aws_redshiftserverless_workgroup",
        subnets="subnet_ids",
        groups="security_group_ids",
        public="publicly_accessible",
    ),
    Joins(type="aws_elasticache_cluster", subnets="subnet_group_name", groups="security_group_ids"),
    Joins(type="aws_elasticache_replication_group", subnets="subnet_group_name", groups="security_group_ids"),
    Joins(type="aws_elasticache_serverless_cache", subnets="subnet_ids", groups="security_group_ids"),
    Joins(type="aws_memorydb_cluster", subnets="subnet_group_name", groups="security_group_ids"),
    Joins(type="aws_dax_cluster", subnets="subnet_group_name", groups="security_group_ids"),
    Joins(type="aws_eks_cluster", block="vpc_config", subnets="subnet_ids", groups="security_group_ids"),
    Joins(
        type="aws_ecs_service",
        block="network_configuration",
        subnets="subnets",
        groups="security_groups",
        public="assign_public_ip",
    ),
    Joins(type="aws_sagemaker_notebook_instance", subnets="subnet_id", groups="security_groups"),
    Joins(type="aws_sagemaker_domain", subnets="subnet_ids", groups=""),
    Joins(type="aws_opensearch_domain", block="vpc_options", subnets="subnet_ids", groups="security_group_ids"),
    Joins(type="aws_elasticsearch_domain", block="vpc_options", subnets="subnet_ids", groups="security_group_ids"),
    Joins(type="aws_msk_cluster", block="broker_node_group_info", subnets="client_subnets", groups="security_groups"),
    Joins(type="aws_mq_broker", subnets="subnet_ids", groups="security_groups", public="publicly_accessible"),
    Joins(
        type="aws_dms_replication_instance",
        subnets="replication_subnet_group_id",
        groups="vpc_security_group_ids",
        public="publicly_accessible",
    ),
    Joins(
        type="aws_emr_cluster", block="ec2_attributes", subnets="subnet_id", groups="emr_managed_master_security_group"
    ),
    Joins(type="aws_codebuild_project", block="vpc_config", subnets="subnets", groups="security_group_ids"),
    Joins(
        type="aws_mwaa_environment", block="network_configuration", subnets="subnet_ids", groups="security_group_ids"
    ),
    Joins(type="aws_fsx_lustre_file_system", subnets="subnet_ids", groups="security_group_ids"),
    Joins(type="aws_fsx_windows_file_system", subnets="subnet_ids", groups="security_group_ids"),
    Joins(type="aws_fsx_openzfs_file_system", subnets="subnet_ids", groups="security_group_ids"),
    Joins(type="aws_fsx_ontap_file_system", subnets="subnet_ids", groups="security_group_ids"),
    Joins(type="aws_ec2_instance_connect_endpoint", subnets="subnet_id", groups="security_group_ids"),
    Joins(
        type="aws_apigatewayv2_vpc_link",
        subnets="subnet_ids",
        groups="security_group_ids",
        interface_type="api_gateway_managed",
    ),
    Joins(type="aws_apprunner_vpc_connector", subnets="subnets", groups="security_groups"),
    Joins(type="aws_vpc_endpoint", subnets="subnet_ids", groups="security_group_ids", interface_type="vpc_endpoint"),
)
"""Types that put interfaces into a VPC and run no machine that EC2 lists (Amazon EC2 User Guide, "Requester-managed
network interfaces")."""
YIELDS: Final[frozenset[type[Kind]]] = frozenset({NetworkInterface})
TYPES: Final = frozenset({*(one.type for one in JOINS), *_SUBNET_GROUPS})


def kinds(world: World) -> Iterator[Kind]:
    """Yield the interfaces of everything that joins a network."""
    numbers = count(_FIRST)
    for form in JOINS:
        for one in world.of_type(form.type):
            yield from _joined(world, one, form, next(numbers))


def _joined(world: World, one: Declared, form: Joins, number: int) -> Iterator[NetworkInterface]:
    said: Mapping[str, Value] | None = one.block(form.block) if form.block else one.values
    if said is None:
        return
    cluster = _cluster(world, one, form.cluster) if form.cluster else None

    def told(name: str) -> Value:
        own = said.get(name)
        return cluster.get(name) if own is None and cluster is not None else own

    subnets = told(form.subnets)
    assigned = said.get(form.public) if form.public else None
    is_public = flag_of(assigned, default=False)
    if subnets in (None, "", []):
        if assigned is None:
            return
        subnets = [Hole(f"the subnets of {one.address}", detail="the default VPC is not declared here")]
    places = subnets_of(world, subnets)
    groups = told(form.groups) if form.groups else Hole(f"the groups of {one.address}", detail="AWS makes its groups")
    yield from placed(world, one, places, groups, is_public, number=number, interface_type=form.interface_type)


def _cluster(world: World, one: Declared, type_: str) -> Declared | None:
    return world.find(one.get("cluster_identifier"), type_)


def subnets_of(world: World, value: Value) -> list[Value]:
    """Return subnets as they are named, or those of the group that is."""
    if value is None or isinstance(value, list):
        return value or []
    group = world.find(value, *_SUBNET_GROUPS)
    if group is not None and group.type in _SUBNET_GROUPS:
        found = group.get("subnet_ids")
        return [found] if isinstance(found, SYMBOLS) else list_of(found)
    return [value]


def placed(
    world: World,
    one: Declared,
    subnets: list[Value],
    groups: Value,
    is_public: Maybe[bool],
    *,
    number: int = _FIRST,
    **more: Any,
) -> Iterator[NetworkInterface]:
    """Yield an interface for each subnet."""
    why = why_unknown(is_public)
    for place, subnet in enumerate(subnets):
        native_id = f"{world.id(one)}.eni{place}"
        public: Maybe[str | Absent] = ABSENT
        if why is not None:
            public = Unknown(why)
        elif is_public:
            public = f"{native_id}.public_ip"
        fields = {"requester_managed": True, **more}
        yield interface(world, one, native_id, subnet, world.relations(groups), public, number=number, **fields)


def interface(  # noqa: PLR0917 - what an interface is made of
    world: World,
    one: Declared,
    native_id: str,
    subnet: Value,
    groups: Maybe[tuple[str, ...]],
    public: Maybe[str | Absent],
    *,
    number: int,
    private: Value = None,
    bare: bool = False,
    **more: Any,
) -> NetworkInterface:
    """Return an interface. Without groups it has the default one of its VPC unless it is `bare`.

    `number` chooses its private address.
    """
    declared = world.find(subnet)
    in_default = getattr(subnet, "target", "") == SUBNET
    vpc = world.relation(declared.get("vpc_id")) if declared is not None else VPC if in_default else not_told("its VPC")
    if why_unknown(groups) is None and not groups and not bare:
        groups = (f"{vpc}.default_security_group",) if why_unknown(vpc) is None else not_told("its groups")
    said = text_of(private)
    is_chosen = why_unknown(said) is None and isinstance(said, Absent)
    cidr: Maybe[str | Absent] = CIDR if in_default else ABSENT
    if declared is not None:
        cidr = text_of(declared.get("cidr_block"))
    address = PrivateAddress(
        address=an_address(cidr, number) if is_chosen else said,  # type: ignore[arg-type]  # it is not absent
        primary=True,
        public_ipv4=public,
        ip_owner="amazon",
        allocation=ABSENT,
        carrier_ip=ABSENT,
        customer_owned_ip=ABSENT,
    )
    fields: dict[str, Any] = {
        "origin": one.source(),
        "arn": ABSENT,
        "name": ABSENT,
        "tags": tags_of(one),
        "associated_subnets": (),
        "availability_zone": ABSENT,
        "interface_type": "interface",
        "description": ABSENT,
        "status": "in-use",
        "ipv6": (),
        "ipv4_prefixes": (),
        "ipv6_prefixes": (),
        "source_dest_check": True,
        "denies_igw_traffic": False,
        "requester": ABSENT,
        "requester_managed": False,
        "instance": ABSENT,
        "instance_owner": ABSENT,
        "device_index": 0,
        "managed_by": ABSENT,
        **more,
    }
    return NetworkInterface(
        scope=world.scope(one),
        id=native_id,
        vpc=vpc,
        subnet=SUBNET if in_default else world.relation(subnet),
        groups=groups,
        addresses=(address,),
        **fields,
    )


def an_address(cidr: Maybe[str | Absent], number: int) -> Maybe[str]:
    """Return an address of a subnet, to stand for the one that AWS will choose; unknown if the block is."""
    if why_unknown(cidr) is None and isinstance(cidr, str):
        try:
            network = ip_network(cidr, strict=False)
        except ValueError:
            return unknown(Reason.UNRESOLVED, f"{cidr!r} is no block of addresses")
        return str(network[min(4 + number, network.num_addresses - 1)])
    return unknown(Reason.KNOWN_AFTER_APPLY, "its address is known after apply")
