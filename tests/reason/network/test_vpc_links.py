"""From APIs into VPCs: by links with interfaces of their own, and by PrivateLink to network load balancers."""

import pytest

from scanner.iac.judged import rows_of
from scanner.iac.load import load
from scanner.model.apigateway import PrivateIntegration, VpcLink
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


def test_links_are_read_from_terraform(tmp_path):
    (tmp_path / "main.tf").write_text("""
resource "aws_apigatewayv2_api" "a" {
  name          = "a"
  protocol_type = "HTTP"
}
resource "aws_apigatewayv2_vpc_link" "l" {
  name               = "l"
  subnet_ids         = ["subnet-1"]
  security_group_ids = ["sg-1"]
}
resource "aws_apigatewayv2_integration" "i" {
  api_id           = aws_apigatewayv2_api.a.id
  connection_type  = "VPC_LINK"
  connection_id    = aws_apigatewayv2_vpc_link.l.id
  integration_type = "HTTP_PROXY"
  integration_uri  = "arn:aws:elasticloadbalancing:eu-west-1:1:listener/app/web/1/9"
}
""")

    rows, _, _ = rows_of(load(tmp_path).after)
    (link,) = [one for one in rows if isinstance(one, VpcLink)]
    (integration,) = [one for one in rows if isinstance(one, PrivateIntegration)]
    assert (link.id, integration.api) == (integration.link, "aws_apigatewayv2_api.a")
