"""What Security Hub, GuardDuty, AWS Config and Macie say about Harbour Books: all on in the main Region, none in the second.

Shapes: AWS Security Finding Format, GuardDuty and AWS Config API References. Most of it repeats what a reader of the
account finds as well; one finding is out of date, so that two sources disagree.
"""

from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from scanner.aws.embedded import ACCOUNT_ID, MAIN_REGION
from scanner.aws.embedded.account.clients import Aws
from scanner.aws.embedded.account.compute import Compute
from scanner.aws.embedded.account.identity import role_arn
from scanner.aws.embedded.account.network import Network, security_group_arn
from scanner.aws.embedded.account.storage import CATALOGUE_BUCKET, COVERS_BUCKET, LEDGER_BUCKET
from scanner.aws.embedded.answers import Answer

_HUB: Final = f"arn:aws:securityhub:{MAIN_REGION}:{ACCOUNT_ID}"
_DETECTOR: Final = uuid5(NAMESPACE_URL, "harbour-books/detector").hex


def _here(service: str, operation: str, response: dict[str, Any], **where: Any) -> Answer:
    return Answer(service, operation, response, account=ACCOUNT_ID, region=MAIN_REGION, where=where)


def _control(
    aws: Aws, control: str, title: str, severity: str, resource: tuple[str, str], *, seen: int
) -> dict[str, Any]:
    kind, native_id = resource
    native = uuid5(NAMESPACE_URL, f"{control}/{native_id}")
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"{_HUB}:security-control/{control}/finding/{native}",
        "ProductArn": f"arn:aws:securityhub:{MAIN_REGION}::product/aws/securityhub",
        "ProductName": "Security Hub",
        "CompanyName": "AWS",
        "Region": MAIN_REGION,
        "GeneratorId": f"security-control/{control}",
        "AwsAccountId": ACCOUNT_ID,
        "CreatedAt": aws.days_ago(seen),
        "UpdatedAt": aws.days_ago(0),
        "FirstObservedAt": aws.days_ago(seen),
        "Severity": {"Label": severity},
        "Title": title,
        "Description": title,
        "Compliance": {"Status": "FAILED", "SecurityControlId": control},
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
        "Resources": [{"Type": kind, "Id": native_id, "Partition": "aws", "Region": MAIN_REGION}],
    }


def _other(aws: Aws, product: str, title: str, resource: tuple[str, str], seen: int) -> dict[str, Any]:
    row = _control(aws, product, title, "HIGH", resource, seen=seen)
    native = uuid5(NAMESPACE_URL, title)
    changes = {
        "Id": f"{_HUB}:{product}/{native}",
        "ProductArn": f"arn:aws:securityhub:{MAIN_REGION}::product/aws/{product}",
        "ProductName": product.title(),
        "GeneratorId": f"aws/{product}",
        "Compliance": {},
    }
    return row | changes


def seed_security_hub(aws: Aws, network: Network, compute: Compute) -> None:
    """Seed failed controls, some of which nobody else tells, and findings that Security Hub only repeats."""

    def bucket(name: str) -> tuple[str, str]:
        return "AwsS3Bucket", f"arn:aws:s3:::{name}"

    def group(name: str) -> tuple[str, str]:
        return "AwsEc2SecurityGroup", security_group_arn(MAIN_REGION, network.groups[name])

    def instance(name: str) -> tuple[str, str]:
        return "AwsEc2Instance", f"arn:aws:ec2:{MAIN_REGION}:{ACCOUNT_ID}:instance/{compute.instances[name]}"

    function = "AwsLambdaFunction", f"arn:aws:lambda:{MAIN_REGION}:{ACCOUNT_ID}:function:book-import"
    findings = [
        _control(aws, "S3.8", "Buckets should block public access", "HIGH", bucket(CATALOGUE_BUCKET), seen=290),
        _control(aws, "S3.8", "Buckets should block public access", "HIGH", bucket(COVERS_BUCKET), seen=250),
        _control(
            aws, "S3.9", "Buckets should have server access logging", "MEDIUM", bucket(CATALOGUE_BUCKET), seen=290
        ),
        _control(aws, "S3.8", "Buckets should block public access", "HIGH", bucket(LEDGER_BUCKET), seen=2),
        _control(aws, "EC2.13", "Groups should not open port 22 to the world", "HIGH", group("ssh-anywhere"), seen=120),
        _control(aws, "EC2.8", "Instances should use IMDSv2", "HIGH", instance("web-1"), seen=120),
        _control(aws, "EC2.9", "Instances should have no public address", "HIGH", instance("web-1"), seen=120),
        _control(aws, "Lambda.2", "Functions should use supported runtimes", "MEDIUM", function, seen=60),
        _other(aws, "macie", "Credentials in objects of a bucket", bucket(CATALOGUE_BUCKET), 40),
        _other(aws, "inspector", "CVE-2999-0001 - openssl", instance("web-1"), 70),
        _control(aws, "S3.13", "Buckets should have a lifecycle", "LOW", bucket(LEDGER_BUCKET), seen=200)
        | {"Workflow": {"Status": "SUPPRESSED"}},
    ]
    hub = {"HubArn": f"{_HUB}:hub/default", "SubscribedAt": aws.days_ago(300), "AutoEnableControls": True}
    aws.answer(_here("securityhub", "DescribeHub", hub), _here("securityhub", "GetFindings", {"Findings": findings}))


def seed_guardduty(aws: Aws, compute: Compute) -> None:
    """Seed a detector and its findings: stolen credentials of the web server, a probed port, an archived one."""

    def finding(kind: str, severity: float, resource: dict[str, Any], *, archived: bool = False) -> dict[str, Any]:
        native = uuid5(NAMESPACE_URL, kind).hex
        return {
            "AccountId": ACCOUNT_ID,
            "Arn": f"arn:aws:guardduty:{MAIN_REGION}:{ACCOUNT_ID}:detector/{_DETECTOR}/finding/{native}",
            "Id": native,
            "CreatedAt": aws.days_ago(3),
            "UpdatedAt": aws.days_ago(1),
            "Region": MAIN_REGION,
            "SchemaVersion": "2.0",
            "Severity": severity,
            "Title": kind,
            "Type": kind,
            "Resource": resource,
            "Service": {
                "Archived": archived,
                "Count": 4,
                "DetectorId": _DETECTOR,
                "EventFirstSeen": aws.days_ago(3),
                "EventLastSeen": aws.days_ago(1),
                "ServiceName": "guardduty",
            },
        }

    def machine(name: str) -> dict[str, Any]:
        return {"ResourceType": "Instance", "InstanceDetails": {"InstanceId": compute.instances[name]}}

    key = {"ResourceType": "AccessKey", "AccessKeyDetails": {"UserName": "web-server", "UserType": "AssumedRole"}}
    findings = [
        finding("UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS", 8.0, key),
        finding("Recon:EC2/PortProbeUnprotectedPort", 2.0, machine("bastion")),
        finding("UnauthorizedAccess:EC2/SSHBruteForce", 5.0, machine("bastion"), archived=True),
    ]
    settings = {
        "ServiceRole": role_arn("aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"),
        "Status": "ENABLED",
        "CreatedAt": aws.days_ago(300),
        "FindingPublishingFrequency": "SIX_HOURS",
        "Features": [{"Name": "CLOUD_TRAIL", "Status": "ENABLED"}, {"Name": "S3_DATA_EVENTS", "Status": "DISABLED"}],
    }
    own = {"DetectorId": _DETECTOR}
    aws.answer(
        _here("guardduty", "ListDetectors", {"DetectorIds": [_DETECTOR]}),
        _here("guardduty", "GetDetector", settings, **own),
        _here("guardduty", "ListFindings", {"FindingIds": [one["Id"] for one in findings]}, **own),
        _here("guardduty", "GetFindings", {"Findings": findings}, **own),
    )


def _result(rule: str, kind: str, native_id: str, moment: str) -> dict[str, Any]:
    about = {"ConfigRuleName": rule, "ResourceType": kind, "ResourceId": native_id, "EvaluationMode": "DETECTIVE"}
    return {
        "EvaluationResultIdentifier": {"EvaluationResultQualifier": about, "OrderingTimestamp": moment},
        "ComplianceType": "NON_COMPLIANT",
        "ResultRecordedTime": moment,
        "ConfigRuleInvokedTime": moment,
    }


def seed_config(aws: Aws, network: Network, compute: Compute) -> None:
    """Seed a recorder of some types only, and rules of which two are broken."""
    moment = aws.days_ago(10)
    broken = {
        "restricted-ssh": [("AWS::EC2::SecurityGroup", network.groups["ssh-anywhere"])],
        "approved-images": [("AWS::EC2::Instance", compute.instances["legacy-batch"])],
    }
    sources = {
        "restricted-ssh": {"Owner": "AWS", "SourceIdentifier": "INCOMING_SSH_DISABLED"},
        "approved-images": {"Owner": "AWS", "SourceIdentifier": "APPROVED_AMIS_BY_TAG"},
        "rds-encrypted": {"Owner": "AWS", "SourceIdentifier": "RDS_STORAGE_ENCRYPTED"},
    }
    recorder = {
        "name": "default",
        "roleARN": role_arn("aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"),
        "recordingGroup": {"resourceTypes": ["AWS::EC2::SecurityGroup", "AWS::EC2::Instance"]},
    }
    aws.answer(
        _here("config", "DescribeConfigurationRecorders", {"ConfigurationRecorders": [recorder]}),
        _here(
            "config",
            "DescribeConfigurationRecorderStatus",
            {"ConfigurationRecordersStatus": [{"name": "default", "recording": True, "lastStatus": "Success"}]},
        ),
        _here(
            "config", "DescribeDeliveryChannels", {"DeliveryChannels": [{"name": "default", "s3BucketName": "gone"}]}
        ),
        _here(
            "config",
            "DescribeDeliveryChannelStatus",
            {"DeliveryChannelsStatus": [{"name": "default", "configHistoryDeliveryInfo": {"lastStatus": "Success"}}]},
        ),
        _here(
            "config",
            "DescribeConfigRules",
            {
                "ConfigRules": [
                    {"ConfigRuleName": name, "ConfigRuleArn": _rule_arn(name), "Source": source}
                    for name, source in sources.items()
                ]
            },
        ),
        _here(
            "config",
            "DescribeComplianceByConfigRule",
            {
                "ComplianceByConfigRules": [
                    {
                        "ConfigRuleName": name,
                        "Compliance": {"ComplianceType": "NON_COMPLIANT" if name in broken else "COMPLIANT"},
                    }
                    for name in sources
                ]
            },
        ),
        *(
            _here(
                "config",
                "GetComplianceDetailsByConfigRule",
                {"EvaluationResults": [_result(name, kind, native_id, moment) for kind, native_id in resources]},
                ConfigRuleName=name,
            )
            for name, resources in broken.items()
        ),
    )


def _rule_arn(name: str) -> str:
    return f"arn:aws:config:{MAIN_REGION}:{ACCOUNT_ID}:config-rule/config-rule-{uuid5(NAMESPACE_URL, name).hex[:6]}"


def seed_macie(aws: Aws) -> None:
    """Seed what Macie makes of two buckets."""
    buckets = [
        {
            "accountId": ACCOUNT_ID,
            "bucketName": name,
            "bucketArn": f"arn:aws:s3:::{name}",
            "region": MAIN_REGION,
            "objectCount": objects,
            "sensitivityScore": score,
        }
        for name, objects, score in ((CATALOGUE_BUCKET, 1200, 87), (LEDGER_BUCKET, 300, 50))
    ]
    session = {"status": "ENABLED", "createdAt": aws.days_ago(200), "updatedAt": aws.days_ago(200)}
    aws.answer(_here("macie2", "GetMacieSession", session), _here("macie2", "DescribeBuckets", {"buckets": buckets}))
