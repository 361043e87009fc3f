"""The readers of load balancers on answers as AWS gives them."""

import botocore.session
import pytest
from botocore.validate import ParamValidator

from scanner.aws.elb import READERS
from scanner.inventory import Inventory
from scanner.model.elb import (
    ClassicListener,
    ClassicLoadBalancer,
    Listener,
    ListenerRules,
    LoadBalancer,
    TargetGroup,
    TargetGroupAttributes,
    TargetHealth,
)
from scanner.model.maybe import ABSENT, Reason, UnknownAsked
from scanner.plan import Plan
from scanner.testing import ACCOUNT, REGION, evidence_of

KINDS = (LoadBalancer, Listener, ListenerRules, TargetGroup, TargetHealth, TargetGroupAttributes, ClassicLoadBalancer)
ARN = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
BALANCER, LISTENER = f"{ARN}:loadbalancer/app/web/1", f"{ARN}:listener/app/web/1/2"
BLUE, GREEN = f"{ARN}:targetgroup/blue/3", f"{ARN}:targetgroup/green/4"
ANSWERS = {
    "elbv2:DescribeLoadBalancers": {
        "LoadBalancers": [
            {
                "LoadBalancerArn": BALANCER,
                "LoadBalancerName": "web",
                "DNSName": "web.example.com",
                "Scheme": "internet-facing",
                "Type": "application",
                "VpcId": "vpc-1",
                "State": {"Code": "active"},
                "IpAddressType": "ipv4",
                "SecurityGroups": ["sg-1"],
                "AvailabilityZones": [{"ZoneName": "a", "SubnetId": "subnet-1"}],
            }
        ]
    },
    "elbv2:DescribeListeners": [
        {
            "parameters": {"LoadBalancerArn": BALANCER, "PageSize": 400},
            "response": {
                "Listeners": [
                    {
                        "ListenerArn": LISTENER,
                        "LoadBalancerArn": BALANCER,
                        "Port": 443,
                        "Protocol": "HTTPS",
                        "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
                        "Certificates": [{"CertificateArn": "arn:aws:acm:eu-west-1:1:certificate/x"}],
                        "MutualAuthentication": {"Mode": "off"},
                        "DefaultActions": [{"Type": "forward", "TargetGroupArn": BLUE}],
                    }
                ]
            },
        }
    ],
    "elbv2:DescribeRules": [
        {
            "parameters": {"ListenerArn": LISTENER, "PageSize": 400},
            "response": {
                "Rules": [
                    {
                        "Actions": [
                            {
                                "Type": "forward",
                                "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": GREEN, "Weight": 1}]},
                            }
                        ]
                    }
                ]
            },
        }
    ],
    "elbv2:DescribeTargetGroups": {
        "TargetGroups": [
            {
                "TargetGroupArn": BLUE,
                "TargetGroupName": "blue",
                "Protocol": "HTTP",
                "Port": 80,
                "VpcId": "vpc-1",
                "TargetType": "instance",
                "LoadBalancerArns": [BALANCER],
            }
        ]
    },
    "elbv2:DescribeTargetHealth": [
        {
            "parameters": {"TargetGroupArn": BLUE},
            "response": {
                "TargetHealthDescriptions": [
                    {"Target": {"Id": "i-1", "Port": 8080}, "TargetHealth": {"State": "healthy"}}
                ]
            },
        }
    ],
    "elbv2:DescribeTargetGroupAttributes": [
        {
            "parameters": {"TargetGroupArn": BLUE},
            "response": {"Attributes": [{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}]},
        }
    ],
    "elb:DescribeLoadBalancers": {
        "LoadBalancerDescriptions": [
            {
                "LoadBalancerName": "old",
                "DNSName": "old.example.com",
                "Scheme": "internal",
                "VPCId": "vpc-1",
                "SecurityGroups": ["sg-2"],
                "Subnets": ["subnet-2"],
                "Instances": [{"InstanceId": "i-2"}],
                "ListenerDescriptions": [
                    {
                        "Listener": {
                            "Protocol": "HTTP",
                            "LoadBalancerPort": 80,
                            "InstanceProtocol": "HTTP",
                            "InstancePort": 8080,
                        },
                        "PolicyNames": ["sticky"],
                    }
                ],
            }
        ]
    },
}


def read(kind, **changes):
    answers = ANSWERS | {call.replace("_", ":"): answer for call, answer in changes.items()}
    return Inventory.of(Plan.of((), READERS, kinds=KINDS), evidence_of(answers)).listing(kind)


@pytest.mark.parametrize("call", ANSWERS)
def test_the_answers_of_these_tests_have_the_shapes_that_aws_documents(call):
    service, _, operation = call.partition(":")
    shape = botocore.session.get_session().get_service_model(service).operation_model(operation).output_shape
    said = ANSWERS[call]
    for answer in [one["response"] for one in said] if isinstance(said, list) else [said]:
        report = ParamValidator().validate(answer, shape)
        assert not report.has_errors(), report.generate_report()


def test_a_load_balancer_tells_who_may_address_it_and_where_it_stands():
    (found,) = read(LoadBalancer)
    assert ("internet-facing", "application", ("sg-1",), ("subnet-1",)) == (
        found.scheme,
        found.balancer_type,
        found.groups,
        found.subnets,
    )


def test_a_listener_tells_its_port_its_encryption_and_its_default_targets():
    (found,) = read(Listener)
    assert (443, "HTTPS", "off", (BLUE,)) == (found.port, found.protocol, found.mutual_tls, found.target_groups)


def test_the_rules_of_a_listener_forward_where_they_and_the_default_say():
    (found,) = read(ListenerRules)
    assert (BLUE, GREEN) == found.target_groups


def test_a_target_group_of_weight_0_gets_nothing():
    listener = ANSWERS["elbv2:DescribeListeners"][0]
    weighted = [{"TargetGroupArn": BLUE, "Weight": 0}, {"TargetGroupArn": GREEN, "Weight": 1}]
    actions = [{"Type": "forward", "ForwardConfig": {"TargetGroups": weighted}}]
    row = listener["response"]["Listeners"][0] | {"DefaultActions": actions}
    (found,) = read(Listener, elbv2_DescribeListeners=[listener | {"response": {"Listeners": [row]}}])
    assert (GREEN,) == found.target_groups


@pytest.mark.parametrize("said, expected", [("on", True), ("off", False)])
def test_a_network_load_balancer_tells_whether_its_groups_bear_on_endpoints(said, expected):
    row = ANSWERS["elbv2:DescribeLoadBalancers"]["LoadBalancers"][0]
    row = row | {"EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": said}
    (found,) = read(LoadBalancer, elbv2_DescribeLoadBalancers={"LoadBalancers": [row]})
    assert expected == found.filters_links


def test_the_listeners_of_other_than_http_have_no_rules_to_ask_for():
    listener = ANSWERS["elbv2:DescribeListeners"][0]
    row = listener["response"]["Listeners"][0] | {"Protocol": "TLS"}
    (found,) = read(ListenerRules, elbv2_DescribeListeners=[listener | {"response": {"Listeners": [row]}}])
    assert (BLUE,) == found.target_groups


def test_a_target_tells_its_port_and_whether_it_gets_traffic():
    (found,) = read(TargetHealth)
    assert [("i-1", 8080, "healthy")] == [(one.id, one.port, one.state) for one in found.targets]


def test_an_attribute_that_the_balancer_does_not_have_is_absent():
    (found,) = read(TargetGroupAttributes)
    assert (ABSENT, "true") == (found.preserves_client_ip, found.cross_zone)


def test_a_classic_load_balancer_tells_everything_in_one_answer():
    (found,) = read(ClassicLoadBalancer)
    assert (("i-2",), (ClassicListener("HTTP", 80, "HTTP", 8080, ABSENT, ("sticky",)),)) == (
        found.instances,
        found.listeners,
    )


def test_a_target_group_whose_targets_may_not_be_read_has_unknown_ones():
    denied = [{"parameters": {"TargetGroupArn": BLUE}, "error": "AccessDenied"}]
    (found,) = read(TargetHealth, elbv2_DescribeTargetHealth=denied)
    with pytest.raises(UnknownAsked) as asked:
        bool(found.targets)
    assert Reason.DENIED is asked.value.why.reason
