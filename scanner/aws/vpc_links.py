"""Reading how API Gateway leads into VPCs: links, and the integrations that use them (API Gateway V1 and V2 API References)."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.aws.ec2_rows import said
from scanner.model.apigateway import HttpApi, PrivateIntegration, RestApi, VpcLink, place_of
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Maybe, Reason, UnknownAsked, Why, unknown
from scanner.reader import Page, Place, Reader, given, rows

_LINKED: Final = "VPC_LINK"
_VARIABLE: Final = "${"
"""How variables of a stage begin, which each stage may set otherwise."""
_PAGE: Final = "500"


def _place(at: Place, native_id: str, path: str, name: Any, tags: Any) -> dict[str, Any]:
    return {
        "scope": at.scope,
        "id": native_id,
        "origin": at.origin,
        "arn": f"arn:{at.scope.partition}:apigateway:{at.scope.region}::{path}",
        "name": name,
        "tags": tags,
    }


def _http_apis(pages: tuple[Page, ...], at: Place) -> Iterator[HttpApi]:
    for row in _whole(pages, "APIs"):
        yield HttpApi(
            **_place(at, row["ApiId"], f"/apis/{row['ApiId']}", given(row, "Name"), dict(row.get("Tags") or {})),
            default_endpoint_off=bool(row.get("DisableExecuteApiEndpoint")),
        )


def _whole(pages: tuple[Page, ...], what: str) -> Iterator[Any]:
    """Yield the items of a listing, whose pages may have to be asked for one by one."""
    yield from rows(pages, "Items")
    if pages and pages[-1].get("NextToken"):
        raise UnknownAsked(Why(Reason.FAILED, f"there are more {what} than one page told"))


def _rest_links(pages: tuple[Page, ...], at: Place) -> Iterator[VpcLink]:
    for row in rows(pages, "items"):
        tags = dict(row.get("tags") or {})
        yield VpcLink(
            **_place(at, row["id"], f"/vpclinks/{row['id']}", given(row, "name"), tags),
            targets=tuple(row.get("targetArns") or ()),
            subnets=(),
            groups=(),
            state=said(row, "status", at),
        )


def _http_links(pages: tuple[Page, ...], at: Place) -> Iterator[VpcLink]:
    for row in _whole(pages, "VPC links"):
        tags = dict(row.get("Tags") or {})
        yield VpcLink(
            **_place(at, row["VpcLinkId"], f"/vpclinks/{row['VpcLinkId']}", given(row, "Name"), tags),
            targets=(),
            subnets=tuple(row.get("SubnetIds") or ()),
            groups=tuple(row.get("SecurityGroupIds") or ()),
            state=said(row, "VpcLinkStatus", at),
        )


def _http_integrations(pages: tuple[Page, ...], at: Place) -> Iterator[PrivateIntegration]:
    for row in _whole(pages, "integrations"):
        if row.get("ConnectionType") == _LINKED:
            path = f"/apis/{at.parent.id}/integrations/{row['IntegrationId']}"
            target, port = place_of(row.get("IntegrationUri"))
            yield PrivateIntegration(
                **_place(at, f"{at.parent.id}/{row['IntegrationId']}", path, ABSENT, {}),
                api=at.parent.id,
                link=link_of(row.get("ConnectionId")),
                target=target,
                port=port,
            )


def _rest_integrations(pages: tuple[Page, ...], at: Place) -> Iterator[PrivateIntegration]:
    for resource in rows(pages, "items"):
        for verb, method in sorted((resource.get("resourceMethods") or {}).items()):
            row = method.get("methodIntegration") or {}
            if row.get("connectionType") == _LINKED:
                name = f"{at.parent.id}/{resource['id']}/{verb}"
                path = f"/restapis/{at.parent.id}/resources/{resource['id']}/methods/{verb}/integration"
                yield PrivateIntegration(
                    **_place(at, name, path, ABSENT, {}),
                    api=at.parent.id,
                    link=link_of(row.get("connectionId")),
                    target=given(row, "integrationTarget"),
                    port=place_of(row.get("uri"))[1],
                )


def link_of(connection: Any) -> Maybe[str]:
    """Return the VPC link that an integration names, unless it is left to the stages."""
    text = str(connection or "")
    if not text or _VARIABLE in text:
        return unknown(Reason.UNMODELLED, "the VPC link is left to the stages of the API")
    return text


def _reader(service: str, operation: str, kind: type[Kind], parse: Any, **more: Any) -> Reader:
    return Reader(
        service=service, operation=operation, actions=("apigateway:GET",), yields=(kind,), parse=parse, **more
    )


READERS: Final = (
    _reader("apigateway", "GetVpcLinks", VpcLink, _rest_links, request={"limit": 500}),
    _reader(
        "apigateway",
        "GetResources",
        PrivateIntegration,
        _rest_integrations,
        parent=RestApi,
        request=lambda api: {"restApiId": api.id, "embed": ["methods"], "limit": 500},
        bare=False,
    ),
    _reader("apigatewayv2", "GetVpcLinks", VpcLink, _http_links, request={"MaxResults": _PAGE}),
    _reader("apigatewayv2", "GetApis", HttpApi, _http_apis, request={"MaxResults": _PAGE}),
    _reader(
        "apigatewayv2",
        "GetIntegrations",
        PrivateIntegration,
        _http_integrations,
        parent=HttpApi,
        request=lambda api: {"ApiId": api.id, "MaxResults": _PAGE},
        bare=False,
    ),
)
