"""What several questions say of one network agrees: exposure, assertions, groups, databases, idle denials, closing rules."""

from ipaddress import ip_address

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.vpc.path_assertion_broken import path_assertion_broken
from scanner.model.intervals import intervals
from scanner.model.kind import Api
from scanner.model.maybe import ABSENT, known
from scanner.model.network_acl import AclEntry, NetworkAcl
from scanner.model.traffic import ALL_TRAFFIC, ports
from scanner.reason.network.answer import Verdict
from scanner.reason.network.closing import closing_rules
from scanner.reason.network.filters import acl_side
from scanner.reason.network.hygiene import idle_denials
from scanner.reason.network.places import place_of
from scanner.reason.network.reach import reach
from scanner.testing import evidence_of, judge
from tests.reason.network.answers import (
    HERE,
    OUT,
    acl,
    connections,
    entry,
    group,
    interface,
    open_entries,
    permission,
    public_network,
    subnet,
    table,
)
from tests.reason.network.test_closing import estate_of
from tests.reason.network.test_packets import BLOCKS, NUMBERS, PORTS, blocks, protocols, ranges
from tests.reason.network.test_services import database, exposure_of
from tests.reason.network.test_use import NONE

permissions = st.lists(st.tuples(protocols, ranges, blocks), min_size=1, max_size=4)
denials = st.lists(st.tuples(st.booleans(), blocks, protocols, ranges), min_size=1, max_size=7)
routes = st.sampled_from(([OUT], [], [{**OUT, "State": "blackhole"}]))


def granted(rules):
    return group(
        "sg-1",
        *(permission(spoken, *(span if spoken != "-1" else (None, None)), block) for spoken, span, block in rules),
    )


def network(rules, shut, table_routes):
    rows = [entry(10, "deny", shut)] if shut else []
    return NONE | public_network(
        NetworkInterfaces=[interface("eni-1", "sg-1", TagSet=[{"Key": "tier", "Value": "db"}])],
        SecurityGroups=[granted(rules)],
        NetworkAcls=[acl("acl-1", ["subnet-1"], [*rows, *open_entries()])],
        RouteTables=[table("rtb-1", *table_routes, subnets=["subnet-1"])],
    )


@settings(max_examples=25, deadline=None)
@given(permissions, st.sampled_from((*BLOCKS, "")), routes)
def test_an_assertion_holds_exactly_where_nothing_is_exposed(rules, shut, table_routes):
    answers = network(rules, shut, table_routes)
    (found,) = judge(path_assertion_broken, evidence_of(answers), assertions=("deny internet -> tag:tier=db tcp",))
    exposed = any("tcp" in one or "all traffic" in one for one in connections(answers))
    assert ("fail" if exposed else "pass") == found.status


@settings(max_examples=25, deadline=None)
@given(permissions, st.sampled_from((*BLOCKS, "")), routes, st.sampled_from(PORTS))
def test_a_public_database_is_as_exposed_as_a_public_interface_with_its_groups(rules, shut, table_routes, port):
    answers = network(rules, shut, table_routes)
    changed = {
        key.removeprefix("ec2:Describe"): next(iter(answers[key].values())) for key in answers if key.startswith("ec2:")
    }
    of_database = database(
        port=port,
        Subnets=[subnet("subnet-1")],
        NetworkAcls=changed["NetworkAcls"],
        RouteTables=changed["RouteTables"],
        SecurityGroups=[{**changed["SecurityGroups"][0], "GroupId": "sg-db"}],
    )
    asked = ports("tcp", intervals([(port, port)]))
    estate = estate_of(answers)
    reached = reach(place_of("internet", estate), place_of("eni-1", estate), asked, estate).verdict
    assert (reached is Verdict.REACHABLE) == bool(exposure_of(of_database).opened)


@settings(max_examples=25, deadline=None)
@given(permissions, routes)
def test_the_rules_that_close_a_way_close_it_and_each_of_them_is_needed(rules, table_routes):
    estate = estate_of(network(rules, "", table_routes))
    asked = ports("tcp", intervals([(443, 443)]))

    def ask(other):
        return reach(place_of("internet", other), place_of("eni-1", other), asked, other)

    answer = ask(estate)
    if answer.verdict is not Verdict.REACHABLE:
        return
    found = closing_rules(answer, asked, estate, ask)
    admitting = {
        (spoken, span if spoken != "-1" else None, block)
        for spoken, span, block in rules
        if block != "10.0.0.0/8" and (spoken == "-1" or (spoken == "tcp" and span[0] <= 443 <= span[1]))
    }
    assert len(admitting) == len(found)


def acl_of(rows):
    entries = tuple(
        AclEntry(
            number=number,
            egress=False,
            allow=allow,
            protocol=NUMBERS[spoken],
            cidr=block,
            from_port=ABSENT if spoken == "-1" else span[0],
            to_port=ABSENT if spoken == "-1" else span[1],
            icmp_type=ABSENT,
            icmp_code=ABSENT,
        )
        for number, (allow, block, spoken, span) in enumerate(rows, 1)
    )
    return NetworkAcl(
        scope=HERE, id="acl-1", origin=Api("test", HERE), arn=ABSENT, name=ABSENT, tags={},
        vpc="vpc-1", is_default=False, subnets=(), entries=entries,
    )  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(denials, st.sampled_from(("8.8.8.8", "9.9.9.9", "130.0.0.1", "10.1.1.1")))
def test_without_its_idle_denials_a_network_acl_lets_through_the_same(rows, address):
    whole = acl_of(rows)
    idle = {int(one.split()[1]) for one in known(idle_denials(whole).entries)}
    rest = acl_of(rows)
    kept = tuple(one for one in known(rest.entries) if one.number not in idle)
    rest = msgspec.structs.replace(rest, entries=kept)
    number = int(ip_address(address))
    before, after = (acl_side(one, egress=False).passes(4, number).sure & ALL_TRAFFIC for one in (whole, rest))
    assert before == after
