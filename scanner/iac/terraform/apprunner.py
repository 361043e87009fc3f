"""App Runner as Terraform declares it: services, with the role that their code has."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared, block_of
from scanner.iac.terraform.rows import Reading, aspect, role_of, row, switched
from scanner.iac.world import World
from scanner.model.apprunner import WebService, WebServiceSettings
from scanner.model.kind import Kind


def _service(world: World, one: Declared) -> Iterator[Kind]:
    yield WebService(**row(world, one, name="service_name"), status="RUNNING")
    instance = one.block("instance_configuration") or {}
    ingress = block_of(one.block("network_configuration") or {}, "ingress_configuration")
    yield aspect(
        WebServiceSettings,
        world,
        one,
        None,
        "instance_configuration",
        role=role_of(world, instance.get("instance_role_arn")),
        public=switched(ingress, "is_publicly_accessible", default=True),
    )


READINGS: Final = (Reading(types=("aws_apprunner_service",), yields=(WebService, WebServiceSettings), read=_service),)
