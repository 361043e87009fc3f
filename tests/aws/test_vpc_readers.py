import botocore.session
import pytest
from botocore.validate import ParamValidator

from scanner.aws import gateways, security_group, transit, vpc
from scanner.evidence import Answer, Evidence, Key, canonical
from scanner.inventory import Inventory
from scanner.model.gateways import (
    CustomerGateway,
    EgressOnlyInternetGateway,
    EndpointService,
    EndpointServicePermissions,
    InstanceConnectEndpoint,
    InternetGateway,
    NatGateway,
    PeeringConnection,
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayRoutes,
    TransitGatewayRouteTable,
    TransitGatewayVpcAttachment,
    VpcEndpoint,
    VpnConnection,
    VpnGateway,
)
from scanner.model.kind import All, Api, Scope
from scanner.model.maybe import ABSENT, Reason, why_unknown
from scanner.model.network_acl import NetworkAcl
from scanner.model.security_group import (
    AddressRange,
    GroupPeer,
    PrefixListPeer,
    SecurityGroup,
    SecurityGroupRule,
    SecurityGroupVpcAssociation,
)
from scanner.model.vpc import (
    BlockPublicAccessExclusion,
    ElasticIp,
    FlowLog,
    NetworkInterface,
    PrefixList,
    PrefixListEntries,
    PrefixListUse,
    RouteTable,
    Subnet,
    Via,
    Vpc,
    VpcBlockPublicAccess,
)
from scanner.plan import Plan, read, step_for
from scanner.rule import rule
from scanner.verdict import PASS, Severity, Verdict

READERS = (*vpc.READERS, *security_group.READERS, *gateways.READERS, *transit.READERS)
OWN, OTHER = "123456789012", "210987654321"
REGION = Scope("aws", OWN, "eu-west-1")
THEIRS = Scope("aws", OTHER, "eu-west-1")
GROUP_PAIR = {"GroupId": "sg-2", "UserId": OTHER, "VpcId": "vpc-2", "VpcPeeringConnectionId": "pcx-1",
              "PeeringStatus": "active", "Description": "peer"}  # fmt: skip

ANSWERS = {
    Vpc: {"Vpcs": [{
        "VpcId": "vpc-1", "OwnerId": OWN, "IsDefault": False, "State": "available", "InstanceTenancy": "default",
        "DhcpOptionsId": "dopt-1", "CidrBlock": "10.0.0.0/16",
        "BlockPublicAccessStates": {"InternetGatewayBlockMode": "block-ingress"},
        "CidrBlockAssociationSet": [
            {"CidrBlock": "10.1.0.0/16", "CidrBlockState": {"State": "associated"}},
            {"CidrBlock": "10.0.0.0/16", "CidrBlockState": {"State": "associated"}},
            {"CidrBlock": "10.2.0.0/16", "CidrBlockState": {"State": "disassociated"}},
        ],
        "Ipv6CidrBlockAssociationSet": [
            {"Ipv6CidrBlock": "2600:1::/56", "Ipv6CidrBlockState": {"State": "associated"}},
        ],
    }]},
    Subnet: {"Subnets": [{
        "SubnetId": "subnet-1", "VpcId": "vpc-1", "OwnerId": OTHER, "CidrBlock": "10.0.0.0/24",
        "AvailabilityZone": "eu-west-1a", "AvailabilityZoneId": "euw1-az1", "DefaultForAz": False,
        "MapPublicIpOnLaunch": True, "AssignIpv6AddressOnCreation": False, "Ipv6Native": False,
        "BlockPublicAccessStates": {"InternetGatewayBlockMode": "off"},
    }]},
    RouteTable: {"RouteTables": [{
        "RouteTableId": "rtb-1", "VpcId": "vpc-1", "OwnerId": OWN,
        "Associations": [
            {"Main": True, "RouteTableAssociationId": "rtbassoc-1", "AssociationState": {"State": "associated"}},
            {"Main": False, "RouteTableAssociationId": "rtbassoc-2", "GatewayId": "igw-1"},
        ],
        "PropagatingVgws": [{"GatewayId": "vgw-1"}],
        "Routes": [
            {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active",
             "Origin": "CreateRouteTable"},
            {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "State": "active", "Origin": "CreateRoute"},
        ],
    }]},
    NetworkInterface: {"NetworkInterfaces": [{
        "NetworkInterfaceId": "eni-1", "VpcId": "vpc-1", "SubnetId": "subnet-1", "OwnerId": OWN,
        "InterfaceType": "interface", "Status": "in-use", "Description": "ELB app/web/1", "SourceDestCheck": True,
        "Groups": [{"GroupId": "sg-1", "GroupName": "web"}], "RequesterId": "amazon-elb", "RequesterManaged": True,
        "DenyAllIgwTraffic": True, "Attachment": {"InstanceId": "i-1", "InstanceOwnerId": OWN, "DeviceIndex": 1},
        "Ipv6Addresses": [{"Ipv6Address": "2600:1::7"}], "Ipv6Prefixes": [{"Ipv6Prefix": "2600:1:0:1::/80"}],
        "Ipv4Prefixes": [{"Ipv4Prefix": "10.0.0.16/28"}], "TagSet": [{"Key": "Name", "Value": "web"}],
        "Association": {"PublicIp": "198.51.100.7", "IpOwnerId": "amazon-elb"},
        "PrivateIpAddresses": [
            {"PrivateIpAddress": "10.0.0.4", "Primary": True},
            {"PrivateIpAddress": "10.0.0.5", "Primary": False,
             "Association": {"PublicIp": "198.51.100.8", "IpOwnerId": OWN, "AllocationId": "eipalloc-1"}},
            {"PrivateIpAddress": "10.0.0.6", "Primary": False},
        ],
    }]},
    ElasticIp: {"Addresses": [{
        "AllocationId": "eipalloc-1", "PublicIp": "198.51.100.8", "Domain": "vpc", "NetworkInterfaceId": "eni-1",
        "AssociationId": "eipassoc-1", "PrivateIpAddress": "10.0.0.5", "ServiceManaged": "nlb",
    }]},
    PrefixList: {"PrefixLists": [
        {"PrefixListId": "pl-1", "PrefixListName": "offices", "OwnerId": OTHER, "AddressFamily": "IPv4",
         "State": "create-complete", "MaxEntries": 5, "Version": 2,
         "PrefixListArn": f"arn:aws:ec2:eu-west-1:{OTHER}:prefix-list/pl-1"},
        {"PrefixListId": "pl-2", "PrefixListName": "com.amazonaws.eu-west-1.s3", "OwnerId": "AWS"},
    ]},
    PrefixListEntries: {"Entries": [{"Cidr": "198.51.100.0/24"}, {"Cidr": "203.0.113.0/24", "Description": "HQ"}]},
    FlowLog: {"FlowLogs": [{
        "FlowLogId": "fl-1", "ResourceId": "vpc-1", "FlowLogStatus": "ACTIVE", "DeliverLogsStatus": "SUCCESS",
        "TrafficType": "ALL", "LogDestinationType": "cloud-watch-logs", "LogGroupName": "flows",
        "CreationTime": "2025-01-02T03:04:05Z",
    }]},
    VpcBlockPublicAccess: {"VpcBlockPublicAccessOptions": {
        "AwsAccountId": OWN, "AwsRegion": "eu-west-1", "State": "update-complete", "ManagedBy": "declarative-policy",
        "InternetGatewayBlockMode": "block-bidirectional", "ExclusionsAllowed": "allowed",
    }},
    BlockPublicAccessExclusion: {"VpcBlockPublicAccessExclusions": [
        {"ExclusionId": "vpcbpa-exclude-1", "InternetGatewayExclusionMode": "allow-egress", "State": "create-complete",
         "ResourceArn": f"arn:aws:ec2:eu-west-1:{OWN}:subnet/subnet-1"},
        {"ExclusionId": "vpcbpa-exclude-2", "State": "delete-complete"},
    ]},
    SecurityGroup: {"SecurityGroups": [{
        "GroupId": "sg-1", "GroupName": "web", "OwnerId": OWN, "VpcId": "vpc-1", "Description": "web servers",
        "IpPermissions": [
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
             "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "all"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
             "PrefixListIds": [{"PrefixListId": "pl-1"}], "UserIdGroupPairs": [GROUP_PAIR]},
        ],
        "IpPermissionsEgress": [{"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": "pl-1"}]}],
    }]},
    SecurityGroupRule: {"SecurityGroupRules": [
        {"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1", "GroupOwnerId": OTHER, "IsEgress": False,
         "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv6": "::/0"},
        {"SecurityGroupRuleId": "sgr-2", "GroupId": "sg-1", "GroupOwnerId": OTHER, "IsEgress": False,
         "IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "ReferencedGroupInfo": {"GroupId": "sg-2"}},
    ]},
    SecurityGroupVpcAssociation: {"SecurityGroupVpcAssociations": [
        {"GroupId": "sg-1", "VpcId": "vpc-2", "VpcOwnerId": OTHER, "State": "associated", "GroupOwnerId": OWN},
    ]},
    NetworkAcl: {"NetworkAcls": [{
        "NetworkAclId": "acl-1", "VpcId": "vpc-1", "OwnerId": OWN, "IsDefault": True,
        "Associations": [{"SubnetId": "subnet-1", "NetworkAclId": "acl-1"}],
        "Entries": [
            {"RuleNumber": 100, "Egress": False, "Protocol": "6", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0",
             "PortRange": {"From": 443, "To": 443}},
            {"RuleNumber": 101, "Egress": True, "Protocol": "58", "RuleAction": "deny", "Ipv6CidrBlock": "::/0",
             "IcmpTypeCode": {"Type": -1, "Code": -1}},
        ],
    }]},
    InternetGateway: {"InternetGateways": [
        {"InternetGatewayId": "igw-1", "OwnerId": OWN, "Attachments": [{"VpcId": "vpc-1", "State": "available"}]},
    ]},
    EgressOnlyInternetGateway: {"EgressOnlyInternetGateways": [
        {"EgressOnlyInternetGatewayId": "eigw-1", "Attachments": [{"VpcId": "vpc-1", "State": "attached"}]},
    ]},
    NatGateway: {"NatGateways": [
        {"NatGatewayId": "nat-1", "VpcId": "vpc-1", "SubnetId": "subnet-1", "State": "available",
         "ConnectivityType": "public",
         "NatGatewayAddresses": [{"NetworkInterfaceId": "eni-9", "PrivateIp": "10.0.0.9", "PublicIp": "198.51.100.9"}]},
        {"NatGatewayId": "nat-2", "VpcId": "vpc-1", "State": "deleted"},
        {"NatGatewayId": "nat-3", "VpcId": "vpc-1", "State": "available", "AvailabilityMode": "regional",
         "RouteTableId": "rtb-9"},
    ]},
    VpcEndpoint: {"VpcEndpoints": [
        {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "OwnerId": OWN, "VpcEndpointType": "Gateway",
         "ServiceName": "com.amazonaws.eu-west-1.s3", "State": "Available", "RouteTableIds": ["rtb-1"],
         "PolicyDocument": '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}'},
        {"VpcEndpointId": "vpce-2", "VpcId": "vpc-1", "VpcEndpointType": "GatewayLoadBalancer", "State": "Deleted"},
    ]},
    EndpointService: {"ServiceConfigurations": [
        {"ServiceId": "vpce-svc-1", "ServiceName": "com.amazonaws.vpce.eu-west-1.vpce-svc-1",
         "ServiceState": "Available", "AcceptanceRequired": True, "NetworkLoadBalancerArns": ["arn:nlb"]},
    ]},
    EndpointServicePermissions: {"AllowedPrincipals": [{"Principal": f"arn:aws:iam::{OTHER}:root"}]},
    PeeringConnection: {"VpcPeeringConnections": [{
        "VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active"},
        "RequesterVpcInfo": {"VpcId": "vpc-1", "OwnerId": OWN, "Region": "eu-west-1", "CidrBlock": "10.0.0.0/16",
                             "CidrBlockSet": [{"CidrBlock": "10.0.0.0/16"}, {"CidrBlock": "10.1.0.0/16"}],
                             "PeeringOptions": {"AllowDnsResolutionFromRemoteVpc": True}},
        "AccepterVpcInfo": {"VpcId": "vpc-2", "OwnerId": OTHER, "Region": "us-east-1", "CidrBlock": "10.9.0.0/16",
                            "Ipv6CidrBlockSet": [{"Ipv6CidrBlock": "2600:9::/56"}]},
    }]},
    InstanceConnectEndpoint: {"InstanceConnectEndpoints": [
        {"InstanceConnectEndpointId": "eice-1", "OwnerId": OWN, "VpcId": "vpc-1", "SubnetId": "subnet-1",
         "State": "create-complete", "SecurityGroupIds": ["sg-1"], "NetworkInterfaceIds": ["eni-5"],
         "PreserveClientIp": False},
    ]},
    TransitGateway: {"TransitGateways": [
        {"TransitGatewayId": "tgw-1", "OwnerId": OTHER, "State": "available",
         "Options": {"AutoAcceptSharedAttachments": "enable", "SecurityGroupReferencingSupport": "disable",
                     "AssociationDefaultRouteTableId": "tgw-rtb-1"}},
    ]},
    TransitGatewayAttachment: {"TransitGatewayAttachments": [
        {"TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1", "ResourceOwnerId": OTHER,
         "ResourceType": "vpc", "ResourceId": "vpc-1", "State": "available",
         "Association": {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"}},
    ]},
    TransitGatewayVpcAttachment: {"TransitGatewayVpcAttachments": [
        {"TransitGatewayAttachmentId": "tgw-attach-1", "VpcId": "vpc-1", "VpcOwnerId": OTHER, "State": "available",
         "SubnetIds": ["subnet-1"], "Options": {"SecurityGroupReferencingSupport": "enable"}},
    ]},
    TransitGatewayRouteTable: {"TransitGatewayRouteTables": [
        {"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1", "State": "available"},
    ]},
    TransitGatewayRoutes: {"Routes": [
        {"DestinationCidrBlock": "10.0.0.0/8", "Type": "static", "State": "blackhole"},
        {"DestinationCidrBlock": "10.9.0.0/16", "Type": "propagated", "State": "active",
         "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-1"}]},
    ], "AdditionalRoutesAvailable": False},
    VpnGateway: {"VpnGateways": [
        {"VpnGatewayId": "vgw-1", "State": "available", "VpcAttachments": [{"VpcId": "vpc-1", "State": "detached"}]},
    ]},
    VpnConnection: {"VpnConnections": [{
        "VpnConnectionId": "vpn-1", "State": "available", "VpnGatewayId": "vgw-1", "CustomerGatewayId": "cgw-1",
        "Routes": [{"DestinationCidrBlock": "192.168.0.0/16", "State": "available"}],
        "VgwTelemetry": [{"OutsideIpAddress": "198.51.100.1", "Status": "UP"}],
        "Options": {"TunnelOptions": [
            {"OutsideIpAddress": "198.51.100.1", "PreSharedKey": "never-kept", "IkeVersions": [{"Value": "ikev2"}],
             "LogOptions": {"CloudWatchLogOptions": {"LogEnabled": True}}},
            {"OutsideIpAddress": "198.51.100.2"},
        ]},
    }]},
    CustomerGateway: {"CustomerGateways": [
        {"CustomerGatewayId": "cgw-1", "State": "available", "IpAddress": "203.0.113.9"},
    ]},
}  # fmt: skip

PARENTS = {
    PrefixListEntries: PrefixListUse(scope=THEIRS, id="pl-1", origin=Api("test", REGION)),
    EndpointServicePermissions: EndpointService(
        scope=REGION, id="vpce-svc-1", origin=Api("test", REGION), arn=ABSENT, name=ABSENT, tags={},
        service_name="x", state="Available", acceptance_required=False, load_balancers=(),
    ),
    TransitGatewayRoutes: TransitGatewayRouteTable(
        scope=REGION, id="tgw-rtb-1", origin=Api("test", REGION), arn=ABSENT, name=ABSENT, tags={},
        transit_gateway="tgw-1", state="available",
    ),
}  # fmt: skip


def reader_of(kind):
    return next(reader for reader in READERS if reader.yields[0] is kind)


def reading(kind, *pages):
    step = step_for(reader_of(kind), REGION, PARENTS.get(kind))
    return read(step, Answer(pages or (ANSWERS[kind],)))


def rows_of(kind, *pages):
    result = reading(kind, *pages)
    assert result.gap is None
    return tuple(row for row in result.rows if type(row) is kind)


def routed(**route):
    answer = {"RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [route]}]}
    (table,) = rows_of(RouteTable, answer)
    return table.routes[0]


@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.__name__)
def test_the_answers_of_these_tests_have_the_shape_that_aws_documents(kind):
    model = botocore.session.get_session().get_service_model("ec2")
    shape = model.operation_model(reader_of(kind).operation).output_shape
    report = ParamValidator().validate(ANSWERS[kind], shape)
    assert not report.has_errors(), report.generate_report()


def test_every_reader_has_an_answer_here():
    assert {reader.yields[0] for reader in READERS} == set(ANSWERS)


@pytest.mark.parametrize("kind", PARENTS, ids=lambda kind: kind.__name__)
def test_the_parameters_of_details_are_those_of_the_operation(kind):
    reader = reader_of(kind)
    shape = botocore.session.get_session().get_service_model("ec2").operation_model(reader.operation).input_shape
    report = ParamValidator().validate(dict(reader.parameters_for(PARENTS[kind])), shape)
    assert not report.has_errors(), report.generate_report()


def test_the_blocks_of_a_vpc_are_those_in_force_with_the_primary_one_first():
    (network,) = rows_of(Vpc)
    assert network.cidrs == ("10.0.0.0/16", "10.1.0.0/16")
    assert network.ipv6_cidrs == ("2600:1::/56",)
    assert network.block_mode == "block-ingress"


def test_a_shared_subnet_belongs_to_its_owner():
    (subnet,) = rows_of(Subnet)
    assert subnet.scope == THEIRS
    assert subnet.arn == f"arn:aws:ec2:eu-west-1:{OTHER}:subnet/subnet-1"


def test_a_block_mode_that_is_not_told_is_unknown_rather_than_off():
    (subnet,) = rows_of(Subnet, {"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}]})
    assert why_unknown(subnet.block_mode) is not None


@pytest.mark.parametrize(
    "member,target,via",
    [
        ("GatewayId", "igw-1", Via.INTERNET_GATEWAY),
        ("GatewayId", "vgw-1", Via.VPN_GATEWAY),
        ("GatewayId", "vpce-1", Via.ENDPOINT),
        ("GatewayId", "new-1", Via.UNMODELLED),
        ("NatGatewayId", "nat-1", Via.NAT_GATEWAY),
        ("TransitGatewayId", "tgw-1", Via.TRANSIT_GATEWAY),
        ("EgressOnlyInternetGatewayId", "eigw-1", Via.EGRESS_ONLY_GATEWAY),
        ("VpcPeeringConnectionId", "pcx-1", Via.PEERING),
        ("NetworkInterfaceId", "eni-1", Via.INTERFACE),
        ("CoreNetworkArn", "arn:aws:networkmanager::1:core-network/c", Via.CORE_NETWORK),
    ],
)
def test_a_route_leads_to_what_its_member_names(member, target, via):
    route = routed(DestinationCidrBlock="0.0.0.0/0", State="active", Origin="CreateRoute", **{member: target})
    assert (route.via, route.target) == (via, target)


def test_the_local_route_has_no_target():
    route = routed(DestinationCidrBlock="10.0.0.0/16", GatewayId="local", State="active", Origin="CreateRouteTable")
    assert (route.via, route.target) == (Via.LOCAL, ABSENT)


def test_a_route_to_an_instance_leads_to_its_interface():
    route = routed(DestinationCidrBlock="0.0.0.0/0", InstanceId="i-1", NetworkInterfaceId="eni-1", State="blackhole")
    assert (route.via, route.target, route.instance, route.state) == (Via.INTERFACE, "eni-1", "i-1", "blackhole")


def test_a_route_to_something_new_is_unmodelled_rather_than_closed():
    route = routed(DestinationCidrBlock="0.0.0.0/0", OdbNetworkArn="arn:odb", State="active")
    assert (route.via, route.target) == (Via.UNMODELLED, ABSENT)


def test_edge_associations_and_the_main_one_are_kept():
    (table,) = rows_of(RouteTable)
    assert [(one.main, one.gateway) for one in table.associations] == [(True, ABSENT), (False, "igw-1")]
    assert table.propagating_gateways == ("vgw-1",)


def test_each_private_address_has_its_own_public_one():
    (interface,) = rows_of(NetworkInterface)
    public = [(one.address, one.public_ipv4) for one in interface.addresses]
    assert public == [("10.0.0.4", "198.51.100.7"), ("10.0.0.5", "198.51.100.8"), ("10.0.0.6", ABSENT)]


def test_an_interface_keeps_what_reachability_asks():
    (interface,) = rows_of(NetworkInterface)
    assert interface.ipv6 == ("2600:1::7",)
    assert interface.ipv6_prefixes == ("2600:1:0:1::/80",)
    assert interface.denies_igw_traffic is True
    assert interface.groups == ("sg-1",)
    assert interface.instance == "i-1"
    assert interface.name == "web"


def test_a_prefix_list_of_aws_lies_where_it_was_seen():
    shared, aws = rows_of(PrefixList)
    assert (shared.scope, aws.scope) == (THEIRS, REGION)
    assert aws.owner == "AWS"


def test_entries_bear_the_scope_of_what_refers_to_them():
    (entries,) = rows_of(PrefixListEntries)
    assert (entries.scope, entries.id) == (THEIRS, "pl-1")
    assert entries.cidrs == ("198.51.100.0/24", "203.0.113.0/24")


@pytest.mark.parametrize("kind", [SecurityGroup, RouteTable])
def test_each_list_that_a_group_or_route_refers_to_is_used_once(kind):
    uses = [row for row in reading(kind).rows if isinstance(row, PrefixListUse)]
    assert [(use.scope, use.id) for use in uses] == [(REGION, "pl-1")]


def test_only_the_entries_of_lists_in_use_are_asked():
    @rule("VPC-999", Severity.LOW, controls=("x",))
    def any_entries(group: SecurityGroup, entries: All[PrefixListEntries]) -> Verdict:
        """
        Nothing.

        It only needs the entries.
        """
        return PASS

    calls = {"DescribeSecurityGroups": SecurityGroup, "DescribeManagedPrefixLists": PrefixList}
    plan = Plan.of([any_entries], READERS)
    evidence = Evidence(targets=(REGION,), taken_at=None)
    for operation, kind in calls.items():
        request = canonical(reader_of(kind).request)
        evidence.answers[Key("aws", OWN, "eu-west-1", "ec2", operation, request)] = Answer((ANSWERS[kind],))
    missing = {gap.subject for gap in Inventory.of(plan, evidence).gaps if "Entries" in gap.call}
    assert missing == {"pl-1"}


def test_a_permission_is_one_protocol_one_range_and_one_peer():
    (group,) = rows_of(SecurityGroup)
    assert [one.peer for one in group.ingress] == [
        AddressRange("0.0.0.0/0"),
        AddressRange("::/0"),
        PrefixListPeer("pl-1"),
        GroupPeer("sg-2", OTHER, "vpc-2", "pcx-1", "active"),
    ]
    assert [one.description for one in group.ingress] == ["all", ABSENT, ABSENT, "peer"]
    assert (group.egress[0].protocol, group.egress[0].from_port) == ("-1", ABSENT)


def test_rule_ids_belong_to_the_owner_of_the_group():
    first, second = rows_of(SecurityGroupRule)
    assert (first.scope, first.id, first.rule_id) == (THEIRS, "sg-1", "sgr-1")
    assert first.permission.peer == AddressRange("::/0")
    assert second.permission.peer.id == "sg-2"


def test_a_security_group_rule_with_a_new_kind_of_peer_has_an_unknown_one():
    row = {"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1", "IsEgress": False, "IpProtocol": "-1"}
    (one,) = rows_of(SecurityGroupRule, {"SecurityGroupRules": [row]})
    assert why_unknown(one.permission.peer) is not None


def test_network_acl_entries_keep_direction_family_ports_and_icmp():
    (acl,) = rows_of(NetworkAcl)
    inbound, outbound = acl.entries
    assert (inbound.egress, inbound.allow, inbound.cidr, inbound.from_port) == (False, True, "0.0.0.0/0", 443)
    assert (outbound.egress, outbound.allow, outbound.cidr, outbound.icmp_type) == (True, False, "::/0", -1)
    assert acl.subnets == ("subnet-1",)


def test_what_was_deleted_is_none():
    assert [row.id for row in rows_of(NatGateway)] == ["nat-1", "nat-3"]
    assert [row.id for row in rows_of(VpcEndpoint)] == ["vpce-1"]
    assert [row.id for row in rows_of(BlockPublicAccessExclusion)] == ["vpcbpa-exclude-1"]


def test_a_regional_nat_gateway_has_no_subnet_and_a_route_table_of_its_own():
    _, regional = rows_of(NatGateway)
    assert (regional.subnet, regional.route_table, regional.availability_mode) == (ABSENT, "rtb-9", "regional")


def test_the_policy_of_an_endpoint_is_parsed():
    (endpoint,) = rows_of(VpcEndpoint)
    assert next(iter(endpoint.policy.allows)).allows_everything


def test_the_blocks_of_a_peer_are_of_both_families_and_unknown_until_told():
    (peering,) = rows_of(PeeringConnection)
    assert peering.requester.cidrs == ("10.0.0.0/16", "10.1.0.0/16")
    assert peering.accepter.cidrs == ("10.9.0.0/16", "2600:9::/56")
    assert peering.other_side("vpc-1").vpc == "vpc-2"
    assert why_unknown(peering.accepter.resolves_dns) is not None


def test_transit_attachments_belong_to_the_owner_of_what_is_attached():
    (attachment,), (options,) = rows_of(TransitGatewayAttachment), rows_of(TransitGatewayVpcAttachment)
    assert attachment.scope == options.scope == THEIRS
    assert attachment.route_table == "tgw-rtb-1"
    assert options.group_references is True
    assert why_unknown(options.appliance_mode) is not None


def test_transit_routes_beyond_what_aws_lists_are_unknown():
    (routes,) = rows_of(TransitGatewayRoutes, {"Routes": [], "AdditionalRoutesAvailable": True})
    assert why_unknown(routes.routes).reason is Reason.NOT_COLLECTED


def test_transit_routes_keep_blackholes_and_attachments():
    (table,) = rows_of(TransitGatewayRoutes)
    assert [(one.origin, one.state, one.attachments) for one in table.routes] == [
        ("static", "blackhole", ()),
        ("propagated", "active", ("tgw-attach-1",)),
    ]


def test_a_detached_gateway_is_in_no_vpc():
    (gateway,) = rows_of(VpnGateway)
    assert gateway.vpcs == ()


def test_a_tunnel_without_telemetry_is_in_an_unknown_state_and_accepts_both_versions():
    (connection,) = rows_of(VpnConnection)
    first, second = connection.tunnels
    assert (first.up, first.ike_versions, first.logs) == (True, ("ikev2",), True)
    assert why_unknown(second.up) is not None
    assert second.ike_versions == ("ikev1", "ikev2")


def test_the_pre_shared_key_of_a_tunnel_is_not_kept():
    (connection,) = rows_of(VpnConnection)
    assert "never-kept" not in repr(connection)


@pytest.mark.parametrize(
    "kind,answer",
    [
        (SecurityGroup, {"SecurityGroups": [{"GroupId": "sg-1"}]}),
        (NetworkAcl, {"NetworkAcls": [{"NetworkAclId": "acl-1", "VpcId": "vpc-1", "Entries": [{}]}]}),
        (RouteTable, {"RouteTables": ["rtb-1"]}),
        (PeeringConnection, {"VpcPeeringConnections": [{"VpcPeeringConnectionId": "pcx-1"}]}),
    ],
)
def test_a_malformed_row_is_a_gap_rather_than_a_crash(kind, answer):
    assert reading(kind, answer).gap.why.reason is Reason.FAILED
