"""EKS as Terraform declares it: clusters with the settings of their control plane."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared, block_of
from scanner.iac.terraform.rows import Reading, aspect, row, texts_of
from scanner.iac.terraform.security_groups import RULES
from scanner.iac.values import SYMBOLS, Value, cidrs_of, flag_of, list_of, text_of
from scanner.iac.world import World, not_told, tags_of
from scanner.model.eks import EksCluster, EksClusterSettings
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Maybe, Unknown, why_unknown
from scanner.model.security_group import AddressRange, GroupPeer, Permission, SecurityGroup

_EVERYONE: Final = ("0.0.0.0/0",)


def _cluster(world: World, one: Declared) -> Iterator[Kind]:
    yield EksCluster(**row(world, one) | {"name": ABSENT})
    network = one.block("vpc_config") or {}
    access = one.block("access_config")
    groups = world.relations(network.get("security_group_ids"))
    why = why_unknown(groups)
    own_group = f"{world.id(one)}.cluster_security_group"
    if not world.referring("security_group_id", *RULES)(own_group):
        yield _own_group(world, one, own_group, world.vpc_of(network.get("subnet_ids")))
    version = text_of(one.get("version"))
    is_told = why_unknown(version) is not None or not isinstance(version, Absent)
    yield aspect(
        EksClusterSettings,
        world,
        one,
        None,
        "vpc_config",
        state="ACTIVE",
        version=version if is_told else not_told("its version"),
        role=world.relation(one.get("role_arn")),
        public_endpoint=flag_of(network.get("endpoint_public_access"), default=True),
        private_endpoint=flag_of(network.get("endpoint_private_access"), default=False),
        public_cidrs=_cidrs(network.get("public_access_cidrs")),
        vpc=world.vpc_of(network.get("subnet_ids")),
        subnets=world.relations(network.get("subnet_ids")),
        groups=Unknown(why) if why is not None else (*groups, own_group),
        secrets_key=_secrets_key(world, one),
        logs=texts_of(one.get("enabled_cluster_log_types")),
        authentication_mode=text_of(access.get("authentication_mode")) if access is not None else ABSENT,
        tags=tags_of(one),
    )


def _own_group(world: World, one: Declared, native_id: str, vpc: Maybe[str]) -> SecurityGroup:
    """Return the group that EKS makes for a cluster: it admits itself (EKS User Guide, "Security group requirements")."""
    myself = GroupPeer(native_id, owner=world.account, vpc=ABSENT, peering=ABSENT, peering_status=ABSENT)
    everything: dict[str, Any] = {"protocol": "-1", "from_port": ABSENT, "to_port": ABSENT, "description": ABSENT}
    return SecurityGroup(
        **row(world, one) | {"id": native_id, "arn": ABSENT, "name": f"eks-cluster-sg-{world.id(one)}"},
        vpc=vpc,
        description="EKS created security group applied to ENI that is attached to EKS Control Plane master nodes",
        ingress=(Permission(peer=myself, **everything),),
        egress=(Permission(peer=AddressRange("0.0.0.0/0"), **everything),),
    )


def _cidrs(value: Value) -> Maybe[tuple[str, ...]]:
    found = cidrs_of([value] if isinstance(value, SYMBOLS) else list_of(value))
    return found if why_unknown(found) is not None else found or _EVERYONE


def _secrets_key(world: World, one: Declared) -> Maybe[str | Absent]:
    encryption = one.block("encryption_config")
    provider = block_of(encryption, "provider") if encryption is not None else None
    return world.relation(provider.get("key_arn")) if provider is not None else ABSENT


READINGS: Final = (
    Reading(types=("aws_eks_cluster",), yields=(EksCluster, EksClusterSettings, SecurityGroup), read=_cluster),
)
