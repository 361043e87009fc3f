"""App Runner kinds: services."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe


class WebService(Resource, frozen=True, kw_only=True, eq=False):
    """A service of App Runner; its id is its ARN."""

    service: ClassVar[str] = "apprunner"
    noun: ClassVar[str] = "App Runner service"

    status: Maybe[str]


class WebServiceSettings(Facet, frozen=True, kw_only=True, eq=False):
    """How a service is set up (DescribeService)."""

    of: ClassVar[type[Resource]] = WebService

    role: Maybe[str | Absent]
    """ARN of the instance role: what its code may do."""
    public: Maybe[bool]
    """Whether its address is reachable from the internet."""
