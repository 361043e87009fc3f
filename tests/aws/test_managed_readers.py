"""Databases, caches, brokers, clusters and what the edge of AWS leads to: AWS's own shapes, and what is missing."""

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from scanner.aws import apigateway, dms, edge, eks, elasticache, emr, mq, msk, rds, redshift, vpc_links
from scanner.aws.calls import _member
from scanner.inventory import Inventory
from scanner.model.apigateway import HttpApi, PrivateIntegration, VpcLink, place_of
from scanner.model.dms import ReplicationInstance
from scanner.model.edge import Accelerator, AcceleratorListener, Distribution, EndpointGroup, VpcOrigin, VpcOriginPorts
from scanner.model.eks import EksCluster, EksClusterSettings
from scanner.model.elasticache import CacheCluster, ReplicationGroup
from scanner.model.emr import EmrBlockPublicAccess, EmrCluster, EmrClusterSettings
from scanner.model.kind import GLOBAL
from scanner.model.maybe import ABSENT, Reason, known, why_unknown
from scanner.model.mq import Broker, BrokerSettings
from scanner.model.msk import MskCluster
from scanner.model.rds import DbCluster, DbInstance, DbSnapshot, DbSnapshotSharing
from scanner.model.redshift import RedshiftCluster, RedshiftSubnetGroup, RedshiftWorkgroup
from scanner.plan import Plan
from scanner.testing import evidence_of

PLACE = "eu-west-1:123456789012"
KEY = f"arn:aws:kms:{PLACE}:key/0a1b"
GLOBAL_PLACE = "arn:aws:globalaccelerator::123456789012:accelerator/a1"
BALANCER = f"arn:aws:elasticloadbalancing:{PLACE}:loadbalancer/app/web/1"
ANSWERS = {
    "apigateway:GetRestApis": {"items": [{"id": "r1", "name": "shop"}]},
    "apigateway:GetVpcLinks": {
        "items": [{"id": "l1", "name": "to-shop", "targetArns": [f"{BALANCER}n"], "status": "AVAILABLE"}]
    },
    "apigateway:GetResources": {
        "items": [
            {
                "id": "res1",
                "path": "/",
                "resourceMethods": {
                    "GET": {"methodIntegration": {"type": "MOCK"}},
                    "ANY": {
                        "methodIntegration": {
                            "type": "HTTP_PROXY",
                            "connectionType": "VPC_LINK",
                            "connectionId": "l1",
                            "uri": "http://shop.internal:8080/x",
                        }
                    },
                },
            }
        ]
    },
    "apigatewayv2:GetApis": {
        "Items": [
            {
                "ApiId": "h1",
                "Name": "front",
                "ProtocolType": "HTTP",
                "RouteSelectionExpression": "$request.method",
                "DisableExecuteApiEndpoint": True,
            }
        ]
    },
    "apigatewayv2:GetVpcLinks": {
        "Items": [
            {
                "VpcLinkId": "l2",
                "Name": "inside",
                "SubnetIds": ["subnet-1"],
                "SecurityGroupIds": ["sg-1"],
                "VpcLinkStatus": "AVAILABLE",
            }
        ]
    },
    "apigatewayv2:GetIntegrations": {
        "Items": [
            {"IntegrationId": "i0", "IntegrationType": "AWS_PROXY", "ConnectionType": "INTERNET"},
            {
                "IntegrationId": "i1",
                "IntegrationType": "HTTP_PROXY",
                "ConnectionType": "VPC_LINK",
                "ConnectionId": "l2",
                "IntegrationUri": f"{BALANCER}/l1",
            },
        ]
    },
    "rds:DescribeDBInstances": {
        "DBInstances": [
            {
                "DBInstanceIdentifier": "orders",
                "DBInstanceArn": f"arn:aws:rds:{PLACE}:db:orders",
                "Engine": "postgres",
                "DBInstanceStatus": "available",
                "PubliclyAccessible": True,
                "DBSubnetGroup": {
                    "DBSubnetGroupName": "data",
                    "VpcId": "vpc-1",
                    "Subnets": [{"SubnetIdentifier": "subnet-1"}, {"SubnetIdentifier": "subnet-2"}],
                },
                "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
                "Endpoint": {"Address": "orders.x.eu-west-1.rds.amazonaws.com", "Port": 5433},
                "DbInstancePort": 0,
                "StorageEncrypted": True,
                "KmsKeyId": KEY,
                "BackupRetentionPeriod": 7,
                "DeletionProtection": False,
                "MultiAZ": False,
                "AutoMinorVersionUpgrade": True,
                "IAMDatabaseAuthenticationEnabled": False,
                "CopyTagsToSnapshot": False,
                "TagList": [{"Key": "team", "Value": "red"}],
            },
            {
                "DBInstanceIdentifier": "new",
                "DBInstanceArn": f"arn:aws:rds:{PLACE}:db:new",
                "Engine": "postgres",
                "DBInstanceStatus": "creating",
            },
        ]
    },
    "rds:DescribeDBClusters": {
        "DBClusters": [
            {
                "DBClusterIdentifier": "ledger",
                "DBClusterArn": f"arn:aws:rds:{PLACE}:cluster:ledger",
                "Engine": "aurora-mysql",
                "Status": "available",
                "Port": 3306,
                "StorageEncrypted": False,
                "BackupRetentionPeriod": 1,
                "MultiAZ": True,
                "DBClusterMembers": [{"DBInstanceIdentifier": "ledger-1"}],
            }
        ]
    },
    "rds:DescribeDBSnapshots": {
        "DBSnapshots": [
            {
                "DBSnapshotIdentifier": "before",
                "DBSnapshotArn": f"arn:aws:rds:{PLACE}:snapshot:before",
                "DBInstanceIdentifier": "orders",
                "SnapshotType": "manual",
                "Encrypted": False,
            },
            {
                "DBSnapshotIdentifier": "rds:orders",
                "DBSnapshotArn": f"arn:aws:rds:{PLACE}:snapshot:rds:orders",
                "DBInstanceIdentifier": "orders",
                "SnapshotType": "automated",
                "Encrypted": True,
            },
        ]
    },
    "rds:DescribeDBClusterSnapshots": {
        "DBClusterSnapshots": [
            {
                "DBClusterSnapshotIdentifier": "before",
                "DBClusterSnapshotArn": f"arn:aws:rds:{PLACE}:cluster-snapshot:before",
                "DBClusterIdentifier": "ledger",
                "SnapshotType": "manual",
                "StorageEncrypted": False,
            }
        ]
    },
    "rds:DescribeDBSnapshotAttributes": {
        "DBSnapshotAttributesResult": {
            "DBSnapshotIdentifier": "before",
            "DBSnapshotAttributes": [{"AttributeName": "restore", "AttributeValues": ["all"]}],
        }
    },
    "rds:DescribeDBClusterSnapshotAttributes": {
        "DBClusterSnapshotAttributesResult": {
            "DBClusterSnapshotIdentifier": "before",
            "DBClusterSnapshotAttributes": [{"AttributeName": "restore", "AttributeValues": ["210987654321"]}],
        }
    },
    "redshift:DescribeClusters": {
        "Clusters": [
            {
                "ClusterIdentifier": "figures",
                "ClusterStatus": "available",
                "PubliclyAccessible": True,
                "VpcId": "vpc-1",
                "ClusterSubnetGroupName": "data",
                "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}],
                "Endpoint": {"Address": "figures.x", "Port": 5439},
                "ClusterNodes": [{"NodeRole": "LEADER", "PublicIPAddress": "54.0.0.9"}, {"NodeRole": "COMPUTE-0"}],
                "Encrypted": False,
                "AutomatedSnapshotRetentionPeriod": 1,
                "AllowVersionUpgrade": True,
            }
        ]
    },
    "redshift:DescribeClusterSubnetGroups": {
        "ClusterSubnetGroups": [
            {"ClusterSubnetGroupName": "data", "VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}
        ]
    },
    "redshift-serverless:ListWorkgroups": {
        "workgroups": [
            {
                "workgroupName": "ad-hoc",
                "workgroupArn": f"arn:aws:redshift-serverless:{PLACE}:workgroup/1",
                "publiclyAccessible": True,
                "subnetIds": ["subnet-1"],
                "securityGroupIds": ["sg-1"],
                "port": 5439,
            }
        ]
    },
    "eks:ListClusters": {"clusters": ["shop"]},
    "eks:DescribeCluster": {
        "cluster": {
            "name": "shop",
            "arn": f"arn:aws:eks:{PLACE}:cluster/shop",
            "status": "ACTIVE",
            "version": "1.33",
            "resourcesVpcConfig": {
                "endpointPublicAccess": True,
                "endpointPrivateAccess": False,
                "publicAccessCidrs": ["192.0.2.0/24"],
                "subnetIds": ["subnet-1"],
                "securityGroupIds": ["sg-1"],
                "clusterSecurityGroupId": "sg-2",
                "vpcId": "vpc-1",
            },
            "logging": {
                "clusterLogging": [{"types": ["audit"], "enabled": True}, {"types": ["api"], "enabled": False}]
            },
            "encryptionConfig": [{"resources": ["secrets"], "provider": {"keyArn": KEY}}],
            "tags": {"team": "red"},
        }
    },
    "kafka:ListClustersV2": {
        "ClusterInfoList": [
            {
                "ClusterArn": f"arn:aws:kafka:{PLACE}:cluster/events/1",
                "ClusterName": "events",
                "State": "ACTIVE",
                "ClusterType": "PROVISIONED",
                "Provisioned": {
                    "NumberOfBrokerNodes": 2,
                    "BrokerNodeGroupInfo": {
                        "ClientSubnets": ["subnet-1"],
                        "InstanceType": "kafka.m5.large",
                        "SecurityGroups": ["sg-1"],
                        "ConnectivityInfo": {"PublicAccess": {"Type": "SERVICE_PROVIDED_EIPS"}},
                    },
                    "ClientAuthentication": {"Sasl": {"Scram": {"Enabled": True}, "Iam": {"Enabled": False}}},
                    "EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "TLS_PLAINTEXT", "InCluster": True}},
                },
            },
            {
                "ClusterArn": f"arn:aws:kafka:{PLACE}:cluster/small/1",
                "ClusterName": "small",
                "State": "ACTIVE",
                "ClusterType": "SERVERLESS",
                "Serverless": {
                    "VpcConfigs": [{"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}],
                    "ClientAuthentication": {"Sasl": {"Iam": {"Enabled": True}}},
                },
            },
        ]
    },
    "mq:ListBrokers": {
        "BrokerSummaries": [
            {
                "BrokerArn": f"arn:aws:mq:{PLACE}:broker:bus:b-1",
                "BrokerId": "b-1",
                "BrokerName": "bus",
                "BrokerState": "RUNNING",
                "DeploymentMode": "SINGLE_INSTANCE",
                "EngineType": "RabbitMQ",
            }
        ]
    },
    "mq:DescribeBroker": {
        "BrokerId": "b-1",
        "PubliclyAccessible": True,
        "AutoMinorVersionUpgrade": False,
        "SubnetIds": ["subnet-1"],
        "BrokerInstances": [{"Endpoints": ["amqps://b-1.mq.eu-west-1.amazonaws.com:5671"]}],
        "EncryptionOptions": {"UseAwsOwnedKey": False, "KmsKeyId": KEY},
        "Logs": {"General": True, "GeneralLogGroup": "g"},
        "Tags": {"team": "red"},
    },
    "dms:DescribeReplicationInstances": {
        "ReplicationInstances": [
            {
                "ReplicationInstanceIdentifier": "move",
                "ReplicationInstanceArn": f"arn:aws:dms:{PLACE}:rep:MOVE",
                "ReplicationInstanceStatus": "available",
                "PubliclyAccessible": True,
                "AutoMinorVersionUpgrade": True,
                "ReplicationSubnetGroup": {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
                "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}],
                "ReplicationInstancePublicIpAddress": "54.0.0.8",
                "ReplicationInstancePublicIpAddresses": ["54.0.0.8"],
            }
        ]
    },
    "emr:ListClusters": {
        "Clusters": [
            {
                "Id": "j-1",
                "Name": "crunch",
                "Status": {"State": "WAITING"},
                "ClusterArn": f"arn:aws:elasticmapreduce:{PLACE}:cluster/j-1",
            },
            {"Id": "j-0", "Name": "over", "Status": {"State": "TERMINATED"}},
        ]
    },
    "emr:DescribeCluster": {
        "Cluster": {
            "Id": "j-1",
            "Ec2InstanceAttributes": {
                "Ec2SubnetId": "subnet-1",
                "EmrManagedMasterSecurityGroup": "sg-1",
                "AdditionalMasterSecurityGroups": ["sg-2"],
            },
            "MasterPublicDnsName": "ec2-54-0-0-7.eu-west-1.compute.amazonaws.com",
            "Tags": [{"Key": "team", "Value": "red"}],
        }
    },
    "emr:GetBlockPublicAccessConfiguration": {
        "BlockPublicAccessConfiguration": {
            "BlockPublicSecurityGroupRules": True,
            "PermittedPublicSecurityGroupRuleRanges": [{"MinRange": 22}, {"MinRange": 8000, "MaxRange": 8010}],
        },
        "BlockPublicAccessConfigurationMetadata": {
            "CreationDateTime": "2025-01-01T00:00:00Z",
            "CreatedByArn": "arn:aws:iam::123456789012:root",
        },
    },
    "elasticache:DescribeCacheClusters": {
        "CacheClusters": [
            {"CacheClusterId": "pages", "Engine": "memcached", "CacheClusterStatus": "available"},
            {
                "CacheClusterId": "carts-1",
                "Engine": "valkey",
                "CacheClusterStatus": "available",
                "ReplicationGroupId": "carts",
                "SecurityGroups": [{"SecurityGroupId": "sg-1", "Status": "active"}],
                "TransitEncryptionEnabled": True,
            },
        ]
    },
    "elasticache:DescribeReplicationGroups": {
        "ReplicationGroups": [
            {
                "ReplicationGroupId": "carts",
                "ARN": f"arn:aws:elasticache:{PLACE}:replicationgroup:carts",
                "Status": "available",
                "MemberClusters": ["carts-1"],
                "TransitEncryptionEnabled": True,
                "AutomaticFailover": "enabled",
            }
        ]
    },
    "cloudfront:ListDistributions": {
        "DistributionList": {
            "Marker": "",
            "MaxItems": 100,
            "IsTruncated": False,
            "Quantity": 1,
            "Items": [
                {
                    "Id": "E1",
                    "ARN": "arn:aws:cloudfront::123456789012:distribution/E1",
                    "Enabled": True,
                    "DomainName": "d1.cloudfront.net",
                    "Origins": {
                        "Quantity": 1,
                        "Items": [{"Id": "o", "DomainName": "web.x", "VpcOriginConfig": {"VpcOriginId": "vo_1"}}],
                    },
                }
            ],
        }
    },
    "cloudfront:ListVpcOrigins": {
        "VpcOriginList": {
            "Marker": "",
            "MaxItems": 100,
            "IsTruncated": False,
            "Quantity": 1,
            "Items": [
                {
                    "Id": "vo_1",
                    "Name": "web",
                    "Status": "Deployed",
                    "CreatedTime": "2025-01-01T00:00:00Z",
                    "LastModifiedTime": "2025-01-01T00:00:00Z",
                    "Arn": "arn:aws:cloudfront::123456789012:vpcorigin/vo_1",
                    "AccountId": "123456789012",
                    "OriginEndpointArn": BALANCER,
                }
            ],
        }
    },
    "cloudfront:GetVpcOrigin": {
        "VpcOrigin": {
            "Id": "vo_1",
            "VpcOriginEndpointConfig": {
                "Name": "web",
                "Arn": BALANCER,
                "HTTPPort": 80,
                "HTTPSPort": 8443,
                "OriginProtocolPolicy": "https-only",
            },
        }
    },
    "globalaccelerator:ListAccelerators": {
        "Accelerators": [
            {
                "AcceleratorArn": GLOBAL_PLACE,
                "Name": "front",
                "Enabled": True,
                "IpSets": [{"IpAddresses": ["75.0.0.1", "75.0.0.2"]}],
            }
        ]
    },
    "globalaccelerator:ListListeners": {
        "Listeners": [
            {
                "ListenerArn": f"{GLOBAL_PLACE}/listener/l1",
                "Protocol": "TCP",
                "PortRanges": [{"FromPort": 443, "ToPort": 443}],
            }
        ]
    },
    "globalaccelerator:ListEndpointGroups": {
        "EndpointGroups": [
            {
                "EndpointGroupArn": f"{GLOBAL_PLACE}/listener/l1/endpoint-group/e1",
                "EndpointGroupRegion": "eu-west-1",
                "TrafficDialPercentage": 100.0,
                "EndpointDescriptions": [{"EndpointId": BALANCER, "Weight": 128, "ClientIPPreservationEnabled": True}],
                "PortOverrides": [{"ListenerPort": 443, "EndpointPort": 8443}],
            }
        ]
    },
}
READERS = tuple(
    reader
    for module in (rds, redshift, eks, msk, mq, dms, emr, elasticache, edge, apigateway, vpc_links)
    for reader in module.READERS
)
KINDS = tuple(kind for reader in READERS for kind in reader.yields)


def inventory_of(calls):
    return Inventory.of(Plan.of((), READERS, kinds=KINDS), evidence_of(calls))


@pytest.fixture(scope="module")
def inventory():
    return inventory_of(
        {
            call: [{"parameters": parameters, "response": answer}] if (parameters := ASKED.get(call)) else answer
            for call, answer in ANSWERS.items()
        }
    )


ASKED = {
    "rds:DescribeDBSnapshotAttributes": {"DBSnapshotIdentifier": "before"},
    "rds:DescribeDBClusterSnapshotAttributes": {"DBClusterSnapshotIdentifier": "before"},
    "cloudfront:GetVpcOrigin": {"Id": "vo_1"},
    "eks:DescribeCluster": {"name": "shop"},
    "mq:DescribeBroker": {"BrokerId": "b-1"},
    "apigateway:GetResources": {"restApiId": "r1", "embed": ["methods"], "limit": 500},
    "apigatewayv2:GetIntegrations": {"ApiId": "h1", "MaxResults": "500"},
    "emr:DescribeCluster": {"ClusterId": "j-1"},
    "globalaccelerator:ListListeners": {"AcceleratorArn": GLOBAL_PLACE, "MaxResults": 10},
    "globalaccelerator:ListEndpointGroups": {"ListenerArn": f"{GLOBAL_PLACE}/listener/l1", "MaxResults": 10},
}


def only(inventory, kind):
    (found,) = inventory.listing(kind)
    return found


@pytest.mark.parametrize("call", sorted(ANSWERS))
def test_the_recorded_answers_have_the_shape_that_aws_answers(call):
    service, _, operation = call.partition(":")
    shape = get_session().get_service_model(service).operation_model(operation).output_shape
    report = ParamValidator().validate(ANSWERS[call], shape)
    wrong = [error for error in report._errors if error[0] != "missing required field"]
    assert not wrong, report.generate_report()


def test_every_answer_is_read_whole(inventory):
    assert [] == inventory.gaps
    assert set() == {kind for kind in KINDS if not inventory.listing(kind)}


def test_a_database_tells_its_network_and_what_is_not_told_is_unknown(inventory):
    orders, new = inventory.listing(DbInstance)
    assert ("vpc-1", ("subnet-1", "subnet-2"), ("sg-1",), 5433, True) == (
        orders.vpc,
        orders.subnets,
        orders.groups,
        orders.port,
        orders.publicly_accessible,
    )
    assert {"team": "red"} == orders.tags
    assert (Reason.NOT_COLLECTED, ABSENT) == (why_unknown(new.publicly_accessible).reason, new.port)
    cluster = only(inventory, DbCluster)
    assert (("ledger-1",), ABSENT, False) == (cluster.members, cluster.publicly_accessible, cluster.storage_encrypted)


def test_snapshots_of_instances_and_of_clusters_with_one_name_are_two(inventory):
    of = {one.id: (one.of_cluster, one.name) for one in inventory.listing(DbSnapshot)}
    shared = {one.id: one.accounts for one in inventory.listing(DbSnapshotSharing)}
    before, automatic = f"arn:aws:rds:{PLACE}:snapshot:before", f"arn:aws:rds:{PLACE}:snapshot:rds:orders"
    of_cluster = f"arn:aws:rds:{PLACE}:cluster-snapshot:before"
    assert {before: (False, "before"), automatic: (False, "rds:orders"), of_cluster: (True, "before")} == of
    assert {before: ("all",), automatic: (), of_cluster: ("210987654321",)} == shared


def test_redshift_tells_its_endpoints(inventory):
    cluster, group = only(inventory, RedshiftCluster), only(inventory, RedshiftSubnetGroup)
    assert (("54.0.0.9",), 5439, "data") == (cluster.public_addresses, cluster.port, cluster.subnet_group)
    assert ("vpc-1", ("subnet-1",)) == (group.vpc, group.subnets)
    assert (True, 5439) == (
        (workgroup := only(inventory, RedshiftWorkgroup)).publicly_accessible,
        workgroup.port,
    )


def test_the_endpoint_of_a_kubernetes_cluster_has_the_clients_that_it_names(inventory):
    settings = only(inventory, EksClusterSettings)
    assert (("192.0.2.0/24",), ("sg-1", "sg-2"), ("audit",), KEY) == (
        settings.public_cidrs,
        settings.groups,
        settings.logs,
        settings.secrets_key,
    )
    assert {"team": "red"} == inventory.tags(only(inventory, EksCluster))


def test_a_serverless_kafka_cluster_is_never_public(inventory):
    events, small = inventory.listing(MskCluster)
    assert (True, ("scram",), "TLS_PLAINTEXT") == (events.public, events.authentication, events.client_encryption)
    assert (False, ("iam",), ("subnet-1",)) == (small.public, small.authentication, small.subnets)


def test_a_broker_may_be_filtered_by_nothing(inventory):
    assert "RABBITMQ" == only(inventory, Broker).engine
    settings = only(inventory, BrokerSettings)
    assert ((), KEY, ("general",)) == (settings.groups, settings.kms_key, settings.logs)
    assert ("amqps://b-1.mq.eu-west-1.amazonaws.com:5671",) == settings.endpoints


def test_a_replication_instance_tells_each_public_address_once(inventory):
    assert ("54.0.0.8",) == only(inventory, ReplicationInstance).public_addresses


def test_a_cluster_that_has_ended_is_none(inventory):
    assert "j-1" == only(inventory, EmrCluster).id
    assert ("sg-1", "sg-2") == only(inventory, EmrClusterSettings).primary_groups
    assert ((22, 22), (8000, 8010)) == only(inventory, EmrBlockPublicAccess).permitted


def test_memcached_has_no_backups_to_miss(inventory):
    pages, carts = inventory.listing(CacheCluster)
    assert (ABSENT, 0) == (pages.backup_days, carts.backup_days)
    assert only(inventory, ReplicationGroup).failover


def test_what_the_edge_leads_to_is_of_the_account_as_a_whole(inventory):
    assert ("vo_1",) == only(inventory, Distribution).vpc_origins
    assert (BALANCER, GLOBAL) == ((origin := only(inventory, VpcOrigin)).endpoint, origin.scope.region)
    assert ("https-only", 8443) == ((ports := only(inventory, VpcOriginPorts)).policy, ports.https)
    accelerator, listener = only(inventory, Accelerator), only(inventory, AcceleratorListener)
    assert (accelerator.id, ((443, 443),)) == (listener.accelerator, listener.ports)
    group = only(inventory, EndpointGroup)
    assert (listener.id, ((443, 8443),), BALANCER) == (group.listener, group.overrides, known(group.endpoints)[0].id)


def test_a_second_page_of_vpc_origins_is_a_gap_and_not_lost():
    cut = {"VpcOriginList": {**ANSWERS["cloudfront:ListVpcOrigins"]["VpcOriginList"], "IsTruncated": True}}
    found = inventory_of({"cloudfront:ListVpcOrigins": cut})
    assert ["vo_1"] == [one.id for one in found.listing(VpcOrigin)]
    assert "cloudfront:ListVpcOrigins" in {gap.call for gap in found.gaps}


def test_the_token_of_the_next_page_may_lie_within_a_member():
    assert "m2" == _member({"DistributionList": {"NextMarker": "m2"}}, "DistributionList.NextMarker")
    assert _member({"DistributionList": {}}, "DistributionList.NextMarker") is None


def test_apis_tell_by_which_links_and_ports_they_lead_into_vpcs(inventory):
    found = {one.id: one for one in inventory.listing(PrivateIntegration)}
    assert {"r1/res1/ANY", "h1/i1"} == set(found)
    rest, http = found["r1/res1/ANY"], found["h1/i1"]
    assert ("r1", "l1", ABSENT, 8080) == (rest.api, rest.link, rest.target, rest.port)
    assert ("h1", "l2", f"{BALANCER}/l1", ABSENT) == (http.api, http.link, http.target, http.port)
    links = {one.id: (one.targets, one.subnets) for one in inventory.listing(VpcLink)}
    assert {"l1": ((f"{BALANCER}n",), ()), "l2": ((), ("subnet-1",))} == links
    assert only(inventory, HttpApi).default_endpoint_off is True


@pytest.mark.parametrize(
    "uri, target, expected",
    [
        ("https://shop.internal", ABSENT, 443),
        ("http://shop.internal", ABSENT, 80),
        ("", ABSENT, ABSENT),
        ("arn:aws:x", "arn:aws:x", ABSENT),
        ("http://${stageVariables.host}:8080", ABSENT, 8080),
        ("http://x:${stageVariables.port}/", ABSENT, None),
        ("http://[x", ABSENT, None),
    ],
)
def test_the_uri_of_an_integration_names_a_listener_or_a_port_unless_that_is_left_to_the_stages(uri, target, expected):
    told, port = place_of(uri)
    assert (target, expected) == (told, port if why_unknown(port) is None else None)


def test_a_link_that_is_left_to_the_stages_is_unknown():
    assert why_unknown(vpc_links.link_of("${stageVariables.link}")) is not None


def test_a_listing_of_which_a_page_is_missing_is_a_gap():
    answer = {**ANSWERS["apigatewayv2:GetVpcLinks"], "NextToken": "more"}
    found = inventory_of({"apigatewayv2:GetVpcLinks": answer})
    assert ["l2"] == [one.id for one in found.listing(VpcLink)]
    assert "apigatewayv2:GetVpcLinks" in {gap.call for gap in found.gaps}
