"""What other services say, in real answers, against what our own rules find in the same evidence."""

import pytest
import yaml

from scanner.aws.readers import READERS
from scanner.claims import claims_in
from scanner.derivations import DERIVATIONS
from scanner.evaluate import evaluate
from scanner.inventory import Inventory
from scanner.merge import merge
from scanner.page import page_of
from scanner.plan import Plan
from scanner.reachability import weigh_reachability
from scanner.registry import load_rules
from scanner.testing import evidence_of

RULES = {rule.id: rule for rule in load_rules()}
BLOCK = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


def judged(calls, *ids):
    """Return the findings of these rules, merged, by rule and resource."""
    rules = [RULES[one] for one in ids]
    inventory = Inventory.of(Plan.of(rules, READERS, DERIVATIONS), evidence_of(calls))
    findings = list(evaluate(rules, inventory))
    merge(findings, claims_in(inventory))
    weigh_reachability(findings, inventory)
    return {(one.rule.id, one.resource.id): one for one in findings}


def buckets(**blocked):
    """Return the answers about buckets that are blocked, or not."""
    return {
        "s3:ListBuckets": {"Buckets": [{"Name": name} for name in blocked]},
        "s3control:GetPublicAccessBlock": [
            {"parameters": {"AccountId": "123456789012"}, "error": "NoSuchPublicAccessBlockConfiguration"}
        ],
        "s3:GetPublicAccessBlock": [
            {"parameters": {"Bucket": name}, "response": {"PublicAccessBlockConfiguration": BLOCK}}
            if on
            else {"parameters": {"Bucket": name}, "error": "NoSuchPublicAccessBlockConfiguration"}
            for name, on in blocked.items()
        ],
        "s3:GetBucketLogging": [{"parameters": {"Bucket": name}, "response": {}} for name in blocked],
    }


def hub(*resources, control="S3.8", severity="HIGH"):
    row = {
        "SchemaVersion": "2018-10-08",
        "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
        "GeneratorId": f"security-control/{control}",
        "AwsAccountId": "123456789012",
        "CreatedAt": "2025-12-01T00:00:00Z",
        "UpdatedAt": "2025-12-31T00:00:00Z",
        "Severity": {"Label": severity},
        "Title": "Buckets should block public access",
        "Description": "d",
        "Compliance": {"Status": "FAILED", "SecurityControlId": control},
    }
    return {
        "securityhub:DescribeHub": {"HubArn": "arn:aws:securityhub:eu-west-1:123456789012:hub/default"},
        "securityhub:DescribeSecurityHubV2": [{"parameters": {}, "error": "ResourceNotFoundException"}],
        "securityhub:GetFindings": {
            "Findings": [
                {**row, "Id": f"finding-{name}", "Resources": [{"Type": "AwsS3Bucket", "Id": f"arn:aws:s3:::{name}"}]}
                for name in resources
            ]
        },
    }


def test_security_hub_is_the_witness_of_our_failure_and_in_dispute_with_our_pass():
    found = judged(buckets(a=False, b=True) | hub("a", "b", "c"), "S3-001", "SECURITYHUB-002")
    assert found["S3-001", "a"].witnesses == ("Security Hub S3.8: Buckets should block public access",)
    assert found["S3-001", "b"].disputes == ("it fails by Security Hub S3.8: Buckets should block public access",)
    assert [found["SECURITYHUB-002", f"finding-{name}"].status for name in "abc"] == ["skip", "skip", "fail"]


def test_a_control_that_we_do_not_know_fails_by_itself():
    found = judged(buckets(a=False) | hub("a", control="S3.999"), "S3-001", "SECURITYHUB-002")
    assert found["SECURITYHUB-002", "finding-a"].status == "fail"
    assert found["S3-001", "a"].witnesses == ()


def test_a_control_told_by_two_standards_is_one_finding():
    twice = hub("a", control="S3.999")
    rows = twice["securityhub:GetFindings"]["Findings"]
    rows.append({**rows[0], "Id": "again"})
    found = judged(buckets(a=True) | twice, "SECURITYHUB-002")
    assert sorted(one.status for one in found.values()) == ["fail", "skip"]


def config(identifier, *resources, created_by=""):
    rule = {"ConfigRuleName": "r", "Source": {"Owner": "AWS", "SourceIdentifier": identifier}}
    asked = {"ConfigRuleName": "r", "ComplianceTypes": ["NON_COMPLIANT"], "Limit": 100}
    results = [
        {
            "EvaluationResultIdentifier": {
                "EvaluationResultQualifier": {"ConfigRuleName": "r", "ResourceType": "x", "ResourceId": name}
            },
            "ComplianceType": "NON_COMPLIANT",
        }
        for name in resources
    ]
    return {
        "config:DescribeConfigRules": {"ConfigRules": [rule | ({"CreatedBy": created_by} if created_by else {})]},
        "config:DescribeComplianceByConfigRule": {
            "ComplianceByConfigRules": [{"ConfigRuleName": "r", "Compliance": {"ComplianceType": "NON_COMPLIANT"}}]
        },
        "config:GetComplianceDetailsByConfigRule": [{"parameters": asked, "response": {"EvaluationResults": results}}],
    }


def test_a_config_rule_fails_for_what_we_do_not_tell_ourselves():
    found = judged(buckets(a=True) | config("S3_BUCKET_LOGGING_ENABLED", "a", "z"), "S3-013", "CONFIG-004")
    assert found["S3-013", "a"].witnesses == ("AWS Config rule r",)
    assert found["CONFIG-004", "r"].message == (
        "r is not complied with: z; of the others: the same defect is told by S3-013"
    )


def test_a_rule_that_security_hub_made_for_itself_is_told_by_security_hub():
    calls = config("S3_BUCKET_LOGGING_ENABLED", "z", created_by="securityhub.amazonaws.com")
    assert judged(calls, "CONFIG-004")["CONFIG-004", "r"].status == "skip"


def test_resources_that_are_not_known_leave_a_config_rule_as_it_is():
    calls = config("S3_BUCKET_LOGGING_ENABLED", "a")
    calls["config:GetComplianceDetailsByConfigRule"][0] = {
        "parameters": calls["config:GetComplianceDetailsByConfigRule"][0]["parameters"],
        "error": "AccessDeniedException",
    }
    found = judged(buckets(a=True) | calls, "S3-013", "CONFIG-004")
    assert found["CONFIG-004", "r"].message == "r is not complied with: no resource named"
    assert found["S3-013", "a"].witnesses == ()


def advisor(*names):
    """Return the answers of the older API, which names resources by columns, for the check of access logging of buckets."""
    rows = [
        {
            "status": "warning",
            "region": "eu-west-1",
            "resourceId": f"opaque-{name}",
            "isSuppressed": False,
            "metadata": ["Yellow", "eu-west-1", name],
        }
        for name in names
    ]
    check = {
        "id": "BueAdJ7NrP",
        "name": "Bucket logging",
        "description": "d",
        "category": "security",
        "metadata": ["Status", "Region", "Bucket Name"],
    }
    result = {
        "checkId": "BueAdJ7NrP",
        "timestamp": "2025-12-31T00:00:00Z",
        "status": "warning",
        "resourcesSummary": dict.fromkeys(
            ("resourcesProcessed", "resourcesFlagged", "resourcesIgnored", "resourcesSuppressed"), 1
        ),
        "categorySpecificSummary": {},
        "flaggedResources": rows,
    }
    return {
        "trustedadvisor:ListRecommendations": [{"parameters": {}, "error": "AccessDeniedException"}],
        "support:DescribeTrustedAdvisorChecks": {"checks": [check]},
        "support:DescribeTrustedAdvisorCheckResult": [
            {"parameters": {"checkId": "BueAdJ7NrP", "language": "en"}, "response": {"result": result}}
        ],
    }


def test_trusted_advisor_is_met_by_whichever_column_names_the_resource():
    found = judged(buckets(a=True, b=True) | advisor("a", "b"), "S3-013", "ADVISOR-002")
    assert found["ADVISOR-002", "BueAdJ7NrP"].status == "skip"
    assert found["S3-013", "b"].witnesses == ("Trusted Advisor: Bucket logging (yellow)",)


def inspector(port=22, way="AWS::EC2::InternetGateway"):
    row = {
        "findingArn": "arn:aws:inspector2:eu-west-1:123456789012:finding/0123456789abcdef0123456789abcdef",
        "awsAccountId": "123456789012",
        "type": "NETWORK_REACHABILITY",
        "title": f"Port {port} is reachable from an Internet Gateway",
        "severity": "MEDIUM",
        "status": "ACTIVE",
        "firstObservedAt": "2025-12-01T00:00:00Z",
        "lastObservedAt": "2025-12-31T00:00:00Z",
        "resources": [{"type": "AWS_EC2_INSTANCE", "id": "i-1"}],
        "networkReachabilityDetails": {
            "openPortRange": {"begin": port, "end": port},
            "protocol": "TCP",
            "networkPath": {"steps": [{"componentId": "igw-1", "componentType": way}]},
        },
    }
    status = {"accountId": "123456789012", "state": {"status": "ENABLED"}, "resourceState": {}}
    return {
        "inspector2:BatchGetAccountStatus": {"accounts": [status], "failedAccounts": []},
        "inspector2:ListFindings": {"findings": [row]},
    }


def network(kind, instance="i-1"):
    """Return the answers of the page of VPC-101, with the interface on an instance."""
    text = next(one.text for one in page_of(RULES["VPC-101"]).examples if (one.kind, one.form) == (kind, "evidence"))
    calls = yaml.safe_load(text)
    for row in calls["ec2:DescribeNetworkInterfaces"]["NetworkInterfaces"]:
        row["Attachment"] = {"InstanceId": instance, "DeviceIndex": 0, "InstanceOwnerId": "123456789012"}
    return calls


def weighed(calls):
    found = judged(calls, "VPC-101", "INSPECTOR-009")
    (seen,) = (one for (rule, _), one in found.items() if rule == "INSPECTOR-009")
    return found["VPC-101", "eni-1"], seen


def test_inspector_that_agrees_with_our_reading_of_the_network_is_its_witness():
    ours, seen = weighed(network("bad") | inspector())
    assert ours.witnesses == ("Amazon Inspector: TCP 22 is reached",)
    assert seen.message == "the same defect is told by VPC-101"


def test_inspector_that_differs_from_our_reading_is_told_in_words_on_both():
    ours, seen = weighed(network("good") | inspector())
    assert (ours.status, seen.status) == ("pass", "skip")
    assert ours.disputes == ("otherwise Amazon Inspector: TCP 22 is reached",)
    assert seen.disputes == ("by our reading the internet does not reach TCP 22 of eni-1",)


@pytest.mark.parametrize(
    "calls",
    [
        network("good") | inspector(way="AWS::EC2::VPNGateway"),
        network("good", instance="i-2") | inspector(),
        network("good") | inspector() | {"ec2:DescribeRouteTables": [{"parameters": {}, "error": "AccessDenied"}]},
    ],
    ids=["another way than the internet", "another instance", "a network that is not known"],
)
def test_what_our_reading_says_nothing_of_stays_inspectors(calls):
    ours, seen = weighed(calls)
    assert seen.status == "fail"
    assert not ours.disputes
    assert not seen.disputes


def test_a_role_open_to_others_is_told_by_our_rule_with_access_analyzer_as_witness():
    calls = yaml.safe_load(
        next(one.text for one in page_of(RULES["IAM-037"]).examples if (one.kind, one.form) == ("bad", "evidence"))
    )
    role = calls["iam:GetAccountAuthorizationDetails"]["RoleDetailList"][0]["Arn"]
    analyzer = "arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/outside"
    calls |= {
        "accessanalyzer:ListAnalyzers": {
            "analyzers": [
                {
                    "arn": analyzer,
                    "name": "o",
                    "type": "ACCOUNT",
                    "status": "ACTIVE",
                    "createdAt": "2025-01-01T00:00:00Z",
                }
            ]
        },
        "accessanalyzer:ListFindingsV2": [
            {
                "parameters": {
                    "analyzerArn": analyzer,
                    "filter": {"status": {"eq": ["ACTIVE"]}, "resourceOwnerAccount": {"eq": ["123456789012"]}},
                },
                "response": {
                    "findings": [
                        {
                            "id": "f-1",
                            "resource": role,
                            "resourceType": "AWS::IAM::Role",
                            "resourceOwnerAccount": "123456789012",
                            "status": "ACTIVE",
                            "findingType": "ExternalAccess",
                            "createdAt": "2025-06-01T00:00:00Z",
                            "analyzedAt": "2025-12-31T00:00:00Z",
                            "updatedAt": "2025-12-31T00:00:00Z",
                        }
                    ]
                },
            }
        ],
    }
    found = judged(calls, "IAM-037", "ANALYZER-003")
    assert found["ANALYZER-003", "f-1"].status == "skip"
    assert any(one.witnesses == (f"Access Analyzer: ExternalAccess to {role}",) for one in found.values())


@pytest.mark.parametrize(
    "control,resource,region",
    [
        ("IAM.1", "arn:aws:iam::123456789012:policy/p", ""),
        ("IAM.4", "AWS::::Account:123456789012", ""),
        ("S3.1", "AWS::::Account:123456789012", ""),
        ("S3.8", "arn:aws:s3:::b", ""),
        ("EC2.7", "AWS::::Account:123456789012", "eu-west-1"),
        ("EC2.13", "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1", "eu-west-1"),
    ],
)
def test_what_lies_in_no_region_is_the_same_whichever_region_tells_it(control, resource, region):
    calls = hub("a", control=control)
    calls["securityhub:GetFindings"]["Findings"][0]["Resources"] = [
        {"Type": "x", "Id": resource, "Region": "eu-west-1"}
    ]
    inventory = Inventory.of(Plan.of([RULES["SECURITYHUB-002"]], READERS, DERIVATIONS), evidence_of(calls))
    (finding,) = evaluate([RULES["SECURITYHUB-002"]], inventory)
    (claim,) = claims_in(inventory)(finding).claims
    assert claim.region == region
