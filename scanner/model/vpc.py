"""VPC kinds: networks, subnets, routes, interfaces, addresses, prefix lists, flow logs, block of public access."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

import msgspec

from scanner.model.account import AccountRegion
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe


class Vpc(Resource, frozen=True, kw_only=True, eq=False):
    """A virtual private cloud."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "VPC"

    cidrs: Maybe[tuple[str, ...]]
    """Its associated IPv4 blocks, the primary one first."""
    ipv6_cidrs: Maybe[tuple[str, ...]]
    is_default: Maybe[bool]
    state: Maybe[str]
    block_mode: Maybe[str]
    """The effect of VPC Block Public Access, exclusions considered: `off`, `block-bidirectional`, `block-ingress`."""
    dhcp_options: Maybe[str | Absent]
    tenancy: Maybe[str]


class Subnet(Resource, frozen=True, kw_only=True, eq=False):
    """A subnet; its scope is the owner's, also where it is seen by an account that it is shared with."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "subnet"

    vpc: Maybe[str]
    cidr: Maybe[str | Absent]
    """Absent where it has IPv6 alone."""
    ipv6_cidrs: Maybe[tuple[str, ...]]
    availability_zone: Maybe[str]
    availability_zone_id: Maybe[str]
    is_default: Maybe[bool]
    """Whether AWS made it as the default subnet of its zone."""
    maps_public_ipv4: Maybe[bool]
    """Whether instances launched in it get a public IPv4 address unless the launch says otherwise."""
    assigns_ipv6: Maybe[bool]
    ipv6_native: Maybe[bool]
    block_mode: Maybe[str]
    """The effect of VPC Block Public Access, exclusions considered: `off`, `block-bidirectional`, `block-ingress`."""
    outpost: Maybe[str | Absent]


class Via(StrEnum):
    """What a route leads to."""

    LOCAL = "local"
    INTERNET_GATEWAY = "internet-gateway"
    EGRESS_ONLY_GATEWAY = "egress-only-internet-gateway"
    NAT_GATEWAY = "nat-gateway"
    VPN_GATEWAY = "vpn-gateway"
    ENDPOINT = "vpc-endpoint"
    PEERING = "vpc-peering-connection"
    TRANSIT_GATEWAY = "transit-gateway"
    INTERFACE = "network-interface"
    INSTANCE = "instance"
    LOCAL_GATEWAY = "local-gateway"
    CARRIER_GATEWAY = "carrier-gateway"
    CORE_NETWORK = "core-network"
    UNMODELLED = "unmodelled"


class Route(msgspec.Struct, frozen=True):
    """One route. A blackhole still wins by its longest prefix, and drops."""

    destination: Maybe[str]
    """A CIDR block of either family, or the id of a prefix list (`pl-…`)."""
    via: Maybe[Via]
    target: Maybe[str | Absent]
    """The id or ARN of what it leads to; absent for the local route."""
    state: Maybe[str]
    """`active`, `blackhole` or `filtered`."""
    origin: Maybe[str]
    """`CreateRouteTable`, `CreateRoute`, `EnableVgwRoutePropagation` (propagated), `Advertisement`."""
    instance: Maybe[str | Absent] = Absent()
    """The instance that has the interface that it leads to."""


class RouteTableAssociation(msgspec.Struct, frozen=True):
    """What a route table is associated with: a subnet, a gateway (edge association), or as the VPC's main table."""

    id: Maybe[str]
    main: Maybe[bool]
    subnet: Maybe[str | Absent]
    gateway: Maybe[str | Absent]
    public_ipv4_pool: Maybe[str | Absent]
    state: Maybe[str | Absent]


class RouteTable(Resource, frozen=True, kw_only=True, eq=False):
    """A route table. A subnet that no table names uses the main one of its VPC; AWS does not list that association."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "route table"

    vpc: Maybe[str]
    associations: Maybe[tuple[RouteTableAssociation, ...]]
    routes: Maybe[tuple[Route, ...]]
    propagating_gateways: Maybe[tuple[str, ...]]


class PrivateAddress(msgspec.Struct, frozen=True):
    """A private IPv4 address of an interface with the public one that stands for it, if any."""

    address: Maybe[str]
    primary: Maybe[bool]
    public_ipv4: Maybe[str | Absent]
    ip_owner: Maybe[str | Absent]
    """`amazon` for one of AWS's pool, `amazon-elb` and the like for a service's, else the account of the Elastic IP."""
    allocation: Maybe[str | Absent]
    carrier_ip: Maybe[str | Absent]
    customer_owned_ip: Maybe[str | Absent]


class NetworkInterface(Resource, frozen=True, kw_only=True, eq=False):
    """A network interface, whatever AWS service made it: the point where addresses, groups and subnets meet."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "network interface"

    vpc: Maybe[str]
    subnet: Maybe[str | Absent]
    """Absent for a regional NAT gateway's and the like, which lie in no single subnet."""
    associated_subnets: Maybe[tuple[str, ...]]
    availability_zone: Maybe[str | Absent]
    interface_type: Maybe[str]
    description: Maybe[str | Absent]
    status: Maybe[str]
    groups: Maybe[tuple[str, ...]]
    """The ids of its security groups; none: nothing filters it (NAT gateways, transit gateways)."""
    addresses: Maybe[tuple[PrivateAddress, ...]]
    ipv6: Maybe[tuple[str, ...]]
    ipv4_prefixes: Maybe[tuple[str, ...]]
    ipv6_prefixes: Maybe[tuple[str, ...]]
    source_dest_check: Maybe[bool]
    denies_igw_traffic: Maybe[bool]
    """Whether traffic of an internet gateway is dropped (internal dual-stack load balancers)."""
    requester: Maybe[str | Absent]
    requester_managed: Maybe[bool]
    instance: Maybe[str | Absent]
    instance_owner: Maybe[str | Absent]
    device_index: Maybe[int | Absent]
    managed_by: Maybe[str | Absent]


class ElasticIp(Resource, frozen=True, kw_only=True, eq=False):
    """An Elastic IP address; its id is the allocation id."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "Elastic IP address"

    public_ipv4: Maybe[str]
    association: Maybe[str | Absent]
    interface: Maybe[str | Absent]
    instance: Maybe[str | Absent]
    private_ipv4: Maybe[str | Absent]
    pool: Maybe[str | Absent]
    service_managed: Maybe[str | Absent]
    """The service that manages it (`alb`, `nlb`, `rnat`, `rds`)."""


class PrefixList(Resource, frozen=True, kw_only=True, eq=False):
    """A managed prefix list: the account's own, shared with it, or AWS's."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "prefix list"

    owner: Maybe[str | Absent]
    """The owning account, or `AWS`."""
    family: Maybe[str | Absent]
    state: Maybe[str | Absent]
    max_entries: Maybe[int | Absent]
    version: Maybe[int | Absent]


class PrefixListUse(Facet, frozen=True, kw_only=True, eq=False):
    """That a security group or a route of this scope refers to a prefix list: the reason to read its entries."""

    of: ClassVar[type[Resource]] = PrefixList


class PrefixListEntries(Facet, frozen=True, kw_only=True, eq=False):
    """The CIDR blocks of a prefix list in its present version, with the scope of what refers to it."""

    of: ClassVar[type[Resource]] = PrefixList

    cidrs: Maybe[tuple[str, ...]]


class FlowLog(Resource, frozen=True, kw_only=True, eq=False):
    """A flow log."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "flow log"

    resource: Maybe[str]
    """The id of the VPC, subnet, interface, transit gateway or attachment whose traffic it records."""
    status: Maybe[str | Absent]
    delivery: Maybe[str | Absent]
    """`SUCCESS` or `FAILED`; absent before the first delivery."""
    delivery_error: Maybe[str | Absent]
    traffic_type: Maybe[str | Absent]
    """`ACCEPT`, `REJECT` or `ALL`; absent for transit gateways."""
    destination_type: Maybe[str | Absent]
    destination: Maybe[str | Absent]
    """The ARN of the bucket, log group or stream, or the name of the log group."""
    created_at: Maybe[datetime]


class VpcBlockPublicAccess(Facet, frozen=True, kw_only=True, eq=False):
    """VPC Block Public Access as the account sets it for a region."""

    of: ClassVar[type[Resource]] = AccountRegion

    mode: Maybe[str]
    """`off`, `block-bidirectional` or `block-ingress`."""
    state: Maybe[str | Absent]
    managed_by: Maybe[str | Absent]
    exclusions_allowed: Maybe[str | Absent]


class BlockPublicAccessExclusion(Resource, frozen=True, kw_only=True, eq=False):
    """A VPC or subnet that is excluded from VPC Block Public Access."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "block public access exclusion"

    resource: Maybe[str]
    """The ARN of the VPC or subnet."""
    mode: Maybe[str]
    """`allow-bidirectional` or `allow-egress`."""
    state: Maybe[str]
