"""AWS Data Pipeline as Terraform declares it: pipelines."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import Reading, row
from scanner.iac.world import World
from scanner.model.datapipeline import Pipeline
from scanner.model.kind import Kind


def _pipeline(world: World, one: Declared) -> Iterator[Kind]:
    yield Pipeline(**row(world, one, name="name"))


READINGS: Final = (Reading(types=("aws_datapipeline_pipeline",), yields=(Pipeline,), read=_pipeline),)
