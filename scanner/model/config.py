"""AWS Config kinds: what it records, where to, and which of its rules are not complied with (AWS Config API Reference)."""

from datetime import datetime
from typing import ClassVar

import msgspec

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe, why_unknown


class ConfigRecorder(Resource, frozen=True, kw_only=True, eq=False):
    """A configuration recorder; its id is its name (DescribeConfigurationRecorders)."""

    service: ClassVar[str] = "config"
    noun: ClassVar[str] = "configuration recorder"

    role: Maybe[str | Absent]
    """The ARN of the role that it reads by."""
    service_principal: Maybe[str | Absent]
    """The service that made it for itself; absent for the account's own."""
    strategy: Maybe[str]
    """ALL_SUPPORTED_RESOURCE_TYPES, INCLUSION_BY_RESOURCE_TYPES or EXCLUSION_BY_RESOURCE_TYPES."""
    types: Maybe[tuple[str, ...]]
    """The types of resources that it records alone, or leaves out, by its strategy."""
    global_types: Maybe[bool]
    """Whether users, groups, roles and policies of IAM are recorded in this region."""


class ConfigRecorderStatus(Facet, frozen=True, kw_only=True, eq=False):
    """Whether a recorder is at work (DescribeConfigurationRecorderStatus)."""

    of: ClassVar[type[Resource]] = ConfigRecorder

    recording: Maybe[bool]
    last_status: Maybe[str | Absent]
    """Pending, Success, Failure or NotApplicable."""
    error: Maybe[str | Absent]


class DeliveryChannel(Resource, frozen=True, kw_only=True, eq=False):
    """Where AWS Config delivers what it recorded; its id is its name (DescribeDeliveryChannels)."""

    service: ClassVar[str] = "config"
    noun: ClassVar[str] = "delivery channel"

    bucket: Maybe[str | Absent]
    topic: Maybe[str | Absent]


class DeliveryStatus(Facet, frozen=True, kw_only=True, eq=False):
    """How the last deliveries went: Success, Failure or Not_Applicable (DescribeDeliveryChannelStatus)."""

    of: ClassVar[type[Resource]] = DeliveryChannel

    history: Maybe[str | Absent]
    snapshot: Maybe[str | Absent]
    stream: Maybe[str | Absent]
    error: Maybe[str | Absent]
    """What the first of them that failed says."""


class ConfigRule(Resource, frozen=True, kw_only=True, eq=False):
    """A rule of AWS Config; its id is its name (DescribeConfigRules)."""

    service: ClassVar[str] = "config"
    noun: ClassVar[str] = "Config rule"

    owner: Maybe[str]
    """AWS for a managed rule, CUSTOM_LAMBDA or CUSTOM_POLICY."""
    identifier: Maybe[str | Absent]
    """Of a managed rule, such as `S3_BUCKET_LOGGING_ENABLED`."""
    created_by: Maybe[str | Absent]
    """The service that made it for itself, such as `securityhub.amazonaws.com`."""


class RuleCompliance(Facet, frozen=True, kw_only=True, eq=False):
    """What a rule says of all its resources (DescribeComplianceByConfigRule)."""

    of: ClassVar[type[Resource]] = ConfigRule

    compliance: Maybe[str]
    """COMPLIANT, NON_COMPLIANT, NOT_APPLICABLE or INSUFFICIENT_DATA."""


class NonCompliant(msgspec.Struct, frozen=True):
    """A resource that does not comply, under the id that AWS Config knows it by."""

    type: str
    id: str
    since: datetime | None
    annotation: str = ""


class NonCompliantResources(Facet, frozen=True, kw_only=True, eq=False):
    """The resources that do not comply with a rule; none for a rule that is complied with (GetComplianceDetailsByConfigRule)."""

    of: ClassVar[type[Resource]] = ConfigRule

    resources: Maybe[tuple[NonCompliant, ...]]

    def named(self) -> tuple[str, ...]:
        """Return the ids of the resources, sorted.

        They name what the rule says already, so its failure does not rest on them: none where they are unknown.
        """
        if why_unknown(self.resources):
            return ()
        return tuple(sorted({one.id for one in self.resources}))
