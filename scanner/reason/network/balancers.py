"""Load balancers: what their nodes listen to, and which targets stand behind them."""

from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Final

import msgspec

from scanner.model.addresses import EVERY_ADDRESS, AddressSet
from scanner.model.apigateway import PrivateIntegration, VpcLink
from scanner.model.edge import AcceleratorListener, EndpointGroup, VpcOrigin
from scanner.model.elb import (
    ClassicLoadBalancer,
    Listener,
    ListenerRules,
    LoadBalancer,
    Target,
    TargetGroup,
    TargetGroupAttributes,
    TargetHealth,
)
from scanner.model.intervals import NOTHING, Intervals, intervals
from scanner.model.maybe import Absent, Maybe, UnknownAsked, Why, known, why_unknown
from scanner.model.traffic import ALL_TRAFFIC, ports
from scanner.model.vpc import NetworkInterface
from scanner.reason.network.bounds import Bounds, exact
from scanner.reason.network.estate import Estate, block_of, private_addresses
from scanner.reason.network.public import public_addresses
from scanner.reason.network.routing import unmodelled

_PROTOCOLS: Final = {
    "HTTP": ("tcp",),
    "HTTPS": ("tcp",),
    "TCP": ("tcp",),
    "SSL": ("tcp",),
    "TLS": ("tcp",),
    "UDP": ("udp",),
    "TCP_UDP": ("tcp", "udp"),
    "QUIC": ("udp",),
    "TCP_QUIC": ("tcp", "udp"),
}
_AWAY: Final = frozenset({"unused", "draining", "unhealthy.draining"})
"""States of targets to which nothing new is sent (Elastic Load Balancing, Target health status)."""
_PREFIX: Final = "ELB "
_ARN_MARK: Final = ":loadbalancer/"
_LISTENER_MARK: Final = ":listener/"
_IPV4: Final = 4
_IPV6: Final = 6
_OUTSIDE: Final = "all"
"""The zone of a target by address that lies outside of its group's VPC (RegisterTargets)."""
_PRESERVING: Final = frozenset({"UDP", "TCP_UDP", "QUIC", "TCP_QUIC"})


class Front(msgspec.Struct, frozen=True):
    """A way through a load balancer to a target: what its nodes take, what they send on, and in whose name."""

    balancer: str
    nodes: tuple[NetworkInterface, ...]
    listener: str
    takes: Intervals
    sends: Intervals
    preserves: bool
    """Whether the target sees the client's address rather than the node's."""
    clients: AddressSet
    """Those whose requests its rules forward there, whatever else they ask of a request."""
    family: int = _IPV4
    """The family of addresses by which the target is spoken to, where there is a choice."""

    @property
    def is_classic(self) -> bool:
        """Whether it is a Classic Load Balancer: network ACLs bear on what it sends even within a subnet."""
        return "/" not in self.balancer


def traffic_to(protocol: str, port: int) -> Intervals:
    """Return the traffic of a listener or target group by its protocol, such as `HTTPS` or `TCP_UDP`."""
    port_set = intervals([(port, port)])
    found = NOTHING
    for name in _PROTOCOLS.get(protocol.upper(), ()):
        found |= ports(name, port_set)
    return found


def _number(port: Maybe[int | Absent]) -> int:
    """Return a port, or 0 (which nothing listens to) where there is none."""
    found = known(port)
    return found if isinstance(found, int) else 0


def node_name(interface: NetworkInterface) -> str:
    """Return how the interface of a load balancer's node names it: `app/web/1`, or a classic one's name; else nothing."""
    description = interface.description
    if why_unknown(description) is not None or not description:
        return ""
    text = str(known(description))
    return text.removeprefix(_PREFIX) if text.startswith(_PREFIX) else ""


def listening(interface: NetworkInterface, estate: Estate) -> Bounds[Intervals] | None:
    """Return what the load balancer of a node listens to; None if the interface is no node of one."""
    name = node_name(interface)
    if not name:
        return None
    region = interface.scope.region
    if "/" not in name:
        balancer = estate.find(ClassicLoadBalancer, name)
        if balancer is None:
            return _unread(estate.unread(ClassicLoadBalancer, region), name)
        return _heard((str(known(one.protocol)), known(one.port)) for one in known(balancer.listeners))
    found = listeners_of(name, estate)
    if not found:
        return _unread(estate.unread(Listener, region) or estate.unread(LoadBalancer, region), name)
    return _heard((str(known(one.protocol)), _number(one.port)) for one in found)


def _heard(listeners: "Iterator[tuple[str, int]]") -> Bounds[Intervals]:
    traffic = NOTHING
    try:
        for protocol, port in listeners:
            traffic |= traffic_to(protocol, port)
    except UnknownAsked as asked:
        return Bounds(traffic, ALL_TRAFFIC, asked.why)
    return exact(traffic)


def _unread(why: Why | None, name: str) -> Bounds[Intervals]:
    """Nothing is known of its listeners; where all were read, it has none or belongs to someone else."""
    return Bounds(NOTHING, ALL_TRAFFIC, why or unmodelled(f"the listeners of load balancer {name} were not read"))


def listeners_of(name: str, estate: Estate) -> list[Listener]:
    """Return the listeners of the load balancer that its nodes name so."""
    return [one for one in estate.every(Listener) if str(one.load_balancer).endswith(f":loadbalancer/{name}")]


def front_traffic(estate: Estate) -> Iterator[Intervals]:
    """Yield what target groups and accelerators send on, as far as it was told: what ways through them ask for."""
    for listener in estate.every(AcceleratorListener):
        if why_unknown(listener.ports) is None:
            for protocol in ("tcp", "udp"):
                yield ports(protocol, intervals(known(listener.ports)))
    for endpoints in estate.every(EndpointGroup):
        for _, port in () if why_unknown(endpoints.overrides) is not None else known(endpoints.overrides):
            yield ports("tcp", intervals([(port, port)])) | ports("udp", intervals([(port, port)]))
    for group in estate.every(TargetGroup):
        if why_unknown(group.protocol) is None and group.protocol:
            for health in estate.some(TargetHealth, group.id):
                targets = () if why_unknown(health.targets) is not None else known(health.targets)
                numbers = [one.port for one in targets if why_unknown(one.port) is None]
                for number in {_number(one) for one in (*numbers, group.port)}:
                    yield traffic_to(str(known(group.protocol)), number)


def fronts(target: NetworkInterface, estate: Estate) -> Iterator[Front]:
    """Yield the ways through load balancers to an interface. Raises `UnknownAsked` where it cannot be told.

    That it stands behind one is asked only where a load balancer has nodes that clients of the internet may come to.
    """
    nodes = nodes_of_note(estate)
    if not nodes:
        return
    region = target.scope.region
    for kind in (
        LoadBalancer if any("/" in name for name in nodes) else ClassicLoadBalancer,
        TargetGroup,
        TargetHealth,
    ):
        if why := estate.unread(kind, region):
            raise UnknownAsked(why)
    registered = _registered(estate)
    if isinstance(registered, Why):
        raise UnknownAsked(registered)
    names = _names_of(target)
    why = estate.unread(Listener, region)
    if why is not None and not _targets(estate).isdisjoint(names):
        raise UnknownAsked(why)
    for native_id in names:
        for one in registered.get(native_id, ()):
            if _is_target(one, target):
                yield _front(one, nodes[one.balancer], estate)
    yield from _classic_fronts(nodes, target, estate)
    _check_foreign(target, nodes, estate)


def _check_foreign(target: NetworkInterface, nodes: dict[str, tuple[NetworkInterface, ...]], estate: Estate) -> None:
    """Raise `UnknownAsked` where a load balancer of another account, which is not read, may forward to an interface."""
    for name in _foreign(estate):
        if any(node.vpc == target.vpc and node.scope.account != target.scope.account for node in nodes.get(name, ())):
            raise UnknownAsked(unmodelled(f"what the load balancer {name} of another account forwards to"))


@lru_cache(maxsize=4)
def _foreign(estate: Estate) -> tuple[str, ...]:
    """Return the names of load balancers whose nodes are seen and that no account which was read lists: in a shared VPC."""
    listed = {balancer_name(one.id) for one in estate.every(LoadBalancer)}
    listed |= {one.id for one in estate.every(ClassicLoadBalancer)}
    return tuple(name for name in nodes_of_note(estate) if name not in listed)


@lru_cache(maxsize=4)
def _targets(estate: Estate) -> frozenset[str]:
    """Return how what is registered with any target group is named there. Raises `UnknownAsked` if that is not known."""
    return frozenset(
        balancer_name(known(one.id)) or known(one.id)
        for health in estate.every(TargetHealth)
        for one in known(health.targets)
    )


@lru_cache(maxsize=4)
def _all_nodes(estate: Estate) -> dict[str, tuple[NetworkInterface, ...]]:
    """Return all nodes by the name of their load balancer."""
    found: dict[str, tuple[NetworkInterface, ...]] = {}
    for one in estate.every(NetworkInterface):
        if name := node_name(one):
            found[name] = (*found.get(name, ()), one)
    return found


@lru_cache(maxsize=4)
def nodes_of_note(estate: Estate) -> dict[str, tuple[NetworkInterface, ...]]:
    """Return the nodes to which clients of the internet may come, by the name of their load balancer.

    Those are the public ones, those that something at the edge of AWS leads to, and those of application load balancers
    behind public network load balancers.
    """
    every = _all_nodes(estate)
    entered = {balancer_name(native_id) for native_id in entered_endpoints(estate)}
    found = {name: nodes for name, nodes in every.items() if name in entered or any(map(_may_be_public, nodes))}
    behind = {
        balancer_name(target) for name in found if name.startswith("net/") for target in _balancer_targets(name, estate)
    }
    return found | {name: every[name] for name in behind if name in every}


def _balancer_targets(name: str, estate: Estate) -> Iterator[str]:
    """Yield the ARNs of the load balancers that a load balancer forwards to, as far as is known."""
    for listener in listeners_of(name, estate):
        for native_id in known(listener.target_groups):
            group = estate.find(TargetGroup, native_id)
            if group is None or why_unknown(group.target_type) is not None or group.target_type != "alb":
                continue
            for health in estate.some(TargetHealth, native_id):
                if why_unknown(health.targets) is None:
                    yield from (known(one.id) for one in known(health.targets))


def entered_endpoints(estate: Estate) -> Iterator[str]:
    """Yield the ARNs and ids of what accelerators, CloudFront's VPC origins and APIs lead to, as far as is known."""
    for link in estate.every(VpcLink):
        if why_unknown(link.targets) is None:
            yield from known(link.targets)
    for integration in estate.every(PrivateIntegration):
        if why_unknown(integration.target) is None and integration.target:
            yield balancer_of(str(integration.target), estate)
    for origin in estate.every(VpcOrigin):
        if why_unknown(origin.endpoint) is None:
            yield known(origin.endpoint)
    for group in estate.every(EndpointGroup):
        if why_unknown(group.endpoints) is None:
            yield from (known(one.id) for one in known(group.endpoints) if why_unknown(one.id) is None)


def balancer_name(arn: str) -> str:
    """Return how nodes name the load balancer with this ARN; nothing if it is none."""
    return arn.partition(_ARN_MARK)[2]


def balancer_of(native_id: str, estate: Estate) -> str:
    """Return the ARN of the load balancer of the listener with this id, read or not; other ids as they are."""
    listener = estate.find(Listener, native_id)
    if listener is not None and why_unknown(listener.load_balancer) is None:
        return known(listener.load_balancer)
    start, mark, name = native_id.partition(_LISTENER_MARK)
    return f"{start}{_ARN_MARK}{name.rpartition('/')[0]}" if mark else native_id


def _may_be_public(interface: NetworkInterface) -> bool:
    try:
        return bool(public_addresses(interface, 4) or public_addresses(interface, 6))
    except UnknownAsked:
        return True


class _Registration(msgspec.Struct, frozen=True):
    """That a listener of a load balancer forwards to a target."""

    balancer: str
    listener: Listener
    group: TargetGroup
    target: Target


@lru_cache(maxsize=4)
def _registered(estate: Estate) -> dict[str, list[_Registration]] | Why:
    """Return what listeners of load balancers of note forward to, by the id of the target, or why that is not known."""
    try:
        return _registrations(estate)
    except UnknownAsked as asked:
        return asked.why


def _registrations(estate: Estate) -> dict[str, list[_Registration]]:
    found: dict[str, list[_Registration]] = {}
    for name in nodes_of_note(estate):
        for one in _registered_at(name, estate):
            key = balancer_name(known(one.target.id)) or known(one.target.id)
            found.setdefault(key, []).append(one)
    return found


def _registered_at(name: str, estate: Estate) -> Iterator[_Registration]:
    for listener in listeners_of(name, estate):
        for native_id in _forwarded(listener, estate):
            group = estate.get(TargetGroup, native_id, listener.scope.region)
            for one in known(estate.get(TargetHealth, native_id, listener.scope.region).targets):
                yield _Registration(name, listener, group, one)


def fronts_at(name: str, target: NetworkInterface, estate: Estate) -> Iterator[Front]:
    """Yield the ways through one load balancer to an interface, public or not. Raises `UnknownAsked` where it cannot be told."""
    names = set(_names_of(target))
    nodes = _all_nodes(estate).get(name, ())
    for kind in (LoadBalancer, Listener, TargetGroup, TargetHealth):
        if why := estate.unread(kind, target.scope.region):
            raise UnknownAsked(why)
    for one in _registered_at(name, estate):
        native_id = known(one.target.id)
        if (balancer_name(native_id) or native_id) in names and _is_target(one, target):
            yield _front(one, nodes, estate)


def _names_of(interface: NetworkInterface) -> list[str]:
    """Return the names by which an interface may be registered: its instance, its load balancer, and its addresses."""
    names = [] if not interface.instance else [str(known(interface.instance))]
    names += [name] if "/" in (name := node_name(interface)) else []
    for family, number in private_addresses(interface):
        names.append(str(IPv4Address(number) if family == _IPV4 else IPv6Address(number)))
    return names


def _front(one: _Registration, nodes: tuple[NetworkInterface, ...], estate: Estate) -> Front:
    protocol, port = str(known(one.listener.protocol)), _number(one.listener.port)
    sends = traffic_to(str(known(one.group.protocol)), _number(one.target.port) or _number(one.group.port))
    preserves = one.balancer.startswith("net/") and _preserves(one.group, estate)
    family = _IPV6 if one.group.target_type == "ip" and ":" in known(one.target.id) else _IPV4
    text = f"{protocol}:{port}{_guards(one.listener)}"
    return Front(
        one.balancer,
        nodes,
        text,
        traffic_to(protocol, port),
        sends,
        preserves,
        _clients(one.listener, one.group, estate),
        family,
    )


def _clients(listener: Listener, group: TargetGroup, estate: Estate) -> AddressSet:
    """Return the clients whose requests a listener forwards to a group, as far as its rules go by their addresses."""
    rules = estate.find(ListenerRules, listener.id)
    if rules is None or why_unknown(rules.clients) is not None:
        return EVERY_ADDRESS
    blocks = known(rules.clients).get(group.id)
    if blocks is None:
        return EVERY_ADDRESS
    found = AddressSet()
    for one in blocks:
        found |= block_of(one)
    return found


def _guards(listener: Listener) -> str:
    """Return what a listener asks of clients before it forwards, in words; nothing if it asks nothing or that is not known."""
    asks = []
    if why_unknown(listener.mutual_tls) is None and listener.mutual_tls == "verify":
        asks.append("asks for a certificate")
    actions = () if why_unknown(listener.actions) is not None else known(listener.actions)
    if any(action.startswith("authenticate-") for action in actions):
        asks.append("signs users in")
    return "".join(f", {text}" for text in asks)


def _forwarded(listener: Listener, estate: Estate) -> tuple[str, ...]:
    if listener.protocol not in ("HTTP", "HTTPS"):
        return known(listener.target_groups)
    return known(estate.get(ListenerRules, listener.id, listener.scope.region).target_groups)


def _is_target(one: _Registration, interface: NetworkInterface) -> bool:
    """Whether a target is this interface: an instance is meant by the primary address of its primary interface.

    One by address lies in the VPC of its group, or expressly outside of it.
    """
    if one.target.state in _AWAY:
        return False
    if one.group.target_type == "instance":
        return known(interface.device_index) in (0, Absent())
    if one.group.target_type == "alb":
        return bool(node_name(interface))
    outside = why_unknown(one.target.zone) is None and one.target.zone == _OUTSIDE
    return one.group.target_type == "ip" and (one.group.vpc == known(interface.vpc)) != outside


def _preserves(group: TargetGroup, estate: Estate) -> bool:
    """Whether targets see the client's address (Network Load Balancers, Client IP preservation)."""
    if group.protocol in _PRESERVING or group.target_type == "alb":
        return True
    told = known(estate.get(TargetGroupAttributes, group.id, group.scope.region).preserves_client_ip)
    return told if isinstance(told, bool) else group.target_type == "instance"


def _classic_fronts(
    nodes: dict[str, tuple[NetworkInterface, ...]], target: NetworkInterface, estate: Estate
) -> Iterator[Front]:
    for name, places in nodes.items():
        if "/" in name:
            continue
        balancer = estate.get(ClassicLoadBalancer, name, target.scope.region)
        if known(target.instance) not in known(balancer.instances):
            continue
        for one in known(balancer.listeners):
            takes = traffic_to(known(one.protocol), known(one.port))
            sends = traffic_to(known(one.instance_protocol), known(one.instance_port))
            text = f"{known(one.protocol)}:{known(one.port)}"
            yield Front(name, places, text, takes, sends, preserves=False, clients=EVERY_ADDRESS)
