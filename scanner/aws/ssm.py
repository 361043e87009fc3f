"""Reading Systems Manager: managed nodes (AWS Systems Manager API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told
from scanner.model.ssm import ManagedNode
from scanner.reader import Page, Place, Reader, given, rows

_PAGE: Final = 50


def _nodes(pages: tuple[Page, ...], at: Place) -> Iterator[ManagedNode]:
    place = at.scope
    for row in rows(pages, "InstanceInformationList"):
        native_id = row["InstanceId"]
        service, form = ("ec2", "instance") if native_id.startswith("i-") else ("ssm", "managed-instance")
        yield ManagedNode(
            scope=place,
            id=native_id,
            origin=at.origin,
            arn=f"arn:{place.partition}:{service}:{place.region}:{place.account}:{form}/{native_id}",
            name=given(row, "Name"),
            tags=not_told("ListTagsForResource"),
            ping_status=given(row, "PingStatus"),
            platform=given(row, "PlatformType"),
            role=given(row, "IamRole"),
        )


READERS: Final = (
    Reader(
        service="ssm",
        operation="DescribeInstanceInformation",
        actions=("ssm:DescribeInstanceInformation",),
        yields=(ManagedNode,),
        parse=_nodes,
        request={"MaxResults": _PAGE},
    ),
)
