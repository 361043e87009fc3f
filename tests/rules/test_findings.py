from datetime import UTC, datetime

import pytest

from rules.advisor.action_recommended import action_recommended
from rules.advisor.investigation_recommended import investigation_recommended
from rules.analyzer.access_finding_open import access_finding_open
from rules.analyzer.external_access_analyzer_off import external_access_analyzer_off
from rules.analyzer.unused_access_analyzer_off import unused_access_analyzer_off
from rules.inspector.ec2_scanning_off import ec2_scanning_off
from rules.inspector.exploitable_vulnerability import exploitable_vulnerability
from rules.inspector.fix_not_applied import fix_not_applied
from rules.inspector.lambda_code_scanning_off import lambda_code_scanning_off
from rules.inspector.reachable_from_network import reachable_from_network
from rules.inspector.resource_not_scanned import resource_not_scanned
from rules.inspector.vulnerability_overdue import vulnerability_overdue
from scanner.model.maybe import Reason
from scanner.testing import ACCOUNT, evidence_of, judge
from scanner.verdict import Fail, Undecided

FINDING_RULES = (
    exploitable_vulnerability,
    fix_not_applied,
    reachable_from_network,
    vulnerability_overdue,
    resource_not_scanned,
)


def status_of(overall="ENABLED", **parts):
    told = {name: {"status": parts.get(name, "ENABLED")} for name in ("ec2", "ecr", "lambda", "lambdaCode")}
    return {"accounts": [{"accountId": ACCOUNT, "state": {"status": overall}, "resourceState": told}]}


def vulnerability(**changes):
    row = {
        "findingArn": "arn:aws:inspector2:eu-west-1:123456789012:finding/0123456789abcdef0123456789abcdef",
        "awsAccountId": ACCOUNT,
        "type": "PACKAGE_VULNERABILITY",
        "severity": "HIGH",
        "status": "ACTIVE",
        "firstObservedAt": "2025-12-31T00:00:00+00:00",
        "lastObservedAt": "2025-12-31T00:00:00+00:00",
        "exploitAvailable": "NO",
        "fixAvailable": "NO",
        "packageVulnerabilityDetails": {"vulnerabilityId": "CVE-2025-1234", "source": "NVD"},
        "resources": [{"type": "AWS_EC2_INSTANCE", "id": "i-1"}],
        **changes,
    }
    return {key: value for key, value in row.items() if value is not None}


def inspector(*findings, coverage=()):
    return {
        "inspector2:BatchGetAccountStatus": status_of(),
        "inspector2:ListFindings": {"findings": list(findings)},
        "inspector2:ListCoverage": {"coveredResources": list(coverage)},
    }


def judged(rule, calls, taken_at=datetime(2026, 1, 1, tzinfo=UTC), **options):
    (finding,) = judge(rule, evidence_of(calls, taken_at=taken_at), **options)
    return finding


@pytest.mark.parametrize("rule", FINDING_RULES, ids=lambda rule: rule.name)
def test_where_inspector_is_off_the_region_is_undecided_because_it_is_not_enabled(rule):
    finding = judged(rule, {"inspector2:BatchGetAccountStatus": status_of("DISABLED")})
    assert (finding.resource.id, finding.scope_wide) == ("eu-west-1", True)
    assert isinstance(finding.outcome, Undecided)
    assert finding.outcome.why.reason is Reason.NOT_ENABLED


@pytest.mark.parametrize("rule", FINDING_RULES, ids=lambda rule: rule.name)
def test_where_the_status_is_denied_nothing_passes(rule):
    denied = [{"parameters": {}, "error": "AccessDeniedException"}]
    assert judged(rule, {"inspector2:BatchGetAccountStatus": denied}).outcome.why.reason is Reason.DENIED


@pytest.mark.parametrize(
    "said,expected",
    [("ENABLED", "pass"), ("ENABLING", "pass"), ("DISABLING", "fail"), ("SUSPENDED", "fail"), ("DISABLED", "fail")],
)
def test_scanning_counts_while_it_is_on_or_being_turned_on(said, expected):
    assert expected == judged(ec2_scanning_off, {"inspector2:BatchGetAccountStatus": status_of(ec2=said)}).status


def test_a_way_of_scanning_that_aws_does_not_tell_of_is_undecided():
    said = status_of()
    del said["accounts"][0]["resourceState"]["lambdaCode"]
    assert judged(lambda_code_scanning_off, {"inspector2:BatchGetAccountStatus": said}).status == "undecided"


@pytest.mark.parametrize(
    "severity,days,expected",
    [
        ("CRITICAL", 15, "pass"),
        ("CRITICAL", 16, "fail"),
        ("HIGH", 30, "pass"),
        ("HIGH", 31, "fail"),
        ("MEDIUM", 90, "pass"),
        ("MEDIUM", 91, "fail"),
        ("LOW", 180, "pass"),
        ("LOW", 181, "fail"),
        ("UNTRIAGED", 15, "pass"),
        ("UNTRIAGED", 16, "fail"),
        ("INFORMATIONAL", 1000, "skip"),
    ],
)
def test_each_severity_has_its_own_time_to_fix(severity, days, expected):
    first = datetime.fromtimestamp(datetime(2026, 1, 1, tzinfo=UTC).timestamp() - days * 86_400, UTC).isoformat()
    calls = inspector(vulnerability(severity=severity, firstObservedAt=first))
    assert expected == judged(vulnerability_overdue, calls).status


def test_the_time_to_fix_is_an_option():
    calls = inspector(vulnerability(firstObservedAt="2025-12-20T00:00:00+00:00"))
    assert judged(vulnerability_overdue, calls, high_days=11).status == "fail"


def test_overdue_is_undecided_while_the_moment_of_the_evidence_is_unknown():
    assert judged(vulnerability_overdue, inspector(vulnerability()), taken_at=None).status == "undecided"


@pytest.mark.parametrize(
    "severity,fix,expected",
    [
        ("CRITICAL", "YES", "fail"),
        ("HIGH", "PARTIAL", "fail"),
        ("UNTRIAGED", "YES", "fail"),
        ("MEDIUM", "YES", "pass"),
        ("CRITICAL", "NO", "pass"),
        ("CRITICAL", None, "undecided"),
        ("LOW", None, "pass"),
    ],
)
def test_a_fix_counts_for_what_is_serious_or_not_rated_yet(severity, fix, expected):
    calls = inspector(vulnerability(severity=severity, fixAvailable=fix))
    assert expected == judged(fix_not_applied, calls).status


@pytest.mark.parametrize(
    "changes,expected",
    [
        ({"exploitAvailable": "YES"}, "fail"),
        ({"exploitabilityDetails": {"lastKnownExploitAt": "2025-12-30T00:00:00+00:00"}}, "fail"),
        (
            {
                "exploitAvailable": None,
                "exploitabilityDetails": {"lastKnownExploitAt": "2025-12-30T00:00:00+00:00"},
            },
            "fail",
        ),
        ({"exploitAvailable": None}, "undecided"),
        ({"type": "CODE_VULNERABILITY", "exploitAvailable": None}, "skip"),
    ],
)
def test_an_exploit_is_known_if_either_field_says_so(changes, expected):
    assert expected == judged(exploitable_vulnerability, inspector(vulnerability(**changes))).status


@pytest.mark.parametrize(
    "code,reason,expected",
    [
        ("ACTIVE", "SUCCESSFUL", "pass"),
        ("INACTIVE", "UNSUPPORTED_OS", "fail"),
        ("INACTIVE", "SCAN_ELIGIBILITY_EXPIRED", "fail"),
        ("INACTIVE", "A_REASON_OF_NEXT_YEAR", "fail"),
        ("ACTIVE", "PENDING_INITIAL_SCAN", "undecided"),
        ("INACTIVE", "EC2_INSTANCE_STOPPED", "skip"),
        ("INACTIVE", "RESOURCE_TERMINATED", "skip"),
    ],
)
def test_what_is_not_scanned_is_not_clean(code, reason, expected):
    entry = {
        "resourceType": "AWS_EC2_INSTANCE",
        "resourceId": "i-1",
        "accountId": ACCOUNT,
        "scanType": "PACKAGE",
        "scanStatus": {"statusCode": code, "reason": reason},
    }
    assert expected == judged(resource_not_scanned, inspector(coverage=[entry])).status


def analyzer(**changes):
    return {
        "arn": "arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/a",
        "name": "a",
        "type": "ACCOUNT",
        "status": "ACTIVE",
        "createdAt": "2025-01-01T00:00:00+00:00",
        **changes,
    }


@pytest.mark.parametrize(
    "form,status,external,unused",
    [
        ("ACCOUNT", "ACTIVE", "pass", "fail"),
        ("ORGANIZATION", "ACTIVE", "pass", "fail"),
        ("ACCOUNT", "CREATING", "fail", "fail"),
        ("ACCOUNT_UNUSED_ACCESS", "ACTIVE", "fail", "pass"),
        ("ACCOUNT_INTERNAL_ACCESS", "ACTIVE", "fail", "fail"),
    ],
)
def test_only_an_active_analyzer_of_the_right_type_counts(form, status, external, unused):
    calls = {"accessanalyzer:ListAnalyzers": {"analyzers": [analyzer(type=form, status=status)]}}
    assert (external, unused) == (
        judged(external_access_analyzer_off, calls).status,
        judged(unused_access_analyzer_off, calls).status,
    )


def test_analyzers_that_may_not_be_listed_are_undecided():
    calls = {"accessanalyzer:ListAnalyzers": [{"parameters": {"maxResults": 100}, "error": "AccessDeniedException"}]}
    assert judged(external_access_analyzer_off, calls).status == "undecided"


@pytest.mark.parametrize("options,expected", [({}, "pass"), ({"types": ("UnusedIAMRole",)}, "fail")])
def test_which_access_findings_count_is_an_option(options, expected):
    arn = "arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/a"
    asked = {
        "analyzerArn": arn,
        "filter": {"status": {"eq": ["ACTIVE"]}, "resourceOwnerAccount": {"eq": [ACCOUNT]}},
        "maxResults": 100,
    }
    row = {
        "id": "f1",
        "resource": "arn:aws:iam::123456789012:role/old",
        "resourceType": "AWS::IAM::Role",
        "resourceOwnerAccount": ACCOUNT,
        "status": "ACTIVE",
        "findingType": "UnusedIAMRole",
        "analyzedAt": "2025-12-31T00:00:00+00:00",
        "updatedAt": "2025-12-31T00:00:00+00:00",
    }
    calls = {
        "accessanalyzer:ListAnalyzers": {"analyzers": [analyzer()]},
        "accessanalyzer:ListFindingsV2": [{"parameters": asked, "response": {"findings": [row]}}],
    }
    assert expected == judged(access_finding_open, calls, **options).status


RECOMMENDATION = "arn:aws:trustedadvisor::123456789012:recommendation/0a1b2c3d-0001"


def advisor(status="error", resources=(), detail_error="", **changes):
    asked = {"recommendationIdentifier": RECOMMENDATION, "maxResults": 5000}
    row = {
        "id": "0a1b2c3d-0001",
        "arn": RECOMMENDATION,
        "checkArn": "arn:aws:trustedadvisor:::check/HCP4007jGY",
        "type": "standard",
        "status": status,
        "pillars": ["security"],
        "source": "ta_check",
        "name": "Ports",
        "resourcesAggregates": {"okCount": 0, "warningCount": 0, "errorCount": 1},
        **changes,
    }
    detail = {"error": detail_error} if detail_error else {"response": {"recommendationResourceSummaries": resources}}
    return {
        "trustedadvisor:ListRecommendations": {"recommendationSummaries": [row]},
        "trustedadvisor:ListRecommendationResources": [{"parameters": asked, **detail}],
    }


def flagged(name, status="error", **changes):
    return {"awsResourceId": name, "regionCode": "eu-west-1", "status": status, "metadata": {}, **changes}


@pytest.mark.parametrize(
    "status,action,investigation", [("error", "fail", "pass"), ("warning", "pass", "fail"), ("ok", "pass", "pass")]
)
def test_red_asks_for_action_and_yellow_for_a_look(status, action, investigation):
    calls = advisor(status)
    assert (action, investigation) == (
        judged(action_recommended, calls).status,
        judged(investigation_recommended, calls).status,
    )


def test_the_resources_named_are_those_of_the_colour_that_nobody_excluded():
    resources = [flagged("sg-1"), flagged("sg-2", "warning"), flagged("sg-3", exclusionStatus="excluded")]
    outcome = judged(action_recommended, advisor(resources=resources)).outcome
    assert isinstance(outcome, Fail)
    assert [atom.value for atom in outcome.evidence] == ["sg-1"]


def test_the_resources_named_are_bounded_and_the_rest_is_counted():
    outcome = judged(action_recommended, advisor(resources=[flagged(f"sg-{n:03}") for n in range(60)])).outcome
    assert len(outcome.evidence) == 50
    assert outcome.message.endswith("and 10 more)")


def test_a_red_check_fails_even_if_its_resources_may_not_be_read():
    assert judged(action_recommended, advisor(detail_error="AccessDeniedException")).status == "fail"


def test_a_check_of_another_pillar_is_judged_only_if_the_option_names_it():
    calls = advisor(pillars=["fault_tolerance"])
    assert judged(action_recommended, calls).status == "skip"
    assert judged(action_recommended, calls, pillars=("fault_tolerance",)).status == "fail"


def test_a_green_without_data_is_undecided():
    assert judged(action_recommended, advisor("ok", statusReason="no_data_ok")).status == "undecided"


def test_without_a_support_plan_the_account_is_undecided_because_it_is_not_subscribed():
    code = "SubscriptionRequiredException"
    calls = {
        "trustedadvisor:ListRecommendations": [{"parameters": {"maxResults": 200}, "error": code}],
        "support:DescribeTrustedAdvisorChecks": [{"parameters": {"language": "en"}, "error": code}],
    }
    finding = judged(action_recommended, calls)
    assert (finding.resource.id, finding.outcome.why.reason) == (ACCOUNT, Reason.NOT_SUBSCRIBED)
