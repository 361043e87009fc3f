"""Reading GuardDuty: the detector of each region, its settings and findings (Amazon GuardDuty API Reference)."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from scanner.aws.policies import not_told
from scanner.model.guardduty import Detector, DetectorFindings, DetectorSettings, GuardDutyFinding
from scanner.model.kind import Tags, instant
from scanner.model.maybe import ABSENT, Maybe
from scanner.reader import Page, Parameters, Place, Reader, given, only, rows

_AT_ONCE: Final = 50
"""The most ids that GetFindings takes, and ListFindings gives on a page."""


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
        features=dict(_features(page.get("Features") or ())),
    )


def _features(features: Iterable[Page]) -> Iterator[tuple[str, bool]]:
    for feature in features:
        yield feature["Name"], feature.get("Status") == "ENABLED"
        for part in feature.get("AdditionalConfiguration") or ():
            yield part["Name"], part.get("Status") == "ENABLED"


def _open_findings(detector: Detector) -> Parameters:
    """Ask only for what is not archived, and of the own account: an administrator's detector lists its members' too."""
    wanted = {"service.archived": {"Eq": ["false"]}, "accountId": {"Eq": [detector.scope.account]}}
    return {"DetectorId": detector.id, "FindingCriteria": {"Criterion": wanted}, "MaxResults": _AT_ONCE}


def _batches(pages: tuple[Page, ...], at: Place) -> Iterator[DetectorFindings]:
    listed = rows(pages, "FindingIds")
    while ids := tuple(islice(listed, _AT_ONCE)):
        yield DetectorFindings(scope=at.scope, id=ids[0], origin=at.origin, detector=at.parent.id, ids=ids)


def _findings(pages: tuple[Page, ...], at: Place) -> Iterator[GuardDutyFinding]:
    for row in rows(pages, "Findings"):
        service = row.get("Service") or {}
        if row["AccountId"] != at.scope.account or service.get("Archived"):
            continue
        about = row["Resource"]
        yield GuardDutyFinding(
            scope=at.scope,
            id=row["Id"],
            origin=at.origin,
            arn=row["Arn"],
            name=row["Type"],
            tags={},
            type=row["Type"],
            severity=float(row["Severity"]),
            title=given(row, "Title"),
            resource_type=given(about, "ResourceType"),
            resources=tuple(dict.fromkeys((*_about(about), *_in_sequence(service)))),
            count=given(service, "Count"),
            first_seen_at=instant(service.get("EventFirstSeen") or row["CreatedAt"]),
            last_seen_at=instant(service.get("EventLastSeen") or row["UpdatedAt"]),
        )


_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "InstanceDetails": ("InstanceId",),
    "AccessKeyDetails": ("UserName", "PrincipalId", "AccessKeyId"),
    "S3BucketDetails": ("Arn", "Name"),
    "EksClusterDetails": ("Arn", "Name"),
    "EcsClusterDetails": ("Arn", "Name"),
    "LambdaDetails": ("FunctionArn", "FunctionName"),
    "RdsDbInstanceDetails": ("DbInstanceArn", "DbInstanceIdentifier"),
    "RdsLimitlessDbDetails": ("DbShardGroupArn", "DbShardGroupIdentifier"),
    "EbsSnapshotDetails": ("SnapshotArn",),
    "Ec2ImageDetails": ("ImageArn",),
    "RecoveryPointDetails": ("RecoveryPointArn",),
    "ContainerDetails": ("Id", "Name"),
}
"""What each part of a finding's resource is known by, best first."""


def _about(resource: Mapping[str, Any]) -> Iterator[str]:
    for part, names in _NAMES.items():
        said = resource.get(part) or ()
        for one in [said] if isinstance(said, Mapping) else said:
            yield from [str(one[name]) for name in names if one.get(name)][:1]


def _in_sequence(service: Mapping[str, Any]) -> Iterator[str]:
    """Yield the resources of an attack sequence: such a finding is about several, and tells them with what it detected."""
    sequence = (service.get("Detection") or {}).get("Sequence") or {}
    for one in sequence.get("Resources") or ():
        if one.get("Uid"):
            yield str(one["Uid"])


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
    Reader(
        service="guardduty",
        operation="ListFindings",
        actions=("guardduty:ListFindings",),
        yields=(DetectorFindings,),
        parse=_batches,
        parent=Detector,
        request=_open_findings,
    ),
    Reader(
        service="guardduty",
        operation="GetFindings",
        actions=("guardduty:GetFindings",),
        yields=(GuardDutyFinding,),
        parse=_findings,
        parent=DetectorFindings,
        request=lambda batch: {"DetectorId": batch.detector, "FindingIds": list(batch.ids)},
    ),
)
