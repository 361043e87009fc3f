"""What reasoning finds of subnets and network ACLs by themselves: where routes lead, and which entries never decide."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Maybe
from scanner.model.network_acl import NetworkAcl
from scanner.model.vpc import Subnet


class SubnetRouting(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: where the routes that are in force for a subnet lead."""

    of: ClassVar[type[Resource]] = Subnet

    is_public: Maybe[bool]
    """Whether some of the internet is routed to an internet gateway: what makes a subnet public (Amazon VPC User Guide)."""


class IdleDenials(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: entries of a network ACL that deny what earlier entries have already let through, all of it."""

    of: ClassVar[type[Resource]] = NetworkAcl

    entries: Maybe[tuple[str, ...]]
    """Each as `inbound 200`, in order."""
