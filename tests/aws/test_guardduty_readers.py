from botocore.session import get_session
from botocore.validate import ParamValidator

from scanner.aws import guardduty
from scanner.inventory import Inventory
from scanner.model.guardduty import Detector, DetectorFindings, DetectorSettings, GuardDutyFinding
from scanner.model.kind import Scope, instant
from scanner.model.maybe import Reason
from scanner.plan import Plan, step_for
from scanner.testing import evidence_of

REGION = Scope("aws", "123456789012", "eu-west-1")
DETECTOR = "12abc34d567e8fa901bc2d34e56789f0"


def finding(number=1, **changes):
    native_id = f"{number:032x}"
    return {
        "AccountId": "123456789012",
        "Arn": f"arn:aws:guardduty:eu-west-1:123456789012:detector/{DETECTOR}/finding/{native_id}",
        "CreatedAt": "2025-12-30T10:00:00.000Z",
        "UpdatedAt": "2025-12-31T10:00:00.000Z",
        "Id": native_id,
        "Region": "eu-west-1",
        "SchemaVersion": "2.0",
        "Severity": 7.9,
        "Type": "Recon:EC2/PortProbeUnprotectedPort",
        "Resource": {"ResourceType": "Instance", "InstanceDetails": {"InstanceId": "i-1"}},
        "Service": {"Archived": False, "Count": 3, "EventFirstSeen": "2025-12-30T09:00:00Z"},
        **changes,
    }


def inventory_of(**calls):
    plan = Plan.of([], guardduty.READERS, kinds=(DetectorSettings, GuardDutyFinding))
    return Inventory.of(plan, evidence_of({f"guardduty:{name}": said for name, said in calls.items()}))


def open_findings(*found):
    return inventory_of(
        ListDetectors={"DetectorIds": [DETECTOR]},
        ListFindings={"FindingIds": [one["Id"] for one in found]},
        GetFindings={"Findings": list(found)},
    )


def test_features_are_told_with_their_parts():
    part = {"Name": "ECS_FARGATE_AGENT_MANAGEMENT", "Status": "DISABLED"}
    features = [{"Name": "RUNTIME_MONITORING", "Status": "ENABLED", "AdditionalConfiguration": [part]}]
    inventory = inventory_of(
        ListDetectors={"DetectorIds": [DETECTOR]},
        GetDetector=[
            {
                "parameters": {"DetectorId": DETECTOR},
                "response": {"ServiceRole": "r", "Status": "ENABLED", "Features": features},
            }
        ],
    )
    (settings,) = inventory.listing(DetectorSettings)
    assert settings.enabled
    assert settings.features == {"RUNTIME_MONITORING": True, "ECS_FARGATE_AGENT_MANAGEMENT": False}


def test_a_finding_says_what_it_is_about_how_grave_and_when():
    (found,) = open_findings(finding()).listing(GuardDutyFinding)
    assert (found.severity, found.level) == (7.9, "high")
    assert found.resources == ("i-1",)
    assert found.first_seen_at == instant("2025-12-30T09:00:00Z")
    assert found.last_seen_at == instant("2025-12-31T10:00:00Z")


def test_what_is_archived_or_another_accounts_is_left_out():
    archived = finding(2, Service={"Archived": True})
    foreign = finding(3, AccountId="999999999999")
    assert [one.id for one in open_findings(finding(1), archived, foreign).listing(GuardDutyFinding)] == [f"{1:032x}"]


def test_every_form_of_resource_is_named():
    resource = {
        "S3BucketDetails": [{"Arn": "arn:aws:s3:::a"}, {"Name": "b"}],
        "AccessKeyDetails": {"AccessKeyId": "AKIA", "UserName": "ann"},
        "LambdaDetails": {"FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:f"},
    }
    (found,) = open_findings(finding(Resource=resource)).listing(GuardDutyFinding)
    assert set(found.resources) == {
        "arn:aws:s3:::a",
        "b",
        "ann",
        "arn:aws:lambda:eu-west-1:123456789012:function:f",
    }


def test_an_attack_sequence_is_about_all_the_resources_in_it():
    one = {"Uid": "arn:aws:s3:::a", "Name": "a", "ResourceType": "S3_BUCKET"}
    sequence = {"Uid": "s", "Description": "d", "Signals": [], "Resources": [one, {**one, "Uid": "AKIA"}]}
    seen = finding(
        Resource={"ResourceType": "AttackSequence"}, Service={"Detection": {"Sequence": sequence}}, Severity=9.0
    )
    (found,) = open_findings(seen).listing(GuardDutyFinding)
    assert (found.level, found.resources) == ("critical", ("arn:aws:s3:::a", "AKIA"))


def test_findings_are_fetched_by_fifty():
    inventory = inventory_of(
        ListDetectors={"DetectorIds": [DETECTOR]},
        ListFindings={"FindingIds": [f"{number:032x}" for number in range(120)]},
    )
    assert [len(batch.ids) for batch in inventory.listing(DetectorFindings)] == [50, 50, 20]


def test_findings_that_could_not_be_listed_are_not_none():
    inventory = inventory_of(
        ListDetectors={"DetectorIds": [DETECTOR]},
        ListFindings=[{"parameters": {}, "error": "AccessDeniedException"}],
    )
    assert inventory.listing(GuardDutyFinding) == ()
    assert inventory.unlisted(GuardDutyFinding)[REGION].reason in {Reason.DENIED, Reason.NOT_COLLECTED}


def test_the_parameters_are_those_that_aws_takes():
    model = get_session().get_service_model("guardduty")
    inventory = inventory_of(ListDetectors={"DetectorIds": [DETECTOR]}, ListFindings={"FindingIds": [f"{1:032x}"]})
    parents = {kind: inventory.listing(kind)[0] for kind in (Detector, DetectorFindings)}
    for reader in guardduty.READERS[1:]:
        said = step_for(reader, REGION, parents[reader.parent]).parameters
        report = ParamValidator().validate(dict(said), model.operation_model(reader.operation).input_shape)
        assert not report.has_errors(), report.generate_report()
    assert step_for(guardduty.READERS[2], REGION, parents[Detector]).parameters["FindingCriteria"]["Criterion"] == {
        "service.archived": {"Eq": ["false"]},
        "accountId": {"Eq": ["123456789012"]},
    }
