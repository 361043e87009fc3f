"""Reading Trusted Advisor: its own API, and where that fails the support API (their API References).

Both need a Business Support+ or Enterprise plan; without one they answer SubscriptionRequiredException or deny access.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from scanner.model.kind import instant
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, unknown
from scanner.model.trustedadvisor import AdvisorCheck, AdvisorResource, AdvisorResources, AdvisorStatus
from scanner.reader import Page, Parameters, Place, Reader, given, only, rows

_PAGE: Final = 200
_RESOURCES_PAGE: Final = 5000
_MEANS: Final = {"SubscriptionRequiredException": Reason.NOT_SUBSCRIBED}
_SUPPORT: Final = "support"
_NO_DATA: Final = "no_data_ok"
_SETTINGS: Final = frozenset(
    {"Status", "Region", "Region/AZ", "AWS Config Rule", "Input Parameters", "Last Updated Time"}
)
"""Columns that describe the check rather than name the resource."""


def _recommendations(pages: tuple[Page, ...], at: Place) -> Iterator[AdvisorCheck | AdvisorStatus]:
    seen: set[str] = set()
    for row in rows(pages, "recommendationSummaries"):
        check = str(row.get("checkArn") or "").rpartition("/")[2]
        native_id = row["id"] if not check or check in seen else check
        seen.add(native_id)
        counts = row["resourcesAggregates"]
        yield AdvisorCheck(
            scope=at.scope,
            id=native_id,
            origin=at.origin,
            arn=row["arn"],
            name=row["name"],
            tags={},
            pillars=tuple(row["pillars"]),
            source=row["source"],
            columns=(),
        )
        yield AdvisorStatus(
            scope=at.scope,
            id=native_id,
            origin=at.origin,
            recommendation=row["arn"],
            status=_status(row["status"], without_data=row.get("statusReason") == _NO_DATA),
            flagged=counts["warningCount"] + counts["errorCount"],
            excluded=counts.get("excludedCount", 0),
            updated_at=instant(row["lastUpdatedAt"]) if row.get("lastUpdatedAt") else ABSENT,
        )


def _status(said: str, *, without_data: bool) -> Maybe[str]:
    """Return the colour; a green that only means "no data" is unknown."""
    return unknown(Reason.NOT_COLLECTED, "Trusted Advisor has no data for this check") if without_data else said


def _flagged_only(status: AdvisorStatus) -> Parameters | Absent:
    if isinstance(status.recommendation, Absent) or status.status not in ("warning", "error"):
        return ABSENT
    return {"recommendationIdentifier": status.recommendation, "maxResults": _RESOURCES_PAGE}


def _recommended_resources(pages: tuple[Page, ...], at: Place) -> Iterator[AdvisorResources]:
    if isinstance(at.parent.recommendation, Absent):
        return
    yield AdvisorResources(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        resources=tuple(
            AdvisorResource(
                id=row["awsResourceId"],
                region=row["regionCode"],
                status=row["status"],
                excluded=row.get("exclusionStatus") == "excluded",
                metadata=row["metadata"],
            )
            for row in rows(pages, "recommendationResourceSummaries")
        ),
    )


def _checks(pages: tuple[Page, ...], at: Place) -> Iterator[AdvisorCheck]:
    for row in rows(pages, "checks"):
        yield AdvisorCheck(
            scope=at.scope,
            id=row["id"],
            origin=at.origin,
            arn=f"arn:{at.scope.partition}:trustedadvisor:::check/{row['id']}",
            name=row["name"],
            tags={},
            pillars=(row["category"],),
            source=_SUPPORT,
            columns=tuple(row["metadata"]),
        )


def _result_of(check: AdvisorCheck) -> Parameters | Absent:
    return {"checkId": check.id, "language": "en"} if check.source == _SUPPORT else ABSENT


def _result(pages: tuple[Page, ...], at: Place) -> Iterator[AdvisorStatus | AdvisorResources]:
    if at.parent.source != _SUPPORT:
        return
    said = only(pages)["result"]
    counts = said["resourcesSummary"]
    yield AdvisorStatus(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        recommendation=ABSENT,
        status=_status(said["status"], without_data=said["status"] == "not_available"),
        flagged=counts["resourcesFlagged"],
        excluded=counts["resourcesSuppressed"],
        updated_at=instant(said["timestamp"]) if given(said, "timestamp") else ABSENT,
    )
    yield AdvisorResources(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        resources=tuple(_flagged(row, at.parent.columns) for row in said.get("flaggedResources") or ()),
    )


def _flagged(row: Page, columns: Sequence[str]) -> AdvisorResource:
    values = row.get("metadata") or ()
    names = [*columns, *(f"#{number}" for number in range(len(columns) + 1, len(values) + 1))]
    metadata = {name: "" if value is None else str(value) for name, value in zip(names, values, strict=False)}
    return AdvisorResource(
        id=_named(metadata) or row["resourceId"],
        region=row.get("region") or "",
        status=row["status"],
        excluded=bool(row.get("isSuppressed")),
        metadata=metadata,
    )


def _named(metadata: Mapping[str, Any]) -> str:
    """Return what people know the resource by: `resourceId` of this API is an opaque hash."""
    for name in ("Resource", "Resource ARN", "Resource ID"):
        if metadata.get(name):
            return str(metadata[name])
    return next((value for name, value in metadata.items() if value and name not in _SETTINGS), "")


_LIST_RECOMMENDATIONS: Final = Reader(
    service="trustedadvisor",
    operation="ListRecommendations",
    actions=("trustedadvisor:ListRecommendations",),
    yields=(AdvisorCheck, AdvisorStatus),
    parse=_recommendations,
    regional=False,
    request={"maxResults": _PAGE},
    means=_MEANS,
)

READERS: Final = (
    _LIST_RECOMMENDATIONS,
    Reader(
        service="trustedadvisor",
        operation="ListRecommendationResources",
        actions=("trustedadvisor:ListRecommendationResources",),
        yields=(AdvisorResources,),
        parse=_recommended_resources,
        regional=False,
        parent=AdvisorStatus,
        request=_flagged_only,
        means=_MEANS,
        bare=False,
    ),
    Reader(
        service="support",
        operation="DescribeTrustedAdvisorChecks",
        actions=("support:DescribeTrustedAdvisorChecks",),
        yields=(AdvisorCheck,),
        parse=_checks,
        regional=False,
        request={"language": "en"},
        means=_MEANS,
        instead_of=_LIST_RECOMMENDATIONS,
    ),
    Reader(
        service="support",
        operation="DescribeTrustedAdvisorCheckResult",
        actions=("support:DescribeTrustedAdvisorCheckResult",),
        yields=(AdvisorStatus, AdvisorResources),
        parse=_result,
        regional=False,
        parent=AdvisorCheck,
        request=_result_of,
        means=_MEANS,
        bare=False,
    ),
)
