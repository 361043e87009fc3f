"""API Gateway as Terraform declares it: REST APIs with their policies."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from scanner.iac.declared import Declared
from scanner.iac.policies import moved, with_resources
from scanner.iac.terraform.attributes import STAND_IN_REGION
from scanner.iac.terraform.rows import PolicyBeside, Reading, policy_told, row
from scanner.iac.terraform.vpc_links import of_document
from scanner.iac.values import Encoded, Value, first_hole, flag_of, list_of
from scanner.iac.world import World
from scanner.model.apigateway import PrivateIntegration, RestApi
from scanner.model.kind import Kind
from scanner.model.maybe import Absent, Maybe, why_unknown

_POLICY: Final = PolicyBeside("aws_api_gateway_rest_api_policy", "rest_api_id")
_SHORT: Final = "execute-api:/"
"""How policies of APIs may begin their ARNs; API Gateway fills in the rest."""
_EXTENSION: Final = "x-amazon-apigateway-policy"


def _api(world: World, one: Declared) -> Iterator[Kind]:
    document, at, argument = policy_told(world, one, _POLICY)
    if why_unknown(document) is None and isinstance(document, Absent):
        document, argument = _policy_of_body(world, one.get("body")), "body"
    yield from of_document(world, one)
    scope = world.scope(one)
    own = f"arn:aws:execute-api:{scope.region}:{scope.account}:{world.id(one)}/"
    document = moved(document, "execute-api", STAND_IN_REGION, scope.region)
    endpoint = one.block("endpoint_configuration") or {}
    yield RestApi(
        **row(world, one, name="name") | {"origin": at.source(argument)},
        policy=with_resources(document, lambda name: name.replace(_SHORT, own) if name.startswith(_SHORT) else name),
        endpoint_types=_types(endpoint.get("types")),
        vpc_endpoints=world.relations(endpoint.get("vpc_endpoint_ids")),
        default_endpoint_off=flag_of(one.get("disable_execute_api_endpoint"), default=False),
    )


def _types(value: Value) -> Maybe[tuple[str, ...]]:
    hole = first_hole(value)
    return hole.unknown() if hole is not None else tuple(str(one) for one in list_of(value)) or ("EDGE",)


def _policy_of_body(world: World, body: Value) -> Any:
    """Return the policy that an OpenAPI document holds (API Gateway Developer Guide, "x-amazon-apigateway-policy")."""
    said: Value = body.value if isinstance(body, Encoded) else body
    if isinstance(said, str):
        try:
            said = json.loads(said)
        except (ValueError, RecursionError):
            said = None
    return world.policy(said.get(_EXTENSION)) if isinstance(said, Mapping) else world.policy(None)


READINGS: Final = (
    Reading(
        types=("aws_api_gateway_rest_api",), yields=(RestApi, PrivateIntegration), read=_api, beside=(_POLICY.type,)
    ),
)
