"""CloudTrail kinds: trails, whether they are at work, and which events they record."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar, Final

import msgspec

from scanner.model.account import AccountRegion
from scanner.model.kind import All, Facet, Resource
from scanner.model.maybe import Absent, Maybe, Reason, UnknownAsked, Why, any_of, known

S3_OBJECTS: Final = "AWS::S3::Object"
"""The resource type under which the requests for objects are recorded."""


class Trail(Resource, frozen=True, kw_only=True, eq=False):
    """A trail, in its home region and the account that owns it; its id is its name (DescribeTrails).

    The trail of an organization belongs to the management account; members see it too.
    """

    service: ClassVar[str] = "cloudtrail"
    noun: ClassVar[str] = "trail"

    bucket: Maybe[str | Absent]
    """The bucket that it delivers to, which may be another account's."""
    multi_region: Maybe[bool]
    global_events: Maybe[bool]
    """Whether it records the events of global services such as IAM."""
    validation: Maybe[bool]
    """Whether it delivers digests by which changed or deleted logs are noticed."""
    kms_key: Maybe[str | Absent]
    log_group: Maybe[str | Absent]
    """The ARN of the log group of CloudWatch Logs that it delivers to."""
    of_organization: Maybe[bool]
    insights: Maybe[bool]


class TrailStatus(Facet, frozen=True, kw_only=True, eq=False):
    """Whether a trail records now (GetTrailStatus)."""

    of: ClassVar[type[Resource]] = Trail

    logging: Maybe[bool]
    delivery_error: Maybe[str | Absent]
    """S3's error code for the latest delivery that failed, if it failed."""


class ManagementSelector(msgspec.Struct, frozen=True):
    """A selector of management events: calls that change or read settings."""

    reads: bool
    writes: bool
    left_out: tuple[str, ...] = ()
    """Sources that are excluded, such as `kms.amazonaws.com`; `*` where it is narrowed otherwise."""


class DataSelector(msgspec.Struct, frozen=True):
    """A selector of data events of one type of resource."""

    resource_type: str
    reads: bool
    writes: bool
    narrowed: bool
    """Whether it is for some resources or some calls only."""
    arns: tuple[str, ...] = ()
    """The ARNs, or beginnings of ARNs, that it is narrowed to, where it is narrowed by them."""


class TrailSelectors(Facet, frozen=True, kw_only=True, eq=False):
    """Which events a trail records (GetEventSelectors): those of any of its selectors."""

    of: ClassVar[type[Resource]] = Trail

    management: Maybe[tuple[ManagementSelector, ...]]
    data: Maybe[tuple[DataSelector, ...]]


class RegionTrails(Facet, frozen=True, kw_only=True, eq=False):
    """The trails that record a region for the account, by ARN: its own, those of other regions, and its organization's."""

    of: ClassVar[type[Resource]] = AccountRegion

    arns: Maybe[tuple[str, ...]]


class TrailRecording(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: what a trail records now. False for all where it is stopped."""

    of: ClassVar[type[Resource]] = Trail

    management: Maybe[bool]
    """All management events, reads and writes, of every source."""
    object_reads: Maybe[bool]
    """Reads of objects, in all buckets."""
    object_writes: Maybe[bool]
    """Writes of objects, in all buckets."""


class AccountTrails(msgspec.Struct, frozen=True):
    """The trails that record an account: its own and its organization's, and why there may be others."""

    trails: tuple[Trail, ...]
    whys: tuple[Why, ...]

    def any(self, holds: Callable[[Trail], object]) -> bool:
        """Whether something holds of one of them. Raises `UnknownAsked` if of none for certain, and of one perhaps."""
        return any_of(*(partial(holds, trail) for trail in self.trails), *(partial(_ask, why) for why in self.whys))


def trails_of(account: str, seen: All[RegionTrails], trails: All[Trail]) -> AccountTrails:
    """Return the trails that record an account; `trails` are those of every scanned account, `seen` the account's own."""
    arns, whys = _gathered(seen)
    found: list[Trail] = []
    try:
        found += (trail for trail in trails if trail.scope.account == account or known(trail.arn) in arns)
    except UnknownAsked as asked:
        whys.append(asked.why)
    for arn in sorted(arns - {str(known(trail.arn)) for trail in found}):
        whys.append(Why(Reason.NOT_COLLECTED, f"{arn} was not read where it is at home"))
    return AccountTrails(tuple(found), tuple(whys))


def _gathered(seen: Iterable[RegionTrails]) -> tuple[set[str], list[Why]]:
    arns: set[str] = set()
    whys: list[Why] = []
    try:
        for region in seen:
            arns |= set(known(region.arns))
    except UnknownAsked as asked:
        whys.append(asked.why)
    return arns, whys


def _ask(why: Why) -> bool:
    raise UnknownAsked(why)
