"""Reading transit gateways and VPN: which calls, and what they answer (Amazon EC2 API Reference)."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.aws.ec2 import ec2_reader
from scanner.aws.ec2_rows import Row, identity, listed, owner_scope, said, within
from scanner.aws.gateways import attached_vpcs, existing
from scanner.model.gateways import (
    CustomerGateway,
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
from scanner.model.maybe import Maybe, Reason, unknown
from scanner.reader import Page, Place, Reader, given, rows

_PAGE: Final = 1000


def _switch(row: Row, key: str, at: Place) -> Maybe[bool]:
    value = (row.get("Options") or {}).get(key)
    told: Maybe[bool] = said({}, key, at) if value is None else value == "enable"
    return told


def _transit_gateways(pages: tuple[Page, ...], at: Place) -> Iterator[TransitGateway]:
    for row in existing(pages, "TransitGateways"):
        yield TransitGateway(
            **identity(at, row, "transit-gateway", row["TransitGatewayId"]),
            state=said(row, "State", at),
            auto_accepts_attachments=_switch(row, "AutoAcceptSharedAttachments", at),
            group_references=_switch(row, "SecurityGroupReferencingSupport", at),
            default_route_table=within(row, "Options", "AssociationDefaultRouteTableId"),
            propagation_route_table=within(row, "Options", "PropagationDefaultRouteTableId"),
        )


def _attachments(pages: tuple[Page, ...], at: Place) -> Iterator[TransitGatewayAttachment]:
    for row in existing(pages, "TransitGatewayAttachments"):
        owned = {"OwnerId": row.get("ResourceOwnerId"), **row}
        yield TransitGatewayAttachment(
            **identity(at, owned, "transit-gateway-attachment", row["TransitGatewayAttachmentId"]),
            transit_gateway=said(row, "TransitGatewayId", at),
            resource_type=said(row, "ResourceType", at),
            resource=given(row, "ResourceId"),
            state=said(row, "State", at),
            route_table=within(row, "Association", "TransitGatewayRouteTableId"),
        )


def _vpc_attachments(pages: tuple[Page, ...], at: Place) -> Iterator[TransitGatewayVpcAttachment]:
    for row in existing(pages, "TransitGatewayVpcAttachments"):
        yield TransitGatewayVpcAttachment(
            scope=owner_scope(at, row.get("VpcOwnerId")),
            id=row["TransitGatewayAttachmentId"],
            origin=at.origin,
            vpc=said(row, "VpcId", at),
            subnets=listed(row, "SubnetIds"),
            group_references=_switch(row, "SecurityGroupReferencingSupport", at),
            appliance_mode=_switch(row, "ApplianceModeSupport", at),
            ipv6=_switch(row, "Ipv6Support", at),
        )


def _tables(pages: tuple[Page, ...], at: Place) -> Iterator[TransitGatewayRouteTable]:
    for row in existing(pages, "TransitGatewayRouteTables"):
        yield TransitGatewayRouteTable(
            **identity(at, row, "transit-gateway-route-table", row["TransitGatewayRouteTableId"]),
            transit_gateway=said(row, "TransitGatewayId", at),
            state=said(row, "State", at),
        )


def _table_routes(pages: tuple[Page, ...], at: Place) -> Iterator[TransitGatewayRoutes]:
    """Read the routes; AWS may tell that there are more than it is willing to list, and then they are unknown."""
    routes = tuple(_table_route(row, at) for row in rows(pages, "Routes"))
    last = pages[-1] if pages else {}
    more = bool(last.get("AdditionalRoutesAvailable")) and not last.get("NextToken")
    why = unknown(Reason.NOT_COLLECTED, "ec2:SearchTransitGatewayRoutes has more routes than it lists")
    yield TransitGatewayRoutes(scope=at.parent.scope, id=at.parent.id, origin=at.origin, routes=why if more else routes)


def _table_route(row: Row, at: Place) -> TransitGatewayRoute:
    destination: Any = row.get("DestinationCidrBlock") or row.get("PrefixListId")
    return TransitGatewayRoute(
        destination=destination or said({}, "the destination of a route", at),
        attachments=listed(row, "TransitGatewayAttachments", "TransitGatewayAttachmentId"),
        origin=said(row, "Type", at),
        state=said(row, "State", at),
    )


def _vpn_gateways(pages: tuple[Page, ...], at: Place) -> Iterator[VpnGateway]:
    for row in existing(pages, "VpnGateways"):
        yield VpnGateway(
            **identity(at, row, "vpn-gateway", row["VpnGatewayId"]),
            state=said(row, "State", at),
            vpcs=attached_vpcs(row, "VpcAttachments"),
        )


def _vpn_connections(pages: tuple[Page, ...], at: Place) -> Iterator[VpnConnection]:
    for row in existing(pages, "VpnConnections"):
        yield VpnConnection(
            **identity(at, row, "vpn-connection", row["VpnConnectionId"]),
            state=said(row, "State", at),
            vpn_gateway=given(row, "VpnGatewayId"),
            transit_gateway=given(row, "TransitGatewayId"),
            customer_gateway=given(row, "CustomerGatewayId"),
            static_routes=listed(row, "Routes", "DestinationCidrBlock"),
            tunnels=tuple(_tunnels(row, at)),
        )


def _tunnels(row: Row, at: Place) -> Iterator[VpnTunnel]:
    up = {one["OutsideIpAddress"]: one.get("Status") == "UP" for one in row.get("VgwTelemetry") or ()}
    for one in (row.get("Options") or {}).get("TunnelOptions") or ():
        address = given(one, "OutsideIpAddress")
        yield VpnTunnel(
            outside_address=address,
            up=up[address] if address in up else said({}, "the state of a tunnel", at),
            ike_versions=listed(one, "IkeVersions", "Value") or ("ikev1", "ikev2"),
            logs=bool(within(one, "LogOptions", "CloudWatchLogOptions", "LogEnabled")),
        )


def _customer_gateways(pages: tuple[Page, ...], at: Place) -> Iterator[CustomerGateway]:
    for row in existing(pages, "CustomerGateways"):
        yield CustomerGateway(
            **identity(at, row, "customer-gateway", row["CustomerGatewayId"]),
            state=said(row, "State", at),
            address=given(row, "IpAddress"),
        )


READERS: Final = (
    ec2_reader("DescribeTransitGateways", TransitGateway, parse=_transit_gateways, request={"MaxResults": _PAGE}),
    ec2_reader(
        "DescribeTransitGatewayAttachments",
        TransitGatewayAttachment,
        parse=_attachments,
        request={"MaxResults": _PAGE},
    ),
    ec2_reader(
        "DescribeTransitGatewayVpcAttachments",
        TransitGatewayVpcAttachment,
        parse=_vpc_attachments,
        request={"MaxResults": _PAGE},
    ),
    ec2_reader(
        "DescribeTransitGatewayRouteTables",
        TransitGatewayRouteTable,
        parse=_tables,
        request={"MaxResults": _PAGE},
    ),
    Reader(
        service="ec2",
        operation="SearchTransitGatewayRoutes",
        actions=("ec2:SearchTransitGatewayRoutes",),
        yields=(TransitGatewayRoutes,),
        parse=_table_routes,
        parent=TransitGatewayRouteTable,
        request=lambda table: {
            "TransitGatewayRouteTableId": table.id,
            "Filters": [{"Name": "type", "Values": ["static", "propagated"]}],
            "MaxResults": _PAGE,
        },
        bare=False,
    ),
    ec2_reader("DescribeVpnGateways", VpnGateway, parse=_vpn_gateways),
    ec2_reader(
        "DescribeVpnConnections",
        VpnConnection,
        parse=_vpn_connections,
        secrets=frozenset({"CustomerGatewayConfiguration", "PreSharedKey"}),
    ),
    ec2_reader("DescribeCustomerGateways", CustomerGateway, parse=_customer_gateways),
)
