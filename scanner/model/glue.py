"""Glue kinds: the policy of the Data Catalog, of which every region of an account has one."""

from typing import ClassVar

from scanner.model.account import AccountRegion
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class CatalogPolicy(Facet, frozen=True, kw_only=True, eq=False):
    """The resource policy of the Data Catalog, or none."""

    of: ClassVar[type[Resource]] = AccountRegion

    document: Maybe[PolicyDocument | Absent]
