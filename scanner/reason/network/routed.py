"""Derived facet: the network of a region with what joins its VPCs to each other, and with the regions that this leads to."""

from collections.abc import Iterable
from typing import Annotated, Any

from scanner.model.account import AccountRegion
from scanner.model.assertion import RoutedNetwork
from scanner.model.exposure import RegionNetwork
from scanner.model.gateways import (
    PeeringConnection,
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayRoutes,
    TransitGatewayVpcAttachment,
)
from scanner.model.kind import EVERYWHERE, All, Kind
from scanner.model.maybe import UnknownAsked, Why, known, why_unknown
from scanner.model.vpc import Vpc
from scanner.reason.network.estate import Estate
from scanner.reason.network.internet import Internet


def routed_network(  # noqa: PLR0917 - each is a listing; they are bound by type
    region: AccountRegion,
    network: RegionNetwork,
    networks: Annotated[All[RegionNetwork], EVERYWHERE],
    vpcs: Annotated[All[Vpc], EVERYWHERE],
    peerings: Annotated[All[PeeringConnection], EVERYWHERE],
    gateways: Annotated[All[TransitGateway], EVERYWHERE],
    attachments: Annotated[All[TransitGatewayAttachment], EVERYWHERE],
    details: Annotated[All[TransitGatewayVpcAttachment], EVERYWHERE],
    routes: Annotated[All[TransitGatewayRoutes], EVERYWHERE],
) -> RoutedNetwork:
    """Return the network of a region with its VPCs, peerings and transit gateways.

    Regions that a peering joins to it, of VPCs or of transit gateways, are part of it as far as they were scanned.
    """
    unread: dict[type[Kind], Why | None] = {}
    read: list[Kind] = []
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
                read.append(row)  # noqa: PERF402 - what came before the end is kept where the end is unknown
        except UnknownAsked as asked:
            unread[kind] = asked.why
    joined = _joined(region.scope.region, read)
    rows = [row for row in read if row.scope.region in joined]
    estate = _with_others(_estate_of(network), joined - {region.scope.region}, networks).with_rows(rows, unread)
    return RoutedNetwork(scope=region.scope, id=region.id, origin=region.origin, estate=estate)


def _estate_of(network: RegionNetwork) -> Estate:
    internet: Internet = known(network.compiled)
    return internet.estate


def _joined(region: str, rows: Iterable[Kind]) -> frozenset[str]:
    """Return the regions that peerings join to one, by way of others too, and itself."""
    pairs: set[frozenset[str]] = set()
    seen_in: dict[str, set[str]] = {}
    peers: list[tuple[str, str]] = []
    for row in rows:
        if isinstance(row, PeeringConnection) and why_unknown(row.requester) is None:
            sides = (known(row.requester).region, known(row.accepter).region)
            pairs.add(frozenset(str(one) for one in sides if why_unknown(one) is None and one))
        if isinstance(row, TransitGatewayAttachment) and why_unknown(row.transit_gateway) is None:
            seen_in.setdefault(known(row.transit_gateway), set()).add(row.scope.region)
            if why_unknown(row.resource) is None and str(row.resource).startswith("tgw-"):
                peers.append((known(row.transit_gateway), str(row.resource)))
    pairs |= {
        frozenset((one, other)) for here, there in peers for one in seen_in[here] for other in seen_in.get(there, ())
    }
    found = {region}
    while more := {other for pair in pairs if pair & found for other in pair} - found:
        found |= more
    return frozenset(found)


def _with_others(own: Estate, regions: frozenset[str], networks: All[RegionNetwork]) -> Estate:
    """Return a region's estate with those of others, which every account sees alike."""
    others: dict[str, Estate] = {}
    if not regions:
        return own
    try:
        for network in networks:
            if network.scope.region in regions and why_unknown(network.compiled) is None:
                others.setdefault(network.scope.region, _estate_of(network))
    except UnknownAsked:
        pass  # what is missing there is told by the estate's own listings

    def unread(kind: type[Kind], region: str) -> Why | None:
        asked = [others[region]] if region in others else [own, *(others.values() if not region else ())]
        return next((why for one in asked if (why := one.unread(kind, region))), None)

    return Estate(dict.fromkeys(row for one in (own, *others.values()) for row in one.rows()), unread)
