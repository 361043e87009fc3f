import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from scanner.aws import config, macie, s3
from scanner.inventory import Inventory
from scanner.model.config import (
    ConfigRecorder,
    ConfigRecorderStatus,
    ConfigRule,
    DeliveryChannel,
    DeliveryStatus,
    NonCompliant,
    NonCompliantResources,
    RuleCompliance,
)
from scanner.model.kind import Scope, instant
from scanner.model.macie import BucketSensitivity, MacieSession
from scanner.model.maybe import ABSENT, Reason, why_unknown
from scanner.model.s3 import Bucket
from scanner.plan import Plan, step_for
from scanner.testing import evidence_of

ACCOUNT = Scope("aws", "123456789012")
REGION = Scope("aws", "123456789012", "eu-west-1")
TIME = "2025-12-31T00:00:00+00:00"


def inventory_of(calls, *kinds):
    readers = (*config.READERS, *macie.READERS, *s3.READERS)
    return Inventory.of(Plan.of([], readers, kinds=kinds), evidence_of(calls))


def recorder(group, **changes):
    said = {"ConfigurationRecorders": [{"name": "default", "roleARN": "r", "recordingGroup": group, **changes}]}
    (found,) = inventory_of({"config:DescribeConfigurationRecorders": said}, ConfigRecorder).listing(ConfigRecorder)
    return found


@pytest.mark.parametrize(
    "group,strategy,global_types",
    [
        ({"allSupported": True, "includeGlobalResourceTypes": True}, "ALL_SUPPORTED_RESOURCE_TYPES", True),
        ({"allSupported": True, "includeGlobalResourceTypes": False}, "ALL_SUPPORTED_RESOURCE_TYPES", False),
        ({"recordingStrategy": {"useOnly": "ALL_SUPPORTED_RESOURCE_TYPES"}}, "ALL_SUPPORTED_RESOURCE_TYPES", False),
        ({"resourceTypes": ["AWS::EC2::VPC"]}, "INCLUSION_BY_RESOURCE_TYPES", False),
        (
            {"resourceTypes": ["AWS::IAM::User", "AWS::IAM::Role", "AWS::IAM::Group", "AWS::IAM::Policy"]},
            "INCLUSION_BY_RESOURCE_TYPES",
            True,
        ),
        (
            {
                "recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"},
                "exclusionByResourceTypes": {"resourceTypes": ["AWS::IAM::User"]},
            },
            "EXCLUSION_BY_RESOURCE_TYPES",
            False,
        ),
    ],
)
def test_what_a_recorder_records_is_told_by_strategy_or_of_old_by_a_flag(group, strategy, global_types):
    found = recorder(group)
    assert (found.strategy, found.global_types) == (strategy, global_types)


def test_the_status_of_a_services_own_recorder_is_asked_by_the_service():
    own = recorder({"allSupported": True})
    theirs = recorder({"allSupported": True}, servicePrincipal="securityhub.amazonaws.com")
    status = config.READERS[1]
    assert step_for(status, REGION, own).parameters == {"ConfigurationRecorderNames": ["default"]}
    assert step_for(status, REGION, theirs).parameters == {"ServicePrincipal": "securityhub.amazonaws.com"}


def test_a_failed_delivery_tells_its_error():
    inventory = inventory_of(
        {
            "config:DescribeDeliveryChannels": {"DeliveryChannels": [{"name": "default", "s3BucketName": "logs"}]},
            "config:DescribeDeliveryChannelStatus": {
                "DeliveryChannelsStatus": [
                    {
                        "name": "default",
                        "configHistoryDeliveryInfo": {"lastStatus": "Success"},
                        "configStreamDeliveryInfo": {"lastStatus": "Failure", "lastErrorCode": "NoSuchTopic"},
                    }
                ]
            },
        },
        DeliveryStatus,
    )
    (status,) = inventory.listing(DeliveryStatus)
    assert (status.history, status.snapshot, status.stream) == ("Success", ABSENT, "Failure")
    assert status.error == "NoSuchTopic"


RULES = {
    "config:DescribeConfigRules": {
        "ConfigRules": [
            {
                "ConfigRuleName": "a",
                "Source": {"Owner": "AWS", "SourceIdentifier": "EFS_ENCRYPTED_CHECK"},
                "CreatedBy": "securityhub.amazonaws.com",
            },
            {"ConfigRuleName": "b", "Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": "arn:aws:lambda:x"}},
        ]
    },
    "config:DescribeComplianceByConfigRule": {
        "ComplianceByConfigRules": [
            {"ConfigRuleName": "a", "Compliance": {"ComplianceType": "NON_COMPLIANT"}},
            {"ConfigRuleName": "b", "Compliance": {"ComplianceType": "COMPLIANT"}},
        ]
    },
    "config:GetComplianceDetailsByConfigRule": [
        {
            "parameters": {"ConfigRuleName": "a", "ComplianceTypes": ["NON_COMPLIANT"], "Limit": 100},
            "response": {
                "EvaluationResults": [
                    {
                        "EvaluationResultIdentifier": {
                            "EvaluationResultQualifier": {
                                "ConfigRuleName": "a",
                                "ResourceType": "AWS::EFS::FileSystem",
                                "ResourceId": "fs-1",
                            }
                        },
                        "ComplianceType": "NON_COMPLIANT",
                        "ResultRecordedTime": TIME,
                        "Annotation": "not encrypted",
                    }
                ]
            },
        }
    ],
}


def test_resources_are_asked_only_of_rules_that_are_not_complied_with():
    inventory = inventory_of(RULES, ConfigRule, RuleCompliance, NonCompliantResources)
    assert [(one.id, one.identifier) for one in inventory.listing(ConfigRule)] == [
        ("a", "EFS_ENCRYPTED_CHECK"),
        ("b", ABSENT),
    ]
    details = {one.id: one.resources for one in inventory.listing(NonCompliantResources)}
    assert details == {"a": (NonCompliant("AWS::EFS::FileSystem", "fs-1", instant(TIME), "not encrypted"),), "b": ()}
    assert inventory.gaps == []


def test_the_parameters_are_those_that_aws_takes():
    model = get_session().get_service_model("config")
    inventory = inventory_of(
        RULES
        | {
            "config:DescribeConfigurationRecorders": {"ConfigurationRecorders": [{"name": "default"}]},
            "config:DescribeDeliveryChannels": {"DeliveryChannels": [{"name": "default"}]},
        },
        ConfigRecorderStatus,
        DeliveryStatus,
        NonCompliantResources,
    )
    for reader in config.READERS:
        if reader.parent is not None:
            said = step_for(reader, REGION, inventory.listing(reader.parent)[0]).parameters
            report = ParamValidator().validate(dict(said), model.operation_model(reader.operation).input_shape)
            assert not report.has_errors(), report.generate_report()
    assert inventory.listing(DeliveryChannel)[0].bucket == ABSENT


BUCKETS = {"s3:ListBuckets": {"Buckets": [{"Name": "a"}, {"Name": "b"}]}}


def test_macie_tells_how_sensitive_the_own_buckets_are():
    inventory = inventory_of(
        BUCKETS
        | {
            "macie2:GetMacieSession": {"status": "ENABLED"},
            "macie2:DescribeBuckets": {
                "buckets": [
                    {"accountId": "123456789012", "bucketName": "a", "sensitivityScore": 87, "objectCount": 3},
                    {"accountId": "999999999999", "bucketName": "c", "sensitivityScore": 1},
                ]
            },
        },
        Bucket,
        BucketSensitivity,
    )
    assert inventory.facet(BucketSensitivity, ACCOUNT, "a").score == 87
    assert why_unknown(inventory.facet(BucketSensitivity, ACCOUNT, "b").score).reason == Reason.NOT_COLLECTED


@pytest.mark.parametrize(
    "message,reason",
    [("Macie is not enabled.", Reason.NOT_ENABLED), ("User: u is not authorized to perform: x", Reason.DENIED)],
)
def test_macie_that_is_off_is_told_from_macie_that_is_denied_by_its_message(message, reason):
    refused = [{"parameters": {}, "error": "AccessDeniedException", "message": message}]
    inventory = inventory_of(BUCKETS | {"macie2:GetMacieSession": refused}, Bucket, BucketSensitivity, MacieSession)
    assert why_unknown(inventory.facet(BucketSensitivity, ACCOUNT, "a").score).reason == reason
    assert (
        (inventory.facet(MacieSession, REGION, "eu-west-1").status == ABSENT) if reason == Reason.NOT_ENABLED else True
    )
