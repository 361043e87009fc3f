"""VPCs as Terraform declares them: networks, subnets and routes.

Every VPC has a main route table and a default network ACL, adopted by `aws_default_*` or as AWS makes them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scanner.iac.declared import Declared, as_block
from scanner.iac.terraform.default_network import CIDR, all_allowed, default_group, default_network, in_use
from scanner.iac.terraform.security_groups import RULES, subnets_left
from scanner.iac.values import Value, cidr_of, cidrs_of, flag_of, text_of
from scanner.iac.world import World, name_of, not_told, tags_of
from scanner.model.kind import Kind, Source
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, Unknown, unknown, why_unknown
from scanner.model.network_acl import NetworkAcl
from scanner.model.security_group import SecurityGroup
from scanner.model.vpc import (
    Route,
    RouteTable,
    RouteTableAssociation,
    Subnet,
    Via,
    Vpc,
    VpcBlockPublicAccess,
)

_VPCS: Final = ("aws_vpc", "aws_default_vpc")
_SUBNETS: Final = ("aws_subnet", "aws_default_subnet")
_TABLES: Final = ("aws_route_table", "aws_default_route_table")
_TARGETS: Final = {
    "gateway_id": Via.INTERNET_GATEWAY,
    "nat_gateway_id": Via.NAT_GATEWAY,
    "egress_only_gateway_id": Via.EGRESS_ONLY_GATEWAY,
    "vpc_endpoint_id": Via.ENDPOINT,
    "vpc_peering_connection_id": Via.PEERING,
    "transit_gateway_id": Via.TRANSIT_GATEWAY,
    "network_interface_id": Via.INTERFACE,
    "local_gateway_id": Via.LOCAL_GATEWAY,
    "carrier_gateway_id": Via.CARRIER_GATEWAY,
    "core_network_arn": Via.CORE_NETWORK,
}


def kinds(world: World) -> Iterator[Kind]:
    """Yield everything of VPCs that is declared, and what every VPC has beside it."""
    for one in world.of_type(*_VPCS):
        yield _vpc(world, one)
        yield from _main_table(world, one)
        yield from _default_acl(world, one)
        yield from _default_group(world, one)
    for one in world.of_type(*_SUBNETS):
        yield _subnet(world, one)
    for one in world.of_type(*_TABLES):
        yield _table(world, one)
    for one in world.of_type("aws_vpc_block_public_access_options"):
        yield VpcBlockPublicAccess(
            scope=world.scope(one),
            id=world.scope(one).region,
            origin=one.source(),
            mode=_or(text_of(one.get("internet_gateway_block_mode")), "off"),
            state=ABSENT,
            managed_by=ABSENT,
            exclusions_allowed=ABSENT,
        )


def _place(world: World, one: Declared) -> dict[str, Any]:
    return {
        "scope": world.scope(one),
        "id": world.id(one),
        "origin": one.source(),
        "arn": world.arn(one),
        "name": name_of(one),
        "tags": tags_of(one),
    }


def _or(value: Maybe[str | Absent], default: str) -> Maybe[str]:
    why = why_unknown(value)
    if why is not None:
        return Unknown(why)
    return default if isinstance(value, Absent) else str(value)


def _vpc(world: World, one: Declared) -> Vpc:
    is_default = one.type == "aws_default_vpc"
    others = world.referring("vpc_id", "aws_vpc_ipv4_cidr_block_association")(world.id(one))
    blocks = [one.get("cidr_block") or (CIDR if is_default else None), *(other.get("cidr_block") for other in others)]
    return Vpc(
        **_place(world, one),
        cidrs=cidrs_of(blocks),
        ipv6_cidrs=() if not one.get("assign_generated_ipv6_cidr_block") else not_told("its IPv6 block"),
        is_default=is_default,
        state="available",
        block_mode="off",
        dhcp_options=ABSENT,
        tenancy=_or(text_of(one.get("instance_tenancy")), "default"),
    )


def _subnet(world: World, one: Declared) -> Subnet:
    is_default = one.type == "aws_default_subnet"
    return Subnet(
        **_place(world, one),
        vpc=world.relation(one.get("vpc_id")),
        cidr=cidr_of(one.get("cidr_block")),
        ipv6_cidrs=_one(_given(one, "ipv6_cidr_block")) if one.get("ipv6_cidr_block") is not None else (),
        availability_zone=_given(one, "availability_zone"),
        availability_zone_id=_given(one, "availability_zone_id"),
        is_default=is_default,
        maps_public_ipv4=flag_of(one.get("map_public_ip_on_launch"), default=is_default),
        assigns_ipv6=flag_of(one.get("assign_ipv6_address_on_creation"), default=False),
        ipv6_native=flag_of(one.get("ipv6_native"), default=False),
        block_mode="off",
        outpost=text_of(one.get("outpost_arn")),
    )


def _given(one: Declared, name: str) -> Maybe[str]:
    said = text_of(one.get(name))
    why = why_unknown(said)
    if why is not None:
        return Unknown(why)
    return not_told(f"{one.address}.{name}") if isinstance(said, Absent) else str(said)


def _table(world: World, one: Declared) -> RouteTable:
    native_id = world.id(one)
    vpc = world.relation(one.get("vpc_id"))
    is_main = one.type == "aws_default_route_table"
    mains = world.referring("route_table_id", "aws_main_route_table_association")(native_id)
    known_as = _known_as(world, one)
    associations = _associations(world, *known_as)
    if is_main or mains:
        main = mains[0] if mains else one
        associations.append(RouteTableAssociation(world.id(main), main=True, subnet=ABSENT, gateway=ABSENT, **_ACTIVE))
        vpc = world.relation(mains[0].get("vpc_id")) if mains else _vpc_of_default(world, one, "default_route_table_id")
    return RouteTable(
        **_place(world, one),
        vpc=vpc,
        associations=tuple(associations),
        routes=(_local(world, one), *_routes(world, one, *known_as)),
        propagating_gateways=world.relations(one.get("propagating_vgws")),
    )


def _one(value: Maybe[str]) -> Maybe[tuple[str, ...]]:
    why = why_unknown(value)
    return Unknown(why) if why is not None else (str(value),)


_ACTIVE: Final[dict[str, Any]] = {"public_ipv4_pool": ABSENT, "state": "associated"}


def _known_as(world: World, one: Declared) -> tuple[str, ...]:
    """Return the ids by which others name a table: that of an adopted one is the main one of its VPC as well."""
    adopted = world.named(one.get("default_route_table_id"))
    return (world.id(one), adopted) if adopted else (world.id(one),)


def _associations(world: World, *known_as: str) -> list[RouteTableAssociation]:
    refer = world.referring("route_table_id", "aws_route_table_association")
    return [
        RouteTableAssociation(
            id=world.id(link),
            main=False,
            subnet=world.relation(link.get("subnet_id")),
            gateway=world.relation(link.get("gateway_id")),
            **_ACTIVE,
        )
        for native_id in known_as
        for link in refer(native_id)
    ]


def _vpc_of_default(world: World, one: Declared, argument: str) -> Maybe[Any]:
    """Return the VPC whose default thing is adopted by `aws_vpc.x.default_…_id`."""
    said = one.get(argument)
    target = world.find(said)
    return world.id(target) if target is not None else world.relation(one.get("vpc_id"))


def _local(world: World, one: Declared) -> Route:
    vpc = world.find(one.get("vpc_id") or one.get("default_route_table_id"))
    return Route(
        _given(vpc, "cidr_block") if vpc is not None else unknown(Reason.UNRESOLVED, "the VPC is not declared here"),
        Via.LOCAL,
        ABSENT,
        "active",
        "CreateRouteTable",
    )


def _routes(world: World, one: Declared, *known_as: str) -> Iterator[Route]:
    """Yield the routes that a table or VPC has in itself, and those declared beside it by the ids of the table."""
    for block in one.blocks("route"):
        yield _route(world, as_block(block))
    refer = world.referring("route_table_id", "aws_route")
    for said in (route for native_id in known_as for route in refer(native_id)):
        if said.perhaps is None:
            yield _route(world, said.values)
        else:
            missing = Unknown(said.perhaps)
            yield Route(missing, missing, missing, missing, "CreateRoute")


def _route(world: World, block: Mapping[str, Value]) -> Route:
    destination: Value = None
    for name in ("cidr_block", "destination_cidr_block", "ipv6_cidr_block", "destination_ipv6_cidr_block"):
        destination = block.get(name) or destination
    lists = block.get("destination_prefix_list_id")
    where: Any = world.relation(lists) if destination is None else cidr_of(destination)
    for name, via in _TARGETS.items():
        said = block.get(name)
        if said not in (None, ""):
            target = world.relation(said)
            why = why_unknown(target)
            return Route(where, Unknown(why) if why else _via(world, said, via), target, "active", "CreateRoute")
    return Route(where, Via.UNMODELLED, ABSENT, "active", "CreateRoute")


def _via(world: World, said: Value, via: Via) -> Via:
    """Return what a `gateway_id` leads to, which may be several things."""
    target = world.find(said)
    if via is not Via.INTERNET_GATEWAY:
        return via
    if (target is not None and target.type == "aws_vpn_gateway") or str(said).startswith("vgw-"):
        return Via.VPN_GATEWAY
    return Via.LOCAL if said == "local" else via


def _main_table(world: World, one: Declared) -> Iterator[RouteTable]:
    native_id = world.id(one)
    adopted = any(
        _vpc_is(world, table.get("default_route_table_id"), one) for table in world.of_type("aws_default_route_table")
    )
    if adopted or world.referring("vpc_id", "aws_main_route_table_association")(native_id):
        return
    cidr = cidr_of(one.get("cidr_block"))
    table = f"{native_id}.main_route_table"
    main = RouteTableAssociation(f"{native_id}.main", main=True, subnet=ABSENT, gateway=ABSENT, **_ACTIVE)
    yield RouteTable(
        scope=world.scope(one),
        id=table,
        origin=one.source(),
        arn=ABSENT,
        name=ABSENT,
        tags={},
        vpc=native_id,
        associations=(main, *_associations(world, table)),
        routes=(Route(_or(cidr, CIDR), Via.LOCAL, ABSENT, "active", "CreateRouteTable"), *_routes(world, one, table)),
        propagating_gateways=(),
    )


def _vpc_is(world: World, said: Value, vpc: Declared) -> bool:
    return world.find(said) is vpc


def _default_acl(world: World, one: Declared) -> Iterator[NetworkAcl]:
    """Yield the list of the subnets that no declared one has; AWS makes it so that it allows all."""
    if any(_vpc_is(world, acl.get("default_network_acl_id"), one) for acl in world.of_type("aws_default_network_acl")):
        return
    native_id = world.id(one)
    yield NetworkAcl(
        scope=world.scope(one),
        id=f"{native_id}.default_network_acl",
        origin=one.source(),
        arn=ABSENT,
        name=ABSENT,
        tags={},
        vpc=native_id,
        is_default=True,
        subnets=tuple(subnets_left(world, one)),
        entries=all_allowed(),
    )


def _default_group(world: World, one: Declared) -> Iterator[SecurityGroup]:
    """Yield the security group that comes with a VPC, unless it is adopted or only rules of it are declared."""
    native_id = f"{world.id(one)}.default_security_group"
    adopted = any(
        world.named(group.get("vpc_id")) == world.id(one) for group in world.of_type("aws_default_security_group")
    )
    if not adopted and not world.referring("security_group_id", *RULES)(native_id):
        yield default_group(world.scope(one), world.id(one), one.source(), world.account)


def undeclared(world: World) -> Iterator[Kind]:
    """Yield what a region has that declares nothing of it: a default VPC, and no VPC Block Public Access."""
    for scope in sorted(in_use(world)):
        yield from default_network(scope, world.origin(), world.account)
    told = {world.scope(one) for one in world.of_type("aws_vpc_block_public_access_options")}
    for scope in world.regions():
        if scope not in told:
            origin: Source = world.origin()
            yield VpcBlockPublicAccess(
                scope=scope,
                id=scope.region,
                origin=origin,
                mode="off",
                state=ABSENT,
                managed_by=ABSENT,
                exclusions_allowed=ABSENT,
            )


TYPES: Final = frozenset(
    {
        *(*_VPCS, *_SUBNETS, *_TABLES, "aws_vpc_ipv4_cidr_block_association", "aws_route"),
        *("aws_route_table_association", "aws_main_route_table_association", "aws_vpc_block_public_access_options"),
    }
)
YIELDS: Final[frozenset[type[Kind]]] = frozenset({Vpc, Subnet, RouteTable, NetworkAcl, VpcBlockPublicAccess})
