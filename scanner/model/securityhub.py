"""AWS Security Hub kinds: whether it is on, and what it found (Security Hub API Reference, ASFF and OCSF)."""

from datetime import datetime
from typing import ClassVar

import msgspec

from scanner.model.account import AccountRegion
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe


class SecurityHub(Facet, frozen=True, kw_only=True, eq=False):
    """Whether Security Hub CSPM, the service of the security standards, is on in a region (DescribeHub)."""

    of: ClassVar[type[Resource]] = AccountRegion

    enabled: Maybe[bool]


class SecurityHubV2(Facet, frozen=True, kw_only=True, eq=False):
    """Whether Security Hub, the service that joins the findings of others, is on in a region (DescribeSecurityHubV2)."""

    of: ClassVar[type[Resource]] = AccountRegion

    enabled: Maybe[bool]


class HubResource(msgspec.Struct, frozen=True):
    """A resource that a finding speaks of; its id is an ARN where it has one. The region is empty where not told."""

    type: str
    id: str
    region: str = ""


class HubFinding(Resource, frozen=True, kw_only=True, eq=False):
    """An active finding that nobody has resolved or suppressed (GetFindings, GetFindingsV2), under the id of its product.

    What Security Hub only repeats from services that are read themselves is left out: Inspector, GuardDuty, Access
    Analyzer and AWS Config.
    """

    service: ClassVar[str] = "securityhub"
    noun: ClassVar[str] = "Security Hub finding"
    is_defect: ClassVar[bool] = True

    product: Maybe[str]
    """Who found it: `securityhub` for the controls of Security Hub itself, else the product's name."""
    control: Maybe[str | Absent]
    """The id of Security Hub's control, such as `S3.8`."""
    compliance: Maybe[str | Absent]
    """FAILED, WARNING, NOT_AVAILABLE or PASSED, where the finding is the result of a control."""
    severity: Maybe[str]
    """INFORMATIONAL, LOW, MEDIUM, HIGH or CRITICAL; UNKNOWN where the product gives none of these."""
    title: Maybe[str]
    first_observed_at: Maybe[datetime]
    resources: Maybe[tuple[HubResource, ...]]

    @property
    def affected(self) -> str:
        """The ids of the resources it speaks of, in words."""
        return ", ".join(one.id for one in self.resources)
