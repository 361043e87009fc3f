"""Reading VPCs, subnets, routes, interfaces, addresses: which calls, and their answers (Amazon EC2 API Reference)."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.aws.ec2 import ec2_reader
from scanner.aws.ec2_rows import Row, identity, listed, owner_scope, said, time_said, within
from scanner.model.kind import Kind, Scope
from scanner.model.maybe import ABSENT
from scanner.model.vpc import (
    BlockPublicAccessExclusion,
    ElasticIp,
    FlowLog,
    NetworkInterface,
    PrefixList,
    PrefixListEntries,
    PrefixListUse,
    PrivateAddress,
    Route,
    RouteTable,
    RouteTableAssociation,
    Subnet,
    Via,
    Vpc,
    VpcBlockPublicAccess,
)
from scanner.reader import Page, Place, Reader, given, only, rows

_PAGE: Final = 1000
_SMALL_PAGE: Final = 100
"""Largest page of DescribeRouteTables, DescribeManagedPrefixLists and GetManagedPrefixListEntries."""
_IN_FORCE: Final = frozenset({"associated", "associating", ""})


def _vpcs(pages: tuple[Page, ...], at: Place) -> Iterator[Vpc]:
    for row in rows(pages, "Vpcs"):
        yield Vpc(
            **identity(at, row, "vpc", row["VpcId"]),
            cidrs=_ipv4_blocks(row),
            ipv6_cidrs=_ipv6_blocks(row),
            is_default=said(row, "IsDefault", at),
            state=said(row, "State", at),
            block_mode=_block_mode(row, at),
            dhcp_options=given(row, "DhcpOptionsId"),
            tenancy=said(row, "InstanceTenancy", at),
        )


def _block_mode(row: Row, at: Place) -> Any:
    return said(row.get("BlockPublicAccessStates") or {}, "InternetGatewayBlockMode", at)


def _ipv4_blocks(row: Row) -> tuple[str, ...]:
    """Return the blocks in force, the primary one (which `CidrBlock` names) first."""
    blocks = [
        one["CidrBlock"]
        for one in row.get("CidrBlockAssociationSet") or ()
        if (one.get("CidrBlockState") or {}).get("State", "") in _IN_FORCE
    ]
    primary = row.get("CidrBlock")
    return tuple(dict.fromkeys([primary, *blocks] if primary else blocks))


def _ipv6_blocks(row: Row) -> tuple[str, ...]:
    return tuple(
        one["Ipv6CidrBlock"]
        for one in row.get("Ipv6CidrBlockAssociationSet") or ()
        if (one.get("Ipv6CidrBlockState") or {}).get("State", "") in _IN_FORCE
    )


def _subnets(pages: tuple[Page, ...], at: Place) -> Iterator[Subnet]:
    for row in rows(pages, "Subnets"):
        yield Subnet(
            **identity(at, row, "subnet", row["SubnetId"]),
            vpc=row["VpcId"],
            cidr=given(row, "CidrBlock"),
            ipv6_cidrs=_ipv6_blocks(row),
            availability_zone=said(row, "AvailabilityZone", at),
            availability_zone_id=said(row, "AvailabilityZoneId", at),
            is_default=said(row, "DefaultForAz", at),
            maps_public_ipv4=said(row, "MapPublicIpOnLaunch", at),
            assigns_ipv6=said(row, "AssignIpv6AddressOnCreation", at),
            ipv6_native=bool(row.get("Ipv6Native")),
            block_mode=_block_mode(row, at),
            outpost=given(row, "OutpostArn"),
        )


def _route_tables(pages: tuple[Page, ...], at: Place) -> Iterator[Kind]:
    used: set[tuple[Scope, str]] = set()
    for row in rows(pages, "RouteTables"):
        table = identity(at, row, "route-table", row["RouteTableId"])
        yield RouteTable(
            **table,
            vpc=row["VpcId"],
            associations=tuple(_association(one, at) for one in row.get("Associations") or ()),
            routes=tuple(_route(one, at) for one in row.get("Routes") or ()),
            propagating_gateways=listed(row, "PropagatingVgws", "GatewayId"),
        )
        destinations = (one.get("DestinationPrefixListId") for one in row.get("Routes") or ())
        used |= {(table["scope"], one) for one in destinations if one}
    yield from prefix_list_uses(used, at)


def prefix_list_uses(used: set[tuple[Scope, str]], at: Place) -> Iterator[PrefixListUse]:
    """Yield one use for each scope and prefix list that an answer refers to: what makes its entries worth a call."""
    for scope, native_id in sorted(used):
        yield PrefixListUse(scope=scope, id=native_id, origin=at.origin)


def _association(row: Row, at: Place) -> RouteTableAssociation:
    return RouteTableAssociation(
        id=said(row, "RouteTableAssociationId", at),
        main=bool(row.get("Main")),
        subnet=given(row, "SubnetId"),
        gateway=given(row, "GatewayId"),
        public_ipv4_pool=given(row, "PublicIpv4Pool"),
        state=within(row, "AssociationState", "State"),
    )


_TARGETS: Final = {
    "NatGatewayId": Via.NAT_GATEWAY,
    "TransitGatewayId": Via.TRANSIT_GATEWAY,
    "EgressOnlyInternetGatewayId": Via.EGRESS_ONLY_GATEWAY,
    "VpcPeeringConnectionId": Via.PEERING,
    "LocalGatewayId": Via.LOCAL_GATEWAY,
    "CarrierGatewayId": Via.CARRIER_GATEWAY,
    "CoreNetworkArn": Via.CORE_NETWORK,
    "NetworkInterfaceId": Via.INTERFACE,
    "InstanceId": Via.INSTANCE,
}
_GATEWAYS: Final = {"igw": Via.INTERNET_GATEWAY, "vgw": Via.VPN_GATEWAY, "vpce": Via.ENDPOINT}
_DESTINATIONS: Final = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def _route(row: Row, at: Place) -> Route:
    destination = next((row[key] for key in _DESTINATIONS if row.get(key)), None)
    via, target = _target(row)
    return Route(
        destination=said({"destination": destination}, "destination", at),
        via=via,
        target=target,
        state=said(row, "State", at),
        origin=said(row, "Origin", at),
        instance=given(row, "InstanceId"),
    )


def _target(row: Row) -> tuple[Via, Any]:
    gateway = row.get("GatewayId")
    if gateway == "local" and not row.get("NetworkInterfaceId"):
        return Via.LOCAL, ABSENT
    for key, via in _TARGETS.items():
        if row.get(key):
            return via, row[key]
    return (_GATEWAYS.get(gateway.partition("-")[0], Via.UNMODELLED), gateway) if gateway else (Via.UNMODELLED, ABSENT)


def _interfaces(pages: tuple[Page, ...], at: Place) -> Iterator[NetworkInterface]:
    for row in rows(pages, "NetworkInterfaces"):
        yield NetworkInterface(
            **identity(at, row, "network-interface", row["NetworkInterfaceId"], "TagSet"),
            vpc=said(row, "VpcId", at),
            subnet=given(row, "SubnetId"),
            associated_subnets=listed(row, "AssociatedSubnets"),
            availability_zone=given(row, "AvailabilityZone"),
            interface_type=said(row, "InterfaceType", at),
            description=given(row, "Description"),
            status=said(row, "Status", at),
            groups=listed(row, "Groups", "GroupId"),
            addresses=tuple(_private_address(row, one) for one in row.get("PrivateIpAddresses") or ()),
            ipv6=listed(row, "Ipv6Addresses", "Ipv6Address"),
            ipv4_prefixes=listed(row, "Ipv4Prefixes", "Ipv4Prefix"),
            ipv6_prefixes=listed(row, "Ipv6Prefixes", "Ipv6Prefix"),
            source_dest_check=said(row, "SourceDestCheck", at),
            denies_igw_traffic=bool(row.get("DenyAllIgwTraffic")),
            requester=given(row, "RequesterId"),
            requester_managed=bool(row.get("RequesterManaged")),
            instance=within(row, "Attachment", "InstanceId"),
            instance_owner=within(row, "Attachment", "InstanceOwnerId"),
            device_index=within(row, "Attachment", "DeviceIndex"),
            managed_by=within(row, "Operator", "Principal"),
        )


def _private_address(interface: Row, row: Row) -> PrivateAddress:
    primary = bool(row.get("Primary"))
    association = row.get("Association") or (interface.get("Association") if primary else None) or {}
    return PrivateAddress(
        address=row["PrivateIpAddress"],
        primary=primary,
        public_ipv4=given(association, "PublicIp"),
        ip_owner=given(association, "IpOwnerId"),
        allocation=given(association, "AllocationId"),
        carrier_ip=given(association, "CarrierIp"),
        customer_owned_ip=given(association, "CustomerOwnedIp"),
    )


def _addresses(pages: tuple[Page, ...], at: Place) -> Iterator[ElasticIp]:
    for row in rows(pages, "Addresses"):
        yield ElasticIp(
            **identity(at, row, "elastic-ip", row.get("AllocationId") or row["PublicIp"]),
            public_ipv4=said(row, "PublicIp", at),
            association=given(row, "AssociationId"),
            interface=given(row, "NetworkInterfaceId"),
            instance=given(row, "InstanceId"),
            private_ipv4=given(row, "PrivateIpAddress"),
            pool=given(row, "PublicIpv4Pool"),
            service_managed=given(row, "ServiceManaged"),
        )


def _prefix_lists(pages: tuple[Page, ...], at: Place) -> Iterator[PrefixList]:
    for row in rows(pages, "PrefixLists"):
        yield PrefixList(
            **{
                **identity(at, row, "prefix-list", row["PrefixListId"]),
                "arn": given(row, "PrefixListArn"),
                "name": given(row, "PrefixListName"),
            },
            owner=given(row, "OwnerId"),
            family=given(row, "AddressFamily"),
            state=given(row, "State"),
            max_entries=given(row, "MaxEntries"),
            version=given(row, "Version"),
        )


def _entries(pages: tuple[Page, ...], at: Place) -> Iterator[PrefixListEntries]:
    cidrs = tuple(row["Cidr"] for row in rows(pages, "Entries"))
    yield PrefixListEntries(scope=at.parent.scope, id=at.parent.id, origin=at.origin, cidrs=cidrs)


def _flow_logs(pages: tuple[Page, ...], at: Place) -> Iterator[FlowLog]:
    for row in rows(pages, "FlowLogs"):
        yield FlowLog(
            **identity(at, row, "vpc-flow-log", row["FlowLogId"]),
            resource=row["ResourceId"],
            status=given(row, "FlowLogStatus"),
            delivery=given(row, "DeliverLogsStatus"),
            delivery_error=given(row, "DeliverLogsErrorMessage"),
            traffic_type=given(row, "TrafficType"),
            destination_type=given(row, "LogDestinationType"),
            destination=given(row, "LogDestination") or given(row, "LogGroupName"),
            created_at=time_said(row, "CreationTime", at),
        )


def _block_public_access(pages: tuple[Page, ...], at: Place) -> Iterator[VpcBlockPublicAccess]:
    row = only(pages).get("VpcBlockPublicAccessOptions") or {}
    yield VpcBlockPublicAccess(
        scope=owner_scope(at, row.get("AwsAccountId")),
        id=at.scope.region,
        origin=at.origin,
        mode=said(row, "InternetGatewayBlockMode", at),
        state=given(row, "State"),
        managed_by=given(row, "ManagedBy"),
        exclusions_allowed=given(row, "ExclusionsAllowed"),
    )


def _exclusions(pages: tuple[Page, ...], at: Place) -> Iterator[BlockPublicAccessExclusion]:
    for row in rows(pages, "VpcBlockPublicAccessExclusions"):
        if row.get("State") != "delete-complete":
            yield BlockPublicAccessExclusion(
                **identity(at, row, "vpc-block-public-access-exclusion", row["ExclusionId"]),
                resource=said(row, "ResourceArn", at),
                mode=said(row, "InternetGatewayExclusionMode", at),
                state=said(row, "State", at),
            )


READERS: Final = (
    ec2_reader("DescribeVpcs", Vpc, parse=_vpcs, request={"MaxResults": _PAGE}),
    ec2_reader("DescribeSubnets", Subnet, parse=_subnets, request={"MaxResults": _PAGE}),
    ec2_reader(
        "DescribeRouteTables", RouteTable, PrefixListUse, parse=_route_tables, request={"MaxResults": _SMALL_PAGE}
    ),
    ec2_reader("DescribeNetworkInterfaces", NetworkInterface, parse=_interfaces, request={"MaxResults": _PAGE}),
    ec2_reader("DescribeAddresses", ElasticIp, parse=_addresses),
    ec2_reader("DescribeManagedPrefixLists", PrefixList, parse=_prefix_lists, request={"MaxResults": _SMALL_PAGE}),
    Reader(
        service="ec2",
        operation="GetManagedPrefixListEntries",
        actions=("ec2:GetManagedPrefixListEntries",),
        yields=(PrefixListEntries,),
        parse=_entries,
        parent=PrefixListUse,
        request=lambda use: {"PrefixListId": use.id, "MaxResults": _SMALL_PAGE},
        bare=False,
    ),
    ec2_reader("DescribeFlowLogs", FlowLog, parse=_flow_logs, request={"MaxResults": _PAGE}),
    ec2_reader("DescribeVpcBlockPublicAccessOptions", VpcBlockPublicAccess, parse=_block_public_access),
    ec2_reader(
        "DescribeVpcBlockPublicAccessExclusions",
        BlockPublicAccessExclusion,
        parse=_exclusions,
        request={"MaxResults": _PAGE},
    ),
)
