from ipaddress import IPv4Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.addresses import AddressSet
from scanner.model.intervals import intervals
from scanner.model.kind import Api, Scope
from scanner.model.maybe import ABSENT, Reason, UnknownAsked, unknown
from scanner.model.network_acl import AclEntry, NetworkAcl

REGION = Scope("aws", "123456789012", "eu-west-1")
HIDDEN = unknown(Reason.DENIED, "hidden")


def entry(number, *, allow=True, cidr="0.0.0.0/0", ports=(ABSENT, ABSENT), protocol="6", egress=False):
    return AclEntry(number, egress, allow, protocol, cidr, *ports, ABSENT, ABSENT)


def acl_of(*entries):
    return NetworkAcl(
        scope=REGION, id="acl-1", origin=Api("ec2:Test", REGION), arn=ABSENT, name=ABSENT, tags={}, vpc="vpc-1",
        is_default=False, subnets=("subnet-1",), entries=entries,
    )  # fmt: skip


ENTRIES = st.lists(
    st.builds(
        lambda allow, cidr, low, width, protocol: (allow, cidr, (low, low + width), protocol),
        st.booleans(),
        st.sampled_from(["0.0.0.0/0", "0.0.0.0/1", "10.0.0.0/8", "10.1.0.0/16", "52.0.0.0/8"]),
        st.integers(0, 6),
        st.integers(0, 4),
        st.sampled_from(["6", "17", "-1"]),
    ),
    max_size=5,
)
ADDRESSES = st.sampled_from(["10.1.2.3", "10.9.9.9", "52.1.1.1", "200.1.1.1"])


@given(ENTRIES, ADDRESSES, st.integers(0, 11), st.randoms(use_true_random=False))
def test_the_first_entry_that_matches_decides_whatever_their_order_in_the_answer(rows, address, port, random):
    def matches(cidr, ports, protocol):
        return IPv4Address(address) in ip_network(cidr) and (
            protocol == "-1" or (protocol == "6" and ports[0] <= port <= ports[1])
        )

    expected = next((allow for allow, *rest in rows if matches(*rest)), False)
    entries = [
        entry(number, allow=allow, cidr=cidr, ports=ports, protocol=protocol)
        for number, (allow, cidr, ports, protocol) in enumerate(rows)
    ]
    random.shuffle(entries)
    assert expected == (int(IPv4Address(address)) in acl_of(*entries).sources("tcp", port).ipv4)


def test_the_families_are_decided_apart():
    found = acl_of(entry(1, allow=False, cidr="0.0.0.0/0"), entry(2, cidr="::/0")).sources("tcp", 22)
    assert not found.ipv4
    assert found.ipv6


def test_what_no_entry_matches_is_denied():
    assert acl_of().sources("tcp", 22) == AddressSet()


def test_outbound_entries_do_not_let_in():
    assert acl_of(entry(1, egress=True)).sources("tcp", 22) == AddressSet()


def test_open_ports_are_exact_between_the_edges_of_entries():
    acl = acl_of(entry(1, allow=False, ports=(22, 22)), entry(2, ports=(20, 30)))
    assert acl.open_to_internet("tcp", 0.25) == intervals(((20, 21), (23, 30)))


def test_an_entry_of_all_protocols_opens_every_port():
    assert acl_of(entry(1, protocol="-1")).open_to_internet("udp", 1) == intervals(((0, 65535),))


def test_an_unknown_entry_behind_one_that_decides_does_not_matter():
    acl = acl_of(entry(1, allow=False), entry(2, allow=False, cidr="::/0"), entry(3, cidr=HIDDEN))
    assert acl.sources("tcp", 22) == AddressSet()


def test_an_unknown_entry_that_may_decide_makes_the_answer_unknown():
    with pytest.raises(UnknownAsked):
        acl_of(entry(1, allow=HIDDEN), entry(2)).sources("tcp", 22)
