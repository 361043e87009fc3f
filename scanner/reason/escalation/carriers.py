"""Listings of what carries a role: how they are made, and when they are complete."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from scanner.model.access import Carrier, CarrierListing
from scanner.model.iam import Role
from scanner.model.kind import All, Facet, Resource
from scanner.model.maybe import Reason, UnknownAsked, Why
from scanner.reason.escalation.ground import until_unknown

R = TypeVar("R", bound=Resource)
F = TypeVar("F", bound=Facet)


def listing(form: str, carriers: Iterable[Carrier]) -> CarrierListing:
    """List carriers. It is incomplete if making it asks for something unknown."""
    found: list[Carrier] = []
    try:
        for each in carriers:
            found.append(each)  # noqa: PERF402 - what was yielded before the unknown must be kept
    except UnknownAsked:
        return CarrierListing(form, complete=False, carriers=tuple(found))
    return CarrierListing(form, complete=True, carriers=tuple(found))


def arns_of(roles: All[Role]) -> Mapping[str, str]:
    """Give the ARN of each known role by its name."""
    return {role.id: str(role.arn) for role in until_unknown(roles)}


def role_arn(role: str, arns: Mapping[str, str]) -> str:
    """Give the ARN of a role that is told by ARN, path or name; empty if there is none of that name."""
    return role if role.startswith("arn:") else arns.get(role.rpartition("/")[2], "")


def plain(items: Iterable[Any], arns: Mapping[str, str]) -> Iterator[Carrier]:
    """Yield what tells its role itself. Raises UnknownAsked where one does not."""
    for each in items:
        if each.role:
            yield Carrier(str(each.arn), role_arn(str(each.role), arns))


def existing(items: Iterable[Resource]) -> Iterator[Carrier]:
    """Yield what matters by being there, whatever its role."""
    for each in items:
        yield Carrier(str(each.arn), "")


def with_facet(items: All[R], facets: All[F]) -> Iterator[tuple[R, F]]:
    """Yield each thing with what another call tells of it. Raises UnknownAsked where that was not read."""
    by_id = {(each.scope, each.id): each for each in until_unknown(facets)}
    for each in items:
        found = by_id.get((each.scope, each.id))
        if found is None:
            raise UnknownAsked(Why(Reason.NOT_COLLECTED, f"the settings of {each.id} were not read"))
        yield each, found


def by_settings(items: All[Any], settings: All[Any], arns: Mapping[str, str]) -> Iterator[Carrier]:
    """Yield what tells its role by another call."""
    for each, told in with_facet(items, settings):
        if told.role:
            yield Carrier(str(each.arn), role_arn(str(told.role), arns))
