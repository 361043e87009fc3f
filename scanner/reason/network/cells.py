"""Cells of addresses: what no rule, entry or route tells apart, so that one address stands for all."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from scanner.model.addresses import AddressSet
from scanner.model.gateways import TransitGatewayRoutes
from scanner.model.intervals import Intervals, Span
from scanner.model.maybe import Reason, UnknownAsked, Why, known, why_unknown
from scanner.reason.network.estate import Estate, block_of
from scanner.reason.network.routing import family_of


def edges_of(sets: Iterable[AddressSet], family: int) -> frozenset[int]:
    """Return where any of these sets begins or ends: the first addresses of what they tell apart."""
    return frozenset(edge for one in sets for low, high in family_of(one, family).spans for edge in (low, high + 1))


@lru_cache(maxsize=8)
def transit_edges(family: int, estate: Estate) -> frozenset[int]:
    """Return the edges of what the route tables of all transit gateways speak of, as far as they are known."""
    sets: list[AddressSet] = []
    for table in estate.every(TransitGatewayRoutes):
        for route in () if why_unknown(table.routes) is not None else known(table.routes):
            try:
                sets.append(block_of(known(route.destination)))
            except UnknownAsked:
                continue
    return edges_of(sets, family)


def cut(addresses: Intervals, edges: Iterable[int], most: int) -> list[Span]:
    """Cut addresses at these edges. Raises `UnknownAsked` if that makes more than `most` cuts."""
    within = sorted(edge for edge in edges if edge in addresses)
    if len(within) > most:
        raise UnknownAsked(Why(Reason.UNRESOLVED, f"more than {most} ranges of addresses are told apart"))
    found: list[Span] = []
    for low, high in addresses.spans:
        starts = [low, *(edge for edge in within if low < edge <= high), high + 1]
        found += [(start, end - 1) for start, end in pairwise(starts)]
    return found
