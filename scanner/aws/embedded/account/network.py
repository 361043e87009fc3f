"""The networks of Harbour Books: a production VPC, a forgotten legacy VPC, and an archive in a second Region."""

from typing import Any, Final

import msgspec

from scanner.aws.embedded import ACCOUNT_ID, MAIN_REGION, SECOND_REGION
from scanner.aws.embedded.account.clients import Aws
from scanner.aws.embedded.account.identity import role_arn
from scanner.aws.embedded.answers import Amendment

_ANYWHERE: Final = "0.0.0.0/0"
_ANYWHERE_V6: Final = "::/0"
_NAT_ADDRESS: Final = "54.214.9.10"  # moto invents addresses of 127.0.0.0/8 otherwise
_NAT_PRIVATE_ADDRESS: Final = "10.20.0.250"
_SUBNETS: Final = {
    "public-a": ("10.20.0.0/24", "a"),
    "public-b": ("10.20.1.0/24", "b"),
    "app-a": ("10.20.10.0/24", "a"),
    "app-b": ("10.20.11.0/24", "b"),
    "data-a": ("10.20.20.0/24", "a"),
    "data-b": ("10.20.21.0/24", "b"),
}


class Network(msgspec.Struct, frozen=True):
    """The ids of what was made, by the name it was given."""

    vpcs: dict[str, str]
    subnets: dict[str, str]
    groups: dict[str, str]
    gateways: dict[str, str]
    route_tables: dict[str, str]


def named(kind: str, name: str) -> list[dict[str, Any]]:
    """Return the tags of a new resource of this kind."""
    tags = [{"Key": "Name", "Value": name}, {"Key": "team", "Value": "books"}]
    return [{"ResourceType": kind, "Tags": tags}]


def _permission(
    protocol: str, first: int, last: int, *cidrs: str, group: str = "", prefix_list: str = ""
) -> dict[str, Any]:
    permission: dict[str, Any] = {"IpProtocol": protocol}
    if protocol != "-1":
        permission |= {"FromPort": first, "ToPort": last}
    permission["IpRanges"] = [{"CidrIp": cidr} for cidr in cidrs if ":" not in cidr]
    permission["Ipv6Ranges"] = [{"CidrIpv6": cidr} for cidr in cidrs if ":" in cidr]
    if group:
        permission["UserIdGroupPairs"] = [{"GroupId": group}]
    if prefix_list:
        permission["PrefixListIds"] = [{"PrefixListId": prefix_list}]
    return permission


def _vpc(ec2: Any, name: str, cidr: str) -> str:
    identifier: str = ec2.create_vpc(CidrBlock=cidr, TagSpecifications=named("vpc", name))["Vpc"]["VpcId"]
    return identifier


def _subnet(ec2: Any, vpc: str, name: str, cidr: str, zone: str, *, public: bool = False) -> str:
    made = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone, TagSpecifications=named("subnet", name))
    identifier: str = made["Subnet"]["SubnetId"]
    if public:
        ec2.modify_subnet_attribute(SubnetId=identifier, MapPublicIpOnLaunch={"Value": True})
    return identifier


def _gateway(ec2: Any, vpc: str, name: str) -> str:
    made = ec2.create_internet_gateway(TagSpecifications=named("internet-gateway", name))
    identifier: str = made["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=identifier, VpcId=vpc)
    return identifier


def _routes(ec2: Any, vpc: str, name: str, subnets: list[str], **default_route: str) -> str:
    made = ec2.create_route_table(VpcId=vpc, TagSpecifications=named("route-table", name))
    identifier: str = made["RouteTable"]["RouteTableId"]
    if default_route:
        ec2.create_route(RouteTableId=identifier, DestinationCidrBlock=_ANYWHERE, **default_route)
    for subnet in subnets:
        ec2.associate_route_table(RouteTableId=identifier, SubnetId=subnet)
    return identifier


def _group(ec2: Any, vpc: str, name: str, *permissions: dict[str, Any]) -> str:
    made = ec2.create_security_group(
        GroupName=name,
        Description=f"{name} of Harbour Books",
        VpcId=vpc,
        TagSpecifications=named("security-group", name),
    )
    identifier: str = made["GroupId"]
    if permissions:
        ec2.authorize_security_group_ingress(GroupId=identifier, IpPermissions=list(permissions))
    return identifier


def _groups(ec2: Any, vpc: str, legacy: str) -> dict[str, str]:
    prefix_list = ec2.create_managed_prefix_list(
        PrefixListName="office-and-friends",
        MaxEntries=10,
        AddressFamily="IPv4",
        Entries=[
            {"Cidr": "198.51.100.0/24", "Description": "office"},
            {"Cidr": _ANYWHERE, "Description": "temporary, remove after the fair"},
        ],
    )["PrefixList"]["PrefixListId"]
    made = {
        "web": _group(
            ec2,
            vpc,
            "web",
            _permission("tcp", 80, 80, _ANYWHERE, _ANYWHERE_V6),
            _permission("tcp", 443, 443, _ANYWHERE, _ANYWHERE_V6),
        ),
        "ssh-anywhere": _group(ec2, vpc, "ssh-anywhere", _permission("tcp", 22, 22, _ANYWHERE)),
        "rdp-anywhere": _group(ec2, legacy, "rdp-anywhere", _permission("tcp", 3389, 3389, _ANYWHERE, _ANYWHERE_V6)),
        "mysql-halves": _group(ec2, vpc, "mysql-halves", _permission("tcp", 3306, 3306, "0.0.0.0/1", "128.0.0.0/1")),
        "console": _group(ec2, vpc, "console", _permission("tcp", 8443, 8443, prefix_list=prefix_list)),
        "everything": _group(ec2, vpc, "everything", _permission("-1", 0, 0, _ANYWHERE)),
        "unattached": _group(ec2, vpc, "unattached", _permission("tcp", 0, 65535, _ANYWHERE, _ANYWHERE_V6)),
    }
    made["app"] = _group(ec2, vpc, "app", _permission("tcp", 8080, 8080, group=made["web"]))
    made["database"] = _group(ec2, vpc, "database", _permission("tcp", 3306, 3306, group=made["app"]))
    return made


def _open_default_group(ec2: Any, vpc: str) -> None:
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    default = ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=default, IpPermissions=[_permission("tcp", 22, 22, "10.0.0.0/8")])


def _data_acl(ec2: Any, vpc: str, subnets: list[str]) -> None:
    acl = ec2.create_network_acl(VpcId=vpc, TagSpecifications=named("network-acl", "data"))["NetworkAcl"][
        "NetworkAclId"
    ]
    for egress, port_range in ((False, (3306, 3306)), (True, (1024, 65535))):
        ec2.create_network_acl_entry(
            NetworkAclId=acl,
            RuleNumber=100,
            Protocol="6",
            RuleAction="allow",
            Egress=egress,
            CidrBlock="10.20.0.0/16",
            PortRange={"From": port_range[0], "To": port_range[1]},
        )
    filters = [{"Name": "association.subnet-id", "Values": subnets}]
    for current in ec2.describe_network_acls(Filters=filters)["NetworkAcls"]:
        for association in current["Associations"]:
            if association["SubnetId"] in subnets:
                ec2.replace_network_acl_association(
                    AssociationId=association["NetworkAclAssociationId"], NetworkAclId=acl
                )


def _nat_interface(aws: Aws, nat: dict[str, Any]) -> None:
    """Mend what moto makes of the gateway's interface: an ordinary one, at a random address of no subnet."""
    where = {"NetworkInterfaceId": nat["NatGatewayAddresses"][0]["NetworkInterfaceId"]}
    address = {"PrivateIpAddress": _NAT_PRIVATE_ADDRESS}
    interface = {
        **address,
        "PrivateIpAddresses": [{**address, "Primary": True}],
        "InterfaceType": "natGateway",
        "RequesterManaged": True,
        "Status": "in-use",
        "SourceDestCheck": False,
        "Groups": [],
    }
    aws.amend(
        Amendment("ec2", ("NetworkInterface",), where, interface),
        Amendment("ec2", ("NatGatewayAddress",), where, {"PrivateIp": _NAT_PRIVATE_ADDRESS}),
    )


def _production(aws: Aws, ec2: Any, vpc: str) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    subnets = {
        name: _subnet(ec2, vpc, name, cidr, f"{MAIN_REGION}{zone}", public=name.startswith("public"))
        for name, (cidr, zone) in _SUBNETS.items()
    }
    internet = _gateway(ec2, vpc, "production")
    address = ec2.allocate_address(Domain="vpc", Address=_NAT_ADDRESS, TagSpecifications=named("elastic-ip", "nat"))[
        "AllocationId"
    ]
    gateway = ec2.create_nat_gateway(
        SubnetId=subnets["public-a"], AllocationId=address, TagSpecifications=named("natgateway", "production")
    )["NatGateway"]
    nat: str = gateway["NatGatewayId"]
    _nat_interface(aws, gateway)
    tiers = {tier: [subnets[f"{tier}-{zone}"] for zone in "ab"] for tier in ("public", "app", "data")}
    tables = {
        "public": _routes(ec2, vpc, "public", tiers["public"], GatewayId=internet),
        "app": _routes(ec2, vpc, "app", tiers["app"], NatGatewayId=nat),
        "data": _routes(ec2, vpc, "data", tiers["data"]),
    }
    _data_acl(ec2, vpc, tiers["data"])
    return subnets, tables, {"internet": internet, "nat": nat}


def _endpoints(ec2: Any, vpc: str, tables: dict[str, str], subnets: dict[str, str], group: str) -> None:
    ec2.create_vpc_endpoint(
        VpcId=vpc,
        VpcEndpointType="Gateway",
        ServiceName=f"com.amazonaws.{MAIN_REGION}.s3",
        RouteTableIds=[tables["app"], tables["data"]],
        TagSpecifications=named("vpc-endpoint", "s3"),
    )
    ec2.create_vpc_endpoint(
        VpcId=vpc,
        VpcEndpointType="Interface",
        ServiceName=f"com.amazonaws.{MAIN_REGION}.ssm",
        SubnetIds=[subnets["app-a"]],
        SecurityGroupIds=[group],
        TagSpecifications=named("vpc-endpoint", "ssm"),
    )


def _flow_logs(aws: Aws, ec2: Any, vpc: str) -> None:
    aws.client("logs", MAIN_REGION).create_log_group(logGroupName="/harbour/flow-logs")
    ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogGroupName="/harbour/flow-logs",
        DeliverLogsPermissionArn=role_arn("flow-logs"),
    )


def seed_network(aws: Aws) -> Network:
    """Create the networks of the main Region."""
    ec2 = aws.client("ec2", MAIN_REGION)
    vpc, legacy = _vpc(ec2, "production", "10.20.0.0/16"), _vpc(ec2, "legacy", "10.30.0.0/16")
    subnets, tables, gateways = _production(aws, ec2, vpc)
    subnets["legacy"] = _subnet(ec2, legacy, "legacy", "10.30.0.0/24", f"{MAIN_REGION}a", public=True)
    legacy_gateway = _gateway(ec2, legacy, "legacy")
    tables["legacy"] = _routes(ec2, legacy, "legacy", [subnets["legacy"]], GatewayId=legacy_gateway)
    peering = ec2.create_vpc_peering_connection(VpcId=legacy, PeerVpcId=vpc)["VpcPeeringConnection"]
    peering_id = peering["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering_id)
    for table, cidr in (("legacy", "10.20.0.0/16"), ("app", "10.30.0.0/16")):
        ec2.create_route(RouteTableId=tables[table], DestinationCidrBlock=cidr, VpcPeeringConnectionId=peering_id)
    groups = _groups(ec2, vpc, legacy)
    _open_default_group(ec2, vpc)
    _endpoints(ec2, vpc, tables, subnets, groups["app"])
    _flow_logs(aws, ec2, vpc)
    return Network(
        vpcs={"production": vpc, "legacy": legacy},
        subnets=subnets,
        groups=groups,
        gateways={**gateways, "legacy": legacy_gateway},
        route_tables=tables,
    )


def seed_archive_network(aws: Aws) -> Network:
    """Create the network of the second Region."""
    ec2 = aws.client("ec2", SECOND_REGION)
    vpc = _vpc(ec2, "archive", "10.40.0.0/16")
    subnet = _subnet(ec2, vpc, "archive", "10.40.0.0/24", f"{SECOND_REGION}a", public=True)
    gateway = _gateway(ec2, vpc, "archive")
    table = _routes(ec2, vpc, "archive", [subnet], GatewayId=gateway)
    group = _group(
        ec2, vpc, "ftp-anywhere", _permission("tcp", 20, 22, _ANYWHERE), _permission("icmp", -1, -1, _ANYWHERE)
    )
    return Network(
        vpcs={"archive": vpc},
        subnets={"archive": subnet},
        groups={"ftp-anywhere": group},
        gateways={"internet": gateway},
        route_tables={"archive": table},
    )


def security_group_arn(region: str, group: str) -> str:
    """Return the ARN of a security group of the account."""
    return f"arn:aws:ec2:{region}:{ACCOUNT_ID}:security-group/{group}"
