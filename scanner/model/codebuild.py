"""CodeBuild kinds: build projects."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource, Tags
from scanner.model.maybe import Absent, Maybe


class BuildProject(Resource, frozen=True, kw_only=True, eq=False):
    """A build project; its id is its name."""

    service: ClassVar[str] = "codebuild"
    noun: ClassVar[str] = "build project"


class BuildSettings(Facet, frozen=True, kw_only=True, eq=False):
    """How a project builds (BatchGetProjects)."""

    of: ClassVar[type[Resource]] = BuildProject

    role: Maybe[str | Absent]
    """ARN of the service role."""
    source: Maybe[str | Absent]
    """Type of the source: `GITHUB`, `CODECOMMIT`, …"""
    privileged: Maybe[bool]
    batch_role: Maybe[str | Absent]
    vpc: Maybe[str | Absent]
    visibility: Maybe[str | Absent]
    """`PUBLIC_READ` or `PRIVATE`."""
    tags: Maybe[Tags]
