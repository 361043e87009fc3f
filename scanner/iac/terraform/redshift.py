"""Redshift as Terraform declares it: clusters, subnet groups, and the workgroups of Redshift Serverless."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import Reading, row
from scanner.iac.values import flag_of, int_of, number_of, text_of
from scanner.iac.world import World, not_told
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT
from scanner.model.redshift import RedshiftCluster, RedshiftSubnetGroup, RedshiftWorkgroup

_PORT: Final = 5439
_GROUP: Final = "aws_redshift_subnet_group"


def _cluster(world: World, one: Declared) -> Iterator[Kind]:
    group = world.find(one.get("cluster_subnet_group_name"), _GROUP)
    groups = one.get("vpc_security_group_ids")
    yield RedshiftCluster(
        **row(world, one) | {"name": ABSENT},
        state="available",
        publicly_accessible=flag_of(one.get("publicly_accessible"), default=False),
        vpc=world.vpc_of(group.get("subnet_ids")) if group is not None else not_told("its VPC"),
        subnet_group=world.relation(one.get("cluster_subnet_group_name")),
        groups=world.relations(groups) if groups else not_told("its groups, the default one of its VPC,"),
        port=number_of(one.get("port") or _PORT),
        public_addresses=(),
        encrypted=flag_of(one.get("encrypted"), default=False),
        kms_key=world.relation(one.get("kms_key_id")),
        backup_days=int_of(one.get("automated_snapshot_retention_period"), 1),
        version_upgrades=flag_of(one.get("allow_version_upgrade"), default=True),
        enhanced_routing=flag_of(one.get("enhanced_vpc_routing"), default=False),
        user=text_of(one.get("master_username")),
    )


def _subnet_group(world: World, one: Declared) -> Iterator[Kind]:
    subnets = one.get("subnet_ids")
    yield RedshiftSubnetGroup(
        **row(world, one) | {"name": ABSENT}, vpc=world.vpc_of(subnets), subnets=world.relations(subnets)
    )


def _workgroup(world: World, one: Declared) -> Iterator[Kind]:
    yield RedshiftWorkgroup(
        **row(world, one) | {"name": ABSENT},
        state="AVAILABLE",
        namespace=world.relation(one.get("namespace_name")),
        publicly_accessible=flag_of(one.get("publicly_accessible"), default=False),
        subnets=world.relations(one.get("subnet_ids")),
        groups=world.relations(one.get("security_group_ids")),
        port=number_of(one.get("port") or _PORT),
        enhanced_routing=flag_of(one.get("enhanced_vpc_routing"), default=False),
    )


READINGS: Final = (
    Reading(types=("aws_redshift_cluster",), yields=(RedshiftCluster,), read=_cluster),
    Reading(types=(_GROUP,), yields=(RedshiftSubnetGroup,), read=_subnet_group),
    Reading(types=("aws_redshiftserverless_workgroup",), yields=(RedshiftWorkgroup,), read=_workgroup),
)
