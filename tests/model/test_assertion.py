"""Path assertions: what can be written, and what is refused with a hint."""

import pytest

from scanner.model.assertion import parse_assertion
from scanner.model.intervals import intervals
from scanner.model.traffic import ALL_TRAFFIC, ports


@pytest.mark.parametrize(
    "text, denies, sources, target, traffic",
    [
        ("deny internet -> tag:tier=db", True, ("internet",), "tag:tier=db", ALL_TRAFFIC),
        (
            "only alb/*, 10.0.0.0/8 -> app-* tcp/8080,9000-9010",
            False,
            ("alb/*", "10.0.0.0/8"),
            "app-*",
            ports("tcp", intervals([(8080, 8080), (9000, 9010)])),
        ),
        ("deny vpc-1->vpc-2 udp", True, ("vpc-1",), "vpc-2", ports("udp", intervals([(0, 65535)]))),
    ],
)
def test_an_assertion_names_sources_a_target_and_traffic(text, denies, sources, target, traffic):
    found = parse_assertion(text)
    assert (denies, sources, target, traffic) == (found.denies, found.sources, found.target, found.traffic)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "forbid internet -> db",
        "deny internet",
        "deny -> db",
        "deny internet -> ",
        "deny a b -> db",
        "deny internet, -> db",
        "deny internet -> tag:=db",
        "deny internet -> db tcp/70000",
        "deny internet -> db tcp/90-80",
        "deny internet -> db tcp/",
        "deny 10.0.0.0/33 -> db",
        "deny db -> internet",
        "deny internet -> db\nonly x -> y",
        "deny internet -> " + "x" * 600,
    ],
)
def test_what_is_no_assertion_is_refused_in_words(text):
    with pytest.raises(ValueError, match=r"\S+ \S+"):
        parse_assertion(text)
