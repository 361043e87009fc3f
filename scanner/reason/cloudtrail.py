"""What a trail records now: its status and its selectors taken together (CloudTrail User Guide, "Logging events")."""

from collections.abc import Callable, Iterable

from scanner.model.cloudtrail import (
    S3_OBJECTS,
    DataSelector,
    ManagementSelector,
    Trail,
    TrailRecording,
    TrailSelectors,
    TrailStatus,
)
from scanner.model.maybe import Maybe, Unknown, UnknownAsked, all_of, known


def trail_recording(trail: Trail, status: TrailStatus, selectors: TrailSelectors) -> TrailRecording:
    """Return what the trail records."""

    def records(covered: Callable[[], bool]) -> Maybe[bool]:
        try:
            return all_of(lambda: status.logging, covered)
        except UnknownAsked as asked:
            return Unknown(asked.why)

    return TrailRecording(
        scope=trail.scope,
        id=trail.id,
        origin=status.origin,
        management=records(lambda: _all_management(known(selectors.management))),
        object_reads=records(lambda: any(one.reads for one in _all_objects(known(selectors.data)))),
        object_writes=records(lambda: any(one.writes for one in _all_objects(known(selectors.data)))),
    )


def _all_management(selectors: Iterable[ManagementSelector]) -> bool:
    whole = [one for one in selectors if not one.left_out]
    return any(one.reads for one in whole) and any(one.writes for one in whole)


def _all_objects(selectors: Iterable[DataSelector]) -> list[DataSelector]:
    return [one for one in selectors if one.resource_type == S3_OBJECTS and not one.narrowed]
