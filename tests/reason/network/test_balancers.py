"""Load balancers: their nodes take what listeners take, and lead to targets that are not public themselves."""

import pytest

from scanner.testing import ACCOUNT, REGION
from tests.reason.network.answers import (
    OUT,
    acl,
    connections,
    group,
    interface,
    open_entries,
    permission,
    public_network,
    subnet,
    table,
)
from tests.reason.network.test_reach import asked, blocker, verdict

LB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer"
TARGETS = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/app/1"


def balanced(name="app/web/1", *, preserve="false", health="healthy", app=None, node_groups=("sg-lb",), **changes):
    """A load balancer in a public subnet (443) and its target in a private one (8080)."""
    network = name.startswith("net/")
    arn, listener = f"{LB}/{name}", f"{LB.replace('loadbalancer', 'listener')}/{name}/9"
    kind = {"InterfaceType": "network_load_balancer" if network else "interface", "RequesterManaged": True}
    node = interface("eni-lb", *node_groups, Description=f"ELB {name}", **kind)
    target = interface(
        "eni-app", "sg-app", private="10.0.1.20", public=None, subnet="subnet-2",
        Attachment={"InstanceId": "i-app", "DeviceIndex": 0},
    )  # fmt: skip
    forward = [{"Type": "forward", "TargetGroupArn": TARGETS}]
    answers = public_network(
        **{
            "NetworkInterfaces": [node, target],
            "SecurityGroups": [
                group("sg-lb", permission("tcp", 0, 65535, "0.0.0.0/0")),
                group("sg-app", permission("tcp", 8080, groups=["sg-lb"]) if app is None else app),
            ],
            "Subnets": [subnet("subnet-1"), subnet("subnet-2", "10.0.1.0/24")],
            "NetworkAcls": [acl("acl-1", ["subnet-1", "subnet-2"], open_entries())],
            "RouteTables": [table("rtb-1", OUT, subnets=["subnet-1"]), table("rtb-main", main=True)],
        }
        | changes
    )
    protocol = "TCP" if network else "HTTPS"
    answers["elbv2:DescribeLoadBalancers"] = {
        "LoadBalancers": [{"LoadBalancerArn": arn, "LoadBalancerName": "web", "Type": "application"}]
    }
    answers["elbv2:DescribeListeners"] = [
        {
            "parameters": {"LoadBalancerArn": arn, "PageSize": 400},
            "response": {
                "Listeners": [
                    {
                        "ListenerArn": listener,
                        "LoadBalancerArn": arn,
                        "Port": 443,
                        "Protocol": protocol,
                        "DefaultActions": forward,
                    }
                ]
            },
        }
    ]
    answers["elbv2:DescribeRules"] = [
        {"parameters": {"ListenerArn": listener, "PageSize": 400}, "response": {"Rules": [{"Actions": forward}]}}
    ]
    answers["elbv2:DescribeTargetGroups"] = {
        "TargetGroups": [
            {
                "TargetGroupArn": TARGETS,
                "TargetGroupName": "app",
                "Protocol": "TCP" if network else "HTTP",
                "Port": 8080,
                "VpcId": "vpc-1",
                "TargetType": "instance",
                "LoadBalancerArns": [arn],
            }
        ]
    }
    answers["elbv2:DescribeTargetHealth"] = [
        {
            "parameters": {"TargetGroupArn": TARGETS},
            "response": {
                "TargetHealthDescriptions": [
                    {"Target": {"Id": "i-app", "Port": 8080}, "TargetHealth": {"State": health}}
                ]
            },
        }
    ]
    answers["elbv2:DescribeTargetGroupAttributes"] = [
        {
            "parameters": {"TargetGroupArn": TARGETS},
            "response": {"Attributes": [{"Key": "preserve_client_ip.enabled", "Value": preserve}]},
        }
    ]
    answers["elb:DescribeLoadBalancers"] = {"LoadBalancerDescriptions": []}
    return answers


WORLD = permission("tcp", 8080, None, "0.0.0.0/0")


def test_a_node_is_exposed_by_its_listeners_alone():
    assert connections(balanced(), "eni-lb") == ["tcp/443 from anywhere (IPv4)"]


def test_a_target_is_exposed_by_the_port_that_the_balancer_sends_to():
    assert connections(balanced(), "eni-app") == ["tcp/8080 from anywhere (IPv4)"]
    assert connections(balanced(health="draining"), "eni-app") == []


def test_a_target_in_a_private_subnet_is_reached_through_the_load_balancer():
    found = asked(balanced(), "internet", "i-app:8080")
    assert found.verdict.value == "reachable"
    assert [hop.kind for hop in found.hops].count("load balancer") == 1


@pytest.mark.parametrize(
    "changes, port",
    [
        ({}, 443),
        ({"health": "draining"}, 8080),
        ({"app": permission("tcp", 8080, groups=["sg-app"])}, 8080),
        ({"RouteTables": [table("rtb-main", main=True)]}, 8080),
    ],
    ids=["another port", "draining target", "target does not admit the balancer", "no way to the balancer"],
)
def test_a_target_is_closed_where_any_leg_is(changes, port):
    assert verdict(balanced(**changes), "internet", f"i-app:{port}") == "not-reachable"


def test_a_network_load_balancer_without_groups_admits_everyone_to_its_listeners():
    answers = balanced("net/web/1", node_groups=(), app=permission("tcp", 8080, None, "10.0.0.0/16"))
    assert verdict(answers, "internet", "i-app:8080") == "reachable"


@pytest.mark.parametrize(
    "admits, expected",
    [
        (WORLD, "reachable"),
        (permission("tcp", 8080, groups=["sg-lb"]), "reachable"),
        (permission("tcp", 8080, None, "10.0.0.0/16"), "not-reachable"),
    ],
    ids=["the clients", "the balancer's group", "the balancer's addresses"],
)
def test_where_the_clients_address_is_preserved_the_target_must_admit_it_or_the_balancers_group(admits, expected):
    assert verdict(balanced("net/web/1", preserve="true", app=admits), "internet", "i-app:8080") == expected


@pytest.mark.parametrize(
    "call, asked_for",
    [
        ("elbv2:DescribeLoadBalancers", {"PageSize": 400}),
        ("elbv2:DescribeListeners", {"LoadBalancerArn": f"{LB}/app/web/1", "PageSize": 400}),
        ("elbv2:DescribeTargetHealth", {"TargetGroupArn": TARGETS}),
    ],
)
def test_where_a_part_of_a_balancer_was_not_read_a_target_is_neither_open_nor_closed(call, asked_for):
    answers = balanced()
    answers[call] = [{"parameters": asked_for, "error": "AccessDenied"}]
    assert "undecided" == verdict(answers, "internet", "i-app:8080")


def test_listeners_that_were_not_read_do_not_matter_to_what_is_no_target():
    answers = balanced()
    answers["elbv2:DescribeListeners"][0] = {
        "parameters": {"LoadBalancerArn": f"{LB}/app/web/1", "PageSize": 400},
        "error": "AccessDenied",
    }
    other = {"TargetHealthDescriptions": [{"Target": {"Id": "i-other", "Port": 8080}}]}
    answers["elbv2:DescribeTargetHealth"][0]["response"] = other
    assert "not-reachable" == verdict(answers, "internet", "i-app:8080")


@pytest.mark.parametrize("place", ["web", f"{LB}/app/web/1", "eni-lb"])
def test_a_load_balancer_is_a_place_by_its_name_and_by_its_arn(place):
    assert verdict(balanced(), "internet", f"{place}:443") == "reachable"
    assert verdict(balanced(), "internet", f"{place}:22") == "not-reachable"


def test_load_balancers_do_not_matter_where_there_are_no_nodes_of_any():
    answers = public_network(NetworkInterfaces=[interface("eni-1", "sg-1", public=None)])
    assert blocker(answers, "internet", "eni-1:443") == "IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS"


@pytest.mark.parametrize("owner, expected", [("999988887777", "undecided"), (ACCOUNT, "not-reachable")])
def test_a_load_balancer_of_another_account_in_a_shared_vpc_may_forward_to_anything(owner, expected):
    answers = balanced()
    answers["ec2:DescribeNetworkInterfaces"]["NetworkInterfaces"][0]["OwnerId"] = owner
    answers["elbv2:DescribeLoadBalancers"] = {"LoadBalancers": []}
    assert expected == verdict(answers, "internet", "i-app:8080")
