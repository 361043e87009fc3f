"""API Gateway kinds: REST APIs."""

from typing import ClassVar

from scanner.model.kind import Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class RestApi(Resource, frozen=True, kw_only=True, eq=False):
    """A REST API; its id is the generated one."""

    service: ClassVar[str] = "apigateway"
    noun: ClassVar[str] = "REST API"

    policy: Maybe[PolicyDocument | Absent]
    endpoint_types: Maybe[tuple[str, ...]]
    """`EDGE`, `REGIONAL` or `PRIVATE`; only interface endpoints of VPCs reach a private one."""
    vpc_endpoints: Maybe[tuple[str, ...]]
    default_endpoint_off: Maybe[bool]

    @property
    def is_private(self) -> bool:
        """Whether only interface endpoints of VPCs reach it."""
        return "PRIVATE" in self.endpoint_types
