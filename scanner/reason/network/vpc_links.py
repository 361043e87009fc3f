"""Ways in from API Gateway: the private integrations of its APIs, by VPC links, to load balancers (API Gateway Developer Guide)."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from scanner.model.apigateway import HttpApi, PrivateIntegration, RestApi, VpcLink
from scanner.model.elb import Listener, LoadBalancer
from scanner.model.exposure import Hop
from scanner.model.intervals import Intervals, intervals
from scanner.model.kind import Kind
from scanner.model.maybe import Absent, UnknownAsked, Why, known, why_unknown
from scanner.model.traffic import ALL_TRAFFIC, ports
from scanner.model.vpc import NetworkInterface
from scanner.reason.network.balancers import balancer_name, balancer_of, node_name
from scanner.reason.network.entrances import Entrance
from scanner.reason.network.estate import Estate
from scanner.reason.network.routing import unmodelled

_MANAGED: Final = "api_gateway_managed"
"""The type of the interfaces by which VPC links enter subnets (Amazon EC2 API Reference, NetworkInterface)."""
_AVAILABLE: Final = "AVAILABLE"
_NETWORK: Final = "net/"
_BEYOND: Final = "what AWS Cloud Map finds for an API"
_KINDS: Final[tuple[type[Kind], ...]] = (VpcLink, PrivateIntegration, RestApi, HttpApi)


def by_vpc_links(interface: NetworkInterface, estate: Estate) -> Iterator[Entrance]:
    """Yield the ways from APIs to an interface. Raises `UnknownAsked` where it cannot be told whether there are any.

    That is asked only where interfaces of API Gateway show that something enters the VPC.
    """
    if why_unknown(interface.vpc) is None and interface.vpc in _entered_vpcs(estate):
        for kind in _KINDS:
            if (why := estate.unread(kind, interface.scope.region)) is not None:
                raise UnknownAsked(why)
    for link, integration in _leads(estate):
        certain = _leads_to(link, integration, interface, estate)
        found = None if certain is False else _entrance(link, integration, interface, estate, certain=certain is True)
        if found is not None:
            yield found


@lru_cache(maxsize=4)
def _entered_vpcs(estate: Estate) -> frozenset[str]:
    return frozenset(
        known(one.vpc)
        for one in estate.every(NetworkInterface)
        if why_unknown(one.interface_type) is None and one.interface_type == _MANAGED and why_unknown(one.vpc) is None
    )


_Lead = tuple[VpcLink, PrivateIntegration]


@lru_cache(maxsize=4)
def _leads(estate: Estate) -> tuple[_Lead, ...]:
    """Return each VPC link that works with an integration that uses it, once for what is asked by it."""
    found: dict[tuple[str, str, str, str], _Lead] = {}
    for integration in estate.every(PrivateIntegration):
        for link in estate.every(VpcLink):
            unsaid = why_unknown(integration.link) is not None
            if (unsaid or integration.link == link.id) and _works(link):
                asked = (_text(integration.api), link.id, _text(integration.target), _text(integration.port))
                found.setdefault(asked, (link, integration))
    return tuple(found.values())


def _works(link: VpcLink) -> bool:
    return why_unknown(link.state) is not None or link.state == _AVAILABLE


def _text(value: object) -> str:
    return "" if why_unknown(value) is not None else str(value)


def _is_private_link(link: VpcLink) -> bool:
    """Whether a link has no interfaces of its own, and so leads to network load balancers by PrivateLink."""
    return why_unknown(link.subnets) is None and not known(link.subnets)


def _leads_to(
    link: VpcLink, integration: PrivateIntegration, interface: NetworkInterface, estate: Estate
) -> bool | None:
    """Whether an integration asks the load balancer whose node an interface is; None where that is not told."""
    name = node_name(interface)
    if _is_private_link(link):
        if not name.startswith(_NETWORK):
            return False
        return None if why_unknown(link.targets) is not None else name in map(balancer_name, known(link.targets))
    if why_unknown(integration.target) is not None or isinstance(integration.target, Absent):
        return None
    asked = balancer_name(balancer_of(str(integration.target), estate))
    return name == asked if asked else None


def _entrance(
    link: VpcLink, integration: PrivateIntegration, interface: NetworkInterface, estate: Estate, *, certain: bool
) -> Entrance | None:
    opened = _opened(integration, estate)
    if opened is None:
        return None
    api, closed = opened
    takes, unclear = _takes(integration, estate)
    doubt = closed or why_unknown(integration.link) or why_unknown(link.state)
    if not certain:
        doubt = doubt or why_unknown(integration.target) or why_unknown(link.targets) or unmodelled(_BEYOND)
    doubt = doubt or unclear
    hops = (Hop("internet", "internet"), Hop("API", api), Hop("VPC link", link.id))
    if _is_private_link(link):
        doubt = doubt or _filtered(interface, estate)
        return Entrance(takes, hops, (interface,), preserves=False, doubt=doubt, is_inside=True)
    nodes = tuple(one for one in estate.every(NetworkInterface) if _is_of(one, link))
    if not certain and not any(one.vpc == interface.vpc for one in nodes):
        return None
    why = None if nodes else unmodelled(f"by which interfaces {link.id} enters its subnets")
    return Entrance(takes, hops, nodes, preserves=False, why=why, doubt=doubt)


def _opened(integration: PrivateIntegration, estate: Estate) -> tuple[str, Why | None] | None:
    """Return the API, and why the internet may not get through it; None if it does not."""
    if (why := why_unknown(integration.api)) is not None:
        return "an API", why
    native_id = known(integration.api)
    api = estate.find(RestApi, native_id) or estate.find(HttpApi, native_id)
    if api is None:
        return native_id, unmodelled(f"whether the internet reaches {native_id}, which was not read")
    if isinstance(api, RestApi):
        if why_unknown(api.endpoint_types) is None and api.is_private:
            return None
        if why_unknown(api.policy) is not None or not isinstance(api.policy, Absent):
            return native_id, unmodelled(f"whom the policy of {native_id} lets in")
    if why_unknown(api.default_endpoint_off) is not None or api.default_endpoint_off:
        return native_id, unmodelled(f"whether a domain name leads to {native_id}, whose own is off")
    return native_id, None


def _takes(integration: PrivateIntegration, estate: Estate) -> tuple[Intervals, Why | None]:
    """Return the traffic that an API sends, and why that is not sure."""
    told = "" if why_unknown(integration.target) is not None else str(integration.target)
    listener = estate.find(Listener, told)
    port = listener.port if listener is not None else integration.port
    why = why_unknown(port)
    if why is not None or isinstance(port, Absent):
        return ALL_TRAFFIC, why or unmodelled("by which port an API asks what is behind a VPC link")
    return ports("tcp", intervals([(known(port), known(port))])), None


def _is_of(interface: NetworkInterface, link: VpcLink) -> bool:
    """Whether an interface is one that API Gateway made for a link; interfaces do not say for which."""
    return bool(
        why_unknown(interface.interface_type) is None
        and interface.interface_type == _MANAGED
        and interface.subnet in known(link.subnets)
        and set(known(interface.groups)) == set(known(link.groups))
    )


def _filtered(node: NetworkInterface, estate: Estate) -> Why | None:
    """Return why what comes by PrivateLink may be stopped by the load balancer's own groups; None if they are not asked."""
    if why_unknown(node.groups) is None and not known(node.groups):
        return None
    balancer = next((one for one in estate.every(LoadBalancer) if balancer_name(one.id) == node_name(node)), None)
    if balancer is not None and why_unknown(balancer.filters_links) is None and not balancer.filters_links:
        return None
    return unmodelled(f"by which addresses API Gateway comes to {node_name(node)}")
