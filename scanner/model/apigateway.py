"""API Gateway kinds: APIs, and how they lead into VPCs."""

from typing import ClassVar, Final
from urllib.parse import urlsplit

from scanner.model.kind import Resource
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, unknown
from scanner.model.policy import PolicyDocument

_PORTS: Final = {"http": 80, "https": 443}


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


class HttpApi(Resource, frozen=True, kw_only=True, eq=False):
    """An HTTP or WebSocket API; its id is the generated one. It has no policy, and the internet reaches it."""

    service: ClassVar[str] = "apigateway"
    noun: ClassVar[str] = "HTTP API"

    default_endpoint_off: Maybe[bool]


class VpcLink(Resource, frozen=True, kw_only=True, eq=False):
    """What takes requests of APIs into a VPC; its id is the generated one."""

    service: ClassVar[str] = "apigateway"
    noun: ClassVar[str] = "VPC link"

    targets: Maybe[tuple[str, ...]]
    """The ARNs of the network load balancers that it leads to by PrivateLink; none if it has interfaces of its own."""
    subnets: Maybe[tuple[str, ...]]
    """Where its interfaces are."""
    groups: Maybe[tuple[str, ...]]
    """The security groups that its interfaces have."""
    state: Maybe[str]


class PrivateIntegration(Resource, frozen=True, kw_only=True, eq=False):
    """That an API sends requests by a VPC link; its id is that of the API, and what names it there."""

    service: ClassVar[str] = "apigateway"
    noun: ClassVar[str] = "integration"

    api: Maybe[str]
    link: Maybe[str]
    target: Maybe[str | Absent]
    """The ARN of a listener or load balancer, or of a service of AWS Cloud Map; absent if the link tells where it leads."""
    port: Maybe[int | Absent]
    """The port that is asked, where no listener tells it."""


def place_of(uri: object) -> tuple[str | Absent, Maybe[int | Absent]]:
    """Return what the URI of a private integration names: an ARN, or by a URL the port that is asked."""
    text = str(uri or "")
    if not text or text.startswith("arn:"):
        return text or ABSENT, ABSENT
    try:
        parts = urlsplit(text)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        port = None
    return ABSENT, port if port is not None else unknown(Reason.UNMODELLED, "the port is left to the stages of the API")
