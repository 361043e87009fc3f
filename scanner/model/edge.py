"""What brings the internet to places without public addresses: CloudFront's VPC origins and Global Accelerator."""

from typing import ClassVar

import msgspec

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe


class Distribution(Resource, frozen=True, kw_only=True, eq=False):
    """A distribution of CloudFront; its id is the generated one."""

    service: ClassVar[str] = "cloudfront"
    noun: ClassVar[str] = "distribution"
    regional: ClassVar[bool] = False

    enabled: Maybe[bool]
    domain: Maybe[str]
    origin_names: Maybe[tuple[str, ...]]
    """The DNS names of its origins."""
    vpc_origins: Maybe[tuple[str, ...]]
    """The ids of the VPC origins among them."""
    web_acl: Maybe[str | Absent]


class VpcOrigin(Resource, frozen=True, kw_only=True, eq=False):
    """A way from CloudFront into a VPC, to an internal load balancer or an instance; its id is the generated one."""

    service: ClassVar[str] = "cloudfront"
    noun: ClassVar[str] = "VPC origin"
    regional: ClassVar[bool] = False

    endpoint: Maybe[str]
    """The ARN of the load balancer or instance that it leads to."""
    state: Maybe[str]


class VpcOriginPorts(Facet, frozen=True, kw_only=True, eq=False):
    """By which ports CloudFront connects to a VPC origin."""

    of: ClassVar[type[Resource]] = VpcOrigin

    policy: Maybe[str]
    """`http-only`, `https-only` or `match-viewer`."""
    http: Maybe[int]
    https: Maybe[int]


class Accelerator(Resource, frozen=True, kw_only=True, eq=False):
    """A standard accelerator; its id is its ARN."""

    service: ClassVar[str] = "globalaccelerator"
    noun: ClassVar[str] = "accelerator"
    regional: ClassVar[bool] = False

    enabled: Maybe[bool]
    addresses: Maybe[tuple[str, ...]]
    """Its public addresses."""


class AcceleratorListener(Resource, frozen=True, kw_only=True, eq=False):
    """A listener of an accelerator; its id is its ARN."""

    service: ClassVar[str] = "globalaccelerator"
    noun: ClassVar[str] = "accelerator listener"
    regional: ClassVar[bool] = False

    accelerator: Maybe[str]
    """The ARN of its accelerator."""
    protocol: Maybe[str]
    """`TCP` or `UDP`."""
    ports: Maybe[tuple[tuple[int, int], ...]]
    """Ranges of ports, the first and the last of each."""


class AcceleratorEndpoint(msgspec.Struct, frozen=True):
    """What an endpoint group sends to."""

    id: Maybe[str]
    """The ARN of a load balancer, the id of an instance, or the allocation of an Elastic IP address."""
    weight: Maybe[int | Absent]
    """0: nothing is sent there."""
    preserves_client_ip: Maybe[bool]


class EndpointGroup(Resource, frozen=True, kw_only=True, eq=False):
    """The endpoints of a listener in one region; its id is its ARN."""

    service: ClassVar[str] = "globalaccelerator"
    noun: ClassVar[str] = "endpoint group"
    regional: ClassVar[bool] = False

    listener: Maybe[str]
    """The ARN of its listener."""
    endpoint_region: Maybe[str]
    dial: Maybe[float]
    """The percentage of traffic that is let in; 0: none."""
    endpoints: Maybe[tuple[AcceleratorEndpoint, ...]]
    overrides: Maybe[tuple[tuple[int, int], ...]]
    """Pairs of a listener's port and the endpoint's port that it goes to instead."""
