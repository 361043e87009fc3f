"""What people name as a source or a target: ids, names, tags, addresses, `internet`, and the interfaces that they mean."""

import re
from ipaddress import ip_address, ip_network
from typing import Final

import msgspec

from scanner.model.addresses import INTERNET, AddressSet, address_set
from scanner.model.ec2 import Instance
from scanner.model.elb import ClassicLoadBalancer, LoadBalancer
from scanner.model.gateways import NatGateway, VpcEndpoint
from scanner.model.glob import matches
from scanner.model.intervals import Intervals, intervals
from scanner.model.kind import Resource
from scanner.model.maybe import Absent, UnknownAsked, Why, known, why_unknown
from scanner.model.security_group import SecurityGroup
from scanner.model.traffic import ALL_TRAFFIC, ports
from scanner.model.vpc import NetworkInterface, Subnet, Vpc
from scanner.reason.network.balancers import node_name
from scanner.reason.network.estate import Estate, private_addresses

_PORT: Final = re.compile(r"(?P<place>.+?):(?P<port>\d{1,5})(?:/(?P<protocol>tcp|udp))?")
_LAST_PORT: Final = 65535
_IPV4: Final = 4
_EVERY_ADDRESS: Final = {"0.0.0.0/0": AddressSet(ipv4=INTERNET.ipv4), "::/0": AddressSet(ipv6=INTERNET.ipv6)}
"""How people say `internet`, of one family."""


class PlaceError(ValueError):
    """A text that names no place, or more than one."""


class Place(msgspec.Struct, frozen=True):
    """What a text means: interfaces that were read, addresses that are none's of them, or both (a block of addresses)."""

    text: str
    interfaces: tuple[NetworkInterface, ...] = ()
    outside: AddressSet = AddressSet()
    why: Why | None = None
    """Why it may mean more interfaces than these."""


def split_port(text: str) -> tuple[str, Intervals]:
    """Return the place in `PLACE[:PORT[/tcp|udp]]` and the traffic asked for: all of it without a port.

    An IPv6 address with a port is written in brackets. Raises `PlaceError` for a port that there is not.
    """
    if _is_address(text):
        return text, ALL_TRAFFIC
    met = _PORT.fullmatch(text)
    if met is None:
        return text, ALL_TRAFFIC
    port = int(met["port"])
    if port > _LAST_PORT:
        raise PlaceError(f"{port} is no port")
    return met["place"].removeprefix("[").removesuffix("]"), ports(met["protocol"] or "tcp", intervals([(port, port)]))


def _is_address(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def place_of(text: str, estate: Estate) -> Place:
    """Return what a text means. Raises `PlaceError` if it means nothing that was read, or several things."""
    if text == "internet":
        return Place(text, outside=INTERNET)
    if text in _EVERY_ADDRESS:
        return Place(text, outside=_EVERY_ADDRESS[text])
    if _is_address(text):
        return _place_of_address(text, estate)
    why = next((why for region in _regions(estate) if (why := estate.unread(NetworkInterface, region))), None)
    if text.startswith("tag:"):
        found = _tagged(text.removeprefix("tag:"), estate)
    else:
        native_id = text.rpartition("/")[2] if text.startswith("arn:") else text
        found = _with_id(native_id, estate) or _named(text, estate)
    if not found and why is None:
        raise PlaceError(f"nothing that was read is called {text!r}, or it has no network interface")
    return Place(text, tuple(found), why=why)


_BALANCERS: Final = {"alb/": "app/", "nlb/": "net/", "clb/": ""}
"""How assertions name the nodes of load balancers, and how these name themselves."""


def selected(text: str, estate: Estate) -> list[NetworkInterface]:
    """Return all interfaces that a text of an assertion means, `*` standing for any letters; none is no mistake.

    Raises `UnknownAsked` if more may be meant than were read.
    """
    why = next((why for region in _regions(estate) if (why := estate.unread(NetworkInterface, region))), None)
    if why is not None:
        raise UnknownAsked(why)
    if text.startswith("tag:"):
        return _tagged(text.removeprefix("tag:"), estate)
    for prefix, own in _BALANCERS.items():
        if text.startswith(prefix):
            return [one for one in estate.every(NetworkInterface) if _is_node_of(one, own, text.removeprefix(prefix))]
    if _is_address(text):
        block = address_set((text,))
        return [one for one in estate.every(NetworkInterface) if _lies_in(one, block)]
    ids = {one.id for tier in _TIERS for kind in tier for one in estate.every(kind) if _is_like(one, text)}
    balancers = [one for kind in _TIERS[0][1:] for one in estate.every(kind) if one.id in ids]
    found = {interface.id for one in balancers for interface in _belonging_to(one, estate)}
    return [
        one
        for one in estate.every(NetworkInterface)
        if one.id in found or ids & (own_ids := _ids_of(one)) or any(matches(text, native_id) for native_id in own_ids)
    ]


def _is_node_of(interface: NetworkInterface, own: str, pattern: str) -> bool:
    """Whether an interface is a node of a load balancer of a type, whose name is like the pattern."""
    name = node_name(interface)
    if not own:
        return bool(name) and "/" not in name and matches(pattern, name)
    return name.startswith(own) and matches(pattern, name.removeprefix(own).partition("/")[0])


def _lies_in(interface: NetworkInterface, block: AddressSet) -> bool:
    return any(
        number in (block.ipv4 if family == _IPV4 else block.ipv6) for family, number in private_addresses(interface)
    )


def _is_like(resource: Resource, pattern: str) -> bool:
    """Whether the id or the name of a resource is like the pattern."""
    name = "" if why_unknown(resource.name) is not None else str(resource.name or "")
    return matches(pattern, resource.id) or (bool(name) and matches(pattern, name))


def _regions(estate: Estate) -> set[str]:
    return {one.scope.region for one in (*estate.every(NetworkInterface), *estate.every(Subnet))} or {""}


def _place_of_address(text: str, estate: Estate) -> Place:
    block = ip_network(text, strict=False)
    if block.num_addresses > 1:
        whole = address_set((text,))
        inside = tuple(one for one in estate.every(NetworkInterface) if _lies_in(one, whole))
        return Place(text, inside, whole)
    address = str(ip_address(text.partition("/")[0]))
    wanted = (block.version, int(block.network_address))
    found = [
        one
        for one in estate.every(NetworkInterface)
        if wanted in private_addresses(one) or address in _public_texts(one)
    ]
    if len(found) > 1:
        names = ", ".join(sorted(f"{one.id} in {_vpc_text(one)}" for one in found))
        raise PlaceError(f"{text} is an address of several interfaces: {names}; name one of them")
    return Place(text, tuple(found)) if found else Place(text, outside=address_set((text,)))


def _vpc_text(interface: NetworkInterface) -> str:
    return "an unknown VPC" if why_unknown(interface.vpc) is not None else known(interface.vpc)


def _public_texts(interface: NetworkInterface) -> list[str]:
    if why_unknown(interface.addresses) is not None:
        return []
    texts = [one.public_ipv4 for one in known(interface.addresses) if why_unknown(one.public_ipv4) is None]
    return [str(known(text)) for text in texts if not isinstance(text, Absent)]


def _with_id(native_id: str, estate: Estate) -> list[NetworkInterface]:
    belonging = _interfaces_of(native_id, estate)
    return [one for one in estate.every(NetworkInterface) if native_id in _ids_of(one) or one.id in belonging]


def _interfaces_of(native_id: str, estate: Estate) -> set[str]:
    """Return the interfaces of a VPC endpoint or a NAT gateway."""
    endpoint, nat = estate.find(VpcEndpoint, native_id), estate.find(NatGateway, native_id)
    found = set[str]()
    if endpoint is not None and why_unknown(endpoint.interfaces) is None:
        found.update(known(endpoint.interfaces))
    if nat is not None and why_unknown(nat.addresses) is None:
        found.update(str(known(one.interface)) for one in known(nat.addresses) if why_unknown(one.interface) is None)
    return found


def _ids_of(interface: NetworkInterface) -> set[str]:
    """Return every id by which an interface may be meant: its own, and those of what it is in or belongs to."""
    ids = {interface.id}
    for value in (interface.instance, interface.subnet, interface.vpc):
        if why_unknown(value) is None:
            ids.add(str(known(value)))
    if why_unknown(interface.groups) is None:
        ids.update(known(interface.groups))
    return ids


_TIERS: Final[tuple[tuple[type[Resource], ...], ...]] = (
    (Instance, LoadBalancer, ClassicLoadBalancer),
    (NetworkInterface,),
    (Subnet, Vpc),
    (SecurityGroup,),
)
"""What a name may be of: an instance or load balancer goes before what only belongs to it or holds it."""


def _named(name: str, estate: Estate) -> list[NetworkInterface]:
    for tier in _TIERS:
        found = [one for kind in tier for one in estate.every(kind) if _is_called(one, name)]
        if len(found) > 1:
            ids = ", ".join(sorted(f"{one.noun} {one.id}" for one in found))
            raise PlaceError(f"{name!r} is ambiguous: {ids}; give the id of one of them, or tag:Name={name} for all")
        if found:
            return _belonging_to(found[0], estate)
    return []


def _belonging_to(resource: Resource, estate: Estate) -> list[NetworkInterface]:
    if isinstance(resource, LoadBalancer | ClassicLoadBalancer):
        node = resource.id.partition(":loadbalancer/")[2] or resource.id
        return [one for one in estate.every(NetworkInterface) if node_name(one) == node]
    return _with_id(resource.id, estate)


def _is_called(resource: Resource, name: str) -> bool:
    """Whether a resource is called so: by its name, and a load balancer by its ARN or its DNS name too."""
    if why_unknown(resource.name) is None and resource.name == name:
        return True
    if not isinstance(resource, LoadBalancer | ClassicLoadBalancer):
        return False
    dns = resource.dns_name
    return name in (resource.id, resource.arn) or (why_unknown(dns) is None and str(dns).casefold() == name.casefold())


def _tagged(tag: str, estate: Estate) -> list[NetworkInterface]:
    """Return the interfaces that bear a tag `key=value`, or belong to an instance, subnet, VPC or group that does."""
    key, _, value = tag.partition("=")
    ids = {one.id for tier in _TIERS for kind in tier for one in estate.every(kind) if _bears(one, key, value)}
    return [one for one in estate.every(NetworkInterface) if ids & _ids_of(one)]


def _bears(resource: Resource, key: str, value: str) -> bool:
    try:
        return known(resource.tags).get(key) == value
    except UnknownAsked:
        return False
