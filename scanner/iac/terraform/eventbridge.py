"""EventBridge as Terraform declares it: event buses, and the policies and permissions beside them.

The bus `default` is there in every region; Terraform declares only what it lets in.
"""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared, as_block
from scanner.iac.terraform.rows import Reading, row
from scanner.iac.values import Encoded, Hole, Value
from scanner.iac.world import World, unknown_if
from scanner.model.eventbridge import EventBus
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT

_BUS: Final = "aws_cloudwatch_event_bus"
_POLICY: Final = "aws_cloudwatch_event_bus_policy"
_PERMISSION: Final = "aws_cloudwatch_event_permission"
_DEFAULT: Final = "default"


def _bus(world: World, one: Declared) -> Iterator[Kind]:
    beside = [other for other in world.of_type(_POLICY, _PERMISSION) if _named(world, other) == world.id(one)]
    arn = world.arn(one)
    yield EventBus(**row(world, one, name="name") | _policy(world, one, beside, arn))


def _elsewhere(world: World, one: Declared) -> Iterator[Kind]:
    """Yield a bus that is not declared here: the default one, most of all."""
    name = _named(world, one)
    if any(world.id(bus) == name for bus in world.of_type(_BUS)):
        return
    beside = [other for other in world.of_type(_POLICY, _PERMISSION) if _named(world, other) == name]
    if beside[0] is one:
        scope = world.scope(one)
        arn = (
            name
            if name.startswith("arn:")
            else f"arn:aws:events:{world.arn_region(one)}:{scope.account}:event-bus/{name}"
        )
        place: dict[str, Any] = {"scope": scope, "id": name, "name": name, "arn": arn, "tags": {}}
        yield EventBus(**place | _policy(world, one, beside, arn))


def _named(world: World, one: Declared) -> str:
    return world.named(one.get("event_bus_name")) or _DEFAULT


def _policy(world: World, one: Declared, beside: list[Declared], arn: str) -> dict[str, Any]:
    """Return the fields of a bus that its policy or permissions tell."""
    whole = next((other for other in beside if other.type == _POLICY), None)
    if whole is not None:
        document = unknown_if(whole.perhaps, world.policy(whole.get("policy")))
        return {"origin": whole.source("policy"), "policy": document}
    if not beside:
        return {"origin": one.source(), "policy": ABSENT}
    statements = [_statement(permission, arn) for permission in beside]
    document = world.policy(Encoded({"Version": "2012-10-17", "Statement": statements}))
    return {"origin": beside[0].source("principal"), "policy": document}


def _statement(one: Declared, arn: str) -> Value:
    """Return the statement that EventBridge makes of a permission (API Reference, PutPermission)."""
    if one.perhaps is not None:
        return Hole(one.address, one.perhaps.reason, one.perhaps.detail)
    principal = one.get("principal")
    if principal != "*" and principal is not None:
        principal = {"AWS": principal}
    made = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": one.get("action") or "events:PutEvents",
        "Resource": arn,
    }
    if one.get("condition"):
        condition = as_block(one.blocks("condition")[0])
        made["Condition"] = {str(condition.get("type")): {str(condition.get("key")): condition.get("value")}}
    return made


READINGS: Final = (
    Reading(types=(_BUS,), yields=(EventBus,), read=_bus),
    Reading(types=(_POLICY, _PERMISSION), yields=(EventBus,), read=_elsewhere),
)
