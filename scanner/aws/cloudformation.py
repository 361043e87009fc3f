"""Reading CloudFormation: stacks (AWS CloudFormation API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import scope_of
from scanner.model.cloudformation import Stack
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


READERS: Final = (
    Reader(
        service="cloudformation",
        operation="DescribeStacks",
        actions=("cloudformation:DescribeStacks",),
        yields=(Stack,),
        parse=_stacks,
        secrets=frozenset({"Outputs", "ParameterValue", "ResolvedValue"}),
    ),
)
