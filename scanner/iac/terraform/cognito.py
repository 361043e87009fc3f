"""Cognito as Terraform declares it: identity pools with the roles that they hand out, and user pools."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared, as_block, blocks_of
from scanner.iac.terraform.rows import Reading, aspect, role_of, row, stranger, undeclared_one
from scanner.iac.values import SYMBOLS, Value, first_hole
from scanner.iac.world import World, unknown_if
from scanner.model.cognito import IdentityPool, IdentityPoolRoles, UserPool
from scanner.model.kind import Kind
from scanner.model.maybe import Maybe, Unknown, why_unknown

_POOL: Final = "aws_cognito_identity_pool"
_ROLES: Final = "aws_cognito_identity_pool_roles_attachment"


def _pool(world: World, one: Declared) -> Iterator[Kind]:
    yield IdentityPool(**row(world, one, name="identity_pool_name"))
    beside = next(iter(world.referring("identity_pool_id", _ROLES)(world.id(one))), None)
    roles = () if beside is None else _roles(world, beside)
    yield aspect(IdentityPoolRoles, world, one, beside, "roles", roles=roles)


def _elsewhere(world: World, one: Declared) -> Iterator[Kind]:
    """Yield a pool that is not declared here, but is given roles."""
    holder = undeclared_one(world, one.get("identity_pool_id"), _POOL)
    if holder:
        made = stranger(IdentityPool, world, one, holder)
        yield made
        roles: Any = unknown_if(one.perhaps, _roles(world, one))
        yield IdentityPoolRoles(scope=made.scope, id=made.id, origin=one.source("roles"), roles=roles)


def _roles(world: World, one: Declared) -> Maybe[tuple[str, ...]]:
    """Return the roles for identities that are authenticated, for those that are not, and by rules."""
    given = one.get("roles")
    if isinstance(given, SYMBOLS):
        hole = first_hole(given)
        return hole.unknown() if hole is not None else ()
    named: list[Value] = list(as_block(given).values())
    for mapping in one.blocks("role_mapping"):
        named += [as_block(rule).get("role_arn") for rule in blocks_of(as_block(mapping), "mapping_rule")]
    found = [role_of(world, each) for each in named]
    why = next((why for role in found if (why := why_unknown(role)) is not None), None)
    return Unknown(why) if why is not None else tuple(dict.fromkeys(str(role) for role in found if role))


def _user_pool(world: World, one: Declared) -> Iterator[Kind]:
    yield UserPool(**row(world, one, name="name"))


READINGS: Final = (
    Reading(types=(_POOL,), yields=(IdentityPool, IdentityPoolRoles), read=_pool),
    Reading(types=(_ROLES,), yields=(IdentityPool, IdentityPoolRoles), read=_elsewhere),
    Reading(types=("aws_cognito_user_pool",), yields=(UserPool,), read=_user_pool),
)
