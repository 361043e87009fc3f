"""Reading CloudFormation: stacks and stack sets (AWS CloudFormation API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told, scope_of
from scanner.model.cloudformation import Stack, StackSet
from scanner.model.kind import tags_from
from scanner.reader import Page, Place, Reader, given, rows


def _stacks(pages: tuple[Page, ...], at: Place) -> Iterator[Stack]:
    for row in rows(pages, "Stacks"):
        yield Stack(
            scope=scope_of(row["StackId"], at),
            id=row["StackId"],
            origin=at.origin,
            arn=row["StackId"],
            name=row["StackName"],
            tags=tags_from(row.get("Tags") or ()),
            status=row["StackStatus"],
            role=given(row, "RoleARN"),
            parent=given(row, "ParentId"),
            termination_protection=bool(row.get("EnableTerminationProtection")),
            capabilities=tuple(row.get("Capabilities") or ()),
        )


def _stack_sets(pages: tuple[Page, ...], at: Place) -> Iterator[StackSet]:
    place = at.scope
    for row in rows(pages, "Summaries"):
        native_id = row["StackSetId"]
        yield StackSet(
            scope=place,
            id=native_id,
            origin=at.origin,
            arn=f"arn:{place.partition}:cloudformation:{place.region}:{place.account}:stackset/{native_id}",
            name=row["StackSetName"],
            tags=not_told("DescribeStackSet"),
            permission_model=given(row, "PermissionModel"),
        )


READERS: Final = (
    Reader(
        service="cloudformation",
        operation="DescribeStacks",
        actions=("cloudformation:DescribeStacks",),
        yields=(Stack,),
        parse=_stacks,
        secrets=frozenset({"Outputs", "ParameterValue", "ResolvedValue"}),
    ),
    Reader(
        service="cloudformation",
        operation="ListStackSets",
        actions=("cloudformation:ListStackSets",),
        yields=(StackSet,),
        parse=_stack_sets,
        request={"Status": "ACTIVE"},
    ),
)
