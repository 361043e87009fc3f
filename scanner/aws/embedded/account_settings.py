"""The account's own settings that moto 5.2.5 lacks or answers unlike AWS: contact, Regions, Inspector.

Semantics: AWS Account Management Reference Guide, Amazon Inspector API Reference, IAM API Reference.
"""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from scanner.aws.embedded.state import Handlers, Settings
from scanner.aws.embedded.wire import Call, ServiceError

REGIONS_ENABLED_BY_DEFAULT: Final = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)
REGIONS_TO_OPT_IN: Final = (
    "af-south-1",
    "ap-east-1",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
)
_INSPECTOR_TYPES: Final = {
    "EC2": "ec2",
    "ECR": "ecr",
    "LAMBDA": "lambda",
    "LAMBDA_CODE": "lambdaCode",
    "CODE_REPOSITORY": "codeRepository",
}
_ALWAYS_REPORTED: Final = ("EC2", "ECR", "LAMBDA", "LAMBDA_CODE")


def _contact(_: Call, settings: Settings) -> dict[str, Any]:
    if "contact" not in settings:
        raise ServiceError("ResourceNotFoundException", "No contact information was found.", 404)
    return {"ContactInformation": settings["contact"]}


def _account_information(call: Call, settings: Settings) -> dict[str, Any]:
    name = settings.get("contact", {}).get("CompanyName", "casemate")
    return {"AccountId": call.account, "AccountName": name, "AccountCreatedDate": datetime(2023, 8, 1, tzinfo=UTC)}


def _put_contact(call: Call, settings: Settings) -> dict[str, Any]:
    settings["contact"] = call.parameters["ContactInformation"]
    return {}


def _opt_in_status(region: str) -> str:
    if region in REGIONS_ENABLED_BY_DEFAULT:
        return "ENABLED_BY_DEFAULT"
    if region in REGIONS_TO_OPT_IN:
        return "DISABLED"
    raise ServiceError("ValidationException", f"No Region is called {region}.")


def _list_regions(call: Call, _: Settings) -> dict[str, Any]:
    wanted = call.parameters.get("RegionOptStatusContains") or ["DISABLED", "ENABLED_BY_DEFAULT"]
    rows = [
        {"RegionName": name, "RegionOptStatus": _opt_in_status(name)}
        for name in sorted(REGIONS_ENABLED_BY_DEFAULT + REGIONS_TO_OPT_IN)
    ]
    return {"Regions": [row for row in rows if row["RegionOptStatus"] in wanted]}


def _region_opt_status(call: Call, _: Settings) -> dict[str, Any]:
    region = call.parameters["RegionName"]
    return {"RegionName": region, "RegionOptStatus": _opt_in_status(region)}


def _describe_regions(call: Call, _: Settings) -> dict[str, Any]:
    opt_in = dict.fromkeys(REGIONS_ENABLED_BY_DEFAULT, "opt-in-not-required")
    wanted = call.parameters.get("RegionNames", [])
    if call.parameters.get("AllRegions") or wanted:
        opt_in |= dict.fromkeys(REGIONS_TO_OPT_IN, "not-opted-in")
    if unknown := sorted(set(wanted) - set(opt_in)):
        raise ServiceError("InvalidParameterValue", f"Invalid region provided: {', '.join(unknown)}")
    statuses = next((f["Values"] for f in call.parameters.get("Filters", []) if f["Name"] == "opt-in-status"), None)
    return {
        "Regions": [
            {"RegionName": name, "Endpoint": f"ec2.{name}.amazonaws.com", "OptInStatus": status}
            for name, status in sorted(opt_in.items())
            if (not wanted or name in wanted) and (statuses is None or status in statuses)
        ]
    }


def _inspector_status(call: Call, settings: Settings) -> dict[str, Any]:
    enabled: set[str] = settings.get("enabled", set())

    def state(on: bool) -> dict[str, str]:  # noqa: FBT001 - a state has one of two values
        return {"status": "ENABLED" if on else "DISABLED"}

    accounts = call.parameters.get("accountIds") or [call.account]
    return {
        "accounts": [
            {
                "accountId": account,
                "state": state(bool(enabled)),
                "resourceState": {
                    member: state(name in enabled)
                    for name, member in _INSPECTOR_TYPES.items()
                    if name in enabled or name in _ALWAYS_REPORTED
                },
            }
            for account in accounts
        ],
        "failedAccounts": [],
    }


def _inspector_change(call: Call, enabled: set[str]) -> dict[str, Any]:
    statuses = {
        member: "ENABLED" if name in enabled else "DISABLED"
        for name, member in _INSPECTOR_TYPES.items()
        if name in enabled or name in _ALWAYS_REPORTED
    }
    row = {
        "accountId": call.account,
        "status": "ENABLED" if enabled else "DISABLED",
        "resourceStatus": statuses,
    }
    return {"accounts": [row], "failedAccounts": []}


def _inspector_enable(call: Call, settings: Settings) -> dict[str, Any]:
    settings["enabled"] = settings.get("enabled", set()) | set(call.parameters["resourceTypes"])
    return _inspector_change(call, settings["enabled"])


def _inspector_disable(call: Call, settings: Settings) -> dict[str, Any]:
    settings["enabled"] = settings.get("enabled", set()) - set(call.parameters.get("resourceTypes") or _INSPECTOR_TYPES)
    return _inspector_change(call, settings["enabled"])


def _needs_inspector(_: Call, settings: Settings) -> None:
    if not settings.get("enabled"):
        raise ServiceError("AccessDeniedException", "Invoking account does not have access to call this API.", 403)


def last_accessed_job(arn: str) -> str:
    """Return the job id which GenerateServiceLastAccessedDetails answers for an identity here: always the same one."""
    return str(uuid5(NAMESPACE_URL, arn))


def _own_mfa_devices(call: Call, _: Settings) -> dict[str, Any] | None:
    """List the caller's devices where no user is named: it has none (moto takes that for a user called None)."""
    return None if call.parameters.get("UserName") else {"MFADevices": [], "IsTruncated": False}


def _generate_last_accessed(call: Call, _: Settings) -> dict[str, Any]:
    return {"JobId": last_accessed_job(call.parameters["Arn"])}


HANDLERS: Final[Handlers] = {
    ("account", "GetAccountInformation"): _account_information,
    ("account", "GetContactInformation"): _contact,
    ("account", "PutContactInformation"): _put_contact,
    ("account", "ListRegions"): _list_regions,
    ("account", "GetRegionOptStatus"): _region_opt_status,
    ("ec2", "DescribeRegions"): _describe_regions,
    ("iam", "GenerateServiceLastAccessedDetails"): _generate_last_accessed,
    ("iam", "ListMFADevices"): _own_mfa_devices,
    ("inspector2", "BatchGetAccountStatus"): _inspector_status,
    ("inspector2", "Enable"): _inspector_enable,
    ("inspector2", "Disable"): _inspector_disable,
    ("inspector2", "ListFindings"): _needs_inspector,
    ("inspector2", "ListCoverage"): _needs_inspector,
}
