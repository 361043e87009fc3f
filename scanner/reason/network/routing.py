"""Where a route table sends what: the longest prefix wins (Amazon VPC User Guide, Route priority)."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import itemgetter
from typing import Final

import msgspec

from scanner.model.addresses import EVERY_ADDRESS, AddressSet
from scanner.model.gateways import VpcEndpoint
from scanner.model.intervals import Intervals
from scanner.model.maybe import Reason, UnknownAsked, Why, known, why_unknown
from scanner.model.vpc import PrefixList, Route, RouteTable, Via
from scanner.reason.network.estate import Estate, block_of

_LEARNT: Final = frozenset({"EnableVgwRoutePropagation", "Advertisement"})
"""Origins of routes that nobody wrote into the table."""
_LEARNT_RANK: Final = 2
_ACCOUNT_DIGITS: Final = 12
_IPV4: Final = 4
_IPV6: Final = 6


class Leg(msgspec.Struct, frozen=True):
    """A route, and the destinations for which it is the one that is used."""

    route: Route
    destinations: AddressSet


class Routing(msgspec.Struct, frozen=True):
    """A table's routes, each with the destinations it wins; those of unknown destination may win any."""

    table: str
    legs: tuple[Leg, ...]
    doubtful: tuple[Route, ...] = ()
    why: Why | None = None
    ranges: "tuple[Ranges, Ranges]" = ((), ())
    """The ranges of addresses of IPv4 and of IPv6, in order, each with the number of its leg."""

    def leg(self, family: int, address: int) -> Leg | None:
        """Return the leg that an address takes, as far as is known."""
        number = found_in(self.ranges[family != _IPV4], address)
        return None if number is None else self.legs[number]


Ranges = tuple[tuple[int, int, int], ...]
"""Ranges of addresses in order, the first and the last of each, and a number that stands for what is said of it."""


def ranges_of(sets: Iterable[AddressSet], family: int) -> Ranges:
    """Return the ranges of disjoint sets, each with the number of its set."""
    return tuple(sorted((*span, number) for number, one in enumerate(sets) for span in family_of(one, family).spans))


def found_in(ranges: Ranges, address: int) -> int | None:
    """Return the number of the range that an address lies in."""
    at = bisect_right(ranges, address, key=_first)
    return ranges[at - 1][2] if at and address <= ranges[at - 1][1] else None


_first = itemgetter(0)


def family_of(addresses: AddressSet, family: int) -> Intervals:
    """Return the addresses of one family, 4 or 6."""
    return addresses.ipv4 if family == _IPV4 else addresses.ipv6


class _Claim(msgspec.Struct, frozen=True):
    """A destination that a route claims, and its rank among equal prefixes."""

    prefix: int
    rank: int
    block: AddressSet
    route: Route


@lru_cache(maxsize=1 << 12)
def routing_of(table: RouteTable, estate: Estate) -> Routing:
    """Return which route wins which destinations.

    The longest prefix wins whatever its state: a blackhole drops. Among equal prefixes a static route to a CIDR block
    goes before one to a prefix list, and that before a propagated one; the local route goes before any propagated
    one. Raises `UnknownAsked` if the table's routes were not read.
    """
    claims: list[_Claim] = []
    doubtful: list[Route] = []
    why: Why | None = None
    for route in known(table.routes):
        try:
            claims += _claims(route, table.scope.region, estate)
        except UnknownAsked as asked:
            doubtful.append(route)
            why = why or asked.why
    legs = tuple(_decided(claims))
    sets = [leg.destinations for leg in legs]
    return Routing(table.id, legs, tuple(doubtful), why, (ranges_of(sets, _IPV4), ranges_of(sets, _IPV6)))


def _claims(route: Route, region: str, estate: Estate) -> list[_Claim]:
    destination = known(route.destination)
    rank = _LEARNT_RANK if _is_learnt(route) else 1 if destination.startswith("pl-") else 0
    blocks = _list_blocks(route, region, estate) if destination.startswith("pl-") else (destination,)
    return [_Claim(_prefix(block_of(cidr)), rank, block_of(cidr), route) for cidr in blocks]


def _prefix(block: AddressSet) -> int:
    """Return the length of a block's prefix."""
    return 33 - block.ipv4.size.bit_length() if block.ipv4 else 129 - block.ipv6.size.bit_length()


def _is_learnt(route: Route) -> bool:
    """Whether a route is propagated; where the origin was not told, those of a virtual private gateway are."""
    if why_unknown(route.origin) is not None:
        return route.via == Via.VPN_GATEWAY
    return route.origin in _LEARNT


def _list_blocks(route: Route, region: str, estate: Estate) -> tuple[str, ...]:
    """Return the blocks of a route's prefix list; none if it is a gateway endpoint's that was not read.

    Such a list holds the addresses of Amazon S3 or DynamoDB, and no client comes from there.
    """
    try:
        return estate.list_cidrs(known(route.destination), region)
    except UnknownAsked:
        if is_gateway_endpoint(route, estate):
            return ()
        raise


def is_gateway_endpoint(route: Route, estate: Estate) -> bool:
    """Whether a route leads to a gateway endpoint rather than to an appliance behind an endpoint."""
    destination, target = known(route.destination), known(route.target)
    if route.via != Via.ENDPOINT or not destination.startswith("pl-"):
        return False
    endpoint = estate.find(VpcEndpoint, str(target))
    if endpoint is not None:
        return endpoint.endpoint_type == "Gateway"
    listed = estate.find(PrefixList, destination)
    owner = "AWS" if listed is None else str(known(listed.owner))
    return not (len(owner) == _ACCOUNT_DIGITS and owner.isdecimal())


def _decided(claims: Iterable[_Claim]) -> Iterator[Leg]:
    claims = sorted(claims, key=lambda claim: (-claim.prefix, claim.rank))
    local, taken = AddressSet(), AddressSet()
    for claim in claims:
        local = local | claim.block if claim.route.via == Via.LOCAL else local
    for claim in claims:
        won = (claim.block - local if claim.rank == _LEARNT_RANK else claim.block) - taken
        if won:
            taken |= won
            yield Leg(claim.route, won)


class Fates(msgspec.Struct, frozen=True):
    """What becomes of packets by their destination: those that leave by an internet gateway, and those that may."""

    gateway: AddressSet
    perhaps: AddressSet
    why: Why | None


def to_internet(routing: Routing, estate: Estate) -> Fates:
    """Return the destinations to which a packet leaves through an internet gateway.

    One that is sent to an appliance (an interface, an instance, a Gateway Load Balancer endpoint) may leave through one
    afterwards: what the appliance does is not modelled.
    """
    sure, perhaps, why = AddressSet(), AddressSet(), routing.why
    for leg in routing.legs:
        doubt = _doubt(leg.route, estate)
        if doubt is not None:
            perhaps, why = perhaps | leg.destinations, why or doubt
        elif leg.route.via == Via.INTERNET_GATEWAY and leg.route.state == "active":
            sure |= leg.destinations
    if not routing.doubtful:
        return Fates(sure, sure | perhaps, why)
    opening = [one for one in routing.doubtful if _may_lead_out(one)]
    closing = [one for one in routing.doubtful if _may_lead_away(one)]
    return Fates(AddressSet() if closing else sure, EVERY_ADDRESS if opening else sure | perhaps, why)


def _doubt(route: Route, estate: Estate) -> Why | None:
    """Return why it is not known whether packets on this route leave by an internet gateway, or None if it is."""
    why = why_unknown(route.via) or why_unknown(route.state)
    if why is not None:
        return why
    if route.state == "blackhole":
        return None
    appliance = appliance_of(route, estate)
    if appliance:
        return unmodelled(f"traffic is inspected by {appliance}")
    if route.state != "active":
        return unmodelled(f"what a route in state {route.state} does")
    if route.via in _UNMODELLED:
        return unmodelled(f"what is beyond {known(route.target)}")
    return None


_UNMODELLED: Final = frozenset({Via.UNMODELLED, Via.CARRIER_GATEWAY, Via.LOCAL_GATEWAY})
_APPLIANCES: Final = frozenset({Via.INTERFACE, Via.INSTANCE, Via.ENDPOINT})


def appliance_of(route: Route, estate: Estate) -> str:
    """Return the id of the appliance that a route leads to, or an empty text if it leads to none."""
    if route.via not in _APPLIANCES or is_gateway_endpoint(route, estate):
        return ""
    return str(known(route.target))


def unmodelled(detail: str) -> Why:
    """Return the reason of what is known but not understood."""
    return Why(Reason.UNMODELLED, detail)


def _may_lead_out(route: Route) -> bool:
    via, state = why_unknown(route.via), why_unknown(route.state)
    return via is not None or (route.via == Via.INTERNET_GATEWAY and (state is not None or route.state == "active"))


def _may_lead_away(route: Route) -> bool:
    return why_unknown(route.via) is not None or not _may_lead_out(route) or why_unknown(route.state) is not None
