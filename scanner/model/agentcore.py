"""Bedrock AgentCore kinds: what runs code for agents with a role of its own."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe


class CodeInterpreter(Resource, frozen=True, kw_only=True, eq=False):
    """A code interpreter of the account; its id is `NAME-…`."""

    service: ClassVar[str] = "agentcore"
    noun: ClassVar[str] = "code interpreter"


class CodeInterpreterRole(Facet, frozen=True, kw_only=True, eq=False):
    """The role of a code interpreter."""

    of: ClassVar[type[Resource]] = CodeInterpreter

    role: Maybe[str | Absent]


class Browser(Resource, frozen=True, kw_only=True, eq=False):
    """A browser of the account that agents drive."""

    service: ClassVar[str] = "agentcore"
    noun: ClassVar[str] = "browser"


class BrowserRole(Facet, frozen=True, kw_only=True, eq=False):
    """The role of a browser."""

    of: ClassVar[type[Resource]] = Browser

    role: Maybe[str | Absent]


class AgentRuntime(Resource, frozen=True, kw_only=True, eq=False):
    """A runtime that hosts an agent."""

    service: ClassVar[str] = "agentcore"
    noun: ClassVar[str] = "agent runtime"


class AgentRuntimeRole(Facet, frozen=True, kw_only=True, eq=False):
    """The role of a runtime."""

    of: ClassVar[type[Resource]] = AgentRuntime

    role: Maybe[str | Absent]
