"""CodeDeploy kinds: applications and their deployment groups."""

from typing import ClassVar

from scanner.model.kind import Resource
from scanner.model.maybe import Maybe


class Application(Resource, frozen=True, kw_only=True, eq=False):
    """An application; its id is its name."""

    service: ClassVar[str] = "codedeploy"
    noun: ClassVar[str] = "application"


class DeploymentGroup(Resource, frozen=True, kw_only=True, eq=False):
    """What an application is deployed to; its id is `APPLICATION/NAME`."""

    service: ClassVar[str] = "codedeploy"
    noun: ClassVar[str] = "deployment group"

    application: Maybe[str]
