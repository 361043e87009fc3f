"""What an account in which nothing was set up answers to the operations that moto 5.2.5 lacks."""

from typing import Any, Final

from scanner.aws.embedded.answers import Answer, Failure

_EMPTY: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("accessanalyzer", "ListAnalyzers"): {"analyzers": []},
    ("accessanalyzer", "ListArchiveRules"): {"archiveRules": []},
    ("accessanalyzer", "ListFindingsV2"): {"findings": []},
    ("cloudfront", "ListVpcOrigins"): {
        "VpcOriginList": {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": 0, "Items": []}
    },
    ("apprunner", "ListServices"): {"ServiceSummaryList": []},
    ("bedrock-agentcore-control", "ListAgentRuntimes"): {"agentRuntimes": []},
    ("bedrock-agentcore-control", "ListBrowsers"): {"browserSummaries": []},
    ("bedrock-agentcore-control", "ListCodeInterpreters"): {"codeInterpreterSummaries": []},
    ("cloudtrail", "ListEventDataStores"): {"EventDataStores": []},
    ("config", "DescribeComplianceByConfigRule"): {"ComplianceByConfigRules": []},
    ("config", "DescribeDeliveryChannelStatus"): {"DeliveryChannelsStatus": []},
    ("datapipeline", "ListPipelines"): {"pipelineIdList": [], "hasMoreResults": False},
    ("ec2", "DescribeClientVpnEndpoints"): {"ClientVpnEndpoints": []},
    ("ec2", "DescribeInstanceConnectEndpoints"): {"InstanceConnectEndpoints": []},
    ("ec2", "DescribeLocalGateways"): {"LocalGateways": []},
    ("ec2", "DescribeSecurityGroupReferences"): {"SecurityGroupReferenceSet": []},
    ("ec2", "DescribeSecurityGroupVpcAssociations"): {"SecurityGroupVpcAssociations": []},
    ("ec2", "DescribeStaleSecurityGroups"): {"StaleSecurityGroupSet": []},
    ("ec2", "GetAllowedImagesSettings"): {"State": "disabled", "ImageCriteria": [], "ManagedBy": "account"},
    ("ecr-public", "DescribeRepositories"): {"repositories": []},
    ("elbv2", "DescribeTrustStores"): {"TrustStores": []},
    ("globalaccelerator", "ListAccelerators"): {"Accelerators": []},
    ("guardduty", "GetFindings"): {"Findings": []},
    ("guardduty", "ListFindings"): {"FindingIds": []},
    ("iam", "GetServiceLastAccessedDetails"): {
        "JobStatus": "COMPLETED",
        "JobType": "SERVICE_LEVEL",
        "JobCreationDate": "2026-01-01T00:00:00Z",
        "JobCompletionDate": "2026-01-01T00:00:01Z",
        "ServicesLastAccessed": [],
        "IsTruncated": False,
    },
    ("iam", "ListServiceSpecificCredentials"): {"ServiceSpecificCredentials": []},
    ("inspector2", "ListCoverage"): {"coveredResources": []},
    ("inspector2", "ListFindings"): {"findings": []},
    ("lambda", "ListFunctionUrlConfigs"): {"FunctionUrlConfigs": []},
    ("redshift-serverless", "ListWorkgroups"): {"workgroups": []},
    ("s3control", "ListAccessPointsForObjectLambda"): {"ObjectLambdaAccessPointList": []},
    ("sagemaker", "ListUserProfiles"): {"UserProfiles": []},
    ("securityhub", "DescribeStandards"): {"Standards": []},
    ("securityhub", "GetEnabledStandards"): {"StandardsSubscriptions": []},
    ("ssm", "DescribeInstanceInformation"): {"InstanceInformationList": []},
    ("support", "DescribeTrustedAdvisorCheckRefreshStatuses"): {"statuses": []},
    ("support", "DescribeTrustedAdvisorCheckSummaries"): {"summaries": []},
    ("support", "DescribeTrustedAdvisorChecks"): {"checks": []},
    ("trustedadvisor", "ListChecks"): {"checkSummaries": []},
    ("trustedadvisor", "ListRecommendations"): {"recommendationSummaries": []},
}
_FAILURES: Final = {
    ("iam", "ListOrganizationsFeatures"): Failure(
        "OrganizationNotFoundException", "Your account is not a member of an organization.", 404
    ),
    ("macie2", "GetMacieSession"): Failure("AccessDeniedException", "Macie is not enabled.", 403),
    ("securityhub", "DescribeHub"): Failure(
        "InvalidAccessException", "The account is not subscribed to AWS Security Hub.", 401
    ),
    ("securityhub", "DescribeSecurityHubV2"): Failure(
        "ResourceNotFoundException", "Security Hub V2 is not enabled for this account.", 404
    ),
    ("support", "DescribeTrustedAdvisorCheckResult"): Failure("InvalidParameterValueException", "Invalid checkId."),
    ("trustedadvisor", "GetRecommendation"): Failure(
        "ResourceNotFoundException", "The requested resource was not found.", 404
    ),
    ("trustedadvisor", "ListOrganizationRecommendations"): Failure(
        "AccessDeniedException", "Organizational view is not enabled for this account.", 403
    ),
    ("trustedadvisor", "ListRecommendationResources"): Failure(
        "ResourceNotFoundException", "The requested resource was not found.", 404
    ),
}

BASE_ANSWERS: Final = (
    *(Answer(service, operation, response) for (service, operation), response in _EMPTY.items()),
    *(Answer(service, operation, error=error) for (service, operation), error in _FAILURES.items()),
)
