"""Bedrock AgentCore as Terraform declares it: code interpreters, browsers and runtimes, with their roles."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import Reading, aspect, role_of, row
from scanner.iac.world import World
from scanner.model.agentcore import (
    AgentRuntime,
    AgentRuntimeRole,
    Browser,
    BrowserRole,
    CodeInterpreter,
    CodeInterpreterRole,
)
from scanner.model.kind import Facet, Kind, Resource


def _reading(word: str, kind: type[Resource], facet: type[Facet], name: str, role: str) -> Reading:
    """Return how things of a type are read; `role` is the argument that names what their code may do."""

    def read(world: World, one: Declared) -> Iterator[Kind]:
        place: dict[str, Any] = row(world, one, name=name)
        told = one.get(f"{word}_arn")
        place["arn"] = told if isinstance(told, str) else place["arn"]
        yield kind(**place)
        yield aspect(facet, world, one, None, role, role=role_of(world, one.get(role)))

    return Reading(types=(f"aws_bedrockagentcore_{word}",), yields=(kind, facet), read=read)


READINGS: Final = (
    _reading("code_interpreter", CodeInterpreter, CodeInterpreterRole, "name", "execution_role_arn"),
    _reading("browser", Browser, BrowserRole, "name", "execution_role_arn"),
    _reading("agent_runtime", AgentRuntime, AgentRuntimeRole, "agent_runtime_name", "role_arn"),
)
