"""Every operation that a scan makes of the weak account is answered over HTTP, in AWS's own shapes."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, Shape, StructureShape

from scanner.aws.embedded import ACCOUNT_ID
from scanner.aws.embedded.account.clients import Aws
from scanner.aws.embedded.wire import operation_model

MAIN = "eu-west-1"
BUCKET = {"Bucket": "harbour-books-ledger"}
USER = {"UserName": "tom.okafor"}
POLICY = {"PolicyArn": f"arn:aws:iam::{ACCOUNT_ID}:policy/everything-for-batch"}
ACCOUNT = {"AccountId": ACCOUNT_ID}

WITHOUT_PARAMETERS = {
    "account": "GetAccountInformation GetContactInformation ListRegions",
    "accessanalyzer": "ListAnalyzers",
    "cloudtrail": "DescribeTrails ListEventDataStores ListTrails",
    "config": "DescribeConfigurationRecorderStatus DescribeConfigurationRecorders DescribeDeliveryChannels",
    "ec2": """
        DescribeAccountAttributes DescribeAddresses DescribeAvailabilityZones DescribeCarrierGateways
        DescribeClientVpnEndpoints DescribeCustomerGateways DescribeEgressOnlyInternetGateways DescribeFlowLogs
        DescribeIamInstanceProfileAssociations DescribeImages DescribeInstanceConnectEndpoints DescribeInstances
        DescribeInternetGateways DescribeLaunchTemplates DescribeLocalGateways DescribeManagedPrefixLists
        DescribeNatGateways DescribeNetworkAcls DescribeNetworkInterfaces DescribePrefixLists DescribeRegions
        DescribeRouteTables DescribeSecurityGroupRules DescribeSecurityGroupVpcAssociations DescribeSecurityGroups
        DescribeSnapshots DescribeSubnets DescribeTransitGatewayAttachments DescribeTransitGatewayRouteTables
        DescribeTransitGatewayVpcAttachments DescribeTransitGateways DescribeVolumes
        DescribeVpcBlockPublicAccessExclusions DescribeVpcBlockPublicAccessOptions
        DescribeVpcEndpointServiceConfigurations DescribeVpcEndpoints DescribeVpcPeeringConnections DescribeVpcs
        DescribeVpnConnections DescribeVpnGateways GetAllowedImagesSettings GetEbsDefaultKmsKeyId
        GetEbsEncryptionByDefault GetImageBlockPublicAccessState GetInstanceMetadataDefaults
        GetSerialConsoleAccessStatus GetSnapshotBlockPublicAccessState
    """,
    "elb": "DescribeLoadBalancers",
    "elbv2": "DescribeLoadBalancers DescribeTargetGroups DescribeTrustStores",
    "guardduty": "ListDetectors",
    "iam": """
        GenerateCredentialReport GetAccountAuthorizationDetails GetAccountPasswordPolicy GetAccountSummary
        GetCredentialReport ListAccountAliases ListGroups ListInstanceProfiles ListMFADevices
        ListOpenIDConnectProviders ListPolicies ListRoles ListSAMLProviders ListServerCertificates ListUsers
        ListVirtualMFADevices
    """,
    "inspector2": "BatchGetAccountStatus ListCoverage ListFilters ListFindings",
    "kms": "ListAliases ListKeys",
    "lambda": "ListFunctions",
    "rds": "DescribeDBClusters DescribeDBInstances DescribeDBSnapshots DescribeDBSubnetGroups",
    "s3": "ListBuckets",
    "secretsmanager": "ListSecrets",
    "securityhub": "GetEnabledStandards",
    "sns": "ListTopics",
    "sqs": "ListQueues",
    "ssm": "DescribeInstanceInformation",
    "sts": "GetCallerIdentity",
    "trustedadvisor": "ListChecks ListRecommendations",
}
WITH_PARAMETERS: list[tuple[str, str, dict[str, Any]]] = [
    ("account", "GetAlternateContact", {"AlternateContactType": "BILLING"}),
    ("account", "GetRegionOptStatus", {"RegionName": MAIN}),
    ("cloudtrail", "GetEventSelectors", {"TrailName": "harbour"}),
    ("cloudtrail", "GetTrailStatus", {"Name": "harbour"}),
    ("ec2", "DescribeLaunchTemplateVersions", {"LaunchTemplateName": "web"}),
    ("ec2", "DescribeRegions", {"AllRegions": True}),
    ("ec2", "DescribeSnapshots", {"RestorableByUserIds": ["all"]}),
    ("iam", "GetLoginProfile", USER),
    ("iam", "GetPolicyVersion", POLICY | {"VersionId": "v1"}),
    ("iam", "GenerateServiceLastAccessedDetails", {"Arn": f"arn:aws:iam::{ACCOUNT_ID}:user/tom.okafor"}),
    ("iam", "ListAccessKeys", USER),
    ("iam", "ListEntitiesForPolicy", POLICY),
    ("iam", "ListMFADevices", USER),
    ("iam", "ListServiceSpecificCredentials", USER),
    ("inspector2", "BatchGetAccountStatus", {"accountIds": [ACCOUNT_ID]}),
    *[
        ("s3", operation, BUCKET)
        for operation in (
            "GetBucketAcl",
            "GetBucketEncryption",
            "GetBucketLocation",
            "GetBucketLogging",
            "GetBucketNotificationConfiguration",
            "GetBucketOwnershipControls",
            "GetBucketPolicy",
            "GetBucketPolicyStatus",
            "GetBucketTagging",
            "GetBucketVersioning",
            "GetPublicAccessBlock",
        )
    ],
    ("s3", "GetBucketLifecycleConfiguration", {"Bucket": "harbour-books-logs"}),
    ("s3", "GetBucketWebsite", {"Bucket": "harbour-books-website"}),
    ("s3control", "GetAccessPoint", ACCOUNT | {"Name": "catalogue-partners"}),
    ("s3control", "GetAccessPointPolicy", ACCOUNT | {"Name": "catalogue-partners"}),
    ("s3control", "GetAccessPointPolicyStatus", ACCOUNT | {"Name": "catalogue-partners"}),
    ("s3control", "GetPublicAccessBlock", ACCOUNT),
    ("s3control", "ListAccessPoints", ACCOUNT),
    ("s3control", "ListMultiRegionAccessPoints", ACCOUNT),
    ("sts", "AssumeRole", {"RoleArn": f"arn:aws:iam::{ACCOUNT_ID}:role/forgotten", "RoleSessionName": "test"}),
    ("support", "DescribeTrustedAdvisorChecks", {"language": "en"}),
    ("support", "DescribeTrustedAdvisorCheckResult", {"checkId": "HCP4007jGY"}),
    ("support", "DescribeTrustedAdvisorCheckSummaries", {"checkIds": ["HCP4007jGY"]}),
]
OPERATIONS = [
    *((service, name, {}) for service, names in WITHOUT_PARAMETERS.items() for name in names.split()),
    *WITH_PARAMETERS,
]

Chain = Callable[[Aws], tuple[str, str, dict[str, Any]]]


def first(aws: Aws, service: str, operation: str, *path: str) -> str:
    """The member at `path` of the first row of a list."""
    row = ask(aws, service, operation)
    for step in path:
        row = row[step]
        row = row[0] if isinstance(row, list) else row
    assert isinstance(row, str)
    return row


CHAINS: dict[str, Chain] = {
    "DescribeListeners": lambda aws: (
        "elbv2",
        "DescribeListeners",
        {"LoadBalancerArn": first(aws, "elbv2", "DescribeLoadBalancers", "LoadBalancers", "LoadBalancerArn")},
    ),
    "DescribeLoadBalancerAttributes": lambda aws: (
        "elbv2",
        "DescribeLoadBalancerAttributes",
        {"LoadBalancerArn": first(aws, "elbv2", "DescribeLoadBalancers", "LoadBalancers", "LoadBalancerArn")},
    ),
    "DescribeTargetHealth": lambda aws: (
        "elbv2",
        "DescribeTargetHealth",
        {"TargetGroupArn": first(aws, "elbv2", "DescribeTargetGroups", "TargetGroups", "TargetGroupArn")},
    ),
    "DescribeKey": lambda aws: ("kms", "DescribeKey", {"KeyId": first(aws, "kms", "ListKeys", "Keys", "KeyId")}),
    "GetKeyPolicy": lambda aws: (
        "kms",
        "GetKeyPolicy",
        {"KeyId": first(aws, "kms", "ListKeys", "Keys", "KeyId"), "PolicyName": "default"},
    ),
    "GetKeyRotationStatus": lambda aws: (
        "kms",
        "GetKeyRotationStatus",
        {"KeyId": first(aws, "kms", "ListKeys", "Keys", "KeyId")},
    ),
    "ListFindingsV2": lambda aws: (
        "accessanalyzer",
        "ListFindingsV2",
        {"analyzerArn": first(aws, "accessanalyzer", "ListAnalyzers", "analyzers", "arn")},
    ),
    "ListRecommendationResources": lambda aws: (
        "trustedadvisor",
        "ListRecommendationResources",
        {
            "recommendationIdentifier": first(
                aws, "trustedadvisor", "ListRecommendations", "recommendationSummaries", "arn"
            )
        },
    ),
    "GetServiceLastAccessedDetails": lambda aws: (
        "iam",
        "GetServiceLastAccessedDetails",
        {
            "JobId": aws.client("iam", MAIN).generate_service_last_accessed_details(
                Arn=f"arn:aws:iam::{ACCOUNT_ID}:user/tom.okafor"
            )["JobId"]
        },
    ),
    "DescribeSnapshotAttribute": lambda aws: (
        "ec2",
        "DescribeSnapshotAttribute",
        {
            "SnapshotId": first(aws, "ec2", "DescribeSnapshots", "Snapshots", "SnapshotId"),
            "Attribute": "createVolumePermission",
        },
    ),
    "DescribeImageAttribute": lambda aws: (
        "ec2",
        "DescribeImageAttribute",
        {"ImageId": first(aws, "ec2", "DescribeImages", "Images", "ImageId"), "Attribute": "launchPermission"},
    ),
}

FAILURES = [
    ("account", "GetAlternateContact", {"AlternateContactType": "SECURITY"}, "ResourceNotFoundException"),
    ("organizations", "DescribeOrganization", {}, "AWSOrganizationsNotInUseException"),
    ("organizations", "ListRoots", {}, "AWSOrganizationsNotInUseException"),
    ("s3", "GetBucketReplication", BUCKET, "ReplicationConfigurationNotFoundError"),
    ("s3", "GetBucketWebsite", BUCKET, "NoSuchWebsiteConfiguration"),
    ("s3", "GetObjectLockConfiguration", BUCKET, "ObjectLockConfigurationNotFoundError"),
    ("s3", "GetPublicAccessBlock", {"Bucket": "harbour-books-website"}, "NoSuchPublicAccessBlockConfiguration"),
    ("securityhub", "DescribeSecurityHubV2", {}, "ResourceNotFoundException"),
    (
        "trustedadvisor",
        "ListRecommendationResources",
        {"recommendationIdentifier": "no-such-recommendation"},
        "ResourceNotFoundException",
    ),
]


def ask(aws: Aws, service: str, operation: str, **parameters: Any) -> Any:
    answer = getattr(aws.client(service, MAIN), xform_name(operation))(**parameters)
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def known_members(shape: Shape | None, value: Any) -> bool:
    """Whether every structure in the value has only members of its shape."""
    match shape:
        case StructureShape() if isinstance(value, dict):
            return set(value) <= set(shape.members) and all(
                known_members(shape.members[name], item) for name, item in value.items()
            )
        case ListShape():
            return isinstance(value, list) and all(known_members(shape.member, item) for item in value)
        case MapShape():
            return isinstance(value, dict) and all(known_members(shape.value, item) for item in value.values())
        case _:
            return True


def names(row: tuple[str, str, dict[str, Any]]) -> str:
    return "-".join(row[:2])


@pytest.mark.parametrize("service,operation,parameters", OPERATIONS, ids=map(names, OPERATIONS))
def test_an_operation_of_a_scan_is_answered_in_its_output_shape(
    weak_aws: Aws, service: str, operation: str, parameters: dict[str, Any]
) -> None:
    answer = ask(weak_aws, service, operation, **parameters)

    assert known_members(operation_model(service, operation).output_shape, answer)


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_an_operation_on_a_listed_resource_is_answered_in_its_output_shape(weak_aws: Aws, chain: Chain) -> None:
    service, operation, parameters = chain(weak_aws)

    answer = ask(weak_aws, service, operation, **parameters)

    assert known_members(operation_model(service, operation).output_shape, answer)


@pytest.mark.parametrize("service,operation,parameters,code", FAILURES)
def test_what_is_not_there_is_the_services_own_error(
    weak_aws: Aws, service: str, operation: str, parameters: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError) as caught:
        ask(weak_aws, service, operation, **parameters)

    assert code == caught.value.response["Error"]["Code"]


@pytest.mark.parametrize(
    "service,operation,parameters",
    [
        ("accessanalyzer", "GetFindingV2", {"analyzerArn": "arn:aws:access-analyzer:x:1:analyzer/a", "id": "1"}),
        ("ec2", "DescribeVerifiedAccessGroups", {}),
        ("iam", "GetOrganizationsAccessReport", {"JobId": "0" * 36}),
    ],
)
def test_what_nobody_answers_is_a_typed_error_and_no_web_page(
    empty_aws: Aws, service: str, operation: str, parameters: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as caught:
        ask(empty_aws, service, operation, **parameters)

    assert caught.value.response["Error"]["Code"] == "NotImplementedByEmbeddedAws"


def test_an_organization_can_be_read_once_there_is_one(empty_aws: Aws) -> None:
    organizations = empty_aws.client("organizations", "us-east-1")
    organizations.create_organization(FeatureSet="ALL")

    root = organizations.list_roots()["Roots"][0]["Id"]

    assert organizations.describe_organization()["Organization"]["MasterAccountId"] == ACCOUNT_ID
    assert [account["Id"] for account in organizations.list_accounts()["Accounts"]] == [ACCOUNT_ID]
    policies = organizations.list_policies_for_target(TargetId=root, Filter="SERVICE_CONTROL_POLICY")["Policies"]
    assert [policy["Name"] for policy in policies] == ["FullAWSAccess"]
