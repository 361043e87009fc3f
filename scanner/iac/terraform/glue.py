"""Glue as Terraform declares it: the policy of the Data Catalog, jobs and development endpoints."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.policies import moved
from scanner.iac.terraform.attributes import STAND_IN_REGION
from scanner.iac.terraform.rows import Reading, row, setting
from scanner.iac.values import list_of, text_of
from scanner.iac.world import World, not_told
from scanner.model.glue import CatalogPolicy, DevEndpoint, Job
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT

_POLICY: Final = "aws_glue_resource_policy"


def _catalog_policy(world: World, one: Declared) -> Iterator[Kind]:
    document = moved(world.policy(one.get("policy")), "glue", STAND_IN_REGION, world.scope(one).region)
    yield setting(CatalogPolicy, world, one, "policy", document=document)


def _no_policy(world: World) -> Iterator[Kind]:
    told = {world.scope(one) for one in world.of_type(_POLICY)}
    for scope in world.regions():
        if scope not in told:
            yield CatalogPolicy(scope=scope, id=scope.region, origin=world.origin(), document=ABSENT)


def _job(world: World, one: Declared) -> Iterator[Kind]:
    command = one.block("command") or {}
    yield Job(
        **row(world, one, name="name"),
        role=world.relation(one.get("role_arn")),
        script=text_of(command.get("script_location")),
        connections=tuple(world.named(name) for name in list_of(one.get("connections"))),
        security_configuration=world.relation(one.get("security_configuration")),
    )


def _endpoint(world: World, one: Declared) -> Iterator[Kind]:
    yield DevEndpoint(
        **row(world, one, name="name"),
        role=world.relation(one.get("role_arn")),
        public_address=not_told("its address"),
        security_configuration=world.relation(one.get("security_configuration")),
    )


READINGS: Final = (
    Reading(types=(_POLICY,), yields=(CatalogPolicy,), read=_catalog_policy, otherwise=_no_policy),
    Reading(types=("aws_glue_job",), yields=(Job,), read=_job),
    Reading(types=("aws_glue_dev_endpoint",), yields=(DevEndpoint,), read=_endpoint),
)
