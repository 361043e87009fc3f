"""What stands at the edges of a VPC, as Terraform declares it: gateways, addresses, endpoints, peerings, flow logs, lists."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared, as_block
from scanner.iac.terraform.rows import Reading, row, text_or
from scanner.iac.values import SYMBOLS, Value, cidrs_of, flag_of, list_of, number_of, text_of
from scanner.iac.world import World, not_told
from scanner.model.gateways import (
    EgressOnlyInternetGateway,
    InternetGateway,
    NatAddress,
    NatGateway,
    PeeringConnection,
    PeeringSide,
    VpcEndpoint,
)
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Maybe
from scanner.model.vpc import ElasticIp, FlowLog, PrefixList, PrefixListEntries


def _internet_gateway(world: World, one: Declared) -> Iterator[Kind]:
    links = world.referring("internet_gateway_id", "aws_internet_gateway_attachment")(world.id(one))
    vpc = one.get("vpc_id") if one.get("vpc_id") is not None else links[0].get("vpc_id") if links else None
    yield InternetGateway(**row(world, one), vpcs=world.relations(vpc))


def _egress_only(world: World, one: Declared) -> Iterator[Kind]:
    yield EgressOnlyInternetGateway(**row(world, one), vpcs=world.relations(one.get("vpc_id")))


def _nat_gateway(world: World, one: Declared) -> Iterator[Kind]:
    allocation = world.relation(one.get("allocation_id"))
    yield NatGateway(
        **row(world, one),
        vpc=world.vpc_of(one.get("subnet_id")),
        subnet=world.relation(one.get("subnet_id")),
        state="available",
        connectivity=text_or(one.get("connectivity_type"), "public"),
        availability_mode="zonal",
        route_table=ABSENT,
        addresses=(NatAddress(ABSENT, not_told("its private address"), not_told("its address"), allocation),),
    )


def _elastic_ip(world: World, one: Declared) -> Iterator[Kind]:
    links = world.referring("allocation_id", "aws_eip_association")(world.id(one))
    at = links[0] if links else one
    instance, interface = ("instance", "network_interface") if at is one else ("instance_id", "network_interface_id")
    users = _users(world, world.id(one))
    attached = bool(users or links or at.get(instance) or at.get(interface))
    yield ElasticIp(
        **row(world, one),
        public_ipv4=f"{one.address}.public_ip",
        association=f"{one.address}.association_id" if attached else ABSENT,
        interface=f"{users[0].address}.network_interface_id" if users else world.relation(at.get(interface)),
        instance=world.relation(at.get(instance)),
        private_ipv4=ABSENT,
        pool=text_of(one.get("public_ipv4_pool")),
        service_managed=ABSENT,
    )


def _users(world: World, allocation: str) -> list[Declared]:
    """Return the NAT gateways and load balancers that take an address."""
    found = world.referring("allocation_id", "aws_nat_gateway")(allocation)
    for balancer in world.of_type("aws_lb", "aws_alb"):
        mapped = (as_block(said).get("allocation_id") for said in balancer.blocks("subnet_mapping"))
        found += [balancer] if any(world.named(said) == allocation for said in mapped) else []
    return found


def _endpoint(world: World, one: Declared) -> Iterator[Kind]:
    separate = world.referring("vpc_endpoint_id", "aws_vpc_endpoint_policy")(world.id(one))
    said = separate[0].get("policy") if separate else one.get("policy")
    policy = world.policy(said if said is not None else _ALL_ALLOWED)
    yield VpcEndpoint(
        **{**row(world, one), "origin": one.source("policy")},
        vpc=world.relation(one.get("vpc_id")),
        endpoint_type=text_or(one.get("vpc_endpoint_type"), "Gateway"),
        service_name=text_of(world.in_region(one.get("service_name"), one)),
        state="available",
        policy=policy,
        subnets=_linked(world, one, "subnet"),
        route_tables=_linked(world, one, "route_table"),
        groups=_linked(world, one, "security_group"),
        interfaces=not_told("its interfaces"),
        private_dns=flag_of(one.get("private_dns_enabled"), default=False),
        requester_managed=False,
    )


def _linked(world: World, one: Declared, noun: str) -> Maybe[tuple[str, ...]]:
    """Return what an endpoint names in an argument, and what is associated with it apart."""
    own = one.get(f"{noun}_ids")
    links = world.referring("vpc_endpoint_id", f"aws_vpc_endpoint_{noun}_association")(world.id(one))
    said = [*([own] if isinstance(own, SYMBOLS) else list_of(own)), *(link.get(f"{noun}_id") for link in links)]
    return world.relations(said)


_ALL_ALLOWED: Final = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
"""The policy of an endpoint that is given none (AWS PrivateLink Guide, "Default endpoint policy")."""


def _peering(world: World, one: Declared) -> Iterator[Kind]:
    def side(vpc: Value, block: str) -> PeeringSide:
        links = world.referring("vpc_peering_connection_id", "aws_vpc_peering_connection_options")(world.id(one))
        said = next((link.block(block) for link in (one, *links) if link.get(block)), None) or {}
        target = world.find(vpc)
        return PeeringSide(
            vpc=world.relation(vpc),
            owner=world.account if target else not_told("the owner of the VPC"),
            region=target.region or ABSENT if target else ABSENT,
            cidrs=_blocks(target),
            resolves_dns=flag_of(said.get("allow_remote_vpc_dns_resolution"), default=False),
        )

    yield PeeringConnection(
        **row(world, one),
        status="active",
        requester=side(one.get("vpc_id"), "requester"),
        accepter=side(one.get("peer_vpc_id"), "accepter"),
    )


def _blocks(vpc: Declared | None) -> Maybe[tuple[str, ...]]:
    block = vpc.get("cidr_block") if vpc is not None else None
    return cidrs_of([block]) if block is not None else not_told("the blocks of the VPC")


def _flow_log(world: World, one: Declared) -> Iterator[Kind]:
    resource: Value = None
    for name in ("vpc_id", "subnet_id", "eni_id", "transit_gateway_id", "transit_gateway_attachment_id"):
        resource = one.get(name) if resource is None else resource
    yield FlowLog(
        **row(world, one),
        resource=world.relation(resource),
        status="ACTIVE",
        delivery=ABSENT,
        delivery_error=ABSENT,
        traffic_type=text_of(one.get("traffic_type")),
        destination_type=text_or(one.get("log_destination_type"), "cloud-watch-logs"),
        destination=world.relation(one.get("log_destination") or one.get("log_group_name")),
        created_at=not_told("when it was made"),
    )


def _prefix_list(world: World, one: Declared) -> Iterator[Kind]:
    apart = world.referring("prefix_list_id", "aws_ec2_managed_prefix_list_entry")(world.id(one))
    blocks = [as_block(said).get("cidr") for said in one.blocks("entry")]
    yield PrefixList(
        **{**row(world, one), "name": text_of(one.get("name"))},
        owner=world.account,
        family=text_of(one.get("address_family")),
        state="create-complete",
        max_entries=number_of(one.get("max_entries")),
        version=ABSENT,
    )
    yield PrefixListEntries(
        scope=world.scope(one),
        id=world.id(one),
        origin=one.source("entry"),
        cidrs=cidrs_of([*blocks, *(other.get("cidr") for other in apart)]),
    )


_LINKS: Final = tuple(f"aws_vpc_endpoint_{noun}_association" for noun in ("subnet", "route_table", "security_group"))
READINGS: Final = (
    Reading(
        types=("aws_internet_gateway",),
        yields=(InternetGateway,),
        read=_internet_gateway,
        beside=("aws_internet_gateway_attachment",),
    ),
    Reading(types=("aws_egress_only_internet_gateway",), yields=(EgressOnlyInternetGateway,), read=_egress_only),
    Reading(types=("aws_nat_gateway",), yields=(NatGateway,), read=_nat_gateway),
    Reading(types=("aws_eip",), yields=(ElasticIp,), read=_elastic_ip, beside=("aws_eip_association",)),
    Reading(
        types=("aws_vpc_endpoint",), yields=(VpcEndpoint,), read=_endpoint, beside=("aws_vpc_endpoint_policy", *_LINKS)
    ),
    Reading(
        types=("aws_vpc_peering_connection",),
        yields=(PeeringConnection,),
        read=_peering,
        beside=("aws_vpc_peering_connection_options",),
    ),
    Reading(types=("aws_flow_log",), yields=(FlowLog,), read=_flow_log),
    Reading(
        types=("aws_ec2_managed_prefix_list",),
        yields=(PrefixList, PrefixListEntries),
        read=_prefix_list,
        beside=("aws_ec2_managed_prefix_list_entry",),
    ),
)
