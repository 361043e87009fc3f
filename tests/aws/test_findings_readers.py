import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from scanner.aws import accessanalyzer, inspector2, trustedadvisor
from scanner.evidence import Answer, Failure
from scanner.failures import reason_of
from scanner.inventory import Inventory
from scanner.model.accessanalyzer import Analyzer, AnalyzerFinding
from scanner.model.inspector2 import CoverageEntry, InspectorFinding, InspectorStatus
from scanner.model.kind import Scope, instant
from scanner.model.maybe import ABSENT, Reason, why_unknown
from scanner.model.trustedadvisor import AdvisorCheck, AdvisorResources, AdvisorStatus
from scanner.plan import Plan, read, step_for
from scanner.testing import evidence_of

ACCOUNT = Scope("aws", "123456789012")
REGION = Scope("aws", "123456789012", "eu-west-1")
OTHER = "999999999999"
READERS = (*accessanalyzer.READERS, *inspector2.READERS, *trustedadvisor.READERS)
TIME = "2025-12-31T00:00:00+00:00"
ANALYZER_ARN = "arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/unused"
RECOMMENDATION = "arn:aws:trustedadvisor::123456789012:recommendation/0a1b2c3d-0001"
PARTS = ("ec2", "ecr", "lambda", "lambdaCode", "codeRepository", "ami")


def state(status):
    return {"status": status, "errorCode": "ALREADY_ENABLED", "errorMessage": "none"}


def status_of(status, account="123456789012", **parts):
    told = {part: state("ENABLED") for part in PARTS} | {part: state(said) for part, said in parts.items()}
    return {"accounts": [{"accountId": account, "state": state(status), "resourceState": told}], "failedAccounts": []}


def finding(**changes):
    return {
        "findingArn": "arn:aws:inspector2:eu-west-1:123456789012:finding/0123456789abcdef0123456789abcdef",
        "awsAccountId": "123456789012",
        "type": "PACKAGE_VULNERABILITY",
        "description": "d",
        "title": "CVE-2025-1234 - openssl",
        "remediation": {"recommendation": {"text": "Update."}},
        "severity": "UNTRIAGED",
        "firstObservedAt": "2025-12-01T00:00:00+00:00",
        "lastObservedAt": TIME,
        "status": "ACTIVE",
        "inspectorScore": 7.5,
        "epss": {"score": 0.61},
        "exploitAvailable": "YES",
        "exploitabilityDetails": {"lastKnownExploitAt": TIME},
        "fixAvailable": "PARTIAL",
        "packageVulnerabilityDetails": {
            "vulnerabilityId": "CVE-2025-1234",
            "source": "NVD",
            "cvss": [{"baseScore": 9.8, "scoringVector": "CVSS:3.1/AV:N", "version": "3.1", "source": "NVD"}],
            "vulnerablePackages": [
                {"name": "openssl", "version": "3.0.1", "fixedInVersion": "3.0.9", "packageManager": "OS"}
            ],
        },
        "resources": [
            {
                "type": "AWS_EC2_INSTANCE",
                "id": "i-0123456789abcdef0",
                "region": "eu-west-1",
                "details": {
                    "awsEc2Instance": {
                        "imageId": "ami-1",
                        "vpcId": "vpc-1",
                        "subnetId": "subnet-1",
                        "iamInstanceProfileArn": "arn:aws:iam::123456789012:instance-profile/web",
                    }
                },
            }
        ],
        **changes,
    }


def network_finding():
    row = finding(
        type="NETWORK_REACHABILITY",
        networkReachabilityDetails={
            "openPortRange": {"begin": 8000, "end": 8100},
            "protocol": "TCP",
            "networkPath": {"steps": [{"componentId": "igw-1", "componentType": "AWS::EC2::InternetGateway"}]},
        },
    )
    for key in ("packageVulnerabilityDetails", "exploitAvailable", "fixAvailable", "exploitabilityDetails", "epss"):
        del row[key]
    return row


def code_finding():
    row = finding(
        type="CODE_VULNERABILITY",
        codeVulnerabilityDetails={
            "filePath": {"fileName": "app.py", "filePath": "src/app.py", "startLine": 3, "endLine": 5},
            "detectorId": "python/sql-injection",
            "detectorName": "SQL injection",
            "cwes": ["CWE-89"],
        },
        resources=[
            {
                "type": "AWS_LAMBDA_FUNCTION",
                "id": "arn:aws:lambda:eu-west-1:123456789012:function:f:1",
                "details": {
                    "awsLambdaFunction": {
                        "functionName": "f",
                        "runtime": "PYTHON_3_9",
                        "codeSha256": "x",
                        "version": "1",
                        "executionRoleArn": "arn:aws:iam::123456789012:role/f",
                        "vpcConfig": {"subnetIds": ["subnet-2"], "securityGroupIds": ["sg-2"], "vpcId": "vpc-2"},
                    }
                },
            }
        ],
    )
    del row["packageVulnerabilityDetails"]
    return row


def covered(**changes):
    return {
        "resourceType": "AWS_EC2_INSTANCE",
        "resourceId": "i-0123456789abcdef0",
        "accountId": "123456789012",
        "scanType": "PACKAGE",
        "scanStatus": {"statusCode": "INACTIVE", "reason": "UNMANAGED_EC2_INSTANCE"},
        "scanMode": "EC2_SSM_AGENT_BASED",
        "lastScannedAt": TIME,
        **changes,
    }


def recommendation(**changes):
    return {
        "id": "0a1b2c3d-0001",
        "arn": RECOMMENDATION,
        "checkArn": "arn:aws:trustedadvisor:::check/HCP4007jGY",
        "type": "standard",
        "status": "error",
        "pillars": ["security"],
        "source": "ta_check",
        "name": "Ports",
        "resourcesAggregates": {"okCount": 1, "warningCount": 2, "errorCount": 3, "excludedCount": 4},
        "lastUpdatedAt": TIME,
        **changes,
    }


CHECK = {
    "id": "HCP4007jGY",
    "name": "Ports",
    "description": "d",
    "category": "security",
    "metadata": ["Region", "Security Group ID", "Status"],
}


def result(**changes):
    return {
        "result": {
            "checkId": "HCP4007jGY",
            "timestamp": "2025-12-31T00:00:00Z",
            "status": "warning",
            "resourcesSummary": {
                "resourcesProcessed": 9,
                "resourcesFlagged": 1,
                "resourcesIgnored": 0,
                "resourcesSuppressed": 2,
            },
            "categorySpecificSummary": {},
            "flaggedResources": [
                {
                    "status": "warning",
                    "region": "eu-west-1",
                    "resourceId": "aW5kZXhlZA",
                    "isSuppressed": False,
                    "metadata": ["eu-west-1", "sg-1", "Yellow"],
                }
            ],
            **changes,
        }
    }


def analyzer(**changes):
    return {
        "arn": ANALYZER_ARN,
        "name": "unused",
        "type": "ACCOUNT_UNUSED_ACCESS",
        "createdAt": TIME,
        "status": "ACTIVE",
        "tags": {"team": "red"},
        "configuration": {"unusedAccess": {"unusedAccessAge": 90}},
        **changes,
    }


def access(**changes):
    return {
        "id": "f1",
        "resource": "arn:aws:iam::123456789012:role/old",
        "resourceType": "AWS::IAM::Role",
        "resourceOwnerAccount": "123456789012",
        "status": "ACTIVE",
        "findingType": "UnusedIAMRole",
        "createdAt": TIME,
        "analyzedAt": TIME,
        "updatedAt": TIME,
        **changes,
    }


ANSWERS = {
    "ListAnalyzers": {"analyzers": [analyzer()]},
    "ListFindingsV2": {"findings": [access()]},
    "BatchGetAccountStatus": status_of("ENABLED"),
    "ListFindings": {"findings": [finding(), network_finding(), code_finding()]},
    "ListCoverage": {"coveredResources": [covered()]},
    "ListRecommendations": {"recommendationSummaries": [recommendation()]},
    "ListRecommendationResources": {
        "recommendationResourceSummaries": [
            {
                "id": "1",
                "arn": f"{RECOMMENDATION}/1",
                "awsResourceId": "sg-1",
                "regionCode": "eu-west-1",
                "status": "error",
                "metadata": {"Port": "21"},
                "lastUpdatedAt": TIME,
                "exclusionStatus": "included",
                "recommendationArn": RECOMMENDATION,
            }
        ]
    },
    "DescribeTrustedAdvisorChecks": {"checks": [CHECK]},
    "DescribeTrustedAdvisorCheckResult": result(),
}
PARENTS = {
    Analyzer: "ListAnalyzers",
    InspectorStatus: "BatchGetAccountStatus",
    AdvisorStatus: "ListRecommendations",
    AdvisorCheck: "DescribeTrustedAdvisorChecks",
}


def reader_of(operation):
    return next(one for one in READERS if one.operation == operation)


def step_of(operation, parent=None):
    reader = reader_of(operation)
    if reader.parent is not None and parent is None:
        parent = next(row for row in reading(PARENTS[reader.parent]).rows if type(row) is reader.parent)
    return step_for(reader, REGION if reader.regional else ACCOUNT, parent)


def reading(operation, page=None, parent=None):
    return read(step_of(operation, parent), Answer((page or ANSWERS[operation],)))


def only(operation, page=None, parent=None):
    (row,) = reading(operation, page, parent).rows
    return row


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.call)
def test_the_answers_of_these_tests_have_the_shape_of_aws(reader):
    shape = get_session().get_service_model(reader.service).operation_model(reader.operation).output_shape
    assert ParamValidator().validate(ANSWERS[reader.operation], shape).generate_report() == ""


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.call)
def test_each_call_has_parameters_that_aws_takes(reader):
    shape = get_session().get_service_model(reader.service).operation_model(reader.operation).input_shape
    asked = step_of(reader.operation).parameters
    assert ParamValidator().validate(dict(asked), shape).generate_report() == ""


def test_the_status_says_each_type_of_scanning():
    status = only("BatchGetAccountStatus", status_of("ENABLED", ecr="DISABLED", lambdaCode="SUSPENDED"))
    assert (status.scope, status.id) == (REGION, "eu-west-1")
    assert (status.ec2, status.ecr, status.lambda_standard, status.lambda_code) == (
        "ENABLED",
        "DISABLED",
        "ENABLED",
        "SUSPENDED",
    )


def test_a_type_of_scanning_that_is_not_told_is_unknown():
    page = status_of("ENABLED")
    del page["accounts"][0]["resourceState"]["lambdaCode"]
    assert why_unknown(only("BatchGetAccountStatus", page).lambda_code).reason is Reason.NOT_COLLECTED


def test_a_type_of_scanning_that_is_not_told_is_off_where_inspector_is_off():
    page = status_of("DISABLED")
    del page["accounts"][0]["resourceState"]["lambdaCode"]
    assert only("BatchGetAccountStatus", page).lambda_code == "DISABLED"


@pytest.mark.parametrize(
    "page,reason",
    [
        (status_of("ENABLED", account=OTHER), Reason.FAILED),
        (
            {
                "accounts": [],
                "failedAccounts": [
                    {"accountId": "123456789012", "errorCode": "ACCESS_DENIED", "errorMessage": "not allowed"}
                ],
            },
            Reason.DENIED,
        ),
    ],
)
def test_a_status_without_the_account_is_unknown(page, reason):
    status = only("BatchGetAccountStatus", page)
    assert {why_unknown(status.status).reason, why_unknown(status.ec2).reason} == {reason}


@pytest.mark.parametrize("operation", ["ListFindings", "ListCoverage"])
@pytest.mark.parametrize("said", ["DISABLED", "SUSPENDED", "DISABLING"])
def test_where_inspector_is_off_its_listings_are_not_asked_and_not_enabled(operation, said):
    step = step_of(operation, only("BatchGetAccountStatus", status_of(said)))
    assert step.key is None
    assert read(step, None).gap.why.reason is Reason.NOT_ENABLED


def test_where_the_status_is_denied_the_listings_are_unknown_for_that_reason():
    failure = Failure("AccessDeniedException", "", reason_of("AccessDeniedException"))
    (status,) = read(step_of("BatchGetAccountStatus"), Answer((), complete=False, failure=failure)).rows
    assert read(step_of("ListFindings", status), None).gap.why.reason is Reason.DENIED


def test_a_package_finding_keeps_what_ranks_it():
    row = reading("ListFindings").rows[0]
    assert (row.name, row.severity, row.exploit_available, row.fix_available) == (
        "CVE-2025-1234",
        "UNTRIAGED",
        "YES",
        "PARTIAL",
    )
    assert (row.inspector_score, row.epss) == (7.5, 0.61)
    assert row.last_known_exploit_at == instant(TIME)
    assert row.package.vulnerable_packages[0].fixed_in_version == "3.0.9"
    assert row.package.cvss[0].base_score == 9.8
    assert (row.network, row.code) == (ABSENT, ABSENT)


def test_a_network_finding_keeps_its_ports_and_path():
    row = reading("ListFindings").rows[1]
    assert row.network.ports == "TCP 8000-8100"
    assert [step.component_id for step in row.network.steps] == ["igw-1"]


def test_a_code_finding_keeps_its_place_and_the_role_of_its_function():
    row = reading("ListFindings").rows[2]
    assert (row.code.file_path, row.code.start_line, row.code.cwes) == ("src/app.py", 3, ("CWE-89",))
    (affected,) = row.resources
    assert affected.execution_role_arn == "arn:aws:iam::123456789012:role/f"
    assert (affected.vpc_id, affected.subnet_ids, affected.security_group_ids) == ("vpc-2", ("subnet-2",), ("sg-2",))


def test_an_affected_instance_keeps_what_links_it_to_network_and_role():
    (affected,) = reading("ListFindings").rows[0].resources
    assert (affected.id, affected.vpc_id, affected.subnet_ids) == ("i-0123456789abcdef0", "vpc-1", ("subnet-1",))
    assert affected.instance_profile_arn == "arn:aws:iam::123456789012:instance-profile/web"


def test_what_inspector_does_not_say_of_exploits_and_fixes_is_unknown():
    row = reading("ListFindings").rows[1]
    assert why_unknown(row.exploit_available).reason is Reason.NOT_COLLECTED
    assert why_unknown(row.fix_available).reason is Reason.NOT_COLLECTED


def test_findings_of_other_accounts_and_settled_ones_are_left_out():
    rows = [finding(awsAccountId=OTHER), finding(status="SUPPRESSED"), finding(status="CLOSED")]
    assert reading("ListFindings", {"findings": rows}).rows == ()


def test_a_malformed_finding_is_a_gap_and_those_before_it_stay():
    told = reading("ListFindings", {"findings": [finding(), {"awsAccountId": "123456789012", "status": "ACTIVE"}]})
    assert [type(row) for row in told.rows] == [InspectorFinding]
    assert told.gap.why.reason is Reason.FAILED


def test_each_way_of_scanning_a_resource_is_an_entry_of_its_own():
    rows = reading("ListCoverage", {"coveredResources": [covered(), covered(scanType="NETWORK")]}).rows
    assert [row.id for row in rows] == ["i-0123456789abcdef0/PACKAGE", "i-0123456789abcdef0/NETWORK"]
    assert rows[0].reason == "UNMANAGED_EC2_INSTANCE"


def test_coverage_of_other_accounts_is_left_out_and_an_unsaid_status_is_unknown():
    row = covered()
    del row["scanStatus"]
    (entry,) = reading("ListCoverage", {"coveredResources": [covered(accountId=OTHER), row]}).rows
    assert isinstance(entry, CoverageEntry)
    assert why_unknown(entry.status_code).reason is Reason.NOT_COLLECTED


def test_analyzers_of_other_accounts_are_left_out():
    page = {"analyzers": [analyzer(arn=ANALYZER_ARN.replace("123456789012", OTHER)), analyzer()]}
    (row,) = reading("ListAnalyzers", page).rows
    assert (row.arn, row.unused_access_age, row.tags) == (ANALYZER_ARN, 90, {"team": "red"})


@pytest.mark.parametrize("kind", ["external", "unused"])
@pytest.mark.parametrize("status", ["ACTIVE", "FAILED"])
def test_an_analyzer_watches_only_while_it_is_active(kind, status):
    form = {"external": "ORGANIZATION", "unused": "ORGANIZATION_UNUSED_ACCESS"}[kind]
    row = only("ListAnalyzers", {"analyzers": [analyzer(type=form, status=status)]})
    expected = (kind == "external" and status == "ACTIVE", kind == "unused" and status == "ACTIVE")
    assert expected == (row.watches_external_access, row.watches_unused_access)


def test_analyzers_that_are_not_at_work_are_not_asked_for_findings():
    stopped = only("ListAnalyzers", {"analyzers": [analyzer(status="DISABLED")]})
    step = step_of("ListFindingsV2", stopped)
    assert step.key is None
    assert read(step, None).gap is None


def test_archived_access_findings_and_those_of_other_accounts_are_left_out():
    page = {"findings": [access(status="ARCHIVED"), access(resourceOwnerAccount=OTHER), access(id="f2")]}
    (row,) = reading("ListFindingsV2", page).rows
    assert isinstance(row, AnalyzerFinding)
    assert (row.id, row.finding_type, row.analyzer_arn) == ("f2", "UnusedIAMRole", ANALYZER_ARN)


def test_a_recommendation_is_known_by_its_check():
    check, status = reading("ListRecommendations").rows
    assert (check.id, check.name, check.pillars) == ("HCP4007jGY", "Ports", ("security",))
    assert (status.id, status.status, status.flagged, status.excluded) == ("HCP4007jGY", "error", 5, 4)


def test_two_recommendations_of_one_check_are_both_kept():
    second = recommendation(id="0a1b2c3d-0002", type="priority", arn=f"{RECOMMENDATION}2")
    rows = reading("ListRecommendations", {"recommendationSummaries": [recommendation(), second]}).rows
    assert [row.id for row in rows if isinstance(row, AdvisorCheck)] == ["HCP4007jGY", "0a1b2c3d-0002"]


def test_a_green_that_rests_on_no_data_is_unknown():
    page = {"recommendationSummaries": [recommendation(status="ok", statusReason="no_data_ok")]}
    assert why_unknown(reading("ListRecommendations", page).rows[1].status).reason is Reason.NOT_COLLECTED


def test_resources_are_asked_of_flagged_recommendations_only():
    page = {"recommendationSummaries": [recommendation(status="ok")]}
    step = step_of("ListRecommendationResources", reading("ListRecommendations", page).rows[1])
    assert step.key is None
    assert read(step, None).rows[0].resources == ()


def test_columns_of_the_support_api_get_the_names_that_it_tells():
    told = only("DescribeTrustedAdvisorChecks")
    _, resources = reading("DescribeTrustedAdvisorCheckResult", parent=told).rows
    (row,) = resources.resources
    assert row.metadata == {"Region": "eu-west-1", "Security Group ID": "sg-1", "Status": "Yellow"}
    assert (row.id, row.region, row.status, row.excluded) == ("sg-1", "eu-west-1", "warning", False)


def test_a_value_without_a_column_is_kept_under_its_number():
    flagged = result()["result"]["flaggedResources"][0] | {"metadata": ["eu-west-1", "sg-1", "Yellow", "more"]}
    _, resources = reading("DescribeTrustedAdvisorCheckResult", result(flaggedResources=[flagged])).rows
    assert resources.resources[0].metadata["#4"] == "more"


def test_a_result_that_is_not_available_is_unknown():
    status, _ = reading("DescribeTrustedAdvisorCheckResult", result(status="not_available")).rows
    assert why_unknown(status.status).reason is Reason.NOT_COLLECTED


PLAN = Plan(
    rules=(),
    readers=trustedadvisor.READERS,
    derivations=(),
    kinds=frozenset({AdvisorCheck, AdvisorStatus, AdvisorResources}),
    children={
        AdvisorStatus: (reader_of("ListRecommendationResources"),),
        AdvisorCheck: (reader_of("DescribeTrustedAdvisorCheckResult"),),
    },
)


def error(code, **parameters):
    return [{"parameters": parameters, "error": code}]


def test_the_support_api_stands_in_and_fills_the_same_kinds():
    inventory = Inventory.of(
        PLAN,
        evidence_of(
            {
                "trustedadvisor:ListRecommendations": error("AccessDeniedException", maxResults=200),
                "support:DescribeTrustedAdvisorChecks": {"checks": [CHECK]},
                "support:DescribeTrustedAdvisorCheckResult": [
                    {"parameters": {"checkId": "HCP4007jGY", "language": "en"}, "response": result()}
                ],
            }
        ),
    )
    (check,) = inventory.listing(AdvisorCheck)
    assert check.name == "Ports"
    assert inventory.facet(AdvisorStatus, check.scope, check.id).status == "warning"
    assert inventory.facet(AdvisorResources, check.scope, check.id).flagged("warning") == ("sg-1",)
    assert inventory.gaps == []
    assert inventory.unlisted(AdvisorCheck) == {}


def test_what_the_first_api_tells_is_not_asked_of_the_other():
    inventory = Inventory.of(
        PLAN,
        evidence_of(
            {
                "trustedadvisor:ListRecommendations": ANSWERS["ListRecommendations"],
                "trustedadvisor:ListRecommendationResources": [
                    {
                        "parameters": {"recommendationIdentifier": RECOMMENDATION, "maxResults": 5000},
                        "response": ANSWERS["ListRecommendationResources"],
                    }
                ],
            }
        ),
    )
    (check,) = inventory.listing(AdvisorCheck)
    assert inventory.facet(AdvisorResources, check.scope, check.id).flagged("error") == ("sg-1",)
    assert inventory.gaps == []


def test_without_a_plan_nothing_is_known_and_the_reason_is_told():
    code = "SubscriptionRequiredException"
    inventory = Inventory.of(
        PLAN,
        evidence_of(
            {
                "trustedadvisor:ListRecommendations": error(code, maxResults=200),
                "support:DescribeTrustedAdvisorChecks": error(code, language="en"),
            }
        ),
    )
    assert inventory.listing(AdvisorCheck) == ()
    assert {why.reason for why in inventory.unlisted(AdvisorCheck).values()} == {Reason.NOT_SUBSCRIBED}


@pytest.mark.parametrize(
    "code,reason", [("SubscriptionRequiredException", Reason.NOT_SUBSCRIBED), ("AccessDenied", Reason.DENIED)]
)
def test_a_missing_plan_is_told_by_the_api_that_says_so(code, reason):
    inventory = Inventory.of(
        Plan.of([], READERS, kinds=(AdvisorCheck,)),
        evidence_of(
            {
                "trustedadvisor:ListRecommendations": [{"parameters": {}, "error": "AccessDeniedException"}],
                "support:DescribeTrustedAdvisorChecks": [{"parameters": {"language": "en"}, "error": code}],
            }
        ),
    )
    assert inventory.unlisted(AdvisorCheck)[ACCOUNT].reason == reason
    assert len(inventory.gaps) == 2
