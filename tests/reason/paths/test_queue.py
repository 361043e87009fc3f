"""How soon to act: what can be exploited, reached and gained."""

import pytest

from reports.paths import attacks_of
from rules.attack.internet_leads_to_administrator import internet_leads_to_administrator
from rules.ec2.instance_lacks_detailed_monitoring import instance_lacks_detailed_monitoring
from rules.iam.role_trusts_everyone import role_trusts_everyone
from rules.inspector.exploitable_vulnerability import exploitable_vulnerability
from rules.vpc.admin_ports_reached_from_internet import admin_ports_reached_from_internet
from scanner.config import Config
from scanner.derivations import DERIVATIONS
from scanner.model.attack import AttackPaths
from scanner.plan import Plan
from scanner.scan import audit, profile_of
from scanner.testing import NOW, READERS, evidence_of
from tests.reason.account.accounts import allow, role, trusting
from tests.reason.network.answers import group, permission
from tests.reason.paths.attacked import attacked, inspector, vulnerability, web_role

RULES = (
    exploitable_vulnerability,
    admin_ports_reached_from_internet,
    role_trusts_everyone,
    instance_lacks_detailed_monitoring,
    internet_leads_to_administrator,
)
SSH = {"ec2__DescribeSecurityGroups": {"SecurityGroups": [group("sg-1", permission("tcp", 22, None, "0.0.0.0/0"))]}}
CLOSED = {"ec2__DescribeSecurityGroups": {"SecurityGroups": [group("sg-1")]}}


def queue_of(answers):
    """Return the class of each failure, by rule."""
    plan = Plan.of(RULES, READERS, DERIVATIONS, kinds=[AttackPaths])
    profile = profile_of(RULES, Config(), RULES, partial=True)
    scan = audit(
        profile, plan, evidence_of(answers), Config(), now=NOW, waivers=(), source_kind="evidence", source_name=""
    )
    attacks = attacks_of(scan)
    entries = ((finding.rule.id, attacks.queue(finding)) for finding in scan.findings)
    return {rule: entry.class_ for rule, entry in entries if entry is not None}


@pytest.mark.parametrize(
    "statement, change, expected",
    [
        (allow("*"), SSH, "act"),
        (allow("logs:*"), SSH, "attend"),
        (allow("*"), CLOSED, "track"),
    ],
    ids=["exploitable, reached and powerful", "exploitable and reached", "exploitable alone"],
)
def test_a_vulnerability_is_classed_by_what_is_reached_and_gained(statement, change, expected):
    assert expected == queue_of(attacked(web_role(statement), **change))["INSPECTOR-006"]


def test_an_exposed_port_is_acted_on_where_its_instance_is_exploitable_and_powerful():
    assert "act" == queue_of(attacked(web_role(allow("*")), **SSH))["VPC-101"]
    harmless = inspector(vulnerability(exploitAvailable="NO"))
    assert "attend" == queue_of(attacked(web_role(allow("*")), **SSH, **harmless))["VPC-101"]


def test_a_role_that_anyone_assumes_needs_no_exploit():
    rows = role("open", allow("*"), trust=trusting("*"))
    assert "act" == queue_of(attacked(rows, web_role()))["IAM-037"]


def test_what_is_no_way_in_or_on_is_tracked_though_its_resource_is_on_a_path():
    assert "track" == queue_of(attacked(web_role(allow("*")), **SSH))["EC2-018"]


def test_a_confirmed_attack_path_is_acted_on():
    assert "act" == queue_of(attacked(web_role(allow("*"))))["ATTACK-001"]
