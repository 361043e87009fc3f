import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.addresses import address_set
from scanner.model.intervals import NOTHING, intervals
from scanner.model.kind import All, Api, Scope
from scanner.model.maybe import ABSENT, Reason, UnknownAsked, Why, unknown
from scanner.model.security_group import (
    ALL_PORTS,
    AddressRange,
    GroupPeer,
    OpenPorts,
    Permission,
    PrefixListPeer,
    SecurityGroup,
    entries_of,
    named_ports,
    open_among,
    open_ports,
    ports_text,
)
from scanner.model.vpc import PrefixListEntries

REGION = Scope("aws", "123456789012", "eu-west-1")
ORIGIN = Api("ec2:Test", REGION)
HIDDEN = unknown(Reason.DENIED, "hidden")
LISTS = All[PrefixListEntries](())
WORLD = AddressRange("0.0.0.0/0")


def permission(first, last=None, *, peer=WORLD, protocol="tcp"):
    return Permission(protocol, first, first if last is None else last, peer, ABSENT)


def group_of(*ingress):
    return SecurityGroup(
        scope=REGION, id="sg-1", origin=ORIGIN, arn=ABSENT, name="web", tags={}, vpc="vpc-1", description="d",
        ingress=ingress, egress=(),
    )  # fmt: skip


def lists_of(**entries):
    return All(PrefixListEntries(scope=REGION, id=name, origin=ORIGIN, cidrs=cidrs) for name, cidrs in entries.items())


def ports(*spans):
    return intervals(spans)


CIDRS = st.sampled_from(["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "52.0.0.0/8", "::/0", "2000::/4"])
PERMISSIONS = st.lists(
    st.builds(
        lambda cidr, low, width: permission(low, low + width, peer=AddressRange(cidr)),
        CIDRS,
        st.integers(0, 12),
        st.integers(0, 6),
    ),
    max_size=5,
)


@given(PERMISSIONS, st.sampled_from([0.1, 0.25, 0.5, 1.0]))
def test_a_port_is_open_exactly_if_the_union_of_its_sources_is_large_enough(permissions, share):
    opened = open_ports(permissions, "tcp", LISTS, share).ports
    for port in range(22):
        cidrs = [one.peer.cidr for one in permissions if one.from_port <= port <= one.to_port]
        assert (address_set(cidrs).internet_share >= share) == (port in opened), port


@pytest.mark.parametrize(
    "one,protocol,expected",
    [
        (permission(ABSENT, ABSENT, protocol="-1"), "udp", ALL_PORTS),
        (permission(-1, -1), "tcp", ALL_PORTS),
        (permission(ABSENT, ABSENT), "tcp", ALL_PORTS),
        (permission(22), "udp", NOTHING),
        (permission(8, 0, protocol="icmp"), "tcp", NOTHING),
        (permission(20, 22), "tcp", ports((20, 22))),
    ],
)
def test_the_ports_of_a_permission_are_those_of_its_protocol(one, protocol, expected):
    assert one.ports(protocol) == expected


def test_a_reference_to_a_group_opens_nothing_to_the_internet():
    peer = GroupPeer("sg-2", ABSENT, ABSENT, ABSENT, ABSENT)
    assert open_ports([permission(22, peer=peer)], "tcp", LISTS, 0.25).ports == NOTHING


def test_the_entries_of_a_prefix_list_are_united_with_other_blocks():
    permissions = [permission(22, peer=PrefixListPeer("pl")), permission(22, peer=AddressRange("128.0.0.0/1"))]
    assert open_ports(permissions, "tcp", lists_of(pl=("0.0.0.0/1",)), 1).ports == ports((22, 22))


def test_a_prefix_list_that_was_not_read_leaves_its_ports_open_to_doubt():
    opened = open_ports([permission(22, peer=PrefixListPeer("pl"))], "tcp", LISTS, 0.25)
    assert opened.perhaps == ports((22, 22))
    assert opened.why.reason is Reason.NOT_COLLECTED


def test_entries_that_may_not_be_read_are_asked_in_vain():
    with pytest.raises(UnknownAsked, match="hidden"):
        entries_of("pl", lists_of(pl=HIDDEN))


def test_an_unknown_port_makes_every_port_of_the_protocol_doubtful():
    opened = open_ports([Permission("tcp", HIDDEN, 22, WORLD, ABSENT)], "tcp", LISTS, 0.25)
    assert opened.perhaps == ALL_PORTS


def test_an_unknown_description_makes_nothing_doubtful():
    opened = open_ports([Permission("tcp", 22, 22, WORLD, HIDDEN)], "tcp", LISTS, 0.25)
    assert opened == OpenPorts(ports((22, 22)))


def test_a_port_that_is_open_for_certain_is_not_made_doubtful_by_another_permission():
    opened = open_ports([permission(22), permission(22, 23, peer=HIDDEN)], "tcp", LISTS, 0.25)
    assert (opened.ports, opened.perhaps) == (ports((22, 22)), ports((23, 23)))


WHY = Why(Reason.DENIED, "hidden")


def test_doubt_about_other_ports_does_not_matter():
    assert OpenPorts(NOTHING, ports((80, 90)), WHY).among(ports((22, 22))) == NOTHING


def test_doubt_about_a_wanted_port_matters_only_if_none_is_open_for_certain():
    assert OpenPorts(ports((22, 22)), ports((23, 23)), WHY).among(ports((22, 23))) == ports((22, 22))
    with pytest.raises(UnknownAsked):
        OpenPorts(NOTHING, ports((23, 23)), WHY).among(ports((22, 23)))


def test_all_ports_are_doubtful_only_if_the_doubtful_ones_complete_them():
    with pytest.raises(UnknownAsked):
        OpenPorts(ports((0, 9)), ports((10, 65535)), WHY).hold(ALL_PORTS)
    assert not OpenPorts(ports((0, 9)), ports((11, 65535)), WHY).hold(ALL_PORTS)
    assert OpenPorts(ALL_PORTS, ports((1, 2)), WHY).hold(ALL_PORTS)


def test_a_table_is_answered_by_its_open_rows():
    table = (*named_ports("SSH", 22), *named_ports("WinRM", (5985, 5986)), *named_ports("RDP", 3389, protocol="udp"))
    found = open_among(group_of(permission(5986), permission(3389)), table, LISTS, 0.25)
    assert [str(one) for one in found] == ["WinRM (tcp/5985-5986)"]


def test_a_table_with_no_open_row_and_a_doubtful_one_is_not_answered():
    with pytest.raises(UnknownAsked):
        open_among(group_of(permission(22, peer=HIDDEN)), named_ports("SSH", 22, 23), LISTS, 0.25)


def test_ports_are_written_as_people_write_them():
    assert ports_text(ports((80, 90), (22, 22))) == "22,80-90"


def test_a_group_refers_to_others_and_not_to_itself():
    peers = (GroupPeer(name, ABSENT, ABSENT, ABSENT, ABSENT) for name in ("sg-1", "sg-2"))
    assert group_of(*(permission(22, peer=peer) for peer in peers), permission(443)).refers_to() == ("sg-2",)
