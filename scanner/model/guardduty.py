"""GuardDuty kinds: detectors, and what they are set to."""

from collections.abc import Mapping
from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Maybe


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
    """Whether each feature that AWS names is on: `S3_DATA_EVENTS`, `RUNTIME_MONITORING` …"""
