"""VPCs in CloudFormation: networks, routes, gateways, groups and lists.

A security group without SecurityGroupEgress keeps AWS's default rule, which lets everything out; Terraform takes that
rule away.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from scanner.iac.cloudformation.shapes import (
    Block,
    Document,
    Piece,
    Properties,
    Shape,
    Spec,
    at,
    each,
    mappings,
)
from scanner.iac.values import SYMBOLS, Hole, Value, list_of

_EVERYTHING: Final = {"protocol": "-1", "cidr_blocks": ["0.0.0.0/0"]}


def _group(said: Properties) -> dict[str, Value]:
    egress = said.get("SecurityGroupEgress")
    return {
        "ingress": [_rule(one) for one in each(said.get("SecurityGroupIngress"))],
        "egress": [_EVERYTHING] if egress is None else [_rule(one) for one in each(egress)],
    }


def _rule(said: Value) -> Value:
    if not isinstance(said, Mapping):
        return said if isinstance(said, SYMBOLS) else Hole("the rule", detail="a rule of a security group is none")
    peers = {
        "cidr_blocks": said.get("CidrIp"),
        "ipv6_cidr_blocks": said.get("CidrIpv6"),
        "prefix_list_ids": said.get("SourcePrefixListId") or said.get("DestinationPrefixListId"),
        "security_groups": said.get("SourceSecurityGroupId")
        or said.get("DestinationSecurityGroupId")
        or said.get("SourceSecurityGroupName"),
    }
    return {
        "protocol": said.get("IpProtocol"),
        "from_port": said.get("FromPort"),
        "to_port": said.get("ToPort"),
        "description": said.get("Description"),
        **{name: [peer] for name, peer in peers.items() if peer is not None},
    }


def _separate(way: str) -> Shape:
    return Shape(
        type="aws_security_group_rule",
        arguments={"security_group_id": "GroupId"},
        more=lambda said: {**dict(_rule(said)), "type": way},
    )


def _entry(said: Properties) -> dict[str, Value]:
    return {
        "network_acl_id": said.get("NetworkAclId"),
        "rule_number": said.get("RuleNumber"),
        "rule_action": said.get("RuleAction"),
        "egress": said.get("Egress"),
        "protocol": said.get("Protocol"),
        "cidr_block": said.get("CidrBlock"),
        "ipv6_cidr_block": said.get("Ipv6CidrBlock"),
        "from_port": at(said, "PortRange.From"),
        "to_port": at(said, "PortRange.To"),
        "icmp_type": at(said, "Icmp.Type"),
        "icmp_code": at(said, "Icmp.Code"),
    }


def _attachment(_name: str, said: Properties) -> Iterator[Piece]:
    """Yield the attachment of a gateway of either sort to a VPC."""
    for source, terraform, argument in (
        ("InternetGatewayId", "aws_internet_gateway_attachment", "internet_gateway_id"),
        ("VpnGatewayId", "aws_vpn_gateway_attachment", "vpn_gateway_id"),
    ):
        if said.get(source) is not None:
            yield terraform, f".{source}", source, {argument: said.get(source), "vpc_id": said.get("VpcId")}


_FLOWS: Final = {
    "VPC": "vpc_id",
    "Subnet": "subnet_id",
    "NetworkInterface": "eni_id",
    "TransitGateway": "transit_gateway_id",
}


def _flow_log(said: Properties) -> dict[str, Value]:
    kind = said.get("ResourceType")
    argument = _FLOWS.get(kind, "transit_gateway_attachment_id") if isinstance(kind, str) else "vpc_id"
    return {argument: said.get("ResourceId")}


def _tunnels(said: Properties) -> dict[str, Value]:
    made: dict[str, Value] = {}
    for number, one in enumerate(mappings(said.get("VpnTunnelOptionsSpecifications")), start=1):
        versions = [at(version, "Value") for version in list_of(one.get("IKEVersions"))]
        made[f"tunnel{number}_ike_versions"] = versions or None
        logs = at(one, "LogOptions.CloudwatchLogOptions")
        if logs is not None:
            inner = {"log_enabled": at(logs, "LogEnabled"), "log_group_arn": at(logs, "LogGroupArn")}
            made[f"tunnel{number}_log_options"] = [{"cloudwatch_log_options": [inner]}]
    return made


def _permissions(_name: str, said: Properties) -> Iterator[Piece]:
    for number, arn in enumerate(each(said.get("AllowedPrincipals"))):
        arguments = {"vpc_endpoint_service_id": said.get("ServiceId"), "principal_arn": arn}
        yield "aws_vpc_endpoint_service_allowed_principal", f"[{number}]", "AllowedPrincipals", arguments


def _address(_name: str, said: Properties) -> Iterator[Piece]:
    if said.get("EIP") is None and said.get("AllocationId") is None:
        return
    arguments: dict[str, Value] = {
        "allocation_id": said.get("AllocationId") or said.get("EIP"),
        "instance_id": said.get("InstanceId"),
        "network_interface_id": said.get("NetworkInterfaceId"),
    }
    yield "aws_eip_association", "", "AllocationId", arguments


_ROUTE: Final[dict[str, Spec]] = {
    "route_table_id": "RouteTableId",
    "destination_cidr_block": "DestinationCidrBlock",
    "destination_ipv6_cidr_block": "DestinationIpv6CidrBlock",
    "destination_prefix_list_id": "DestinationPrefixListId",
    "gateway_id": "GatewayId",
    "nat_gateway_id": "NatGatewayId",
    "egress_only_gateway_id": "EgressOnlyInternetGatewayId",
    "vpc_endpoint_id": "VpcEndpointId",
    "vpc_peering_connection_id": "VpcPeeringConnectionId",
    "transit_gateway_id": "TransitGatewayId",
    "network_interface_id": "NetworkInterfaceId",
    "local_gateway_id": "LocalGatewayId",
    "carrier_gateway_id": "CarrierGatewayId",
    "core_network_arn": "CoreNetworkArn",
}


def _transit(options: str) -> dict[str, Spec]:
    return {
        "transit_gateway_id": "TransitGatewayId",
        "vpc_id": "VpcId",
        "subnet_ids": "SubnetIds",
        "security_group_referencing_support": f"{options}.SecurityGroupReferencingSupport",
        "appliance_mode_support": f"{options}.ApplianceModeSupport",
        "ipv6_support": f"{options}.Ipv6Support",
    }


SHAPES: Final[dict[str, Shape]] = {
    "AWS::EC2::VPC": Shape(
        type="aws_vpc", arguments={"cidr_block": "CidrBlock", "instance_tenancy": "InstanceTenancy"}
    ),
    "AWS::EC2::VPCCidrBlock": Shape(
        type="aws_vpc_ipv4_cidr_block_association",
        arguments={"vpc_id": "VpcId", "cidr_block": "CidrBlock"},
        exists=lambda said: said.get("CidrBlock") is not None,
    ),
    "AWS::EC2::Subnet": Shape(
        type="aws_subnet",
        arguments={
            "vpc_id": "VpcId",
            "cidr_block": "CidrBlock",
            "ipv6_cidr_block": "Ipv6CidrBlock",
            "availability_zone": "AvailabilityZone",
            "availability_zone_id": "AvailabilityZoneId",
            "map_public_ip_on_launch": "MapPublicIpOnLaunch",
            "assign_ipv6_address_on_creation": "AssignIpv6AddressOnCreation",
            "ipv6_native": "Ipv6Native",
            "outpost_arn": "OutpostArn",
        },
    ),
    "AWS::EC2::InternetGateway": Shape(type="aws_internet_gateway"),
    "AWS::EC2::EgressOnlyInternetGateway": Shape(
        type="aws_egress_only_internet_gateway", arguments={"vpc_id": "VpcId"}
    ),
    "AWS::EC2::VPCGatewayAttachment": Shape(type="", exists=lambda _said: False, beside=_attachment),
    "AWS::EC2::NatGateway": Shape(
        type="aws_nat_gateway",
        arguments={
            "subnet_id": "SubnetId",
            "allocation_id": "AllocationId",
            "connectivity_type": "ConnectivityType",
        },
    ),
    "AWS::EC2::EIP": Shape(type="aws_eip", arguments={"instance": "InstanceId", "public_ipv4_pool": "PublicIpv4Pool"}),
    "AWS::EC2::EIPAssociation": Shape(type="", exists=lambda _said: False, beside=_address),
    "AWS::EC2::RouteTable": Shape(type="aws_route_table", arguments={"vpc_id": "VpcId"}),
    "AWS::EC2::Route": Shape(type="aws_route", arguments=_ROUTE),
    "AWS::EC2::SubnetRouteTableAssociation": Shape(
        type="aws_route_table_association", arguments={"subnet_id": "SubnetId", "route_table_id": "RouteTableId"}
    ),
    "AWS::EC2::GatewayRouteTableAssociation": Shape(
        type="aws_route_table_association", arguments={"gateway_id": "GatewayId", "route_table_id": "RouteTableId"}
    ),
    "AWS::EC2::NetworkAcl": Shape(type="aws_network_acl", arguments={"vpc_id": "VpcId"}),
    "AWS::EC2::NetworkAclEntry": Shape(type="aws_network_acl_rule", more=_entry),
    "AWS::EC2::SubnetNetworkAclAssociation": Shape(
        type="aws_network_acl_association", arguments={"subnet_id": "SubnetId", "network_acl_id": "NetworkAclId"}
    ),
    "AWS::EC2::SecurityGroup": Shape(
        type="aws_security_group",
        arguments={"name": "GroupName", "vpc_id": "VpcId", "description": "GroupDescription"},
        more=_group,
    ),
    "AWS::EC2::SecurityGroupIngress": _separate("ingress"),
    "AWS::EC2::SecurityGroupEgress": _separate("egress"),
    "AWS::EC2::PrefixList": Shape(
        type="aws_ec2_managed_prefix_list",
        arguments={
            "name": "PrefixListName",
            "address_family": "AddressFamily",
            "max_entries": "MaxEntries",
            "entry": Block("Entries", {"cidr": "Cidr"}),
        },
    ),
    "AWS::EC2::VPCEndpoint": Shape(
        type="aws_vpc_endpoint",
        arguments={
            "vpc_id": "VpcId",
            "service_name": "ServiceName",
            "vpc_endpoint_type": "VpcEndpointType",
            "policy": Document("PolicyDocument"),
            "subnet_ids": "SubnetIds",
            "route_table_ids": "RouteTableIds",
            "security_group_ids": "SecurityGroupIds",
            "private_dns_enabled": "PrivateDnsEnabled",
        },
    ),
    "AWS::EC2::VPCEndpointService": Shape(
        type="aws_vpc_endpoint_service",
        arguments={
            "acceptance_required": "AcceptanceRequired",
            "network_load_balancer_arns": "NetworkLoadBalancerArns",
            "gateway_load_balancer_arns": "GatewayLoadBalancerArns",
        },
    ),
    "AWS::EC2::VPCEndpointServicePermissions": Shape(type="", exists=lambda _said: False, beside=_permissions),
    "AWS::EC2::VPCPeeringConnection": Shape(
        type="aws_vpc_peering_connection",
        arguments={"vpc_id": "VpcId", "peer_vpc_id": "PeerVpcId", "peer_owner_id": "PeerOwnerId"},
    ),
    "AWS::EC2::FlowLog": Shape(
        type="aws_flow_log",
        arguments={
            "traffic_type": "TrafficType",
            "log_destination_type": "LogDestinationType",
            "log_destination": "LogDestination",
            "log_group_name": "LogGroupName",
        },
        more=_flow_log,
    ),
    "AWS::EC2::VPCBlockPublicAccessOptions": Shape(
        type="aws_vpc_block_public_access_options",
        arguments={"internet_gateway_block_mode": "InternetGatewayBlockMode"},
    ),
    "AWS::EC2::TransitGateway": Shape(
        type="aws_ec2_transit_gateway",
        arguments={
            "auto_accept_shared_attachments": "AutoAcceptSharedAttachments",
            "security_group_referencing_support": "SecurityGroupReferencingSupport",
            "default_route_table_association": "DefaultRouteTableAssociation",
            "default_route_table_propagation": "DefaultRouteTablePropagation",
        },
    ),
    "AWS::EC2::TransitGatewayAttachment": Shape(
        type="aws_ec2_transit_gateway_vpc_attachment", arguments=_transit("Options")
    ),
    "AWS::EC2::TransitGatewayVpcAttachment": Shape(
        type="aws_ec2_transit_gateway_vpc_attachment", arguments=_transit("Options")
    ),
    "AWS::EC2::TransitGatewayRouteTable": Shape(
        type="aws_ec2_transit_gateway_route_table", arguments={"transit_gateway_id": "TransitGatewayId"}
    ),
    "AWS::EC2::TransitGatewayRoute": Shape(
        type="aws_ec2_transit_gateway_route",
        arguments={
            "transit_gateway_route_table_id": "TransitGatewayRouteTableId",
            "transit_gateway_attachment_id": "TransitGatewayAttachmentId",
            "destination_cidr_block": "DestinationCidrBlock",
            "blackhole": "Blackhole",
        },
    ),
    "AWS::EC2::TransitGatewayRouteTableAssociation": Shape(
        type="aws_ec2_transit_gateway_route_table_association",
        arguments={
            "transit_gateway_route_table_id": "TransitGatewayRouteTableId",
            "transit_gateway_attachment_id": "TransitGatewayAttachmentId",
        },
    ),
    "AWS::EC2::TransitGatewayRouteTablePropagation": Shape(
        type="aws_ec2_transit_gateway_route_table_propagation",
        arguments={
            "transit_gateway_route_table_id": "TransitGatewayRouteTableId",
            "transit_gateway_attachment_id": "TransitGatewayAttachmentId",
        },
    ),
    "AWS::EC2::VPNGateway": Shape(type="aws_vpn_gateway"),
    "AWS::EC2::VPNConnection": Shape(
        type="aws_vpn_connection",
        arguments={
            "customer_gateway_id": "CustomerGatewayId",
            "vpn_gateway_id": "VpnGatewayId",
            "transit_gateway_id": "TransitGatewayId",
        },
        more=_tunnels,
    ),
    "AWS::EC2::VPNConnectionRoute": Shape(
        type="aws_vpn_connection_route",
        arguments={"vpn_connection_id": "VpnConnectionId", "destination_cidr_block": "DestinationCidrBlock"},
    ),
    "AWS::EC2::CustomerGateway": Shape(type="aws_customer_gateway", arguments={"ip_address": "IpAddress"}),
    "AWS::EC2::InstanceConnectEndpoint": Shape(
        type="aws_ec2_instance_connect_endpoint",
        arguments={
            "subnet_id": "SubnetId",
            "security_group_ids": "SecurityGroupIds",
            "preserve_client_ip": "PreserveClientIp",
        },
    ),
}
