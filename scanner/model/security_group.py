"""Security groups: what they admit, from whom, and which ports they leave open to how much of the internet."""

from collections.abc import Iterable
from itertools import pairwise
from typing import ClassVar, Final, TypeAlias

import msgspec

from scanner.model.addresses import INTERNET, AddressSet, address_set, public_block, share_of_public
from scanner.model.intervals import NOTHING, Intervals, intervals
from scanner.model.kind import All, Facet, Resource, Tags
from scanner.model.maybe import Absent, Maybe, Reason, UnknownAsked, Why, known
from scanner.model.vpc import PrefixListEntries

ALL_PORTS: Final = intervals(((0, 65535),))


class AddressRange(msgspec.Struct, frozen=True, tag="cidr"):
    """A peer that is a CIDR block of either family."""

    cidr: str


class PrefixListPeer(msgspec.Struct, frozen=True, tag="prefix-list"):
    """A peer that is every entry of a prefix list."""

    id: str


class GroupPeer(msgspec.Struct, frozen=True, tag="group"):
    """A peer that is the private addresses of the interfaces that carry a security group."""

    id: str
    owner: str | Absent
    vpc: str | Absent
    peering: str | Absent
    """The VPC peering connection through which it is referenced."""
    peering_status: str | Absent


Peer: TypeAlias = AddressRange | PrefixListPeer | GroupPeer
"""Who is at the other end: the source of an inbound permission, the destination of an outbound one."""


class Permission(msgspec.Struct, frozen=True):
    """One protocol, one range of ports and one peer; AWS may group several peers under one `IpPermission`."""

    protocol: Maybe[str]
    """`tcp`, `udp`, `icmp`, `icmpv6`, the number of another protocol, or `-1` for all."""
    from_port: Maybe[int | Absent]
    """The first port; the type of ICMP; `-1` or absent for all."""
    to_port: Maybe[int | Absent]
    """The last port; the code of ICMP; `-1` or absent for all."""
    peer: Maybe[Peer]
    description: Maybe[str | Absent]

    def ports(self, protocol: str) -> Intervals:
        """Return the ports of TCP or UDP that it admits; none if it speaks of another protocol.

        Raises `UnknownAsked` if its protocol, or a port that matters, is unknown.
        """
        if self.protocol == "-1":
            return ALL_PORTS
        if self.protocol != protocol:
            return NOTHING
        first, last = self.from_port, self.to_port
        if isinstance(first, Absent) or isinstance(last, Absent):
            return ALL_PORTS
        return ALL_PORTS if -1 in (known(first), known(last)) else intervals(((known(first), known(last)),))

    def public_addresses(self, lists: All[PrefixListEntries]) -> AddressSet:
        """Return the addresses of its peer that are of the internet; those of a group are private.

        Raises `UnknownAsked` if the peer, or an entry of its prefix list, is unknown.
        """
        peer = known(self.peer)
        if isinstance(peer, AddressRange):
            return public_block(peer.cidr)
        if isinstance(peer, PrefixListPeer):
            return entries_of(peer.id, lists) & INTERNET
        return AddressSet()


class SecurityGroup(Resource, frozen=True, kw_only=True, eq=False):
    """A security group; its name is the group name, which is `default` for a VPC's own."""

    service: ClassVar[str] = "vpc"
    noun: ClassVar[str] = "security group"

    vpc: Maybe[str | Absent]
    description: Maybe[str | Absent]
    ingress: Maybe[tuple[Permission, ...]]
    egress: Maybe[tuple[Permission, ...]]

    @property
    def is_default(self) -> bool:
        """Whether AWS made it with the VPC; no other group can have this name."""
        return self.name == "default"

    def refers_to(self) -> tuple[str, ...]:
        """Return the ids of the other groups that its permissions name."""
        peers = [known(permission.peer) for permission in (*known(self.ingress), *known(self.egress))]
        return tuple({peer.id for peer in peers if isinstance(peer, GroupPeer)} - {self.id})


class SecurityGroupRule(Facet, frozen=True, kw_only=True, eq=False):
    """One rule of a group with its id, for naming and remedying it. What a group admits is told by the group itself."""

    of: ClassVar[type[Resource]] = SecurityGroup

    rule_id: Maybe[str]
    is_egress: Maybe[bool]
    permission: Maybe[Permission]
    tags: Maybe[Tags]


class SecurityGroupVpcAssociation(Facet, frozen=True, kw_only=True, eq=False):
    """That a group may be used in another VPC of the region than its own."""

    of: ClassVar[type[Resource]] = SecurityGroup

    vpc: Maybe[str]
    vpc_owner: Maybe[str | Absent]
    state: Maybe[str]


def entries_of(list_id: str, lists: All[PrefixListEntries]) -> AddressSet:
    """Return the addresses of a prefix list. Raises `UnknownAsked` if its entries were not read."""
    entries = lists.get(list_id)
    if isinstance(entries, Absent):
        raise UnknownAsked(Why(Reason.NOT_COLLECTED, f"the entries of prefix list {list_id} were not read"))
    return address_set(known(entries.cidrs))


class OpenPorts(msgspec.Struct, frozen=True):
    """Ports of one protocol that are open to enough of the internet, and those that may be for all that is known."""

    ports: Intervals
    perhaps: Intervals = NOTHING
    why: Why | None = None

    def among(self, wanted: Intervals) -> Intervals:
        """Return which of these ports are open. Raises `UnknownAsked` if none is for certain and one may be."""
        found = self.ports & wanted
        if not found and self.why is not None and self.perhaps & wanted:
            raise UnknownAsked(self.why)
        return found

    def hold(self, wanted: Intervals) -> bool:
        """Whether all of these ports are open. Raises `UnknownAsked` if those that may be would complete them."""
        if not wanted <= self.ports and self.why is not None and wanted <= self.ports | self.perhaps:
            raise UnknownAsked(self.why)
        return wanted <= self.ports


def open_ports(
    permissions: Iterable[Permission], protocol: str, lists: All[PrefixListEntries], share: float
) -> OpenPorts:
    """Return the ports of a protocol that the permissions together open to at least this share of the internet.

    The addresses of all permissions that admit a port are united first, so a world split into many blocks counts as
    one. IPv4 and IPv6 are measured apart: a port is open if it is in either. Raises `UnknownAsked` only where the
    permissions themselves are unknown; an unknown part of one makes the ports that it may admit uncertain.
    """
    admitted: list[tuple[Intervals, AddressSet]] = []
    perhaps, why = NOTHING, None
    for permission in permissions:
        ports = ALL_PORTS
        try:
            ports = permission.ports(protocol)
            if ports and (addresses := permission.public_addresses(lists)):
                admitted.append((ports, addresses))
        except UnknownAsked as asked:
            perhaps, why = perhaps | ports, why or asked.why
    found = NOTHING
    if sum(share_of_public(addresses) for _, addresses in admitted) < share:
        return OpenPorts(found, perhaps, why)
    for piece in _pieces(ports for ports, _ in admitted):
        together = AddressSet()
        for ports, addresses in admitted:
            if piece <= ports:
                together |= addresses
        if share_of_public(together) >= share:
            found |= piece
    return OpenPorts(found, perhaps - found, why)


class NamedPorts(msgspec.Struct, frozen=True):
    """Ports under the name of what usually listens there."""

    name: str
    protocol: str
    first: int
    last: int

    @property
    def numbers(self) -> Intervals:
        """Return the ports as a set."""
        return intervals(((self.first, self.last),))

    def __str__(self) -> str:
        ports = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{self.name} ({self.protocol}/{ports})"


def ports_text(ports: Intervals) -> str:
    """Return ports as people write them: `22,80-90`."""
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in ports.spans)


def named_ports(name: str, *ports: int | tuple[int, int], protocol: str = "tcp") -> tuple[NamedPorts, ...]:
    """Return ports and ranges of ports of one protocol under one name."""
    spans = ((port, port) if isinstance(port, int) else port for port in ports)
    return tuple(NamedPorts(name, protocol, first, last) for first, last in spans)


def open_among(
    group: SecurityGroup, table: Iterable[NamedPorts], lists: All[PrefixListEntries], share: float
) -> tuple[NamedPorts, ...]:
    """Return the rows of the table of which a port is open to at least this share of the internet, IPv4 or IPv6.

    Raises `UnknownAsked` if none is for certain and one may be.
    """
    ingress = known(group.ingress)
    found: list[NamedPorts] = []
    why: Why | None = None
    opened = {protocol: open_ports(ingress, protocol, lists, share) for protocol in ("tcp", "udp")}
    for row in table:
        try:
            found += [row] if opened[row.protocol].among(row.numbers) else []
        except UnknownAsked as asked:
            why = asked.why
    if why is not None and not found:
        raise UnknownAsked(why)
    return tuple(found)


def _pieces(sets: Iterable[Intervals]) -> list[Intervals]:
    """Cut the ports into the largest pieces of which every set holds all or nothing."""
    spans = {span for ports in sets for span in ports.spans}
    edges = sorted({low for low, _ in spans} | {high + 1 for _, high in spans})
    return [Intervals(((low, after - 1),)) for low, after in pairwise(edges)]
