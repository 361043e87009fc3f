"""What joins a VPC to other networks: gateways, endpoints, peerings, transit gateways and VPN."""

from typing import ClassVar

import msgspec

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe, known
from scanner.model.policy import PolicyDocument


class InternetGateway(Resource, frozen=True, kw_only=True, eq=False):
    """An internet gateway."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "internet gateway"

    vpcs: Maybe[tuple[str, ...]]
    """The VPC that it is attached to; none while detached."""


class EgressOnlyInternetGateway(Resource, frozen=True, kw_only=True, eq=False):
    """An egress-only internet gateway: IPv6 connections from inside, none from outside."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "egress-only internet gateway"

    vpcs: Maybe[tuple[str, ...]]


class NatAddress(msgspec.Struct, frozen=True):
    """An address of a NAT gateway."""

    interface: Maybe[str | Absent]
    private_ipv4: Maybe[str | Absent]
    public_ipv4: Maybe[str | Absent]
    allocation: Maybe[str | Absent]


class NatGateway(Resource, frozen=True, kw_only=True, eq=False):
    """A NAT gateway. A regional one has no subnet, and a route table of its own."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "NAT gateway"

    vpc: Maybe[str]
    subnet: Maybe[str | Absent]
    state: Maybe[str]
    connectivity: Maybe[str]
    """`public` or `private`."""
    availability_mode: Maybe[str]
    """`zonal` or `regional`."""
    route_table: Maybe[str | Absent]
    addresses: Maybe[tuple[NatAddress, ...]]


class VpcEndpoint(Resource, frozen=True, kw_only=True, eq=False):
    """A VPC endpoint of any type."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "VPC endpoint"

    vpc: Maybe[str]
    endpoint_type: Maybe[str]
    """`Interface`, `Gateway`, `GatewayLoadBalancer`, `Resource`, `ServiceNetwork`."""
    service_name: Maybe[str | Absent]
    state: Maybe[str]
    policy: Maybe[PolicyDocument | Absent]
    subnets: Maybe[tuple[str, ...]]
    route_tables: Maybe[tuple[str, ...]]
    groups: Maybe[tuple[str, ...]]
    interfaces: Maybe[tuple[str, ...]]
    private_dns: Maybe[bool]
    requester_managed: Maybe[bool]


class EndpointService(Resource, frozen=True, kw_only=True, eq=False):
    """A service that the account offers to others through PrivateLink."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "endpoint service"

    service_name: Maybe[str]
    state: Maybe[str]
    acceptance_required: Maybe[bool]
    load_balancers: Maybe[tuple[str, ...]]
    """The ARNs of the network and gateway load balancers behind it."""


class EndpointServicePermissions(Facet, frozen=True, kw_only=True, eq=False):
    """Whom an endpoint service lets make endpoints: ARNs, or `*`."""

    of: ClassVar[type[Resource]] = EndpointService

    principals: Maybe[tuple[str, ...]]


class PeeringSide(msgspec.Struct, frozen=True):
    """One side of a peering connection."""

    vpc: Maybe[str]
    owner: Maybe[str | Absent]
    region: Maybe[str | Absent]
    cidrs: Maybe[tuple[str, ...]]
    """Of both families; AWS tells them once the connection is active."""
    resolves_dns: Maybe[bool]
    """Whether it lets the other side resolve its public host names to private addresses."""


class PeeringConnection(Resource, frozen=True, kw_only=True, eq=False):
    """A VPC peering connection as one side sees it: each account and region that has a side has one of its own."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "VPC peering connection"

    status: Maybe[str]
    requester: Maybe[PeeringSide]
    accepter: Maybe[PeeringSide]

    def other_side(self, vpc_id: str) -> PeeringSide:
        """Return the side that this VPC is not."""
        requester, accepter = known(self.requester), known(self.accepter)
        return accepter if requester.vpc == vpc_id else requester


class TransitGateway(Resource, frozen=True, kw_only=True, eq=False):
    """A transit gateway."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "transit gateway"

    state: Maybe[str]
    auto_accepts_attachments: Maybe[bool]
    group_references: Maybe[bool]
    """Whether security groups may be referenced across it."""
    default_route_table: Maybe[str | Absent]
    propagation_route_table: Maybe[str | Absent]


class TransitGatewayAttachment(Resource, frozen=True, kw_only=True, eq=False):
    """What is attached to a transit gateway; its scope is that of the attached resource."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "transit gateway attachment"

    transit_gateway: Maybe[str]
    resource_type: Maybe[str]
    resource: Maybe[str | Absent]
    """The id of the VPC, VPN connection, Direct Connect gateway or peer."""
    state: Maybe[str]
    route_table: Maybe[str | Absent]
    """The table that routes what comes from this attachment."""


class TransitGatewayVpcAttachment(Facet, frozen=True, kw_only=True, eq=False):
    """What is told of an attachment that is a VPC: through which subnets, and its options."""

    of: ClassVar[type[Resource]] = TransitGatewayAttachment

    vpc: Maybe[str]
    subnets: Maybe[tuple[str, ...]]
    group_references: Maybe[bool]
    appliance_mode: Maybe[bool]
    ipv6: Maybe[bool]


class TransitGatewayRouteTable(Resource, frozen=True, kw_only=True, eq=False):
    """A route table of a transit gateway."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "transit gateway route table"

    transit_gateway: Maybe[str]
    state: Maybe[str]


class TransitGatewayRoute(msgspec.Struct, frozen=True):
    """One route of a transit gateway's table."""

    destination: Maybe[str]
    """A CIDR block of either family, or the id of a prefix list."""
    attachments: Maybe[tuple[str, ...]]
    origin: Maybe[str]
    """`static`, `propagated` or `system`."""
    state: Maybe[str]


class TransitGatewayRoutes(Facet, frozen=True, kw_only=True, eq=False):
    """All routes of a transit gateway's table."""

    of: ClassVar[type[Resource]] = TransitGatewayRouteTable

    routes: Maybe[tuple[TransitGatewayRoute, ...]]


class VpnGateway(Resource, frozen=True, kw_only=True, eq=False):
    """A virtual private gateway."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "virtual private gateway"

    state: Maybe[str]
    vpcs: Maybe[tuple[str, ...]]
    """The VPC that it is attached to; none while detached."""


class VpnTunnel(msgspec.Struct, frozen=True):
    """One of the two tunnels of a VPN connection. Its pre-shared key is never kept."""

    outside_address: Maybe[str | Absent]
    up: Maybe[bool]
    ike_versions: Maybe[tuple[str, ...]]
    """Those it accepts; AWS accepts both versions where none is chosen."""
    logs: Maybe[bool]


class VpnConnection(Resource, frozen=True, kw_only=True, eq=False):
    """A Site-to-Site VPN connection."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "VPN connection"

    state: Maybe[str]
    vpn_gateway: Maybe[str | Absent]
    transit_gateway: Maybe[str | Absent]
    customer_gateway: Maybe[str | Absent]
    static_routes: Maybe[tuple[str, ...]]
    tunnels: Maybe[tuple[VpnTunnel, ...]]


class CustomerGateway(Resource, frozen=True, kw_only=True, eq=False):
    """The account's record of its own end of a VPN."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "customer gateway"

    state: Maybe[str]
    address: Maybe[str | Absent]


class InstanceConnectEndpoint(Resource, frozen=True, kw_only=True, eq=False):
    """An EC2 Instance Connect endpoint: a way in that IAM guards, whatever its groups admit."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "instance connect endpoint"

    vpc: Maybe[str]
    subnet: Maybe[str]
    state: Maybe[str]
    groups: Maybe[tuple[str, ...]]
    interfaces: Maybe[tuple[str, ...]]
    preserves_client_ip: Maybe[bool]
