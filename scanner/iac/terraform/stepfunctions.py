"""Step Functions as Terraform declares it: state machines, with the role by which they call other services."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import Reading, aspect, role_of, row, switched, text_or
from scanner.iac.world import World
from scanner.model.kind import Kind
from scanner.model.stepfunctions import StateMachine, StateMachineSettings


def _machine(world: World, one: Declared) -> Iterator[Kind]:
    yield StateMachine(**row(world, one, name="name"))
    yield aspect(
        StateMachineSettings,
        world,
        one,
        None,
        "role_arn",
        role=role_of(world, one.get("role_arn")),
        logging=text_or((one.block("logging_configuration") or {}).get("level"), "OFF"),
        tracing=switched(one.block("tracing_configuration"), "enabled"),
        kms_key=world.relation((one.block("encryption_configuration") or {}).get("kms_key_id")),
    )


READINGS: Final = (
    Reading(types=("aws_sfn_state_machine",), yields=(StateMachine, StateMachineSettings), read=_machine),
)
