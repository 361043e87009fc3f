"""Derived facets of subnets and network ACLs by themselves."""

from collections.abc import Iterator

from scanner.model.exposure import RegionNetwork
from scanner.model.maybe import UnknownAsked, known, unknown
from scanner.model.network_acl import NetworkAcl
from scanner.model.network_hygiene import IdleDenials, SubnetRouting
from scanner.model.vpc import Subnet
from scanner.reason.network.filters import AclLine, acl_side
from scanner.reason.network.gates import FAMILIES
from scanner.reason.network.internet import Internet
from scanner.reason.network.pmap import Atoms, Row, atoms, from_boxes, minus, overlap
from scanner.reason.network.routing import family_of


def subnet_routing(subnet: Subnet, network: RegionNetwork) -> SubnetRouting:
    """Return where a subnet's routes lead: by its own table, else by the main one of its VPC."""
    internet: Internet = known(network.compiled)
    _, fates = internet.gates.fates_of(internet.estate.table_of(subnet))
    if not fates.gateway and fates.why is not None:
        return SubnetRouting(
            scope=subnet.scope,
            id=subnet.id,
            origin=subnet.origin,
            is_public=unknown(fates.why.reason, fates.why.detail),
        )
    return SubnetRouting(scope=subnet.scope, id=subnet.id, origin=subnet.origin, is_public=bool(fates.gateway))


def idle_denials(acl: NetworkAcl) -> IdleDenials:
    """Return the denials of a network ACL that never decide, because earlier entries allow all that they would deny.

    Raises `UnknownAsked` where a part of an entry is not known: it may leave something to a later one.
    """
    found = [
        f"{'outbound' if egress else 'inbound'} {number}"
        for egress in (False, True)
        for number in _idle(acl, egress=egress)
    ]
    return IdleDenials(scope=acl.scope, id=acl.id, origin=acl.origin, entries=tuple(found))


def _idle(acl: NetworkAcl, *, egress: bool) -> Iterator[int]:
    side = acl_side(acl, egress=egress)
    if side.why is not None:
        raise UnknownAsked(side.why)
    pieces = atoms(line.traffic for line in side.lines)
    for number, line in enumerate(side.lines):
        if not line.allow and line.number != _LAST and _is_idle(line, side.lines[:number], pieces):
            yield line.number


_LAST = 32767
"""The number of the denial that AWS itself puts at the end."""


def _is_idle(line: AclLine, earlier: tuple[AclLine, ...], pieces: Atoms) -> bool:
    """Whether earlier lines decide all that a denial matches, and let some of it through."""
    allowed = False
    for family in FAMILIES:
        rows = from_boxes(_rows(line, family, pieces))
        before = from_boxes(row for one in earlier for row in _rows(one, family, pieces))
        if minus(rows, before):
            return False
        allows = from_boxes(row for one in earlier if one.allow for row in _rows(one, family, pieces))
        allowed = allowed or overlap(rows, allows)
    return allowed


def _rows(line: AclLine, family: int, pieces: Atoms) -> Iterator[Row]:
    mask = pieces.mask(line.traffic)
    return ((low, high, mask) for low, high in family_of(line.addresses, family).spans)
