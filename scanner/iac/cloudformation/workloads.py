"""What runs things with roles in CloudFormation: containers, builds, jobs, state machines, notebooks, agents, pools."""

from collections.abc import Mapping
from typing import Any, Final

from scanner.iac.cloudformation.shapes import (
    Block,
    Properties,
    Shape,
    Switch,
    at,
    blocks,
    encoded,
)
from scanner.iac.values import SYMBOLS, Value


def _as_the_api_writes_it(value: Value) -> Value:
    """Return properties with the names of the API, which begin small, as Terraform's JSON has them."""
    if isinstance(value, Mapping) and not isinstance(value, SYMBOLS):
        return {name[:1].lower() + name[1:]: _as_the_api_writes_it(item) for name, item in value.items()}
    return [_as_the_api_writes_it(item) for item in value] if isinstance(value, list) else value


def _json(**properties: str) -> Any:
    """Return how properties become arguments that hold JSON."""
    return lambda said: {name: encoded(_as_the_api_writes_it(at(said, of))) for name, of in properties.items()}


def _mapped_roles(said: Properties) -> dict[str, Value]:
    """Return the roles that rules of an identity pool give."""
    mappings_ = at(said, "RoleMappings")
    if mappings_ is None or isinstance(mappings_, SYMBOLS):
        return {"role_mapping": None if mappings_ is None else [mappings_]}
    rules = [at(one, "RulesConfiguration.Rules") for one in mappings_.values()]
    return {"role_mapping": [{"mapping_rule": blocks(one, {"role_arn": "RoleARN"})} for one in rules]}


SHAPES: Final[dict[str, Shape]] = {
    "AWS::ECS::Cluster": Shape(
        type="aws_ecs_cluster",
        arguments={
            "name": "ClusterName",
            "setting": Block("ClusterSettings", {"name": "Name", "value": "Value"}),
            "configuration": Block(
                "Configuration",
                {
                    "execute_command_configuration": Block(
                        "ExecuteCommandConfiguration", {"kms_key_id": "KmsKeyId", "logging": "Logging"}
                    )
                },
            ),
        },
    ),
    "AWS::ECS::Service": Shape(
        type="aws_ecs_service",
        arguments={
            "name": "ServiceName",
            "cluster": "Cluster",
            "task_definition": "TaskDefinition",
            "desired_count": "DesiredCount",
            "scheduling_strategy": "SchedulingStrategy",
            "launch_type": "LaunchType",
            "platform_version": "PlatformVersion",
            "enable_execute_command": "EnableExecuteCommand",
            "capacity_provider_strategy": Block("CapacityProviderStrategy", {"capacity_provider": "CapacityProvider"}),
            "deployment_controller": Block("DeploymentController", {"type": "Type"}),
            "load_balancer": Block("LoadBalancers", {"target_group_arn": "TargetGroupArn"}),
            "network_configuration": Block(
                "NetworkConfiguration.AwsvpcConfiguration",
                {
                    "subnets": "Subnets",
                    "security_groups": "SecurityGroups",
                    "assign_public_ip": Switch("AssignPublicIp", "ENABLED"),
                },
            ),
        },
        ref="arn",
    ),
    "AWS::ECS::TaskDefinition": Shape(
        type="aws_ecs_task_definition",
        arguments={
            "family": "Family",
            "task_role_arn": "TaskRoleArn",
            "execution_role_arn": "ExecutionRoleArn",
            "network_mode": "NetworkMode",
            "pid_mode": "PidMode",
            "ipc_mode": "IpcMode",
            "requires_compatibilities": "RequiresCompatibilities",
            "volume": Block(
                "Volumes",
                {
                    "name": "Name",
                    "host_path": "Host.SourcePath",
                    "efs_volume_configuration": Block(
                        "EFSVolumeConfiguration",
                        {
                            "file_system_id": "FilesystemId",
                            "transit_encryption": "TransitEncryption",
                            "authorization_config": Block("AuthorizationConfig", {"iam": "IAM"}),
                        },
                    ),
                },
            ),
        },
        more=_json(container_definitions="ContainerDefinitions"),
        ref="arn",
    ),
    "AWS::Batch::JobQueue": Shape(
        type="aws_batch_job_queue", arguments={"name": "JobQueueName", "state": "State"}, ref="arn"
    ),
    "AWS::Batch::JobDefinition": Shape(
        type="aws_batch_job_definition",
        arguments={"name": "JobDefinitionName"},
        more=_json(
            container_properties="ContainerProperties", ecs_properties="EcsProperties", node_properties="NodeProperties"
        ),
        ref="arn",
    ),
    "AWS::AppRunner::Service": Shape(
        type="aws_apprunner_service",
        arguments={
            "service_name": "ServiceName",
            "instance_configuration": Block("InstanceConfiguration", {"instance_role_arn": "InstanceRoleArn"}),
            "network_configuration": Block(
                "NetworkConfiguration",
                {
                    "ingress_configuration": Block(
                        "IngressConfiguration", {"is_publicly_accessible": "IsPubliclyAccessible"}
                    )
                },
            ),
        },
        ref="arn",
    ),
    "AWS::AppRunner::VpcConnector": Shape(
        type="aws_apprunner_vpc_connector", arguments={"subnets": "Subnets", "security_groups": "SecurityGroups"}
    ),
    "AWS::StepFunctions::StateMachine": Shape(
        type="aws_sfn_state_machine",
        arguments={
            "name": "StateMachineName",
            "role_arn": "RoleArn",
            "logging_configuration": Block("LoggingConfiguration", {"level": "Level"}),
            "tracing_configuration": Block("TracingConfiguration", {"enabled": "Enabled"}),
            "encryption_configuration": Block("EncryptionConfiguration", {"kms_key_id": "KmsKeyId"}),
        },
        ref="arn",
    ),
    "AWS::SageMaker::NotebookInstance": Shape(
        type="aws_sagemaker_notebook_instance",
        arguments={
            "name": "NotebookInstanceName",
            "role_arn": "RoleArn",
            "subnet_id": "SubnetId",
            "security_groups": "SecurityGroupIds",
            "direct_internet_access": "DirectInternetAccess",
            "root_access": "RootAccess",
            "kms_key_id": "KmsKeyId",
            "instance_metadata_service_configuration": Block(
                "InstanceMetadataServiceConfiguration",
                {"minimum_instance_metadata_service_version": "MinimumInstanceMetadataServiceVersion"},
            ),
        },
    ),
    "AWS::SageMaker::Domain": Shape(
        type="aws_sagemaker_domain",
        arguments={
            "domain_name": "DomainName",
            "subnet_ids": "SubnetIds",
            "default_user_settings": Block("DefaultUserSettings", {"execution_role": "ExecutionRole"}),
        },
    ),
    "AWS::SageMaker::UserProfile": Shape(
        type="aws_sagemaker_user_profile",
        arguments={
            "domain_id": "DomainId",
            "user_profile_name": "UserProfileName",
            "user_settings": Block("UserSettings", {"execution_role": "ExecutionRole"}),
        },
    ),
    "AWS::Cognito::IdentityPool": Shape(
        type="aws_cognito_identity_pool", arguments={"identity_pool_name": "IdentityPoolName"}
    ),
    "AWS::Cognito::IdentityPoolRoleAttachment": Shape(
        type="aws_cognito_identity_pool_roles_attachment",
        arguments={"identity_pool_id": "IdentityPoolId", "roles": "Roles"},
        more=_mapped_roles,
    ),
    "AWS::Cognito::UserPool": Shape(type="aws_cognito_user_pool", arguments={"name": "UserPoolName"}),
    "AWS::DataPipeline::Pipeline": Shape(type="aws_datapipeline_pipeline", arguments={"name": "Name"}),
    "AWS::CodeDeploy::Application": Shape(type="aws_codedeploy_app", arguments={"name": "ApplicationName"}),
    "AWS::CodeDeploy::DeploymentGroup": Shape(
        type="aws_codedeploy_deployment_group",
        arguments={"app_name": "ApplicationName", "deployment_group_name": "DeploymentGroupName"},
    ),
    "AWS::BedrockAgentCore::CodeInterpreterCustom": Shape(
        type="aws_bedrockagentcore_code_interpreter",
        arguments={"name": "Name", "execution_role_arn": "ExecutionRoleArn"},
    ),
    "AWS::BedrockAgentCore::BrowserCustom": Shape(
        type="aws_bedrockagentcore_browser", arguments={"name": "Name", "execution_role_arn": "ExecutionRoleArn"}
    ),
    "AWS::BedrockAgentCore::Runtime": Shape(
        type="aws_bedrockagentcore_agent_runtime",
        arguments={"agent_runtime_name": "AgentRuntimeName", "role_arn": "RoleArn"},
    ),
    "AWS::CodeBuild::Project": Shape(
        type="aws_codebuild_project",
        arguments={
            "name": "Name",
            "service_role": "ServiceRole",
            "project_visibility": "Visibility",
            "source": Block("Source", {"type": "Type"}),
            "environment": Block("Environment", {"privileged_mode": "PrivilegedMode"}),
            "build_batch_config": Block("BuildBatchConfig", {"service_role": "ServiceRole"}),
            "vpc_config": Block(
                "VpcConfig", {"vpc_id": "VpcId", "subnets": "Subnets", "security_group_ids": "SecurityGroupIds"}
            ),
        },
    ),
    "AWS::Glue::Job": Shape(
        type="aws_glue_job",
        arguments={
            "name": "Name",
            "role_arn": "Role",
            "security_configuration": "SecurityConfiguration",
            "connections": "Connections.Connections",
            "command": Block("Command", {"script_location": "ScriptLocation"}),
        },
    ),
    "AWS::Glue::DevEndpoint": Shape(
        type="aws_glue_dev_endpoint",
        arguments={
            "name": "EndpointName",
            "role_arn": "RoleArn",
            "security_configuration": "SecurityConfiguration",
        },
    ),
}
