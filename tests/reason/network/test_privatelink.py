"""From a VPC through an interface endpoint to what stands behind the service of another VPC."""

import pytest

from scanner.testing import ACCOUNT
from tests.reason.network.answers import acl, group, interface, open_entries, permission, subnet, table
from tests.reason.network.test_balancers import LB, balanced
from tests.reason.network.test_reach import asked, verdict

SERVICE = "com.amazonaws.vpce.eu-west-1.vpce-svc-1"
NLB = f"{LB}/net/web/1"


def linked(
    *,
    admits=("10.1.0.0/16",),
    listens=443,
    service=SERVICE,
    target_admits="10.0.0.0/16",
    balancer_admits=None,
    enforced="on",
):
    """A client in one VPC, an endpoint beside it, and the internal network load balancer of another VPC behind that."""
    client = interface("eni-client", "sg-client", private="10.1.0.5", public=None, subnet="subnet-9", vpc="vpc-9")
    entry = interface("eni-vpce", "sg-vpce", private="10.1.0.9", public=None, subnet="subnet-9", vpc="vpc-9")
    guards = ["sg-lb"] if balancer_admits else []
    node = interface(
        "eni-lb",
        *guards,
        private="10.0.0.10",
        public=None,
        Description="ELB net/web/1",
        InterfaceType="network_load_balancer",
    )
    target = interface(
        "eni-app", "sg-app", private="10.0.1.20", public=None, subnet="subnet-2",
        Attachment={"InstanceId": "i-app", "DeviceIndex": 0},
    )  # fmt: skip
    answers = balanced(
        "net/web/1",
        preserve="true",
        NetworkInterfaces=[client, entry, node, target],
        Subnets=[subnet("subnet-1"), subnet("subnet-2", "10.0.1.0/24"), subnet("subnet-9", "10.1.0.0/24", "vpc-9")],
        SecurityGroups=[
            group("sg-client"),
            group("sg-vpce", permission("tcp", listens, None, *admits)),
            group("sg-app", permission("tcp", 8080, None, target_admits)),
            group("sg-lb", permission("tcp", 443, None, balancer_admits or "0.0.0.0/0")),
        ],
        NetworkAcls=[acl("acl-1", ["subnet-1", "subnet-2", "subnet-9"], open_entries())],
        RouteTables=[table("rtb-main", main=True), table("rtb-9", main=True, vpc="vpc-9")],
        VpcEndpoints=[
            {
                "VpcEndpointId": "vpce-1",
                "OwnerId": ACCOUNT,
                "VpcId": "vpc-9",
                "VpcEndpointType": "Interface",
                "ServiceName": service,
                "State": "available",
                "NetworkInterfaceIds": ["eni-vpce"],
                "Groups": [{"GroupId": "sg-vpce"}],
            }
        ],
    )
    answers["elbv2:DescribeLoadBalancers"]["LoadBalancers"] = [
        {
            "LoadBalancerArn": NLB,
            "Type": "network",
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": enforced,
        }
    ]
    answers["ec2:DescribeVpcEndpointServiceConfigurations"] = {
        "ServiceConfigurations": [
            {
                "ServiceId": "vpce-svc-1",
                "ServiceName": SERVICE,
                "ServiceState": "Available",
                "AcceptanceRequired": True,
                "NetworkLoadBalancerArns": [NLB],
            }
        ]
    }
    return answers


def test_an_endpoint_leads_to_the_targets_of_its_service_in_another_vpc():
    found = asked(linked(), "eni-client", "i-app:8080")
    assert "reachable" == found.verdict.value
    assert ["vpce-1", "vpce-svc-1", "net/web/1"] == [
        hop.id for hop in found.hops if hop.kind in ("VPC endpoint", "endpoint service", "load balancer")
    ]


@pytest.mark.parametrize(
    "changes, target",
    [
        ({}, "i-app:22"),
        ({"admits": ("10.2.0.0/16",)}, "i-app:8080"),
        ({"listens": 80}, "i-app:8080"),
        ({"service": "com.amazonaws.eu-west-1.s3"}, "i-app:8080"),
        ({"target_admits": "10.1.0.0/16"}, "i-app:8080"),
    ],
    ids=[
        "another port",
        "endpoint admits others",
        "endpoint admits another port",
        "another service",
        "client's address",
    ],
)
def test_any_leg_can_close_the_way(changes, target):
    assert "not-reachable" == verdict(linked(**changes), "eni-client", target)


@pytest.mark.parametrize(
    "admits, enforced, expected",
    [
        ("10.1.0.0/16", "on", "reachable"),
        ("10.0.0.0/16", "on", "not-reachable"),
        ("10.0.0.0/16", "off", "reachable"),
        ("10.0.0.0/16", None, "undecided"),
    ],
)
def test_groups_of_the_balancer_admit_clients_by_their_own_addresses_where_they_bear_on_endpoints(
    admits, enforced, expected
):
    assert expected == verdict(linked(balancer_admits=admits, enforced=enforced), "eni-client", "i-app:8080")


def test_an_endpoint_leads_one_way_alone():
    assert "not-reachable" == verdict(linked(), "i-app", "eni-client:443")


@pytest.mark.parametrize(
    "call",
    ["ec2:DescribeVpcEndpoints", "ec2:DescribeVpcEndpointServiceConfigurations", "elbv2:DescribeListeners"],
)
def test_where_a_part_of_the_way_was_not_read_it_is_neither_open_nor_closed(call):
    answers = linked()
    answers[call] = [{"error": "AccessDenied"}]
    assert "undecided" == verdict(answers, "eni-client", "i-app:8080")
