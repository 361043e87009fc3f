"""Reading AWS Security Hub: which calls, and what their answers mean (AWS Security Hub API Reference; ASFF; OCSF 1.5).

Both generations are read: the findings of one carry the ids that they have in the other, so that each is one resource.
A region is asked only for its own: an aggregation region repeats the others', an administrator its members'.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from scanner.model.kind import Facet, Scope, instant
from scanner.model.maybe import ABSENT, Absent, Reason, Unknown, unknown
from scanner.model.securityhub import HubFinding, HubResource, SecurityHub, SecurityHubV2
from scanner.reader import Page, Parameters, Place, Reader, only, rows, shared

_PAGE: Final = 100
_REPEATED: Final = ("access-analyzer", "config", "guardduty", "inspector")
"""Products of AWS whose findings are read from themselves, by the last part of their ARN."""
_OWN: Final = "casemate"
"""How the generator ids of findings begin that Casemate itself sent."""
_CONTROL: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*\.\d+")
_SEVERITIES: Final = frozenset({"INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"})
_OPEN: Final = frozenset({"NEW", "NOTIFIED"})
_OCSF_OPEN: Final = frozenset({"", "New", "In Progress", "Unknown", "Other"})
_OCSF_COMPLIANCE: Final = {"Pass": "PASSED", "Fail": "FAILED", "Warning": "WARNING"}


def _status(kind: type[SecurityHub] | type[SecurityHubV2], key: str) -> Callable[..., Iterator[Facet]]:
    def parse(pages: tuple[Page, ...], at: Place) -> Iterator[Facet]:
        yield kind(scope=at.scope, id=at.scope.region, origin=at.origin, enabled=bool(only(pages).get(key)))

    return parse


def _where_on(name: str, parameters: Callable[[Scope], Parameters]) -> Callable[[Any], Parameters | Unknown]:
    """Return a request that is made only where the service is on."""

    def request(hub: SecurityHub | SecurityHubV2) -> Parameters | Unknown:
        if hub.enabled:
            return parameters(hub.scope)
        return unknown(Reason.NOT_ENABLED, f"{name} is off in {hub.id}")

    return request


def _equals(*values: str) -> list[dict[str, str]]:
    return [{"Value": value, "Comparison": "EQUALS"} for value in values]


def _open_findings(scope: Scope) -> Parameters:
    repeated = (f"arn:{scope.partition}:securityhub:{scope.region}::product/aws/{name}" for name in _REPEATED)
    return {
        "Filters": {
            "AwsAccountId": _equals(scope.account),
            "Region": _equals(scope.region),
            "RecordState": _equals("ACTIVE"),
            "WorkflowStatus": _equals("NEW", "NOTIFIED"),
            "ProductArn": [{"Value": arn, "Comparison": "NOT_EQUALS"} for arn in repeated],
        },
        "MaxResults": _PAGE,
    }


def _open_findings_v2(scope: Scope) -> Parameters:
    def text(field: str, value: str, comparison: str = "EQUALS") -> dict[str, Any]:
        return {"FieldName": field, "Filter": {"Value": value, "Comparison": comparison}}

    wanted = [
        text("cloud.account.uid", scope.account),
        text("cloud.region", scope.region),
        text("activity_name", "Close", "NOT_EQUALS"),
    ]
    return {
        "Filters": {"CompositeFilters": [{"StringFilters": wanted, "Operator": "AND"}], "CompositeOperator": "AND"},
        "MaxResults": _PAGE,
    }


def _findings(pages: tuple[Page, ...], at: Place) -> Iterator[HubFinding]:
    same = shared()
    for row in rows(pages, "Findings"):
        product = row["ProductArn"].rpartition("/")[2]
        elsewhere = row["AwsAccountId"] != at.scope.account or row.get("Region", at.scope.region) != at.scope.region
        answered = row.get("RecordState") == "ARCHIVED" or _workflow(row) not in _OPEN
        if elsewhere or answered or _is_told_elsewhere(product, row["ProductArn"], row["GeneratorId"]):
            continue
        result = row.get("Compliance") or {}
        control = result.get("SecurityControlId") or row["GeneratorId"].rpartition("/")[2]
        yield _finding(
            same,
            at,
            row["Id"],
            product=row.get("ProductName") or product if product != "securityhub" else product,
            control=control if product == "securityhub" and _CONTROL.fullmatch(control) else ABSENT,
            compliance=result.get("Status") or ABSENT,
            severity=str((row.get("Severity") or {}).get("Label") or ""),
            title=row["Title"],
            first=row.get("FirstObservedAt") or row["CreatedAt"],
            resources=tuple(HubResource(one["Type"], one["Id"], one.get("Region") or "") for one in row["Resources"]),
        )


def _workflow(row: Page) -> str:
    return str((row.get("Workflow") or {}).get("Status") or "NEW")


def _is_told_elsewhere(product: str, arn: str, generator: str) -> bool:
    return ("/aws/" in arn and product in _REPEATED) or generator.startswith(_OWN)


def _findings_v2(pages: tuple[Page, ...], at: Place) -> Iterator[HubFinding]:
    same = shared()
    for row in rows(pages, "Findings"):
        cloud, said, made_by = row["cloud"], row["finding_info"], row["metadata"]["product"]
        arn = str(made_by.get("uid") or "")
        product = arn.rpartition("/")[2] or str(made_by.get("name") or "")
        elsewhere = cloud["account"]["uid"] != at.scope.account or cloud.get("region") != at.scope.region
        answered = row.get("activity_name") == "Close" or row.get("status", "") not in _OCSF_OPEN
        generator = str((said.get("analytic") or {}).get("uid") or "")
        if elsewhere or answered or _is_told_elsewhere(product, arn, generator):
            continue
        result = row.get("compliance") or {}
        control = str(result.get("control") or "")
        is_control = "securityhub" in product and _CONTROL.fullmatch(control) is not None
        yield _finding(
            same,
            at,
            said["uid"],
            product="securityhub" if is_control else str(made_by.get("name") or product),
            control=control if is_control else ABSENT,
            compliance=_OCSF_COMPLIANCE.get(result.get("status") or "", "NOT_AVAILABLE") if result else ABSENT,
            severity=str(row.get("severity") or "").upper(),
            title=said["title"],
            first=said.get("first_seen_time_dt") or said["created_time_dt"],
            resources=tuple(
                HubResource(str(one.get("type") or ""), one["uid"], one.get("region") or "")
                for one in row.get("resources") or ()
            ),
        )


_NO_TAGS: Final[Mapping[str, str]] = {}


def _finding(
    same: Callable[[Any], Any],
    at: Place,
    native_id: str,
    *,
    product: str,
    control: str | Absent,
    compliance: str | Absent,
    severity: str,
    title: str,
    first: Any,
    resources: tuple[HubResource, ...],
) -> HubFinding:
    return HubFinding(
        scope=at.scope,
        id=native_id,
        origin=at.origin,
        arn=native_id if native_id.startswith("arn:") else ABSENT,
        name=same(control or title),
        tags=_NO_TAGS,
        product=same(product),
        control=same(control),
        compliance=same(compliance),
        severity=same(severity if severity in _SEVERITIES else "UNKNOWN"),
        title=same(title),
        first_observed_at=same(instant(first)),
        resources=same(resources),
    )


READERS: Final = (
    Reader(
        service="securityhub",
        operation="DescribeHub",
        actions=("securityhub:DescribeHub",),
        yields=(SecurityHub,),
        parse=_status(SecurityHub, "HubArn"),
        absent=frozenset({"InvalidAccessException", "ResourceNotFoundException"}),
    ),
    Reader(
        service="securityhub",
        operation="DescribeSecurityHubV2",
        actions=("securityhub:DescribeSecurityHubV2",),
        yields=(SecurityHubV2,),
        parse=_status(SecurityHubV2, "HubV2Arn"),
        absent=frozenset({"ResourceNotFoundException"}),
    ),
    Reader(
        service="securityhub",
        operation="GetFindings",
        actions=("securityhub:GetFindings",),
        yields=(HubFinding,),
        parse=_findings,
        parent=SecurityHub,
        request=_where_on("AWS Security Hub CSPM", _open_findings),
    ),
    Reader(
        service="securityhub",
        operation="GetFindingsV2",
        actions=("securityhub:GetFindings",),
        yields=(HubFinding,),
        parse=_findings_v2,
        parent=SecurityHubV2,
        request=lambda hub: _open_findings_v2(hub.scope) if hub.enabled else ABSENT,
    ),
)
