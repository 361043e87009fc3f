"""What the internet reaches: the same network written in other ways answers alike, and each gate can close it."""

import pytest

from scanner.model.maybe import ABSENT, UnknownAsked
from scanner.testing import ACCOUNT
from tests.reason.network.answers import (
    OUT,
    acl,
    blockers,
    connections,
    entry,
    exposure_in,
    group,
    interface,
    open_entries,
    permission,
    public_network,
    route,
    subnet,
    table,
)

WEB = ["tcp/443 from anywhere (IPv4)"]


def one_table(*routes):
    return [table("rtb-1", *routes, subnets=["subnet-1"])]


def one_acl(*entries):
    return [acl("acl-1", ["subnet-1"], list(entries))]


def one_group(*ingress):
    return [group("sg-1", *ingress)]


def secondary():
    addresses = [
        {"PrivateIpAddress": "10.0.0.10", "Primary": True},
        {
            "PrivateIpAddress": "10.0.0.11",
            "Primary": False,
            "Association": {"PublicIp": "54.0.0.10", "IpOwnerId": ACCOUNT},
        },
    ]
    return [interface("eni-1", "sg-1", public=None) | {"PrivateIpAddresses": addresses}]


SAME = {
    "as it is": {},
    "CIDR split in halves": {
        "SecurityGroups": one_group(permission("tcp", 443, None, "0.0.0.0/1", "128.0.0.0/1")),
    },
    "rules over two groups": {
        "SecurityGroups": [
            group("sg-1", permission("tcp", 443, None, "0.0.0.0/1")),
            group("sg-2", permission("tcp", 443, None, "128.0.0.0/1")),
        ],
        "NetworkInterfaces": [interface("eni-1", "sg-1", "sg-2")],
    },
    "prefix list instead of CIDR": {
        "SecurityGroups": one_group(permission("tcp", 443, lists=["pl-1"])),
        "lists": {"pl-1": ["0.0.0.0/1", "128.0.0.0/1"]},
    },
    "default route split": {
        "RouteTables": one_table(route("0.0.0.0/1", GatewayId="igw-1"), route("128.0.0.0/1", GatewayId="igw-1")),
    },
    "default route to a prefix list": {
        "RouteTables": one_table(route("pl-1", GatewayId="igw-1")),
        "lists": {"pl-1": ["0.0.0.0/0"]},
    },
    "main route table": {"RouteTables": [table("rtb-main", OUT, main=True)]},
    "another VPC's main table leads nowhere": {
        "RouteTables": [table("rtb-2", main=True, vpc="vpc-2"), table("rtb-main", OUT, main=True)]
    },
    "entries of the network ACL shuffled": {"NetworkAcls": one_acl(*reversed(open_entries()))},
    "a denial after what allows": {"NetworkAcls": one_acl(*open_entries(), entry(200, "deny"))},
    "network ACL allows in halves": {
        "NetworkAcls": one_acl(
            entry(1, cidr="0.0.0.0/1"), entry(2, cidr="128.0.0.0/1"), entry(3, egress=True), entry(4, "deny")
        )
    },
    "answers to one client port only": {
        "NetworkAcls": one_acl(entry(1), entry(1, protocol="6", ports=(50000, 50000), egress=True))
    },
    "elastic address on a secondary address": {"NetworkInterfaces": secondary()},
    "an edge table that delivers": {
        "RouteTables": [*one_table(OUT), table("rtb-edge", gateway="igw-1")],
    },
    "a group of another VPC": {
        "SecurityGroups": [group("sg-1", permission("tcp", 443, None, "0.0.0.0/0")) | {"VpcId": "vpc-2"}]
    },
    "no egress rule": {
        "SecurityGroups": [group("sg-1", permission("tcp", 443, None, "0.0.0.0/0"), egress=[])],
    },
}


@pytest.mark.parametrize("changes", SAME.values(), ids=SAME)
def test_the_same_network_written_otherwise_is_as_exposed(changes):
    assert connections(public_network(**changes)) == WEB


CLOSED = {
    "no public address": (
        "IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS",
        {"NetworkInterfaces": [interface("eni-1", "sg-1", public=None)]},
    ),
    "only a public-looking private address": (
        "IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS",
        {"NetworkInterfaces": [interface("eni-1", "sg-1", private="54.1.1.1", public=None)]},
    ),
    "no route": ("NO_ROUTE_TO_DESTINATION", {"RouteTables": one_table()}),
    "blackholed route": (
        "NO_ROUTE_TO_DESTINATION",
        {"RouteTables": one_table(route("0.0.0.0/0", GatewayId="igw-1", State="blackhole"))},
    ),
    "blackholed halves before the default route": (
        "NO_ROUTE_TO_DESTINATION",
        {
            "RouteTables": one_table(
                OUT,
                route("0.0.0.0/1", NatGatewayId="nat-1", State="blackhole"),
                route("128.0.0.0/1", NatGatewayId="nat-1", State="blackhole"),
            )
        },
    ),
    "default route to a NAT gateway": (
        "NO_ROUTE_TO_DESTINATION",
        {"RouteTables": one_table(route("0.0.0.0/0", NatGatewayId="nat-1"))},
    ),
    "own table rather than the main one": (
        "NO_ROUTE_TO_DESTINATION",
        {"RouteTables": [*one_table(), table("rtb-main", OUT, main=True)]},
    ),
    "network ACL denies in": (
        "SUBNET_ACL_RESTRICTION",
        {"NetworkAcls": one_acl(entry(50, "deny", protocol="6", ports=(443, 443)), *open_entries())},
    ),
    "network ACL denies by halves before it allows": (
        "SUBNET_ACL_RESTRICTION",
        {"NetworkAcls": one_acl(entry(1, "deny", "0.0.0.0/1"), entry(2, "deny", "128.0.0.0/1"), *open_entries())},
    ),
    "network ACL denies the answer": ("SUBNET_ACL_RESTRICTION", {"NetworkAcls": one_acl(entry(1))}),
    "network ACL without entries": ("SUBNET_ACL_RESTRICTION", {"NetworkAcls": one_acl()}),
    "group admits other groups only": (
        "ENI_SG_RULES_MISMATCH",
        {"SecurityGroups": one_group(permission("tcp", 443, groups=["sg-1"]))},
    ),
    "group admits private addresses only": (
        "ENI_SG_RULES_MISMATCH",
        {"SecurityGroups": one_group(permission("tcp", 443, None, "10.0.0.0/8"))},
    ),
    "public access is blocked": (
        "VPC_BLOCK_PUBLIC_ACCESS_ENABLED",
        {"Subnets": [subnet("subnet-1", mode="block-ingress")]},
    ),
    "an edge table that drops": (
        "NO_ROUTE_TO_DESTINATION",
        {
            "RouteTables": [
                *one_table(OUT),
                table("rtb-edge", route("10.0.0.0/24", NetworkInterfaceId="eni-9", State="blackhole"), gateway="igw-1"),
            ]
        },
    ),
    "a NAT gateway's interface": (
        "COMPONENT_ACCEPTS_NO_INGRESS",
        {"NetworkInterfaces": [interface("eni-1", InterfaceType="nat_gateway")]},
    ),
    "attached to nothing": (
        "UNASSOCIATED_COMPONENT",
        {"NetworkInterfaces": [interface("eni-1", "sg-1", Status="available")]},
    ),
}


@pytest.mark.parametrize("code, changes", CLOSED.values(), ids=CLOSED)
def test_any_one_gate_can_close_the_way(code, changes):
    answers = public_network(**changes)
    assert connections(answers) == []
    assert {code} == set(blockers(answers))
    assert exposure_in(answers).doubt == ABSENT


UNDECIDED = {
    "an edge table sends it to an appliance": {
        "RouteTables": [
            *one_table(OUT),
            table("rtb-edge", route("10.0.0.0/24", VpcEndpointId="vpce-1", GatewayId="vpce-1"), gateway="igw-1"),
        ]
    },
    "answers go through an appliance": {"RouteTables": one_table(route("0.0.0.0/0", NetworkInterfaceId="eni-9"))},
    "prefix list of a group not read": {"SecurityGroups": one_group(permission("tcp", 443, lists=["pl-1"]))},
    "prefix list of a route not read": {"RouteTables": one_table(route("pl-1", GatewayId="igw-1"))},
    "a rule for a block that is none": {"SecurityGroups": one_group(permission("tcp", 443, None, "1.2.3.4.5/0"))},
    "a rule for a protocol that is none": {"SecurityGroups": one_group(permission("quux", 443, None, "0.0.0.0/0"))},
    "a rule for a type of ICMP that is none": {"SecurityGroups": one_group(permission("icmp", 999, None, "0.0.0.0/0"))},
    "an entry for a block that is none": {"NetworkAcls": one_acl(entry(1, cidr="0.0.0.0/99"), entry(2, egress=True))},
    "a route to a block that is none": {"RouteTables": one_table(route("0.0.0.0/-1", GatewayId="igw-1"))},
    "group not read": {"SecurityGroups": []},
    "network ACL not read": {"NetworkAcls": []},
    "route table not read": {"RouteTables": []},
    "subnet not read": {"Subnets": []},
}


@pytest.mark.parametrize("changes", UNDECIDED.values(), ids=UNDECIDED)
def test_what_is_not_known_or_not_modelled_is_neither_open_nor_closed(changes):
    exposure = exposure_in(public_network(**changes))
    with pytest.raises(UnknownAsked):
        exposure.open_traffic(0.25)


NO_MATTER = {
    "prefix list not read beside a rule for all": {
        "SecurityGroups": one_group(permission("tcp", 443, None, "0.0.0.0/0"), permission("tcp", 443, lists=["pl-1"]))
    },
    "a gateway endpoint's list not read": {
        "RouteTables": one_table(OUT, route("pl-s3", GatewayId="vpce-1")),
        "VpcEndpoints": [{"VpcEndpointId": "vpce-1", "VpcEndpointType": "Gateway", "OwnerId": ACCOUNT}],
    },
}


@pytest.mark.parametrize("changes", NO_MATTER.values(), ids=NO_MATTER)
def test_what_cannot_matter_leaves_the_answer_certain(changes):
    assert connections(public_network(**changes)) == WEB


def test_an_unread_list_does_not_matter_where_there_is_no_public_address():
    answers = public_network(
        SecurityGroups=one_group(permission("tcp", 443, lists=["pl-1"])),
        NetworkInterfaces=[interface("eni-1", "sg-1", public=None)],
    )
    assert exposure_in(answers).doubt == ABSENT


def test_only_clients_for_whom_there_is_a_route_back_can_connect():
    answers = public_network(RouteTables=one_table(route("8.8.8.0/24", GatewayId="igw-1")))
    assert connections(answers) == ["tcp/443 from 8.8.8.0/24 (6.91e-06 % of IPv4)"]


def test_a_request_that_cannot_be_answered_is_told_apart():
    answers = public_network(RouteTables=one_table())
    assert [str(one) for one in exposure_in(answers).requests] == WEB


def test_an_ipv6_address_is_public_where_the_route_leads_out():
    world = one_group(permission("tcp", 22, None, "::/0"))
    address = [interface("eni-1", "sg-1", public=None, Ipv6Addresses=[{"Ipv6Address": "2600:1f18::10"}])]
    out = one_table(route("::/0", GatewayId="igw-1"))
    egress_only = one_table(route("::/0", EgressOnlyInternetGatewayId="eigw-1"))
    assert connections(public_network(SecurityGroups=world, NetworkInterfaces=address, RouteTables=out)) == [
        "tcp/22 from anywhere (IPv6)"
    ]
    assert connections(public_network(SecurityGroups=world, NetworkInterfaces=address, RouteTables=egress_only)) == []


def test_an_interface_may_drop_what_comes_from_internet_gateways():
    address = interface("eni-1", "sg-1", public=None, Ipv6Addresses=[{"Ipv6Address": "2600:1f18::10"}])
    answers = public_network(
        SecurityGroups=one_group(permission("tcp", 22, None, "::/0")),
        NetworkInterfaces=[address | {"DenyAllIgwTraffic": True}],
        RouteTables=one_table(route("::/0", GatewayId="igw-1")),
    )
    assert connections(answers) == []


def test_where_several_things_close_the_way_each_is_told():
    answers = public_network(
        NetworkInterfaces=[interface("eni-1", "sg-1", public=None)], NetworkAcls=one_acl(entry(1, egress=True))
    )
    assert blockers(answers) == ["IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS", "SUBNET_ACL_RESTRICTION"]


def test_sources_are_told_by_what_is_missing_where_that_is_shorter():
    answers = public_network(
        NetworkAcls=one_acl(entry(1, "deny", "8.0.0.0/8"), *open_entries()),
    )
    assert connections(answers) == ["tcp/443 from anywhere except 8.0.0.0/8 (99.5 % of IPv4)"]


def test_an_icmp_rule_opens_no_port():
    answers = public_network(SecurityGroups=one_group(permission("icmp", -1, None, "0.0.0.0/0")))
    assert connections(answers) == ["icmp from anywhere (IPv4)"]


def test_an_unread_subnet_does_not_matter_where_there_is_no_public_address():
    answers = public_network(Subnets=[], NetworkInterfaces=[interface("eni-1", "sg-1", public=None)])
    assert blockers(answers) == ["IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS"]


def test_where_the_block_of_public_access_is_not_told_per_subnet_the_region_decides():
    old = subnet("subnet-1")
    del old["BlockPublicAccessStates"]
    answers = public_network(Subnets=[old])
    assert connections(answers) == WEB
    options = {"InternetGatewayBlockMode": "block-ingress"}
    answers["ec2:DescribeVpcBlockPublicAccessOptions"] = {"VpcBlockPublicAccessOptions": options}
    with pytest.raises(UnknownAsked):
        exposure_in(answers).open_traffic(0.25)
