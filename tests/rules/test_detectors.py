"""What rules make of Security Hub, GuardDuty, AWS Config and Macie, beyond the examples of their pages."""

import pytest

from rules.analyzer.access_finding_open import access_finding_open
from rules.analyzer.unused_access_open import unused_access_open
from rules.config.recorder_off import recorder_off
from rules.config.rule_not_complied_with import rule_not_complied_with
from rules.guardduty.finding_open import finding_open
from rules.macie.macie_off import macie_off
from rules.securityhub.control_failed import control_failed
from rules.securityhub.grave_control_failed import grave_control_failed
from rules.securityhub.hub_off import hub_off
from rules.securityhub.product_finding_open import product_finding_open
from scanner.testing import evidence_of, judge
from tests.aws.test_guardduty_readers import DETECTOR
from tests.aws.test_guardduty_readers import finding as seen_by_guardduty
from tests.aws.test_securityhub_readers import OFF, OFF_V2, ON, ON_V2, asff

DENIED = [{"parameters": {}, "error": "AccessDeniedException"}]


def judged(rule, calls, **options):
    (found,) = judge(rule, evidence_of(calls), **options)
    return found


@pytest.mark.parametrize(
    "first,second,status",
    [
        (ON, OFF_V2, "pass"),
        (OFF, ON_V2, "pass"),
        (OFF, OFF_V2, "fail"),
        (DENIED, ON_V2, "pass"),
        (DENIED, OFF_V2, "undecided"),
        (OFF, DENIED, "undecided"),
    ],
)
def test_either_generation_of_security_hub_will_do(first, second, status):
    calls = {"securityhub:DescribeHub": first, "securityhub:DescribeSecurityHubV2": second}
    assert judged(hub_off, calls).status == status


def hub(**changes):
    return {
        "securityhub:DescribeHub": ON,
        "securityhub:DescribeSecurityHubV2": OFF_V2,
        "securityhub:GetFindings": {"Findings": [asff(**changes)]},
    }


@pytest.mark.parametrize(
    "severity,said,grave,lesser",
    [
        ("CRITICAL", "FAILED", "fail", "skip"),
        ("HIGH", "FAILED", "fail", "skip"),
        ("MEDIUM", "FAILED", "skip", "fail"),
        ("INFORMATIONAL", "FAILED", "skip", "fail"),
        ("HIGH", "WARNING", "undecided", "skip"),
        ("HIGH", "NOT_AVAILABLE", "undecided", "skip"),
        ("LOW", "PASSED", "skip", "pass"),
    ],
)
def test_one_rule_judges_each_control_and_what_could_not_be_checked_is_no_pass(severity, said, grave, lesser):
    calls = hub(Severity={"Label": severity}, Compliance={"Status": said, "SecurityControlId": "S3.8"})
    assert judged(grave_control_failed, calls).status == grave
    assert judged(control_failed, calls).status == lesser
    assert judged(product_finding_open, calls).status == "skip"


@pytest.mark.parametrize(
    "severity,since,status",
    [
        ("CRITICAL", "2025-12-30T00:00:00Z", "fail"),
        ("HIGH", "2025-12-30T00:00:00Z", "pass"),
        ("HIGH", "2025-12-01T00:00:00Z", "fail"),
        ("MEDIUM", "2025-12-01T00:00:00Z", "pass"),
        ("", "2025-12-30T00:00:00Z", "fail"),
        ("INFORMATIONAL", "2020-01-01T00:00:00Z", "skip"),
    ],
)
def test_a_products_finding_has_the_time_of_its_severity_and_the_shortest_without_one(severity, since, status):
    calls = hub(
        ProductArn="arn:aws:securityhub:eu-west-1::product/aws/macie",
        ProductName="Macie",
        Compliance={},
        Severity={"Label": severity},
        FirstObservedAt=since,
    )
    assert judged(product_finding_open, calls).status == status
    assert judged(grave_control_failed, calls).status == "skip"


@pytest.mark.parametrize(
    "severity,options,status",
    [
        (8.9, {}, "fail"),
        (7, {}, "fail"),
        (6.9, {}, "pass"),
        (4.0, {"least": 4.0}, "fail"),
        (3.9, {"least": 4.0}, "pass"),
    ],
)
def test_guardduty_findings_count_from_a_severity_on(severity, options, status):
    calls = {
        "guardduty:ListDetectors": {"DetectorIds": [DETECTOR]},
        "guardduty:ListFindings": {"FindingIds": ["x"]},
        "guardduty:GetFindings": {"Findings": [seen_by_guardduty(Severity=severity)]},
    }
    assert judged(finding_open, calls, **options).status == status


ALL = {"allSupported": True, "includeGlobalResourceTypes": True}


def recorder(name="default", group=None, *, on=True, **changes):
    return {"name": name, "recordingGroup": group or ALL, **changes}, {"name": name, "recording": on}


@pytest.mark.parametrize(
    "recorders,options,said",
    [
        ([], {}, "AWS Config has no recorder in eu-west-1"),
        ([recorder(servicePrincipal="x.amazonaws.com")], {}, "AWS Config has no recorder in eu-west-1"),
        ([recorder(on=False)], {}, "AWS Config's recorder is stopped in eu-west-1"),
        (
            [recorder(group={"resourceTypes": ["AWS::EC2::VPC"]})],
            {},
            "AWS Config records some types of resources only in eu-west-1",
        ),
        ([recorder(group={"resourceTypes": ["AWS::EC2::VPC"]})], {"all_types": False}, ""),
        ([recorder()], {}, ""),
    ],
)
def test_a_recorder_counts_that_is_the_accounts_own_at_work_and_whole(recorders, options, said):
    calls = {
        "config:DescribeConfigurationRecorders": {"ConfigurationRecorders": [one for one, _ in recorders]},
        "config:DescribeConfigurationRecorderStatus": {
            "ConfigurationRecordersStatus": [status for _, status in recorders]
        },
    }
    found = judged(recorder_off, calls, **options)
    assert (found.status, found.message) == ("fail" if said else "pass", said)


@pytest.mark.parametrize(
    "said,status", [("COMPLIANT", "pass"), ("NOT_APPLICABLE", "skip"), ("INSUFFICIENT_DATA", "undecided")]
)
def test_a_config_rule_without_results_is_undecided(said, status):
    calls = {
        "config:DescribeConfigRules": {
            "ConfigRules": [{"ConfigRuleName": "r", "Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": "x"}}]
        },
        "config:DescribeComplianceByConfigRule": {
            "ComplianceByConfigRules": [{"ConfigRuleName": "r", "Compliance": {"ComplianceType": said}}]
        },
    }
    assert judged(rule_not_complied_with, calls).status == status


@pytest.mark.parametrize(
    "session,status",
    [
        ({"status": "ENABLED"}, "pass"),
        ({"status": "PAUSED"}, "fail"),
        ([{"parameters": {}, "error": "AccessDeniedException", "message": "Macie is not enabled."}], "fail"),
        ([{"parameters": {}, "error": "AccessDeniedException", "message": "User is not authorized"}], "undecided"),
    ],
)
def test_macie_that_is_denied_is_not_macie_that_is_off(session, status):
    assert judged(macie_off, {"macie2:GetMacieSession": session}).status == status


def analyzer(kind, updated="2025-06-01T00:00:00+00:00", **changes):
    arn = "arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/a"
    finding = {
        "id": "f-1",
        "resource": "arn:aws:iam::123456789012:role/old",
        "resourceType": "AWS::IAM::Role",
        "resourceOwnerAccount": "123456789012",
        "status": "ACTIVE",
        "findingType": kind,
        "createdAt": updated,
        "analyzedAt": "2025-12-31T00:00:00+00:00",
        "updatedAt": updated,
        **changes,
    }
    return {
        "accessanalyzer:ListAnalyzers": {
            "analyzers": [{"arn": arn, "name": "a", "type": "ACCOUNT", "status": "ACTIVE", "createdAt": updated}]
        },
        "accessanalyzer:ListFindingsV2": [
            {
                "parameters": {
                    "analyzerArn": arn,
                    "filter": {"status": {"eq": ["ACTIVE"]}, "resourceOwnerAccount": {"eq": ["123456789012"]}},
                },
                "response": {"findings": [finding]},
            }
        ],
    }


@pytest.mark.parametrize(
    "kind,external,unused",
    [
        ("ExternalAccess", "fail", "skip"),
        ("InternalAccess", "fail", "skip"),
        ("UnusedIAMRole", "pass", "fail"),
        ("UnusedPermission", "pass", "fail"),
        ("UnusedIAMUserPassword", "pass", "fail"),
    ],
)
def test_access_from_outside_and_access_that_nobody_uses_are_two_defects(kind, external, unused):
    assert judged(access_finding_open, analyzer(kind)).status == external
    assert judged(unused_access_open, analyzer(kind)).status == unused


def test_unused_access_has_its_time():
    new = analyzer("UnusedIAMRole", "2025-12-20T00:00:00+00:00")
    assert judged(unused_access_open, new).status == "pass"
    assert judged(unused_access_open, new, days=5).status == "fail"


@pytest.mark.parametrize("rule,kind", [(access_finding_open, "ExternalAccess"), (unused_access_open, "UnusedIAMRole")])
def test_what_access_analyzer_could_not_analyze_is_undecided(rule, kind):
    assert judged(rule, analyzer(kind, error="ACCESS_DENIED")).status == "undecided"
