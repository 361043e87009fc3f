"""Reading GuardDuty: the detector of each region and its settings (Amazon GuardDuty API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told
from scanner.model.guardduty import Detector, DetectorSettings
from scanner.model.kind import Tags
from scanner.model.maybe import ABSENT, Maybe
from scanner.reader import Page, Place, Reader, only, rows


def _detectors(pages: tuple[Page, ...], at: Place) -> Iterator[Detector]:
    tags: Maybe[Tags] = not_told("GetDetector")
    for native_id in rows(pages, "DetectorIds"):
        scope = at.scope
        arn = f"arn:{scope.partition}:guardduty:{scope.region}:{scope.account}:detector/{native_id}"
        yield Detector(scope=scope, id=native_id, origin=at.origin, arn=arn, name=ABSENT, tags=tags)


def _settings(pages: tuple[Page, ...], at: Place) -> Iterator[DetectorSettings]:
    page = only(pages)
    yield DetectorSettings(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        enabled=page["Status"] == "ENABLED",
        publishing_frequency=page.get("FindingPublishingFrequency") or not_told("GetDetector"),
        features={row["Name"]: row.get("Status") == "ENABLED" for row in page.get("Features") or ()},
    )


READERS: Final = (
    Reader(
        service="guardduty",
        operation="ListDetectors",
        actions=("guardduty:ListDetectors",),
        yields=(Detector,),
        parse=_detectors,
        request={"MaxResults": 50},
    ),
    Reader(
        service="guardduty",
        operation="GetDetector",
        actions=("guardduty:GetDetector",),
        yields=(DetectorSettings,),
        parse=_settings,
        parent=Detector,
        request=lambda detector: {"DetectorId": detector.id},
        bare=False,
    ),
)
