"""Attributes that AWS or the provider computes, as far as the arguments already tell them.

A name that identifies a resource is its `id`; an ARN follows from account and name. Source: the provider's attribute
references, and the Service Authorization Reference for the forms of ARNs.
"""

from collections.abc import Callable
from typing import Final

from scanner.iac.values import Hole, Value, join_texts
from scanner.model.maybe import Reason

Get = Callable[[str], Value]

NAMED_BY: Final = {
    "aws_iam_group": "name",
    "aws_iam_instance_profile": "name",
    "aws_iam_role": "name",
    "aws_iam_user": "name",
    "aws_kms_alias": "name",
    "aws_s3_bucket": "bucket",
    "aws_s3_account_public_access_block": "account_id",
}
"""Types whose `id` is the value of an argument."""

_IAM: Final = {
    "aws_iam_group": "group",
    "aws_iam_instance_profile": "instance-profile",
    "aws_iam_policy": "policy",
    "aws_iam_role": "role",
    "aws_iam_user": "user",
}

_RESOURCES: Final = {
    "aws_cloudwatch_log_group": "log-group:",
    "aws_codebuild_project": "project/",
    "aws_db_instance": "db:",
    "aws_dynamodb_table": "table/",
    "aws_ecr_repository": "repository/",
    "aws_ecs_cluster": "cluster/",
    "aws_efs_file_system": "file-system/",
    "aws_instance": "instance/",
    "aws_kinesis_firehose_delivery_stream": "deliverystream/",
    "aws_kinesis_stream": "stream/",
    "aws_kms_alias": "alias/",
    "aws_kms_key": "key/",
    "aws_lambda_function": "function:",
    "aws_rds_cluster": "cluster:",
    "aws_secretsmanager_secret": "secret:",
    "aws_security_group": "security-group/",
    "aws_sfn_state_machine": "stateMachine:",
    "aws_ssm_parameter": "parameter/",
    "aws_subnet": "subnet/",
    "aws_vpc": "vpc/",
}
"""What stands before the id in the ARNs of these types (Service Authorization Reference)."""
_SERVICES: Final = {
    "efs": "elasticfilesystem",
    "cloudwatch": "logs",
    "db": "rds",
    "eip": "ec2",
    "instance": "ec2",
    "lb": "elasticloadbalancing",
    "alb": "elasticloadbalancing",
    "security": "ec2",
    "subnet": "ec2",
    "vpc": "ec2",
    "sfn": "states",
}
"""Services in ARNs by the second word of a type, where that is another word."""


def computed(type_: str, address: str, attribute: str, get: Get, account: str) -> Value:
    """Return an attribute that no argument sets; `get` gives the resource's arguments."""
    if attribute == "tags_all":
        return get("tags")
    if attribute in ("id", "bucket") and type_.startswith("aws_s3_bucket_"):
        return get("bucket")
    if attribute in ("id", "name") and type_ in NAMED_BY:
        name = get(NAMED_BY[type_])
        if isinstance(name, str) and name:
            return name
    if attribute == "arn" or (attribute == "id" and type_ == "aws_iam_policy"):
        arn = arn_for(type_, get, account)
        if arn is not None:
            return arn
    return after_apply(type_, address, attribute, account)


def after_apply(type_: str, address: str, attribute: str, account: str) -> Hole:
    """Return the symbol of an attribute that is known after apply."""
    reference = f"{address}.{attribute}"
    text = _standing(type_, address, attribute, account)
    return Hole(reference, Reason.KNOWN_AFTER_APPLY, f"{reference} is known after apply", address, attribute, text)


def _standing(type_: str, address: str, attribute: str, account: str) -> str:
    """Return the text that stands for an attribute: an ARN of its form, which names the address."""
    if attribute != "arn":
        return address if attribute == "id" else ""
    if type_ == "aws_s3_bucket":
        return f"arn:aws:s3:::{address}"
    if type_ in _IAM:
        return f"arn:aws:iam::{account}:{_IAM[type_]}/{address}"
    service = "firehose" if "firehose" in type_ else type_.split("_")[1]
    resource = _RESOURCES.get(type_, "")
    return f"arn:aws:{_SERVICES.get(service, service)}:us-east-1:{account}:{resource}{address}"


def arn_for(type_: str, get: Get, account: str) -> Value:
    """Return the ARN that follows from the arguments, or None if it does not."""
    if type_ == "aws_s3_bucket":
        name = get("bucket")
        return f"arn:aws:s3:::{name}" if isinstance(name, str) and name else None
    if type_ in _IAM:
        name, path = get("name"), get("path")
        if isinstance(name, str) and name and not isinstance(path, Hole):
            return join_texts([f"arn:aws:iam::{account}:{_IAM[type_]}", path or "/", name])
    return None


def data_attribute(type_: str, attribute: str, get: Get, account: str, region: str) -> Value:
    """Return an attribute of a data source that needs no AWS to tell, or None."""
    known: dict[tuple[str, str], Value] = {
        ("aws_caller_identity", "account_id"): account,
        ("aws_caller_identity", "id"): account,
        ("aws_partition", "partition"): "aws",
        ("aws_partition", "id"): "aws",
        ("aws_partition", "dns_suffix"): "amazonaws.com",
    }
    if (type_, attribute) in known:
        return known[(type_, attribute)]
    if type_ == "aws_region" and attribute in ("name", "id", "region") and region:
        return region
    if type_ == "aws_iam_policy" and attribute in ("arn", "id"):
        return get("arn")
    return None


_ARBITRARY: Final = (
    "aws_ssm_parameter",
    "aws_secretsmanager_secret_version",
    "aws_availability_zones",
    "aws_ip_ranges",
)
"""Data sources whose attributes may be anything, rather than one thing's name."""


def data_hole(type_: str, address: str, attribute: str, account: str) -> Hole:
    """Return the symbol of a data source's attribute, which only a plan can tell."""
    reference = f"{address}.{attribute}"
    concrete = type_.startswith("aws_") and type_ not in _ARBITRARY
    detail = (
        f"{reference} is read from AWS when a plan is made" if concrete else f"{reference} is read when a plan is made"
    )
    text = _standing(type_, address, attribute, account)
    return Hole(reference, Reason.UNRESOLVED, detail, address if concrete else "", attribute, text)
