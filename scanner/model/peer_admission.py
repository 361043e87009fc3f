"""What security groups admit from whole other VPCs whose packets come to what carries them."""

from typing import ClassVar

import msgspec

from scanner.model.intervals import Intervals
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Maybe, UnknownAsked, Why
from scanner.model.security_group import SecurityGroup


class PeerOpening(msgspec.Struct, frozen=True):
    """What a group admits from all addresses of another VPC, as far as routes and network ACLs carry it there and back."""

    vpc: str
    """The id of the other VPC; empty where it is not known which there are."""
    certain: Intervals
    perhaps: Intervals
    """All that may be possible, for all that is not known; what is certain is among it."""
    why: Why | None = None
    """Why more may be possible than is certain."""

    def ask(self) -> None:
        """Raise `UnknownAsked` if more may be possible than is certain."""
        if self.why is not None:
            raise UnknownAsked(self.why)


class PeerAdmission(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: the whole VPCs that a group admits and that are joined to the interfaces that carry it."""

    of: ClassVar[type[Resource]] = SecurityGroup

    openings: Maybe[tuple[PeerOpening, ...]]
