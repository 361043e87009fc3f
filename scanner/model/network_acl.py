"""Network ACLs: numbered entries of which the first that matches decides."""

from typing import ClassVar

import msgspec

from scanner.model.addresses import EVERY_ADDRESS, AddressSet, address_set
from scanner.model.intervals import Intervals, intervals
from scanner.model.kind import Resource
from scanner.model.maybe import Absent, Maybe, known

_ALL = "-1"
_NUMBERS = {"tcp": "6", "udp": "17"}


class AclEntry(msgspec.Struct, frozen=True):
    """One entry. Its ports are destination ports in both directions; the source port is never matched."""

    number: Maybe[int]
    egress: Maybe[bool]
    allow: Maybe[bool]
    protocol: Maybe[str]
    """A protocol number as text; `-1` for all."""
    cidr: Maybe[str]
    """The source of an inbound entry, the destination of an outbound one, of either family."""
    from_port: Maybe[int | Absent]
    to_port: Maybe[int | Absent]
    icmp_type: Maybe[int | Absent]
    icmp_code: Maybe[int | Absent]

    def matches(self, protocol: str, port: int) -> bool:
        """Whether it decides about packets of TCP or UDP (`tcp`, `udp`) to this port, from whomever it names."""
        if self.protocol == _ALL:
            return True
        if self.protocol != _NUMBERS[protocol]:
            return False
        first, last = self.from_port, self.to_port
        return isinstance(first, Absent) or isinstance(last, Absent) or known(first) <= port <= known(last)


class NetworkAcl(Resource, frozen=True, kw_only=True, eq=False):
    """A network ACL: stateless, in force for every packet that enters or leaves one of its subnets."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "network ACL"

    vpc: Maybe[str]
    is_default: Maybe[bool]
    subnets: Maybe[tuple[str, ...]]
    """The subnets that it is associated with, implicit associations included."""
    entries: Maybe[tuple[AclEntry, ...]]

    def sources(self, protocol: str, port: int) -> AddressSet:
        """Return the addresses from which it lets packets of TCP or UDP to this port in.

        Entries are taken by ascending number, each family on its own since a block is of one; what none matches is
        denied (Amazon VPC User Guide, Network ACL rules). Raises `UnknownAsked` if an entry that may match is unknown.
        """
        left, allowed = EVERY_ADDRESS, AddressSet()
        inbound = [entry for entry in known(self.entries) if not entry.egress]
        for entry in sorted(inbound, key=lambda entry: known(entry.number)):
            if left and entry.matches(protocol, port):
                met = left & address_set((known(entry.cidr),))
                left -= met
                allowed = allowed | met if entry.allow else allowed
        return allowed

    def port_edges(self) -> tuple[int, ...]:
        """Return the ports where inbound entries begin or end: another port fares like the next lower of them."""
        edges = {0}
        for entry in known(self.entries):
            first, last = entry.from_port, entry.to_port
            if not entry.egress and not isinstance(first, Absent) and not isinstance(last, Absent):
                edges |= {known(first), known(last) + 1}
        return tuple(sorted(edge for edge in edges if 0 <= edge <= _LAST_PORT))

    def open_to_internet(self, protocol: str, share: float) -> Intervals:
        """Return the ports of TCP or UDP that at least this share of the internet may send to, in either family."""
        edges = self.port_edges()
        spans = []
        for low, after in zip(edges, (*edges[1:], _LAST_PORT + 1), strict=True):
            if self.sources(protocol, low).internet_share >= share:
                spans.append((low, after - 1))
        return intervals(spans)


_LAST_PORT = 65535
