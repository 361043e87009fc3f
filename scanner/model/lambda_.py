"""Lambda kinds: functions with their policies and URLs."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class Function(Resource, frozen=True, kw_only=True, eq=False):
    """A function; its id is its name."""

    service: ClassVar[str] = "lambda"
    noun: ClassVar[str] = "function"

    runtime: Maybe[str | Absent]
    """Absent for one that is a container image."""
    role: Maybe[str | Absent]
    """ARN of the role that it runs with."""
    vpc: Maybe[str | Absent]
    subnets: Maybe[tuple[str, ...]]
    security_groups: Maybe[tuple[str, ...]]
    kms_key: Maybe[str | Absent]


class FunctionPolicy(Facet, frozen=True, kw_only=True, eq=False):
    """The resource policy of a function, or none."""

    of: ClassVar[type[Resource]] = Function

    document: Maybe[PolicyDocument | Absent]


class FunctionUrl(Resource, frozen=True, kw_only=True, eq=False):
    """The URL of a function or of an alias of it; its id is the URL."""

    service: ClassVar[str] = "lambda"
    noun: ClassVar[str] = "function URL"

    function: Maybe[str]
    """Name of the function."""
    qualifier: Maybe[str | Absent]
    """The alias that it calls."""
    auth_type: Maybe[str]
    """`AWS_IAM`, or `NONE` for callers without credentials."""
