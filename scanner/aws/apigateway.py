"""Reading API Gateway: REST APIs with their policies (Amazon API Gateway V1 API Reference)."""

import json
from collections.abc import Iterator
from typing import Any, Final

from scanner.aws.document import policy_from
from scanner.model.apigateway import RestApi
from scanner.reader import Page, Place, Reader, given, rows


def _apis(pages: tuple[Page, ...], at: Place) -> Iterator[RestApi]:
    for row in rows(pages, "items"):
        endpoint = row.get("endpointConfiguration") or {}
        yield RestApi(
            scope=at.scope,
            id=row["id"],
            origin=at.origin,
            arn=f"arn:{at.scope.partition}:apigateway:{at.scope.region}::/restapis/{row['id']}",
            name=given(row, "name"),
            tags=dict(row.get("tags") or {}),
            policy=policy_from(_unescaped(given(row, "policy"))),
            endpoint_types=tuple(endpoint.get("types") or ("EDGE",)),
            vpc_endpoints=tuple(endpoint.get("vpcEndpointIds") or ()),
            default_endpoint_off=bool(row.get("disableExecuteApiEndpoint")),
        )


def _unescaped(policy: Any) -> Any:
    """Read the policy as API Gateway tells it: the inside of a JSON text, with a backslash before each quotation mark."""
    if not isinstance(policy, str) or not policy.startswith('{\\"'):
        return policy
    return json.loads(f'"{policy}"')


READERS: Final = (
    Reader(
        service="apigateway",
        operation="GetRestApis",
        actions=("apigateway:GET",),
        yields=(RestApi,),
        parse=_apis,
        request={"limit": 500},
    ),
)
