"""What security groups and network ACLs let through, in lines that every question reads alike."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from scanner.model.addresses import EVERY_ADDRESS, AddressSet
from scanner.model.intervals import NOTHING, Intervals, Span, intervals
from scanner.model.maybe import Absent, Maybe, Reason, UnknownAsked, Why, known, why_unknown
from scanner.model.network_acl import AclEntry, NetworkAcl
from scanner.model.security_group import AddressRange, GroupPeer, Permission, PrefixListPeer, SecurityGroup
from scanner.model.traffic import ALL_TRAFFIC, entry_traffic, rule_traffic
from scanner.reason.network.bounds import Bounds, exact
from scanner.reason.network.cells import Edges, edges_of
from scanner.reason.network.estate import Estate, block_of
from scanner.reason.network.routing import family_of


class Grant(msgspec.Struct, frozen=True):
    """What one permission of a group grants: traffic, to addresses or to those who carry another group.

    Where a part of the permission is unknown, `why` says so and the grant is the most that it may be.
    """

    group: str
    permission: Permission
    traffic: Span
    addresses: AddressSet
    carriers: str = ""
    """The id of the group whose carriers are admitted; empty if it speaks of addresses."""
    why: Why | None = None


def grants_of(group: SecurityGroup, estate: Estate, *, egress: bool = False) -> Iterator[Grant]:
    """Yield the grants of a group, inbound or outbound. Raises `UnknownAsked` if its permissions were not read."""
    for permission in known(group.egress if egress else group.ingress):
        traffic, why = _permission_traffic(permission)
        addresses, carriers = EVERY_ADDRESS, ""
        try:
            peer = known(permission.peer)
            if isinstance(peer, AddressRange):
                addresses = block_of(peer.cidr)
            elif isinstance(peer, PrefixListPeer):
                addresses = estate.list_addresses(peer.id, group.scope.region)
            elif isinstance(peer, GroupPeer):
                addresses, carriers = AddressSet(), peer.id
        except UnknownAsked as asked:
            why = why or asked.why
        yield Grant(group.id, permission, traffic, addresses, carriers, why)


_EVERYTHING: Span = ALL_TRAFFIC.spans[0]


def _permission_traffic(permission: Permission) -> tuple[Span, Why | None]:
    why = why_unknown(permission.protocol)
    if why is not None:
        return _EVERYTHING, why
    protocol = known(permission.protocol)
    first, last = permission.from_port, permission.to_port
    why = None if protocol == "-1" else why_unknown(first) or why_unknown(last)
    try:
        if protocol == "-1" or why is not None:
            return rule_traffic(protocol, -1, -1), why
        return rule_traffic(protocol, _end(first), _end(last)), None
    except ValueError as error:
        return _EVERYTHING, Why(Reason.UNRESOLVED, str(error))


def _end(value: Maybe[int | Absent]) -> int | Absent:
    found: int | Absent = known(value)  # type: ignore[assignment]  # mypy joins the members of a union to object
    return found


class AclLine(msgspec.Struct, frozen=True):
    """An entry of a network ACL: what it matches, and whether it lets that through.

    Where a part of the entry is unknown, `why` says so: an entry that allows is then the most that it may be among
    what may pass, and nothing among what passes for certain; one that denies the other way round.
    """

    number: int
    addresses: AddressSet
    traffic: Span
    allow: bool | None
    """None: it is not known whether it allows or denies."""
    why: Why | None = None


class AclSide(msgspec.Struct, frozen=True):
    """The lines of one direction of a network ACL, in the order in which they decide."""

    acl: str
    lines: tuple[AclLine, ...]
    why: Why | None = None

    def ordered(self, *, most: bool) -> Iterator[tuple[AclLine, bool]]:
        """Yield the lines and whether they allow: those that let the most through, or what is certain to pass."""
        for line in self.lines:
            if line.why is None:
                yield line, bool(line.allow)
            elif line.allow is None or line.allow == most:
                yield line, most

    def passes(self, family: int, address: int) -> Bounds[Intervals]:
        """Return the traffic that passes from, or to, this address."""
        sure = self._passes(family, address, most=False)
        if self.why is None:
            return exact(sure)
        return Bounds(sure, self._passes(family, address, most=True), self.why)

    def _passes(self, family: int, address: int, *, most: bool) -> Intervals:
        allowed, left = NOTHING, ALL_TRAFFIC
        for line, allow in self.ordered(most=most):
            if address in family_of(line.addresses, family):
                met = left & Intervals((line.traffic,))
                allowed = allowed | met if allow else allowed
                left -= met
        return allowed

    def decider(self, family: int, address: int, packet: int) -> AclLine | None:
        """Return the line that decides about a packet, or None where it is the final denial of everything."""
        return next(
            (
                line
                for line in self.lines
                if line.traffic[0] <= packet <= line.traffic[1] and address in family_of(line.addresses, family)
            ),
            None,
        )


@lru_cache(maxsize=1 << 12)
def acl_side(acl: NetworkAcl, *, egress: bool) -> AclSide:
    """Return one direction of a network ACL (Amazon VPC User Guide, Network ACL rules).

    Raises `UnknownAsked` if its entries, or the number or direction of one, are unknown: then any may decide.
    """
    entries = [entry for entry in known(acl.entries) if known(entry.egress) == egress]
    lines = tuple(_acl_line(entry) for entry in sorted(entries, key=lambda entry: known(entry.number)))
    return AclSide(acl.id, lines, next((line.why for line in lines if line.why), None))


def acl_passes(acl: NetworkAcl, family: int, address: int, *, egress: bool) -> Bounds[Intervals]:
    """Return the traffic that a network ACL lets pass from, or to, an address; each cell of addresses is worked out once.

    Raises `UnknownAsked` as `acl_side` does.
    """
    edges, found = _acl_cells(acl, family, egress=egress)
    cell = bisect_right(edges, address)
    if cell not in found:
        found[cell] = acl_side(acl, egress=egress).passes(family, address)
    return found[cell]


@lru_cache(maxsize=1 << 13)
def _acl_cells(acl: NetworkAcl, family: int, *, egress: bool) -> tuple[Edges, dict[int, Bounds[Intervals]]]:
    """Return where the lines of one direction begin to tell addresses apart, and room for what passes in each cell."""
    return edges_of((line.addresses for line in acl_side(acl, egress=egress).lines), family), {}


def _acl_line(entry: AclEntry) -> AclLine:
    addresses, why = EVERY_ADDRESS, None
    try:
        addresses = block_of(known(entry.cidr))
    except UnknownAsked as asked:
        why = asked.why
    traffic, unclear = _entry_span(entry)
    unsaid = why_unknown(entry.allow)
    allow = None if unsaid else known(entry.allow)
    return AclLine(known(entry.number), addresses, traffic, allow, why or unclear or unsaid)


def _entry_span(entry: AclEntry) -> tuple[Span, Why | None]:
    why = why_unknown(entry.protocol)
    if why is not None:
        return _EVERYTHING, why
    protocol = known(entry.protocol)
    fields = (entry.from_port, entry.to_port, entry.icmp_type, entry.icmp_code)
    why = None if protocol == "-1" else next((found for one in fields if (found := why_unknown(one))), None)
    try:
        if protocol == "-1" or why is not None:
            return rule_traffic(protocol, -1, -1), why
        first, last, kind, code = (_end(one) for one in fields)
        return entry_traffic(protocol, (first, last), (kind, code)), None
    except ValueError as error:
        return _EVERYTHING, Why(Reason.UNRESOLVED, str(error))


def granted(grants: list[Grant], family: int, address: int, carried: frozenset[str]) -> Bounds[Intervals]:
    """Return the traffic that grants admit from (or to) an address whose interface carries these groups."""
    met = [grant for grant in grants if grant.carriers in carried or address in family_of(grant.addresses, family)]
    sure = intervals(grant.traffic for grant in met if grant.why is None)
    why = next((grant.why for grant in met if grant.why), None)
    return exact(sure) if why is None else Bounds(sure, intervals(grant.traffic for grant in met), why)
