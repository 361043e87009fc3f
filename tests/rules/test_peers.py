"""The rule on whole VPCs that a group admits: routes, network ACLs and blackholes count, and only unknowns that matter."""

import pytest

from rules.vpc.peer_network_admitted_too_widely import peer_network_admitted_too_widely
from scanner.testing import ACCOUNT, evidence_of, judge
from tests.reason.network.answers import acl, entry, group, interface, open_entries, permission, subnet, table
from tests.reason.network.test_reach import BACK, TO, carried, peering, transit, two_vpcs

VPCS = [
    {"VpcId": "vpc-1", "OwnerId": ACCOUNT, "CidrBlock": "10.0.0.0/16"},
    {"VpcId": "vpc-2", "OwnerId": ACCOUNT, "CidrBlock": "10.1.0.0/16"},
]
ALL_OF_IT = permission("tcp", 22, None, "10.1.0.0/16")


def peered(*ingress, here=(TO,), there=(BACK,), status="active", **changes):
    """Two peered VPCs; a group of the first, which an interface carries, admits this."""
    known = {
        "Vpcs": VPCS,
        "NetworkInterfaces": [interface("eni-1", "sg-1", public=None)],
        "SecurityGroups": [group("sg-1", *(ingress or [ALL_OF_IT]))],
        "VpcPeeringConnections": peering(status),
    }
    return two_vpcs(here, there, **known | changes)


def verdict(answers):
    (found,) = (
        one for one in judge(peer_network_admitted_too_widely, evidence_of(answers)) if one.resource.id == "sg-1"
    )
    return found.status


def message(answers):
    (found,) = judge(peer_network_admitted_too_widely, evidence_of(answers))
    return found.outcome.message


def test_the_peer_and_the_ports_are_named():
    assert "SSH (tcp/22) to all of vpc-2" in message(peered())
    assert "all ports to all of vpc-2" in message(peered(permission("-1", None, None, "10.0.0.0/8")))


@pytest.mark.parametrize(
    "ingress, expected",
    [
        ([permission("tcp", 22, None, "10.1.0.0/17"), permission("tcp", 0, 100, "10.1.128.0/17")], "fail"),
        ([permission("tcp", 22, None, "10.1.0.0/17")], "pass"),
        ([permission("tcp", 443, None, "10.1.0.0/16")], "pass"),
        ([permission("tcp", 22, None, "10.2.0.0/16")], "pass"),
        ([permission("tcp", 22, groups=["sg-far"])], "pass"),
    ],
)
def test_rules_are_taken_together_and_must_admit_the_whole_vpc(ingress, expected):
    assert verdict(peered(*ingress)) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"here": ()},
        {"there": ()},
        {"status": "deleted"},
        {"here": (TO | {"State": "blackhole"},)},
        {"NetworkInterfaces": []},
        {"NetworkInterfaces": [interface("eni-1", "sg-1", public=None, Status="available")]},
        {"there": (BACK | {"DestinationCidrBlock": "10.0.0.128/25"},)},
    ],
)
def test_what_is_not_joined_or_carried_is_not_over_exposed(changes):
    assert verdict(peered(**changes)) == "pass"


def test_network_acls_narrow_what_comes():
    shut = [entry(90, "deny", "10.1.0.0/16"), *open_entries()]
    everything = permission("-1", None, None, "10.1.0.0/16")
    assert (
        verdict(peered(NetworkAcls=[acl("acl-1", ["subnet-1"], shut), acl("acl-2", ["subnet-2"], open_entries())]))
        == "pass"
    )
    narrow = [entry(90, cidr="10.1.0.0/16", protocol="6", ports=(5432, 5432)), *shut[:1], *open_entries()]
    narrow[1] = narrow[1] | {"RuleNumber": 95}
    answers = peered(
        everything, NetworkAcls=[acl("acl-1", ["subnet-1"], narrow), acl("acl-2", ["subnet-2"], open_entries())]
    )
    assert "opens PostgreSQL (tcp/5432) to all of vpc-2" in message(answers)


@pytest.mark.parametrize(
    "ingress, here, expected",
    [
        (ALL_OF_IT, (TO,), "undecided"),
        (ALL_OF_IT, (), "pass"),
        (permission("tcp", 443, None, "10.1.0.0/16"), (TO,), "pass"),
        (permission("tcp", 22, None, "10.1.0.0/28"), (TO,), "pass"),
    ],
)
def test_a_vpc_that_was_not_read_matters_only_where_it_is_routed_and_admitted(ingress, here, expected):
    alone = {"Vpcs": VPCS[:1], "Subnets": [subnet("subnet-1")], "RouteTables": [table("rtb-1", *here, main=True)]}
    assert verdict(peered(ingress, **alone)) == expected


@pytest.mark.parametrize("ingress, expected", [("10.1.0.0/16", "undecided"), ("10.1.0.5/32", "pass")])
def test_peerings_that_were_not_read_matter_to_who_admits_a_network(ingress, expected):
    answers = peered(permission("tcp", 22, None, ingress))
    del answers["ec2:DescribeVpcPeeringConnections"]
    assert verdict(answers) == expected


@pytest.mark.parametrize(
    "routes, back, expected",
    [
        ([carried("10.1.0.0/16", 2)], [carried("10.0.0.0/16", 1)], "fail"),
        ([carried("10.1.0.0/16", 2)], [], "pass"),
        ([carried("10.1.0.0/16", 2, "blackhole", "static")], [carried("10.0.0.0/16", 1)], "pass"),
    ],
)
def test_a_transit_gateway_joins_vpcs_by_its_tables(routes, back, expected):
    answers = transit(routes, back)
    answers["ec2:DescribeVpcs"] = {"Vpcs": VPCS}
    answers["ec2:DescribeNetworkInterfaces"]["NetworkInterfaces"] = [interface("eni-1", "sg-1", public=None)]
    answers["ec2:DescribeSecurityGroups"]["SecurityGroups"] = [group("sg-1", ALL_OF_IT)]
    assert verdict(answers) == expected
