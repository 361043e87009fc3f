import botocore.session
import pytest
from botocore.validate import ParamValidator

from rules.vpc.admin_ports_open_to_internet import admin_ports_open_to_internet
from rules.vpc.all_ports_open_to_internet import all_ports_open_to_internet
from rules.vpc.default_group_has_rules import default_group_has_rules
from rules.vpc.ec2_endpoint_missing import ec2_endpoint_missing
from rules.vpc.endpoint_policy_open import endpoint_policy_open
from rules.vpc.flow_logs_missing import flow_logs_missing
from rules.vpc.group_unused import group_unused
from rules.vpc.nacl_admits_admin_ports import nacl_admits_admin_ports
from rules.vpc.peering_route_too_wide import peering_route_too_wide
from rules.vpc.public_range_too_wide import public_range_too_wide
from rules.vpc.route_to_internet_open import route_to_internet_open
from rules.vpc.unapproved_ports_open_to_internet import unapproved_ports_open_to_internet
from scanner.page import page_of
from scanner.registry import load_rules
from scanner.testing import ACCOUNT, evidence_of, example_evidence, judge
from scanner.verdict import worsened

WORLD = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
LISTED = {"PrefixListIds": [{"PrefixListId": "pl-1"}]}
DENIED = "UnauthorizedOperation"
PAGES = [rule for rule in load_rules() if rule.service in {"ec2", "vpc"}]


def permission(first, last=None, **peers):
    return {"IpProtocol": "tcp", "FromPort": first, "ToPort": last or first, **(peers or WORLD)}


def groups(*permissions, name="web", more=()):
    row = {"GroupId": "sg-1", "GroupName": name, "OwnerId": ACCOUNT, "VpcId": "vpc-1", "IpPermissions": permissions}
    return {"ec2:DescribeSecurityGroups": {"SecurityGroups": [row, *more]}}


def entries(*cidrs):
    parameters = {"PrefixListId": "pl-1", "MaxResults": 100}
    response = {"Entries": [{"Cidr": cidr} for cidr in cidrs]}
    return {"ec2:GetManagedPrefixListEntries": [{"parameters": parameters, "response": response}]}


def found(rule, calls, **options):
    return judge(rule, evidence_of(calls), **options)[0]


def status(rule, calls, **options):
    return found(rule, calls, **options).status


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.id)
def test_the_examples_of_a_page_have_the_shapes_that_aws_documents(rule):
    session = botocore.session.get_session()
    for example in (one for one in page_of(rule).examples if one.form == "evidence"):
        for key, answer in example_evidence(example).answers.items():
            model = session.get_service_model(key.service)
            for page in answer.pages:
                report = ParamValidator().validate(page, model.operation_model(key.operation).output_shape)
                assert not report.has_errors(), f"{key.operation}: {report.generate_report()}"


@pytest.mark.parametrize(
    "cidrs,expected",
    [
        (("0.0.0.0/1", "128.0.0.0/1"), "fail"),
        (("0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2"), "fail"),
        (("52.0.0.0/8",), "pass"),
        (("10.0.0.0/8", "172.16.0.0/12"), "pass"),
    ],
)
def test_sources_that_together_are_the_internet_count_as_the_internet(cidrs, expected):
    ranges = {"IpRanges": [{"CidrIp": cidr} for cidr in cidrs]}
    assert status(admin_ports_open_to_internet, groups(permission(22, **ranges))) == expected


def test_the_share_of_the_internet_that_counts_is_an_option():
    calls = groups(permission(22, IpRanges=[{"CidrIp": "52.0.0.0/8"}]))
    assert status(admin_ports_open_to_internet, calls, share=0.004) == "fail"


def test_a_prefix_list_with_the_world_in_it_opens_the_port():
    assert status(admin_ports_open_to_internet, {**groups(permission(22, **LISTED)), **entries("::/0")}) == "fail"


def test_a_prefix_list_that_was_not_read_makes_an_admin_port_undecided():
    assert status(admin_ports_open_to_internet, groups(permission(22, **LISTED))) == "undecided"


def test_a_prefix_list_that_was_not_read_does_not_matter_for_other_ports():
    assert status(admin_ports_open_to_internet, groups(permission(443, **LISTED))) == "pass"


def test_a_prefix_list_that_was_not_read_does_not_hide_a_port_that_is_open():
    assert status(admin_ports_open_to_internet, groups(permission(22, **LISTED), permission(3389))) == "fail"


def test_opening_one_more_admin_port_is_worse():
    before = found(admin_ports_open_to_internet, groups(permission(22))).outcome
    after = found(admin_ports_open_to_internet, groups(permission(22), permission(3389))).outcome
    assert worsened(before.evidence, after.evidence)


def test_a_group_is_undecided_about_all_ports_only_if_what_is_unknown_completes_them():
    assert status(all_ports_open_to_internet, groups(permission(0, 65535, **LISTED))) == "undecided"
    assert status(all_ports_open_to_internet, groups(permission(1, 65535, **LISTED))) == "pass"


def test_approved_ports_are_an_option_of_each_protocol():
    calls = groups(permission(8443), {**permission(53), "IpProtocol": "udp"})
    outcome = found(unapproved_ports_open_to_internet, calls).outcome
    assert outcome.message == "sg-1 (web) opens tcp/8443 and udp/53 to the internet"
    assert status(unapproved_ports_open_to_internet, calls, tcp=("8443",), udp=("53",)) == "pass"


@pytest.mark.parametrize(
    "cidr,expected",
    [("52.0.0.0/16", "pass"), ("52.0.0.0/15", "fail"), ("10.0.0.0/8", "pass"), ("0.0.0.0/0", "pass")],
)
def test_a_range_is_too_wide_by_the_number_of_its_public_addresses(cidr, expected):
    assert status(public_range_too_wide, groups(permission(443, IpRanges=[{"CidrIp": cidr}]))) == expected


def test_a_default_group_with_outbound_rules_alone_has_rules():
    row = {"GroupId": "sg-1", "GroupName": "default", "IpPermissionsEgress": [{"IpProtocol": "-1", **WORLD}]}
    assert status(default_group_has_rules, {"ec2:DescribeSecurityGroups": {"SecurityGroups": [row]}}) == "fail"


def test_a_group_that_another_one_names_is_in_use_though_interfaces_may_not_be_listed():
    pair = {"UserIdGroupPairs": [{"GroupId": "sg-1"}]}
    other = {"GroupId": "sg-2", "GroupName": "db", "OwnerId": ACCOUNT, "IpPermissions": [permission(5432, **pair)]}
    assert status(group_unused, groups(more=[other])) == "pass"
    assert status(group_unused, groups()) == "undecided"


def test_a_group_that_names_only_itself_is_not_in_use():
    pair = {"UserIdGroupPairs": [{"GroupId": "sg-1"}]}
    calls = {**groups(permission(22, **pair)), "ec2:DescribeNetworkInterfaces": {"NetworkInterfaces": []}}
    assert status(group_unused, calls) == "fail"


def acl(*rows, subnets=("subnet-1",)):
    common = {"RuleNumber": 100, "Egress": False, "Protocol": "6", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}
    return {
        "ec2:DescribeNetworkAcls": {
            "NetworkAcls": [
                {
                    "NetworkAclId": "acl-1",
                    "VpcId": "vpc-1",
                    "Associations": [{"SubnetId": subnet} for subnet in subnets],
                    "Entries": [{**common, **row} for row in rows],
                }
            ]
        }
    }


def ssh(**members):
    return {"PortRange": {"From": 22, "To": 22}, **members}


def test_ipv6_is_let_in_although_ipv4_is_denied():
    calls = acl(ssh(RuleAction="deny"), {"RuleNumber": 110, "CidrBlock": "", "Ipv6CidrBlock": "::/0"})
    assert status(nacl_admits_admin_ports, calls) == "fail"


def test_a_deny_behind_the_allow_comes_too_late():
    assert status(nacl_admits_admin_ports, acl(ssh(RuleNumber=90), ssh(RuleAction="deny"))) == "fail"
    assert status(nacl_admits_admin_ports, acl(ssh(RuleNumber=110), ssh(RuleAction="deny"))) == "pass"


def test_udp_does_not_open_an_admin_port():
    assert status(nacl_admits_admin_ports, acl(ssh(Protocol="17"))) == "pass"


def test_a_network_acl_of_no_subnet_is_not_judged():
    assert status(nacl_admits_admin_ports, acl(ssh(), subnets=())) == "skip"


@pytest.mark.parametrize("traffic,expected", [("ALL", "pass"), ("REJECT", "pass"), ("ACCEPT", "fail")])
def test_a_flow_log_counts_only_if_it_records_rejected_traffic(traffic, expected):
    calls = {
        "ec2:DescribeVpcs": {"Vpcs": [{"VpcId": "vpc-1", "OwnerId": ACCOUNT}]},
        "ec2:DescribeFlowLogs": {"FlowLogs": [{"FlowLogId": "fl-1", "ResourceId": "vpc-1", "TrafficType": traffic}]},
    }
    assert status(flow_logs_missing, calls) == expected


def peering_route(destination):
    return {
        "ec2:DescribeRouteTables": {
            "RouteTables": [
                {
                    "RouteTableId": "rtb-1",
                    "VpcId": "vpc-1",
                    "OwnerId": ACCOUNT,
                    "Routes": [{"DestinationCidrBlock": destination, "VpcPeeringConnectionId": "pcx-1"}],
                }
            ]
        },
        "ec2:DescribeVpcPeeringConnections": {
            "VpcPeeringConnections": [
                {
                    "VpcPeeringConnectionId": "pcx-1",
                    "Status": {"Code": "active"},
                    "RequesterVpcInfo": {"VpcId": "vpc-9", "CidrBlock": "10.9.0.0/16"},
                    "AccepterVpcInfo": {"VpcId": "vpc-1", "CidrBlock": "10.1.0.0/16"},
                }
            ]
        },
    }


@pytest.mark.parametrize(
    "destination,expected", [("10.0.0.0/8", "fail"), ("10.9.0.0/16", "fail"), ("10.9.0.0/17", "pass")]
)
def test_a_peering_route_is_measured_by_the_blocks_of_the_other_side(destination, expected):
    assert status(peering_route_too_wide, peering_route(destination)) == expected


def test_a_blackhole_leads_nowhere():
    route = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "blackhole"}
    table = {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "OwnerId": ACCOUNT, "Routes": [route]}
    assert status(route_to_internet_open, {"ec2:DescribeRouteTables": {"RouteTables": [table]}}) == "pass"


def test_an_empty_vpc_needs_no_endpoint_but_one_whose_interfaces_are_unknown_may():
    vpcs = {"ec2:DescribeVpcs": {"Vpcs": [{"VpcId": "vpc-1", "OwnerId": ACCOUNT}]}}
    listed = {**vpcs, "ec2:DescribeNetworkInterfaces": {"NetworkInterfaces": []}}
    assert status(ec2_endpoint_missing, listed) == "skip"
    assert status(ec2_endpoint_missing, vpcs) == "undecided"


def endpoint(policy):
    row = {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "VpcEndpointType": "Gateway", "State": "available"}
    return {"ec2:DescribeVpcEndpoints": {"VpcEndpoints": [{**row, "PolicyDocument": policy}]}}


def test_a_malformed_endpoint_policy_is_undecided():
    assert status(endpoint_policy_open, endpoint("{")) == "undecided"


def test_an_endpoint_policy_that_denies_everyone_is_not_open():
    deny = '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}'
    assert status(endpoint_policy_open, endpoint(deny)) == "pass"
