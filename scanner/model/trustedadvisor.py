"""Trusted Advisor kinds. The recommendations API and the older support API both fill them."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

import msgspec

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe, why_unknown


class AdvisorCheck(Resource, frozen=True, kw_only=True, eq=False):
    """A check of Trusted Advisor; its id is the check's, or the recommendation's where it comes from no check."""

    service: ClassVar[str] = "advisor"
    noun: ClassVar[str] = "Trusted Advisor check"
    regional: ClassVar[bool] = False

    pillars: Maybe[tuple[str, ...]]
    """cost_optimizing, performance, security, service_limits, fault_tolerance, operational_excellence."""
    source: Maybe[str]
    """Who made the recommendation: ta_check, security_hub, aws_config …; `support` where the support API was asked."""
    columns: Maybe[tuple[str, ...]]
    """The names of the columns of its results, in order; none where results carry their names themselves."""


class AdvisorStatus(Facet, frozen=True, kw_only=True, eq=False):
    """The result of a check: its colour, as AWS says it (ok, warning, error), and how many resources have which."""

    of: ClassVar[type[Resource]] = AdvisorCheck

    recommendation: Maybe[str | Absent]
    """The ARN of the recommendation; absent where the support API was asked."""
    status: Maybe[str]
    flagged: Maybe[int]
    excluded: Maybe[int]
    """Resources that somebody excluded from the check."""
    updated_at: Maybe[datetime | Absent]


class AdvisorResource(msgspec.Struct, frozen=True):
    """A resource that a check speaks of, with the values of its columns by name."""

    id: str
    region: str
    status: str
    excluded: bool
    metadata: Mapping[str, str]


class AdvisorResources(Facet, frozen=True, kw_only=True, eq=False):
    """The resources that a check speaks of; none for a check without warning or error."""

    of: ClassVar[type[Resource]] = AdvisorCheck

    resources: Maybe[tuple[AdvisorResource, ...]]

    def flagged(self, status: str) -> tuple[str, ...]:
        """Return the ids of those with this colour that are not excluded, sorted.

        They name what a check says already, so the check's failure does not rest on them: none where they are unknown.
        """
        if why_unknown(self.resources):
            return ()
        return tuple(sorted({one.id for one in self.resources if one.status == status and not one.excluded}))
