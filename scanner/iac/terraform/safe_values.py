"""What arguments say where a resource is as safe as it can be: candidates for a fix, each of which is tried.

Only values that no knowledge of the project is needed for stand here. Source: provider documentation, by type.
"""

from collections.abc import Mapping
from typing import Final

from scanner.iac.terraform.edits import Path
from scanner.iac.values import Value

_BLOCKS: Final = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
_METADATA: Final[dict[Path, Value]] = {
    ("metadata_options", "http_tokens"): "required",
    ("metadata_options", "http_put_response_hop_limit"): 1,
}
_DATABASE: Final[dict[Path, Value]] = {
    ("auto_minor_version_upgrade",): True,
    ("copy_tags_to_snapshot",): True,
    ("deletion_protection",): True,
    ("iam_database_authentication_enabled",): True,
    ("publicly_accessible",): False,
    ("storage_encrypted",): True,
}
_CLUSTER: Final = {path: value for path, value in _DATABASE.items() if path != ("publicly_accessible",)}

SAFE_VALUES: Final[Mapping[str, Mapping[Path, Value]]] = {
    "aws_athena_workgroup": {("configuration", "enforce_workgroup_configuration"): True},
    "aws_cloudtrail": {
        ("enable_log_file_validation",): True,
        ("enable_logging",): True,
        ("include_global_service_events",): True,
        ("is_multi_region_trail",): True,
    },
    "aws_codebuild_project": {("environment", "privileged_mode"): False},
    "aws_db_cluster": _CLUSTER,
    "aws_db_instance": _DATABASE,
    "aws_dms_replication_instance": {("auto_minor_version_upgrade",): True, ("publicly_accessible",): False},
    "aws_docdb_cluster": {("deletion_protection",): True, ("storage_encrypted",): True},
    "aws_dynamodb_table": {("deletion_protection_enabled",): True, ("point_in_time_recovery", "enabled"): True},
    "aws_ebs_encryption_by_default": {("enabled",): True},
    "aws_ebs_volume": {("encrypted",): True},
    "aws_ec2_transit_gateway": {("auto_accept_shared_attachments",): "disable"},
    "aws_ecs_service": {("network_configuration", "assign_public_ip"): False},
    "aws_ecr_repository": {
        ("image_scanning_configuration", "scan_on_push"): True,
        ("image_tag_mutability",): "IMMUTABLE",
    },
    "aws_efs_file_system": {("encrypted",): True},
    "aws_eks_cluster": {
        ("vpc_config", "endpoint_private_access"): True,
        ("vpc_config", "endpoint_public_access"): False,
    },
    "aws_elasticache_replication_group": {
        ("at_rest_encryption_enabled",): True,
        ("automatic_failover_enabled",): True,
        ("auto_minor_version_upgrade",): True,
        ("transit_encryption_enabled",): True,
    },
    "aws_guardduty_detector": {("enable",): True},
    "aws_iam_account_password_policy": {
        ("minimum_password_length",): 14,
        ("password_reuse_prevention",): 24,
        ("require_lowercase_characters",): True,
        ("require_numbers",): True,
        ("require_symbols",): True,
        ("require_uppercase_characters",): True,
    },
    "aws_instance": {
        **_METADATA,
        ("associate_public_ip_address",): False,
        ("ebs_block_device", "encrypted"): True,
        ("monitoring",): True,
        ("root_block_device", "encrypted"): True,
        ("source_dest_check",): True,
    },
    "aws_kms_key": {("enable_key_rotation",): True},
    "aws_lambda_function": {("tracing_config", "mode"): "Active"},
    "aws_launch_template": {
        **_METADATA,
        ("block_device_mappings", "ebs", "encrypted"): True,
        ("monitoring", "enabled"): True,
        ("network_interfaces", "associate_public_ip_address"): False,
    },
    "aws_lb": {("drop_invalid_header_fields",): True, ("enable_deletion_protection",): True},
    "aws_mq_broker": {("auto_minor_version_upgrade",): True, ("publicly_accessible",): False},
    "aws_neptune_cluster": {("deletion_protection",): True, ("storage_encrypted",): True},
    "aws_network_interface": {("source_dest_check",): True},
    "aws_opensearch_domain": {
        ("domain_endpoint_options", "enforce_https"): True,
        ("encrypt_at_rest", "enabled"): True,
        ("node_to_node_encryption", "enabled"): True,
    },
    "aws_rds_cluster": _CLUSTER,
    "aws_redshift_cluster": {
        ("encrypted",): True,
        ("enhanced_vpc_routing",): True,
        ("publicly_accessible",): False,
    },
    "aws_s3_account_public_access_block": {(name,): True for name in _BLOCKS},
    "aws_s3_bucket_acl": {("acl",): "private"},
    "aws_s3_bucket_ownership_controls": {("rule", "object_ownership"): "BucketOwnerEnforced"},
    "aws_s3_bucket_public_access_block": {(name,): True for name in _BLOCKS},
    "aws_s3_bucket_versioning": {("versioning_configuration", "status"): "Enabled"},
    "aws_sagemaker_notebook_instance": {("direct_internet_access",): "Disabled", ("root_access",): "Disabled"},
    "aws_sns_topic": {("kms_master_key_id",): "alias/aws/sns"},
    "aws_sqs_queue": {("sqs_managed_sse_enabled",): True},
    "aws_subnet": {("map_public_ip_on_launch",): False},
    "aws_vpc_endpoint_service": {("acceptance_required",): True},
    "aws_vpc_peering_connection": {
        ("accepter", "allow_remote_vpc_dns_resolution"): True,
        ("requester", "allow_remote_vpc_dns_resolution"): True,
    },
}
