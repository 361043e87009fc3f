"""Lambda as Terraform declares it: functions, the permissions that make up their policies, and their URLs."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import Reading, row, stranger, text_or, undeclared_one
from scanner.iac.values import Encoded, Hole, Value, text_of
from scanner.iac.world import World
from scanner.model.kind import Kind
from scanner.model.lambda_ import Function, FunctionPolicy, FunctionUrl
from scanner.model.maybe import ABSENT, Maybe

_FUNCTION: Final = "aws_lambda_function"
_PERMISSION: Final = "aws_lambda_permission"


def _function(world: World, one: Declared) -> Iterator[Kind]:
    network = one.block("vpc_config") or {}
    subnets = network.get("subnet_ids")
    yield Function(
        **row(world, one, name="function_name"),
        runtime=text_of(one.get("runtime")),
        role=world.relation(one.get("role")),
        vpc=world.vpc_of(subnets) if one.block("vpc_config") is not None else ABSENT,
        subnets=world.relations(subnets),
        security_groups=world.relations(network.get("security_group_ids")),
        kms_key=world.relation(one.get("kms_key_arn")),
    )
    permissions = world.referring("function_name", _PERMISSION)(world.id(one))
    yield _policy(world, one, permissions, world.id(one), world.arn(one))


def _policy(world: World, one: Declared, permissions: list[Declared], native_id: str, arn: str) -> FunctionPolicy:
    """Return the policy that permissions make up; those of a version or alias are policies of their own."""
    plain = [permission for permission in permissions if permission.get("qualifier") in (None, "")]
    statements = [_statement(permission, arn) for permission in plain]
    document: Any = ABSENT
    if statements:
        document = world.policy(Encoded({"Version": "2012-10-17", "Statement": statements}))
    at = plain[0] if plain else one
    return FunctionPolicy(scope=world.scope(one), id=native_id, origin=at.source("principal"), document=document)


def _statement(one: Declared, arn: str) -> Value:
    """Return the statement that Lambda makes of a permission (AWS Lambda API Reference, AddPermission)."""
    if one.perhaps is not None:
        return Hole(one.address, one.perhaps.reason, one.perhaps.detail)
    principal = one.get("principal")
    if isinstance(principal, str):
        is_service = "amazonaws.com" in principal or "." in principal
        principal = principal if principal == "*" else {"Service" if is_service else "AWS": principal}
    elif principal is not None:
        principal = {"AWS": principal}
    conditions: dict[str, dict[str, Value]] = {}
    for argument, operator, key in _CONDITIONS:
        if one.get(argument) not in (None, ""):
            conditions.setdefault(operator, {})[key] = one.get(argument)
    made = {"Effect": "Allow", "Principal": principal, "Action": one.get("action"), "Resource": arn}
    return {**made, "Condition": conditions} if conditions else made


_CONDITIONS: Final = (
    ("source_arn", "ArnLike", "AWS:SourceArn"),
    ("source_account", "StringEquals", "AWS:SourceAccount"),
    ("principal_org_id", "StringEquals", "aws:PrincipalOrgID"),
    ("event_source_token", "StringEquals", "lambda:EventSourceToken"),
    ("function_url_auth_type", "StringEquals", "lambda:FunctionUrlAuthType"),
)


def _permission(world: World, one: Declared) -> Iterator[Kind]:
    """Yield a function that is not declared here, with the permission that is."""
    named = undeclared_one(world, one.get("function_name"), _FUNCTION)
    if named:
        made = stranger(Function, world, one, named)
        others = world.referring("function_name", _PERMISSION)(named)
        if others[0] is one:
            yield made
            yield _policy(world, one, others, made.id, str(made.arn))


def _url(world: World, one: Declared) -> Iterator[Kind]:
    qualifier: Maybe[Any] = text_of(one.get("qualifier"))
    yield FunctionUrl(
        **row(world, one, "authorization_type") | {"arn": ABSENT, "name": world.id(one), "tags": {}},
        function=world.relation(one.get("function_name")),
        qualifier=qualifier,
        auth_type=text_or(one.get("authorization_type"), "AWS_IAM"),
    )


READINGS: Final = (
    Reading(types=(_FUNCTION,), yields=(Function, FunctionPolicy), read=_function),
    Reading(types=(_PERMISSION,), yields=(Function, FunctionPolicy), read=_permission),
    Reading(types=("aws_lambda_function_url",), yields=(FunctionUrl,), read=_url),
)
