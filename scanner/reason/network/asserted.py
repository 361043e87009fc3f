"""Derived facets: path assertions, judged for each interface that they protect, with an exact counterexample."""

from functools import lru_cache
from ipaddress import ip_network
from typing import Annotated, Any, Final

from scanner.model.account import AccountRegion
from scanner.model.addresses import INTERNET, address_set
from scanner.model.assertion import AssertedPaths, PathAssertion, RoutedNetwork
from scanner.model.exposure import RegionNetwork
from scanner.model.gateways import (
    PeeringConnection,
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayRoutes,
    TransitGatewayVpcAttachment,
)
from scanner.model.kind import EVERYWHERE, All, Kind
from scanner.model.maybe import UnknownAsked, Why, known
from scanner.model.vpc import NetworkInterface, Vpc
from scanner.reason.network.answer import Answer, Verdict
from scanner.reason.network.estate import Estate
from scanner.reason.network.internet import Internet
from scanner.reason.network.places import Place, selected
from scanner.reason.network.reach import reach

_INTERNET: Final = "internet"


def routed_network(  # noqa: PLR0917 - each is a listing; they are bound by type
    region: AccountRegion,
    network: RegionNetwork,
    vpcs: Annotated[All[Vpc], EVERYWHERE],
    peerings: Annotated[All[PeeringConnection], EVERYWHERE],
    gateways: Annotated[All[TransitGateway], EVERYWHERE],
    attachments: Annotated[All[TransitGatewayAttachment], EVERYWHERE],
    details: Annotated[All[TransitGatewayVpcAttachment], EVERYWHERE],
    routes: Annotated[All[TransitGatewayRoutes], EVERYWHERE],
) -> RoutedNetwork:
    """Return the network of a region with its VPCs, peerings and transit gateways."""
    internet: Internet = known(network.compiled)
    unread: dict[type[Kind], Why | None] = {}
    rows: list[Kind] = []
    listings: tuple[tuple[type[Kind], All[Any]], ...] = (
        (Vpc, vpcs),
        (PeeringConnection, peerings),
        (TransitGateway, gateways),
        (TransitGatewayAttachment, attachments),
        (TransitGatewayVpcAttachment, details),
        (TransitGatewayRoutes, routes),
    )
    for kind, every in listings:
        unread[kind] = None
        try:
            for row in every:
                rows += [row] if row.scope.region == region.scope.region else []
        except UnknownAsked as asked:
            unread[kind] = asked.why
    estate = internet.estate.with_rows(rows, unread)
    return RoutedNetwork(scope=region.scope, id=region.id, origin=region.origin, estate=estate)


def asserted_paths(interface: NetworkInterface, network: RoutedNetwork) -> AssertedPaths:
    """Return how assertions fare that have an interface among their targets."""
    estate: Estate = known(network.estate)  # type: ignore[assignment]  # it is one

    def concerns(assertion: PathAssertion) -> bool:
        return interface.id in _ids(assertion.target, estate)

    return AssertedPaths(
        scope=interface.scope,
        id=interface.id,
        origin=interface.origin,
        concerns=concerns,
        counterexample=lambda assertion: _counterexample(assertion, interface, estate),
    )


@lru_cache(maxsize=256)
def _ids(text: str, estate: Estate) -> frozenset[str]:
    """Return the interfaces that a place means. Raises `UnknownAsked` if it may mean more than were read."""
    return frozenset(one.id for one in selected(text, estate))


def _counterexample(assertion: PathAssertion, interface: NetworkInterface, estate: Estate) -> str:
    target = Place(interface.id, (interface,))
    why: Why | None = None
    for source in _denied(assertion, interface, estate):
        answer = reach(source, target, assertion.traffic, estate)
        if answer.verdict is Verdict.REACHABLE:
            return f"{source.text}: {_way(answer)}"
        why = why or (answer.why if answer.verdict is Verdict.UNDECIDED else None)
    if why is not None:
        raise UnknownAsked(why)
    return ""


def _way(answer: Answer) -> str:
    return " > ".join(str(hop) for hop in answer.hops)


def _denied(assertion: PathAssertion, interface: NetworkInterface, estate: Estate) -> list[Place]:
    """Return the sources from which nothing may come: those that are named, or all others."""
    named = set[str]()
    outside: list[Place] = []
    for text in assertion.sources:
        if text == _INTERNET:
            outside.append(Place(text, outside=INTERNET))
        elif _is_block(text):
            outside.append(Place(text, outside=address_set((text,))))
        else:
            named |= _ids(text, estate)
    if assertion.denies:
        members = tuple(one for one in estate.every(NetworkInterface) if one.id in named and one.id != interface.id)
        inside = [Place(", ".join(assertion.sources), members)] if members else []
        return [*outside, *inside]
    others = tuple(one for one in estate.every(NetworkInterface) if one.id not in named and one.id != interface.id)
    admitted = INTERNET
    rest = admitted
    for place in outside:
        rest = rest - place.outside
    found = [Place("internet", outside=rest)] if rest else []
    return [*found, *([Place("another interface", others)] if others else [])]


def _is_block(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True
