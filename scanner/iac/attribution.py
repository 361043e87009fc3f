"""Which of the lines that make up a security group a finding is about.

A group is the sum of its blocks and of rules that are resources of their own; a finding names ports, addresses or a
direction. Each part that can be what it names is a place to point at. A finding about a way through the network names
the groups on it, with what in each lets packets through.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from scanner.findings import Finding
from scanner.iac.terraform.security_groups import parts_of
from scanner.iac.world import World
from scanner.model.intervals import intervals
from scanner.model.kind import Source
from scanner.model.maybe import UnknownAsked, known
from scanner.model.security_group import ALL_PORTS, AddressRange, Permission, SecurityGroup
from scanner.verdict import Atom, Fact, Fail

_PORTS: Final = re.compile(r"\b(tcp|udp)(?:/(\d[\d,-]*))?", re.IGNORECASE)
_HOP: Final = re.compile(r"(\S+) \(([^()]{1,200})\)")
"""A thing that packets pass, and what in it lets them: `aws_security_group.web (tcp/22 0.0.0.0/0)`."""
_WIDE: Final = ("/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8")


def attributed(findings: Iterable[Finding], world: World) -> Iterator[Finding]:
    """Yield the findings; those about a group's permissions with the lines of these as their places, the worst last."""
    for finding in findings:
        places: tuple[Source, ...] = ()
        if isinstance(finding.outcome, Fail) and isinstance(finding.resource, SecurityGroup):
            places = tuple(_places(finding.outcome.evidence, finding.resource.id, world))
        elif isinstance(finding.outcome, Fail):
            places = tuple(_on_the_way(finding.outcome.message, world))
        if places:
            finding = msgspec.structs.replace(  # noqa: PLW2901 - the same finding, with its places
                finding, facet_origins=(*finding.facet_origins, *reversed(places))
            )
        yield finding


def _on_the_way(message: str, world: World) -> Iterator[Source]:
    for group, grant in dict.fromkeys(_HOP.findall(message)):
        yield from _places((Fact("ingress", grant),), group, world)


def _places(evidence: tuple[Atom, ...], group: str, world: World) -> Iterator[Source]:
    for way, permission, source in parts_of(world, group):
        try:
            if any(_explains(fact, way, permission) for fact in evidence):
                yield source
        except UnknownAsked:
            continue


def _explains(fact: Atom, way: str, permission: Permission) -> bool:
    """Whether a permission is one of those that a fact speaks of; raises `UnknownAsked`."""
    if fact.name == "description":
        return way == "ingress" and not known(permission.description)
    peer = known(permission.peer)
    if not isinstance(peer, AddressRange):
        return False
    if fact.name == "egress":
        return way == "egress" and peer.cidr.endswith("/0")
    if peer.cidr in fact.value:
        return True
    return way != "egress" and peer.cidr.endswith(_WIDE) and any(_admits(permission, *found) for found in _told(fact))


def _told(fact: Atom) -> Iterator[tuple[str, str]]:
    for protocol, ports in _PORTS.findall(fact.value):
        yield protocol.lower(), ports


def _admits(permission: Permission, protocol: str, ports: str) -> bool:
    told = [part.partition("-") for part in ports.strip(",-").split(",")] if ports else []
    wanted = intervals((int(first), int(last or first)) for first, _, last in told) if told else ALL_PORTS
    return bool(permission.ports(protocol) & wanted)
