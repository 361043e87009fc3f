"""From APIs into VPCs: by links with interfaces of their own, and by PrivateLink to network load balancers."""

from pathlib import Path

import pytest

from scanner.derivations import DERIVATIONS
from scanner.iac.judged import judge
from scanner.iac.load import load
from scanner.registry import load_rules
from scanner.testing import NOW
from tests.reason.network.answers import connections, exposure_in, group, interface, permission
from tests.reason.network.test_balancers import LB, balanced
from tests.reason.network.test_reach import asked

ALB_LISTENER = f"{LB.replace('loadbalancer', 'listener')}/app/web/1/9"
NLB = f"{LB}/net/web/1"
PRIVATE = {"public": None, "subnet": "subnet-2"}
TARGET = interface(
    "eni-app", "sg-app", private="10.0.1.20", Attachment={"InstanceId": "i-app", "DeviceIndex": 0}, **PRIVATE
)


def http_api(*, admits="sg-link", listener=ALB_LISTENER, off=False, entered=True, status="AVAILABLE"):
    """An HTTP API that leads by a VPC link to an internal application load balancer."""
    node = interface("eni-lb", "sg-lb", private="10.0.1.5", Description="ELB app/web/1", **PRIVATE)
    link = interface("eni-link", "sg-link", private="10.0.1.9", InterfaceType="api_gateway_managed", **PRIVATE)
    groups = [
        group("sg-lb", permission("tcp", 443, groups=[admits])),
        group("sg-app", permission("tcp", 8080, groups=["sg-lb"])),
        group("sg-link"),
    ]
    answers = balanced(
        NetworkInterfaces=[node, TARGET, *([link] if entered else [])],
        SecurityGroups=groups,
    )
    place = {"SubnetIds": ["subnet-2"], "SecurityGroupIds": ["sg-link"], "VpcLinkStatus": status}
    answers["apigatewayv2:GetVpcLinks"] = {"Items": [{"VpcLinkId": "l1", "Name": "inside", **place}]}
    answers["apigatewayv2:GetApis"] = {"Items": [{"ApiId": "h1", "Name": "front", "DisableExecuteApiEndpoint": off}]}
    integration = {"IntegrationId": "i1", "ConnectionType": "VPC_LINK", "ConnectionId": "l1"}
    answers["apigatewayv2:GetIntegrations"] = [
        {
            "parameters": {"ApiId": "h1", "MaxResults": "500"},
            "response": {"Items": [{**integration, "IntegrationUri": listener}]},
        }
    ]
    answers["apigateway:GetRestApis"] = answers["apigateway:GetVpcLinks"] = {"items": []}
    return answers


def rest_api(*, uri="http://web.internal:443/", node_groups=(), endpoint="REGIONAL", link="l1", **api):
    """A REST API that leads by PrivateLink to an internal network load balancer."""
    node = interface(
        "eni-lb",
        *node_groups,
        private="10.0.1.5",
        Description="ELB net/web/1",
        InterfaceType="network_load_balancer",
        **PRIVATE,
    )
    groups = [group("sg-lb"), group("sg-app", permission("tcp", 8080, None, "10.0.1.0/24"))]
    answers = balanced("net/web/1", NetworkInterfaces=[node, TARGET], SecurityGroups=groups)
    answers["apigateway:GetRestApis"] = {
        "items": [{"id": "r1", "name": "shop", "endpointConfiguration": {"types": [endpoint]}, **api}]
    }
    answers["apigateway:GetVpcLinks"] = {"items": [{"id": "l1", "targetArns": [NLB], "status": "AVAILABLE"}]}
    integration = {"connectionType": "VPC_LINK", "connectionId": link, "uri": uri}
    answers["apigateway:GetResources"] = [
        {
            "parameters": {"restApiId": "r1", "embed": ["methods"], "limit": 500},
            "response": {"items": [{"id": "x", "resourceMethods": {"ANY": {"methodIntegration": integration}}}]},
        }
    ]
    answers["apigatewayv2:GetApis"] = answers["apigatewayv2:GetVpcLinks"] = {"Items": []}
    return answers


def test_an_http_api_exposes_what_its_link_leads_to():
    answers = http_api()
    assert "tcp/443 from anywhere (IPv4)" in connections(answers, "eni-lb")
    assert "tcp/8080 from anywhere (IPv4)" in connections(answers, "eni-app")
    hops = asked(answers, "internet", "eni-app:8080").hops
    assert ["internet", "API", "VPC link"] == [hop.kind for hop in hops[:3]]


def test_a_rest_api_exposes_the_network_load_balancer_and_what_is_behind_it():
    answers = rest_api()
    assert "tcp/443 from anywhere (IPv4)" in connections(answers, "eni-lb")
    assert "tcp/8080 from anywhere (IPv4)" in connections(answers, "eni-app")


@pytest.mark.parametrize(
    "answers",
    [
        http_api(admits="sg-app"),
        http_api(status="INACTIVE"),
        rest_api(endpoint="PRIVATE"),
        rest_api(uri="http://web.internal:80/"),
        rest_api(link="l2"),
    ],
    ids=["group", "inactive", "private", "port", "other link"],
)
def test_what_no_api_leads_to_is_not_exposed(answers):
    assert connections(answers, "eni-app") == []
    assert not exposure_in(answers, "eni-app").doubt


@pytest.mark.parametrize(
    "answers",
    [
        http_api(off=True),
        http_api(entered=False),
        rest_api(policy='{"Version":"2012-10-17","Statement":[]}'),
        rest_api(node_groups=("sg-lb",)),
        rest_api(uri="http://x:${stageVariables.port}/"),
        rest_api(link="${stageVariables.link}"),
    ],
    ids=["no endpoint", "no interface", "policy", "groups", "port", "link"],
)
def test_what_an_api_may_lead_to_is_not_decided(answers):
    assert connections(answers, "eni-lb") == []
    assert exposure_in(answers, "eni-lb").doubt


def test_what_cloud_map_finds_may_be_anything_that_admits_the_link():
    service = "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-1"
    assert exposure_in(http_api(listener=service), "eni-lb").doubt
    assert not exposure_in(http_api(listener=service), "eni-app").doubt


def test_where_apis_were_not_read_and_their_interfaces_show_that_they_enter_nothing_is_decided():
    answers = http_api()
    for call in ("GetApis", "GetVpcLinks", "GetIntegrations"):
        del answers[f"apigatewayv2:{call}"]
    assert exposure_in(answers, "eni-lb").doubt


def test_a_web_socket_api_leads_by_privatelink_as_a_rest_api_does():
    answers = rest_api()
    answers["apigateway:GetRestApis"] = {"items": []}
    answers["apigatewayv2:GetApis"] = {"Items": [{"ApiId": "w1", "Name": "chat", "ProtocolType": "WEBSOCKET"}]}
    integration = {"IntegrationId": "i1", "ConnectionType": "VPC_LINK", "ConnectionId": "l1"}
    answers["apigatewayv2:GetIntegrations"] = [
        {
            "parameters": {"ApiId": "w1", "MaxResults": "500"},
            "response": {"Items": [{**integration, "IntegrationUri": "http://web.internal:443/"}]},
        }
    ]
    assert "tcp/8080 from anywhere (IPv4)" in connections(answers, "eni-app")


def told(folder: Path, text: str) -> dict[str, str]:
    """Return what is said of each interface of the code of an HTTP API, with the integration that is given."""
    (folder / "main.tf").write_text(CODE + text)
    [rule] = [rule for rule in load_rules() if rule.name == "admin_ports_reached_from_internet"]
    found = judge((rule,), load(folder).after, DERIVATIONS, {}, NOW).findings
    return {one.resource.id: one.status for one in found}


CODE = """
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "s" {
  vpc_id     = aws_vpc.v.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_security_group" "link" {
  vpc_id = aws_vpc.v.id
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_security_group" "lb" {
  vpc_id = aws_vpc.v.id
  ingress {
    protocol        = "tcp"
    from_port       = 22
    to_port         = 22
    security_groups = [aws_security_group.link.id]
  }
}
resource "aws_lb" "l" {
  internal        = true
  subnets         = [aws_subnet.s.id]
  security_groups = [aws_security_group.lb.id]
}
resource "aws_lb_listener" "l" {
  load_balancer_arn = aws_lb.l.arn
  port              = 22
  protocol          = "HTTP"
  default_action { type = "fixed-response" }
}
resource "aws_apigatewayv2_vpc_link" "l" {
  name               = "l"
  subnet_ids         = [aws_subnet.s.id]
  security_group_ids = [aws_security_group.link.id]
}
"""
INTEGRATION = """
resource "aws_apigatewayv2_api" "a" {
  name          = "a"
  protocol_type = "HTTP"
}
resource "aws_apigatewayv2_integration" "i" {
  api_id           = aws_apigatewayv2_api.a.id
  connection_type  = "VPC_LINK"
  connection_id    = aws_apigatewayv2_vpc_link.l.id
  integration_type = "HTTP_PROXY"
  integration_uri  = aws_lb_listener.l.arn
}
"""
DOCUMENT = """
resource "aws_apigatewayv2_api" "a" {
  name          = "a"
  protocol_type = "HTTP"
  body          = jsonencode({ paths = { "/" = { x = { connectionType = "%s" } } } })
}
"""


@pytest.mark.parametrize(
    "text, expected", [(INTEGRATION, "fail"), (DOCUMENT % "VPC_LINK", "undecided"), (DOCUMENT % "INTERNET", "pass")]
)
def test_code_tells_what_apis_lead_to_and_an_openapi_document_what_they_may(tmp_path, text, expected):
    found = told(tmp_path, text)
    assert [expected] == [status for name, status in found.items() if "loadbalancer" in name]
