"""Whether one place can reach another, inside and across VPCs, from outside and to the outside."""

import pytest

from scanner.inventory import Inventory
from scanner.plan import Plan
from scanner.reason.network.answer import Answer
from scanner.reason.network.estate import KINDS, Estate
from scanner.reason.network.places import PlaceError, place_of, split_port
from scanner.reason.network.reach import reach
from scanner.testing import ACCOUNT, READERS, REGION, evidence_of
from tests.reason.network.answers import (
    OUT,
    acl,
    entry,
    group,
    interface,
    open_entries,
    permission,
    public_network,
    route,
    subnet,
    table,
)

WEB = interface("eni-1", "sg-web", Attachment={"InstanceId": "i-web"})
DATA = interface(
    "eni-2", "sg-db", private="10.0.1.20", public=None, subnet="subnet-2", TagSet=[{"Key": "tier", "Value": "db"}]
)
GROUPS = [
    group("sg-web", permission("tcp", 443, None, "0.0.0.0/0")),
    group("sg-db", permission("tcp", 5432, groups=["sg-web"])),
]


def two_tiers(**changes):
    """A public web server and a private database that admits it, each in a subnet of its own."""
    tiers = {
        "NetworkInterfaces": [WEB, DATA],
        "SecurityGroups": GROUPS,
        "Subnets": [subnet("subnet-1"), subnet("subnet-2", "10.0.1.0/24")],
        "NetworkAcls": [acl("acl-1", ["subnet-1"], open_entries()), acl("acl-2", ["subnet-2"], open_entries())],
    }
    return public_network(**(tiers | changes))


def asked(answers, source, target) -> Answer:
    return asked_of(evidence_of(answers), source, target)


def asked_of(evidence, source, target) -> Answer:
    """The answer of the network that this evidence describes."""
    inventory = Inventory.of(Plan.of((), READERS, kinds=KINDS), evidence)
    rows = [row for kind in KINDS for row in inventory.listing(kind)]
    unread = {(kind, at.region): why for kind in KINDS for at, why in inventory.unlisted(kind).items()}
    estate = Estate(rows, lambda kind, region: unread.get((kind, region or REGION)))
    name, traffic = split_port(target)
    return reach(place_of(source, estate), place_of(name, estate), traffic, estate)


def verdict(answers, source, target):
    return asked(answers, source, target).verdict.value


def blocker(answers, source, target):
    found = asked(answers, source, target)
    assert found.blocker is not None, found
    return found.blocker.code


def test_the_way_from_the_internet_is_told_hop_by_hop():
    hops = [str(hop) for hop in asked(two_tiers(), "internet", "i-web:443").hops]
    assert hops == [
        "internet (tcp/443 from 1.0.0.0)",
        "igw-1",
        "rtb-1 (0.0.0.0/0 to igw-1)",
        "acl-1 (#100)",
        "sg-web (tcp/443 0.0.0.0/0)",
        "eni-1 (54.0.0.10)",
        "i-web",
    ]


def test_the_rules_that_close_a_way_are_all_that_admit_it_and_no_others():
    several = [
        group("sg-web", permission("tcp", 443, None, "0.0.0.0/1"), permission("tcp", 22, None, "0.0.0.0/0")),
        group("sg-more", permission("tcp", 400, 500, "128.0.0.0/1"), permission("tcp", 443, None, "10.0.0.0/8")),
    ]
    both = interface("eni-1", "sg-web", "sg-more")
    answers = two_tiers(SecurityGroups=several, NetworkInterfaces=[both])
    found = asked(answers, "internet", "eni-1:443")
    assert found.closing == ("sg-web tcp/443 0.0.0.0/1", "sg-more tcp/400-500 128.0.0.0/1")
    without = [group("sg-web", permission("tcp", 22, None, "0.0.0.0/0")), group("sg-more")]
    assert (
        verdict(two_tiers(SecurityGroups=without, NetworkInterfaces=[both]), "internet", "eni-1:443") == "not-reachable"
    )


@pytest.mark.parametrize(
    "source, target, expected",
    [
        ("internet", "i-web:443", "reachable"),
        ("internet", "54.0.0.10:443", "reachable"),
        ("internet", "i-web:22", "not-reachable"),
        ("internet", "tag:tier=db:5432", "not-reachable"),
        ("i-web", "eni-2:5432", "reachable"),
        ("i-web", "10.0.1.20:5432/tcp", "reachable"),
        ("i-web", "eni-2:5432/udp", "not-reachable"),
        ("subnet-1", "tag:tier=db", "reachable"),
        ("eni-2", "i-web:443", "reachable"),
        ("i-web", "internet:443", "reachable"),
        ("eni-2", "internet", "not-reachable"),
        ("203.0.113.9", "i-web:443", "reachable"),
        ("192.168.7.7", "eni-2:5432", "not-reachable"),
        ("10.0.0.0/24", "eni-2:5432", "reachable"),
        ("10.0.9.0/24", "eni-2:5432", "not-reachable"),
        ("i-web", "10.0.1.0/24:5432", "reachable"),
        ("0.0.0.0/0", "i-web:443", "reachable"),
        ("0.0.0.0/0", "eni-2:5432", "not-reachable"),
        ("::/0", "i-web:443", "not-reachable"),
    ],
)
def test_places_are_ids_addresses_tags_and_the_internet(source, target, expected):
    assert verdict(two_tiers(), source, target) == expected


@pytest.mark.parametrize("text", ["nothing", "tag:tier=none", "i-0", "10.9.9.9.9"])
def test_a_place_that_was_not_read_is_refused(text):
    with pytest.raises(PlaceError):
        asked(two_tiers(), "internet", text)


def test_a_name_of_two_things_is_refused():
    named = {"TagSet": [{"Key": "Name", "Value": "node"}]}
    answers = two_tiers(NetworkInterfaces=[WEB | named, DATA | named])
    with pytest.raises(PlaceError, match="ambiguous"):
        asked(answers, "internet", "node")


def test_an_instance_goes_before_the_group_of_the_same_name():
    answers = two_tiers()
    row = {"InstanceId": "i-web", "State": {"Name": "running"}, "Tags": [{"Key": "Name", "Value": "sg-of"}]}
    answers["ec2:DescribeInstances"] = {"Reservations": [{"OwnerId": ACCOUNT, "Instances": [row]}]}
    answers["ec2:DescribeSecurityGroups"]["SecurityGroups"][1]["GroupName"] = "sg-of"
    assert verdict(answers, "internet", "sg-of:443") == "reachable"


def test_where_interfaces_were_not_read_nothing_is_decided():
    answers = two_tiers()
    answers["ec2:DescribeNetworkInterfaces"] = [{"parameters": {"MaxResults": 1000}, "error": "UnauthorizedOperation"}]
    assert verdict(answers, "internet", "i-web:443") == "undecided"


NOT_INSIDE = {
    "egress of the source": (
        "ENI_SG_RULES_MISMATCH",
        {"SecurityGroups": [group("sg-web", egress=[]), GROUPS[1]]},
    ),
    "network ACL out of the source": (
        "SUBNET_ACL_RESTRICTION",
        {"NetworkAcls": [acl("acl-1", ["subnet-1"], [entry(1)]), acl("acl-2", ["subnet-2"], open_entries())]},
    ),
    "network ACL out of the target, for the answer": (
        "SUBNET_ACL_RESTRICTION",
        {"NetworkAcls": [acl("acl-1", ["subnet-1"], open_entries()), acl("acl-2", ["subnet-2"], [entry(1)])]},
    ),
    "network ACL into the source, for the answer": (
        "SUBNET_ACL_RESTRICTION",
        {
            "NetworkAcls": [
                acl("acl-1", ["subnet-1"], [entry(1, egress=True)]),
                acl("acl-2", ["subnet-2"], open_entries()),
            ]
        },
    ),
    "another group is referred to": (
        "ENI_SG_RULES_MISMATCH",
        {"SecurityGroups": [GROUPS[0], group("sg-db", permission("tcp", 5432, groups=["sg-db"]))]},
    ),
}


@pytest.mark.parametrize("code, changes", NOT_INSIDE.values(), ids=NOT_INSIDE)
def test_inside_a_vpc_each_gate_can_close_the_way(code, changes):
    assert blocker(two_tiers(**changes), "i-web", "eni-2:5432") == code


def test_network_acls_do_not_bear_within_a_subnet():
    near = interface("eni-2", "sg-db", private="10.0.0.20", public=None)
    answers = two_tiers(NetworkInterfaces=[WEB, near], NetworkAcls=[acl("acl-1", ["subnet-1"], [])])
    assert verdict(answers, "i-web", "eni-2:5432") == "reachable"


def test_a_more_specific_route_to_an_appliance_leaves_the_answer_open():
    inspected = table("rtb-1", route("10.0.1.0/24", NetworkInterfaceId="eni-fw"), subnets=["subnet-1"])
    answers = two_tiers(RouteTables=[inspected, table("rtb-main", main=True)])
    assert verdict(answers, "i-web", "eni-2:5432") == "undecided"


FAR = interface("eni-2", "sg-db", private="10.1.0.20", public=None, subnet="subnet-2", vpc="vpc-2")


def two_vpcs(here, there, **changes):
    """The web server in one VPC and the database in another, with these routes."""
    far = table("rtb-2", *there, main=True, vpc="vpc-2")
    far["Routes"][0] = far["Routes"][0] | {"DestinationCidrBlock": "10.1.0.0/16"}
    return two_tiers(
        **{
            "NetworkInterfaces": [WEB, FAR],
            "Subnets": [subnet("subnet-1"), subnet("subnet-2", "10.1.0.0/24", "vpc-2")],
            "RouteTables": [table("rtb-1", OUT, *here, subnets=["subnet-1"]), far],
        }
        | changes
    )


def peering(status="active"):
    sides = {
        "RequesterVpcInfo": {"VpcId": "vpc-1", "OwnerId": ACCOUNT, "Region": REGION, "CidrBlock": "10.0.0.0/16"},
        "AccepterVpcInfo": {"VpcId": "vpc-2", "OwnerId": ACCOUNT, "Region": REGION, "CidrBlock": "10.1.0.0/16"},
    }
    return [{"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": status}, **sides}]


TO = route("10.1.0.0/16", VpcPeeringConnectionId="pcx-1")
BACK = route("10.0.0.0/16", VpcPeeringConnectionId="pcx-1")


@pytest.mark.parametrize(
    "here, there, status, expected",
    [
        ([TO], [BACK], "active", "reachable"),
        ([TO], [], "active", "not-reachable"),
        ([], [BACK], "active", "not-reachable"),
        ([TO], [BACK], "deleted", "not-reachable"),
    ],
)
def test_a_peering_needs_routes_on_both_sides(here, there, status, expected):
    answers = two_vpcs(here, there, VpcPeeringConnections=peering(status))
    assert verdict(answers, "i-web", "eni-2:5432") == expected


def transit(routes, back):
    """Both VPCs on one transit gateway, with a route table each."""
    attachments = [
        {
            "TransitGatewayAttachmentId": f"tgw-attach-{number}",
            "TransitGatewayId": "tgw-1",
            "ResourceType": "vpc",
            "ResourceId": f"vpc-{number}",
            "ResourceOwnerId": ACCOUNT,
            "State": "available",
            "Association": {"TransitGatewayRouteTableId": f"tgw-rtb-{number}", "State": "associated"},
        }
        for number in (1, 2)
    ]
    details = [
        {
            "TransitGatewayAttachmentId": f"tgw-attach-{number}",
            "TransitGatewayId": "tgw-1",
            "VpcId": f"vpc-{number}",
            "VpcOwnerId": ACCOUNT,
            "State": "available",
            "SubnetIds": [f"subnet-{number}"],
        }
        for number in (1, 2)
    ]
    admits = [GROUPS[0], group("sg-db", permission("tcp", 5432, None, "10.0.0.0/8"))]
    zoned = [
        subnet("subnet-1") | {"AvailabilityZone": "a"},
        subnet("subnet-2", "10.1.0.0/24", "vpc-2") | {"AvailabilityZone": "a"},
    ]
    answers = two_vpcs(
        [route("10.1.0.0/16", TransitGatewayId="tgw-1")],
        [route("10.0.0.0/16", TransitGatewayId="tgw-1")],
        SecurityGroups=admits,
        Subnets=zoned,
        TransitGatewayAttachments=attachments,
        TransitGatewayVpcAttachments=details,
        TransitGatewayRouteTables=[
            {"TransitGatewayRouteTableId": f"tgw-rtb-{number}", "TransitGatewayId": "tgw-1", "State": "available"}
            for number in (1, 2)
        ],
    )
    filters = [{"Name": "type", "Values": ["static", "propagated"]}]
    answers["ec2:SearchTransitGatewayRoutes"] = [
        {
            "parameters": {"TransitGatewayRouteTableId": f"tgw-rtb-{number}", "Filters": filters, "MaxResults": 1000},
            "response": {"Routes": rows},
        }
        for number, rows in ((1, routes), (2, back))
    ]
    return answers


def carried(cidr, number, state="active", kind="propagated"):
    attachments = [{"TransitGatewayAttachmentId": f"tgw-attach-{number}"}] if state == "active" else []
    return {"DestinationCidrBlock": cidr, "TransitGatewayAttachments": attachments, "Type": kind, "State": state}


@pytest.mark.parametrize(
    "routes, back, expected",
    [
        ([carried("10.1.0.0/16", 2)], [carried("10.0.0.0/16", 1)], "reachable"),
        ([carried("10.1.0.0/16", 2)], [], "not-reachable"),
        (
            [carried("10.1.0.0/16", 2), carried("10.1.0.0/24", 2, "blackhole", "static")],
            [carried("10.0.0.0/16", 1)],
            "not-reachable",
        ),
    ],
)
def test_a_transit_gateway_routes_each_way_by_the_table_of_the_attachment(routes, back, expected):
    assert verdict(transit(routes, back), "i-web", "eni-2:5432") == expected


@pytest.mark.parametrize("supported, expected", [("enable", "reachable"), ("disable", "not-reachable")])
def test_groups_are_referred_to_across_a_transit_gateway_only_where_it_supports_that(supported, expected):
    answers = transit([carried("10.1.0.0/16", 2)], [carried("10.0.0.0/16", 1)])
    options = {"SecurityGroupReferencingSupport": supported}
    for row in answers["ec2:DescribeTransitGatewayVpcAttachments"]["TransitGatewayVpcAttachments"]:
        row["Options"] = options
    gateway = {"TransitGatewayId": "tgw-1", "OwnerId": ACCOUNT, "State": "available", "Options": options}
    answers["ec2:DescribeTransitGateways"] = {"TransitGateways": [gateway]}
    answers["ec2:DescribeSecurityGroups"] = {"SecurityGroups": GROUPS}
    assert verdict(answers, "i-web", "eni-2:5432") == expected


def test_a_peering_lets_groups_of_the_same_region_be_referred_to():
    answers = two_vpcs([TO], [BACK], VpcPeeringConnections=peering())
    assert [str(hop) for hop in asked(answers, "i-web", "eni-2:5432").hops if hop.id == "sg-db"] == [
        "sg-db (tcp/5432 sg-web)"
    ]


@pytest.mark.parametrize(
    "source, target, expected",
    [
        ("192.168.7.7", "eni-2:5432", "reachable"),
        ("192.168.9.9", "eni-2:5432", "not-reachable"),
        ("192.168.0.0/16", "eni-2:5432", "reachable"),
        ("192.0.0.0/8", "eni-2:5432", "reachable"),
        ("172.16.0.0/12", "eni-2:5432", "not-reachable"),
        ("52.0.0.7", "eni-2:5432", "reachable"),
        ("53.0.0.7", "eni-2:5432", "not-reachable"),
        ("internet", "eni-2:5432", "not-reachable"),
        ("eni-2", "192.168.9.9:443", "reachable"),
        ("eni-2", "172.16.0.1:443", "not-reachable"),
    ],
)
def test_a_site_behind_a_vpn_reaches_what_routes_back_to_it_and_is_reached_by_it(source, target, expected):
    vpn = [route(block, GatewayId="vgw-1") for block in ("192.168.0.0/16", "52.0.0.0/16")]
    admits = permission("tcp", 5432, None, "192.168.7.0/24", "52.0.0.0/8", "53.0.0.0/8")
    answers = two_tiers(
        RouteTables=[table("rtb-main", *vpn, main=True)], SecurityGroups=[GROUPS[0], group("sg-db", admits)]
    )
    assert expected == verdict(answers, source, target)


def through_nat(nat_routes=(OUT,), state="available"):
    nat = {
        "NatGatewayId": "nat-1",
        "VpcId": "vpc-1",
        "SubnetId": "subnet-1",
        "State": state,
        "ConnectivityType": "public",
        "AvailabilityMode": "zonal",
    }
    return two_tiers(
        NatGateways=[nat],
        RouteTables=[
            table("rtb-1", *nat_routes, subnets=["subnet-1"]),
            table("rtb-main", route("0.0.0.0/0", NatGatewayId="nat-1"), main=True),
        ],
    )


def test_a_nat_gateway_leads_out_where_its_own_subnet_does():
    assert verdict(through_nat(), "eni-2", "internet:443") == "reachable"
    assert blocker(through_nat(nat_routes=()), "eni-2", "internet:443") == "NO_ROUTE_TO_DESTINATION"
    assert blocker(through_nat(state="failed"), "eni-2", "internet:443") == "BAD_STATE"


def test_an_endpoint_of_a_service_is_a_place():
    endpoint = {
        "VpcEndpointId": "vpce-1",
        "VpcId": "vpc-1",
        "VpcEndpointType": "Interface",
        "NetworkInterfaceIds": ["eni-2"],
    }
    answers = two_tiers(VpcEndpoints=[endpoint])
    assert verdict(answers, "i-web", "vpce-1:5432") == "reachable"
    assert verdict(answers, "internet", "vpce-1:5432") == "not-reachable"


def test_a_nat_gateway_leads_nobody_in():
    assert verdict(through_nat(), "internet", "eni-2") == "not-reachable"


def test_a_request_by_udp_that_cannot_be_answered_is_told_with_a_note():
    answers = two_tiers(
        RouteTables=[table("rtb-1", subnets=["subnet-1"])],
        SecurityGroups=[group("sg-web", permission("-1", None, None, "0.0.0.0/0")), GROUPS[1]],
    )
    assert verdict(answers, "internet", "i-web:53/tcp") == "not-reachable"
    assert asked(answers, "internet", "i-web:53/udp").note.startswith("request only")
    assert verdict(answers, "internet", "i-web") == "not-reachable"


@pytest.mark.parametrize(
    "text, place",
    [
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:22", "2001:db8::1"),
        ("tag:a=b:22/udp", "tag:a=b"),
        ("i-1", "i-1"),
    ],
)
def test_a_port_is_told_from_the_place_before_it(text, place):
    assert split_port(text)[0] == place


def test_a_port_that_there_is_not_is_refused():
    with pytest.raises(PlaceError):
        split_port("i-1:70000")
