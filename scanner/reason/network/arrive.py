"""From the internet to an interface, by an internet gateway."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from typing import Final

import msgspec

from scanner.model.ec2 import Instance
from scanner.model.exposure import Blocker, Hop
from scanner.model.intervals import NOTHING, Intervals
from scanner.model.maybe import known, why_unknown
from scanner.model.security_group import SecurityGroup
from scanner.model.traffic import traffic_text, whole
from scanner.model.vpc import NetworkInterface, Subnet, Via
from scanner.reason.network.answer import Answer, Verdict, grant_text
from scanner.reason.network.estate import Estate
from scanner.reason.network.filters import acl_side, grants_of
from scanner.reason.network.gates import Step
from scanner.reason.network.internet import Internet
from scanner.reason.network.pmap import PMap, everywhere
from scanner.reason.network.public import public_addresses
from scanner.reason.network.routing import family_of, routing_of

_IPV4: Final = 4


def arrive(
    interface: NetworkInterface, family: int, senders: Intervals, asked: Intervals, internet: Internet
) -> tuple[int, Answer]:
    """Tell whether these addresses of the internet can send the traffic to an interface and be answered."""
    start = everywhere(senders, internet.atoms.masks(asked))
    forward, back = internet.arrivals(interface, family)
    steps = (*forward, *back)
    answered, stopping = internet.passed(steps, family, start)
    if answered.sure:
        return len(steps), _reached(answered.sure, interface, family, internet)
    if answered.perhaps:
        return len(steps), Answer(Verdict.UNDECIDED, why=answered.why)
    one_way, _ = internet.passed(forward, family, start)
    if one_way.sure and not asked & whole("tcp"):
        found = _reached(one_way.sure, interface, family, internet)
        note = f"request only: no answer comes back ({stopping[0]})"
        return len(steps), msgspec.structs.replace(found, note=note)
    shut = Answer(Verdict.NOT_REACHABLE, blocker=stopping[0], others=stopping[1:])
    return _position(stopping[0], steps), shut


def _position(blocker: Blocker, steps: tuple[Step, ...]) -> int:
    return next(number for number, step in enumerate(steps) if step.blocker == blocker)


def _reached(rows: PMap, interface: NetworkInterface, family: int, internet: Internet) -> Answer:
    traffic = NOTHING
    for _, _, mask in rows:
        traffic |= internet.atoms.traffic(mask)
    address, _, mask = rows[0]
    packet = internet.atoms.traffic(mask).spans[0][0]
    hops = tuple(path(interface, family, address, packet, internet.estate))
    closing = internet.gates.admitting(interface, family, rows)
    texts = tuple(dict.fromkeys(f"{one.group} {grant_text(one, internet.estate)}" for one in closing))
    back = tuple(_back_path(interface, family, address, internet.estate))
    return Answer(Verdict.REACHABLE, hops, traffic=traffic, closing=texts, back=back)


def _back_path(interface: NetworkInterface, family: int, address: int, estate: Estate) -> Iterator[Hop]:
    """Yield what the answer to a client of the internet passes."""
    subnet = estate.get(Subnet, str(known(interface.subnet)), interface.scope.region)
    yield Hop("network ACL", estate.acl_of(subnet).id, f"the answer out of {subnet.id}")
    table = estate.table_of(subnet)
    leg = routing_of(table, estate).leg(family, address)
    if leg is not None:
        yield Hop("route table", table.id, f"{known(leg.route.destination)} to {known(leg.route.target)}")


def path(interface: NetworkInterface, family: int, address: int, packet: int, estate: Estate) -> Iterator[Hop]:
    """Yield what one packet from the internet passes, with the entry and the rule that let it through.

    The packet must be one that passes; what decides about it but is unknown is left unsaid.
    """
    text = str(IPv4Address(address) if family == _IPV4 else IPv6Address(address))
    yield Hop("internet", "internet", f"{traffic_text(Intervals(((packet, packet),)))} from {text}")
    subnet = estate.get(Subnet, str(known(interface.subnet)), interface.scope.region)
    vpc = known(subnet.vpc)
    table = estate.table_of(subnet)
    leg = routing_of(table, estate).leg(family, address)
    if leg is not None and leg.route.via == Via.INTERNET_GATEWAY:
        yield Hop("internet gateway", str(known(leg.route.target)))
    edge = estate.edge_table(vpc, subnet.scope.region)
    if edge is not None:
        yield Hop("edge route table", edge.id)
    if leg is not None:
        yield Hop("route table", table.id, f"{known(leg.route.destination)} to {known(leg.route.target)}")
    acl = estate.acl_of(subnet)
    line = acl_side(acl, egress=False).decider(family, address, packet)
    yield Hop("network ACL", acl.id, "" if line is None else f"#{line.number}")
    yield from _rule_hops(interface, family, address, packet, estate)
    yield Hop("network interface", interface.id, _public_text(interface, family))


def owner_hops(interface: NetworkInterface, estate: Estate) -> Iterator[Hop]:
    """Yield the instance that an interface belongs to, with its role if that was read; nothing if it belongs to none."""
    if why_unknown(interface.instance) is not None or not interface.instance:
        return
    native_id = str(known(interface.instance))
    instance = estate.find(Instance, native_id)
    profile = ""
    if instance is not None and why_unknown(instance.instance_profile) is None and instance.instance_profile:
        profile = f"role by {known(instance.instance_profile)}"
    yield Hop("instance", native_id, profile)


def _rule_hops(interface: NetworkInterface, family: int, address: int, packet: int, estate: Estate) -> Iterator[Hop]:
    for native_id in known(interface.groups):
        group = estate.find(SecurityGroup, native_id)
        if group is None:
            continue
        for grant in grants_of(group, estate):
            admits = address in family_of(grant.addresses, family) and grant.traffic[0] <= packet <= grant.traffic[1]
            if grant.why is None and admits:
                yield Hop("security group", group.id, grant_text(grant, estate))
                return


def _public_text(interface: NetworkInterface, family: int) -> str:
    if family != _IPV4:
        return str(IPv6Address(public_addresses(interface, family)[0]))
    readable = (one for one in known(interface.addresses) if why_unknown(one.public_ipv4) is None)
    return next((str(one.public_ipv4) for one in readable if one.public_ipv4), "")
