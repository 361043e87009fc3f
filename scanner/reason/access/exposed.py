"""Derived facets of every kind of resource with a policy of its own: whom the policy lets in beside the owner."""

from typing import Final, TypeVar

import msgspec

from scanner.model.iam import Role
from scanner.model.kind import Moment, Resource
from scanner.model.publicaccess import OutsideAccess, RoleAccess, Trusted
from scanner.reason.access.keys import ABSENT
from scanner.reason.access.outside import Outsiders, openings_of
from scanner.reason.access.ownissuers import openings_to_any_subject
from scanner.reason.access.public import Owned

A = TypeVar("A", bound=OutsideAccess)

_TRUST: Final = "its trust policy"
_ASSUMING: Final = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")


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
    assuming = Owned(role.scope.account, resources=(str(role.arn),), actions=_ASSUMING)
    silent = msgspec.structs.replace(assuming, keys={"sts:externalid": ABSENT})
    found = openings_of(role.trust, [assuming], trusted, now, _TRUST)
    return RoleAccess(
        scope=role.scope,
        id=role.id,
        origin=role.origin,
        public=found.public,
        foreign=found.foreign,
        deputies=found.deputies,
        without_external_id=openings_of(role.trust, [silent], trusted, now, _TRUST).foreign,
        any_subject=openings_to_any_subject(role.trust, assuming),
    )
