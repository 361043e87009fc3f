"""CloudFormation resources as the declarations that Terraform makes of the same things.

Where a template says nothing CloudFormation and Terraform differ in one way that matters here: a security group without
SecurityGroupEgress keeps AWS's default rule, which lets everything out. Source: AWS CloudFormation User Guide, "AWS
resource and property types reference".
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from scanner.iac.cloudformation.template import Template
from scanner.iac.declared import Declared
from scanner.iac.terraform.attributes import computed
from scanner.iac.values import SYMBOLS, Encoded, Hole, Value, list_of
from scanner.model.maybe import Why

Properties = Mapping[str, Value]
Piece = tuple[str, str, str, dict[str, Value]]
"""A type of Terraform, a suffix of the address, the property whose line is meant, and the arguments."""

_NAMES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "AWS::S3::Bucket": ("aws_s3_bucket", {"bucket": "BucketName"}),
    "AWS::IAM::Role": ("aws_iam_role", {"name": "RoleName", "path": "Path"}),
    "AWS::IAM::User": ("aws_iam_user", {"name": "UserName", "path": "Path"}),
    "AWS::IAM::Group": ("aws_iam_group", {"name": "GroupName", "path": "Path"}),
    "AWS::IAM::ManagedPolicy": ("aws_iam_policy", {"name": "ManagedPolicyName", "path": "Path"}),
    "AWS::IAM::InstanceProfile": ("aws_iam_instance_profile", {"name": "InstanceProfileName", "path": "Path"}),
    "AWS::EC2::VPC": ("aws_vpc", {"cidr_block": "CidrBlock"}),
    "AWS::EC2::Subnet": (
        "aws_subnet",
        {
            "vpc_id": "VpcId",
            "cidr_block": "CidrBlock",
            "availability_zone": "AvailabilityZone",
            "map_public_ip_on_launch": "MapPublicIpOnLaunch",
        },
    ),
    "AWS::EC2::InternetGateway": ("aws_internet_gateway", {}),
    "AWS::EC2::VPCGatewayAttachment": (
        "aws_internet_gateway_attachment",
        {"vpc_id": "VpcId", "internet_gateway_id": "InternetGatewayId"},
    ),
    "AWS::EC2::RouteTable": ("aws_route_table", {"vpc_id": "VpcId"}),
    "AWS::EC2::Route": (
        "aws_route",
        {
            "route_table_id": "RouteTableId",
            "destination_cidr_block": "DestinationCidrBlock",
            "destination_ipv6_cidr_block": "DestinationIpv6CidrBlock",
            "gateway_id": "GatewayId",
            "nat_gateway_id": "NatGatewayId",
            "vpc_peering_connection_id": "VpcPeeringConnectionId",
            "transit_gateway_id": "TransitGatewayId",
        },
    ),
    "AWS::EC2::SubnetRouteTableAssociation": (
        "aws_route_table_association",
        {"subnet_id": "SubnetId", "route_table_id": "RouteTableId"},
    ),
    "AWS::EC2::FlowLog": ("aws_flow_log", {"vpc_id": "ResourceId", "traffic_type": "TrafficType"}),
    "AWS::EC2::Volume": (
        "aws_ebs_volume",
        {"encrypted": "Encrypted", "size": "Size", "kms_key_id": "KmsKeyId", "availability_zone": "AvailabilityZone"},
    ),
    "AWS::EC2::Instance": (
        "aws_instance",
        {
            "ami": "ImageId",
            "instance_type": "InstanceType",
            "subnet_id": "SubnetId",
            "vpc_security_group_ids": "SecurityGroupIds",
            "iam_instance_profile": "IamInstanceProfile",
            "monitoring": "Monitoring",
            "source_dest_check": "SourceDestCheck",
            "key_name": "KeyName",
        },
    ),
    "AWS::EC2::SecurityGroup": (
        "aws_security_group",
        {"name": "GroupName", "vpc_id": "VpcId", "description": "GroupDescription"},
    ),
}
"""The type that each becomes, and which property each argument is."""
_RULES: Final = {"AWS::EC2::SecurityGroupIngress": "ingress", "AWS::EC2::SecurityGroupEgress": "egress"}
_ACLS: Final = {
    "Private": "private",
    "PublicRead": "public-read",
    "PublicReadWrite": "public-read-write",
    "AuthenticatedRead": "authenticated-read",
    "LogDeliveryWrite": "log-delivery-write",
}


def declared(template: Template, file: str, account: str, region: str) -> Iterator[Declared]:
    """Yield what a template declares; resources of other types under their own names, for they are not looked at."""
    template.computed = lambda name, attribute: _computed(template, name, attribute, account)
    lines = getattr(template.resources, "lines", {})
    for name, resource in template.resources.items():
        exists = template.exists(resource)
        if exists is False:
            continue
        type_ = str(resource.get("Type"))
        written = resource.get("Properties") or {}
        properties = template.value(written)
        line = lines.get(name, 1)
        for terraform, suffix, source, arguments in _pieces(type_, name, properties):
            yield Declared(
                type=terraform,
                address=f"{name}{suffix}",
                values={key: value for key, value in arguments.items() if value is not None},
                file=file,
                line=getattr(written, "lines", {}).get(source, line),
                region=region,
                perhaps=Why(exists.reason, exists.detail) if isinstance(exists, Hole) else None,
            )


def _computed(template: Template, name: str, attribute: str, account: str) -> Value:
    resource = template.resources[name]
    type_ = str(resource.get("Type"))
    terraform, names = _NAMES.get(type_, (type_.replace("::", "_").lower(), {}))
    said = resource.get("Properties") or {}
    return computed(
        terraform, name, attribute, lambda argument: template.value(said.get(names.get(argument, ""))), account
    )


def _pieces(type_: str, name: str, said: Value) -> Iterator[Piece]:
    if isinstance(said, SYMBOLS) or not isinstance(said, dict):
        said = {}
    if type_ in _NAMES:
        terraform, names = _NAMES[type_]
        arguments = {argument: said.get(source) for argument, source in names.items()}
        arguments["tags"] = _tags(said.get("Tags"))
        more = _MORE.get(type_)
        yield terraform, "", "", {**arguments, **(more(said) if more else {})}
        if type_ == "AWS::S3::Bucket":
            yield from _satellites(name, said)
        if type_ in ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"):
            yield from _held(terraform, name, said)
    elif type_ in _RULES:
        yield (
            "aws_security_group_rule",
            "",
            "",
            {**_rule(said), "type": _RULES[type_], "security_group_id": said.get("GroupId")},
        )
    elif type_ == "AWS::S3::BucketPolicy":
        yield (
            "aws_s3_bucket_policy",
            "",
            "PolicyDocument",
            {"bucket": said.get("Bucket"), "policy": _encoded(said.get("PolicyDocument"))},
        )
    elif type_ in ("AWS::IAM::Policy", "AWS::IAM::UserPolicy", "AWS::IAM::RolePolicy", "AWS::IAM::GroupPolicy"):
        yield from _policies(said)
    else:
        yield type_, "", "", {}


def _tags(said: Value) -> Value:
    if isinstance(said, Hole) or said is None:
        return said
    return {str(one.get("Key")): one.get("Value") for one in list_of(said) if isinstance(one, dict)}


def _encoded(document: Value) -> Value:
    return document if document is None or isinstance(document, SYMBOLS) else Encoded(document)


def _group(said: Properties) -> dict[str, Value]:
    egress = said.get("SecurityGroupEgress")
    everything = {"protocol": "-1", "cidr_blocks": ["0.0.0.0/0"]}
    return {
        "ingress": [_rule(one) for one in _each(said.get("SecurityGroupIngress"))],
        "egress": [everything] if egress is None else [_rule(one) for one in _each(egress)],
    }


def _each(value: Value) -> list[Value]:
    return [value] if isinstance(value, SYMBOLS) else list_of(value)


def _rule(said: Value) -> Value:
    if isinstance(said, SYMBOLS):
        return said
    peers = {
        "cidr_blocks": said.get("CidrIp"),
        "ipv6_cidr_blocks": said.get("CidrIpv6"),
        "prefix_list_ids": said.get("SourcePrefixListId") or said.get("DestinationPrefixListId"),
        "security_groups": said.get("SourceSecurityGroupId") or said.get("DestinationSecurityGroupId"),
    }
    return {
        "protocol": said.get("IpProtocol"),
        "from_port": said.get("FromPort"),
        "to_port": said.get("ToPort"),
        "description": said.get("Description"),
        **{name: [peer] for name, peer in peers.items() if peer is not None},
    }


def _instance(said: Properties) -> dict[str, Value]:
    options = said.get("MetadataOptions")
    interfaces = [one for one in list_of(said.get("NetworkInterfaces")) if isinstance(one, dict)]
    first: Properties = interfaces[0] if interfaces else {}
    devices = [one.get("Ebs") for one in list_of(said.get("BlockDeviceMappings")) if isinstance(one, dict)]
    made: dict[str, Value] = {
        "metadata_options": [{"http_tokens": options.get("HttpTokens")}] if isinstance(options, dict) else options,
        "associate_public_ip_address": first.get("AssociatePublicIpAddress"),
        "ebs_block_device": [{"encrypted": one.get("Encrypted")} for one in devices if isinstance(one, dict)],
    }
    if first:
        made |= {"subnet_id": first.get("SubnetId"), "vpc_security_group_ids": first.get("GroupSet")}
    return made


_MORE: Final[dict[str, Callable[[Properties], dict[str, Value]]]] = {
    "AWS::EC2::SecurityGroup": _group,
    "AWS::EC2::Instance": _instance,
    "AWS::IAM::Role": lambda said: {
        "assume_role_policy": _encoded(said.get("AssumeRolePolicyDocument")),
        "permissions_boundary": said.get("PermissionsBoundary"),
    },
    "AWS::IAM::ManagedPolicy": lambda said: {"policy": _encoded(said.get("PolicyDocument"))},
    "AWS::IAM::InstanceProfile": lambda said: {"role": (list_of(said.get("Roles")) or [None])[0]},
}


def _ref(name: str) -> Hole:
    return Hole(f"{name}.id", target=name, attribute="id")


def _satellites(name: str, said: Properties) -> Iterator[Piece]:
    """Yield the aspects of a bucket, which are resources of their own in Terraform."""
    for source, terraform, read in _ASPECTS:
        value = said.get(source)
        if value is not None:
            arguments = {"bucket": _ref(name), **(read(value) if isinstance(value, dict | list | str) else {})}
            yield f"aws_s3_bucket_{terraform}", f".{source}", source, arguments


_SWITCHES: Final = {
    "block_public_acls": "BlockPublicAcls",
    "ignore_public_acls": "IgnorePublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "restrict_public_buckets": "RestrictPublicBuckets",
}


def _encryption(said: Value) -> dict[str, Value]:
    rules = list_of(said.get("ServerSideEncryptionConfiguration"))
    default = (rules[0].get("ServerSideEncryptionByDefault") or {}) if rules and isinstance(rules[0], dict) else {}
    chosen = {"sse_algorithm": default.get("SSEAlgorithm"), "kms_master_key_id": default.get("KMSMasterKeyID")}
    return {"rule": [{"apply_server_side_encryption_by_default": [chosen]}]}


def _lifecycle(said: Value) -> dict[str, Value]:
    rules = [one for one in list_of(said.get("Rules")) if isinstance(one, dict)]
    return {
        "rule": [
            {
                "id": one.get("Id"),
                "status": one.get("Status"),
                "expiration": one.get("ExpirationInDays") or one.get("ExpirationDate"),
                "noncurrent_version_expiration": one.get("NoncurrentVersionExpiration")
                or one.get("NoncurrentVersionExpirationInDays"),
                "abort_incomplete_multipart_upload": one.get("AbortIncompleteMultipartUpload"),
            }
            for one in rules
        ]
    }


_ASPECTS: Final[tuple[tuple[str, str, Callable[[Any], dict[str, Value]]], ...]] = (
    (
        "PublicAccessBlockConfiguration",
        "public_access_block",
        lambda said: {name: said.get(source) for name, source in _SWITCHES.items()},
    ),
    ("AccessControl", "acl", lambda said: {"acl": _ACLS.get(said, "private")}),
    (
        "OwnershipControls",
        "ownership_controls",
        lambda said: {"rule": [{"object_ownership": list_of(said.get("Rules"))[0].get("ObjectOwnership")}]},
    ),
    (
        "VersioningConfiguration",
        "versioning",
        lambda said: {"versioning_configuration": [{"status": said.get("Status")}]},
    ),
    ("BucketEncryption", "server_side_encryption_configuration", _encryption),
    (
        "LoggingConfiguration",
        "logging",
        lambda said: {"target_bucket": said.get("DestinationBucketName"), "target_prefix": said.get("LogFilePrefix")},
    ),
    ("LifecycleConfiguration", "lifecycle_configuration", _lifecycle),
    ("WebsiteConfiguration", "website_configuration", lambda said: {"index_document": said.get("IndexDocument")}),
)


def _held(terraform: str, name: str, said: Properties) -> Iterator[Piece]:
    """Yield the policies that a principal holds."""
    noun = terraform.removeprefix("aws_iam_")
    for number, one in enumerate(_each(said.get("Policies"))):
        policy = one if isinstance(one, dict) else {}
        document = one if isinstance(one, SYMBOLS) else _encoded(policy.get("PolicyDocument"))
        arguments = {noun: _ref(name), "name": policy.get("PolicyName"), "policy": document}
        yield f"{terraform}_policy", f".Policies[{number}]", "Policies", arguments
    for number, arn in enumerate(_each(said.get("ManagedPolicyArns"))):
        suffix = f".ManagedPolicyArns[{number}]"
        yield f"{terraform}_policy_attachment", suffix, "ManagedPolicyArns", {noun: _ref(name), "policy_arn": arn}


def _policies(said: Properties) -> Iterator[Piece]:
    """Yield the inline policy that several principals hold, once for each."""
    for noun in ("user", "group", "role"):
        holders = [*_each(said.get(f"{noun.title()}s")), *_each(said.get(f"{noun.title()}Name"))]
        for number, holder in enumerate(holders):
            arguments = {noun: holder, "name": said.get("PolicyName"), "policy": _encoded(said.get("PolicyDocument"))}
            yield f"aws_iam_{noun}_policy", f".{noun.title()}s[{number}]", "PolicyDocument", arguments
