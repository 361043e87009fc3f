"""Cells of addresses: what no rule, entry or route tells apart, so that one address stands for all."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from scanner.model.addresses import AddressSet
from scanner.model.gateways import TransitGatewayRoutes
from scanner.model.intervals import Intervals, Span
from scanner.model.maybe import Reason, UnknownAsked, Why, known, why_unknown
from scanner.reason.network.estate import Estate, block_of
from scanner.reason.network.routing import family_of

Edges = tuple[int, ...]
"""The first addresses of what is told apart, in order."""


def edges_of(sets: Iterable[AddressSet], family: int) -> Edges:
    """Return where any of these sets begins or ends."""
    return ordered(edge for one in sets for low, high in family_of(one, family).spans for edge in (low, high + 1))


def ordered(edges: Iterable[int]) -> Edges:
    """Return edges in order, each once."""
    return tuple(sorted(set(edges)))


@lru_cache(maxsize=8)
def transit_edges(family: int, estate: Estate) -> Edges:
    """Return the edges of what the route tables of all transit gateways speak of, as far as they are known."""
    sets: list[AddressSet] = []
    for table in estate.every(TransitGatewayRoutes):
        for route in () if why_unknown(table.routes) is not None else known(table.routes):
            try:
                sets.append(block_of(known(route.destination)))
            except UnknownAsked:
                continue
    return edges_of(sets, family)


def cut(addresses: Intervals, edges: Edges, most: int) -> list[Span]:
    """Cut addresses at these edges. Raises `UnknownAsked` if that makes more than `most` cuts."""
    found: list[Span] = []
    cuts = 0
    for low, high in addresses.spans:
        within = edges[bisect_right(edges, low) : bisect_left(edges, high + 1)]
        cuts += len(within)
        if cuts > most:
            raise UnknownAsked(Why(Reason.UNRESOLVED, f"more than {most} ranges of addresses are told apart"))
        found += [(start, end - 1) for start, end in pairwise((low, *within, high + 1))]
    return found
