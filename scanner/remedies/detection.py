"""Remedies for what watches the account: trails, GuardDuty, Inspector, Access Analyzer, and the rotation of keys."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.image import Allowed, Leftover, Look
from scanner.model.accessanalyzer import Analyzer
from scanner.model.account import Account, AccountRegion
from scanner.model.cloudtrail import RegionTrails, Trail, TrailRecording, TrailStatus
from scanner.model.guardduty import Detector, DetectorSettings
from scanner.model.inspector2 import InspectorStatus
from scanner.model.kind import All, Scope
from scanner.model.kms import Key, KeyDetails, KeyRotation
from scanner.model.maybe import known
from scanner.remedy import Advice, Becomes, Change, Lent, Safety, Snippet, Step, Write, found, remedy

_MADE: Final = "made-by-this-plan"
_ANALYZER: Final = "casemate-external-access"


# Trails


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


# Detectors


@remedy(Safety.B)
def enable_guardduty(
    lent: Lent, region: AccountRegion, detectors: All[Detector], settings: All[DetectorSettings]
) -> Iterator[Step]:
    """Turn GuardDuty on in the region, or on again. It is charged by what it reads."""
    for detector in detectors:
        (said,) = settings.of(detector)
        look = lent.look(said, only=("Status",))

        def write(native_id: str, *, enable: bool) -> Write:
            arn = f"arn:{region.scope.partition}:guardduty:{region.id}:{region.scope.account}:detector/{native_id}"
            return _regional(region.scope, "guardduty", "UpdateDetector", arn, DetectorId=native_id, Enable=enable)

        yield Change(
            title=f"Turn GuardDuty on again in {region.id}",
            call=write(detector.id, enable=True),
            becomes=(Becomes(look, {"Status": "ENABLED"}),),
            undo=(write(detector.id, enable=False),),
            why="it is charged by what it reads",
            code=_GUARDDUTY,
        )
        return
    look = lent.look_at("guardduty:ListDetectors", region.scope, path=("DetectorIds",), ignoring=("*",))
    read = lent.look_at("guardduty:GetDetector", region.scope, f'{{"DetectorId":"{_MADE}"}}', lags=True)
    arn = f"arn:{region.scope.partition}:guardduty:{region.id}:{region.scope.account}:detector/*"
    create = _regional(region.scope, "guardduty", "CreateDetector", "*", Enable=True)
    role = Allowed("iam:CreateServiceLinkedRole", "arn:*:iam::*:role/aws-service-role/guardduty.amazonaws.com/*")
    yield Change(
        title=f"Turn GuardDuty on in {region.id}",
        call=Write(
            service=create.service,
            operation=create.operation,
            region=create.region,
            parameters=create.parameters,
            needs=(*create.needs, role),
        ),
        becomes=(Becomes(look, [_MADE]), Becomes(read, {"Status": "ENABLED", "ServiceRole": ""})),
        undo=(_regional(region.scope, "guardduty", "DeleteDetector", arn, DetectorId=found(0, "")),),
        why="it is charged by what it reads; its first 30 days are free",
        makes=True,
        code=_GUARDDUTY,
    )


_GUARDDUTY: Final = (
    Snippet(
        terraform="aws_guardduty_detector",
        arguments={"enable": True},
        cloudformation="AWS::GuardDuty::Detector",
        properties={"Enable": True},
    ),
)


def _regional(scope: Scope, service: str, operation: str, arn: str, **parameters: Any) -> Write:
    prefix = {"accessanalyzer": "access-analyzer"}.get(service, service)
    return Write(
        service=service,
        operation=operation,
        region=scope.region,
        parameters=parameters,
        needs=(Allowed(f"{prefix}:{operation}", arn),),
    )


def _scan(lent: Lent, region: AccountRegion, inspector: InspectorStatus, kind: str, member: str) -> Iterator[Step]:
    look = lent.look(inspector, ignoring=("errorCode", "errorMessage"))
    before = lent.image(look)
    accounts = []
    for row in before["accounts"]:
        states = {**(row.get("resourceState") or {}), member: {"status": "ENABLED"}}
        accounts.append({**row, "state": {"status": "ENABLED"}, "resourceState": states})
    role = Allowed("iam:CreateServiceLinkedRole", "arn:*:iam::*:role/aws-service-role/inspector2.amazonaws.com/*")
    enable = _regional(region.scope, "inspector2", "Enable", "*", resourceTypes=[kind])
    yield Change(
        title=f"Let Inspector scan {_SCANNED[kind]} in {region.id}",
        call=Write(
            service="inspector2",
            operation="Enable",
            region=region.id,
            parameters=enable.parameters,
            needs=(*enable.needs, role),
        ),
        becomes=(Becomes(look, {**before, "accounts": accounts}),),
        undo=(_regional(region.scope, "inspector2", "Disable", "*", resourceTypes=[kind]),),
        why="it is charged by what it scans",
        code=(
            Snippet(
                terraform="aws_inspector2_enabler",
                arguments={"account_ids": [region.scope.account], "resource_types": [kind]},
            ),
        ),
    )


_SCANNED: Final = {
    "EC2": "instances",
    "ECR": "container images",
    "LAMBDA": "Lambda functions",
    "LAMBDA_CODE": "the code of Lambda functions",
}


@remedy(Safety.B)
def scan_instances(lent: Lent, region: AccountRegion, inspector: InspectorStatus) -> Iterator[Step]:
    """Let Inspector scan the instances of the region. It is charged by the instance."""
    return _scan(lent, region, inspector, "EC2", "ec2")


@remedy(Safety.B)
def scan_images(lent: Lent, region: AccountRegion, inspector: InspectorStatus) -> Iterator[Step]:
    """Let Inspector scan the container images of the region. It is charged by the image."""
    return _scan(lent, region, inspector, "ECR", "ecr")


@remedy(Safety.B)
def scan_functions(lent: Lent, region: AccountRegion, inspector: InspectorStatus) -> Iterator[Step]:
    """Let Inspector scan the Lambda functions of the region. It is charged by the function."""
    return _scan(lent, region, inspector, "LAMBDA", "lambda")


@remedy(Safety.B)
def scan_function_code(lent: Lent, region: AccountRegion, inspector: InspectorStatus) -> Iterator[Step]:
    """Let Inspector scan the code of Lambda functions of the region. It is charged by the function."""
    return _scan(lent, region, inspector, "LAMBDA_CODE", "lambdaCode")


@remedy(Safety.B)
def create_analyzer(lent: Lent, region: AccountRegion, _analyzers: All[Analyzer]) -> Iterator[Step]:
    """Create an analyzer for access from outside the account. It costs nothing."""
    look = lent.look_at(
        "accessanalyzer:ListAnalyzers",
        region.scope,
        path=("analyzers",),
        ignoring=("createdAt", "lastResourceAnalyzed", "lastResourceAnalyzedAt", "tags", "configuration"),
    )
    before = lent.image(look)
    if any(row.get("name") == _ANALYZER for row in before):
        yield Advice(
            title=f"Look why the analyzer {_ANALYZER} of {region.id} does not work", why="it is there and not active"
        )
        return
    arn = f"arn:{region.scope.partition}:access-analyzer:{region.id}:{region.scope.account}:analyzer/{_ANALYZER}"
    made = {
        "arn": arn,
        "name": _ANALYZER,
        "type": "ACCOUNT",
        "status": "ACTIVE",
        "createdAt": "2000-01-01T00:00:00+00:00",
    }
    role = Allowed("iam:CreateServiceLinkedRole", "arn:*:iam::*:role/aws-service-role/access-analyzer.amazonaws.com/*")
    create = _regional(region.scope, "accessanalyzer", "CreateAnalyzer", arn, analyzerName=_ANALYZER, type="ACCOUNT")
    yield Change(
        title=f"Create an external access analyzer in {region.id}",
        call=Write(
            service="accessanalyzer",
            operation="CreateAnalyzer",
            region=region.id,
            parameters=create.parameters,
            needs=(*create.needs, role),
        ),
        becomes=(Becomes(look, [*before, made]),),
        undo=(_regional(region.scope, "accessanalyzer", "DeleteAnalyzer", arn, analyzerName=_ANALYZER),),
        why="its findings go to whoever watches them",
        makes=True,
        code=(
            Snippet(
                terraform="aws_accessanalyzer_analyzer",
                arguments={"analyzer_name": _ANALYZER, "type": "ACCOUNT"},
                cloudformation="AWS::AccessAnalyzer::Analyzer",
                properties={"AnalyzerName": _ANALYZER, "Type": "ACCOUNT"},
            ),
        ),
    )


# Keys


def _key_write(key: Key, operation: str, **parameters: Any) -> Write:
    return Write(
        service="kms",
        operation=operation,
        region=key.scope.region,
        parameters={"KeyId": key.id, **parameters},
        needs=(Allowed(f"kms:{operation}", str(known(key.arn))),),
    )


@remedy(Safety.A)
def rotate_key(lent: Lent, key: Key, _details: KeyDetails, rotation: KeyRotation) -> Iterator[Step]:
    """Turn automatic rotation on. The key keeps its id and policy, and reads what older material encrypted."""
    look = lent.look(rotation, only=("KeyRotationEnabled",))
    yield Change(
        title=f"Rotate {key.id} every year",
        call=_key_write(key, "EnableKeyRotation"),
        becomes=(Becomes(look, {"KeyRotationEnabled": True}),),
        undo=(_key_write(key, "DisableKeyRotation"),),
        safety=Safety.A,
        why="whoever uses the key notices nothing",
        code=(
            Snippet(
                terraform="aws_kms_key",
                arguments={"enable_key_rotation": True},
                cloudformation="AWS::KMS::Key",
                properties={"EnableKeyRotation": True},
            ),
        ),
    )


@remedy(Safety.B)
def keep_key(lent: Lent, key: Key, details: KeyDetails) -> Iterator[Step]:
    """Cancel the deletion of the key. It stays disabled until somebody enables it."""
    look = lent.look(details, ignoring=("DeletionDate", "PendingDeletionWindowInDays"))
    before = lent.image(look)
    data = {name: value for name, value in before["KeyMetadata"].items() if name != "DeletionDate"}
    yield Change(
        title=f"Cancel the deletion of {key.id}",
        call=_key_write(key, "CancelKeyDeletion"),
        becomes=(Becomes(look, {**before, "KeyMetadata": {**data, "KeyState": "Disabled", "Enabled": False}}),),
        undo=(_key_write(key, "ScheduleKeyDeletion", PendingWindowInDays=30),),
        why="somebody wanted it to be deleted",
        leaves_behind=(Leftover("DeletionDate", "the waiting period begins anew, with 30 days"),),
    )
