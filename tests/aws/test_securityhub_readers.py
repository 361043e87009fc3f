import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from scanner.aws import securityhub
from scanner.inventory import Inventory
from scanner.model.kind import Scope, instant
from scanner.model.maybe import Reason
from scanner.model.securityhub import HubFinding, HubResource, SecurityHub, SecurityHubV2
from scanner.plan import Plan, step_for
from scanner.testing import evidence_of

REGION = Scope("aws", "123456789012", "eu-west-1")
ID = "arn:aws:securityhub:eu-west-1:123456789012:security-control/S3.8/finding/0a1b2c3d-0000-4000-8000-000000000001"
ON = {"HubArn": "arn:aws:securityhub:eu-west-1:123456789012:hub/default"}
ON_V2 = {"HubV2Arn": "arn:aws:securityhub:eu-west-1:123456789012:hubv2/1"}
OFF = [{"parameters": {}, "error": "InvalidAccessException"}]
OFF_V2 = [{"parameters": {}, "error": "ResourceNotFoundException"}]


def asff(**changes):
    return {
        "SchemaVersion": "2018-10-08",
        "Id": ID,
        "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
        "ProductName": "Security Hub",
        "GeneratorId": "security-control/S3.8",
        "AwsAccountId": "123456789012",
        "Region": "eu-west-1",
        "RecordState": "ACTIVE",
        "Workflow": {"Status": "NEW"},
        "CreatedAt": "2025-12-01T00:00:00Z",
        "UpdatedAt": "2025-12-31T00:00:00Z",
        "Severity": {"Label": "HIGH"},
        "Title": "Buckets should block public access",
        "Description": "d",
        "Compliance": {"Status": "FAILED", "SecurityControlId": "S3.8"},
        "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::a", "Region": "eu-west-1"}],
        **changes,
    }


def ocsf(**changes):
    return {
        "activity_name": "Update",
        "class_uid": 2003,
        "cloud": {"account": {"uid": "123456789012"}, "region": "eu-west-1"},
        "compliance": {"control": "S3.8", "status": "Fail"},
        "finding_info": {
            "uid": ID,
            "title": "Buckets should block public access",
            "created_time_dt": "2025-12-01T00:00:00Z",
        },
        "metadata": {
            "product": {"name": "Security Hub CSPM", "uid": "arn:aws:securityhub:eu-west-1::productv2/aws/securityhub"}
        },
        "resources": [{"uid": "arn:aws:s3:::a", "type": "AWS::S3::Bucket", "region": "eu-west-1"}],
        "severity": "High",
        "status": "New",
        **changes,
    }


def inventory_of(**calls):
    plan = Plan.of([], securityhub.READERS, kinds=(HubFinding,))
    return Inventory.of(plan, evidence_of({f"securityhub:{name}": said for name, said in calls.items()}))


def of_v1(*found):
    return inventory_of(DescribeHub=ON, DescribeSecurityHubV2=OFF_V2, GetFindings={"Findings": list(found)})


def of_v2(*found):
    return inventory_of(DescribeHub=OFF, DescribeSecurityHubV2=ON_V2, GetFindingsV2={"Findings": list(found)})


@pytest.mark.parametrize("inventory", [of_v1(asff()), of_v2(ocsf())], ids=["asff", "ocsf"])
def test_both_generations_tell_the_same_of_a_failed_control(inventory):
    (found,) = inventory.listing(HubFinding)
    assert (found.id, found.product, found.control) == (ID, "securityhub", "S3.8")
    assert (found.compliance, found.severity) == ("FAILED", "HIGH")
    assert found.first_observed_at == instant("2025-12-01T00:00:00Z")
    assert [(one.id, one.region) for one in found.resources] == [("arn:aws:s3:::a", "eu-west-1")]


def test_a_finding_told_by_both_generations_is_one_finding():
    inventory = inventory_of(
        DescribeHub=ON,
        DescribeSecurityHubV2=ON_V2,
        GetFindings={"Findings": [asff()]},
        GetFindingsV2={"Findings": [ocsf()]},
    )
    assert len(inventory.listing(HubFinding)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"AwsAccountId": "999999999999"},
        {"Region": "us-east-1"},
        {"RecordState": "ARCHIVED"},
        {"Workflow": {"Status": "SUPPRESSED"}},
        {"Workflow": {"Status": "RESOLVED"}},
        *(
            {"ProductArn": f"arn:aws:securityhub:eu-west-1::product/aws/{name}"}
            for name in ("inspector", "guardduty", "access-analyzer", "config")
        ),
        {"GeneratorId": "casemate/S3-001"},
    ],
)
def test_what_is_answered_anothers_or_told_elsewhere_is_left_out(changes):
    assert of_v1(asff(**changes)).listing(HubFinding) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"cloud": {"account": {"uid": "999999999999"}, "region": "eu-west-1"}},
        {"cloud": {"account": {"uid": "123456789012"}, "region": "us-east-1"}},
        {"activity_name": "Close"},
        {"status": "Suppressed"},
        {
            "metadata": {
                "product": {"name": "Inspector", "uid": "arn:aws:securityhub:eu-west-1::productv2/aws/inspector"}
            }
        },
    ],
)
def test_the_same_holds_of_the_second_generation(changes):
    assert of_v2(ocsf(**changes)).listing(HubFinding) == ()


def test_a_product_of_another_maker_may_be_called_as_one_of_aws():
    arn = "arn:aws:securityhub:eu-west-1:999999999999:product/acme/inspector"
    (found,) = of_v1(asff(ProductArn=arn, ProductName="Acme", Compliance={})).listing(HubFinding)
    assert (found.product, bool(found.control)) == ("Acme", False)


def test_a_control_of_an_older_hub_is_known_by_its_generator():
    generator = "aws-foundational-security-best-practices/v/1.0.0/EC2.13"
    (found,) = of_v1(asff(GeneratorId=generator, Compliance={"Status": "FAILED"})).listing(HubFinding)
    assert found.control == "EC2.13"
    (other,) = of_v1(asff(GeneratorId="ruleset/cis/v/1.2.0/rule/4.1", Compliance={"Status": "FAILED"})).listing(
        HubFinding
    )
    assert not other.control


def test_a_hub_that_is_off_has_no_findings_and_says_why_none_are_known():
    inventory = inventory_of(DescribeHub=OFF, DescribeSecurityHubV2=OFF_V2)
    assert [one.enabled for one in inventory.listing(SecurityHub)] == [False]
    assert [one.enabled for one in inventory.listing(SecurityHubV2)] == [False]
    assert inventory.unlisted(HubFinding)[REGION].reason == Reason.NOT_ENABLED


def test_a_refusal_is_no_word_on_whether_it_is_on():
    inventory = inventory_of(
        DescribeHub=[{"parameters": {}, "error": "AccessDeniedException"}], DescribeSecurityHubV2=OFF_V2
    )
    assert inventory.unlisted(SecurityHub)[REGION].reason == Reason.DENIED
    assert inventory.unlisted(HubFinding)[REGION].reason == Reason.DENIED


def test_the_parameters_are_those_that_aws_takes():
    model = get_session().get_service_model("securityhub")
    inventory = inventory_of(DescribeHub=ON, DescribeSecurityHubV2=ON_V2)
    for reader in securityhub.READERS[2:]:
        said = step_for(reader, REGION, inventory.listing(reader.parent)[0]).parameters
        report = ParamValidator().validate(dict(said), model.operation_model(reader.operation).input_shape)
        assert not report.has_errors(), report.generate_report()
    known = set(model.shape_for("OcsfStringField").enum)
    assert {one["FieldName"] for one in said["Filters"]["CompositeFilters"][0]["StringFilters"]} <= known


def test_a_resource_without_a_region_is_kept():
    (found,) = of_v1(asff(Resources=[{"Type": "AwsAccount", "Id": "AWS::::Account:123456789012"}])).listing(HubFinding)
    assert found.resources == (HubResource("AwsAccount", "AWS::::Account:123456789012"),)
    assert found.affected == "AWS::::Account:123456789012"
