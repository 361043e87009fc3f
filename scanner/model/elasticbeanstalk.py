"""Elastic Beanstalk kinds: environments."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Maybe


class Environment(Resource, frozen=True, kw_only=True, eq=False):
    """An environment; its id is `e-…`."""

    service: ClassVar[str] = "elasticbeanstalk"
    noun: ClassVar[str] = "environment"

    application: Maybe[str]
    status: Maybe[str]


class EnvironmentInstances(Facet, frozen=True, kw_only=True, eq=False):
    """The instances of an environment (DescribeEnvironmentResources)."""

    of: ClassVar[type[Resource]] = Environment

    instances: Maybe[tuple[str, ...]]
