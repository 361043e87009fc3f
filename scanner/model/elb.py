"""Elastic Load Balancing: load balancers of all four types, their listeners, target groups and targets."""

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe


class LoadBalancer(Resource, frozen=True, kw_only=True, eq=False):
    """An application, network or gateway load balancer; its id is its ARN."""

    service: ClassVar[str] = "elb"
    noun: ClassVar[str] = "load balancer"

    balancer_type: Maybe[str]
    """`application`, `network` or `gateway`."""
    scheme: Maybe[str | Absent]
    """`internet-facing` or `internal`; absent for gateway load balancers."""
    vpc: Maybe[str]
    dns_name: Maybe[str | Absent]
    state: Maybe[str]
    groups: Maybe[tuple[str, ...]]
    """Its security groups; a network load balancer may have none, and then admits everyone to its listeners."""
    subnets: Maybe[tuple[str, ...]]
    ip_address_type: Maybe[str]
    filters_links: Maybe[bool]
    """Whether the inbound rules of its groups bear on what comes through PrivateLink."""


class Listener(Resource, frozen=True, kw_only=True, eq=False):
    """A listener of a load balancer; its id is its ARN."""

    service: ClassVar[str] = "elb"
    noun: ClassVar[str] = "listener"

    load_balancer: Maybe[str]
    """The ARN of its load balancer."""
    port: Maybe[int | Absent]
    """Absent for gateway load balancers."""
    protocol: Maybe[str | Absent]
    """`HTTP`, `HTTPS`, `TCP`, `TLS`, `UDP`, `TCP_UDP`, `QUIC`, `TCP_QUIC`; absent for gateway load balancers."""
    tls_policy: Maybe[str | Absent]
    certificates: Maybe[tuple[str, ...]]
    mutual_tls: Maybe[str | Absent]
    """`off`, `passthrough` or `verify`."""
    actions: Maybe[tuple[str, ...]]
    """The types of its default actions: `forward`, `redirect`, `fixed-response`, `authenticate-oidc`, …"""
    target_groups: Maybe[tuple[str, ...]]
    """The target groups that its default actions forward to, without those of weight 0."""


class ListenerRules(Facet, frozen=True, kw_only=True, eq=False):
    """Where the rules of a listener forward to, its default actions included."""

    of: ClassVar[type[Resource]] = Listener

    target_groups: Maybe[tuple[str, ...]]
    clients: Maybe[Mapping[str, tuple[str, ...]]] = msgspec.field(default_factory=dict)
    """The blocks of clients for whose requests alone rules forward to a target group; the others take any client's."""


class TargetGroup(Resource, frozen=True, kw_only=True, eq=False):
    """A target group; its id is its ARN."""

    service: ClassVar[str] = "elb"
    noun: ClassVar[str] = "target group"

    protocol: Maybe[str | Absent]
    port: Maybe[int | Absent]
    vpc: Maybe[str | Absent]
    target_type: Maybe[str]
    """`instance`, `ip`, `lambda` or `alb`."""
    load_balancers: Maybe[tuple[str, ...]]
    """The ARNs of the load balancers that forward to it."""


class Target(msgspec.Struct, frozen=True):
    """A registered target and its health."""

    id: Maybe[str]
    """An instance, an IP address, a function or a load balancer."""
    port: Maybe[int | Absent]
    zone: Maybe[str | Absent]
    state: Maybe[str | Absent]
    """`initial`, `healthy`, `unhealthy`, `unhealthy.draining`, `unused`, `draining`, `unavailable`."""


class TargetHealth(Facet, frozen=True, kw_only=True, eq=False):
    """The registered targets of a target group."""

    of: ClassVar[type[Resource]] = TargetGroup

    targets: Maybe[tuple[Target, ...]]


class TargetGroupAttributes(Facet, frozen=True, kw_only=True, eq=False):
    """The attributes of a target group that bear on who reaches what."""

    of: ClassVar[type[Resource]] = TargetGroup

    preserves_client_ip: Maybe[bool | Absent]
    """Absent where the load balancer's type has no such attribute."""
    cross_zone: Maybe[str | Absent]
    """`true`, `false` or `use_load_balancer_configuration`."""


class ClassicListener(msgspec.Struct, frozen=True):
    """A listener of a Classic Load Balancer: what it accepts, and where on its instances it forwards to."""

    protocol: Maybe[str]
    port: Maybe[int]
    instance_protocol: Maybe[str]
    instance_port: Maybe[int]
    certificate: Maybe[str | Absent]
    policies: Maybe[tuple[str, ...]]


class ClassicLoadBalancer(Resource, frozen=True, kw_only=True, eq=False):
    """A Classic Load Balancer; its id is its name."""

    service: ClassVar[str] = "elb"
    noun: ClassVar[str] = "Classic Load Balancer"

    scheme: Maybe[str]
    vpc: Maybe[str | Absent]
    dns_name: Maybe[str | Absent]
    groups: Maybe[tuple[str, ...]]
    subnets: Maybe[tuple[str, ...]]
    listeners: Maybe[tuple[ClassicListener, ...]]
    instances: Maybe[tuple[str, ...]]
