"""CodeBuild as Terraform declares it: build projects with the roles that they run with."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import Reading, aspect, row, switched, text_or
from scanner.iac.values import text_of
from scanner.iac.world import World, tags_of
from scanner.model.codebuild import BuildProject, BuildSettings
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT


def _project(world: World, one: Declared) -> Iterator[Kind]:
    yield BuildProject(**row(world, one, name="name"))
    source = one.block("source") or {}
    batch = one.block("build_batch_config")
    network = one.block("vpc_config")
    yield aspect(
        BuildSettings,
        world,
        one,
        None,
        role=world.relation(one.get("service_role")),
        source=text_of(source.get("type")),
        privileged=switched(one.block("environment"), "privileged_mode"),
        batch_role=world.relation(batch.get("service_role")) if batch is not None else ABSENT,
        vpc=world.relation(network.get("vpc_id")) if network is not None else ABSENT,
        visibility=text_or(one.get("project_visibility"), "PRIVATE"),
        tags=tags_of(one),
    )


READINGS: Final = (Reading(types=("aws_codebuild_project",), yields=(BuildProject, BuildSettings), read=_project),)
