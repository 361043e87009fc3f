# ruff: noqa: E501 - a case on a line of its own reads as a table
"""Templates of every service that is read: what one property makes of a verdict."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from scanner.derivations import DERIVATIONS
from scanner.iac.cloudformation.shapes import Spec
from scanner.iac.cloudformation.translate import SHAPES
from scanner.iac.judged import judge, rows_of
from scanner.iac.load import load
from scanner.iac.terraform.kinds import TYPES
from scanner.registry import load_rules
from scanner.testing import NOW

RULES = {f"{rule.service}/{rule.name}": rule for rule in load_rules()}
OPEN = "{Statement: [{Effect: Allow, Principal: {AWS: '*'}, Action: '*', Resource: '*'}]}"
OTHER = "{Statement: [{Effect: Allow, Principal: {AWS: 'arn:aws:iam::999988887777:root'}, Action: '*', Resource: '*'}]}"
OWN = "{Statement: [{Effect: Allow, Principal: {AWS: !Ref AWS::AccountId}, Action: '*', Resource: '*'}]}"
NETWORK = """
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Gateway: {Type: AWS::EC2::InternetGateway}
  Attached:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Out:
    Type: AWS::EC2::Route
    DependsOn: Attached
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}
  Link:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !GetAtt Subnet.SubnetId, RouteTableId: !GetAtt Table.RouteTableId}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: servers, VpcId: !Ref Vpc}
  Ssh:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !GetAtt Group.GroupId, IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}
"""
INSTANCE = """
  Server:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-1
      NetworkInterfaces:
        - {DeviceIndex: "0", SubnetId: !Ref Subnet, GroupSet: [!Ref Group], AssociatePublicIpAddress: %s}
"""
BALANCED = """
  Inside: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24}}
  FrontGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: clients
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]
  ServerGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: servers
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5432, ToPort: 5432, SourceSecurityGroupId: !Ref FrontGroup}]
  Server:
    Type: AWS::EC2::Instance
    Properties: {ImageId: ami-1, SubnetId: !Ref Inside, SecurityGroupIds: [!Ref ServerGroup]}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Scheme: %s, Subnets: [!Ref Subnet], SecurityGroups: [!Ref FrontGroup]}
  Targets:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {Port: 5432, Protocol: HTTP, VpcId: !Ref Vpc, Targets: [{Id: !Ref Server}]}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 80
      Protocol: HTTP
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
"""
DATABASE = "{Type: AWS::RDS::DBInstance, Properties: {Engine: postgres%s}}"
CLUSTER = "{Type: AWS::EKS::Cluster, Properties: {RoleArn: r, ResourcesVpcConfig: {SubnetIds: [s]%s}}}"


def resource(type_: str, properties: str) -> str:
    return f"  R: {{Type: {type_}, Properties: {{{properties}}}}}"


CASES = [
    ("sqs/queue_open_to_anyone", "  Q: {Type: AWS::SQS::Queue}\n" + resource("AWS::SQS::QueuePolicy", "Queues: [!Ref Q], PolicyDocument: %s"), OPEN, OWN),
    ("sns/topic_open_to_untrusted_accounts", "  T: {Type: AWS::SNS::Topic}\n" + resource("AWS::SNS::TopicPolicy", "Topics: [!Ref T], PolicyDocument: %s"), OTHER, OWN),
    ("kms/key_open_to_anyone", resource("AWS::KMS::Key", "KeyPolicy: %s"), OPEN, OWN),
    ("kms/rotation_off", resource("AWS::KMS::Key", "EnableKeyRotation: %s"), "false", "true"),
    ("secretsmanager/secret_open_to_anyone", "  S: {Type: AWS::SecretsManager::Secret}\n" + resource("AWS::SecretsManager::ResourcePolicy", "SecretId: !Ref S, ResourcePolicy: %s"), OPEN, OWN),
    ("ecr/repository_open_to_anyone", resource("AWS::ECR::Repository", "RepositoryPolicyText: %s"), OPEN, OWN),
    ("efs/file_system_open_to_anyone", resource("AWS::EFS::FileSystem", "FileSystemPolicy: %s"), OPEN, OWN),
    ("backup/vault_open_to_anyone", resource("AWS::Backup::BackupVault", "BackupVaultName: v, AccessPolicy: %s"), OPEN, OWN),
    ("eventbridge/event_bus_open_to_anyone", resource("AWS::Events::EventBusPolicy", "StatementId: s, EventBusName: default, Principal: %s"), "'*'", "!Ref AWS::AccountId"),
    ("opensearch/domain_open_to_anyone", resource("AWS::OpenSearchService::Domain", "AccessPolicies: %s"), OPEN, OWN),
    ("apigateway/api_open_to_untrusted_accounts", resource("AWS::ApiGateway::RestApi", "Name: a, Policy: %s"), OTHER, OWN),
    ("lambda/function_open_to_anyone", "  F: {Type: AWS::Lambda::Function, Properties: {Role: r}}\n" + resource("AWS::Lambda::Permission", "FunctionName: !GetAtt F.Arn, Action: 'lambda:InvokeFunction', Principal: %s"), "'*'", "!Ref AWS::AccountId"),
    ("lambda/function_url_unauthenticated", resource("AWS::Lambda::Url", "TargetFunctionArn: f, AuthType: %s"), "NONE", "AWS_IAM"),
    ("cloudtrail/log_validation_off", resource("AWS::CloudTrail::Trail", "S3BucketName: b, IsLogging: true, EnableLogFileValidation: %s"), "false", "true"),
    ("guardduty/detector_off", resource("AWS::GuardDuty::Detector", "Enable: %s"), "false", "true"),
    ("macie/macie_off", resource("AWS::Macie::Session", "Status: %s"), "PAUSED", "ENABLED"),
    ("rds/instance_unencrypted", f"  R: {DATABASE}", "", ", StorageEncrypted: true"),
    ("rds/cluster_deletable", resource("AWS::RDS::DBCluster", "Engine: aurora-mysql, DeletionProtection: %s"), "false", "true"),
    ("redshift/cluster_unencrypted", resource("AWS::Redshift::Cluster", "Encrypted: %s"), "false", "true"),
    ("elasticache/traffic_unencrypted", resource("AWS::ElastiCache::ReplicationGroup", "TransitEncryptionEnabled: %s"), "false", "true"),
    ("eks/endpoint_open_to_internet", f"  R: {CLUSTER}", "", ", EndpointPublicAccess: false"),
    ("msk/traffic_unencrypted", resource("AWS::MSK::Cluster", "ClusterName: c, EncryptionInfo: {EncryptionInTransit: {ClientBroker: %s}}"), "PLAINTEXT", "TLS"),
    ("s3/other_accounts_control_bucket", "  B: {Type: AWS::S3::Bucket}\n" + resource("AWS::S3::BucketPolicy", "Bucket: !Ref B, PolicyDocument: %s"), "{Statement: [{Effect: Allow, Principal: {AWS: '999988887777'}, Action: 's3:PutBucketPolicy', Resource: !GetAtt B.Arn}]}", OWN),
    ("s3/object_lock_off", resource("AWS::S3::Bucket", "ObjectLockEnabled: %s"), "false", "true"),
    ("iam/user_is_administrator", "  U: {Type: AWS::IAM::User}\n" + resource("AWS::IAM::ManagedPolicy", "Users: [!Ref U], PolicyDocument: {Statement: [{Effect: Allow, Action: %s, Resource: '*'}]}"), "'*'", "'s3:ListAllMyBuckets'"),
    ("vpc/transit_gateway_accepts_anyone", resource("AWS::EC2::TransitGateway", "AutoAcceptSharedAttachments: %s"), "enable", "disable"),
    ("vpc/endpoint_service_admits_anyone", "  E: {Type: AWS::EC2::VPCEndpointService, Properties: {AcceptanceRequired: false}}\n" + resource("AWS::EC2::VPCEndpointServicePermissions", "ServiceId: !Ref E, AllowedPrincipals: [%s]"), "'*'", "'arn:aws:iam::000000000000:root'"),
    ("ec2/launch_template_allows_imdsv1", resource("AWS::EC2::LaunchTemplate", "LaunchTemplateData: {ImageId: ami-1, MetadataOptions: {HttpTokens: %s}}"), "optional", "required"),
    ("ec2/allows_imdsv1", resource("AWS::EC2::Instance", "ImageId: ami-1, MetadataOptions: {HttpTokens: %s}"), "optional", "required"),
    ("ec2/volume_unencrypted", resource("AWS::EC2::Instance", "ImageId: ami-1, BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {Encrypted: %s}}]"), "false", "true"),
    ("vpc/admin_ports_reached_from_internet", NETWORK + INSTANCE, "true", "false"),
    ("vpc/database_ports_reached_from_internet", NETWORK + BALANCED, "internet-facing", "internal"),
]  # fmt: skip


@pytest.mark.parametrize("rule, template, bad, good", CASES, ids=[case[0] for case in CASES])
def test_a_property_decides(tmp_path: Path, rule: str, template: str, bad: str, good: str) -> None:
    for value, expected in ((bad, "fail"), (good, "pass")):
        path = tmp_path / "template.yaml"
        path.write_text(f"Resources:\n{template % value}\n")
        found = judge([RULES[rule]], load(path).after, DERIVATIONS, {}, NOW)
        said = {one.resource.id: one.status for one in found.findings}
        assert expected in said.values(), said
        assert expected == "fail" or set(said.values()) <= {"pass", "skip"}, said


def test_every_type_becomes_one_that_is_read_from_terraform() -> None:
    assert set() == {shape.type for shape in SHAPES.values() if shape.type} - TYPES


def properties_of(specs: Iterable[Spec]) -> Iterator[str]:
    """Yield the names of the properties that specs read."""
    for spec in specs:
        name = spec if isinstance(spec, str) else spec.of
        if name:
            yield name.partition(".")[0]


def everything(tmp_path: Path, value: str) -> Path:
    """Return a template with a resource of every type, all of whose properties are this."""
    more = (
        "PolicyDocument",
        "Policies",
        "Targets",
        "SecurityGroupIngress",
        "NetworkInterfaces",
        "Features",
        "Statement",
    )
    resources = []
    for number, (type_, shape) in enumerate(SHAPES.items()):
        names = dict.fromkeys([*properties_of(shape.arguments.values()), *more, "Tags", "Groups", "Roles", "Users"])
        properties = ", ".join(f"{name}: {value}" for name in names)
        resources.append(f"  R{number}: {{Type: {type_}, Properties: {{{properties}}}}}")
    path = tmp_path / "template.yaml"
    path.write_text("Parameters: {Free: {Type: String}}\nResources:\n" + "\n".join(resources))
    return path


@pytest.mark.parametrize("value", ["{Ref: Free}", "[{Ref: Free}]", "{Key: {Ref: Free}}"])
def test_properties_of_which_nothing_is_known_make_no_rule_crash(tmp_path: Path, value: str) -> None:
    found = judge(RULES.values(), load(everything(tmp_path, value)).after, DERIVATIONS, {}, NOW)
    assert [] == [one.message for one in found.findings if one.status == "crashed"]


@pytest.mark.parametrize("value", ["7", "[]", "''", "{}", "[[]]"])
def test_properties_that_are_nonsense_are_read_all_the_same(tmp_path: Path, value: str) -> None:
    assert [] != rows_of(load(everything(tmp_path, value)).after)[0]
