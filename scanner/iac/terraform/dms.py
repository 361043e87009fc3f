"""Database Migration Service as Terraform declares it: replication instances."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.interfaces import subnets_of
from scanner.iac.terraform.rows import Reading, row
from scanner.iac.values import flag_of
from scanner.iac.world import World, not_told
from scanner.model.dms import ReplicationInstance
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT


def _instance(world: World, one: Declared) -> Iterator[Kind]:
    """Yield a replication instance; it is public unless it says otherwise (DMS API Reference)."""
    subnets = subnets_of(world, one.get("replication_subnet_group_id"))
    groups = one.get("vpc_security_group_ids")
    yield ReplicationInstance(
        **row(world, one) | {"name": ABSENT},
        state="available",
        publicly_accessible=flag_of(one.get("publicly_accessible"), default=True),
        vpc=world.vpc_of(subnets),
        subnets=world.relations(subnets) if subnets else not_told("its subnets"),
        groups=world.relations(groups) if groups else not_told("its groups, the default one of its VPC,"),
        public_addresses=(),
        kms_key=world.relation(one.get("kms_key_arn")),
        minor_upgrades=flag_of(one.get("auto_minor_version_upgrade"), default=True),
    )


READINGS: Final = (Reading(types=("aws_dms_replication_instance",), yields=(ReplicationInstance,), read=_instance),)
