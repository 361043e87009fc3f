"""Reading Lambda: functions with their policies and URLs (AWS Lambda API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told, policy_reader, scope_of
from scanner.model.lambda_ import Function, FunctionPolicy, FunctionUrl
from scanner.model.maybe import ABSENT
from scanner.reader import Page, Place, Reader, given, rows

_PAGE: Final = 50
_GONE: Final = frozenset({"ResourceNotFoundException"})


def _functions(pages: tuple[Page, ...], at: Place) -> Iterator[Function]:
    for row in rows(pages, "Functions"):
        network = row.get("VpcConfig") or {}
        yield Function(
            scope=scope_of(row["FunctionArn"], at),
            id=row["FunctionName"],
            origin=at.origin,
            arn=row["FunctionArn"],
            name=row["FunctionName"],
            tags=not_told("ListTags"),
            runtime=given(row, "Runtime"),
            role=given(row, "Role"),
            vpc=given(network, "VpcId"),
            subnets=tuple(network.get("SubnetIds") or ()),
            security_groups=tuple(network.get("SecurityGroupIds") or ()),
            kms_key=given(row, "KMSKeyArn"),
        )


def _urls(pages: tuple[Page, ...], at: Place) -> Iterator[FunctionUrl]:
    """Read URLs; the ARN ends in the alias where the URL is one of an alias."""
    for row in rows(pages, "FunctionUrlConfigs"):
        qualifier = row["FunctionArn"].partition(":function:")[2].partition(":")[2]
        yield FunctionUrl(
            scope=at.parent.scope,
            id=row["FunctionUrl"],
            origin=at.origin,
            arn=ABSENT,
            name=row["FunctionUrl"],
            tags={},
            function=at.parent.id,
            qualifier=qualifier or ABSENT,
            auth_type=row["AuthType"],
        )


READERS: Final = (
    Reader(
        service="lambda",
        operation="ListFunctions",
        actions=("lambda:ListFunctions",),
        yields=(Function,),
        parse=_functions,
        secrets=frozenset({"Environment"}),
        request={"MaxItems": _PAGE},
    ),
    policy_reader(
        "lambda:GetPolicy",
        FunctionPolicy,
        Function,
        lambda function: {"FunctionName": function.id},
        told_in="Policy",
        absent=_GONE,
    ),
    Reader(
        service="lambda",
        operation="ListFunctionUrlConfigs",
        actions=("lambda:ListFunctionUrlConfigs",),
        yields=(FunctionUrl,),
        parse=_urls,
        parent=Function,
        request=lambda function: {"FunctionName": function.id, "MaxItems": _PAGE},
        bare=False,
    ),
)
