"""What of a configuration is not looked at, and which kinds it could have told.

A type that no kind of ours comes from is no gap: a live scan does not read such things either. It is named all the same.
A gap is what could carry a kind that a rule asks for: a stack of anything, a fleet of machines, an interface in a VPC, or
a type beside those that are read which nobody here knows.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from scanner.iac.cloudformation.silent import SILENT as SILENT_IN_TEMPLATES
from scanner.iac.declared import Declared
from scanner.model.ec2 import Instance, Volume
from scanner.model.kind import Kind
from scanner.model.vpc import NetworkInterface

_ANYTHING: Final = frozenset(
    {
        *("AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet"),
        "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
        "aws_cloudcontrolapi_resource",
        "aws_cloudformation_stack",
        "aws_cloudformation_stack_instances",
        "aws_cloudformation_stack_set_instance",
        "aws_serverlessapplicationrepository_cloudformation_stack",
        "aws_servicecatalog_provisioned_product",
    }
)
"""Types that make resources of any other type."""
_MACHINES: Final = frozenset(
    {
        *("AWS::Batch::ComputeEnvironment", "AWS::EC2::EC2Fleet", "AWS::EC2::SpotFleet"),
        *("AWS::ElasticBeanstalk::Environment", "AWS::EMR::InstanceFleetConfig", "AWS::EMR::InstanceGroupConfig"),
        "aws_batch_compute_environment",
        "aws_ec2_fleet",
        "aws_elastic_beanstalk_environment",
        "aws_emr_instance_fleet",
        "aws_emr_instance_group",
        "aws_spot_fleet_request",
    }
)
"""Types that make instances, by templates that are not followed."""
_MACHINE_KINDS: Final[frozenset[type[Kind]]] = frozenset({Instance, NetworkInterface, Volume})
_JOINS: Final = (
    *("security_groups", "security_group_ids", "vpc_security_group_ids", "vpc_config", "network_configuration"),
    *("subnets", "subnet_ids", "subnet_id", "db_subnet_group_name", "vpc_options", "subnet_mapping"),
)
"""Arguments that put something into a network."""

_SILENT: Final = """
s3_bucket_abac s3_bucket_accelerate_configuration s3_bucket_analytics_configuration s3_bucket_cors_configuration
s3_bucket_intelligent_tiering_configuration s3_bucket_inventory s3_bucket_metadata_configuration s3_bucket_metric
s3_bucket_notification s3_bucket_object s3_bucket_request_payment_configuration s3_directory_bucket s3_object
s3_object_copy s3control_storage_lens_configuration s3control_directory_bucket_access_point_scope

iam_access_key iam_account_alias iam_group_policies_exclusive iam_organizations_features iam_role_policies_exclusive
iam_security_token_service_preferences iam_service_linked_role iam_service_specific_credential iam_signing_certificate
iam_user_login_profile iam_user_policies_exclusive iam_user_ssh_key iam_virtual_mfa_device

vpc_dhcp_options vpc_dhcp_options_association vpc_encryption_control vpc_endpoint_connection_accepter
vpc_endpoint_connection_notification vpc_endpoint_private_dns vpc_endpoint_service_private_dns_verification vpc_ipam
vpc_ipam_organization_admin_account vpc_ipam_pool vpc_ipam_pool_cidr vpc_ipam_pool_cidr_allocation
vpc_ipam_preview_next_cidr vpc_ipam_resource_discovery vpc_ipam_resource_discovery_association vpc_ipam_scope
vpc_network_performance_metric_subscription vpc_peering_connection_accepter vpc_security_group_vpc_association
default_vpc_dhcp_options nat_gateway_eip_association eip_domain_name

ec2_availability_zone_group ec2_capacity_block_reservation ec2_capacity_reservation ec2_client_vpn_authorization_rule
ec2_client_vpn_route ec2_default_credit_specification ec2_host ec2_instance_state ec2_network_insights_analysis
ec2_network_insights_path ec2_subnet_cidr_reservation ec2_tag ec2_traffic_mirror_filter ec2_traffic_mirror_filter_rule
ec2_traffic_mirror_session ec2_traffic_mirror_target ec2_transit_gateway_multicast_domain
ec2_transit_gateway_multicast_domain_association ec2_transit_gateway_multicast_group_member
ec2_transit_gateway_multicast_group_source ec2_transit_gateway_peering_attachment_accepter
ec2_transit_gateway_policy_table ec2_transit_gateway_policy_table_association
ec2_transit_gateway_vpc_attachment_accepter ec2_allowed_images_settings ec2_transit_gateway_connect_peer
ebs_default_kms_key ebs_fast_snapshot_restore network_interface_permission spot_datafeed_subscription key_pair
placement_group

lb_cookie_stickiness_policy lb_ssl_negotiation_policy lb_trust_store lb_trust_store_revocation
load_balancer_backend_server_policy load_balancer_listener_policy load_balancer_policy

kms_ciphertext kms_custom_key_store sqs_queue_redrive_allow_policy sqs_queue_redrive_policy sns_platform_application
sns_sms_preferences sns_topic_data_protection_policy sns_topic_subscription

lambda_alias lambda_capacity_provider lambda_code_signing_config lambda_event_source_mapping
lambda_function_event_invoke_config lambda_function_recursion_config lambda_invocation lambda_layer_version
lambda_layer_version_permission lambda_provisioned_concurrency_config lambda_runtime_management_config

secretsmanager_secret_version ecr_account_setting ecr_lifecycle_policy ecr_pull_through_cache_rule
ecr_registry_scanning_configuration ecr_replication_configuration ecr_repository_creation_template
efs_access_point efs_backup_policy efs_replication_configuration

opensearch_authorize_vpc_endpoint_access opensearch_domain_saml_options opensearch_inbound_connection_accepter
opensearch_outbound_connection opensearch_package opensearch_package_association elasticsearch_domain_saml_options

api_gateway_account api_gateway_api_key api_gateway_authorizer api_gateway_base_path_mapping
api_gateway_client_certificate api_gateway_deployment api_gateway_documentation_part api_gateway_documentation_version
api_gateway_domain_name api_gateway_domain_name_access_association api_gateway_gateway_response
api_gateway_integration_response api_gateway_method api_gateway_method_response api_gateway_method_settings
api_gateway_model api_gateway_request_validator api_gateway_resource api_gateway_rest_api_put api_gateway_stage
api_gateway_usage_plan api_gateway_usage_plan_key

cloudwatch_composite_alarm cloudwatch_contributor_insight_rule cloudwatch_contributor_managed_insight_rule
cloudwatch_dashboard cloudwatch_event_api_destination cloudwatch_event_archive cloudwatch_event_connection
cloudwatch_event_endpoint cloudwatch_event_rule cloudwatch_event_target cloudwatch_log_account_policy
cloudwatch_log_anomaly_detector cloudwatch_log_data_protection_policy cloudwatch_log_delivery
cloudwatch_log_delivery_destination cloudwatch_log_delivery_destination_policy cloudwatch_log_delivery_source
cloudwatch_log_destination cloudwatch_log_destination_policy cloudwatch_log_group cloudwatch_log_index_policy
cloudwatch_log_metric_filter cloudwatch_log_resource_policy cloudwatch_log_stream cloudwatch_log_subscription_filter
cloudwatch_log_transformer cloudwatch_metric_alarm cloudwatch_metric_stream cloudwatch_query_definition

glue_catalog_database glue_catalog_table glue_catalog_table_optimizer glue_classifier glue_connection glue_crawler
glue_data_catalog_encryption_settings glue_data_quality_ruleset glue_ml_transform glue_partition glue_partition_index
glue_registry glue_schema glue_security_configuration glue_trigger glue_user_defined_function glue_workflow

backup_framework backup_global_settings backup_logically_air_gapped_vault backup_plan backup_region_settings
backup_report_plan backup_restore_testing_plan backup_restore_testing_selection backup_selection
backup_vault_notifications codebuild_fleet codebuild_report_group codebuild_resource_policy
codebuild_source_credential codebuild_webhook account_region accessanalyzer_archive_rule
inspector2_delegated_admin_account inspector2_filter inspector2_member_association inspector2_organization_configuration

config_aggregate_authorization config_config_rule config_configuration_aggregator config_conformance_pack
config_organization_conformance_pack config_organization_custom_policy_rule config_organization_custom_rule
config_organization_managed_rule config_remediation_configuration config_retention_configuration
securityhub_action_target securityhub_automation_rule securityhub_configuration_policy
securityhub_configuration_policy_association securityhub_finding_aggregator securityhub_insight
securityhub_invite_accepter securityhub_member securityhub_organization_admin_account
securityhub_organization_configuration securityhub_product_subscription securityhub_standards_control
securityhub_standards_control_association securityhub_standards_subscription macie2_classification_export_configuration
macie2_classification_job macie2_custom_data_identifier macie2_findings_filter macie2_invitation_accepter
macie2_member macie2_organization_admin_account macie2_organization_configuration
cloudtrail_event_data_store cloudtrail_organization_delegated_admin_account dms_certificate dms_endpoint
dms_event_subscription dms_replication_config dms_replication_task dms_s3_endpoint docdb_cluster_parameter_group
docdb_event_subscription docdb_global_cluster eks_access_entry eks_access_policy_association eks_addon eks_capability
eks_fargate_profile eks_identity_provider_config eks_pod_identity_association elasticache_global_replication_group
elasticache_parameter_group elasticache_reserved_cache_node elasticache_serverless_cache elasticache_user
elasticache_user_group elasticache_user_group_association emr_managed_scaling_policy emr_security_configuration
emr_studio emr_studio_session_mapping guardduty_filter guardduty_invite_accepter guardduty_ipset
guardduty_malware_protection_plan guardduty_member guardduty_organization_admin_account
guardduty_organization_configuration guardduty_organization_configuration_feature guardduty_publishing_destination
guardduty_threatintelset guardduty_member_detector_feature mq_configuration msk_cluster_policy msk_configuration
msk_replicator msk_scram_secret_association msk_single_scram_secret_association msk_vpc_connection
neptune_cluster_endpoint neptune_cluster_parameter_group neptune_event_subscription neptune_global_cluster
neptune_parameter_group db_event_subscription db_instance_automated_backups_replication
db_instance_role_association db_option_group db_parameter_group db_proxy db_proxy_default_target_group
db_proxy_endpoint db_proxy_target rds_certificate rds_cluster_activity_stream rds_cluster_endpoint
rds_cluster_parameter_group rds_cluster_role_association rds_custom_db_engine_version rds_export_task
rds_global_cluster rds_instance_state rds_integration rds_reserved_instance redshift_authentication_profile
redshift_cluster_iam_roles redshift_cluster_snapshot redshift_data_share_authorization
redshift_data_share_consumer_association redshift_endpoint_access redshift_endpoint_authorization
redshift_event_subscription redshift_hsm_client_certificate redshift_hsm_configuration redshift_integration
redshift_logging redshift_parameter_group redshift_partner redshift_resource_policy redshift_scheduled_action
redshift_snapshot_copy redshift_snapshot_copy_grant redshift_snapshot_schedule
redshift_snapshot_schedule_association redshift_usage_limit redshiftserverless_custom_domain_association
redshiftserverless_endpoint_access redshiftserverless_namespace redshiftserverless_resource_policy
redshiftserverless_snapshot redshiftserverless_usage_limit cloudfront_anycast_ip_list cloudfront_cache_policy
cloudfront_connection_function cloudfront_connection_group cloudfront_continuous_deployment_policy
cloudfront_distribution_tenant cloudfront_field_level_encryption_config cloudfront_field_level_encryption_profile
cloudfront_function cloudfront_key_group cloudfront_key_value_store cloudfront_monitoring_subscription
cloudfront_origin_access_control cloudfront_origin_access_identity cloudfront_origin_request_policy
cloudfront_public_key cloudfront_realtime_log_config cloudfront_response_headers_policy
globalaccelerator_cross_account_attachment globalaccelerator_custom_routing_accelerator
globalaccelerator_custom_routing_endpoint_group globalaccelerator_custom_routing_listener
apprunner_auto_scaling_configuration_version apprunner_connection apprunner_custom_domain_association
apprunner_default_auto_scaling_configuration_version apprunner_deployment apprunner_observability_configuration
apprunner_vpc_ingress_connection batch_scheduling_policy bedrockagentcore_agent_runtime_endpoint
bedrockagentcore_api_key_credential_provider bedrockagentcore_gateway bedrockagentcore_gateway_target
bedrockagentcore_memory bedrockagentcore_memory_strategy bedrockagentcore_oauth2_credential_provider
bedrockagentcore_token_vault_cmk bedrockagentcore_workload_identity codedeploy_deployment_config
cognito_identity_pool_provider_principal_tag cognito_identity_provider cognito_log_delivery_configuration
cognito_managed_login_branding cognito_managed_user_pool_client cognito_resource_server cognito_risk_configuration
cognito_user cognito_user_group cognito_user_in_group cognito_user_pool_client cognito_user_pool_domain
cognito_user_pool_ui_customization datapipeline_pipeline_definition ecs_account_setting_default ecs_capacity_provider
ecs_cluster_capacity_providers ecs_tag organizations_account organizations_delegated_administrator
organizations_organization organizations_organizational_unit organizations_resource_policy sagemaker_app
sagemaker_app_image_config sagemaker_code_repository sagemaker_data_quality_job_definition sagemaker_device
sagemaker_device_fleet sagemaker_endpoint sagemaker_endpoint_configuration sagemaker_feature_group
sagemaker_flow_definition sagemaker_hub sagemaker_human_task_ui sagemaker_image sagemaker_image_version
sagemaker_mlflow_tracking_server sagemaker_model sagemaker_model_card sagemaker_model_package_group
sagemaker_model_package_group_policy sagemaker_monitoring_schedule sagemaker_notebook_instance_lifecycle_configuration
sagemaker_pipeline sagemaker_project sagemaker_servicecatalog_portfolio_status sagemaker_space
sagemaker_studio_lifecycle_config sagemaker_workforce sagemaker_workteam sfn_activity sfn_alias
autoscaling_group_tag autoscaling_lifecycle_hook autoscaling_notification autoscaling_policy autoscaling_schedule
vpn_concentrator vpn_gateway_route_propagation
"""
"""Types of services that are read which tell nothing that a rule asks for, without `aws_`."""
SILENT: Final = frozenset(f"aws_{name}" for name in _SILENT.split())


def carried(
    one: Declared, by_service: Mapping[str, frozenset[type[Kind]]], every: Iterable[type[Kind]]
) -> frozenset[type[Kind]]:
    """Return the kinds that a resource of a type which is not read could make or change.

    `by_service` are the kinds of each service by the word after `aws_`, `every` all that code can tell.
    """
    if one.type in _ANYTHING or one.type.startswith(_SERVERLESS):
        return frozenset(every)
    if one.type in _MACHINES:
        return _MACHINE_KINDS
    if one.type in SILENT or one.type in SILENT_IN_TEMPLATES:
        return frozenset()
    found = by_service.get(service_word(one.type), frozenset())
    joins = any(one.get(name) for name in _JOINS)
    return found | {NetworkInterface} if joins else found


_SERVERLESS: Final = "AWS::Serverless::"
"""How types begin that AWS's Serverless Application Model turns into several."""
_CLOUDFORMATION: Final = {
    "amazonmq": "mq",
    "apigateway": "api",
    "elasticbeanstalk": "elastic",
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "lb",
    "events": "cloudwatch",
    "macie": "macie2",
    "opensearchservice": "opensearch",
    "stepfunctions": "sfn",
}
"""Services of CloudFormation whose types Terraform names by another word."""


def service_word(type_: str) -> str:
    """Return the word after `aws_` by which types of one service are known."""
    if type_.startswith("AWS::"):
        word = type_.split("::")[1].lower()
        return _CLOUDFORMATION.get(word, word)
    return type_.split("_")[1] if type_.count("_") > 1 else type_.removeprefix("aws_")
