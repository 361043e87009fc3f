"""What joins networks, as Terraform declares it: transit gateways, VPN, endpoint services, instance connect endpoints."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared, block_of
from scanner.iac.terraform.rows import Reading, aspect, is_one_of, row, texts_of
from scanner.iac.values import cidr_of, cidrs_of, flag_of, list_of, text_of
from scanner.iac.world import World, not_told
from scanner.model.gateways import (
    CustomerGateway,
    EndpointService,
    EndpointServicePermissions,
    InstanceConnectEndpoint,
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayRoute,
    TransitGatewayRoutes,
    TransitGatewayRouteTable,
    TransitGatewayVpcAttachment,
    VpnConnection,
    VpnGateway,
    VpnTunnel,
)
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Maybe, Unknown, why_unknown

_ATTACHMENT: Final = "aws_ec2_transit_gateway_vpc_attachment"
_ROUTE: Final = "aws_ec2_transit_gateway_route"
_ASSOCIATION: Final = "aws_ec2_transit_gateway_route_table_association"
_PROPAGATION: Final = "aws_ec2_transit_gateway_route_table_propagation"
_DEFAULT_TABLE: Final = "association_default_route_table"
_TUNNELS: Final = ("tunnel1", "tunnel2")


def _gateway(world: World, one: Declared) -> Iterator[Kind]:
    table = f"{world.id(one)}.{_DEFAULT_TABLE}"
    associates = is_one_of(one.get("default_route_table_association") or "enable", "enable")
    propagates = is_one_of(one.get("default_route_table_propagation") or "enable", "enable")
    yield TransitGateway(
        **row(world, one),
        state="available",
        auto_accepts_attachments=is_one_of(one.get("auto_accept_shared_attachments"), "enable"),
        group_references=is_one_of(one.get("security_group_referencing_support"), "enable"),
        default_route_table=_table_if(associates, table),
        propagation_route_table=_table_if(propagates, table),
    )
    if why_unknown(associates) is None and associates:
        place = row(world, one) | {"id": table, "arn": ABSENT, "name": ABSENT, "tags": {}}
        yield TransitGatewayRouteTable(**place, transit_gateway=world.id(one), state="available")
        yield TransitGatewayRoutes(
            scope=world.scope(one), id=table, origin=one.source(), routes=_routes(world, table, world.id(one))
        )


def _table_if(switch: Maybe[bool], table: str) -> Maybe[str | Absent]:
    why = why_unknown(switch)
    return Unknown(why) if why is not None else table if switch else ABSENT


def _attachment(world: World, one: Declared) -> Iterator[Kind]:
    gateway = world.relation(one.get("transit_gateway_id"))
    links = world.referring("transit_gateway_attachment_id", _ASSOCIATION)(world.id(one))
    by_default = flag_of(one.get("transit_gateway_default_route_table_association"), default=True)
    table: Maybe[str | Absent] = world.relation(links[0].get("transit_gateway_route_table_id")) if links else ABSENT
    if not links and why_unknown(gateway) is None and why_unknown(by_default) is None and by_default:
        table = f"{gateway}.{_DEFAULT_TABLE}"
    vpc = world.relation(one.get("vpc_id"))
    yield TransitGatewayAttachment(
        **row(world, one),
        transit_gateway=gateway,
        resource_type="vpc",
        resource=vpc,
        state="available",
        route_table=table,
    )
    yield aspect(
        TransitGatewayVpcAttachment,
        world,
        one,
        None,
        vpc=vpc,
        subnets=world.relations(one.get("subnet_ids")),
        group_references=is_one_of(one.get("security_group_referencing_support"), "enable"),
        appliance_mode=is_one_of(one.get("appliance_mode_support"), "enable"),
        ipv6=is_one_of(one.get("ipv6_support"), "enable"),
    )


def _table(world: World, one: Declared) -> Iterator[Kind]:
    gateway = world.relation(one.get("transit_gateway_id"))
    yield TransitGatewayRouteTable(**row(world, one), transit_gateway=gateway, state="available")
    yield aspect(TransitGatewayRoutes, world, one, None, routes=_routes(world, world.id(one), ""))


def _routes(world: World, table: str, gateway: str) -> Maybe[tuple[TransitGatewayRoute, ...]]:
    """Return the routes of a table: its static ones, and the blocks of the VPCs that propagate into it."""
    found: list[TransitGatewayRoute] = []
    for one in world.referring("transit_gateway_route_table_id", _ROUTE)(table):
        if one.perhaps is not None:
            return Unknown(one.perhaps)
        blackhole = flag_of(one.get("blackhole"), default=False)
        why = why_unknown(blackhole)
        state: Maybe[str] = Unknown(why) if why is not None else "blackhole" if blackhole else "active"
        attachments = world.relations(one.get("transit_gateway_attachment_id"))
        destination = cidr_of(one.get("destination_cidr_block"))
        found.append(TransitGatewayRoute(destination, attachments, "static", state))  # type: ignore[arg-type]  # it is required
    for one in world.referring("transit_gateway_route_table_id", _PROPAGATION)(table):
        if one.perhaps is not None:
            return Unknown(one.perhaps)
        attachment = world.find(one.get("transit_gateway_attachment_id"))
        found += _propagated(world, attachment)
    for attachment in world.of_type(_ATTACHMENT) if gateway else ():
        by_default = flag_of(attachment.get("transit_gateway_default_route_table_propagation"), default=True)
        if (
            world.named(attachment.get("transit_gateway_id")) == gateway
            and why_unknown(by_default) is None
            and by_default
        ):
            found += _propagated(world, attachment)
    return tuple(found)


def _propagated(world: World, attachment: Declared | None) -> list[TransitGatewayRoute]:
    vpc = world.find(attachment.get("vpc_id")) if attachment is not None else None
    if attachment is None or vpc is None:
        missing = not_told("the block that is propagated")
        return [TransitGatewayRoute(missing, missing, "propagated", "active")]
    destination = cidr_of(vpc.get("cidr_block"))
    return [TransitGatewayRoute(destination, (world.id(attachment),), "propagated", "active")]  # type: ignore[arg-type]  # it is required


def _vpn_gateway(world: World, one: Declared) -> Iterator[Kind]:
    links = world.referring("vpn_gateway_id", "aws_vpn_gateway_attachment")(world.id(one))
    vpc = one.get("vpc_id") if one.get("vpc_id") is not None else links[0].get("vpc_id") if links else None
    yield VpnGateway(**row(world, one), state="available", vpcs=world.relations(vpc))


def _vpn(world: World, one: Declared) -> Iterator[Kind]:
    routes = world.referring("vpn_connection_id", "aws_vpn_connection_route")(world.id(one))
    yield VpnConnection(
        **row(world, one),
        state="available",
        vpn_gateway=world.relation(one.get("vpn_gateway_id")),
        transit_gateway=world.relation(one.get("transit_gateway_id")),
        customer_gateway=world.relation(one.get("customer_gateway_id")),
        static_routes=cidrs_of([route.get("destination_cidr_block") for route in routes]),
        tunnels=tuple(_tunnel(one, name) for name in _TUNNELS),
    )


def _tunnel(one: Declared, name: str) -> VpnTunnel:
    versions = texts_of(one.get(f"{name}_ike_versions"))
    options = one.block(f"{name}_log_options")
    logs = block_of(options, "cloudwatch_log_options") if options is not None else None
    return VpnTunnel(
        outside_address=ABSENT,
        up=not_told("whether the tunnel is up"),
        ike_versions=versions if why_unknown(versions) is not None else versions or ("ikev1", "ikev2"),
        logs=flag_of(logs.get("log_enabled"), default=False) if logs is not None else False,
    )


def _customer_gateway(world: World, one: Declared) -> Iterator[Kind]:
    yield CustomerGateway(**row(world, one), state="available", address=text_of(one.get("ip_address")))


def _endpoint_service(world: World, one: Declared) -> Iterator[Kind]:
    balancers = [*list_of(one.get("network_load_balancer_arns")), *list_of(one.get("gateway_load_balancer_arns"))]
    yield EndpointService(
        **row(world, one),
        service_name=not_told("its name"),
        state="Available",
        acceptance_required=flag_of(one.get("acceptance_required"), default=True),
        load_balancers=world.relations(balancers),
    )
    links = world.referring("vpc_endpoint_service_id", "aws_vpc_endpoint_service_allowed_principal")(world.id(one))
    said = [*list_of(one.get("allowed_principals")), *(link.get("principal_arn") for link in links)]
    perhaps = next((link.perhaps for link in links if link.perhaps is not None), None)
    principals = [world.spelled(value) for value in said]
    why = perhaps or next((why for why in map(why_unknown, principals) if why is not None), None)
    yield aspect(
        EndpointServicePermissions,
        world,
        one,
        links[0] if links and perhaps is None else None,
        principals=Unknown(why) if why is not None else tuple(str(one) for one in principals),
    )


def _connect_endpoint(world: World, one: Declared) -> Iterator[Kind]:
    yield InstanceConnectEndpoint(
        **row(world, one),
        vpc=world.vpc_of(one.get("subnet_id")),
        subnet=world.relation(one.get("subnet_id")),
        state="create-complete",
        groups=world.relations(one.get("security_group_ids")),
        interfaces=(f"{world.id(one)}.eni0",),
        preserves_client_ip=flag_of(one.get("preserve_client_ip"), default=False),
    )


READINGS: Final = (
    Reading(
        types=("aws_ec2_transit_gateway",),
        yields=(TransitGateway, TransitGatewayRouteTable, TransitGatewayRoutes),
        read=_gateway,
    ),
    Reading(types=(_ATTACHMENT,), yields=(TransitGatewayAttachment, TransitGatewayVpcAttachment), read=_attachment),
    Reading(
        types=("aws_ec2_transit_gateway_route_table",),
        yields=(TransitGatewayRouteTable, TransitGatewayRoutes),
        read=_table,
        beside=(_ROUTE, _ASSOCIATION, _PROPAGATION),
    ),
    Reading(
        types=("aws_vpn_gateway",), yields=(VpnGateway,), read=_vpn_gateway, beside=("aws_vpn_gateway_attachment",)
    ),
    Reading(types=("aws_vpn_connection",), yields=(VpnConnection,), read=_vpn, beside=("aws_vpn_connection_route",)),
    Reading(types=("aws_customer_gateway",), yields=(CustomerGateway,), read=_customer_gateway),
    Reading(
        types=("aws_vpc_endpoint_service",),
        yields=(EndpointService, EndpointServicePermissions),
        read=_endpoint_service,
        beside=("aws_vpc_endpoint_service_allowed_principal",),
    ),
    Reading(types=("aws_ec2_instance_connect_endpoint",), yields=(InstanceConnectEndpoint,), read=_connect_endpoint),
)
