"""Databases, caches, brokers, clusters, search and edge services in CloudFormation."""

from typing import Final

from scanner.iac.cloudformation.shapes import Block, Document, Fixed, Properties, Shape, Spec, at, each
from scanner.iac.values import SYMBOLS, Value

_CLUSTER: Final[dict[str, Spec]] = {
    "cluster_identifier": "DBClusterIdentifier",
    "engine": "Engine",
    "engine_version": "EngineVersion",
    "db_subnet_group_name": "DBSubnetGroupName",
    "vpc_security_group_ids": "VpcSecurityGroupIds",
    "port": "Port",
    "storage_encrypted": "StorageEncrypted",
    "kms_key_id": "KmsKeyId",
    "backup_retention_period": "BackupRetentionPeriod",
    "deletion_protection": "DeletionProtection",
    "copy_tags_to_snapshot": "CopyTagsToSnapshot",
    "snapshot_identifier": "SnapshotIdentifier",
    "master_username": "MasterUsername",
    "enabled_cloudwatch_logs_exports": "EnableCloudwatchLogsExports",
}
_MEMBER: Final[dict[str, Spec]] = {
    "identifier": "DBInstanceIdentifier",
    "cluster_identifier": "DBClusterIdentifier",
    "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
}


def _instance(said: Properties) -> dict[str, Value]:
    """Return what is not said by the instance alone: without a subnet group it lies in the default VPC, and is public."""
    public = said.get("PubliclyAccessible")
    if public is None and said.get("DBSubnetGroupName") is None and said.get("DBClusterIdentifier") is None:
        public = True
    return {"publicly_accessible": public}


_INSTANCE: Final[dict[str, Spec]] = {
    **_MEMBER,
    "engine": "Engine",
    "engine_version": "EngineVersion",
    "username": "MasterUsername",
    "db_subnet_group_name": "DBSubnetGroupName",
    "vpc_security_group_ids": "VPCSecurityGroups",
    "port": "Port",
    "storage_encrypted": "StorageEncrypted",
    "kms_key_id": "KmsKeyId",
    "backup_retention_period": Fixed(value=1, of="BackupRetentionPeriod"),
    "deletion_protection": "DeletionProtection",
    "multi_az": "MultiAZ",
    "iam_database_authentication_enabled": "EnableIAMDatabaseAuthentication",
    "enabled_cloudwatch_logs_exports": "EnableCloudwatchLogsExports",
    "copy_tags_to_snapshot": "CopyTagsToSnapshot",
    "monitoring_interval": "MonitoringInterval",
    "snapshot_identifier": "DBSnapshotIdentifier",
    "replicate_source_db": "SourceDBInstanceIdentifier",
}


def _msk_ways(said: Properties) -> dict[str, Value]:
    ways = said.get("ClientAuthentication")
    if ways is None:
        return {}
    return {
        "client_authentication": [
            {
                "sasl": [{"iam": at(ways, "Sasl.Iam.Enabled"), "scram": at(ways, "Sasl.Scram.Enabled")}],
                "tls": [{"certificate_authority_arns": at(ways, "Tls.CertificateAuthorityArnList")}],
                "unauthenticated": at(ways, "Unauthenticated.Enabled"),
            }
        ]
    }


def _eks(said: Properties) -> dict[str, Value]:
    logs = at(said, "Logging.ClusterLogging.EnabledTypes")
    return {
        "enabled_cluster_log_types": logs
        if isinstance(logs, SYMBOLS) or logs is None
        else [at(one, "Type") for one in each(logs)]
    }


_SEARCH: Final[dict[str, Spec]] = {
    "domain_name": "DomainName",
    "access_policies": Document("AccessPolicies"),
    "vpc_options": Block("VPCOptions", {"subnet_ids": "SubnetIds", "security_group_ids": "SecurityGroupIds"}),
    "domain_endpoint_options": Block(
        "DomainEndpointOptions", {"enforce_https": "EnforceHTTPS", "tls_security_policy": "TLSSecurityPolicy"}
    ),
    "advanced_security_options": Block(
        "AdvancedSecurityOptions", {"enabled": "Enabled", "anonymous_auth_enabled": "AnonymousAuthEnabled"}
    ),
    "encrypt_at_rest": Block("EncryptionAtRestOptions", {"enabled": "Enabled", "kms_key_id": "KmsKeyId"}),
    "node_to_node_encryption": Block("NodeToNodeEncryptionOptions", {"enabled": "Enabled"}),
}


def _instance_type(said: Properties) -> str:
    return "aws_db_instance" if said.get("DBClusterIdentifier") is None else "aws_rds_cluster_instance"


SHAPES: Final[dict[str, Shape]] = {
    "AWS::RDS::DBInstance": Shape(type="aws_db_instance", arguments=_INSTANCE, more=_instance, type_of=_instance_type),
    "AWS::RDS::DBCluster": Shape(
        type="aws_rds_cluster",
        arguments={
            **_CLUSTER,
            "enable_http_endpoint": "EnableHttpEndpoint",
            "iam_database_authentication_enabled": "EnableIAMDatabaseAuthentication",
            "db_cluster_instance_class": "DBClusterInstanceClass",
            "engine_mode": "EngineMode",
        },
    ),
    "AWS::RDS::DBSubnetGroup": Shape(
        type="aws_db_subnet_group", arguments={"name": "DBSubnetGroupName", "subnet_ids": "SubnetIds"}
    ),
    "AWS::DocDB::DBCluster": Shape(type="aws_docdb_cluster", arguments=_CLUSTER),
    "AWS::DocDB::DBInstance": Shape(type="aws_docdb_cluster_instance", arguments=_MEMBER),
    "AWS::DocDB::DBSubnetGroup": Shape(
        type="aws_docdb_subnet_group", arguments={"name": "DBSubnetGroupName", "subnet_ids": "SubnetIds"}
    ),
    "AWS::Neptune::DBCluster": Shape(
        type="aws_neptune_cluster",
        arguments={
            **_CLUSTER,
            "neptune_subnet_group_name": "DBSubnetGroupName",
            "iam_database_authentication_enabled": "IamAuthEnabled",
            "port": "DBPort",
        },
    ),
    "AWS::Neptune::DBInstance": Shape(type="aws_neptune_cluster_instance", arguments=_MEMBER),
    "AWS::Neptune::DBSubnetGroup": Shape(
        type="aws_neptune_subnet_group", arguments={"name": "DBSubnetGroupName", "subnet_ids": "SubnetIds"}
    ),
    "AWS::Redshift::Cluster": Shape(
        type="aws_redshift_cluster",
        arguments={
            "cluster_identifier": "ClusterIdentifier",
            "cluster_subnet_group_name": "ClusterSubnetGroupName",
            "vpc_security_group_ids": "VpcSecurityGroupIds",
            "publicly_accessible": "PubliclyAccessible",
            "port": "Port",
            "encrypted": "Encrypted",
            "kms_key_id": "KmsKeyId",
            "automated_snapshot_retention_period": "AutomatedSnapshotRetentionPeriod",
            "allow_version_upgrade": "AllowVersionUpgrade",
            "enhanced_vpc_routing": "EnhancedVpcRouting",
            "master_username": "MasterUsername",
        },
    ),
    "AWS::Redshift::ClusterSubnetGroup": Shape(type="aws_redshift_subnet_group", arguments={"subnet_ids": "SubnetIds"}),
    "AWS::RedshiftServerless::Workgroup": Shape(
        type="aws_redshiftserverless_workgroup",
        arguments={
            "workgroup_name": "WorkgroupName",
            "namespace_name": "NamespaceName",
            "publicly_accessible": "PubliclyAccessible",
            "subnet_ids": "SubnetIds",
            "security_group_ids": "SecurityGroupIds",
            "enhanced_vpc_routing": "EnhancedVpcRouting",
            "port": "Port",
        },
    ),
    "AWS::ElastiCache::ReplicationGroup": Shape(
        type="aws_elasticache_replication_group",
        arguments={
            "replication_group_id": "ReplicationGroupId",
            "engine": "Engine",
            "engine_version": "EngineVersion",
            "at_rest_encryption_enabled": "AtRestEncryptionEnabled",
            "transit_encryption_enabled": "TransitEncryptionEnabled",
            "auth_token": "AuthToken",
            "user_group_ids": "UserGroupIds",
            "kms_key_id": "KmsKeyId",
            "snapshot_retention_limit": "SnapshotRetentionLimit",
            "automatic_failover_enabled": "AutomaticFailoverEnabled",
            "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
            "subnet_group_name": "CacheSubnetGroupName",
            "security_group_ids": "SecurityGroupIds",
        },
    ),
    "AWS::ElastiCache::CacheCluster": Shape(
        type="aws_elasticache_cluster",
        arguments={
            "cluster_id": "ClusterName",
            "engine": "Engine",
            "engine_version": "EngineVersion",
            "transit_encryption_enabled": "TransitEncryptionEnabled",
            "snapshot_retention_limit": "SnapshotRetentionLimit",
            "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
            "subnet_group_name": "CacheSubnetGroupName",
            "security_group_ids": "VpcSecurityGroupIds",
        },
    ),
    "AWS::ElastiCache::SubnetGroup": Shape(
        type="aws_elasticache_subnet_group", arguments={"name": "CacheSubnetGroupName", "subnet_ids": "SubnetIds"}
    ),
    "AWS::EKS::Cluster": Shape(
        type="aws_eks_cluster",
        arguments={
            "name": "Name",
            "role_arn": "RoleArn",
            "version": "Version",
            "vpc_config": Block(
                "ResourcesVpcConfig",
                {
                    "subnet_ids": "SubnetIds",
                    "security_group_ids": "SecurityGroupIds",
                    "endpoint_public_access": "EndpointPublicAccess",
                    "endpoint_private_access": "EndpointPrivateAccess",
                    "public_access_cidrs": "PublicAccessCidrs",
                },
            ),
            "encryption_config": Block("EncryptionConfig", {"provider": Block("Provider", {"key_arn": "KeyArn"})}),
            "access_config": Block("AccessConfig", {"authentication_mode": "AuthenticationMode"}),
        },
        more=_eks,
    ),
    "AWS::MSK::Cluster": Shape(
        type="aws_msk_cluster",
        arguments={
            "cluster_name": "ClusterName",
            "broker_node_group_info": Block(
                "BrokerNodeGroupInfo",
                {
                    "client_subnets": "ClientSubnets",
                    "security_groups": "SecurityGroups",
                    "connectivity_info": Block(
                        "ConnectivityInfo", {"public_access": Block("PublicAccess", {"type": "Type"})}
                    ),
                },
            ),
            "encryption_info": Block(
                "EncryptionInfo",
                {
                    "encryption_at_rest_kms_key_arn": "EncryptionAtRest.DataVolumeKMSKeyId",
                    "encryption_in_transit": Block(
                        "EncryptionInTransit", {"client_broker": "ClientBroker", "in_cluster": "InCluster"}
                    ),
                },
            ),
        },
        more=_msk_ways,
        ref="arn",
    ),
    "AWS::MSK::ServerlessCluster": Shape(
        type="aws_msk_serverless_cluster",
        arguments={
            "cluster_name": "ClusterName",
            "vpc_config": Block("VpcConfigs", {"subnet_ids": "SubnetIds", "security_group_ids": "SecurityGroups"}),
            "client_authentication": Block(
                "ClientAuthentication", {"sasl": Block("Sasl", {"iam": Block("Iam", {"enabled": "Enabled"})})}
            ),
        },
        ref="arn",
    ),
    "AWS::AmazonMQ::Broker": Shape(
        type="aws_mq_broker",
        arguments={
            "broker_name": "BrokerName",
            "engine_type": "EngineType",
            "deployment_mode": "DeploymentMode",
            "publicly_accessible": "PubliclyAccessible",
            "subnet_ids": "SubnetIds",
            "security_groups": "SecurityGroups",
            "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
            "encryption_options": Block("EncryptionOptions", {"kms_key_id": "KmsKeyId"}),
            "logs": Block("Logs", {"audit": "Audit", "general": "General"}),
        },
    ),
    "AWS::EMR::Cluster": Shape(
        type="aws_emr_cluster",
        arguments={
            "name": "Name",
            "service_role": "ServiceRole",
            "security_configuration": "SecurityConfiguration",
            "ec2_attributes": Block(
                "Instances",
                {
                    "subnet_id": "Ec2SubnetId",
                    "emr_managed_master_security_group": "EmrManagedMasterSecurityGroup",
                },
            ),
        },
    ),
    "AWS::DMS::ReplicationInstance": Shape(
        type="aws_dms_replication_instance",
        arguments={
            "replication_instance_id": "ReplicationInstanceIdentifier",
            "publicly_accessible": "PubliclyAccessible",
            "replication_subnet_group_id": "ReplicationSubnetGroupIdentifier",
            "vpc_security_group_ids": "VpcSecurityGroupIds",
            "kms_key_arn": "KmsKeyId",
            "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
        },
    ),
    "AWS::DMS::ReplicationSubnetGroup": Shape(
        type="aws_dms_replication_subnet_group",
        arguments={"replication_subnet_group_id": "ReplicationSubnetGroupIdentifier", "subnet_ids": "SubnetIds"},
    ),
    "AWS::OpenSearchService::Domain": Shape(type="aws_opensearch_domain", arguments=_SEARCH),
    "AWS::Elasticsearch::Domain": Shape(type="aws_elasticsearch_domain", arguments=_SEARCH),
    "AWS::CloudFront::Distribution": Shape(
        type="aws_cloudfront_distribution",
        arguments={
            "enabled": "DistributionConfig.Enabled",
            "web_acl_id": "DistributionConfig.WebACLId",
            "origin": Block(
                "DistributionConfig.Origins",
                {
                    "domain_name": "DomainName",
                    "vpc_origin_config": Block("VpcOriginConfig", {"vpc_origin_id": "VpcOriginId"}),
                },
            ),
        },
    ),
    "AWS::CloudFront::VpcOrigin": Shape(
        type="aws_cloudfront_vpc_origin",
        arguments={
            "vpc_origin_endpoint_config": Block(
                "VpcOriginEndpointConfig",
                {"arn": "Arn", "name": "Name", "http_port": "HTTPPort", "https_port": "HTTPSPort"},
            )
        },
    ),
    "AWS::GlobalAccelerator::Accelerator": Shape(
        type="aws_globalaccelerator_accelerator", arguments={"name": "Name", "enabled": "Enabled"}, ref="arn"
    ),
    "AWS::GlobalAccelerator::Listener": Shape(
        type="aws_globalaccelerator_listener",
        arguments={
            "accelerator_arn": "AcceleratorArn",
            "protocol": "Protocol",
            "port_range": Block("PortRanges", {"from_port": "FromPort", "to_port": "ToPort"}),
        },
        ref="arn",
    ),
    "AWS::GlobalAccelerator::EndpointGroup": Shape(
        type="aws_globalaccelerator_endpoint_group",
        arguments={
            "listener_arn": "ListenerArn",
            "endpoint_group_region": "EndpointGroupRegion",
            "traffic_dial_percentage": "TrafficDialPercentage",
            "endpoint_configuration": Block(
                "EndpointConfigurations",
                {
                    "endpoint_id": "EndpointId",
                    "weight": "Weight",
                    "client_ip_preservation_enabled": "ClientIPPreservationEnabled",
                },
            ),
            "port_override": Block("PortOverrides", {"listener_port": "ListenerPort", "endpoint_port": "EndpointPort"}),
        },
        ref="arn",
    ),
}
