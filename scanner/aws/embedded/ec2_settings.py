"""The account-level settings of EC2 in each Region that moto 5.2.5 lacks: what is written is what is read back.

Semantics: Amazon EC2 API Reference, the operations named in `HANDLERS`.
"""

from datetime import UTC, datetime
from typing import Any, Final

from scanner.aws.embedded.state import Handler, Handlers, Settings
from scanner.aws.embedded.wire import Call, ServiceError

_UNBLOCKED: Final = "unblocked"
_NO_PREFERENCE: Final = "no-preference"
_AWS_MANAGED_EBS_KEY: Final = "alias/aws/ebs"
_METADATA_DEFAULTS: Final = (
    "HttpTokens",
    "HttpTokensEnforced",
    "HttpPutResponseHopLimit",
    "HttpEndpoint",
    "InstanceMetadataTags",
)


def _set(name: str, answer: dict[str, Any], *, value: Any) -> Handler:
    def handler(_: Call, settings: Settings) -> dict[str, Any]:
        settings[name] = value
        return answer

    return handler


def _set_from(parameter: str, name: str, answer_member: str) -> Handler:
    def handler(call: Call, settings: Settings) -> dict[str, Any]:
        if parameter not in call.parameters:
            raise ServiceError("MissingParameter", f"The request must contain the parameter {parameter}")
        settings[name] = call.parameters[parameter]
        return {answer_member: settings[name]}

    return handler


def _get_snapshot_block(_: Call, settings: Settings) -> dict[str, Any]:
    return {"State": settings.get("snapshot_block", _UNBLOCKED), "ManagedBy": "account"}


def _get_image_block(_: Call, settings: Settings) -> dict[str, Any]:
    return {"ImageBlockPublicAccessState": settings.get("image_block", _UNBLOCKED), "ManagedBy": "account"}


def _get_serial_console(_: Call, settings: Settings) -> dict[str, Any]:
    return {"SerialConsoleAccessEnabled": settings.get("serial_console", False), "ManagedBy": "account"}


def _get_ebs_key(_: Call, settings: Settings) -> dict[str, Any]:
    return {"KmsKeyId": settings.get("ebs_key", _AWS_MANAGED_EBS_KEY)}


def _get_metadata_defaults(_: Call, settings: Settings) -> dict[str, Any]:
    return {"AccountLevel": {**settings.get("metadata", {}), "ManagedBy": "account"}}


def _modify_metadata_defaults(call: Call, settings: Settings) -> dict[str, Any]:
    current = dict(settings.get("metadata", {}))
    for name in _METADATA_DEFAULTS:
        match call.parameters.get(name):
            case None:
                continue
            case "no-preference" | -1:
                current.pop(name, None)
            case chosen:
                current[name] = chosen
    settings["metadata"] = current
    return {"Return": True}


def _vpc_block(call: Call, settings: Settings) -> dict[str, Any]:
    return {
        "VpcBlockPublicAccessOptions": {
            "AwsAccountId": call.account,
            "AwsRegion": call.region,
            "State": "update-complete" if "vpc_block" in settings else "default-state",
            "InternetGatewayBlockMode": settings.get("vpc_block", "off"),
            "ManagedBy": "account",
            "ExclusionsAllowed": "allowed",
            **settings.get("vpc_block_change", {}),
        }
    }


def _modify_vpc_block(call: Call, settings: Settings) -> dict[str, Any]:
    settings["vpc_block"] = call.parameters.get("InternetGatewayBlockMode", "off")
    settings["vpc_block_change"] = {"LastUpdateTimestamp": datetime.now(UTC)}
    return _vpc_block(call, settings)


def _exclusions(call: Call, settings: Settings) -> dict[str, Any]:
    wanted = call.parameters.get("ExclusionIds", [])
    kept = settings.get("vpc_block_exclusions", {})
    return {"VpcBlockPublicAccessExclusions": [row for name, row in kept.items() if not wanted or name in wanted]}


def _create_exclusion(call: Call, settings: Settings) -> dict[str, Any]:
    kept = settings.setdefault("vpc_block_exclusions", {})
    identifier = f"vpcbpa-exclude-{len(kept) + 1:017x}"
    kind, resource = (
        ("subnet", call.parameters["SubnetId"])
        if "SubnetId" in call.parameters
        else ("vpc", call.parameters.get("VpcId", ""))
    )
    now = datetime.now(UTC)
    kept[identifier] = {
        "ExclusionId": identifier,
        "InternetGatewayExclusionMode": call.parameters["InternetGatewayExclusionMode"],
        "ResourceArn": f"arn:aws:ec2:{call.region}:{call.account}:{kind}/{resource}",
        "State": "create-complete",
        "CreationTimestamp": now,
        "LastUpdateTimestamp": now,
    }
    return {"VpcBlockPublicAccessExclusion": kept[identifier]}


def _delete_exclusion(call: Call, settings: Settings) -> dict[str, Any]:
    gone = settings.get("vpc_block_exclusions", {}).pop(call.parameters.get("ExclusionId"), None)
    if gone is None:
        raise ServiceError("InvalidVpcBlockPublicAccessExclusionId.NotFound", "The exclusion does not exist.")
    return {"VpcBlockPublicAccessExclusion": {**gone, "State": "delete-complete"}}


HANDLERS: Final[Handlers] = {
    ("ec2", "GetSnapshotBlockPublicAccessState"): _get_snapshot_block,
    ("ec2", "EnableSnapshotBlockPublicAccess"): _set_from("State", "snapshot_block", "State"),
    ("ec2", "DisableSnapshotBlockPublicAccess"): _set("snapshot_block", {"State": _UNBLOCKED}, value=_UNBLOCKED),
    ("ec2", "GetImageBlockPublicAccessState"): _get_image_block,
    ("ec2", "EnableImageBlockPublicAccess"): _set_from(
        "ImageBlockPublicAccessState", "image_block", "ImageBlockPublicAccessState"
    ),
    ("ec2", "DisableImageBlockPublicAccess"): _set(
        "image_block", {"ImageBlockPublicAccessState": _UNBLOCKED}, value=_UNBLOCKED
    ),
    ("ec2", "GetSerialConsoleAccessStatus"): _get_serial_console,
    ("ec2", "EnableSerialConsoleAccess"): _set("serial_console", {"SerialConsoleAccessEnabled": True}, value=True),
    ("ec2", "DisableSerialConsoleAccess"): _set("serial_console", {"SerialConsoleAccessEnabled": False}, value=False),
    ("ec2", "GetEbsDefaultKmsKeyId"): _get_ebs_key,
    ("ec2", "ModifyEbsDefaultKmsKeyId"): _set_from("KmsKeyId", "ebs_key", "KmsKeyId"),
    ("ec2", "ResetEbsDefaultKmsKeyId"): _set("ebs_key", {"KmsKeyId": _AWS_MANAGED_EBS_KEY}, value=_AWS_MANAGED_EBS_KEY),
    ("ec2", "GetInstanceMetadataDefaults"): _get_metadata_defaults,
    ("ec2", "ModifyInstanceMetadataDefaults"): _modify_metadata_defaults,
    ("ec2", "DescribeVpcBlockPublicAccessOptions"): _vpc_block,
    ("ec2", "ModifyVpcBlockPublicAccessOptions"): _modify_vpc_block,
    ("ec2", "DescribeVpcBlockPublicAccessExclusions"): _exclusions,
    ("ec2", "CreateVpcBlockPublicAccessExclusion"): _create_exclusion,
    ("ec2", "DeleteVpcBlockPublicAccessExclusion"): _delete_exclusion,
}
