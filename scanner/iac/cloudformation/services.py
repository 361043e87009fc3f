"""Resources with policies of their own in CloudFormation: keys, queues, topics, functions, secrets, repositories …"""

from collections.abc import Iterator
from typing import Final

from scanner.iac.cloudformation.shapes import (
    Block,
    Document,
    Fixed,
    Piece,
    Properties,
    Shape,
    at,
    each,
    encoded,
    mappings,
    policy_beside,
    reference,
)
from scanner.iac.values import Value


def _for_each(terraform: str, holders: str, argument: str) -> Shape:
    """Return a policy that is for several queues or topics: once for each."""

    def beside(_name: str, said: Properties) -> Iterator[Piece]:
        for number, holder in enumerate(each(said.get(holders))):
            arguments = {argument: holder, "policy": encoded(said.get("PolicyDocument"))}
            yield terraform, f"[{number}]", "PolicyDocument", arguments

    return Shape(type="", exists=lambda _said: False, beside=beside)


def _bus_policy(said: Properties) -> dict[str, Value]:
    """Return the policy that a statement makes up, given whole or in the older form of its parts."""
    statement = said.get("Statement")
    if statement is None:
        principal = said.get("Principal")
        statement = {
            "Effect": "Allow",
            "Principal": principal if principal == "*" else {"AWS": principal},
            "Action": said.get("Action") or "events:PutEvents",
            "Resource": "*",
        }
        condition = said.get("Condition")
        if isinstance(condition, dict):
            pair = {str(condition.get("Key")): condition.get("Value")}
            statement["Condition"] = {str(condition.get("Type")): pair}
    return {"policy": encoded({"Version": "2012-10-17", "Statement": [statement]})}


def _features(name: str, said: Properties) -> Iterator[Piece]:
    for number, one in enumerate(mappings(said.get("Features"))):
        arguments: dict[str, Value] = {
            "detector_id": reference(name),
            "name": one.get("Name"),
            "status": one.get("Status"),
            "additional_configuration": [
                {"name": part.get("Name"), "status": part.get("Status")}
                for part in mappings(one.get("AdditionalConfiguration"))
            ],
        }
        yield "aws_guardduty_detector_feature", f".Features[{number}]", "Features", arguments


SHAPES: Final[dict[str, Shape]] = {
    "AWS::KMS::Key": Shape(
        type="aws_kms_key",
        arguments={
            "policy": Document("KeyPolicy"),
            "enable_key_rotation": "EnableKeyRotation",
            "rotation_period_in_days": "RotationPeriodInDays",
            "is_enabled": "Enabled",
            "customer_master_key_spec": "KeySpec",
            "key_usage": "KeyUsage",
        },
        more=lambda said: {
            "custom_key_store_id": None if at(said, "Origin") in (None, "AWS_KMS") else at(said, "Origin")
        },
    ),
    "AWS::KMS::ReplicaKey": Shape(
        type="aws_kms_replica_key",
        arguments={"policy": Document("KeyPolicy"), "enabled": "Enabled", "primary_key_arn": "PrimaryKeyArn"},
    ),
    "AWS::KMS::Alias": Shape(type="aws_kms_alias", arguments={"name": "AliasName", "target_key_id": "TargetKeyId"}),
    "AWS::SQS::Queue": Shape(
        type="aws_sqs_queue",
        arguments={
            "name": "QueueName",
            "kms_master_key_id": "KmsMasterKeyId",
            "sqs_managed_sse_enabled": "SqsManagedSseEnabled",
        },
    ),
    "AWS::SQS::QueuePolicy": _for_each("aws_sqs_queue_policy", "Queues", "queue_url"),
    "AWS::SQS::QueueInlinePolicy": Shape(
        type="aws_sqs_queue_policy", arguments={"queue_url": "Queue", "policy": Document("PolicyDocument")}
    ),
    "AWS::SNS::Topic": Shape(
        type="aws_sns_topic", arguments={"name": "TopicName", "kms_master_key_id": "KmsMasterKeyId"}, ref="arn"
    ),
    "AWS::SNS::TopicPolicy": _for_each("aws_sns_topic_policy", "Topics", "arn"),
    "AWS::SNS::TopicInlinePolicy": Shape(
        type="aws_sns_topic_policy", arguments={"arn": "TopicArn", "policy": Document("PolicyDocument")}
    ),
    "AWS::Lambda::Function": Shape(
        type="aws_lambda_function",
        arguments={
            "function_name": "FunctionName",
            "runtime": "Runtime",
            "role": "Role",
            "kms_key_arn": "KmsKeyArn",
            "vpc_config": Block("VpcConfig", {"subnet_ids": "SubnetIds", "security_group_ids": "SecurityGroupIds"}),
        },
    ),
    "AWS::Lambda::Permission": Shape(
        type="aws_lambda_permission",
        arguments={
            "function_name": "FunctionName",
            "action": "Action",
            "principal": "Principal",
            "principal_org_id": "PrincipalOrgID",
            "source_account": "SourceAccount",
            "source_arn": "SourceArn",
            "event_source_token": "EventSourceToken",
            "function_url_auth_type": "FunctionUrlAuthType",
        },
    ),
    "AWS::Lambda::Url": Shape(
        type="aws_lambda_function_url",
        arguments={
            "function_name": "TargetFunctionArn",
            "authorization_type": "AuthType",
            "qualifier": "Qualifier",
        },
    ),
    "AWS::SecretsManager::Secret": Shape(
        type="aws_secretsmanager_secret", arguments={"name": "Name", "kms_key_id": "KmsKeyId"}, ref="arn"
    ),
    "AWS::SecretsManager::ResourcePolicy": Shape(
        type="aws_secretsmanager_secret_policy",
        arguments={"secret_arn": "SecretId", "policy": Document("ResourcePolicy")},
    ),
    "AWS::SecretsManager::RotationSchedule": Shape(
        type="aws_secretsmanager_secret_rotation", arguments={"secret_id": "SecretId"}
    ),
    "AWS::ECR::Repository": Shape(
        type="aws_ecr_repository",
        arguments={
            "name": "RepositoryName",
            "image_tag_mutability": "ImageTagMutability",
            "image_scanning_configuration": Block("ImageScanningConfiguration", {"scan_on_push": "ScanOnPush"}),
            "encryption_configuration": Block("EncryptionConfiguration", {"kms_key": "KmsKey"}),
        },
        beside=policy_beside("aws_ecr_repository_policy", "repository", source="RepositoryPolicyText"),
    ),
    "AWS::ECR::PublicRepository": Shape(
        type="aws_ecrpublic_repository",
        arguments={"repository_name": "RepositoryName"},
        beside=policy_beside("aws_ecrpublic_repository_policy", "repository_name", source="RepositoryPolicyText"),
    ),
    "AWS::ECR::RegistryPolicy": Shape(type="aws_ecr_registry_policy", arguments={"policy": Document("PolicyText")}),
    "AWS::EFS::FileSystem": Shape(
        type="aws_efs_file_system",
        arguments={"encrypted": "Encrypted", "kms_key_id": "KmsKeyId"},
        beside=policy_beside("aws_efs_file_system_policy", "file_system_id", source="FileSystemPolicy"),
    ),
    "AWS::EFS::MountTarget": Shape(
        type="aws_efs_mount_target",
        arguments={"file_system_id": "FileSystemId", "subnet_id": "SubnetId", "security_groups": "SecurityGroups"},
    ),
    "AWS::ApiGateway::VpcLink": Shape(
        type="aws_api_gateway_vpc_link", arguments={"name": "Name", "target_arns": "TargetArns"}
    ),
    "AWS::ApiGateway::Method": Shape(
        type="aws_api_gateway_integration",
        arguments={
            "rest_api_id": "RestApiId",
            "connection_type": "Integration.ConnectionType",
            "connection_id": "Integration.ConnectionId",
            "integration_target": "Integration.IntegrationTarget",
            "uri": "Integration.Uri",
        },
    ),
    "AWS::ApiGatewayV2::VpcLink": Shape(
        type="aws_apigatewayv2_vpc_link",
        arguments={"name": "Name", "subnet_ids": "SubnetIds", "security_group_ids": "SecurityGroupIds"},
    ),
    "AWS::ApiGatewayV2::Api": Shape(
        type="aws_apigatewayv2_api",
        arguments={
            "name": "Name",
            "disable_execute_api_endpoint": "DisableExecuteApiEndpoint",
            "body": Document("Body"),
        },
    ),
    "AWS::ApiGatewayV2::Integration": Shape(
        type="aws_apigatewayv2_integration",
        arguments={
            "api_id": "ApiId",
            "connection_type": "ConnectionType",
            "connection_id": "ConnectionId",
            "integration_uri": "IntegrationUri",
        },
    ),
    "AWS::ApiGateway::RestApi": Shape(
        type="aws_api_gateway_rest_api",
        arguments={
            "name": "Name",
            "policy": Document("Policy"),
            "body": Document("Body"),
            "disable_execute_api_endpoint": "DisableExecuteApiEndpoint",
            "endpoint_configuration": Block(
                "EndpointConfiguration", {"types": "Types", "vpc_endpoint_ids": "VpcEndpointIds"}
            ),
        },
    ),
    "AWS::Events::EventBus": Shape(
        type="aws_cloudwatch_event_bus",
        arguments={"name": "Name"},
        beside=policy_beside("aws_cloudwatch_event_bus_policy", "event_bus_name", source="Policy"),
    ),
    "AWS::Events::EventBusPolicy": Shape(
        type="aws_cloudwatch_event_bus_policy", arguments={"event_bus_name": "EventBusName"}, more=_bus_policy
    ),
    "AWS::Backup::BackupVault": Shape(
        type="aws_backup_vault",
        arguments={"name": "BackupVaultName", "kms_key_arn": "EncryptionKeyArn"},
        beside=policy_beside("aws_backup_vault_policy", "backup_vault_name", source="AccessPolicy"),
    ),
    "AWS::AccessAnalyzer::Analyzer": Shape(
        type="aws_accessanalyzer_analyzer", arguments={"analyzer_name": "AnalyzerName", "type": "Type"}
    ),
    "AWS::GuardDuty::Detector": Shape(
        type="aws_guardduty_detector",
        arguments={"enable": "Enable", "finding_publishing_frequency": "FindingPublishingFrequency"},
        beside=_features,
    ),
    "AWS::SecurityHub::Hub": Shape(type="aws_securityhub_account"),
    "AWS::Macie::Session": Shape(type="aws_macie2_account", arguments={"status": "Status"}),
    "AWS::Config::ConfigurationRecorder": Shape(
        type="aws_config_configuration_recorder",
        arguments={
            "name": "Name",
            "role_arn": "RoleARN",
            "recording_group": Block(
                "RecordingGroup",
                {
                    "all_supported": Fixed(value=False, of="AllSupported"),
                    "include_global_resource_types": "IncludeGlobalResourceTypes",
                    "resource_types": "ResourceTypes",
                    "recording_strategy": Block("RecordingStrategy", {"use_only": "UseOnly"}),
                    "exclusion_by_resource_types": Block(
                        "ExclusionByResourceTypes", {"resource_types": "ResourceTypes"}
                    ),
                },
            ),
        },
        beside=lambda name, _said: iter(
            [("aws_config_configuration_recorder_status", ".Status", "", {"name": reference(name), "is_enabled": True})]
        ),
    ),
    "AWS::Config::DeliveryChannel": Shape(
        type="aws_config_delivery_channel",
        arguments={"name": "Name", "s3_bucket_name": "S3BucketName", "sns_topic_arn": "SnsTopicARN"},
    ),
    "AWS::CloudTrail::Trail": Shape(
        type="aws_cloudtrail",
        arguments={
            "name": "TrailName",
            "s3_bucket_name": "S3BucketName",
            "is_multi_region_trail": "IsMultiRegionTrail",
            "include_global_service_events": "IncludeGlobalServiceEvents",
            "enable_log_file_validation": "EnableLogFileValidation",
            "enable_logging": "IsLogging",
            "kms_key_id": "KMSKeyId",
            "cloud_watch_logs_group_arn": "CloudWatchLogsLogGroupArn",
            "is_organization_trail": "IsOrganizationTrail",
            "insight_selector": Block("InsightSelectors", {"insight_type": "InsightType"}),
            "event_selector": Block(
                "EventSelectors",
                {
                    "read_write_type": "ReadWriteType",
                    "include_management_events": "IncludeManagementEvents",
                    "exclude_management_event_sources": "ExcludeManagementEventSources",
                    "data_resource": Block("DataResources", {"type": "Type", "values": "Values"}),
                },
            ),
            "advanced_event_selector": Block(
                "AdvancedEventSelectors",
                {
                    "field_selector": Block(
                        "FieldSelectors",
                        {
                            "field": "Field",
                            "equals": "Equals",
                            "not_equals": "NotEquals",
                            "starts_with": "StartsWith",
                            "not_starts_with": "NotStartsWith",
                            "ends_with": "EndsWith",
                            "not_ends_with": "NotEndsWith",
                        },
                    )
                },
            ),
        },
    ),
}
