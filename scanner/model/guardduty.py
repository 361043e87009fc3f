"""Amazon GuardDuty kinds: detectors, what they are set to, and what they found (GuardDuty API Reference)."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from scanner.model.kind import Facet, Kind, Resource
from scanner.model.maybe import Absent, Maybe


class Detector(Resource, frozen=True, kw_only=True, eq=False):
    """The detector of a region, of which there is one at most; its id is AWS's (ListDetectors)."""

    service: ClassVar[str] = "guardduty"
    noun: ClassVar[str] = "detector"


class DetectorSettings(Facet, frozen=True, kw_only=True, eq=False):
    """What a detector is set to (GetDetector)."""

    of: ClassVar[type[Resource]] = Detector

    enabled: Maybe[bool]
    publishing_frequency: Maybe[str]
    features: Maybe[Mapping[str, bool]]
    """Whether each feature that AWS names is on (`S3_DATA_EVENTS`, `RUNTIME_MONITORING` …), and each part of one
    (`ECS_FARGATE_AGENT_MANAGEMENT` …)."""


class DetectorFindings(Kind, frozen=True, kw_only=True, eq=False):
    """Ids of up to 50 findings of a detector, the most that can be fetched at once (ListFindings); its id is the first."""

    detector: str
    ids: tuple[str, ...]


class GuardDutyFinding(Resource, frozen=True, kw_only=True, eq=False):
    """A finding that nobody has archived (GetFindings); its scope is that of the account it is about."""

    service: ClassVar[str] = "guardduty"
    noun: ClassVar[str] = "GuardDuty finding"
    is_defect: ClassVar[bool] = True

    type: Maybe[str]
    """Such as `UnauthorizedAccess:EC2/SSHBruteForce`."""
    severity: Maybe[float]
    """From 1.0; below 4 low, below 7 medium, below 9 high, else critical (GuardDuty User Guide, severity levels)."""
    title: Maybe[str | Absent]
    resource_type: Maybe[str | Absent]
    resources: Maybe[tuple[str, ...]]
    """Ids or ARNs of what it is about."""
    count: Maybe[int | Absent]
    """How often it was seen."""
    first_seen_at: Maybe[datetime]
    last_seen_at: Maybe[datetime]

    @property
    def level(self) -> str:
        """The severity in words: `low`, `medium`, `high` or `critical`."""
        return next(word for word, least in LEVELS.items() if self.severity >= least)


LEVELS = {"critical": 9.0, "high": 7.0, "medium": 4.0, "low": 0.0}
"""The severity from which on a finding is called so, the gravest first."""
