"""CodeDeploy as Terraform declares it: applications and deployment groups."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import Reading, row
from scanner.iac.world import World
from scanner.model.codedeploy import Application, DeploymentGroup
from scanner.model.kind import Kind


def _application(world: World, one: Declared) -> Iterator[Kind]:
    yield Application(**row(world, one, name="name"))


def _group(world: World, one: Declared) -> Iterator[Kind]:
    application, name = world.named(one.get("app_name")), one.get("deployment_group_name")
    place: dict[str, Any] = row(world, one, name="deployment_group_name")
    if isinstance(name, str) and name:
        place["id"] = f"{application}/{name}"
        prefix = f"arn:aws:codedeploy:{world.arn_region(one)}:{world.account}:deploymentgroup"
        place["arn"] = f"{prefix}:{place['id']}"
    yield DeploymentGroup(**place, application=application)


READINGS: Final = (
    Reading(types=("aws_codedeploy_app",), yields=(Application,), read=_application),
    Reading(types=("aws_codedeploy_deployment_group",), yields=(DeploymentGroup,), read=_group),
)
