"""Reading Step Functions: state machines (AWS Step Functions API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told, scope_of
from scanner.model.stepfunctions import StateMachine, StateMachineSettings
from scanner.reader import Page, Place, Reader, given, only, rows


def _machines(pages: tuple[Page, ...], at: Place) -> Iterator[StateMachine]:
    for row in rows(pages, "stateMachines"):
        yield StateMachine(
            scope=scope_of(row["stateMachineArn"], at),
            id=row["name"],
            origin=at.origin,
            arn=row["stateMachineArn"],
            name=row["name"],
            tags=not_told("ListTagsForResource"),
        )


def _settings(pages: tuple[Page, ...], at: Place) -> Iterator[StateMachineSettings]:
    row = only(pages)
    yield StateMachineSettings(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        role=given(row, "roleArn"),
        logging=(row.get("loggingConfiguration") or {}).get("level") or "OFF",
        tracing=bool((row.get("tracingConfiguration") or {}).get("enabled")),
        kms_key=given(row.get("encryptionConfiguration") or {}, "kmsKeyId"),
    )


READERS: Final = (
    Reader(
        service="stepfunctions",
        operation="ListStateMachines",
        actions=("states:ListStateMachines",),
        yields=(StateMachine,),
        parse=_machines,
    ),
    Reader(
        service="stepfunctions",
        operation="DescribeStateMachine",
        actions=("states:DescribeStateMachine",),
        yields=(StateMachineSettings,),
        parse=_settings,
        secrets=frozenset({"definition", "variableReferences"}),
        parent=StateMachine,
        request=lambda machine: {"stateMachineArn": machine.arn, "includedData": "METADATA_ONLY"},
        bare=False,
    ),
)
