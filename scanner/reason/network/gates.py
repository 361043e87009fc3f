"""What subnets and security groups let pass from the internet: gates, as maps from addresses to traffic."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from scanner.model.addresses import EVERY_ADDRESS
from scanner.model.exposure import Blocker
from scanner.model.intervals import Span
from scanner.model.maybe import UnknownAsked, Why, known
from scanner.model.network_acl import NetworkAcl
from scanner.model.security_group import SecurityGroup
from scanner.model.vpc import NetworkInterface, RouteTable, Subnet
from scanner.reason.network.balancers import front_traffic, listening
from scanner.reason.network.bounds import Bounds, each, exact
from scanner.reason.network.estate import Estate
from scanner.reason.network.filters import AclSide, Grant, acl_side, grants_of
from scanner.reason.network.pmap import (
    EMPTY,
    Atoms,
    PMap,
    atoms,
    everywhere,
    first_match,
    from_boxes,
    masked,
    overlap,
)
from scanner.reason.network.public import PRIVATE
from scanner.reason.network.routing import (
    Fates,
    Routing,
    family_of,
    routing_of,
    to_internet,
)

FAMILIES: Final = (4, 6)
"""The families of addresses, by the version of the Internet Protocol."""


class Step(msgspec.Struct, frozen=True):
    """One thing that packets pass on their way: what passes it, and how to speak of it where nothing does."""

    blocker: Blocker
    passes: Bounds[PMap]
    offers: bool = False
    """Whether it is what the interface itself admits: what others stop is measured by that."""


class Gate(msgspec.Struct, frozen=True):
    """What a subnet lets in from the internet, for one family, before security groups are asked."""

    inbound: Step
    outbound: Step
    route: Step
    routing: Routing | None


class Gates:
    """The gates of one estate, each compiled once; equal ones are one object, so that equal classes are found by identity."""

    def __init__(self, estate: Estate, asked: Iterable[Span] = ()) -> None:
        self.estate = estate
        self._sides: dict[tuple[str, bool], AclSide | Why] = {}
        self._grants: dict[str, tuple[Grant, ...] | Why] = {}
        self._gates: dict[tuple[str, int], Gate] = {}
        self._maps: dict[tuple[object, ...], Bounds[PMap]] = {}
        self._fates: dict[str, tuple[Routing, Fates] | Why] = {}
        self._groups: dict[tuple[tuple[str, ...], int], Step] = {}
        self._same: dict[Bounds[PMap], Bounds[PMap]] = {}
        self._answers: dict[int, int] = {}
        self._boxes: dict[tuple[str, int], Bounds[PMap]] = {}
        self.atoms: Atoms = atoms((*self._spans(), *asked))
        self.everything = {
            family: self.shared(exact(everywhere(family_of(EVERY_ADDRESS, family), self.atoms.everything)))
            for family in FAMILIES
        }
        self.nothing = self.shared(exact(EMPTY))

    def _spans(self) -> Iterator[Span]:
        """Yield the traffic that any rule at hand speaks of."""
        for acl in self.estate.every(NetworkAcl):
            for egress in (False, True):
                side = self._side(acl, egress=egress)
                if isinstance(side, AclSide):
                    yield from (line.traffic for line in side.lines)
        for interface in self.estate.every(NetworkInterface):
            heard = listening(interface, self.estate)
            yield from () if heard is None else heard.sure.spans
        for front in front_traffic(self.estate):
            yield from front.spans
        for group in self.estate.every(SecurityGroup):
            grants = self._grants_of(group.id, "")
            if isinstance(grants, tuple):
                yield from (grant.traffic for grant in grants)

    def _side(self, acl: NetworkAcl, *, egress: bool) -> AclSide | Why:
        key = (acl.id, egress)
        if key not in self._sides:
            try:
                self._sides[key] = acl_side(acl, egress=egress)
            except UnknownAsked as asked:
                self._sides[key] = asked.why
        return self._sides[key]

    def _grants_of(self, group_id: str, region: str) -> tuple[Grant, ...] | Why:
        """Return those grants of a group that concern the internet."""
        if group_id not in self._grants:
            try:
                group = self.estate.get(SecurityGroup, group_id, region)
                self._grants[group_id] = tuple(
                    one for one in grants_of(group, self.estate) if not one.addresses <= PRIVATE
                )
            except UnknownAsked as asked:
                self._grants[group_id] = asked.why
        return self._grants[group_id]

    def shared(self, bounds: Bounds[PMap]) -> Bounds[PMap]:
        """Return the one object that stands for all equal bounds, so that equal classes are found by identity."""
        return self._same.setdefault(bounds, bounds)

    def open(self, why: Why, family: int) -> Bounds[PMap]:
        """Return bounds that leave everything open."""
        return self.shared(Bounds(EMPTY, self.everything[family].sure, why))

    def gate(self, subnet: Subnet, family: int) -> Gate:
        """Return what a subnet lets in from the internet and back."""
        key = (subnet.id, family)
        if key not in self._gates:
            routing, route = self._route(subnet, family)
            self._gates[key] = Gate(
                self._acl(subnet, family, egress=False), self._acl(subnet, family, egress=True), route, routing
            )
        return self._gates[key]

    def _acl(self, subnet: Subnet, family: int, *, egress: bool) -> Step:
        detail = "lets no answer out" if egress else "lets nothing in"
        try:
            acl = self.estate.acl_of(subnet)
        except UnknownAsked as asked:
            return Step(Blocker("SUBNET_ACL_RESTRICTION", subnet.id, detail), self.open(asked.why, family))
        blocker = Blocker("SUBNET_ACL_RESTRICTION", acl.id, detail)
        side = self._side(acl, egress=egress)
        if not isinstance(side, AclSide):
            return Step(blocker, self.open(side, family))
        key = (acl.id, egress, family)
        if key not in self._maps:
            passes = Bounds(self._acl_map(side, family, most=False), self._acl_map(side, family, most=True), side.why)
            if egress:
                passes = each(passes, lambda rows: masked(rows, self._answerable))
            self._maps[key] = self.shared(passes)
        return Step(blocker, self._maps[key])

    def _answerable(self, mask: int) -> int:
        if mask not in self._answers:
            self._answers[mask] = self.atoms.answerable(mask)
        return self._answers[mask]

    def _acl_map(self, side: AclSide, family: int, *, most: bool) -> PMap:
        entries = [
            (span, self.atoms.mask(line.traffic), allow)
            for line, allow in side.ordered(most=most)
            for span in family_of(line.addresses, family).spans
        ]
        return first_match(entries)

    def _route(self, subnet: Subnet, family: int) -> tuple[Routing | None, Step]:
        blocker = Blocker("NO_ROUTE_TO_DESTINATION", subnet.id, "has no route back through an internet gateway")
        try:
            table = self.estate.table_of(subnet)
            routing, fates = self.fates_of(table)
        except UnknownAsked as asked:
            return None, Step(blocker, self.open(asked.why, family))
        key = (table.id, family)
        if key not in self._maps:
            sure, perhaps = family_of(fates.gateway, family), family_of(fates.perhaps, family)
            passes = exact(everywhere(sure, self.atoms.everything))
            if perhaps != sure and fates.why is not None:
                passes = Bounds(passes.sure, everywhere(perhaps, self.atoms.everything), fates.why)
            self._maps[key] = self.shared(passes)
        return routing, Step(msgspec.structs.replace(blocker, id=table.id), self._maps[key])

    def fates_of(self, table: RouteTable) -> tuple[Routing, Fates]:
        """Return where a table sends what. Raises `UnknownAsked` if its routes were not read."""
        if table.id not in self._fates:
            try:
                routing = routing_of(table, self.estate)
                self._fates[table.id] = (routing, to_internet(routing, self.estate))
            except UnknownAsked as asked:
                self._fates[table.id] = asked.why
        found = self._fates[table.id]
        if isinstance(found, Why):
            raise UnknownAsked(found)
        return found

    def groups(self, interface: NetworkInterface, family: int) -> Step:
        """Return what the security groups of an interface admit from the internet; without groups, everything."""
        try:
            carried = tuple(sorted(known(interface.groups)))
        except UnknownAsked as asked:
            return Step(
                Blocker("ENI_SG_RULES_MISMATCH", interface.id, "no rule admits it"),
                self.open(asked.why, family),
                offers=True,
            )
        key = (carried, family)
        if key not in self._groups:
            blocker = Blocker("ENI_SG_RULES_MISMATCH", ", ".join(carried), "no rule admits it")
            admitted = self.shared(self._admitted(carried, family, interface.scope.region))
            self._groups[key] = Step(blocker, admitted, offers=True)
        return self._groups[key]

    def _admitted(self, carried: tuple[str, ...], family: int, region: str) -> Bounds[PMap]:
        if not carried:
            return self.everything[family]
        boxes = [self._boxes_of(group, family, region) for group in carried]
        sure = from_boxes(box for one in boxes for box in one.sure)
        why = next((one.why for one in boxes if one.why), None)
        return (
            exact(sure) if why is None else Bounds(sure, from_boxes(box for one in boxes for box in one.perhaps), why)
        )

    def _boxes_of(self, group_id: str, family: int, region: str) -> Bounds[PMap]:
        """Return what the rules of one group admit from the internet, one row for each, not yet brought together."""
        key = (group_id, family)
        if key not in self._boxes:
            grants = self._grants_of(group_id, region)
            if isinstance(grants, Why):
                self._boxes[key] = self.open(grants, family)
            else:
                sure = self._rows_of((one for one in grants if one.why is None), family)
                why = next((one.why for one in grants if one.why), None)
                self._boxes[key] = exact(sure) if why is None else Bounds(sure, self._rows_of(grants, family), why)
        return self._boxes[key]

    def admitting(self, interface: NetworkInterface, family: int, rows: PMap) -> list[Grant]:
        """Return the grants of an interface's groups that admit some of these packets; none if it has no groups.

        Rules are a union: each of them has to go, and no other, for all of these packets to be refused.
        """
        found: list[Grant] = []
        for group in known(interface.groups):
            grants = self._grants_of(group, interface.scope.region)
            if not isinstance(grants, Why):
                found += [one for one in grants if overlap(from_boxes(self._rows_of((one,), family)), rows)]
        return found

    def _rows_of(self, grants: Iterable[Grant], family: int) -> PMap:
        return tuple(
            (low, high, self.atoms.mask(grant.traffic))
            for grant in grants
            for low, high in family_of(grant.addresses, family).spans
        )
