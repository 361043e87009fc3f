"""Reading what brings the internet into VPCs from the edge (Amazon CloudFront and AWS Global Accelerator API References)."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from scanner.aws.ec2_rows import listed, said
from scanner.aws.policies import not_told
from scanner.model.account import Account
from scanner.model.edge import (
    Accelerator,
    AcceleratorEndpoint,
    AcceleratorListener,
    Distribution,
    EndpointGroup,
    VpcOrigin,
    VpcOriginPorts,
)
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Reason, UnknownAsked, Why
from scanner.reader import Page, Parameters, Place, Reader, given, only, rows

_ACCELERATORS_HOME: Final = "us-west-2"
"""The region whose endpoint answers for Global Accelerator, which only the partition `aws` has."""
_PAGE: Final = 100
_ENDPOINTS_PAGE: Final = 10
_LISTENERS_PAGE: Final = 10


def _identity(at: Place, native_id: str, arn: Any, name: Any) -> dict[str, Any]:
    return {
        "scope": at.scope.account_wide(),
        "id": native_id,
        "origin": at.origin,
        "arn": arn,
        "name": name,
        "tags": not_told("ListTagsForResource"),
    }


def _distributions(pages: tuple[Page, ...], at: Place) -> Iterator[Distribution]:
    for page in pages:
        for row in (page.get("DistributionList") or {}).get("Items") or ():
            origins = (row.get("Origins") or {}).get("Items") or ()
            inside = [(one.get("VpcOriginConfig") or {}).get("VpcOriginId") for one in origins]
            yield Distribution(
                **_identity(at, row["Id"], row["ARN"], ABSENT),
                enabled=said(row, "Enabled", at),
                domain=said(row, "DomainName", at),
                origin_names=listed({"Items": origins}, "Items", "DomainName"),
                vpc_origins=tuple(one for one in inside if one),
                web_acl=given(row, "WebACLId"),
            )


def _vpc_origins(pages: tuple[Page, ...], at: Place) -> Iterator[VpcOrigin]:
    for page in pages:
        listing = page.get("VpcOriginList") or {}
        for row in listing.get("Items") or ():
            yield VpcOrigin(
                **_identity(at, row["Id"], row["Arn"], given(row, "Name")),
                endpoint=said(row, "OriginEndpointArn", at),
                state=said(row, "Status", at),
            )
        if listing.get("IsTruncated"):
            raise UnknownAsked(Why(Reason.FAILED, "there are more VPC origins than one page told"))


def _ports(pages: tuple[Page, ...], at: Place) -> Iterator[VpcOriginPorts]:
    row = only(pages)["VpcOrigin"]["VpcOriginEndpointConfig"]
    yield VpcOriginPorts(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        policy=said(row, "OriginProtocolPolicy", at),
        http=said(row, "HTTPPort", at),
        https=said(row, "HTTPSPort", at),
    )


def _accelerators(pages: tuple[Page, ...], at: Place) -> Iterator[Accelerator]:
    for row in rows(pages, "Accelerators"):
        yield Accelerator(
            **_identity(at, row["AcceleratorArn"], row["AcceleratorArn"], given(row, "Name")),
            enabled=said(row, "Enabled", at),
            addresses=tuple(one for ips in row.get("IpSets") or () for one in ips.get("IpAddresses") or ()),
        )


def _listeners(pages: tuple[Page, ...], at: Place) -> Iterator[AcceleratorListener]:
    for row in rows(pages, "Listeners"):
        yield AcceleratorListener(
            **_identity(at, row["ListenerArn"], row["ListenerArn"], ABSENT),
            accelerator=at.parent.id,
            protocol=said(row, "Protocol", at),
            ports=tuple((one["FromPort"], one["ToPort"]) for one in row.get("PortRanges") or ()),
        )


def _endpoint_groups(pages: tuple[Page, ...], at: Place) -> Iterator[EndpointGroup]:
    for row in rows(pages, "EndpointGroups"):
        yield EndpointGroup(
            **_identity(at, row["EndpointGroupArn"], row["EndpointGroupArn"], ABSENT),
            listener=at.parent.id,
            endpoint_region=said(row, "EndpointGroupRegion", at),
            dial=said(row, "TrafficDialPercentage", at),
            endpoints=tuple(
                AcceleratorEndpoint(
                    id=one["EndpointId"],
                    weight=given(one, "Weight"),
                    preserves_client_ip=said(one, "ClientIPPreservationEnabled", at),
                )
                for one in row.get("EndpointDescriptions") or ()
            ),
            overrides=tuple((one["ListenerPort"], one["EndpointPort"]) for one in row.get("PortOverrides") or ()),
        )


def _in_partitions(*partitions: str, **asked: Any) -> Callable[[Account], Parameters | Absent]:
    """Ask where the partition of the account has the service; elsewhere there is none of it."""
    return lambda account: asked if account.scope.partition in partitions else ABSENT


def _reader(service: str, operation: str, kind: type[Kind], parse: Any, **more: Any) -> Reader:
    return Reader(
        service=service,
        operation=operation,
        actions=(f"{service}:{operation}",),
        yields=(kind,),
        parse=parse,
        regional=False,
        **{"parent": Account, **more},
    )


READERS: Final = (
    _reader(
        "cloudfront",
        "ListDistributions",
        Distribution,
        _distributions,
        request=_in_partitions("aws", "aws-cn", MaxItems=str(_PAGE)),
    ),
    _reader(
        "cloudfront",
        "ListVpcOrigins",
        VpcOrigin,
        _vpc_origins,
        request=_in_partitions("aws", MaxItems=str(_PAGE)),
    ),
    _reader(
        "cloudfront",
        "GetVpcOrigin",
        VpcOriginPorts,
        _ports,
        parent=VpcOrigin,
        request=lambda origin: {"Id": origin.id},
        bare=False,
    ),
    _reader(
        "globalaccelerator",
        "ListAccelerators",
        Accelerator,
        _accelerators,
        request=_in_partitions("aws", MaxResults=_PAGE),
        endpoint_region=lambda _: _ACCELERATORS_HOME,
    ),
    _reader(
        "globalaccelerator",
        "ListListeners",
        AcceleratorListener,
        _listeners,
        parent=Accelerator,
        request=lambda accelerator: {"AcceleratorArn": accelerator.id, "MaxResults": _LISTENERS_PAGE},
        endpoint_region=lambda _: _ACCELERATORS_HOME,
        bare=False,
    ),
    _reader(
        "globalaccelerator",
        "ListEndpointGroups",
        EndpointGroup,
        _endpoint_groups,
        parent=AcceleratorListener,
        request=lambda listener: {"ListenerArn": listener.id, "MaxResults": _ENDPOINTS_PAGE},
        endpoint_region=lambda _: _ACCELERATORS_HOME,
        bare=False,
    ),
)
