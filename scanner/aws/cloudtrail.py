"""Reading CloudTrail: trails where they are at home, their status and selectors (CloudTrail API Reference)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from scanner.aws.policies import scope_of
from scanner.model.cloudtrail import (
    DataSelector,
    ManagementSelector,
    RegionTrails,
    Trail,
    TrailSelectors,
    TrailStatus,
)
from scanner.model.kind import Facet, Kind
from scanner.model.maybe import Absent, Maybe, Reason, Unknown, unknown
from scanner.reader import Page, Parameters, Place, Reader, given, only, rows

_EVERY_EVENT: Final = {"ReadWriteType": "All", "IncludeManagementEvents": True}
"""What a trail records for which no selector was ever set (CloudTrail User Guide, "Logging management events")."""
_EVERY_OBJECT: Final = frozenset({"arn:aws:s3", "arn:aws:s3:::", "arn:aws-cn:s3", "arn:aws-us-gov:s3"}) | frozenset(
    {"arn:aws-cn:s3:::", "arn:aws-us-gov:s3:::"}
)
_OPERATORS: Final = ("Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith")


def _trails(pages: tuple[Page, ...], at: Place) -> Iterator[Kind]:
    found = list(rows(pages, "trailList"))
    yield RegionTrails(
        scope=at.scope, id=at.scope.region, origin=at.origin, arns=tuple(sorted(row["TrailARN"] for row in found))
    )
    for row in found:
        scope = scope_of(row["TrailARN"], at)
        if scope.region == at.scope.region:
            yield Trail(
                scope=scope,
                id=row["Name"],
                origin=at.origin,
                arn=row["TrailARN"],
                name=row["Name"],
                tags=unknown(Reason.NOT_COLLECTED, "told by ListTags"),
                bucket=given(row, "S3BucketName"),
                multi_region=_flag(row, "IsMultiRegionTrail"),
                global_events=_flag(row, "IncludeGlobalServiceEvents"),
                validation=_flag(row, "LogFileValidationEnabled"),
                kms_key=given(row, "KmsKeyId"),
                log_group=given(row, "CloudWatchLogsLogGroupArn"),
                of_organization=_flag(row, "IsOrganizationTrail"),
                insights=_flag(row, "HasInsightSelectors"),
            )


def _flag(row: Mapping[str, Any], key: str) -> Maybe[bool]:
    return bool(row[key]) if key in row else unknown(Reason.NOT_COLLECTED, f"DescribeTrails did not tell {key}")


def _status(pages: tuple[Page, ...], at: Place) -> Iterator[TrailStatus]:
    page = only(pages)
    yield TrailStatus(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        logging=bool(page["IsLogging"]),
        delivery_error=given(page, "LatestDeliveryError"),
    )


def _selectors(pages: tuple[Page, ...], at: Place) -> Iterator[TrailSelectors]:
    page = only(pages)
    management, data = selected(page.get("EventSelectors") or (), page.get("AdvancedEventSelectors") or ())
    yield TrailSelectors(scope=at.parent.scope, id=at.parent.id, origin=at.origin, management=management, data=data)


def selected(
    basic: Iterable[Any], advanced: Iterable[Any]
) -> tuple[tuple[ManagementSelector, ...], tuple[DataSelector, ...]]:
    """Read selectors as CloudTrail tells them; of a trail that has none, those that it begins with."""
    narrow = [*map(_advanced, advanced)]
    plain = tuple(basic) or (() if narrow else (_EVERY_EVENT,))
    told = [*(one for row in plain for one in _basic(row)), *narrow]
    return (
        tuple(one for one in told if isinstance(one, ManagementSelector)),
        tuple(one for one in told if isinstance(one, DataSelector)),
    )


def _basic(row: Any) -> Iterator[ManagementSelector | DataSelector]:
    kind = row.get("ReadWriteType", "All")
    reads, writes = kind in ("All", "ReadOnly"), kind in ("All", "WriteOnly")
    if row.get("IncludeManagementEvents", True):
        yield ManagementSelector(reads, writes, tuple(sorted(row.get("ExcludeManagementEventSources") or ())))
    for resource in row.get("DataResources") or ():
        values = tuple(resource.get("Values") or ())
        whole = any(_is_every(resource["Type"], value) for value in values)
        yield DataSelector(resource["Type"], reads, writes, not whole, () if whole else values)


def _is_every(resource_type: str, value: str) -> bool:
    """Whether a value of a basic selector stands for every resource of the type: `arn:aws:s3`, `arn:aws:lambda`."""
    return value in _EVERY_OBJECT if resource_type.startswith("AWS::S3::") else value.count(":") == 2  # noqa: PLR2004 - an ARN as far as its service


def _advanced(row: Any) -> ManagementSelector | DataSelector | None:
    fields: dict[str, Any] = {}
    for one in row.get("FieldSelectors") or ():
        fields.setdefault(one["Field"], []).append(one)
    reads, writes = _reads_and_writes(fields.pop("readOnly", ()))
    category = [value for one in fields.pop("eventCategory", ()) for value in one.get("Equals") or ()]
    if category == ["Management"]:
        sources = fields.pop("eventSource", ())
        left_out = sorted(value for one in sources for value in one.get("NotEquals") or ())
        narrowed = bool(fields) or any(set(one) - {"Field", "NotEquals"} for one in map(_set_only, sources))
        return ManagementSelector(reads, writes, ("*",) if narrowed else tuple(left_out))
    if category != ["Data"]:
        return None
    types = [value for one in fields.pop("resources.type", ()) for value in one.get("Equals") or ()]
    arns = [value for one in fields.get("resources.ARN", ()) for value in _begun(one)]
    return DataSelector(types[0] if types else "*", reads, writes, bool(fields), tuple(arns))


def _set_only(selector: Any) -> dict[str, Any]:
    return {key: value for key, value in selector.items() if value or key not in _OPERATORS}


def _begun(selector: Any) -> Iterable[str]:
    return (*(selector.get("Equals") or ()), *(selector.get("StartsWith") or ()))


def _reads_and_writes(selectors: Any) -> tuple[bool, bool]:
    """Read which of reads and writes the conditions on `readOnly` leave; the conditions hold together."""
    allowed = {"true", "false"}
    for one in selectors:
        if one.get("Equals"):
            allowed &= {str(value).lower() for value in one["Equals"]}
        allowed -= {str(value).lower() for value in one.get("NotEquals") or ()}
    return "true" in allowed, "false" in allowed


def _of_trail(operation: str, parameter: str, kind: type[Facet], parse: Any) -> Reader:
    def request(trail: Trail) -> Parameters | Absent | Unknown:
        return {parameter: trail.arn}

    return Reader(
        service="cloudtrail",
        operation=operation,
        actions=(f"cloudtrail:{operation}",),
        yields=(kind,),
        parse=parse,
        parent=Trail,
        request=request,
        bare=False,
    )


READERS: Final = (
    Reader(
        service="cloudtrail",
        operation="DescribeTrails",
        actions=("cloudtrail:DescribeTrails",),
        yields=(Trail, RegionTrails),
        parse=_trails,
    ),
    _of_trail("GetTrailStatus", "Name", TrailStatus, _status),
    _of_trail("GetEventSelectors", "TrailName", TrailSelectors, _selectors),
)
