"""Ways in through several things: balancers behind balancers, rules by address, accelerators, CloudFront, sites."""

import copy

import pytest

from scanner.testing import ACCOUNT, REGION
from tests.reason.network.answers import (
    acl,
    connections,
    entry,
    exposure_in,
    group,
    interface,
    open_entries,
    permission,
    subnet,
    table,
)
from tests.reason.network.test_balancers import LB, TARGETS, balanced
from tests.reason.network.test_reach import asked, carried, transit, verdict

ALB, NLB = f"{LB}/app/web/1", f"{LB}/net/front/1"
ACCELERATOR = f"arn:aws:globalaccelerator::{ACCOUNT}:accelerator/a1"
CLOUDFRONT = "CloudFront-VPCOrigins-Service-SG"
PRIVATE_NODE = interface(
    "eni-lb", "sg-lb", public=None, subnet="subnet-2", private="10.0.1.5", Description="ELB app/web/1"
)
TARGET = interface(
    "eni-app", "sg-app", private="10.0.1.20", public=None, subnet="subnet-2",
    Attachment={"InstanceId": "i-app", "DeviceIndex": 0},
)  # fmt: skip


def inside(*more, **changes):
    """An internal application load balancer with an instance behind it, and whatever else there is."""
    answers = balanced(NetworkInterfaces=[PRIVATE_NODE, TARGET, *more], **changes)
    answers["cloudfront:ListDistributions"] = {}
    answers["cloudfront:ListVpcOrigins"] = {}
    answers["globalaccelerator:ListAccelerators"] = {"Accelerators": []}
    return answers


def test_an_internal_load_balancer_is_reached_by_nobody_outside():
    assert connections(inside(), "eni-lb") == connections(inside(), "eni-app") == []


def with_network_balancer(**changes):
    """A public network load balancer whose target is the internal application load balancer."""
    node = interface("eni-nlb", Description="ELB net/front/1", InterfaceType="network_load_balancer")
    answers = inside(node, **changes)
    forward = [{"Type": "forward", "TargetGroupArn": f"{TARGETS}0"}]
    answers["elbv2:DescribeLoadBalancers"]["LoadBalancers"].append({"LoadBalancerArn": NLB, "Type": "network"})
    listener = {
        "ListenerArn": "l-nlb",
        "LoadBalancerArn": NLB,
        "Port": 443,
        "Protocol": "TCP",
        "DefaultActions": forward,
    }
    answers["elbv2:DescribeListeners"].append(
        {"parameters": {"LoadBalancerArn": NLB, "PageSize": 400}, "response": {"Listeners": [listener]}}
    )
    answers["elbv2:DescribeTargetGroups"]["TargetGroups"].append(
        {"TargetGroupArn": f"{TARGETS}0", "Protocol": "TCP", "Port": 443, "VpcId": "vpc-1", "TargetType": "alb"}
    )
    health = {"Target": {"Id": ALB, "Port": 443}, "TargetHealth": {"State": "healthy"}}
    answers["elbv2:DescribeTargetHealth"].append(
        {"parameters": {"TargetGroupArn": f"{TARGETS}0"}, "response": {"TargetHealthDescriptions": [health]}}
    )
    answers["elbv2:DescribeTargetGroupAttributes"].append(
        {"parameters": {"TargetGroupArn": f"{TARGETS}0"}, "response": {"Attributes": []}}
    )
    return answers


def test_an_application_balancer_behind_a_network_balancer_leads_on_to_its_own_targets():
    answers = with_network_balancer()
    assert ["tcp/443 from anywhere (IPv4)"] == connections(answers, "eni-lb")
    assert ["tcp/8080 from anywhere (IPv4)"] == connections(answers, "eni-app")
    found = asked(answers, "internet", "i-app:8080")
    assert ["net/front/1", "app/web/1"] == [hop.id for hop in found.hops if hop.kind == "load balancer"]


def test_behind_a_network_balancer_an_application_balancer_admits_clients_by_their_own_addresses():
    narrow = [
        group("sg-lb", permission("tcp", 443, None, "10.0.0.0/8")),
        group("sg-app", permission("tcp", 8080, groups=["sg-lb"])),
    ]
    assert [] == connections(with_network_balancer(SecurityGroups=narrow), "eni-app")


def test_a_target_that_admits_some_clients_is_exposed_to_these_alone():
    answers = balanced("net/web/1", preserve="true", app=permission("tcp", 8080, None, "8.8.8.0/24"))
    (found,) = connections(answers, "eni-app")
    assert found.startswith("tcp/8080 from 8.8.8.0/24 ")


def test_a_rule_that_names_the_balancers_group_admits_its_own_port_alone():
    answers = balanced("net/web/1", preserve="true", app=group("sg-app", permission("tcp", 9090, groups=["sg-lb"])))
    assert "not-reachable" == verdict(answers, "internet", "i-app:8080")


def test_a_balancer_speaks_to_its_targets_only_as_far_as_its_own_group_lets_it():
    shut = [
        group("sg-lb", permission("tcp", 443, None, "0.0.0.0/0"), egress=[]),
        group("sg-app", permission("tcp", 8080, None, "0.0.0.0/0")),
    ]
    for name, preserve in (("net/web/1", "true"), ("net/web/1", "false"), ("app/web/1", "false")):
        answers = balanced(name, preserve=preserve, SecurityGroups=shut)
        assert "not-reachable" == verdict(answers, "internet", "i-app:8080")


def test_a_target_by_address_may_lie_outside_of_its_groups_vpc_if_it_says_so():
    answers = balanced(NetworkInterfaces=[interface("eni-lb", "sg-lb", Description="ELB app/web/1"), TARGET])
    answers["elbv2:DescribeTargetGroups"]["TargetGroups"][0] |= {"TargetType": "ip"}
    (health,) = answers["elbv2:DescribeTargetHealth"][0]["response"]["TargetHealthDescriptions"]
    health["Target"] |= {"Id": "10.0.1.20"}
    assert "reachable" == verdict(copy.deepcopy(answers), "internet", "i-app:8080")
    health["Target"]["AvailabilityZone"] = "all"
    assert "not-reachable" == verdict(answers, "internet", "i-app:8080")


@pytest.mark.parametrize(
    "rules, expected",
    [
        ([("9.9.9.0/24",)], "tcp/8080 from 9.9.9.0/24"),
        ([("9.9.9.0/24",), None], "tcp/8080 from anywhere"),
        ([("10.0.0.0/8",)], ""),
    ],
    ids=["one rule by address", "another by nothing", "addresses of nobody outside"],
)
def test_rules_of_a_listener_may_forward_the_requests_of_some_clients_alone(rules, expected):
    answers = balanced()
    listener = answers["elbv2:DescribeListeners"][0]["response"]["Listeners"][0]
    forward = listener["DefaultActions"]
    listener["DefaultActions"] = [{"Type": "fixed-response"}]
    answers["elbv2:DescribeRules"][0]["response"]["Rules"] = [
        {
            "Actions": forward,
            "Conditions": [{"Field": "source-ip", "SourceIpConfig": {"Values": list(blocks)}}] if blocks else [],
        }
        for blocks in rules
    ]
    found = connections(answers, "eni-app")
    assert [] == found if not expected else found[0].startswith(expected)


def classic(entries):
    """A Classic Load Balancer and its instance in one subnet with these entries."""
    node = interface("eni-lb", "sg-lb", Description="ELB old")
    target = TARGET | {"SubnetId": "subnet-1"}
    answers = balanced(
        NetworkInterfaces=[node, target],
        Subnets=[subnet("subnet-1", "10.0.0.0/16")],
        NetworkAcls=[acl("acl-1", ["subnet-1"], entries)],
    )
    answers["elb:DescribeLoadBalancers"]["LoadBalancerDescriptions"] = [
        {
            "LoadBalancerName": "old",
            "Scheme": "internet-facing",
            "ListenerDescriptions": [
                {
                    "Listener": {
                        "Protocol": "HTTP",
                        "LoadBalancerPort": 80,
                        "InstanceProtocol": "HTTP",
                        "InstancePort": 8080,
                    }
                }
            ],
            "Instances": [{"InstanceId": "i-app"}],
        }
    ]
    return answers


def test_a_network_acl_bears_on_what_a_classic_balancer_sends_within_its_subnet():
    assert "reachable" == verdict(classic(open_entries()), "internet", "i-app:8080")
    shut = [*open_entries(), entry(50, "deny", "10.0.0.0/16", egress=True)]
    assert "not-reachable" == verdict(classic(shut), "internet", "i-app:8080")


def accelerated(endpoint=ALB, *, groups=None, enabled=True, weight=128, preserves=True, **changes):
    """The internal load balancer as the endpoint of an accelerator."""
    entered = interface("eni-ga", "sg-ga", public=None, InterfaceType="global_accelerator_managed")
    admits = groups or [
        group("sg-lb", permission("tcp", 443, None, "0.0.0.0/0")),
        group("sg-app", permission("tcp", 8080, groups=["sg-lb"])),
        group("sg-ga"),
    ]
    answers = inside(entered, **{"SecurityGroups": admits, **changes})
    listener = f"{ACCELERATOR}/listener/l1"
    answers["globalaccelerator:ListAccelerators"] = {
        "Accelerators": [{"AcceleratorArn": ACCELERATOR, "Name": "front", "Enabled": enabled}]
    }
    answers["globalaccelerator:ListListeners"] = {
        "Listeners": [{"ListenerArn": listener, "Protocol": "TCP", "PortRanges": [{"FromPort": 443, "ToPort": 443}]}]
    }
    answers["globalaccelerator:ListListeners"] = [
        {
            "parameters": {"AcceleratorArn": ACCELERATOR, "MaxResults": 10},
            "response": answers["globalaccelerator:ListListeners"],
        }
    ]
    described = {"EndpointId": endpoint, "Weight": weight, "ClientIPPreservationEnabled": preserves}
    answers["globalaccelerator:ListEndpointGroups"] = [
        {
            "parameters": {"ListenerArn": listener, "MaxResults": 10},
            "response": {
                "EndpointGroups": [
                    {
                        "EndpointGroupArn": f"{listener}/endpoint-group/e1",
                        "EndpointGroupRegion": REGION,
                        "TrafficDialPercentage": 100.0,
                        "EndpointDescriptions": [described],
                    }
                ]
            },
        }
    ]
    return answers


def test_an_accelerator_exposes_an_internal_load_balancer_and_what_is_behind_it():
    answers = accelerated()
    assert "tcp/443 from anywhere (IPv4)" in connections(answers, "eni-lb")
    assert "tcp/8080 from anywhere (IPv4)" in connections(answers, "eni-app")
    assert ["internet", "accelerator"] == [hop.kind for hop in asked(answers, "internet", "eni-lb:443").hops[:2]]


def test_an_accelerator_exposes_an_instance_by_the_ports_of_its_listener():
    answers = accelerated("i-app", groups=[group("sg-lb"), group("sg-app", permission("-1", None, None, "0.0.0.0/0"))])
    assert ["tcp/443 from anywhere (IPv4)"] == connections(answers, "eni-app")


@pytest.mark.parametrize(
    "changes",
    [
        {"enabled": False},
        {"weight": 0},
        {"groups": [group("sg-lb", permission("tcp", 443, None, "10.0.0.0/8")), group("sg-app")]},
        {"Subnets": [subnet("subnet-1"), subnet("subnet-2", "10.0.1.0/24", mode="block-ingress")]},
        {"InternetGateways": [], "RouteTables": [table("rtb-main", main=True)]},
    ],
    ids=["disabled", "weight of nothing", "group", "block of public access", "no gateway in the VPC"],
)
def test_an_accelerator_exposes_nothing_where_any_gate_is_shut(changes):
    assert [] == connections(accelerated(**changes), "eni-lb")


def test_whether_network_acls_bear_on_what_an_accelerator_sends_is_not_known():
    shut = [acl("acl-1", ["subnet-1", "subnet-2"], [entry(10, "deny"), *open_entries()])]
    found = exposure_in(accelerated(NetworkAcls=shut), "eni-lb")
    assert ((), True) == (found.connections, "acl-1" in found.doubt.detail)


@pytest.mark.parametrize(
    "admits, expected",
    [
        ("0.0.0.0/0", "reachable"),
        ("8.8.8.0/24", "undecided"),
        ("10.0.0.0/8", "not-reachable"),
    ],
)
def test_an_accelerator_that_hides_its_clients_is_a_client_that_may_be_among_those_admitted(admits, expected):
    node = interface("eni-lb", "sg-lb", private="10.0.0.5", Description="ELB app/web/1")
    groups = [group("sg-lb", permission("tcp", 443, None, admits)), group("sg-ga"), group("sg-app")]
    answers = accelerated(preserves=False, groups=groups)
    answers["ec2:DescribeNetworkInterfaces"]["NetworkInterfaces"][0] = node
    assert expected == verdict(answers, "9.9.9.9", "eni-lb:443")


def test_where_accelerators_were_not_read_but_enter_the_vpc_nothing_is_decided():
    answers = accelerated()
    del answers["globalaccelerator:ListAccelerators"]
    assert exposure_in(answers, "eni-lb").doubt


def from_cloudfront(*, enabled=True, policy="https-only", groups=("sg-cf",), entered=True):
    """The internal load balancer as a VPC origin of a distribution."""
    node = interface("eni-cf", "sg-cf", public=None, private="10.0.0.77")
    admits = [
        group("sg-lb", permission("tcp", 443, groups=groups)),
        group("sg-app", permission("tcp", 8080, groups=["sg-lb"])),
        group("sg-cf") | {"GroupName": CLOUDFRONT},
    ]
    answers = inside(*([node] if entered else []), SecurityGroups=admits)
    answers["cloudfront:ListDistributions"] = {
        "DistributionList": {
            "IsTruncated": False,
            "Items": [
                {
                    "Id": "E1",
                    "ARN": "arn:aws:cloudfront::1:distribution/E1",
                    "Enabled": enabled,
                    "DomainName": "d1.cloudfront.net",
                    "Origins": {"Items": [{"DomainName": "web.x", "VpcOriginConfig": {"VpcOriginId": "vo_1"}}]},
                }
            ],
        }
    }
    answers["cloudfront:ListVpcOrigins"] = {
        "VpcOriginList": {
            "IsTruncated": False,
            "Items": [{"Id": "vo_1", "Arn": "arn:vo_1", "Status": "Deployed", "OriginEndpointArn": ALB}],
        }
    }
    config = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": policy}
    answers["cloudfront:GetVpcOrigin"] = [
        {"parameters": {"Id": "vo_1"}, "response": {"VpcOrigin": {"VpcOriginEndpointConfig": config}}}
    ]
    return answers


def test_a_distribution_exposes_its_vpc_origin_and_what_is_behind_it():
    answers = from_cloudfront()
    assert "tcp/443 from anywhere (IPv4)" in connections(answers, "eni-lb")
    assert "tcp/8080 from anywhere (IPv4)" in connections(answers, "eni-app")
    assert ["internet", "distribution", "VPC origin"] == [
        hop.kind for hop in asked(answers, "internet", "eni-lb:443").hops[:3]
    ]


@pytest.mark.parametrize("changes", [{"enabled": False}, {"policy": "http-only"}, {"groups": ("sg-app",)}])
def test_a_distribution_exposes_nothing_where_it_is_off_or_not_admitted(changes):
    assert [] == connections(from_cloudfront(**changes), "eni-lb")


def test_where_cloudfront_enters_by_interfaces_that_were_not_read_nothing_is_decided():
    assert exposure_in(from_cloudfront(entered=False), "eni-lb").doubt


def test_a_peering_of_transit_gateways_leaves_the_answer_open():
    answers = transit([carried("10.1.0.0/16", 9)], [carried("10.0.0.0/16", 1)])
    answers["ec2:DescribeTransitGatewayAttachments"]["TransitGatewayAttachments"].append(
        {
            "TransitGatewayAttachmentId": "tgw-attach-9",
            "TransitGatewayId": "tgw-1",
            "ResourceType": "peering",
            "ResourceId": "tgw-2",
            "ResourceOwnerId": ACCOUNT,
            "State": "available",
        }
    )
    assert "undecided" == verdict(answers, "i-web", "eni-2:5432")


@pytest.mark.parametrize(
    "kind, resource, expected",
    [
        ("vpn", "vpn-1", "reachable"),
        ("vpc", "vpc-1", "not-reachable"),
        ("vpc", "vpc-unread", "undecided"),
        ("network-function", "fw-1", "undecided"),
    ],
)
def test_a_site_reaches_a_vpc_by_a_transit_gateway_where_its_own_attachment_is_routed_to(kind, resource, expected):
    answers = transit([carried("10.1.0.0/16", 2)], [carried("192.168.0.0/16", 8)])
    answers["ec2:DescribeTransitGatewayAttachments"]["TransitGatewayAttachments"].append(
        {
            "TransitGatewayAttachmentId": "tgw-attach-8",
            "TransitGatewayId": "tgw-1",
            "ResourceType": kind,
            "ResourceId": resource,
            "ResourceOwnerId": ACCOUNT,
            "State": "available",
        }
    )
    for one in answers["ec2:DescribeRouteTables"]["RouteTables"]:
        one["Routes"].append(
            {
                "DestinationCidrBlock": "192.168.0.0/16",
                "TransitGatewayId": "tgw-1",
                "State": "active",
                "Origin": "CreateRoute",
            }
        )
    answers["ec2:DescribeSecurityGroups"]["SecurityGroups"] = [
        group("sg-web"),
        group("sg-db", permission("tcp", 5432, None, "192.168.0.0/16")),
    ]
    assert expected == verdict(answers, "192.168.7.7", "eni-2:5432")


@pytest.mark.parametrize(
    "app, expected",
    [
        (permission("tcp", 8080, None, "10.0.0.77/32"), "reachable"),
        (permission("tcp", 8080, groups=["sg-cf"]), "reachable"),
        (permission("tcp", 8080, groups=["sg-lb"]), "reachable"),
        (permission("tcp", 8080, None, "8.0.0.0/8"), "not-reachable"),
    ],
    ids=["its address", "its group", "the balancer's group", "addresses of clients"],
)
def test_behind_a_network_balancer_what_comes_from_cloudfront_keeps_the_address_of_its_interface(app, expected):
    answers = from_cloudfront()
    text = copy.deepcopy(answers)
    rows = text["ec2:DescribeNetworkInterfaces"]["NetworkInterfaces"]
    rows[0]["Description"] = "ELB net/web/1"
    text["cloudfront:ListVpcOrigins"]["VpcOriginList"]["Items"][0]["OriginEndpointArn"] = f"{LB}/net/web/1"
    network = balanced("net/web/1", preserve="true")
    text |= {call: said for call, said in network.items() if call.startswith("elbv2:")}
    text["ec2:DescribeSecurityGroups"]["SecurityGroups"][1] = group("sg-app", app)
    assert expected == verdict(text, "internet", "i-app:8080")
