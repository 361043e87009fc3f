"""Reading IAM Access Analyzer: which calls, and what their answers mean (Access Analyzer API Reference)."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.model.accessanalyzer import Analyzer, AnalyzerFinding
from scanner.model.kind import Scope, instant
from scanner.model.maybe import ABSENT, Absent, Reason, unknown
from scanner.reader import Page, Parameters, Place, Reader, given, rows

_PAGE: Final = 100
_OWNER: Final = 4


def _analyzers(pages: tuple[Page, ...], at: Place) -> Iterator[Analyzer]:
    for row in rows(pages, "analyzers"):
        if row["arn"].split(":")[_OWNER] != at.scope.account:
            continue
        unused = (row.get("configuration") or {}).get("unusedAccess") or {}
        yield Analyzer(
            scope=at.scope,
            id=row["name"],
            origin=at.origin,
            arn=row["arn"],
            name=row["name"],
            tags=row.get("tags") or {},
            type=row["type"],
            status=row["status"],
            status_reason=given(row.get("statusReason") or {}, "code"),
            created_at=instant(row.get("createdAt") or row["updatedAt"]),
            last_resource_analyzed_at=_time(row, "lastResourceAnalyzedAt"),
            unused_access_age=given(unused, "unusedAccessAge"),
        )


def _time(row: Page, key: str) -> Any:
    return instant(row[key]) if row.get(key) else ABSENT


def _findings_of(analyzer: Analyzer) -> Parameters | Absent:
    """Ask only analyzers at work, and only for what the account owns: an organization's sees every member's."""
    if analyzer.status != "ACTIVE":
        return ABSENT
    return {
        "analyzerArn": analyzer.arn,
        "filter": {"status": {"eq": ["ACTIVE"]}, "resourceOwnerAccount": {"eq": [analyzer.scope.account]}},
        "maxResults": _PAGE,
    }


def _findings(pages: tuple[Page, ...], at: Place) -> Iterator[AnalyzerFinding]:
    for row in rows(pages, "findings"):
        owner = row["resourceOwnerAccount"]
        if row["status"] != "ACTIVE" or owner != at.scope.account:
            continue
        yield AnalyzerFinding(
            scope=Scope(at.scope.partition, owner, at.scope.region),
            id=row["id"],
            origin=at.origin,
            arn=ABSENT,
            name=given(row, "resource"),
            tags={},
            finding_type=row.get("findingType") or unknown(Reason.NOT_COLLECTED, "the finding does not say its type"),
            resource=given(row, "resource"),
            resource_type=row["resourceType"],
            analyzer_arn=at.parent.arn,
            created_at=instant(row.get("createdAt") or row["updatedAt"]),
            analyzed_at=instant(row["analyzedAt"]),
            updated_at=instant(row["updatedAt"]),
            error=given(row, "error"),
        )


READERS: Final = (
    Reader(
        service="accessanalyzer",
        operation="ListAnalyzers",
        actions=("access-analyzer:ListAnalyzers",),
        yields=(Analyzer,),
        parse=_analyzers,
        request={"maxResults": _PAGE},
    ),
    Reader(
        service="accessanalyzer",
        operation="ListFindingsV2",
        actions=("access-analyzer:ListFindings",),
        yields=(AnalyzerFinding,),
        parse=_findings,
        parent=Analyzer,
        request=_findings_of,
        bare=False,
    ),
)
