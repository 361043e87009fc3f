"""What the modules of services have in common: how resources become rows, and policies that stand beside them.

A module of a service holds `READINGS`: which types become which kinds, and how. A type that only tells more of another
resource (its policy, a grant, an attachment) is named `beside` it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import msgspec

from scanner.iac.declared import Declared
from scanner.iac.values import Value, first_hole, flag_of, list_of, text_of
from scanner.iac.world import World, name_of, tags_of, unknown_if
from scanner.model.kind import Facet, Kind, Resource, Scope, unknown_facet
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, Unknown, Why, unknown, why_unknown

_PLACE: Final = frozenset({"scope", "id", "origin"})


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How the resources of some types become kinds."""

    types: tuple[str, ...]
    yields: tuple[type[Kind], ...]
    read: Callable[[World, Declared], Iterable[Kind]]
    beside: tuple[str, ...] = ()
    """Types that tell more of these."""
    otherwise: Callable[[World], Iterable[Kind]] | None = None
    """What stands where nothing of it is declared."""


def row(world: World, one: Declared, *path: str | int, name: str = "", at: Scope | None = None) -> dict[str, Any]:
    """Return the fields that every resource has. `name` is the argument that names it, `path` the line to point at."""
    return {
        "scope": at or world.scope(one),
        "id": world.id(one),
        "origin": one.source(*path),
        "arn": world.arn(one),
        "name": _name(world, one, name) if name else name_of(one),
        "tags": tags_of(one),
    }


def _name(world: World, one: Declared, argument: str) -> Maybe[str]:
    said = text_of(one.get(argument))
    why = why_unknown(said)
    return world.id(one) if why is not None or isinstance(said, Absent) else str(said)


def aspect(kind: type[Any], world: World, one: Declared, at: Declared | None, *path: str | int, **fields: Any) -> Any:
    """Return a facet of a resource. `at` is the satellite that tells it; unknown where that may not exist."""
    teller = at or one
    perhaps = teller.perhaps if teller is not one else None
    said = {name: unknown_if(perhaps, value) for name, value in fields.items()}
    return kind(scope=world.scope(one), id=world.id(one), origin=teller.source(*path), **said)


def setting(kind: type[Any], world: World, one: Declared, *path: str | int, **fields: Any) -> Any:
    """Return a facet of the region that a resource sets."""
    scope = world.scope(one)
    said = {name: unknown_if(one.perhaps, value) for name, value in fields.items()}
    return kind(scope=scope, id=scope.region, origin=one.source(*path), **said)


def role_of(world: World, value: Value) -> Maybe[Any]:
    """Return the ARN of the role that an argument names; absent where it names none."""
    return ABSENT if value in (None, "") else world.spelled(value)


def text_or(value: Value, default: str) -> Maybe[str]:
    """Return a text that has a default."""
    said = text_of(value)
    why = why_unknown(said)
    if why is not None:
        return Unknown(why)
    return default if isinstance(said, Absent) else str(said)


def is_one_of(value: Value, *wanted: str) -> Maybe[bool]:
    """Whether a text is one of these, whatever its case."""
    said = text_of(value)
    why = why_unknown(said)
    return Unknown(why) if why is not None else str(said).lower() in {one.lower() for one in wanted}


def texts_of(value: Value) -> Maybe[tuple[str, ...]]:
    """Return the texts of a list; unknown as a whole where one of them is."""
    hole = first_hole(value)
    return hole.unknown() if hole is not None else tuple(str(one) for one in list_of(value))


def switched(block: Any, name: str, *, default: bool = False) -> Maybe[bool]:
    """Return a flag of a nested block; the default where there is no block."""
    return flag_of(block.get(name), default=default) if block is not None else default


class PolicyBeside(msgspec.Struct, frozen=True):
    """A type whose resources give others their policy: the argument that names the holder, and the one that has it."""

    type: str
    holder: str
    policy: str = "policy"


def policy_told(world: World, one: Declared, *beside: PolicyBeside, own: str = "policy") -> tuple[Any, Declared, str]:
    """Return the policy of a resource, what tells it, and in which argument."""
    for form in beside:
        found = world.referring(form.holder, form.type)(world.id(one))
        if found:
            return unknown_if(found[0].perhaps, world.policy(found[0].get(form.policy))), found[0], form.policy
    return world.policy(one.get(own)), one, own


def policy_facet(kind: type[Any], world: World, one: Declared, *beside: PolicyBeside, own: str = "policy") -> Facet:
    """Return a facet that is a policy alone."""
    document, at, argument = policy_told(world, one, *beside, own=own)
    made: Facet = kind(scope=world.scope(one), id=world.id(one), origin=at.source(argument), document=document)
    return made


def undeclared_holder(kind: type[Resource], facet: type[Any], beside: PolicyBeside, *types: str) -> Reading:
    """Return how policies are read that are for a resource which is not declared here, but stands in the account.

    `types` are those that would declare it.
    """

    def read(world: World, one: Declared) -> Iterator[Kind]:
        holder = undeclared_one(world, one.get(beside.holder), *types)
        if holder:
            made = stranger(kind, world, one, holder)
            why = Why(Reason.NOT_COLLECTED, f"{holder} is not declared here")
            yield made
            document = unknown_if(one.perhaps, world.policy(one.get(beside.policy)))
            unknown_one = unknown_facet(facet, made.scope, made.id, one.source(beside.policy), why)
            yield msgspec.structs.replace(unknown_one, document=document)

    return Reading(types=(beside.type,), yields=(kind, facet), read=read)


def undeclared_one(world: World, value: Value, *types: str) -> str:
    """Return what a value names if nothing of these types is declared that it names, else nothing."""
    native_id = world.named(value)
    return "" if any(world.id(other) == native_id for other in world.of_type(*types)) else native_id


def stranger(kind: type[Resource], world: World, one: Declared, named: str, *, known_by_arn: bool = False) -> Any:
    """Return a resource that is only named here: nothing but its name is known, so its ARN may be any."""
    why = unknown(Reason.NOT_COLLECTED, f"{named} is not declared here")
    fields: dict[str, Any] = {name: why for name in kind.__struct_fields__ if name not in _PLACE}
    native_id = named if known_by_arn else _short(named)
    fields |= {"name": _short(named), "arn": named if named.startswith("arn:") else "*"}
    return kind(scope=world.scope(one), id=native_id, origin=one.source(), **fields)


def _short(named: str) -> str:
    """Return the last part of an ARN or URL, which is how AWS lists most things."""
    if named.startswith("https://"):
        return named.rpartition("/")[2]
    return named.rpartition(":")[2].rpartition("/")[2] if named.startswith("arn:") else named
