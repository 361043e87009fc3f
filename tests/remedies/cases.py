"""One fault for each rule with a remedy, with bystanders around it that must stay as they are."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import msgspec

from tests.remedies.sandbox import REGION, Sandbox

OFF = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)


class Case(msgspec.Struct, frozen=True):
    """A rule, its fault, what somebody else does to the same thing, and the services that it touches."""

    rule: str
    seed: Callable[[Sandbox], object]
    meddle: Callable[[Sandbox], object]
    services: tuple[str, ...]
    options: dict[str, Any] = {}
    tidy: Callable[[Sandbox], object] = lambda _: None
    """Clears away what an undo leaves behind, where AWS allows a few of these only."""


CASES: dict[str, Case] = {}


def case(
    rule: str,
    *services: str,
    meddle: Callable[[Sandbox], object],
    tidy: Callable[[Sandbox], object] = lambda _: None,
    **options: Any,
):
    """Declare the case of a rule; the function seeds it."""

    def declare(seed: Callable[[Sandbox], object]) -> Callable[[Sandbox], object]:
        CASES[rule] = Case(rule, seed, meddle, services, {rule: options} if options else {}, tidy)
        return seed

    return declare


def name(box: Sandbox, kind: str) -> str:
    """Return the name of a bucket of the sandbox."""
    return f"{kind}-{box.account}"


# Buckets


def unblock(box: Sandbox, bucket: str) -> None:
    box.client("s3").put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration={**OFF, "BlockPublicAcls": True}
    )


@case(
    "S3-001",
    *("s3", "s3control"),
    meddle=lambda box: box.client("s3").delete_public_access_block(Bucket=name(box, "open")),
)
def bucket_block(box):
    unblock(box, box.bucket("open"))
    box.bucket("neighbour")


@case(
    "S3-002",
    *("s3", "s3control"),
    meddle=lambda box: box.client("s3control").put_public_access_block(
        AccountId=box.account, PublicAccessBlockConfiguration=OFF
    ),
)
def account_block(box):
    unblock(box, box.bucket("open"))


@case(
    "S3-009",
    "s3",
    meddle=lambda box: box.client("s3").put_bucket_encryption(
        Bucket=name(box, "plain"),
        ServerSideEncryptionConfiguration={
            "Rules": [
                {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms:dsse"}, "BucketKeyEnabled": False}
            ]
        },
    ),
)
def encryption(box):
    box.bucket("plain")
    box.client("s3").put_bucket_tagging(Bucket=name(box, "plain"), Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})


@case(
    "S3-010",
    "s3",
    meddle=lambda box: box.client("s3").put_bucket_versioning(
        Bucket=name(box, "fleeting"), VersioningConfiguration={"Status": "Enabled"}
    ),
)
def versioning(box):
    box.bucket("fleeting")
    box.bucket("neighbour")


def log_into(box: Sandbox, bucket: str, target: str, prefix: str) -> None:
    box.client("s3").put_bucket_logging(
        Bucket=bucket,
        BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": prefix}},
    )


@case("S3-013", "s3", meddle=lambda box: log_into(box, name(box, "silent"), name(box, "logs"), "by-somebody-else/"))
def logging(box):
    logs = box.bucket("logs")
    box.client("s3").put_bucket_policy(
        Bucket=logs,
        Policy='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},'
        f'"Action":"s3:PutObject","Resource":"arn:aws:s3:::{logs}/*"}}]}}',
    )
    log_into(box, box.bucket("loud"), logs, "loud/")
    box.bucket("silent")


# Security groups


def tcp(port: int, *cidrs: str, to: int | None = None, **more: Any) -> dict[str, Any]:
    ranges = [{"CidrIp": cidr, **more} for cidr in cidrs]
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": to or port, "IpRanges": ranges}


def group(box: Sandbox, *permissions: dict[str, Any]) -> str:
    """Create a group with these inbound permissions, beside two good ones."""
    ec2 = box.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_security_group(GroupName="app", Description="Application", VpcId=vpc)["GroupId"]
    good = tcp(443, "198.51.100.0/24", "203.0.113.7/32", Description="partners")
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[good, *permissions])
    return made


def app_group(box: Sandbox) -> str:
    rows = box.client("ec2").describe_security_groups(Filters=[{"Name": "group-name", "Values": ["app"]}])
    return rows["SecurityGroups"][0]["GroupId"]


def add_rule(box: Sandbox) -> None:
    box.client("ec2").authorize_security_group_ingress(
        GroupId=app_group(box), IpPermissions=[tcp(8443, "192.0.2.0/24", Description="somebody else")]
    )


@case("VPC-106", meddle=add_rule)
def admin_ports(box):
    group(box, tcp(22, "0.0.0.0/0", "192.0.2.0/24", Description="ssh"))


@case("VPC-107", meddle=add_rule)
def database_ports_of_a_wide_rule(box):
    group(box, tcp(3300, "0.0.0.0/0", to=3400, Description="range"))


@case("VPC-108", meddle=add_rule)
def cleartext_ports(box):
    group(box, tcp(23, "0.0.0.0/1", "128.0.0.0/1", Description="telnet"))


@case("VPC-109", meddle=add_rule)
def risky_ports(box):
    group(box, tcp(8080, "0.0.0.0/0"))


@case("VPC-110", meddle=add_rule)
def all_ports(box):
    group(box, {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "all"}]})


@case("VPC-012", meddle=add_rule)
def wide_range(box):
    group(box, tcp(443, "8.0.0.0/7"))


def reached(box: Sandbox, *permissions: dict[str, Any]) -> None:
    """Let the internet reach an instance by these permissions: a public address, a route, an internet gateway."""
    ec2 = box.client("ec2")
    made = group(box, *permissions)
    vpc = ec2.describe_security_groups(GroupIds=[made])["SecurityGroups"][0]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"][0]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    nic = {"DeviceIndex": 0, "SubnetId": subnet, "Groups": [made], "AssociatePublicIpAddress": True}
    ec2.run_instances(ImageId=image(box), MinCount=1, MaxCount=1, InstanceType="t3.micro", NetworkInterfaces=[nic])


case("VPC-101", meddle=add_rule)(lambda box: reached(box, tcp(22, "0.0.0.0/0", "192.0.2.0/24")))
case("VPC-102", meddle=add_rule)(lambda box: reached(box, tcp(3300, "0.0.0.0/0", to=3400)))
case("VPC-103", meddle=add_rule)(lambda box: reached(box, tcp(23, "0.0.0.0/0")))
case("VPC-104", meddle=add_rule)(lambda box: reached(box, tcp(0, "0.0.0.0/0", to=65535)))


def default_groups(box: Sandbox) -> list[dict[str, Any]]:
    rows = box.client("ec2").describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])
    return rows["SecurityGroups"]


@case(
    "VPC-008",
    meddle=lambda box: box.client("ec2").authorize_security_group_ingress(
        GroupId=default_groups(box)[0]["GroupId"], IpPermissions=[tcp(8443, "192.0.2.0/24")]
    ),
)
def default_group(box):
    group(box)


# Passwords


def weak_policy(box: Sandbox, **more: Any) -> None:
    box.client("iam").update_account_password_policy(
        **{
            "MinimumPasswordLength": 10,
            "RequireNumbers": True,
            "AllowUsersToChangePassword": True,
            "MaxPasswordAge": 90,
            **more,
        }
    )


for _rule in ("IAM-014", "IAM-047", "IAM-048"):
    case(_rule, "iam", meddle=lambda box: weak_policy(box, MinimumPasswordLength=11))(weak_policy)


# Instances, snapshots, images


def image(box: Sandbox) -> str:
    return box.client("ec2").register_image(Name="base", RootDeviceName="/dev/sda1", Architecture="x86_64")["ImageId"]


def instance(box: Sandbox) -> str:
    made = box.client("ec2").run_instances(ImageId=image(box), MinCount=1, MaxCount=1, InstanceType="t3.micro")
    native_id: str = made["Instances"][0]["InstanceId"]
    return native_id


def the_instance(box: Sandbox) -> str:
    native_id: str = box.client("ec2").describe_instances()["Reservations"][0]["Instances"][0]["InstanceId"]
    return native_id


def metadata(box: Sandbox, **options: Any) -> None:
    box.client("ec2").modify_instance_metadata_options(InstanceId=the_instance(box), **options)


@case("EC2-001", meddle=lambda box: metadata(box, HttpPutResponseHopLimit=1))
def imdsv1(box):
    instance(box)
    metadata(box, HttpTokens="optional", HttpEndpoint="enabled", HttpPutResponseHopLimit=2)


@case("EC2-003", meddle=lambda box: metadata(box, HttpPutResponseHopLimit=9))
def hops(box):
    instance(box)
    metadata(box, HttpTokens="required", HttpEndpoint="enabled", HttpPutResponseHopLimit=5)


@case("EC2-018", meddle=lambda box: box.client("ec2").monitor_instances(InstanceIds=[the_instance(box)]))
def basic_monitoring(box):
    instance(box)


def share_snapshot(box: Sandbox, **more: Any) -> None:
    (made,) = box.client("ec2").describe_snapshots(OwnerIds=["self"])["Snapshots"]
    box.client("ec2").modify_snapshot_attribute(
        SnapshotId=made["SnapshotId"], Attribute="createVolumePermission", OperationType="add", **more
    )


@case("EC2-007", meddle=lambda box: share_snapshot(box, UserIds=["999999999998"]))
def public_snapshot(box):
    ec2 = box.client("ec2")
    volume = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1)["VolumeId"]
    ec2.create_snapshot(VolumeId=volume)
    share_snapshot(box, UserIds=["999999999999"])
    share_snapshot(box, GroupNames=["all"])


def share_image(box: Sandbox, **permission: Any) -> None:
    (made,) = box.client("ec2").describe_images(Owners=["self"])["Images"]
    box.client("ec2").modify_image_attribute(ImageId=made["ImageId"], LaunchPermission={"Add": [permission]})


@case("EC2-009", meddle=lambda box: share_image(box, UserId="999999999998"))
def public_image(box):
    image(box)
    share_image(box, UserId="999999999999")
    share_image(box, Group="all")


# Settings of a region


@case("EC2-002", meddle=lambda box: box.client("ec2").modify_instance_metadata_defaults(HttpPutResponseHopLimit=2))
def metadata_defaults(box):
    box.client("ec2").modify_instance_metadata_defaults(HttpEndpoint="enabled")


@case("EC2-004", meddle=lambda box: box.client("ec2").enable_ebs_encryption_by_default())
def ebs_default(box):
    box.client("ec2").disable_ebs_encryption_by_default()


@case("EC2-008", meddle=lambda box: box.client("ec2").disable_snapshot_block_public_access())
def snapshot_block(box):
    box.client("ec2").enable_snapshot_block_public_access(State="block-new-sharing")


@case(
    "EC2-010",
    meddle=lambda box: box.client("ec2").enable_image_block_public_access(
        ImageBlockPublicAccessState="block-new-sharing"
    ),
)
def image_block(box):
    box.client("ec2").disable_image_block_public_access()


@case("EC2-022", meddle=lambda box: box.client("ec2").disable_serial_console_access())
def serial_console(box):
    box.client("ec2").enable_serial_console_access()


# Networks


@case(
    "VPC-020",
    meddle=lambda box: box.client("ec2").modify_subnet_attribute(
        SubnetId=box.client("ec2").describe_subnets(Filters=[{"Name": "tag:for", "Values": ["case"]}])["Subnets"][0][
            "SubnetId"
        ],
        MapPublicIpOnLaunch={"Value": False},
    ),
)
def public_subnet(box):
    ec2 = box.client("ec2")
    for row in ec2.describe_subnets()["Subnets"]:
        ec2.modify_subnet_attribute(SubnetId=row["SubnetId"], MapPublicIpOnLaunch={"Value": False})
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    tags = [{"ResourceType": "subnet", "Tags": [{"Key": "for", "Value": "case"}]}]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", TagSpecifications=tags)["Subnet"]["SubnetId"]
    ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})


def flow_log(box: Sandbox, vpc: str, kind: str = "ALL") -> None:
    box.client("ec2").create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType=kind,
        LogDestinationType="s3",
        LogDestination=f"arn:aws:s3:::{name(box, 'flows')}",
    )


@case(
    "VPC-018",
    meddle=lambda box: flow_log(
        box,
        box.client("ec2").describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.9.0.0/16"]}])["Vpcs"][0]["VpcId"],
        "ACCEPT",
    ),
)
def unrecorded(box):
    box.bucket("flows")
    ec2 = box.client("ec2")
    for row in ec2.describe_vpcs()["Vpcs"]:
        flow_log(box, row["VpcId"])
    ec2.create_vpc(CidrBlock="10.9.0.0/16")
    ec2.create_vpc(CidrBlock="10.8.0.0/16")


def endpoint_service(box: Sandbox) -> str:
    native_id: str = box.client("ec2").describe_vpc_endpoint_service_configurations()["ServiceConfigurations"][0][
        "ServiceId"
    ]
    return native_id


@case(
    "VPC-029",
    meddle=lambda box: box.client("ec2").modify_vpc_endpoint_service_permissions(
        ServiceId=endpoint_service(box), AddAllowedPrincipals=["arn:aws:iam::999999999998:root"]
    ),
)
def open_endpoint_service(box):
    ec2 = box.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    balancer = box.client("elbv2").create_load_balancer(Name="nlb", Type="network", Subnets=[subnet], Scheme="internal")
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    made = ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[arn], AcceptanceRequired=False)
    ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=made["ServiceConfiguration"]["ServiceId"],
        AddAllowedPrincipals=["*", "arn:aws:iam::999999999999:root"],
    )


def transit_gateway(box: Sandbox) -> str:
    native_id: str = box.client("ec2").describe_transit_gateways()["TransitGateways"][0]["TransitGatewayId"]
    return native_id


@case(
    "VPC-033",
    meddle=lambda box: box.client("ec2").modify_transit_gateway(
        TransitGatewayId=transit_gateway(box), Options={"DnsSupport": "disable"}
    ),
)
def open_transit_gateway(box):
    box.client("ec2").create_transit_gateway(
        Options={"AutoAcceptSharedAttachments": "enable", "DnsSupport": "enable", "VpnEcmpSupport": "enable"}
    )


# What watches


def trail(box: Sandbox, **more: Any) -> None:
    bucket = box.bucket("trail")
    box.client("cloudtrail").create_trail(Name="main", S3BucketName=bucket, S3KeyPrefix="a", **more)
    box.client("cloudtrail").start_logging(Name="main")


def update_trail(box: Sandbox, **more: Any) -> None:
    box.client("cloudtrail").update_trail(Name="main", **more)


@case("CLOUDTRAIL-001", "cloudtrail", meddle=lambda box: update_trail(box, S3KeyPrefix="b"))
def narrow_trail(box):
    trail(box, IsMultiRegionTrail=False, EnableLogFileValidation=True)


@case("CLOUDTRAIL-002", "cloudtrail", meddle=lambda box: update_trail(box, S3KeyPrefix="b"))
def unvalidated_trail(box):
    trail(box, IsMultiRegionTrail=True)


@case("CLOUDTRAIL-005", "cloudtrail", meddle=lambda box: box.client("cloudtrail").start_logging(Name="main"))
def stopped_trail(box):
    trail(box, IsMultiRegionTrail=True, EnableLogFileValidation=True)
    box.client("cloudtrail").stop_logging(Name="main")


@case("GUARDDUTY-001", "guardduty", meddle=lambda box: box.client("guardduty").create_detector(Enable=False))
def no_detector(box):
    pass


def inspect(kind: str) -> Callable[[Sandbox], object]:
    return lambda box: box.client("inspector2").enable(resourceTypes=[kind])


case("INSPECTOR-001", "inspector2", meddle=inspect("ECR"))(inspect("LAMBDA"))
case("INSPECTOR-002", "inspector2", meddle=inspect("EC2"))(inspect("LAMBDA"))
case("INSPECTOR-003", "inspector2", meddle=inspect("ECR"))(inspect("EC2"))
case("INSPECTOR-004", "inspector2", meddle=inspect("ECR"))(inspect("LAMBDA"))


@case(
    "ANALYZER-001",
    "accessanalyzer",
    meddle=lambda box: box.client("accessanalyzer").create_analyzer(analyzerName="other", type="ACCOUNT"),
)
def no_analyzer(box):
    pass


def key(box: Sandbox, **more: Any) -> str:
    native_id: str = box.client("kms").create_key(Description="case", **more)["KeyMetadata"]["KeyId"]
    return native_id


def the_key(box: Sandbox) -> str:
    native_id: str = box.client("kms").list_keys()["Keys"][0]["KeyId"]
    return native_id


@case("KMS-003", "kms", meddle=lambda box: box.client("kms").enable_key_rotation(KeyId=the_key(box)))
def still_key(box):
    key(box)


@case("KMS-004", "kms", meddle=lambda box: box.client("kms").cancel_key_deletion(KeyId=the_key(box)))
def dying_key(box):
    box.client("kms").schedule_key_deletion(KeyId=key(box), PendingWindowInDays=30)


# Policies


def allow(principal: Any, action: Any, resource: Any, sid: str, **more: Any) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": principal,
        "Action": action,
        "Resource": resource,
        **more,
    }


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def partner(action: str, resource: str) -> dict[str, Any]:
    return allow({"AWS": "arn:aws:iam::999999999999:root"}, action, resource, "Partner")


def organization(action: str, resource: str) -> dict[str, Any]:
    limited = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    return allow("*", action, resource, "OwnOrganization", Condition=limited)


def open_bucket(box: Sandbox, action: str, below: str = "/*") -> None:
    bucket = box.bucket("open")
    arn = f"arn:aws:s3:::{bucket}"
    box.client("s3").delete_public_access_block(Bucket=bucket)
    box.client("s3").put_bucket_policy(
        Bucket=bucket,
        Policy=policy(
            partner("s3:GetObject", f"{arn}/*"),
            organization("s3:GetObject", f"{arn}/*"),
            allow("*", action, f"{arn}{below}", "Everyone"),
        ),
    )


def change_policy(box: Sandbox) -> None:
    arn = f"arn:aws:s3:::{name(box, 'open')}"
    box.client("s3").put_bucket_policy(
        Bucket=name(box, "open"),
        Policy=policy(partner("s3:*", f"{arn}/*"), allow("*", "s3:GetObject", f"{arn}/*", "All")),
    )


case("S3-023", "s3", meddle=change_policy)(lambda box: open_bucket(box, "s3:GetObject"))
case("S3-024", "s3", meddle=change_policy)(lambda box: open_bucket(box, "s3:ListBucket", ""))


@case("S3-025", "s3", meddle=lambda box: box.client("s3").put_bucket_acl(Bucket=name(box, "open"), ACL="private"))
def writable_by_acl(box):
    bucket = box.bucket("open", ObjectOwnership="ObjectWriter")
    box.client("s3").delete_public_access_block(Bucket=bucket)
    grant(box, bucket, ("http://acs.amazonaws.com/groups/global/AllUsers", "WRITE"))


def grant(box: Sandbox, bucket: str, *grants: tuple[str, str]) -> None:
    """Let groups do something with a bucket by its ACL, beside its owner and the delivery of logs."""
    told = box.client("s3").get_bucket_acl(Bucket=bucket)
    logs = ("http://acs.amazonaws.com/groups/s3/LogDelivery", "WRITE")
    rows = [{"Grantee": {"Type": "Group", "URI": uri}, "Permission": what} for uri, what in (logs, *grants)]
    lists = {"Owner": told["Owner"], "Grants": [*told["Grants"], *rows]}
    box.client("s3").put_bucket_acl(Bucket=bucket, AccessControlPolicy=lists)


@case("S3-008", "s3", meddle=change_policy)
def without_tls(box):
    bucket = box.bucket("open")
    box.client("s3").delete_public_access_block(Bucket=bucket)
    box.client("s3").put_bucket_policy(
        Bucket=bucket, Policy=policy(partner("s3:GetObject", f"arn:aws:s3:::{bucket}/*"))
    )


@case(
    "S3-007",
    "s3",
    meddle=lambda box: box.client("s3").put_bucket_ownership_controls(
        Bucket=name(box, "shared"), OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    ),
)
def acls(box):
    bucket = box.bucket("shared", ObjectOwnership="ObjectWriter")
    grant(box, bucket)


def queue_arn(box: Sandbox) -> str:
    return f"arn:aws:sqs:{REGION}:{box.account}:inbox"


def set_queue(box: Sandbox, *statements: dict[str, Any]) -> None:
    url = box.client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
    box.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(*statements)})


@case("SQS-001", "sqs", meddle=lambda box: set_queue(box, partner("sqs:*", queue_arn(box))))
def open_queue(box):
    arn = queue_arn(box)
    set_queue(box, partner("sqs:SendMessage", arn), allow("*", "sqs:SendMessage", arn, "Everyone"))


def topic_arn(box: Sandbox) -> str:
    return f"arn:aws:sns:{REGION}:{box.account}:news"


def set_topic(box: Sandbox, *statements: dict[str, Any]) -> None:
    arn = box.client("sns").create_topic(Name="news")["TopicArn"]
    box.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy(*statements))


@case("SNS-001", "sns", meddle=lambda box: set_topic(box, partner("sns:Subscribe", topic_arn(box))))
def open_topic(box):
    arn = topic_arn(box)
    set_topic(box, partner("sns:Publish", arn), allow("*", "sns:Publish", arn, "Everyone"))


def own_key(box: Sandbox) -> dict[str, Any]:
    return allow({"AWS": f"arn:aws:iam::{box.account}:root"}, "kms:*", "*", "Own")


@case(
    "KMS-001",
    "kms",
    meddle=lambda box: box.client("kms").put_key_policy(
        KeyId=the_key(box), PolicyName="default", Policy=policy(own_key(box))
    ),
)
def open_key(box):
    key(box, Policy=policy(own_key(box), allow("*", "kms:Decrypt", "*", "Everyone")))


def set_secret(box: Sandbox, *statements: dict[str, Any]) -> None:
    box.client("secretsmanager").put_resource_policy(SecretId="db", ResourcePolicy=policy(*statements))


@case(
    "SECRETSMANAGER-001",
    "secretsmanager",
    meddle=lambda box: set_secret(box, partner("secretsmanager:DescribeSecret", "*")),
)
def open_secret(box):
    box.client("secretsmanager").create_secret(Name="db", SecretString="not-a-secret")
    action = "secretsmanager:GetSecretValue"
    set_secret(box, partner(action, "*"), allow("*", action, "*", "Everyone"))


def without_resource(statement: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in statement.items() if key != "Resource"}


def set_repository(box: Sandbox, *statements: dict[str, Any]) -> None:
    text = policy(*map(without_resource, statements))
    box.client("ecr").set_repository_policy(repositoryName="app", policyText=text)


@case("ECR-001", "ecr", meddle=lambda box: set_repository(box, partner("ecr:BatchGetImage", "")))
def open_repository(box):
    box.client("ecr").create_repository(repositoryName="app")
    action = "ecr:GetDownloadUrlForLayer"
    set_repository(box, partner(action, ""), allow("*", action, "", "Everyone"))


def permit(box: Sandbox, sid: str, principal: str, **more: Any) -> None:
    box.client("lambda").add_permission(
        FunctionName="job", StatementId=sid, Action="lambda:InvokeFunction", Principal=principal, **more
    )


@case("LAMBDA-001", "lambda", meddle=lambda box: permit(box, "new", "events.amazonaws.com"))
def open_function(box):
    role(box, policy(trusting({"Service": "lambda.amazonaws.com"})))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", "def handler(event, context):\n    return None\n")
    box.client("lambda").create_function(
        FunctionName="job",
        Runtime="python3.12",
        Handler="index.handler",
        Role=f"arn:aws:iam::{box.account}:role/job",
        Code={"ZipFile": archive.getvalue()},
    )
    permit(box, "trigger", "s3.amazonaws.com", SourceArn="arn:aws:s3:::b", SourceAccount=box.account)
    permit(box, "everyone", "*")


# Identities


def trusting(principal: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}


def role(box: Sandbox, trust: str) -> None:
    box.client("iam").create_role(RoleName="job", AssumeRolePolicyDocument=trust)


OWN_SERVICE = trusting({"Service": "ec2.amazonaws.com"})


@case(
    "IAM-037",
    "iam",
    meddle=lambda box: box.client("iam").update_assume_role_policy(RoleName="job", PolicyDocument=policy(OWN_SERVICE)),
)
def open_role(box):
    role(box, policy(OWN_SERVICE, trusting({"AWS": "*"})))


EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*", "Sid": "Everything"}
SOMETHING = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b", "Sid": "Something"}


@case(
    "IAM-021",
    "iam",
    meddle=lambda box: box.client("iam").put_user_policy(
        UserName="ann", PolicyName="all", PolicyDocument=policy(EVERYTHING, SOMETHING)
    ),
)
def inline_everything(box):
    iam = box.client("iam")
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="all", PolicyDocument=policy(EVERYTHING))
    iam.put_user_policy(UserName="ann", PolicyName="some", PolicyDocument=policy(SOMETHING))


def wide_policy(box: Sandbox, wide: dict[str, Any]) -> None:
    iam = box.client("iam")
    arn = iam.create_policy(PolicyName="wide", PolicyDocument=policy(SOMETHING, wide))["Policy"]["Arn"]
    iam.create_user(UserName="ann")
    iam.attach_user_policy(UserName="ann", PolicyArn=arn)


def new_version(box: Sandbox) -> None:
    box.client("iam").create_policy_version(
        PolicyArn=f"arn:aws:iam::{box.account}:policy/wide", PolicyDocument=policy(EVERYTHING), SetAsDefault=True
    )


def forget_versions(box: Sandbox) -> None:
    iam, arn = box.client("iam"), f"arn:aws:iam::{box.account}:policy/wide"
    for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])


case("IAM-020", "iam", meddle=new_version, tidy=forget_versions)(lambda box: wide_policy(box, EVERYTHING))
case("IAM-030", "iam", meddle=new_version, tidy=forget_versions)(
    lambda box: wide_policy(box, {**EVERYTHING, "Action": "kms:*"})
)
case("IAM-031", "iam", meddle=new_version, tidy=forget_versions)(
    lambda box: wide_policy(box, {**EVERYTHING, "Action": "cloudtrail:*"})
)


def holder(box: Sandbox, policy_name: str) -> None:
    """Attach a policy that goes by the name of one which AWS manages, beside another, to a user."""
    iam = box.client("iam")
    iam.create_user(UserName="ann")
    own = iam.create_policy(PolicyName="own", PolicyDocument=policy(SOMETHING))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="ann", PolicyArn=own)
    iam.attach_user_policy(UserName="ann", PolicyArn=f"arn:aws:iam::aws:policy/{policy_name}")


def detach_own(box: Sandbox) -> None:
    box.client("iam").detach_user_policy(UserName="ann", PolicyArn=f"arn:aws:iam::{box.account}:policy/own")


case("IAM-024", "iam", meddle=detach_own)(lambda box: holder(box, "IAMFullAccess"))
case("IAM-025", "iam", meddle=detach_own)(lambda box: holder(box, "AWSCloudShellFullAccess"))


@case("IAM-016", "iam", meddle=detach_own)
def held_twice(box):
    iam = box.client("iam")
    iam.create_user(UserName="ann")
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(UserName="ann", GroupName="readers")
    own = iam.create_policy(PolicyName="own", PolicyDocument=policy(SOMETHING))["Policy"]["Arn"]
    iam.attach_group_policy(GroupName="readers", PolicyArn=own)
    iam.attach_user_policy(UserName="ann", PolicyArn=own)


def user_with_key(box: Sandbox) -> None:
    box.client("iam").create_user(UserName="ann")
    box.client("iam").create_access_key(UserName="ann")


@case(
    "IAM-009",
    "iam",
    meddle=lambda box: box.client("iam").create_access_key(UserName="ann"),
    days=-1,
)
def unused_key(box):
    user_with_key(box)


@case("IAM-012", "iam", meddle=lambda box: box.client("iam").create_access_key(UserName="ann"))
def initial_key(box):
    user_with_key(box)
    box.client("iam").create_login_profile(UserName="ann", Password="Not-a-secret-1")
