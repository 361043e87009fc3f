"""Derived facets: a region's network, what the internet can send to an interface, and by which way."""

from collections.abc import Iterator
from typing import Annotated, Any

from scanner.model.account import AccountRegion
from scanner.model.addresses import INTERNET, AddressSet
from scanner.model.apigateway import HttpApi, PrivateIntegration, RestApi, VpcLink
from scanner.model.ec2 import Instance
from scanner.model.edge import (
    Accelerator,
    AcceleratorListener,
    Distribution,
    EndpointGroup,
    VpcOrigin,
    VpcOriginPorts,
)
from scanner.model.elb import (
    ClassicLoadBalancer,
    Listener,
    ListenerRules,
    LoadBalancer,
    TargetGroup,
    TargetGroupAttributes,
    TargetHealth,
)
from scanner.model.exposure import Blocker, Exposure, ExposurePath, Hop, Opening, RegionNetwork
from scanner.model.gateways import InternetGateway, VpcEndpoint
from scanner.model.intervals import Intervals
from scanner.model.kind import EVERYWHERE, GLOBAL, All, Kind
from scanner.model.maybe import ABSENT, Unknown, UnknownAsked, Why, known, why_unknown
from scanner.model.network_acl import NetworkAcl
from scanner.model.security_group import SecurityGroup, SecurityGroupRule
from scanner.model.traffic import ALL_TRAFFIC
from scanner.model.vpc import (
    NetworkInterface,
    PrefixListEntries,
    RouteTable,
    Subnet,
    VpcBlockPublicAccess,
)
from scanner.reason.network.arrive import owner_hops, path
from scanner.reason.network.estate import Estate
from scanner.reason.network.gates import FAMILIES
from scanner.reason.network.internet import Internet
from scanner.reason.network.routing import family_of
from scanner.reason.network.through import Behind, behind

_IPV4, _IPV6 = FAMILIES


def region_network(  # noqa: PLR0917 - each is a listing; they are bound by type
    region: AccountRegion,
    interfaces: Annotated[All[NetworkInterface], EVERYWHERE],
    subnets: Annotated[All[Subnet], EVERYWHERE],
    tables: Annotated[All[RouteTable], EVERYWHERE],
    acls: Annotated[All[NetworkAcl], EVERYWHERE],
    groups: Annotated[All[SecurityGroup], EVERYWHERE],
    instances: Annotated[All[Instance], EVERYWHERE],
    named_rules: Annotated[All[SecurityGroupRule], EVERYWHERE],
    entries: Annotated[All[PrefixListEntries], EVERYWHERE],
    gateways: Annotated[All[InternetGateway], EVERYWHERE],
    endpoints: Annotated[All[VpcEndpoint], EVERYWHERE],
    balancers: Annotated[All[LoadBalancer], EVERYWHERE],
    listeners: Annotated[All[Listener], EVERYWHERE],
    rules: Annotated[All[ListenerRules], EVERYWHERE],
    target_groups: Annotated[All[TargetGroup], EVERYWHERE],
    health: Annotated[All[TargetHealth], EVERYWHERE],
    attributes: Annotated[All[TargetGroupAttributes], EVERYWHERE],
    classic: Annotated[All[ClassicLoadBalancer], EVERYWHERE],
    distributions: Annotated[All[Distribution], EVERYWHERE],
    origins: Annotated[All[VpcOrigin], EVERYWHERE],
    origin_ports: Annotated[All[VpcOriginPorts], EVERYWHERE],
    accelerators: Annotated[All[Accelerator], EVERYWHERE],
    accelerator_listeners: Annotated[All[AcceleratorListener], EVERYWHERE],
    endpoint_groups: Annotated[All[EndpointGroup], EVERYWHERE],
    rest_apis: Annotated[All[RestApi], EVERYWHERE],
    http_apis: Annotated[All[HttpApi], EVERYWHERE],
    vpc_links: Annotated[All[VpcLink], EVERYWHERE],
    integrations: Annotated[All[PrivateIntegration], EVERYWHERE],
    own_tables: All[RouteTable],
    own_acls: All[NetworkAcl],
    own_gateways: All[InternetGateway],
    block: VpcBlockPublicAccess,
) -> RegionNetwork:
    """Compile the network of a region: its own account's view of it, and what others share with it.

    Rows of every account are taken, for a shared subnet belongs to another; what was not read is told by the
    account's own listings.
    """
    unread: dict[type[Kind], Why | None] = {}
    rows: list[Kind] = [block]
    for kind, every in (
        (NetworkInterface, interfaces),
        (Subnet, subnets),
        (RouteTable, tables),
        (NetworkAcl, acls),
        (SecurityGroup, groups),
        (SecurityGroupRule, named_rules),
        (Instance, instances),
        (PrefixListEntries, entries),
        (InternetGateway, gateways),
        (VpcEndpoint, endpoints),
        (LoadBalancer, balancers),
        (Listener, listeners),
        (ListenerRules, rules),
        (TargetGroup, target_groups),
        (TargetHealth, health),
        (TargetGroupAttributes, attributes),
        (ClassicLoadBalancer, classic),
        (Distribution, distributions),
        (VpcOrigin, origins),
        (VpcOriginPorts, origin_ports),
        (Accelerator, accelerators),
        (AcceleratorListener, accelerator_listeners),
        (EndpointGroup, endpoint_groups),
        (RestApi, rest_apis),
        (HttpApi, http_apis),
        (VpcLink, vpc_links),
        (PrivateIntegration, integrations),
    ):
        found, unread[kind] = _read(every)
        rows += [row for row in found if row.scope.region in (region.scope.region, GLOBAL)]
    for kind, own in ((RouteTable, own_tables), (NetworkAcl, own_acls), (InternetGateway, own_gateways)):
        _, unread[kind] = _read(own)
    estate = Estate(rows, lambda kind, _: unread.get(kind))
    return RegionNetwork(scope=region.scope, id=region.id, origin=region.origin, compiled=Internet(estate))


def _read(every: All[Any]) -> tuple[list[Kind], Why | None]:
    """Return those that were read, and why there may be others."""
    found: list[Kind] = []
    try:
        for one in every:
            found.append(one)  # noqa: PERF402 - what came before the end is kept where the end is unknown
    except UnknownAsked as asked:
        return found, asked.why
    return found, None


def exposure(interface: NetworkInterface, network: RegionNetwork) -> Exposure:
    """Return what the internet can send to an interface, IPv4 and IPv6 together."""
    internet: Internet = known(network.compiled)
    certain, possible, requests = list[Opening](), list[Opening](), list[Opening]()
    why: Why | None = None
    unclear: Why | None = None
    blockers: list[tuple[Blocker, ...]] = []
    for family in _families(interface):
        forward, back = internet.arrivals(interface, family)
        answered, stopping = internet.passed((*forward, *back), family)
        blind = internet.unanswered(forward, back, family)
        certain += internet.openings(answered.sure, family)
        possible += internet.openings(answered.perhaps, family)
        requests += internet.openings(blind.sure, family)
        unclear = unclear or (blind.why if blind.perhaps != blind.sure else None)
        why = why or (answered.why if answered.perhaps != answered.sure else None)
        blockers.append(stopping)
    try:
        for way in behind(interface, internet):
            opening = _opening(way)
            certain += [opening] if way.why is None else []
            possible.append(opening)
            why = why or way.why
    except UnknownAsked as asked_for:
        why = why or asked_for.why
        possible.append(Opening(ALL_TRAFFIC, INTERNET))
    return Exposure(
        scope=interface.scope,
        id=interface.id,
        origin=interface.origin,
        connections=tuple(dict.fromkeys(certain)),
        requests=tuple(requests) if unclear is None else Unknown(unclear),
        perhaps=tuple(possible),
        doubt=why or ABSENT,
        blockers=() if possible else min(blockers, key=len),
    )


def _opening(way: Behind) -> Opening:
    return Opening(way.traffic, AddressSet(way.sources) if way.family == _IPV4 else AddressSet(ipv6=way.sources))


def _families(interface: NetworkInterface) -> tuple[int, ...]:
    """Return the families that an interface may have addresses of; IPv4 if it has none at all."""
    if why_unknown(interface.ipv6) is None and why_unknown(interface.ipv6_prefixes) is None:
        return FAMILIES if interface.ipv6 or interface.ipv6_prefixes else (_IPV4,)
    return FAMILIES


def exposure_path(interface: NetworkInterface, found: Exposure, network: RegionNetwork) -> ExposurePath:
    """Return, for each way in which the internet can connect to an interface, what one packet passes."""
    internet: Internet = known(network.compiled)
    led = (
        {_opening(way): way.hops for way in behind(interface, internet) if way.why is None} if found.connections else {}
    )

    def trace(opening: Opening, traffic: Intervals) -> tuple[Hop, ...]:
        return led.get(opening) or tuple(_witness_path(interface, opening, traffic, internet))

    ways = tuple(trace(one, one.traffic) for one in known(found.connections))
    return ExposurePath(scope=interface.scope, id=interface.id, origin=interface.origin, ways=ways, trace=trace)


def _witness_path(
    interface: NetworkInterface, opening: Opening, traffic: Intervals, internet: Internet
) -> Iterator[Hop]:
    family = _IPV4 if opening.sources.ipv4 else _IPV6
    address = family_of(opening.sources, family).spans[0][0]
    yield from path(interface, family, address, traffic.spans[0][0], internet.estate)
    yield from owner_hops(interface, internet.estate)
