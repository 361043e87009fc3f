"""Derived facets of every kind of resource with a policy of its own: whom the policy lets in beside the owner."""

from typing import Final, TypeVar

from scanner.model.iam import Role
from scanner.model.kind import Moment, Resource
from scanner.model.publicaccess import OutsideAccess, RoleAccess, Trusted
from scanner.reason.access.outside import Outsiders, openings_of
from scanner.reason.access.targets import target

A = TypeVar("A", bound=OutsideAccess)

_ROLES: Final = "arn:aws:iam::x:role/x"


def _facet(kind: type[A], resource: Resource, found: Outsiders) -> A:
    return kind(
        scope=resource.scope,
        id=resource.id,
        origin=resource.origin,
        public=found.public,
        foreign=found.foreign,
        deputies=found.deputies,
    )


def role_access(role: Role, trusted: Trusted, now: Moment) -> RoleAccess:
    """Return who may assume a role by its trust policy."""
    asked = target(_ROLES, role.scope.account, str(role.arn))
    return _facet(RoleAccess, role, openings_of(role.trust, [asked], trusted, now))
