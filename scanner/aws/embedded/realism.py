"""Changes to moto's answers where they are unlike AWS's, for every account alike."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends

from scanner.aws.embedded.wire import Call

Realistic: TypeAlias = Callable[[Call, dict[str, Any]], dict[str, Any]]
CALLER_NAME: Final = "auditor"
_CALLER_ID: Final = "AIDACASEMATEAUDITOR0"
_AWS_OWNED: Final = ":iam::aws:policy/"
_MOTO_CALLER: Final = ":user/moto"
_PARTITION: Final = "aws"
_LAST_ACL_RULE: Final = 32767


def _caller_is_a_user(call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """Moto names a caller of no account of its own `arn:aws:sts::…:user/moto`, which is no ARN that AWS gives."""
    if not answer["Arn"].endswith(_MOTO_CALLER):
        return answer
    return {**answer, "UserId": _CALLER_ID, "Arn": f"arn:aws:iam::{call.account}:user/{CALLER_NAME}"}


def _used_policies(call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """List the AWS managed policies in use here, as AWS does; moto lists all, and leaves out names and ids."""
    known = iam_backends[call.account][_PARTITION].managed_policies
    used = [
        {**policy, "PolicyName": policy["Arn"].rpartition("/")[2], "PolicyId": known[policy["Arn"]].id}
        for policy in answer.get("Policies", [])
        if _AWS_OWNED not in policy["Arn"]
        or policy.get("AttachmentCount")
        or policy.get("PermissionsBoundaryUsageCount")
    ]
    return {**answer, "Policies": used}


def _buckets_with_regions(call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """Add the Region of each bucket, and the owner whom moto's access control lists name."""
    known = s3_backends[call.account][_PARTITION].buckets
    rows = [{**row, "BucketRegion": known[row["Name"]].region_name} for row in answer.get("Buckets", [])]
    owners = [acl.grants[0].grantees[0].id for acl in (known[row["Name"]].acl for row in rows) if acl]
    return {**answer, "Buckets": rows, "Owner": {"ID": owners[0]}} if owners else {**answer, "Buckets": rows}


def _access_point_region(call: Call, bucket: str) -> str:
    known = s3_backends[call.account][_PARTITION].buckets
    return known[bucket].region_name if bucket in known else call.region


def _access_points_here(call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """Keep the access points of the Region that was asked, which is that of their bucket; moto has one list of all."""
    here = [
        _access_point_in_region(call, row)
        for row in answer.get("AccessPointList", [])
        if _access_point_region(call, row["Bucket"]) == call.region
    ]
    return {**answer, "AccessPointList": here}


def _access_point_in_region(call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """Name the Region in the ARN; moto names us-east-1 in all."""
    parts = answer["AccessPointArn"].split(":")
    parts[3] = _access_point_region(call, answer["Bucket"])
    return {**answer, "AccessPointArn": ":".join(parts)}


def _rules_with_owner(call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """Add the owner of the security group to each of its rules."""
    rows = [{"GroupOwnerId": call.account, **row} for row in answer.get("SecurityGroupRules", [])]
    return {**answer, "SecurityGroupRules": rows}


def _snapshots_restorable(call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """Keep what `RestorableByUserIds` asks for; moto ignores it (EC2 API, DescribeSnapshots)."""
    if "all" not in call.parameters.get("RestorableByUserIds", []):
        return answer
    known = ec2_backends[call.account][call.region].snapshots
    public = [row for row in answer["Snapshots"] if "all" in known[row["SnapshotId"]].create_volume_permission_groups]
    return {**answer, "Snapshots": public}


def _images_on_ebs(_: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """Name the kind of root device by its kind; moto names the kind of volume."""
    rows = [{**row, "RootDeviceType": "ebs"} for row in answer.get("Images", [])]
    return {**answer, "Images": rows}


def _acls_with_last_rule(_: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """Add the rule `*` which denies what no other rule matched (Amazon VPC User Guide, "Network ACL rules")."""

    def completed(acl: dict[str, Any]) -> dict[str, Any]:
        present = {(entry["RuleNumber"], entry["Egress"]) for entry in acl["Entries"]}
        missing = [
            {
                "RuleNumber": _LAST_ACL_RULE,
                "Egress": egress,
                "Protocol": "-1",
                "RuleAction": "deny",
                "CidrBlock": "0.0.0.0/0",
            }
            for egress in (False, True)
            if (_LAST_ACL_RULE, egress) not in present
        ]
        return {**acl, "Entries": [*acl["Entries"], *missing]}

    return {**answer, "NetworkAcls": [completed(acl) for acl in answer["NetworkAcls"]]}


def _selectors_of_new_trail(_: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """Answer the selector that every trail begins with: all management events (CloudTrail API, GetEventSelectors)."""
    if answer.get("EventSelectors") or answer.get("AdvancedEventSelectors"):
        return answer
    every = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}
    return {**answer, "EventSelectors": [{**every, "ExcludeManagementEventSources": []}]}


def _block_of_new_accounts(_: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """Answer what a region has in which nobody set anything (Amazon EMR, Using block public access)."""
    if "BlockPublicSecurityGroupRules" in answer.get("BlockPublicAccessConfiguration", {}):
        return answer
    block = {
        "BlockPublicSecurityGroupRules": True,
        "PermittedPublicSecurityGroupRuleRanges": [{"MinRange": 22, "MaxRange": 22}],
    }
    return {**answer, "BlockPublicAccessConfiguration": block}


REALISTIC: Final[Mapping[tuple[str, str], Realistic]] = {
    ("cloudtrail", "GetEventSelectors"): _selectors_of_new_trail,
    ("ec2", "DescribeImages"): _images_on_ebs,
    ("ec2", "DescribeNetworkAcls"): _acls_with_last_rule,
    ("ec2", "DescribeSecurityGroupRules"): _rules_with_owner,
    ("ec2", "DescribeSnapshots"): _snapshots_restorable,
    ("emr", "GetBlockPublicAccessConfiguration"): _block_of_new_accounts,
    ("iam", "GetAccountAuthorizationDetails"): _used_policies,
    ("s3", "ListBuckets"): _buckets_with_regions,
    ("s3control", "GetAccessPoint"): _access_point_in_region,
    ("s3control", "ListAccessPoints"): _access_points_here,
    ("sts", "GetCallerIdentity"): _caller_is_a_user,
}
