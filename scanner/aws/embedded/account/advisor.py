"""What AWS Trusted Advisor says about Harbour Books, through its own API and through AWS Support's older one.

The check ids and metadata columns are those of the AWS Trusted Advisor check reference (AWS Support User Guide).
"""

from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import msgspec

from scanner.aws.embedded import ACCOUNT_ID, MAIN_REGION
from scanner.aws.embedded.account.clients import Aws
from scanner.aws.embedded.account.compute import Compute
from scanner.aws.embedded.account.network import Network, security_group_arn
from scanner.aws.embedded.account.storage import CATALOGUE_BUCKET, COVERS_BUCKET, WEBSITE_BUCKET
from scanner.aws.embedded.answers import Answer

_CATEGORY: Final = "security"
_OF_OLD: Final = {"Ok": "Green", "Warning": "Yellow", "Error": "Red"}
_STATUS_RANK: Final = ("ok", "warning", "error")


class Flagged(msgspec.Struct, frozen=True):
    """A resource of a check: its id for the newer API, Region, status, and the values of the check's columns."""

    resource: str
    region: str
    status: str
    values: tuple[str, ...]


class Check(msgspec.Struct, frozen=True):
    """A check: its id and name, the service it is about, the columns of its resources, and those it lists."""

    identifier: str
    name: str
    service: str
    columns: tuple[str, ...]
    flagged: tuple[Flagged, ...]

    @property
    def status(self) -> str:
        """The worst status of a resource; without one, ok."""
        return max((row.status for row in self.flagged), key=_STATUS_RANK.index, default="ok")

    @property
    def arn(self) -> str:
        """The ARN of the check."""
        return f"arn:aws:trustedadvisor:::check/{self.identifier}"

    @property
    def recommendation(self) -> str:
        """The id of its recommendation."""
        return str(uuid5(NAMESPACE_URL, self.arn))

    @property
    def recommendation_arn(self) -> str:
        """The ARN of its recommendation in this account."""
        return f"arn:aws:trustedadvisor::{ACCOUNT_ID}:recommendation/{self.recommendation}"


def _ports(network: Network) -> tuple[Flagged, ...]:
    def row(group: str, ports: tuple[str, str], status: str, association: str) -> Flagged:
        identifier = f"{network.groups[group]} ({network.vpcs['production']})"
        values = (status.title(), MAIN_REGION, group, identifier, "tcp", *ports, association)
        return Flagged(security_group_arn(MAIN_REGION, network.groups[group]), MAIN_REGION, status, values)

    return (
        row("ssh-anywhere", ("22", "22"), "error", "Yes"),
        row("unattached", ("0", "65535"), "warning", "No"),
        row("web", ("80", "80"), "ok", "Yes"),
    )


def _buckets() -> tuple[Flagged, ...]:
    def row(bucket: str, acl_lists: str, policy_allows: str) -> Flagged:
        values = ("Warning", MAIN_REGION, MAIN_REGION, bucket, acl_lists, "No", policy_allows)
        return Flagged(f"arn:aws:s3:::{bucket}", MAIN_REGION, "warning", values)

    return (
        row(CATALOGUE_BUCKET, "No", "Yes"),
        row(COVERS_BUCKET, "Yes", "No"),
        row(WEBSITE_BUCKET, "No", "Yes"),
    )


def _identity(aws: Aws) -> tuple[Check, ...]:
    user = f"arn:aws:iam::{ACCOUNT_ID}:user/tom.okafor"
    rotated = aws.days_ago(410)
    old_key = ("Warning", "tom.okafor", "Access key 1", rotated, "The key was not rotated in the last 90 days")
    policy = ("Enabled", "Off", "Off", "On", "Off")
    return (
        Check(
            "DqdJqYeRm5",
            "IAM Access Key Rotation",
            "iam",
            ("Status", "IAM user", "Access Key", "Key Last Rotated", "Reason"),
            (Flagged(user, "-", "warning", old_key),),
        ),
        Check("7DAFEmoDos", "MFA on root account", "iam", (), ()),
        Check(
            "Yw2K9puPzl",
            "IAM Password Policy",
            "iam",
            ("Password Policy", "Uppercase", "Lowercase", "Number", "Non-alphanumeric"),
            (Flagged(f"arn:aws:iam::{ACCOUNT_ID}:root", "-", "warning", policy),),
        ),
    )


def _checks(aws: Aws, network: Network, compute: Compute) -> tuple[Check, ...]:
    web = f"arn:aws:ec2:{MAIN_REGION}:{ACCOUNT_ID}:instance/{compute.instances['web-1']}"
    tokens = ("Error", MAIN_REGION, web, aws.days_ago(0))
    batch = f"arn:aws:ec2:{MAIN_REGION}:{ACCOUNT_ID}:instance/{compute.instances['legacy-batch']}"
    support = ("Error", MAIN_REGION, "18.04", "2023-05-31", batch, "Past standard support", aws.days_ago(0))
    return (
        Check(
            "c1dfprch15",
            "Amazon EC2 instances with Ubuntu LTS end of standard support",
            "ec2",
            (
                "Status",
                "Region",
                "Ubuntu Lts Version",
                "Expected End Of Support Date",
                "Instance ID",
                "Support Cycle",
                "Last Updated Time",
            ),
            (Flagged(batch, MAIN_REGION, "error", support),),
        ),
        Check(
            "HCP4007jGY",
            "Security Groups - Specific Ports Unrestricted",
            "ec2",
            (
                "Status",
                "Region",
                "Security Group Name",
                "Security Group ID",
                "Protocol",
                "From Port",
                "To Port",
                "Association",
            ),
            _ports(network),
        ),
        Check(
            "Pfx0RwqBli",
            "Amazon S3 Bucket Permissions",
            "s3",
            (
                "Status",
                "Region Name",
                "Region API Parameter",
                "Bucket Name",
                "ACL Allows List",
                "ACL Allows Upload/Delete",
                "Policy Allows Access",
            ),
            _buckets(),
        ),
        Check(
            "Hs4Ma3G124",
            "EC2 instances should use Instance Metadata Service Version 2",
            "ec2",
            ("Status", "Region", "Resource", "Last Updated Time"),
            (Flagged(web, MAIN_REGION, "error", tokens),),
        ),
        *_identity(aws),
    )


def _counts(check: Check) -> dict[str, int]:
    return {f"{status}Count": sum(row.status == status for row in check.flagged) for status in _STATUS_RANK}


def _newer_answers(aws: Aws, checks: tuple[Check, ...]) -> list[Answer]:
    shared = {"source": "ta_check", "pillars": [_CATEGORY]}
    summaries = [
        {
            "id": check.identifier,
            "arn": check.arn,
            "name": check.name,
            "description": check.name,
            "awsServices": [check.service],
            "metadata": {str(number): column for number, column in enumerate(check.columns)},
            **shared,
        }
        for check in checks
    ]
    recommendations = [
        {
            "id": check.recommendation,
            "arn": check.recommendation_arn,
            "checkArn": check.arn,
            "type": "standard",
            "name": check.name,
            "status": check.status,
            "awsServices": [check.service],
            "resourcesAggregates": _counts(check),
            "lastUpdatedAt": aws.days_ago(0),
            **shared,
        }
        for check in checks
    ]
    lists = [
        Answer("trustedadvisor", "ListChecks", {"checkSummaries": summaries}, account=ACCOUNT_ID),
        Answer(
            "trustedadvisor", "ListRecommendations", {"recommendationSummaries": recommendations}, account=ACCOUNT_ID
        ),
    ]
    return lists + [
        _resources(aws, check, by) for check in checks for by in (check.recommendation_arn, check.recommendation)
    ]


def _resources(aws: Aws, check: Check, recommendation: str) -> Answer:
    rows = [
        {
            "id": f"{check.identifier}-{number}",
            "arn": f"{check.recommendation_arn.replace(':recommendation/', ':recommendation-resource/')}/{number}",
            "awsResourceId": row.resource,
            "regionCode": row.region,
            "status": row.status,
            "metadata": dict(zip(check.columns, row.values, strict=True)),
            "lastUpdatedAt": aws.days_ago(0),
            "recommendationArn": check.recommendation_arn,
            "exclusionStatus": "included",
        }
        for number, row in enumerate(check.flagged)
    ]
    return Answer(
        "trustedadvisor",
        "ListRecommendationResources",
        {"recommendationResourceSummaries": rows},
        account=ACCOUNT_ID,
        where={"recommendationIdentifier": recommendation},
    )


def _older_summary(aws: Aws, check: Check) -> dict[str, Any]:
    return {
        "checkId": check.identifier,
        "timestamp": aws.days_ago(0),
        "status": check.status,
        "resourcesSummary": {
            "resourcesProcessed": len(check.flagged) + 5,
            "resourcesFlagged": len(check.flagged),
            "resourcesIgnored": 0,
            "resourcesSuppressed": 0,
        },
        "categorySpecificSummary": {
            "costOptimizing": {"estimatedMonthlySavings": 0.0, "estimatedPercentMonthlySavings": 0.0}
        },
    }


def _older_result(aws: Aws, check: Check) -> Answer:
    flagged = [
        {
            "resourceId": f"{check.identifier}-{number}",
            "region": row.region,
            "status": row.status,
            "isSuppressed": False,
            "metadata": [_OF_OLD.get(value, value) for value in row.values],
        }
        for number, row in enumerate(check.flagged)
    ]
    result = _older_summary(aws, check) | {"flaggedResources": flagged}
    return Answer(
        "support",
        "DescribeTrustedAdvisorCheckResult",
        {"result": result},
        account=ACCOUNT_ID,
        where={"checkId": check.identifier},
    )


def _older_answers(aws: Aws, checks: tuple[Check, ...]) -> list[Answer]:
    described = [
        {
            "id": check.identifier,
            "name": check.name,
            "description": check.name,
            "category": _CATEGORY,
            "metadata": list(check.columns),
        }
        for check in checks
    ]
    summaries = [_older_summary(aws, check) | {"hasFlaggedResources": bool(check.flagged)} for check in checks]
    return [
        Answer("support", "DescribeTrustedAdvisorChecks", {"checks": described}, account=ACCOUNT_ID),
        Answer("support", "DescribeTrustedAdvisorCheckSummaries", {"summaries": summaries}, account=ACCOUNT_ID),
        *(_older_result(aws, check) for check in checks),
    ]


def seed_trusted_advisor(aws: Aws, network: Network, compute: Compute) -> None:
    """Seed the security checks in both APIs, with the same resources in each."""
    checks = _checks(aws, network, compute)
    aws.answer(*_newer_answers(aws, checks), *_older_answers(aws, checks))
