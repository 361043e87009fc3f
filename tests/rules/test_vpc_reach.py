"""Rules on what the internet reaches: unions, unknowns that matter or not, and load balancers."""

import pytest

from rules.vpc.admin_ports_reached_from_internet import admin_ports_reached_from_internet
from rules.vpc.all_ports_reached_from_internet import all_ports_reached_from_internet
from rules.vpc.database_ports_reached_from_internet import database_ports_reached_from_internet
from rules.vpc.requests_reach_without_answer import requests_reach_without_answer
from scanner.testing import evidence_of, judge
from tests.reason.network.answers import OUT, group, interface, permission, public_network, subnet, table
from tests.reason.network.test_balancers import balanced


def reached(**changes):
    """The small public network, with the answers of the load balancers that it does not have."""
    none = {"elbv2:DescribeLoadBalancers": {"LoadBalancers": []}, "elbv2:DescribeTargetGroups": {"TargetGroups": []}}
    return public_network(**changes) | none | {"elb:DescribeLoadBalancers": {"LoadBalancerDescriptions": []}}


def statuses(rule, answers, **options):
    return {one.resource.id: one.status for one in judge(rule, evidence_of(answers), **options)}


def test_all_ports_may_be_opened_piece_by_piece():
    halves = group("sg-1", permission("tcp", 0, 30000, "0.0.0.0/0"), permission("tcp", 30001, 65535, "0.0.0.0/0"))
    assert {"eni-1": "fail"} == statuses(all_ports_reached_from_internet, reached(SecurityGroups=[halves]))


def test_the_share_of_the_internet_that_counts_is_an_option():
    narrow = [group("sg-1", permission("tcp", 22, None, "8.0.0.0/8"))]
    answers = reached(SecurityGroups=narrow)
    assert {"eni-1": "pass"} == statuses(admin_ports_reached_from_internet, answers)
    assert {"eni-1": "fail"} == statuses(admin_ports_reached_from_internet, answers, share=0.001)


@pytest.mark.parametrize("public, expected", [("54.0.0.10", "undecided"), (None, "pass")])
def test_an_unread_prefix_list_matters_only_where_there_is_a_public_address(public, expected):
    answers = reached(
        SecurityGroups=[group("sg-1", permission("tcp", 22, lists=["pl-1"]))],
        NetworkInterfaces=[interface("eni-1", "sg-1", public=public)],
    )
    assert {"eni-1": expected} == statuses(admin_ports_reached_from_internet, answers)


def test_a_database_behind_a_load_balancer_is_reached_though_it_is_not_public():
    answers = balanced()
    target = answers["elbv2:DescribeTargetHealth"][0]["response"]["TargetHealthDescriptions"][0]
    target["Target"]["Port"] = 5432
    answers["ec2:DescribeSecurityGroups"]["SecurityGroups"][1]["IpPermissions"][0] |= {"FromPort": 5432, "ToPort": 5432}
    assert {"eni-lb": "pass", "eni-app": "fail"} == statuses(database_ports_reached_from_internet, answers)


def test_requests_that_can_be_answered_are_not_called_unanswerable():
    udp = [group("sg-1", permission("udp", 161, None, "0.0.0.0/0"))]
    routed = reached(SecurityGroups=udp, RouteTables=[table("rtb-1", OUT, main=True)])
    unrouted = reached(SecurityGroups=udp, RouteTables=[table("rtb-1", main=True)])
    assert {"eni-1": "pass"} == statuses(requests_reach_without_answer, routed)
    assert {"eni-1": "fail"} == statuses(requests_reach_without_answer, unrouted)


def test_nothing_is_said_of_unanswerable_requests_where_the_routes_are_unknown():
    udp = [group("sg-1", permission("udp", 161, None, "0.0.0.0/0"))]
    assert {"eni-1": "undecided"} == statuses(
        requests_reach_without_answer, reached(SecurityGroups=udp, RouteTables=[])
    )


def test_public_access_that_is_blocked_holds_whatever_is_open():
    blocked = reached(
        SecurityGroups=[group("sg-1", permission("-1", None, None, "0.0.0.0/0"))],
        Subnets=[subnet("subnet-1", mode="block-bidirectional")],
    )
    assert {"eni-1": "pass"} == statuses(all_ports_reached_from_internet, blocked)


def test_the_way_that_is_told_is_that_of_the_port_that_is_named():
    rules = [permission("tcp", 20, 21, "0.0.0.0/0"), permission("tcp", 22, None, "0.0.0.0/0")]
    answers = reached(
        SecurityGroups=[group("sg-1", *rules)],
        NetworkInterfaces=[interface("eni-1", "sg-1", Attachment={"InstanceId": "i-1"})],
    )
    (found,) = judge(admin_ports_reached_from_internet, evidence_of(answers))
    assert "internet (tcp/22 from 1.0.0.0)" in found.outcome.message
    assert "sg-1 (tcp/22 0.0.0.0/0) > eni-1 (54.0.0.10) > i-1" in found.outcome.message
