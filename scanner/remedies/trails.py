"""Remedies for trails of CloudTrail: they log, all regions, with files that can be validated."""

from collections.abc import Iterator
from typing import Any

from scanner.image import Allowed, Look
from scanner.model.account import Account
from scanner.model.cloudtrail import RegionTrails, Trail, TrailRecording, TrailStatus
from scanner.model.kind import All
from scanner.model.maybe import known
from scanner.remedy import Advice, Becomes, Change, Lent, Safety, Snippet, Step, Write, remedy


def _trail_look(lent: Lent, trail: Trail) -> Look:
    return lent.look(
        trail,
        path=("trailList",),
        where={"TrailARN": trail.arn},
        ask={"trailNameList": [trail.arn], "includeShadowTrails": False},
        ignoring=("HasCustomEventSelectors", "HasInsightSelectors"),
    )


def _trail_write(trail: Trail, operation: str, **parameters: Any) -> Write:
    return Write(
        service="cloudtrail",
        operation=operation,
        region=trail.scope.region,
        parameters={"Name": known(trail.arn), **parameters},
        needs=(Allowed(f"cloudtrail:{operation}", str(known(trail.arn))),),
    )


@remedy(Safety.B)
def validate_logs(lent: Lent, trail: Trail) -> Iterator[Step]:
    """Turn log file validation on. It costs nothing but a few small files an hour."""
    look = _trail_look(lent, trail)
    (row,) = lent.image(look)
    yield Change(
        title=f"Validate the log files of {trail.id}",
        call=_trail_write(trail, "UpdateTrail", EnableLogFileValidation=True),
        becomes=(Becomes(look, [{**row, "LogFileValidationEnabled": True}]),),
        undo=(_trail_write(trail, "UpdateTrail", EnableLogFileValidation=False),),
        why="the bucket gets digests beside the logs",
        code=(
            Snippet(
                terraform="aws_cloudtrail",
                arguments={"enable_log_file_validation": True},
                cloudformation="AWS::CloudTrail::Trail",
                properties={"EnableLogFileValidation": True},
            ),
        ),
    )


def _start(lent: Lent, trail: Trail, status: TrailStatus) -> Change:
    look = lent.look(status, only=("IsLogging",))
    return Change(
        title=f"Let {trail.id} record again",
        call=_trail_write(trail, "StartLogging"),
        becomes=(Becomes(look, {"IsLogging": True}),),
        undo=(_trail_write(trail, "StopLogging"),),
        why="it costs storage, and somebody may have stopped it on purpose",
        code=(Snippet(terraform="aws_cloudtrail", arguments={"enable_logging": True}),),
    )


@remedy(Safety.B)
def start_logging(lent: Lent, trail: Trail, status: TrailStatus) -> Iterator[Step]:
    """Let the trail record again. Find out who stopped it, and when: that is a trace of its own."""
    yield _start(lent, trail, status)


@remedy(Safety.B)
def widen_trail(
    lent: Lent,
    account: Account,
    _seen: All[RegionTrails],
    trails: All[Trail],
    statuses: All[TrailStatus],
    _recordings: All[TrailRecording],
) -> Iterator[Step]:
    """Let a trail of the account that records one region record all of them, and start it if it is stopped."""
    own = [trail for trail in trails if trail.scope.account == account.id and not trail.of_organization]
    for trail in sorted(own, key=lambda one: one.id):
        (status,) = statuses.of(trail)
        changes = [] if trail.multi_region else [_widened(lent, trail)]
        changes += [] if status.logging else [_start(lent, trail, status)]
        if changes and lent.passes([one for change in changes for one in change.becomes]):
            yield from changes
            return
    yield Advice(
        title="Create a trail for all regions, with a bucket of its own that only CloudTrail may write to",
        why="no trail of the account could be widened to record all management events of all regions",
        code=(
            Snippet(
                terraform="aws_cloudtrail",
                arguments={
                    "name": "all",
                    "s3_bucket_name": "BUCKET",
                    "is_multi_region_trail": True,
                    "enable_log_file_validation": True,
                },
                cloudformation="AWS::CloudTrail::Trail",
                properties={
                    "S3BucketName": "BUCKET",
                    "IsLogging": True,
                    "IsMultiRegionTrail": True,
                    "EnableLogFileValidation": True,
                },
            ),
        ),
    )


def _widened(lent: Lent, trail: Trail) -> Change:
    look = _trail_look(lent, trail)
    (row,) = lent.image(look)
    wide = {"IsMultiRegionTrail": True, "IncludeGlobalServiceEvents": True}
    undo = {name: bool(row.get(name)) for name in wide}
    return Change(
        title=f"Let {trail.id} record all regions",
        call=_trail_write(trail, "UpdateTrail", **wide),
        becomes=(Becomes(look, [{**row, **wide}]),),
        undo=(_trail_write(trail, "UpdateTrail", **undo),),
        why="it costs storage, and a second copy of management events in a region is charged for",
        code=(
            Snippet(
                terraform="aws_cloudtrail",
                arguments={"is_multi_region_trail": True, "include_global_service_events": True},
                cloudformation="AWS::CloudTrail::Trail",
                properties={"IsMultiRegionTrail": True, "IncludeGlobalServiceEvents": True},
            ),
        ),
    )
