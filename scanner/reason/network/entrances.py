"""Ways in from the edge of AWS to places without public addresses: accelerators, and CloudFront's VPC origins."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

from scanner.model.edge import (
    Accelerator,
    AcceleratorEndpoint,
    AcceleratorListener,
    Distribution,
    EndpointGroup,
    VpcOrigin,
    VpcOriginPorts,
)
from scanner.model.exposure import Hop
from scanner.model.intervals import NOTHING, Intervals, intervals
from scanner.model.kind import Kind
from scanner.model.maybe import Absent, Reason, UnknownAsked, Why, known, why_unknown
from scanner.model.security_group import SecurityGroup
from scanner.model.traffic import ports
from scanner.model.vpc import NetworkInterface
from scanner.reason.network.balancers import balancer_name, node_name
from scanner.reason.network.estate import Estate
from scanner.reason.network.routing import unmodelled

_ACCELERATED: Final = "global_accelerator_managed"
_CLOUDFRONT_GROUP: Final = "CloudFront-VPCOrigins-Service-SG"
"""How CloudFront names the group of the interfaces by which it enters a VPC (Restrict access with VPC origins)."""
_DEPLOYED: Final = "Deployed"


class Entrance(msgspec.Struct, frozen=True):
    """A way from the edge to an interface: what may come by it, in whose name, and what it passes."""

    takes: Intervals
    hops: tuple[Hop, ...]
    nodes: tuple[NetworkInterface, ...] = ()
    """The interfaces in whose name it sends; none: clients keep their own addresses."""
    preserves: bool = True
    is_client: bool = False
    """Whether it comes as a client of the internet, by addresses of its own."""
    why: Why | None = None
    """Why it is not known what may come by it."""
    doubt: Why | None = None
    """Why it is not sure that anything comes by it, even where nothing inside stops it."""
    is_inside: bool = False
    """Whether it comes to the interface itself by PrivateLink, past its subnet's network ACL and routes."""


def entrances(interface: NetworkInterface, estate: Estate) -> Iterator[Entrance]:
    """Yield the ways from the edge to an interface. Raises `UnknownAsked` where it cannot be told whether there are any.

    That is asked only where AWS's own interfaces show that something enters the VPC, or where something that is declared
    is not understood.
    """
    if _nothing_enters(estate):
        return
    for kinds, vpcs in _entered_vpcs(estate).items():
        for kind in kinds:
            why = estate.unread(kind, interface.scope.region)
            if why is not None and (why.reason is Reason.UNMODELLED or (vpcs and interface.vpc in vpcs)):
                raise UnknownAsked(why)
    table = _table(estate)
    if not table:
        return
    addresses = () if why_unknown(interface.addresses) is not None else known(interface.addresses)
    names = {str(one.allocation) for one in addresses if why_unknown(one.allocation) is None and one.allocation}
    names |= {node_name(interface)} if node_name(interface) else set[str]()
    primary = why_unknown(interface.device_index) is not None or interface.device_index in (0, Absent())
    if primary and why_unknown(interface.instance) is None and interface.instance:
        names.add(str(known(interface.instance)))
    for name in names:
        for one in table.get(name, ()):
            yield from _entrance(one, interface, estate)


@lru_cache(maxsize=4)
def _nothing_enters(estate: Estate) -> bool:
    """Whether it is plain for every interface at once that nothing enters from the edge: as in most networks."""
    entered = _entered_vpcs(estate)
    unclear = any(
        (why := estate.unread(kind, "")) is not None and why.reason is Reason.UNMODELLED
        for kinds in entered
        for kind in kinds
    )
    return not (unclear or any(entered.values()) or _table(estate))


@lru_cache(maxsize=4)
def _entered_vpcs(estate: Estate) -> dict[tuple[type[Kind], ...], frozenset[str]]:
    """Return the VPCs in which there are interfaces of accelerators, and of CloudFront."""
    groups = {
        one.id
        for one in estate.every(SecurityGroup)
        if why_unknown(one.name) is None and _is_cloudfronts(str(one.name))
    }
    accelerated, entered = set[str](), set[str]()
    for one in estate.every(NetworkInterface):
        if why_unknown(one.vpc) is not None:
            continue
        if why_unknown(one.interface_type) is None and one.interface_type == _ACCELERATED:
            accelerated.add(known(one.vpc))
        if why_unknown(one.groups) is None and groups.intersection(known(one.groups)):
            entered.add(known(one.vpc))
    return {
        (Accelerator, AcceleratorListener, EndpointGroup): frozenset(accelerated),
        (Distribution, VpcOrigin, VpcOriginPorts): frozenset(entered),
    }


def _is_cloudfronts(name: str) -> bool:
    return name.startswith(_CLOUDFRONT_GROUP)


_Lead = tuple[EndpointGroup, AcceleratorEndpoint] | VpcOrigin


@lru_cache(maxsize=4)
def _table(estate: Estate) -> dict[str, list[_Lead]]:
    """Return what leads where, by the name of the load balancer or the id of the instance."""
    found: dict[str, list[_Lead]] = {}
    for group in estate.every(EndpointGroup):
        for one in () if why_unknown(group.endpoints) is not None else known(group.endpoints):
            found.setdefault(_name(known(one.id)), []).append((group, one))
    for origin in estate.every(VpcOrigin):
        if why_unknown(origin.endpoint) is None:
            found.setdefault(_name(known(origin.endpoint)), []).append(origin)
    return found


def _name(endpoint: str) -> str:
    """Return how an endpoint is named: a load balancer as its nodes name it, an instance or an address by its id."""
    return balancer_name(endpoint) or endpoint.rpartition("/")[2]


def _entrance(lead: _Lead, interface: NetworkInterface, estate: Estate) -> Iterator[Entrance]:
    if isinstance(lead, VpcOrigin):
        yield from _from_cloudfront(lead, interface, estate)
        return
    group, endpoint = lead
    found = _accelerated(group, endpoint, interface, estate)
    if found is not None:
        yield found


def _accelerated(
    group: EndpointGroup, endpoint: AcceleratorEndpoint, interface: NetworkInterface, estate: Estate
) -> Entrance | None:
    """Return how an accelerator enters by an endpoint; nothing if it does not.

    It keeps the client's address where it enters the VPC by interfaces of its own (AWS Global Accelerator, Preserve
    client IP addresses); else it is a client of the internet like others, and the endpoint's public address counts.
    """
    if group.dial == 0 or endpoint.weight == 0 or group.endpoint_region != interface.scope.region:
        return None
    region = interface.scope.region
    listener = estate.get(AcceleratorListener, known(group.listener), region)
    accelerator = estate.get(Accelerator, known(listener.accelerator), region)
    if not accelerator.enabled:
        return None
    entered = intervals(known(listener.ports))
    for outside, inside in known(group.overrides):
        entered = (entered - intervals([(outside, outside)])) | intervals([(inside, inside)])
    name = accelerator.id.rpartition("/")[2]
    protocol = known(listener.protocol).lower()
    if protocol not in ("tcp", "udp"):
        raise UnknownAsked(unmodelled(f"the protocol {protocol!r} of an accelerator"))
    hops = (Hop("internet", "internet"), Hop("accelerator", name))
    return Entrance(ports(protocol, entered), hops, is_client=not endpoint.preserves_client_ip)


def _from_cloudfront(origin: VpcOrigin, interface: NetworkInterface, estate: Estate) -> Iterator[Entrance]:
    """Yield how CloudFront enters by a VPC origin: in the name of its own interfaces in that VPC."""
    if origin.state != _DEPLOYED:
        return
    users = [one for one in estate.every(Distribution) if origin.id in known(one.vpc_origins) and one.enabled]
    if not users:
        return
    told = estate.get(VpcOriginPorts, origin.id, interface.scope.region)
    taken = [port for port, other in ((told.http, "https-only"), (told.https, "http-only")) if told.policy != other]
    takes = NOTHING
    for port in taken:
        takes |= ports("tcp", intervals([(known(port), known(port))]))
    hops = (Hop("internet", "internet"), Hop("distribution", users[0].id), Hop("VPC origin", origin.id))
    groups = {one.id for one in estate.every(SecurityGroup) if _is_cloudfronts(str(one.name))}
    nodes = tuple(
        one
        for one in estate.every(NetworkInterface)
        if one.vpc == interface.vpc and groups.intersection(known(one.groups))
    )
    why = None if nodes else unmodelled(f"by which interfaces CloudFront enters {known(interface.vpc)}")
    yield Entrance(takes, hops, nodes, preserves=False, why=why)
