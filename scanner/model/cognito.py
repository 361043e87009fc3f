"""Cognito kinds: identity pools with the roles that they hand out, and user pools."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Maybe


class IdentityPool(Resource, frozen=True, kw_only=True, eq=False):
    """A pool that gives its identities credentials of AWS; its id is `REGION:UUID`."""

    service: ClassVar[str] = "cognito"
    noun: ClassVar[str] = "identity pool"


class IdentityPoolRoles(Facet, frozen=True, kw_only=True, eq=False):
    """The roles that an identity pool hands out (GetIdentityPoolRoles)."""

    of: ClassVar[type[Resource]] = IdentityPool

    roles: Maybe[tuple[str, ...]]
    """ARNs: for identities that are authenticated, for those that are not, and by rules."""


class UserPool(Resource, frozen=True, kw_only=True, eq=False):
    """A directory of users; its id is `REGION_…`."""

    service: ClassVar[str] = "cognito"
    noun: ClassVar[str] = "user pool"
