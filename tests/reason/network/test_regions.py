"""Between regions: by peerings of VPCs and of transit gateways, followed as far as the other region was read."""

import copy

import msgspec
import pytest

from rules.vpc.path_assertion_broken import path_assertion_broken
from rules.vpc.peer_network_admitted_too_widely import peer_network_admitted_too_widely
from scanner.model.kind import Scope
from scanner.testing import ACCOUNT, REGION, evidence_of, judge
from tests.reason.network.answers import group, permission
from tests.reason.network.test_asserted import NONE
from tests.reason.network.test_reach import BACK, GROUPS, TO, asked_of, carried, peering, transit, two_vpcs

FAR = "us-east-1"
ADMITS = [GROUPS[0], group("sg-db", permission("tcp", 5432, None, "10.0.0.0/16"))]
VPCS = [{"VpcId": f"vpc-{number}", "OwnerId": ACCOUNT, "CidrBlock": f"10.{number - 1}.0.0/16"} for number in (1, 2)]


def far_vpc(answers):
    """The answers without, and those with nothing but, what belongs to the second VPC."""
    near, far = copy.deepcopy(answers), copy.deepcopy(answers)
    for call, said in answers.items():
        (key, rows) = next(iter(said.items())) if isinstance(said, dict) and len(said) == 1 else ("", ())
        if call.startswith("ec2:") and rows and isinstance(rows, list) and all("VpcId" in row for row in rows):
            near[call][key] = [row for row in rows if row["VpcId"] != "vpc-2"]
            far[call][key] = [row for row in rows if row["VpcId"] == "vpc-2" or row.get("GroupId") == "sg-db"]
    return near, far


def in_two_regions(near, far):
    """Evidence of two regions of one account."""
    evidence = evidence_of(near)
    for key, answer in evidence_of(far).answers.items():
        if key.region == REGION:
            evidence.answers[msgspec.structs.replace(key, region=FAR)] = answer
    evidence.targets = (*evidence.targets, Scope("aws", ACCOUNT, FAR))
    return evidence


def peered(admits=None):
    """The web server in one region and the database in another, on a peering of their VPCs."""
    (row,) = peering()
    row["AccepterVpcInfo"]["Region"] = FAR
    groups = [GROUPS[0], (admits or ADMITS[1]) | {"VpcId": "vpc-2"}]
    answers = NONE | two_vpcs([TO], [BACK], VpcPeeringConnections=[row], SecurityGroups=groups, Vpcs=VPCS)
    return far_vpc(answers)


def test_a_peering_leads_to_another_region():
    assert "reachable" == asked_of(in_two_regions(*peered()), "i-web", "eni-2:5432").verdict.value


def test_groups_of_another_region_cannot_be_referred_to():
    assert "not-reachable" == asked_of(in_two_regions(*peered(GROUPS[1])), "i-web", "eni-2:5432").verdict.value


@pytest.mark.parametrize("scanned, expected", [(True, "fail"), (False, "undecided")])
def test_what_a_peer_in_another_region_sends_is_judged_where_that_region_was_scanned(scanned, expected):
    near, far = peered()
    group_there = group("sg-web", permission("tcp", 22, None, "10.1.0.0/16"))
    near["ec2:DescribeSecurityGroups"] = {"SecurityGroups": [group_there]}
    evidence = in_two_regions(near, far) if scanned else evidence_of(near)
    found = {one.resource.id: one.status for one in judge(peer_network_admitted_too_widely, evidence)}
    assert expected == found["sg-web"]


def test_an_assertion_speaks_of_sources_in_another_region():
    found = judge(path_assertion_broken, in_two_regions(*peered()), assertions=("deny i-web -> eni-2",))
    assert {"eni-1": "skip", "eni-2": "fail"} == {one.resource.id: one.status for one in found}


def attachment(number, gateway, kind, resource, table):
    """One attachment of a transit gateway, as the region of that gateway tells it."""
    return {
        "TransitGatewayAttachmentId": number,
        "TransitGatewayId": gateway,
        "ResourceType": kind,
        "ResourceId": resource,
        "ResourceOwnerId": ACCOUNT,
        "State": "available",
        "Association": {"TransitGatewayRouteTableId": table, "State": "associated"},
    }


def over_transit_peering(*, back="10.0.0.0/16", far_routes=None):
    """The web server and the database each on a transit gateway of its region, which are peered: one id for both ends."""
    near, far = far_vpc(transit([carried("10.1.0.0/16", 9, kind="static")], []) | {"ec2:DescribeVpcs": {"Vpcs": VPCS}})
    routes = far_routes or [carried(back, 9, kind="static"), carried("10.1.0.0/16", 2)]
    for answers, number in ((near, 0), (far, 1)):
        answers["ec2:DescribeSecurityGroups"] = {"SecurityGroups": [ADMITS[number]]}
        tables = answers["ec2:DescribeTransitGatewayRouteTables"]["TransitGatewayRouteTables"]
        answers["ec2:DescribeTransitGatewayRouteTables"]["TransitGatewayRouteTables"] = [tables[number]]
        answers["ec2:SearchTransitGatewayRoutes"] = [answers["ec2:SearchTransitGatewayRoutes"][number]]
    far["ec2:SearchTransitGatewayRoutes"][0]["response"]["Routes"] = routes
    near["ec2:SearchTransitGatewayRoutes"][0]["response"]["Routes"].append(carried("10.0.0.0/16", 1))
    near["ec2:DescribeTransitGatewayAttachments"]["TransitGatewayAttachments"] = [
        attachment("tgw-attach-1", "tgw-1", "vpc", "vpc-1", "tgw-rtb-1"),
        attachment("tgw-attach-9", "tgw-1", "peering", "tgw-2", "tgw-rtb-1"),
    ]
    far["ec2:DescribeTransitGatewayAttachments"]["TransitGatewayAttachments"] = [
        attachment("tgw-attach-2", "tgw-2", "vpc", "vpc-2", "tgw-rtb-2"),
        attachment("tgw-attach-9", "tgw-2", "peering", "tgw-1", "tgw-rtb-2"),
    ]
    for route in far["ec2:DescribeRouteTables"]["RouteTables"][0]["Routes"]:
        if "TransitGatewayId" in route:
            route["TransitGatewayId"] = "tgw-2"
    return near, far


def test_a_peering_of_transit_gateways_is_followed_by_the_tables_of_both():
    assert "reachable" == asked_of(in_two_regions(*over_transit_peering()), "i-web", "eni-2:5432").verdict.value


@pytest.mark.parametrize(
    "changes",
    [{"back": "10.7.0.0/16"}, {"far_routes": [carried("10.0.0.0/16", 9, kind="static")]}],
    ids=["no way back", "the peer's table does not lead on"],
)
def test_each_transit_gateway_of_a_peering_can_close_the_way(changes):
    assert (
        "not-reachable"
        == asked_of(in_two_regions(*over_transit_peering(**changes)), "i-web", "eni-2:5432").verdict.value
    )


def test_what_peered_transit_gateways_lead_to_is_judged_for_whole_vpcs_too():
    near, far = over_transit_peering()
    near["ec2:DescribeSecurityGroups"] = {
        "SecurityGroups": [group("sg-web", permission("tcp", 22, None, "10.1.0.0/16"))]
    }
    found = {one.resource.id: one.status for one in judge(peer_network_admitted_too_widely, in_two_regions(near, far))}
    assert "fail" == found["sg-web"]


def test_where_the_other_end_of_a_transit_peering_was_not_read_the_answer_names_it():
    near, far = over_transit_peering()
    far["ec2:DescribeTransitGatewayAttachments"]["TransitGatewayAttachments"].pop()
    found = asked_of(in_two_regions(near, far), "i-web", "eni-2:5432")
    assert "what is beyond the peering tgw-attach-9 of tgw-1 with tgw-2 was not read" == found.why.detail
