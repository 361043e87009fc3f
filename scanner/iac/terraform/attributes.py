"""Attributes that AWS or the provider computes, as far as the arguments already tell them.

A name that identifies a resource is its `id`; an ARN follows from account and name. Source: the provider's attribute
references, and the Service Authorization Reference for the forms of ARNs.
"""

from collections.abc import Callable
from typing import Final

from scanner.iac.values import Hole, Template, Value, first_hole, join_texts
from scanner.model.maybe import Reason

Get = Callable[[str], Value]

STAND_IN_REGION: Final = "us-east-1"
"""Stands in ARNs for the region where nothing tells it."""

NAMED_BY: Final = {
    "aws_iam_group": "name",
    "aws_iam_instance_profile": "name",
    "aws_iam_role": "name",
    "aws_iam_user": "name",
    "aws_kms_alias": "name",
    "aws_s3_bucket": "bucket",
    "aws_s3_account_public_access_block": "account_id",
    "aws_lambda_function": "function_name",
    "aws_ecr_repository": "name",
    "aws_ecrpublic_repository": "repository_name",
    "aws_cloudwatch_event_bus": "name",
    "aws_backup_vault": "name",
    "aws_autoscaling_group": "name",
    "aws_launch_configuration": "name",
    "aws_elb": "name",
    "aws_accessanalyzer_analyzer": "analyzer_name",
    "aws_codebuild_project": "name",
    "aws_glue_job": "name",
    "aws_glue_dev_endpoint": "name",
    "aws_ecs_task_definition": "family",
    "aws_sagemaker_notebook_instance": "name",
    "aws_cloudtrail": "name",
    "aws_config_configuration_recorder": "name",
    "aws_config_delivery_channel": "name",
    "aws_dms_replication_instance": "replication_instance_id",
    "aws_docdb_cluster": "cluster_identifier",
    "aws_docdb_cluster_instance": "identifier",
    "aws_eks_cluster": "name",
    "aws_elasticache_cluster": "cluster_id",
    "aws_elasticache_replication_group": "replication_group_id",
    "aws_neptune_cluster": "cluster_identifier",
    "aws_neptune_cluster_instance": "identifier",
    "aws_rds_cluster": "cluster_identifier",
    "aws_rds_cluster_instance": "identifier",
    "aws_redshift_cluster": "cluster_identifier",
    "aws_redshift_subnet_group": "name",
    **{f"aws_{word}_subnet_group": "name" for word in ("db", "docdb", "neptune", "elasticache", "memorydb", "dax")},
    "aws_dms_replication_subnet_group": "replication_subnet_group_id",
    "aws_redshiftserverless_workgroup": "workgroup_name",
}
"""Types whose `id` is the value of an argument."""

KNOWN_BY: Final = {
    "aws_s3_access_point": "name",
    "aws_cloudtrail": "name",
    "aws_db_instance": "identifier",
    "aws_sqs_queue": "name",
    "aws_sns_topic": "name",
    "aws_opensearch_domain": "domain_name",
    "aws_elasticsearch_domain": "domain_name",
    "aws_batch_job_queue": "name",
    **{f"aws_bedrockagentcore_{word}": f"{word}_id" for word in ("agent_runtime", "browser", "code_interpreter")},
    "aws_codebuild_project": "name",
    "aws_codedeploy_app": "name",
    "aws_ecs_cluster": "name",
    "aws_lambda_function_url": "function_url",
    "aws_sfn_state_machine": "name",
}
"""Types that AWS lists by another name than the provider's `id`."""

_IAM: Final = {
    "aws_iam_group": "group",
    "aws_iam_instance_profile": "instance-profile",
    "aws_iam_policy": "policy",
    "aws_iam_role": "role",
    "aws_iam_user": "user",
}

ARNS: Final = {
    "aws_apprunner_service": "apprunner service/ service_name",
    "aws_backup_vault": "backup backup-vault: name",
    "aws_batch_job_definition": "batch job-definition/ name",
    "aws_batch_job_queue": "batch job-queue/ name",
    "aws_bedrockagentcore_agent_runtime": "bedrock-agentcore runtime/",
    "aws_bedrockagentcore_browser": "bedrock-agentcore browser-custom/",
    "aws_bedrockagentcore_code_interpreter": "bedrock-agentcore code-interpreter-custom/",
    "aws_cloudtrail": "cloudtrail trail/ name",
    "aws_cloudwatch_event_bus": "events event-bus/ name",
    "aws_cloudwatch_log_group": "logs log-group: name",
    "aws_codebuild_project": "codebuild project/ name",
    "aws_codedeploy_app": "codedeploy application: name",
    "aws_cognito_identity_pool": "cognito-identity identitypool/",
    "aws_cognito_user_pool": "cognito-idp userpool/",
    "aws_datapipeline_pipeline": "datapipeline pipeline/",
    "aws_db_instance": "rds db: identifier",
    "aws_dynamodb_table": "dynamodb table/ name",
    "aws_ecr_repository": "ecr repository/ name",
    "aws_ecs_cluster": "ecs cluster/ name",
    "aws_ecs_service": "ecs service/ name",
    "aws_ecs_task_definition": "ecs task-definition/ family",
    "aws_efs_file_system": "elasticfilesystem file-system/",
    "aws_eip": "ec2 elastic-ip/",
    "aws_eks_cluster": "eks cluster/ name",
    "aws_elasticsearch_domain": "es domain/ domain_name",
    "aws_instance": "ec2 instance/",
    "aws_kinesis_firehose_delivery_stream": "firehose deliverystream/ name",
    "aws_kinesis_stream": "kinesis stream/ name",
    "aws_kms_alias": "kms alias/",
    "aws_kms_key": "kms key/",
    "aws_kms_external_key": "kms key/",
    "aws_kms_replica_key": "kms key/",
    "aws_lambda_function": "lambda function: function_name",
    "aws_opensearch_domain": "es domain/ domain_name",
    "aws_rds_cluster": "rds cluster: cluster_identifier",
    "aws_rds_cluster_instance": "rds db: identifier",
    "aws_redshift_cluster": "redshift cluster: cluster_identifier",
    "aws_s3_access_point": "s3 accesspoint/ name",
    "aws_sagemaker_domain": "sagemaker domain/",
    "aws_sagemaker_notebook_instance": "sagemaker notebook-instance/ name",
    "aws_secretsmanager_secret": "secretsmanager secret:",
    "aws_security_group": "ec2 security-group/",
    "aws_sfn_state_machine": "states stateMachine: name",
    "aws_sns_topic": "sns  name",
    "aws_sqs_queue": "sqs  name",
    "aws_ssm_parameter": "ssm parameter/",
    "aws_subnet": "ec2 subnet/",
    "aws_vpc": "ec2 vpc/",
}
"""For a type the service in its ARN, what stands there before the name, and the argument that is the name if any.

Source: Service Authorization Reference, "Resource types"."""
_SERVICES: Final = {
    "efs": "elasticfilesystem",
    "cloudwatch": "logs",
    "db": "rds",
    "lb": "elasticloadbalancing",
    "alb": "elasticloadbalancing",
    "elb": "elasticloadbalancing",
    "security": "ec2",
    "network": "ec2",
    "route": "ec2",
    "internet": "ec2",
    "nat": "ec2",
    "flow": "ec2",
    "egress": "ec2",
    "default": "ec2",
    "sfn": "states",
}
"""Services in ARNs of other types by the second word of the type, where that is another word."""
_BALANCERS: Final = {"application": "app", "network": "net", "gateway": "gwy"}


def computed(type_: str, address: str, attribute: str, get: Get, account: str, *, region: str = "") -> Value:
    """Return an attribute that no argument sets; `get` gives the resource's arguments."""
    if attribute == "tags_all":
        return get("tags")
    if attribute in ("id", "bucket") and type_.startswith("aws_s3_bucket_"):
        return get("bucket")
    if attribute in ("id", "name") and type_ in NAMED_BY:
        name = get(NAMED_BY[type_])
        if isinstance(name, str) and name:
            return name
    if attribute == "arn" or (attribute == "id" and type_ in ("aws_iam_policy", "aws_sns_topic")):
        arn = arn_for(type_, get, account, region)
        if arn is not None:
            return arn
    return after_apply(type_, address, attribute, account, region, get)


_WITHIN: Final = {("aws_eks_cluster", "vpc_config"): ("cluster_security_group_id", "vpc_id")}
"""Attributes that AWS adds to nested blocks."""


def completed(type_: str, address: str, name: str, said: Value, account: str) -> Value:
    """Return an argument with what AWS adds to it: nested blocks get attributes of their own."""
    added = _WITHIN.get((type_, name), ())
    if not added or not isinstance(said, list):
        return said
    more = {attribute: after_apply(type_, address, f"{name}.{attribute}", account) for attribute in added}
    return [{**more, **block} if isinstance(block, dict) else block for block in said]


def named_later(address: str, attribute: str, name: Value) -> Hole:
    """Return the symbol of a resource's name of which not all is known: it is one thing's name all the same."""
    hole = first_hole(name)
    detail = hole.detail if hole is not None else ""
    return Hole(f"{address}.{attribute}", Reason.UNRESOLVED, detail, address, attribute, address)


def after_apply(  # noqa: PLR0917 - what an attribute follows from
    type_: str, address: str, attribute: str, account: str, region: str = "", get: Get = lambda _name: None
) -> Hole:
    """Return the symbol of an attribute that is known after apply."""
    reference = f"{address}.{attribute}"
    text = _standing(type_, address, attribute, account, region, get)
    return Hole(reference, Reason.KNOWN_AFTER_APPLY, f"{reference} is known after apply", address, attribute, text)


def _standing(type_: str, address: str, attribute: str, account: str, region: str, get: Get) -> str:  # noqa: PLR0917
    """Return the text that stands for an attribute: an ARN of its form, which names the address."""
    place = f"{region or STAND_IN_REGION}:{account}"
    if attribute == "execution_arn":
        return f"arn:aws:execute-api:{place}:{address}"
    if attribute != "arn":
        return address if attribute == "id" else ""
    if type_ == "aws_s3_bucket":
        return f"arn:aws:s3:::{address}"
    if type_ in _IAM:
        return f"arn:aws:iam::{account}:{_IAM[type_]}/{address}"
    if type_ in ("aws_lb", "aws_alb"):
        kind = get("load_balancer_type")
        word = _BALANCERS.get(kind, "app") if isinstance(kind, str) else "app"
        return f"arn:aws:elasticloadbalancing:{place}:loadbalancer/{word}/{address}"
    if type_ == "aws_ecrpublic_repository":
        return f"arn:aws:ecr-public::{account}:repository/{_name_text(get('repository_name')) or address}"
    service = "firehose" if "firehose" in type_ else type_.split("_")[1]
    service, prefix, argument = _form(type_) if type_ in ARNS else (_SERVICES.get(service, service), "", "")
    return f"arn:aws:{service}:{place}:{prefix}{(_name_text(get(argument)) if argument else '') or address}"


def _form(type_: str) -> tuple[str, str, str]:
    service, prefix, argument = [*ARNS[type_].split(" "), ""][:3]
    return service, prefix, argument


def _name_text(name: Value) -> str:
    """Return a name as policies write it: what is not known of it in braces; empty if there is none."""
    if isinstance(name, Template):
        return "".join(part if isinstance(part, str) else _name_text(part) for part in name.parts)
    return name.text if isinstance(name, Hole) else name if isinstance(name, str) else ""


def arn_for(type_: str, get: Get, account: str, region: str = "") -> Value:
    """Return the ARN that follows from the arguments, or None if it does not."""
    if type_ == "aws_s3_bucket":
        name = get("bucket")
        return f"arn:aws:s3:::{name}" if isinstance(name, str) and name else None
    if type_ in _IAM:
        name, path = get("name"), get("path")
        if isinstance(name, str) and name and not isinstance(path, Hole):
            return join_texts([f"arn:aws:iam::{account}:{_IAM[type_]}", path or "/", name])
        return None
    if type_ == "aws_ecrpublic_repository":
        name = get("repository_name")
        return f"arn:aws:ecr-public::{account}:repository/{name}" if isinstance(name, str) and name else None
    service, prefix, argument = _form(type_) if type_ in ARNS else ("", "", "")
    name = get(argument) if argument else None
    if not isinstance(name, str) or not name:
        return None
    return f"arn:aws:{service}:{region or STAND_IN_REGION}:{account}:{prefix}{name}"


_CLOUDFRONT_LOGS: Final = "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"
"""The account by which CloudFront delivers logs (CloudFront Developer Guide, "Configure standard logging (legacy)")."""


def data_attribute(type_: str, attribute: str, get: Get, account: str, region: str) -> Value:
    """Return an attribute of a data source that needs no AWS to tell, or None."""
    known: dict[tuple[str, str], Value] = {
        ("aws_caller_identity", "account_id"): account,
        ("aws_caller_identity", "id"): account,
        ("aws_partition", "partition"): "aws",
        ("aws_partition", "id"): "aws",
        ("aws_partition", "dns_suffix"): "amazonaws.com",
        ("aws_cloudfront_log_delivery_canonical_user_id", "id"): _CLOUDFRONT_LOGS,
    }
    if (type_, attribute) in known:
        return known[(type_, attribute)]
    if type_ == "aws_region" and attribute in ("name", "id", "region") and region:
        return region
    if type_ == "aws_iam_policy" and attribute in ("arn", "id"):
        return get("arn")
    return arn_for(type_, get, account, region) if attribute == "arn" and type_ not in _IAM else None


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
    text = _standing(type_, address, attribute, account, "", lambda _name: None)
    if type_ == "aws_region":
        text = STAND_IN_REGION
    return Hole(reference, Reason.UNRESOLVED, detail, address if concrete else "", attribute, text)
