"""Exposure against the direct evaluation of single packets, on random rules, entries and routes."""

from ipaddress import ip_address, ip_network

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.addresses import INTERNET
from scanner.model.traffic import rule_traffic
from tests.reason.network.answers import acl, entry, exposure_in, group, permission, public_network, route, table

BLOCKS = ("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/6", "8.8.0.0/16", "8.8.8.0/24", "10.0.0.0/8", "54.0.0.0/7")
SENDERS = ("8.8.8.8", "8.8.4.4", "9.9.9.9", "54.1.1.1", "130.0.0.1", "203.0.113.1")
PORTS = (22, 80, 443, 1024, 40000, 65535)
NUMBERS = {"tcp": "6", "udp": "17", "-1": "-1"}

blocks = st.sampled_from(BLOCKS)
protocols = st.sampled_from(("tcp", "udp", "-1"))
ranges = st.tuples(st.sampled_from(PORTS), st.sampled_from(PORTS)).map(lambda pair: (min(pair), max(pair)))
permissions = st.lists(st.tuples(protocols, ranges, blocks), min_size=1, max_size=4)
any_port = (0, 65535)
open_end = [(way, True, "0.0.0.0/0", "-1", any_port) for way in (False, True)]
some_entries = st.lists(st.tuples(st.booleans(), st.booleans(), blocks, protocols, ranges), max_size=6)
entries = st.builds(lambda some, is_open: some + (open_end if is_open else []), some_entries, st.booleans())
states = st.sampled_from(
    (("GatewayId", "igw-1", "active"), ("NatGatewayId", "nat-1", "active"), ("GatewayId", "igw-1", "blackhole"))
)
routes = st.dictionaries(blocks.filter(lambda block: block != "10.0.0.0/8"), states, max_size=4)
packets = st.tuples(st.sampled_from(SENDERS), st.sampled_from(("tcp", "udp")), st.sampled_from(PORTS))


def inside(address, block):
    return ip_address(address) in ip_network(block)


def speaks_of(protocol, ports, packet_protocol, port):
    return protocol == "-1" or (protocol == packet_protocol and ports[0] <= port <= ports[1])


def passes(numbered, egress, address, protocol, port):
    """The first entry that matches decides; none: denied."""
    for way, allow, block, spoken, ports in numbered:
        if way == egress and inside(address, block) and speaks_of(spoken, ports, protocol, port):
            return allow
    return False


def connects(rules, numbered, table_routes, packet):
    """Evaluate one packet and its answer, gate by gate, as the documentation tells it."""
    address, protocol, port = packet
    client_ports = {1, 65535, *(edge + step for edge in PORTS for step in (-1, 0, 1) if 1 <= edge + step <= 65535)}
    best = max(
        (block for block in table_routes if inside(address, block)),
        key=lambda block: ip_network(block).prefixlen,
        default=None,
    )
    number = int(ip_address(address))
    return (
        number in INTERNET.ipv4
        and passes(numbered, False, address, protocol, port)
        and any(speaks_of(spoken, ports, protocol, port) and inside(address, block) for spoken, ports, block in rules)
        and any(passes(numbered, True, address, protocol, client) for client in client_ports)
        and best is not None
        and table_routes[best] == ("GatewayId", "igw-1", "active")
    )


@settings(max_examples=120, deadline=None)
@given(permissions, entries, routes, packets)
def test_a_packet_is_exposed_exactly_if_every_gate_lets_it_and_its_answer_pass(rules, numbered, table_routes, packet):
    answers = public_network(
        SecurityGroups=[
            group(
                "sg-1",
                *(
                    permission(spoken, *(ports if spoken != "-1" else (None, None)), block)
                    for spoken, ports, block in rules
                ),
            )
        ],
        NetworkAcls=[
            acl(
                "acl-1",
                ["subnet-1"],
                [
                    entry(
                        number,
                        "allow" if allow else "deny",
                        block,
                        NUMBERS[spoken],
                        None if spoken == "-1" else ports,
                        egress=way,
                    )
                    for number, (way, allow, block, spoken, ports) in enumerate(numbered, 1)
                ][::-1],
            )
        ],
        RouteTables=[
            table(
                "rtb-1",
                *(route(block, **{key: target}, State=state) for block, (key, target, state) in table_routes.items()),
                subnets=["subnet-1"],
            )
        ],
    )
    address, protocol, port = packet
    place, number = rule_traffic(protocol, port, port)[0], int(ip_address(address))
    found = exposure_in(answers).connections
    expected = connects(rules, numbered, table_routes, packet)
    assert expected == any(place in one.traffic and number in one.sources.ipv4 for one in found)
