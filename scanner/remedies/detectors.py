"""Remedies for what watches a region: GuardDuty, Inspector, Access Analyzer."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.image import Allowed
from scanner.model.accessanalyzer import Analyzer
from scanner.model.account import AccountRegion
from scanner.model.guardduty import Detector, DetectorSettings
from scanner.model.inspector2 import InspectorStatus
from scanner.model.kind import All, Scope
from scanner.remedy import Advice, Becomes, Change, Lent, Safety, Snippet, Step, Write, found, remedy

_MADE: Final = "made-by-this-plan"
_ANALYZER: Final = "casemate-external-access"


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
