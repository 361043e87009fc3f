"""Traffic as integers: what rules speak of, and what answers a request."""

import pytest

from scanner.model.intervals import Intervals, intervals
from scanner.model.maybe import ABSENT
from scanner.model.traffic import (
    ALL_TRAFFIC,
    answerable,
    entry_traffic,
    icmp_span,
    ports,
    ports_of,
    rule_traffic,
    traffic_text,
    whole,
)


def of_rule(protocol, first=ABSENT, last=ABSENT):
    return Intervals((rule_traffic(protocol, first, last),))


@pytest.mark.parametrize(
    "protocol, first, last, text",
    [
        ("tcp", 20, 25, "tcp/20-25"),
        ("tcp", 0, 65535, "tcp"),
        ("tcp", -1, -1, "tcp"),
        ("udp", 53, 53, "udp/53"),
        ("icmp", 8, -1, "icmp/type 8"),
        ("icmpv6", ABSENT, ABSENT, "icmpv6"),
        ("50", 22, 22, "protocol/50"),
        ("-1", 22, 22, "all traffic"),
    ],
)
def test_a_rule_speaks_of_the_traffic_that_its_protocol_and_ports_say(protocol, first, last, text):
    assert text == traffic_text(of_rule(protocol, first, last))


def test_an_acl_entry_takes_type_and_code_for_icmp_and_ports_for_the_rest():
    assert icmp_span("icmp", 8, 0) == entry_traffic("1", (ABSENT, ABSENT), (8, 0))
    assert rule_traffic("tcp", 22, 22) == entry_traffic("6", (22, 22), (ABSENT, ABSENT))


@pytest.mark.parametrize("kind, code", [(300, 0), (8, 256), (-2, -1)])
def test_a_type_or_code_of_icmp_that_there_is_not_is_refused(kind, code):
    with pytest.raises(ValueError, match="no type and code"):
        rule_traffic("icmp", kind, code)


def test_a_protocol_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="bogus"):
        rule_traffic("bogus", 1, 1)


def test_a_tcp_request_can_be_answered_if_any_one_client_port_can_be_reached():
    narrow = ports("tcp", intervals([(40000, 40000)]))
    assert whole("tcp") <= answerable(narrow)
    assert not answerable(narrow) & whole("udp")


def test_no_client_has_port_zero():
    assert not answerable(ports("tcp", intervals([(0, 0)]))) & whole("tcp")


def test_an_echo_request_needs_an_echo_reply():
    request = Intervals((icmp_span("icmp", 8, 0),))
    assert request <= answerable(Intervals((icmp_span("icmp", 0, -1),)))
    assert not request & answerable(Intervals((icmp_span("icmp", 8, -1),)))


def test_the_ports_of_a_protocol_come_back_as_they_went_in():
    wanted = intervals([(22, 22), (80, 90)])
    assert wanted == ports_of("udp", ports("udp", wanted))
    assert not ports_of("tcp", ports("udp", wanted))
    assert wanted == ports_of("tcp", ports("tcp", wanted) | of_rule("50"))
    assert whole("tcp") <= ALL_TRAFFIC
