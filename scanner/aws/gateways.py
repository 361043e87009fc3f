"""Reading what joins a VPC to other networks: which calls, and what they answer (Amazon EC2 API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.document import policy_from
from scanner.aws.ec2 import ec2_reader
from scanner.aws.ec2_rows import Row, identity, listed, said, within
from scanner.model.gateways import (
    EgressOnlyInternetGateway,
    EndpointService,
    EndpointServicePermissions,
    InstanceConnectEndpoint,
    InternetGateway,
    NatAddress,
    NatGateway,
    PeeringConnection,
    PeeringSide,
    VpcEndpoint,
)
from scanner.reader import Page, Place, Reader, given, rows

_PAGE: Final = 1000
_EGRESS_ONLY_PAGE: Final = 255
_CONNECT_PAGE: Final = 50
_GONE: Final = frozenset({"deleted", "delete-complete"})


def existing(pages: tuple[Page, ...], key: str) -> Iterator[Row]:
    """Yield the rows of what still exists: AWS lists some deleted things for a while."""
    return (row for row in rows(pages, key) if str(row.get("State", "")).lower() not in _GONE)


def attached_vpcs(row: Row, key: str = "Attachments") -> tuple[str, ...]:
    """Return the VPCs that a gateway is attached to; AWS tells the attached state as `attached` or `available`."""
    return tuple(
        one["VpcId"]
        for one in row.get(key) or ()
        if one.get("VpcId") and one.get("State") not in ("detached", "detaching")
    )


def _internet_gateways(pages: tuple[Page, ...], at: Place) -> Iterator[InternetGateway]:
    for row in rows(pages, "InternetGateways"):
        native_id = row["InternetGatewayId"]
        yield InternetGateway(**identity(at, row, "internet-gateway", native_id), vpcs=attached_vpcs(row))


def _egress_only(pages: tuple[Page, ...], at: Place) -> Iterator[EgressOnlyInternetGateway]:
    for row in rows(pages, "EgressOnlyInternetGateways"):
        named = identity(at, row, "egress-only-internet-gateway", row["EgressOnlyInternetGatewayId"])
        yield EgressOnlyInternetGateway(**named, vpcs=attached_vpcs(row))


def _nat_gateways(pages: tuple[Page, ...], at: Place) -> Iterator[NatGateway]:
    for row in existing(pages, "NatGateways"):
        yield NatGateway(
            **identity(at, row, "natgateway", row["NatGatewayId"]),
            vpc=said(row, "VpcId", at),
            subnet=given(row, "SubnetId"),
            state=said(row, "State", at),
            connectivity=row.get("ConnectivityType") or "public",
            availability_mode=row.get("AvailabilityMode") or "zonal",
            route_table=given(row, "RouteTableId"),
            addresses=tuple(_nat_address(one) for one in row.get("NatGatewayAddresses") or ()),
        )


def _nat_address(row: Row) -> NatAddress:
    return NatAddress(
        interface=given(row, "NetworkInterfaceId"),
        private_ipv4=given(row, "PrivateIp"),
        public_ipv4=given(row, "PublicIp"),
        allocation=given(row, "AllocationId"),
    )


def _endpoints(pages: tuple[Page, ...], at: Place) -> Iterator[VpcEndpoint]:
    for row in existing(pages, "VpcEndpoints"):
        yield VpcEndpoint(
            **identity(at, row, "vpc-endpoint", row["VpcEndpointId"]),
            vpc=row["VpcId"],
            endpoint_type=said(row, "VpcEndpointType", at),
            service_name=given(row, "ServiceName"),
            state=str(row.get("State", "")).lower() or said(row, "State", at),
            policy=policy_from(row.get("PolicyDocument")),
            subnets=listed(row, "SubnetIds"),
            route_tables=listed(row, "RouteTableIds"),
            groups=listed(row, "Groups", "GroupId"),
            interfaces=listed(row, "NetworkInterfaceIds"),
            private_dns=bool(row.get("PrivateDnsEnabled")),
            requester_managed=bool(row.get("RequesterManaged")),
        )


def _endpoint_services(pages: tuple[Page, ...], at: Place) -> Iterator[EndpointService]:
    for row in rows(pages, "ServiceConfigurations"):
        yield EndpointService(
            **identity(at, row, "vpc-endpoint-service", row["ServiceId"]),
            service_name=said(row, "ServiceName", at),
            state=said(row, "ServiceState", at),
            acceptance_required=said(row, "AcceptanceRequired", at),
            load_balancers=(*listed(row, "NetworkLoadBalancerArns"), *listed(row, "GatewayLoadBalancerArns")),
        )


def _endpoint_permissions(pages: tuple[Page, ...], at: Place) -> Iterator[EndpointServicePermissions]:
    principals = tuple(row["Principal"] for row in rows(pages, "AllowedPrincipals"))
    yield EndpointServicePermissions(scope=at.parent.scope, id=at.parent.id, origin=at.origin, principals=principals)


def _peerings(pages: tuple[Page, ...], at: Place) -> Iterator[PeeringConnection]:
    for row in rows(pages, "VpcPeeringConnections"):
        yield PeeringConnection(
            **identity(at, row, "vpc-peering-connection", row["VpcPeeringConnectionId"]),
            status=row["Status"]["Code"],
            requester=_side(row["RequesterVpcInfo"], at),
            accepter=_side(row["AccepterVpcInfo"], at),
        )


def _side(row: Row, at: Place) -> PeeringSide:
    blocks = (*listed(row, "CidrBlockSet", "CidrBlock"), *listed(row, "Ipv6CidrBlockSet", "Ipv6CidrBlock"))
    primary = row.get("CidrBlock")
    cidrs = tuple(dict.fromkeys([primary, *blocks] if primary else blocks))
    dns = within(row, "PeeringOptions", "AllowDnsResolutionFromRemoteVpc")
    return PeeringSide(
        vpc=row["VpcId"],
        owner=given(row, "OwnerId"),
        region=given(row, "Region"),
        cidrs=cidrs or said({}, "the CIDR blocks of the peer", at),
        resolves_dns=said({}, "PeeringOptions", at) if not isinstance(dns, bool) else dns,
    )


def _connect_endpoints(pages: tuple[Page, ...], at: Place) -> Iterator[InstanceConnectEndpoint]:
    for row in existing(pages, "InstanceConnectEndpoints"):
        yield InstanceConnectEndpoint(
            **identity(at, row, "instance-connect-endpoint", row["InstanceConnectEndpointId"]),
            vpc=said(row, "VpcId", at),
            subnet=said(row, "SubnetId", at),
            state=said(row, "State", at),
            groups=listed(row, "SecurityGroupIds"),
            interfaces=listed(row, "NetworkInterfaceIds"),
            preserves_client_ip=bool(row.get("PreserveClientIp")),
        )


READERS: Final = (
    ec2_reader("DescribeInternetGateways", InternetGateway, parse=_internet_gateways, request={"MaxResults": _PAGE}),
    ec2_reader(
        "DescribeEgressOnlyInternetGateways",
        EgressOnlyInternetGateway,
        parse=_egress_only,
        request={"MaxResults": _EGRESS_ONLY_PAGE},
    ),
    ec2_reader("DescribeNatGateways", NatGateway, parse=_nat_gateways, request={"MaxResults": _PAGE}),
    ec2_reader("DescribeVpcEndpoints", VpcEndpoint, parse=_endpoints, request={"MaxResults": _PAGE}),
    ec2_reader(
        "DescribeVpcEndpointServiceConfigurations",
        EndpointService,
        parse=_endpoint_services,
        request={"MaxResults": _PAGE},
    ),
    Reader(
        service="ec2",
        operation="DescribeVpcEndpointServicePermissions",
        actions=("ec2:DescribeVpcEndpointServicePermissions",),
        yields=(EndpointServicePermissions,),
        parse=_endpoint_permissions,
        parent=EndpointService,
        request=lambda service: {"ServiceId": service.id, "MaxResults": _PAGE},
        bare=False,
    ),
    ec2_reader("DescribeVpcPeeringConnections", PeeringConnection, parse=_peerings, request={"MaxResults": _PAGE}),
    ec2_reader(
        "DescribeInstanceConnectEndpoints",
        InstanceConnectEndpoint,
        parse=_connect_endpoints,
        request={"MaxResults": _CONNECT_PAGE},
    ),
)
