"""One fault for each rule with a remedy, with bystanders around it that must stay as they are."""

from collections.abc import Callable
from typing import Any

import msgspec

from tests.remedies.sandbox import Sandbox

OFF = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)


class Case(msgspec.Struct, frozen=True):
    """A rule, its fault, what somebody else does to the same thing, and the services that it touches."""

    rule: str
    seed: Callable[[Sandbox], None]
    meddle: Callable[[Sandbox], object]
    services: tuple[str, ...]
    options: dict[str, Any] = {}


CASES: dict[str, Case] = {}


def case(rule: str, *services: str, meddle: Callable[[Sandbox], object], **options: Any):
    """Declare the case of a rule; the function seeds it."""

    def declare(seed: Callable[[Sandbox], None]) -> Callable[[Sandbox], None]:
        CASES[rule] = Case(rule, seed, meddle, services, {rule: options} if options else {})
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


@case("VPC-001", meddle=add_rule)
def admin_ports(box):
    group(box, tcp(22, "0.0.0.0/0", "192.0.2.0/24", Description="ssh"))


@case("VPC-002", meddle=add_rule)
def database_ports_of_a_wide_rule(box):
    group(box, tcp(3300, "0.0.0.0/0", to=3400, Description="range"))


@case("VPC-003", meddle=add_rule)
def cleartext_ports(box):
    group(box, tcp(23, "0.0.0.0/1", "128.0.0.0/1", Description="telnet"))


@case("VPC-004", meddle=add_rule)
def risky_ports(box):
    group(box, tcp(8080, "0.0.0.0/0"))


@case("VPC-005", meddle=add_rule)
def all_ports(box):
    group(box, {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "all"}]})


@case("VPC-006", meddle=add_rule)
def unapproved_ports(box):
    group(box, tcp(12345, "0.0.0.0/0"))


@case("VPC-012", meddle=add_rule)
def wide_range(box):
    group(box, tcp(443, "8.0.0.0/7"))


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
