"""Path assertions over a network: exact counterexamples, every kind of place, and unknowns that are no pass."""

import pytest

from rules.vpc.path_assertion_broken import path_assertion_broken
from scanner.config import ConfigError, load_config, options_of
from scanner.registry import load_rules
from scanner.testing import evidence_of, judge
from tests.reason.network.answers import OUT, acl, group, open_entries, permission, route, subnet, table
from tests.reason.network.test_balancers import balanced
from tests.reason.network.test_reach import BACK, DATA, GROUPS, TO, WEB, peering, two_tiers, two_vpcs

NONE = {
    "elbv2:DescribeLoadBalancers": {"LoadBalancers": []},
    "elb:DescribeLoadBalancers": {"LoadBalancerDescriptions": []},
}
EVERYONE = [GROUPS[0], group("sg-db", permission("tcp", 5432, None, "0.0.0.0/0"))]


def tiers(**changes):
    return NONE | two_tiers(**changes)


def outcomes(answers, *assertions):
    found = judge(path_assertion_broken, evidence_of(answers), assertions=tuple(assertions))
    return {one.resource.id: (one.status, one.message) for one in found}


def test_the_internet_does_not_reach_a_private_database():
    found = outcomes(tiers(), "deny internet -> tag:tier=db")
    assert ("skip", "pass") == (found["eni-1"][0], found["eni-2"][0])


def test_a_broken_assertion_is_told_with_the_way_of_a_packet():
    answers = tiers(
        NetworkInterfaces=[WEB, DATA | {"SubnetId": "subnet-1", "PrivateIpAddresses": WEB["PrivateIpAddresses"]}],
        SecurityGroups=EVERYONE,
    )
    status, message = outcomes(answers, "deny internet -> tag:tier=db")["eni-2"]
    assert "fail" == status
    assert "`deny internet -> tag:tier=db` is broken by internet: internet (tcp/5432 from 1.0.0.0) > igw-1" in message


@pytest.mark.parametrize(
    "assertion, status",
    [
        ("deny i-web -> tag:tier=db", "fail"),
        ("deny i-web -> tag:tier=db tcp/22", "pass"),
        ("deny sg-web -> tag:tier=* tcp/5432", "skip"),
        ("deny subnet-1 -> eni-2 tcp/5000-6000", "fail"),
        ("only i-web -> tag:tier=db", "pass"),
        ("only i-other -> tag:tier=db", "fail"),
        ("only i-other -> tag:tier=db udp/53", "pass"),
        ("deny 10.0.0.0/24 -> eni-9*", "skip"),
        ("deny 10.0.0.0/24 -> eni-2", "fail"),
        ("deny 10.0.7.0/24 -> eni-2", "pass"),
        ("only 10.0.0.0/24 -> eni-2", "pass"),
    ],
)
def test_sources_are_named_or_all_others(assertion, status):
    assert status == outcomes(tiers(), assertion)["eni-2"][0]


def test_targets_of_a_load_balancer_take_packets_from_its_nodes_alone():
    answers = balanced(NetworkInterfaces=balanced()["ec2:DescribeNetworkInterfaces"]["NetworkInterfaces"])
    held = "only alb/web, internet -> i-app tcp/8080"
    broken = "only alb/other -> i-app tcp/8080"
    assert ("pass", "fail") == (outcomes(answers, held)["eni-app"][0], outcomes(answers, broken)["eni-app"][0])


def test_another_vpc_is_a_source_where_a_peering_leads_from_it():
    admits = [GROUPS[0], group("sg-db", permission("tcp", 5432, None, "10.0.0.0/8"))]
    answers = NONE | two_vpcs([TO], [BACK], VpcPeeringConnections=peering(), SecurityGroups=admits)
    assert "fail" == outcomes(answers, "deny vpc-1 -> eni-2")["eni-2"][0]
    apart = NONE | two_vpcs([], [BACK], VpcPeeringConnections=peering(), SecurityGroups=admits)
    assert "pass" == outcomes(apart, "deny vpc-1 -> eni-2")["eni-2"][0]


@pytest.mark.parametrize(
    "assertion, status", [("only i-web -> eni-2", "fail"), ("only i-web, 10.9.0.0/16 -> eni-2", "pass")]
)
def test_a_site_behind_a_vpn_is_one_of_all_others(assertion, status):
    admits = [GROUPS[0], group("sg-db", permission("tcp", 5432, None, "10.0.0.0/24", "10.9.0.0/16"))]
    vpn = table("rtb-main", route("10.9.0.0/16", GatewayId="vgw-1"), main=True)
    answers = tiers(SecurityGroups=admits, RouteTables=[table("rtb-1", OUT, subnets=["subnet-1"]), vpn])
    assert status == outcomes(answers, assertion)["eni-2"][0]


def test_what_was_not_read_is_no_pass():
    answers = tiers(
        NetworkInterfaces=[DATA | {"PrivateIpAddresses": WEB["PrivateIpAddresses"], "SubnetId": "subnet-1"}],
        RouteTables=[],
        SecurityGroups=EVERYONE,
    )
    assert "undecided" == outcomes(answers, "deny internet -> tag:tier=db")["eni-2"][0]


@pytest.mark.parametrize(
    "admits, expected",
    [
        (permission("tcp", 7070, None, "0.0.0.0/0"), "fail"),
        (permission("tcp", 5432, None, "9.9.9.9/32"), "fail"),
        (permission("tcp", 5432, None, "0.0.0.0/0"), "skip"),
        (permission("-1", None, None, "0.0.0.0/0"), "skip"),
        (permission("tcp", 7070, None, "10.0.0.0/8"), "pass"),
    ],
)
def test_without_configuration_the_internet_is_kept_from_databases_and_nothing_is_told_twice(admits, expected):
    answers = tiers(
        NetworkInterfaces=[DATA | {"PrivateIpAddresses": WEB["PrivateIpAddresses"]}],
        SecurityGroups=[group("sg-db", admits)],
        Subnets=[subnet("subnet-2", "10.0.0.0/16")],
        RouteTables=[table("rtb-main", OUT, main=True)],
        NetworkAcls=[acl("acl-2", ["subnet-2"], open_entries())],
    )
    (found,) = judge(path_assertion_broken, evidence_of(answers))
    assert expected == found.status


def test_assertions_of_the_configuration_replace_the_usual_ones(tmp_path):
    file = tmp_path / "casemate.toml"
    file.write_text('assertions = ["deny internet -> tag:stage=prod tcp/22"]\n')
    options = options_of(load_config(file), load_rules())
    assert {"VPC-112": {"assertions": ("deny internet -> tag:stage=prod tcp/22",)}} == options


@pytest.mark.parametrize(
    "text, place",
    [
        (
            'assertions = ["deny internet -> a", "allow b -> c"]',
            r"assertions\[1\]: 'allow b -> c' is no path assertion",
        ),
        ("[options.VPC-112]\nassertions = ['deny x']", r"options\.VPC-112\.assertions\[0\]"),
        ("assertions = [7]", r"assertions\[0\]"),
    ],
)
def test_a_wrong_assertion_is_an_error_that_names_its_place(tmp_path, text, place):
    file = tmp_path / "casemate.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=place):
        options_of(load_config(file), load_rules())
