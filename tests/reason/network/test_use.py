"""How an opening of a security group stands: reached, latent, or not known; and the ledger of all of them."""

import pytest

from rules.vpc.admin_ports_latently_open import admin_ports_latently_open
from rules.vpc.admin_ports_open_to_internet import admin_ports_open_to_internet
from rules.vpc.admin_ports_reached_from_internet import admin_ports_reached_from_internet
from scanner.derivations import DERIVATIONS
from scanner.evaluate import evaluate
from scanner.inventory import Inventory
from scanner.model.group_use import ExposureLedger, GroupUse, Standing
from scanner.model.maybe import UnknownAsked, known
from scanner.model.port_families import ADMINISTRATION, DATABASES
from scanner.plan import Plan
from scanner.testing import READERS, REGION, evidence_of, judge
from tests.reason.network.answers import HERE, acl, entry, group, interface, open_entries, permission, public_network

SSH = group("sg-1", permission("tcp", 22, None, "0.0.0.0/0"))
NONE = {
    "elbv2:DescribeLoadBalancers": {"LoadBalancers": []},
    "elb:DescribeLoadBalancers": {"LoadBalancerDescriptions": []},
}
PRIVATE = [interface("eni-1", "sg-1", public=None), interface("eni-2", "sg-1", public=None, private="10.0.0.11")]
NO_SSH = [acl("acl-1", ["subnet-1"], [entry(10, "deny", protocol="6", ports=(22, 22)), *open_entries()])]


def network(**changes):
    return public_network(**{"SecurityGroups": [SSH], **changes}) | NONE


def facet(kind, answers, native_id="sg-1"):
    plan = Plan.of((), READERS, DERIVATIONS, kinds=[kind])
    return Inventory.of(plan, evidence_of(answers)).facet(kind, HERE, native_id)


@pytest.mark.parametrize(
    "changes, standing, words",
    [
        ({}, Standing.REACHED, ""),
        (
            {"NetworkInterfaces": PRIVATE},
            Standing.LATENT,
            "2 interfaces carry it, shut by no public address (2); one change",
        ),
        ({"NetworkInterfaces": []}, Standing.LATENT, "nothing carries it"),
        (
            {"NetworkAcls": NO_SSH, "SecurityGroups": [group("sg-1", permission("tcp", 22, 443, "0.0.0.0/0"))]},
            Standing.LATENT,
            "other ports alone are reached",
        ),
    ],
    ids=["reached", "no public address", "carried by nothing", "closed for these ports alone"],
)
def test_an_opening_is_reached_or_latent_with_the_reason(changes, standing, words):
    use = facet(GroupUse, network(**changes))
    assert standing == use.standing_among(ADMINISTRATION, 0.25)
    assert not words or words in use.shut_by()


def test_what_was_not_read_leaves_the_standing_open():
    unread = network()
    del unread["ec2:DescribeNetworkInterfaces"]
    with pytest.raises(UnknownAsked):
        facet(GroupUse, unread).standing_among(ADMINISTRATION, 0.25)
    unrouted = network(RouteTables=[])
    with pytest.raises(UnknownAsked):
        facet(GroupUse, unrouted).standing_among(ADMINISTRATION, 0.25)
    assert Standing.LATENT == facet(GroupUse, unrouted).standing_among(DATABASES, 0.25)


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({}, {"VPC-001": "skip", "VPC-101": "fail", "VPC-106": "skip"}),
        ({"NetworkInterfaces": PRIVATE[:1]}, {"VPC-001": "skip", "VPC-101": "pass", "VPC-106": "fail"}),
        ({"RouteTables": []}, {"VPC-001": "fail", "VPC-101": "undecided", "VPC-106": "undecided"}),
    ],
    ids=["reached", "latent", "not known"],
)
def test_an_opening_is_told_by_one_rule_alone(changes, expected):
    rules = (admin_ports_open_to_internet, admin_ports_reached_from_internet, admin_ports_latently_open)
    inventory = Inventory.of(Plan.of(rules, READERS, DERIVATIONS), evidence_of(network(**changes)))
    assert expected == {one.rule.id: one.status for one in evaluate(rules, inventory, {})}


def test_alone_a_rule_on_groups_takes_no_call_more_and_tells_the_opening_whatever_is_reached():
    plan = Plan.of([admin_ports_open_to_internet], READERS, DERIVATIONS)
    assert {"ec2:DescribeSecurityGroups", "ec2:GetManagedPrefixListEntries"} >= {
        reader.call for reader in plan.readers if "Route" not in reader.call and "PrefixLists" not in reader.call
    }
    (found,) = judge(admin_ports_open_to_internet, evidence_of(network()))
    assert "fail" == found.status


def test_the_rules_that_tell_of_one_opening_answer_the_same_controls():
    assert set(admin_ports_open_to_internet.controls) == set(admin_ports_reached_from_internet.controls)
    assert set(admin_ports_open_to_internet.controls) == set(admin_ports_latently_open.controls)


def test_the_ledger_counts_every_group_that_is_open_once():
    answers = network(
        SecurityGroups=[
            SSH,
            group("sg-2", permission("tcp", 443, None, "0.0.0.0/1", "128.0.0.0/1")),
            group("sg-3", permission("tcp", 80, None, "0.0.0.0/0")),
            group("sg-4", permission("tcp", 22, None, "10.0.0.0/8")),
            group("sg-5", permission("tcp", 22, lists=["pl-1"])),
        ],
        NetworkInterfaces=[interface("eni-1", "sg-1"), interface("eni-2", "sg-2", public=None, private="10.0.0.11")],
    )
    found = facet(ExposureLedger, answers, REGION)
    assert (3, 1, 1, 1, 1) == (
        found.open_groups,
        found.exposed,
        found.unreachable,
        found.unattached,
        found.undecided,
    )
    assert (("IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS", 1),) == known(found.reasons)
