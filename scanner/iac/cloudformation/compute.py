"""Machines and load balancers in CloudFormation."""

from collections.abc import Iterator, Mapping
from typing import Final

from scanner.iac.cloudformation.shapes import (
    Block,
    Piece,
    Properties,
    Shape,
    Spec,
    at,
    blocks,
    each,
    first,
    mappings,
    reference,
)
from scanner.iac.values import SYMBOLS, Value

_METADATA: Final[dict[str, Spec]] = {
    "http_endpoint": "HttpEndpoint",
    "http_tokens": "HttpTokens",
    "http_put_response_hop_limit": "HttpPutResponseHopLimit",
    "http_protocol_ipv6": "HttpProtocolIpv6",
    "instance_metadata_tags": "InstanceMetadataTags",
}
_DISK: Final[dict[str, Spec]] = {
    "device_name": "DeviceName",
    "encrypted": "Ebs.Encrypted",
    "kms_key_id": "Ebs.KmsKeyId",
    "volume_size": "Ebs.VolumeSize",
    "volume_type": "Ebs.VolumeType",
    "snapshot_id": "Ebs.SnapshotId",
}
_INTERFACE: Final[dict[str, Spec]] = {
    "subnet_id": "SubnetId",
    "security_groups": "GroupSet",
    "private_ip": "PrivateIpAddress",
    "source_dest_check": "SourceDestCheck",
    "ipv6_address_count": "Ipv6AddressCount",
}


def _instance(said: Properties) -> dict[str, Value]:
    """Return what the interfaces of an instance tell; one that is made elsewhere is named alone."""
    disks = [one for one in mappings(said.get("BlockDeviceMappings")) if one.get("Ebs") is not None]
    made: dict[str, Value] = {"ebs_block_device": blocks(disks, _DISK)}
    interfaces = said.get("NetworkInterfaces")
    if interfaces is None:
        return made
    named = [one for one in mappings(interfaces) if one.get("NetworkInterfaceId") is not None]
    if named:
        specs: dict[str, Spec] = {"network_interface_id": "NetworkInterfaceId", "device_index": "DeviceIndex"}
        return made | {"network_interface": blocks(named, specs)}
    one = first(interfaces)
    return made | {
        "subnet_id": one.get("SubnetId"),
        "vpc_security_group_ids": one.get("GroupSet"),
        "associate_public_ip_address": one.get("AssociatePublicIpAddress"),
        "private_ip": one.get("PrivateIpAddress"),
        "ipv6_address_count": one.get("Ipv6AddressCount"),
    }


def _elastic_ip(_name: str, said: Properties) -> Iterator[Piece]:
    """Yield that an interface is attached to an instance."""
    arguments = {
        "instance_id": said.get("InstanceId"),
        "network_interface_id": said.get("NetworkInterfaceId"),
        "device_index": said.get("DeviceIndex"),
    }
    yield "aws_network_interface_attachment", "", "NetworkInterfaceId", arguments


_TEMPLATE: Final[dict[str, Spec]] = {
    "image_id": "LaunchTemplateData.ImageId",
    "instance_type": "LaunchTemplateData.InstanceType",
    "key_name": "LaunchTemplateData.KeyName",
    "vpc_security_group_ids": "LaunchTemplateData.SecurityGroupIds",
    "metadata_options": Block("LaunchTemplateData.MetadataOptions", _METADATA),
    "iam_instance_profile": Block("LaunchTemplateData.IamInstanceProfile", {"arn": "Arn", "name": "Name"}),
    "monitoring": Block("LaunchTemplateData.Monitoring", {"enabled": "Enabled"}),
    "block_device_mappings": Block(
        "LaunchTemplateData.BlockDeviceMappings",
        {
            "device_name": "DeviceName",
            "ebs": Block("Ebs", {"encrypted": "Encrypted", "kms_key_id": "KmsKeyId", "snapshot_id": "SnapshotId"}),
        },
    ),
    "network_interfaces": Block(
        "LaunchTemplateData.NetworkInterfaces",
        {
            "device_index": "DeviceIndex",
            "network_interface_id": "NetworkInterfaceId",
            "subnet_id": "SubnetId",
            "security_groups": "Groups",
            "associate_public_ip_address": "AssociatePublicIpAddress",
            "ipv6_address_count": "Ipv6AddressCount",
        },
    ),
}


def _balancer(said: Properties) -> dict[str, Value]:
    scheme = said.get("Scheme")
    attributes = {str(one.get("Key")): one.get("Value") for one in mappings(said.get("LoadBalancerAttributes"))}
    return {
        "internal": scheme if isinstance(scheme, SYMBOLS) else scheme == "internal",
        "enable_deletion_protection": attributes.get("deletion_protection.enabled"),
        "drop_invalid_header_fields": attributes.get("routing.http.drop_invalid_header_fields.enabled"),
        "access_logs": [
            {"enabled": attributes.get("access_logs.s3.enabled"), "bucket": attributes.get("access_logs.s3.bucket")}
        ]
        if "access_logs.s3.enabled" in attributes
        else None,
    }


_ACTION: Final[dict[str, Spec]] = {
    "type": "Type",
    "target_group_arn": "TargetGroupArn",
    "forward": Block(
        "ForwardConfig", {"target_group": Block("TargetGroups", {"arn": "TargetGroupArn", "weight": "Weight"})}
    ),
    "redirect": Block("RedirectConfig", {"protocol": "Protocol", "port": "Port", "status_code": "StatusCode"}),
}


def _targets(name: str, said: Properties) -> Iterator[Piece]:
    for number, one in enumerate(mappings(said.get("Targets"))):
        arguments: dict[str, Value] = {
            "target_group_arn": reference(name, "arn"),
            "target_id": one.get("Id"),
            "port": one.get("Port"),
            "availability_zone": one.get("AvailabilityZone"),
        }
        yield "aws_lb_target_group_attachment", f".Targets[{number}]", "Targets", arguments


def _target_group(said: Properties) -> dict[str, Value]:
    attributes = {str(one.get("Key")): one.get("Value") for one in mappings(said.get("TargetGroupAttributes"))}
    return {
        "preserve_client_ip": attributes.get("preserve_client_ip.enabled"),
        "load_balancing_cross_zone_enabled": attributes.get("load_balancing.cross_zone.enabled"),
    }


def _classic(said: Properties) -> dict[str, Value]:
    scheme = said.get("Scheme")
    return {"internal": scheme if isinstance(scheme, SYMBOLS) else scheme == "internal"}


def _rule_conditions(said: Properties) -> dict[str, Value]:
    """Return the conditions of a rule in the form that Terraform has for each field."""
    made: list[Value] = []
    for one in each(said.get("Conditions")):
        if not isinstance(one, Mapping):
            made.append(one)
            continue
        sources = at(one, "SourceIpConfig.Values")
        made.append({"source_ip": [{"values": sources}]} if sources is not None else {})
    return {"condition": made}


SHAPES: Final[dict[str, Shape]] = {
    "AWS::EC2::Instance": Shape(
        type="aws_instance",
        arguments={
            "ami": "ImageId",
            "instance_type": "InstanceType",
            "subnet_id": "SubnetId",
            "vpc_security_group_ids": "SecurityGroupIds",
            "security_groups": "SecurityGroups",
            "iam_instance_profile": "IamInstanceProfile",
            "monitoring": "Monitoring",
            "source_dest_check": "SourceDestCheck",
            "key_name": "KeyName",
            "private_ip": "PrivateIpAddress",
            "availability_zone": "AvailabilityZone",
            "metadata_options": Block("MetadataOptions", _METADATA),
            "launch_template": Block(
                "LaunchTemplate", {"id": "LaunchTemplateId", "name": "LaunchTemplateName", "version": "Version"}
            ),
        },
        more=_instance,
    ),
    "AWS::EC2::NetworkInterface": Shape(type="aws_network_interface", arguments=_INTERFACE),
    "AWS::EC2::NetworkInterfaceAttachment": Shape(type="", exists=lambda _said: False, beside=_elastic_ip),
    "AWS::EC2::Volume": Shape(
        type="aws_ebs_volume",
        arguments={
            "encrypted": "Encrypted",
            "size": "Size",
            "type": "VolumeType",
            "kms_key_id": "KmsKeyId",
            "snapshot_id": "SnapshotId",
            "availability_zone": "AvailabilityZone",
        },
    ),
    "AWS::EC2::VolumeAttachment": Shape(
        type="aws_volume_attachment", arguments={"volume_id": "VolumeId", "instance_id": "InstanceId"}
    ),
    "AWS::EC2::LaunchTemplate": Shape(
        type="aws_launch_template", arguments={"name": "LaunchTemplateName", **_TEMPLATE}
    ),
    "AWS::EC2::SnapshotBlockPublicAccess": Shape(
        type="aws_ebs_snapshot_block_public_access", arguments={"state": "State"}
    ),
    "AWS::AutoScaling::AutoScalingGroup": Shape(
        type="aws_autoscaling_group",
        arguments={
            "name": "AutoScalingGroupName",
            "vpc_zone_identifier": "VPCZoneIdentifier",
            "target_group_arns": "TargetGroupARNs",
            "load_balancers": "LoadBalancerNames",
            "launch_configuration": "LaunchConfigurationName",
            "launch_template": Block(
                "LaunchTemplate", {"id": "LaunchTemplateId", "name": "LaunchTemplateName", "version": "Version"}
            ),
            "mixed_instances_policy": Block(
                "MixedInstancesPolicy",
                {
                    "launch_template": Block(
                        "LaunchTemplate",
                        {
                            "launch_template_specification": Block(
                                "LaunchTemplateSpecification",
                                {
                                    "launch_template_id": "LaunchTemplateId",
                                    "launch_template_name": "LaunchTemplateName",
                                },
                            )
                        },
                    )
                },
            ),
        },
    ),
    "AWS::EKS::Nodegroup": Shape(
        type="aws_eks_node_group",
        arguments={
            "cluster_name": "ClusterName",
            "subnet_ids": "Subnets",
            "launch_template": Block("LaunchTemplate", {"id": "Id", "name": "Name", "version": "Version"}),
        },
    ),
    "AWS::AutoScaling::LaunchConfiguration": Shape(
        type="aws_launch_configuration",
        arguments={
            "name": "LaunchConfigurationName",
            "image_id": "ImageId",
            "security_groups": "SecurityGroups",
            "associate_public_ip_address": "AssociatePublicIpAddress",
            "iam_instance_profile": "IamInstanceProfile",
            "key_name": "KeyName",
            "metadata_options": Block("MetadataOptions", _METADATA),
            "ebs_block_device": Block("BlockDeviceMappings", _DISK),
        },
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Shape(
        type="aws_lb",
        arguments={
            "name": "Name",
            "load_balancer_type": "Type",
            "security_groups": "SecurityGroups",
            "subnets": "Subnets",
            "subnet_mapping": Block("SubnetMappings", {"subnet_id": "SubnetId", "allocation_id": "AllocationId"}),
            "ip_address_type": "IpAddressType",
            "enforce_security_group_inbound_rules_on_private_link_traffic": (
                "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
            ),
        },
        more=_balancer,
        ref="arn",
    ),
    "AWS::ElasticLoadBalancingV2::Listener": Shape(
        type="aws_lb_listener",
        arguments={
            "load_balancer_arn": "LoadBalancerArn",
            "port": "Port",
            "protocol": "Protocol",
            "ssl_policy": "SslPolicy",
            "default_action": Block("DefaultActions", _ACTION),
            "mutual_authentication": Block("MutualAuthentication", {"mode": "Mode"}),
        },
        more=lambda said: {"certificate_arn": first(said.get("Certificates")).get("CertificateArn")},
        ref="arn",
    ),
    "AWS::ElasticLoadBalancingV2::ListenerCertificate": Shape(
        type="aws_lb_listener_certificate",
        arguments={"listener_arn": "ListenerArn"},
        more=lambda said: {"certificate_arn": first(said.get("Certificates")).get("CertificateArn")},
    ),
    "AWS::ElasticLoadBalancingV2::ListenerRule": Shape(
        type="aws_lb_listener_rule",
        arguments={"listener_arn": "ListenerArn", "priority": "Priority", "action": Block("Actions", _ACTION)},
        more=_rule_conditions,
        ref="arn",
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Shape(
        type="aws_lb_target_group",
        arguments={
            "name": "Name",
            "port": "Port",
            "protocol": "Protocol",
            "target_type": "TargetType",
            "vpc_id": "VpcId",
        },
        more=_target_group,
        beside=_targets,
        ref="arn",
    ),
    "AWS::ElasticLoadBalancing::LoadBalancer": Shape(
        type="aws_elb",
        arguments={
            "name": "LoadBalancerName",
            "subnets": "Subnets",
            "security_groups": "SecurityGroups",
            "instances": "Instances",
            "access_logs": Block("AccessLoggingPolicy", {"enabled": "Enabled", "bucket": "S3BucketName"}),
            "listener": Block(
                "Listeners",
                {
                    "lb_port": "LoadBalancerPort",
                    "lb_protocol": "Protocol",
                    "instance_port": "InstancePort",
                    "instance_protocol": "InstanceProtocol",
                    "ssl_certificate_id": "SSLCertificateId",
                },
            ),
        },
        more=_classic,
    ),
}
