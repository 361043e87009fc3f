"""Reading AWS Config: which calls, and what their answers mean (AWS Config API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.model.config import (
    ConfigRecorder,
    ConfigRecorderStatus,
    ConfigRule,
    DeliveryChannel,
    DeliveryStatus,
    NonCompliant,
    NonCompliantResources,
    RuleCompliance,
)
from scanner.model.kind import instant
from scanner.model.maybe import ABSENT, Absent, Reason, unknown
from scanner.reader import Page, Parameters, Place, Reader, given, rows

_PAGE: Final = 100
_ALL_TYPES: Final = "ALL_SUPPORTED_RESOURCE_TYPES"
_GLOBAL_TYPES: Final = frozenset({"AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::User"})
"""What `includeGlobalResourceTypes` stands for (RecordingGroup)."""


def _recorders(pages: tuple[Page, ...], at: Place) -> Iterator[ConfigRecorder]:
    for row in rows(pages, "ConfigurationRecorders"):
        group = row.get("recordingGroup") or {}
        strategy, types, global_types = strategy_of(group)
        yield ConfigRecorder(
            scope=at.scope,
            id=row["name"],
            origin=at.origin,
            arn=given(row, "arn"),
            name=row["name"],
            tags={},
            role=given(row, "roleARN"),
            service_principal=given(row, "servicePrincipal"),
            strategy=strategy,
            types=types,
            global_types=global_types,
        )


def strategy_of(group: Page) -> tuple[str, tuple[str, ...], bool]:
    """Return the strategy of a recording group, the types that it names, and whether those of IAM are recorded."""
    strategy, types = _strategy(group)
    return strategy, types, _records_global(group, strategy, types)


def _strategy(group: Page) -> tuple[str, tuple[str, ...]]:
    """Return the strategy and the types that it names; recorders older than strategies say it by `allSupported`."""
    said = (group.get("recordingStrategy") or {}).get("useOnly")
    if said == _ALL_TYPES or (said is None and group.get("allSupported")):
        return _ALL_TYPES, ()
    if said == "EXCLUSION_BY_RESOURCE_TYPES":
        return said, tuple((group.get("exclusionByResourceTypes") or {}).get("resourceTypes") or ())
    return "INCLUSION_BY_RESOURCE_TYPES", tuple(group.get("resourceTypes") or ())


def _records_global(group: Page, strategy: str, types: tuple[str, ...]) -> bool:
    match strategy:
        case "ALL_SUPPORTED_RESOURCE_TYPES":
            return bool(group.get("includeGlobalResourceTypes"))
        case "EXCLUSION_BY_RESOURCE_TYPES":
            return not _GLOBAL_TYPES & set(types)
        case _:
            return set(types) >= _GLOBAL_TYPES


def _status_of(recorder: ConfigRecorder) -> Parameters:
    if recorder.service_principal:
        return {"ServicePrincipal": recorder.service_principal}
    return {"ConfigurationRecorderNames": [recorder.id]}


def _status(pages: tuple[Page, ...], at: Place) -> Iterator[ConfigRecorderStatus]:
    for row in rows(pages, "ConfigurationRecordersStatus"):
        if row["name"] == at.parent.id:
            yield ConfigRecorderStatus(
                scope=at.scope,
                id=at.parent.id,
                origin=at.origin,
                recording=bool(row.get("recording")),
                last_status=given(row, "lastStatus"),
                error=given(row, "lastErrorMessage") or given(row, "lastErrorCode"),
            )


def _channels(pages: tuple[Page, ...], at: Place) -> Iterator[DeliveryChannel]:
    for row in rows(pages, "DeliveryChannels"):
        yield DeliveryChannel(
            scope=at.scope,
            id=row["name"],
            origin=at.origin,
            arn=ABSENT,
            name=row["name"],
            tags={},
            bucket=given(row, "s3BucketName"),
            topic=given(row, "snsTopicARN"),
        )


def _deliveries(pages: tuple[Page, ...], at: Place) -> Iterator[DeliveryStatus]:
    for row in rows(pages, "DeliveryChannelsStatus"):
        if row["name"] != at.parent.id:
            continue
        last = [
            row.get(part) or {}
            for part in ("configHistoryDeliveryInfo", "configSnapshotDeliveryInfo", "configStreamDeliveryInfo")
        ]
        failed = next((one for one in last if one.get("lastStatus") == "Failure"), {})
        yield DeliveryStatus(
            scope=at.scope,
            id=at.parent.id,
            origin=at.origin,
            history=given(last[0], "lastStatus"),
            snapshot=given(last[1], "lastStatus"),
            stream=given(last[2], "lastStatus"),
            error=given(failed, "lastErrorMessage") or given(failed, "lastErrorCode"),
        )


def _rules(pages: tuple[Page, ...], at: Place) -> Iterator[ConfigRule]:
    for row in rows(pages, "ConfigRules"):
        source = row["Source"]
        yield ConfigRule(
            scope=at.scope,
            id=row["ConfigRuleName"],
            origin=at.origin,
            arn=given(row, "ConfigRuleArn"),
            name=row["ConfigRuleName"],
            tags={},
            owner=source["Owner"],
            identifier=given(source, "SourceIdentifier") if source["Owner"] == "AWS" else ABSENT,
            created_by=given(row, "CreatedBy"),
        )


def _compliance(pages: tuple[Page, ...], at: Place) -> Iterator[RuleCompliance]:
    for row in rows(pages, "ComplianceByConfigRules"):
        said = (row.get("Compliance") or {}).get("ComplianceType")
        yield RuleCompliance(
            scope=at.scope,
            id=row["ConfigRuleName"],
            origin=at.origin,
            compliance=said
            or unknown(Reason.NOT_COLLECTED, "AWS Config does not say whether the rule is complied with"),
        )


def _where_not_complied_with(rule: RuleCompliance) -> Parameters | Absent:
    if rule.compliance != _NON_COMPLIANT:
        return ABSENT
    return {"ConfigRuleName": rule.id, "ComplianceTypes": [_NON_COMPLIANT], "Limit": _PAGE}


_NON_COMPLIANT: Final = "NON_COMPLIANT"


def _non_compliant(pages: tuple[Page, ...], at: Place) -> Iterator[NonCompliantResources]:
    yield NonCompliantResources(
        scope=at.scope, id=at.parent.id, origin=at.origin, resources=tuple(_results(pages, at.parent.id))
    )


def _results(pages: tuple[Page, ...], rule: str) -> Iterator[NonCompliant]:
    for row in rows(pages, "EvaluationResults"):
        about = row["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
        if row["ComplianceType"] == _NON_COMPLIANT and about["ConfigRuleName"] == rule:
            since = row.get("ResultRecordedTime")
            yield NonCompliant(
                about["ResourceType"],
                about["ResourceId"],
                instant(since) if since else None,
                row.get("Annotation") or "",
            )


READERS: Final = (
    Reader(
        service="config",
        operation="DescribeConfigurationRecorders",
        actions=("config:DescribeConfigurationRecorders",),
        yields=(ConfigRecorder,),
        parse=_recorders,
    ),
    Reader(
        service="config",
        operation="DescribeConfigurationRecorderStatus",
        actions=("config:DescribeConfigurationRecorderStatus",),
        yields=(ConfigRecorderStatus,),
        parse=_status,
        parent=ConfigRecorder,
        request=_status_of,
    ),
    Reader(
        service="config",
        operation="DescribeDeliveryChannels",
        actions=("config:DescribeDeliveryChannels",),
        yields=(DeliveryChannel,),
        parse=_channels,
    ),
    Reader(
        service="config",
        operation="DescribeDeliveryChannelStatus",
        actions=("config:DescribeDeliveryChannelStatus",),
        yields=(DeliveryStatus,),
        parse=_deliveries,
        parent=DeliveryChannel,
        request=lambda channel: {"DeliveryChannelNames": [channel.id]},
    ),
    Reader(
        service="config",
        operation="DescribeConfigRules",
        actions=("config:DescribeConfigRules",),
        yields=(ConfigRule,),
        parse=_rules,
    ),
    Reader(
        service="config",
        operation="DescribeComplianceByConfigRule",
        actions=("config:DescribeComplianceByConfigRule",),
        yields=(RuleCompliance,),
        parse=_compliance,
    ),
    Reader(
        service="config",
        operation="GetComplianceDetailsByConfigRule",
        actions=("config:GetComplianceDetailsByConfigRule",),
        yields=(NonCompliantResources,),
        parse=_non_compliant,
        parent=RuleCompliance,
        request=_where_not_complied_with,
        bare=False,
    ),
)
