"""Security groups and network ACLs as Terraform declares them: inline blocks, rules of their own, adopted defaults.

Terraform takes AWS's default egress rule away where a group declares none (provider documentation, aws_security_group).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from scanner.iac.declared import Declared, as_block
from scanner.iac.policies import rendered
from scanner.iac.values import SYMBOLS, Template, Value, cidr_of, flag_of, int_of, list_of, number_of, text_of
from scanner.iac.world import World, name_of, not_told, tags_of
from scanner.model.kind import Kind, Source
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, Unknown, Why, unknown, why_unknown
from scanner.model.network_acl import AclEntry, NetworkAcl
from scanner.model.security_group import AddressRange, GroupPeer, Permission, PrefixListPeer, SecurityGroup

_NAMES: Final = {"all": "-1", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
_NUMBERS: Final = {"all": "-1", "tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58"}
_GROUPS: Final = ("aws_security_group", "aws_default_security_group")
RULES: Final = (
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule",
)
"""Types of rules that are resources of their own."""
_WHOM: Final = ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6")
_LISTS: Final = ("aws_network_acl", "aws_default_network_acl")
_LAST: Final = 32767
"""The number of the entry that denies what no other matches; AWS adds it to every list."""


def kinds(world: World) -> Iterator[Kind]:
    """Yield the groups and lists that are declared, and groups that only rules name."""
    rules: dict[str, list[Declared]] = {}
    for one in world.of_type(*RULES):
        rules.setdefault(world.named(one.get("security_group_id")), []).append(one)
    for group in world.of_type(*_GROUPS):
        yield _group(world, group, rules.pop(world.id(group), []))
    for native_id, others in rules.items():
        if native_id:
            yield _implied(world, native_id, others)
    for one in world.of_type(*_LISTS):
        yield _acl(world, one)


def parts_of(world: World, native_id: str) -> Iterator[tuple[str, Permission, Source]]:
    """Yield what makes up a group: the direction (empty if not known), what is admitted, and where that is written."""
    for group in world.of_type(*_GROUPS):
        if world.id(group) == native_id:
            for way in ("ingress", "egress"):
                for number, said in enumerate(group.blocks(way)):
                    for permission in _permissions(world, as_block(said), native_id):
                        yield way, permission, _source(group, as_block(said), way, number)
    for one in world.referring("security_group_id", *RULES)(native_id):
        way, permission = _separate(world, one)
        yield way, permission, _source(one, one.values)


def _source(one: Declared, said: Mapping[str, Value], *path: str | int) -> Source:
    """Return where a permission says whom it admits."""
    name = next((name for name in _WHOM if said.get(name)), "")
    return one.source(*path, name) if name else one.source(*path)


def _group(world: World, group: Declared, rules: list[Declared]) -> SecurityGroup:
    said = group.get("name")
    name = rendered(said) if isinstance(said, Template) else text_of(said)
    if group.type == "aws_default_security_group":
        name = "default"
    elif why_unknown(name) is None and isinstance(name, Absent):
        name = world.id(group)
    apart = [_separate(world, one) for one in rules]
    return SecurityGroup(
        scope=world.scope(group),
        id=world.id(group),
        origin=group.source("ingress") if group.get("ingress") else group.source(),
        arn=world.arn(group),
        name=name,
        tags=tags_of(group),
        vpc=world.relation(group.get("vpc_id")),
        description=text_of(group.get("description") or "Managed by Terraform"),
        ingress=(*_inline(world, group, "ingress"), *(one for way, one in apart if way != "egress")),
        egress=(*_inline(world, group, "egress"), *(one for way, one in apart if way != "ingress")),
    )


def _implied(world: World, native_id: str, rules: list[Declared]) -> SecurityGroup:
    """Return a group of which only rules are declared: it may have others."""
    missing = unknown(Reason.NOT_COLLECTED, f"the group {native_id} is not declared here, and may have other rules")
    other = Permission(missing, missing, missing, missing, missing)
    apart = [_separate(world, one) for one in rules]
    return SecurityGroup(
        scope=world.scope(rules[0]),
        id=native_id,
        origin=rules[0].source(),
        arn=missing,
        name=missing,
        tags=missing,
        vpc=missing,
        description=missing,
        ingress=(*(one for way, one in apart if way != "egress"), other),
        egress=(*(one for way, one in apart if way != "ingress"), other),
    )


def _inline(world: World, group: Declared, way: str) -> Iterator[Permission]:
    for said in group.blocks(way):
        yield from _permissions(world, as_block(said), world.id(group))


def _permissions(world: World, block: Mapping[str, Value], own: str) -> Iterator[Permission]:
    peers = [
        *(_range(one) for name in ("cidr_blocks", "ipv6_cidr_blocks") for one in _each(block.get(name))),
        *(_list(world, one) for one in _each(block.get("prefix_list_ids"))),
        *(_peer(world, one) for one in _each(block.get("security_groups"))),
    ]
    myself = flag_of(block.get("self"), default=False)
    why = why_unknown(myself)
    if why is not None and not peers:
        peers.append(Unknown(why))
    elif why is None and myself:
        peers.append(_peer(world, own))
    for peer in peers:
        yield _permission(block, peer, "protocol")


def _each(value: Value) -> list[Value]:
    return [value] if isinstance(value, SYMBOLS) else list_of(value)


def _range(value: Value) -> Maybe[Any]:
    said = _given(cidr_of(value), "the block of a security group's rule is not set")
    why = why_unknown(said)
    return Unknown(why) if why is not None else AddressRange(str(said))


def _list(world: World, value: Value) -> Maybe[Any]:
    named = world.relation(value)
    why = why_unknown(named)
    return Unknown(why) if why is not None else PrefixListPeer(str(named))


def _peer(world: World, value: Value) -> Maybe[Any]:
    named = world.relation(value)
    why = why_unknown(named)
    if why is not None:
        return Unknown(why)
    return GroupPeer(str(named), owner=world.account, vpc=ABSENT, peering=ABSENT, peering_status=ABSENT)


def _permission(block: Mapping[str, Value], peer: Maybe[Any], protocol: str) -> Permission:
    said = text_of(block.get(protocol))
    why = why_unknown(said)
    name: Maybe[str] = Unknown(why) if why is not None else _NAMES.get(str(said).lower(), str(said).lower())
    every = why is None and name == "-1"
    return Permission(
        protocol=name,
        from_port=ABSENT if every else number_of(block.get("from_port")),
        to_port=ABSENT if every else number_of(block.get("to_port")),
        peer=peer,
        description=text_of(block.get("description")),
    )


def _separate(world: World, one: Declared) -> tuple[str, Permission]:
    """Return whether a rule of its own is `ingress`, `egress` or not known to be either, and what it admits."""
    way = "ingress" if "ingress" in one.type else "egress"
    protocol = "ip_protocol"
    if one.type == "aws_security_group_rule":
        way, protocol = one.get("type") if isinstance(one.get("type"), str) else "", "protocol"
    peers = [*_peers_of(world, one)]
    peer = peers[0] if peers else unknown(Reason.UNRESOLVED, f"{one.address} names no peer")
    permission = _permission(one.values, peer, protocol)
    if one.perhaps is not None:
        permission = msgspec.structs.replace(permission, peer=Unknown(one.perhaps))
    return way, permission


def _peers_of(world: World, one: Declared) -> Iterator[Maybe[Any]]:
    for name in ("cidr_ipv4", "cidr_ipv6"):
        if one.get(name) is not None:
            yield _range(one.get(name))
    if one.get("prefix_list_id") is not None:
        yield _list(world, one.get("prefix_list_id"))
    for name in ("referenced_security_group_id", "source_security_group_id"):
        if one.get(name) is not None:
            yield _peer(world, one.get(name))
    if one.type == "aws_security_group_rule":
        own = world.named(one.get("security_group_id"))
        yield from (permission.peer for permission in _permissions(world, one.values, own))


def _acl(world: World, one: Declared) -> NetworkAcl:
    entries = [
        _entry(as_block(said), egress=way == "egress") for way in ("ingress", "egress") for said in one.blocks(way)
    ]
    entries += [_apart(rule) for rule in world.referring("network_acl_id", "aws_network_acl_rule")(world.id(one))]
    entries += [
        AclEntry(_LAST, egress, False, "-1", "0.0.0.0/0", ABSENT, ABSENT, ABSENT, ABSENT)  # noqa: FBT003 - what a row says
        for egress in (False, True)
    ]
    associated = [
        world.named(link.get("subnet_id"))
        for link in world.referring("network_acl_id", "aws_network_acl_association")(world.id(one))
    ]
    is_default = one.type == "aws_default_network_acl"
    vpc = world.find(one.get("default_network_acl_id")) if is_default else None
    subnets = world.relations(one.get("subnet_ids")) if vpc is None else ()
    if is_default and vpc is None and why_unknown(subnets) is None and not subnets:
        subnets = not_told("which subnets a default network ACL has")
    why = why_unknown(subnets)
    return NetworkAcl(
        scope=world.scope(one),
        id=world.id(one),
        origin=one.source("ingress"),
        arn=world.arn(one),
        name=name_of(one),
        tags=tags_of(one),
        vpc=world.relation(one.get("vpc_id")) if vpc is None else world.id(vpc),
        is_default=is_default,
        subnets=Unknown(why)
        if why is not None
        else (*subnets, *associated, *(subnets_left(world, vpc) if vpc else ())),
        entries=tuple(entries),
    )


def subnets_left(world: World, vpc: Declared) -> Iterator[str]:
    """Yield the subnets of a VPC that no other list has: its default one has them (VPC User Guide, "Network ACLs")."""
    taken = {world.named(said) for acl in world.of_type("aws_network_acl") for said in list_of(acl.get("subnet_ids"))}
    taken |= {world.named(link.get("subnet_id")) for link in world.of_type("aws_network_acl_association")}
    for subnet in world.referring("vpc_id", "aws_subnet", "aws_default_subnet")(world.id(vpc)):
        if world.id(subnet) not in taken:
            yield world.id(subnet)


def _apart(rule: Declared) -> AclEntry:
    entry = _entry(rule.values, egress=flag_of(rule.get("egress"), default=False))
    return entry if rule.perhaps is None else msgspec.structs.replace(entry, number=Unknown(rule.perhaps))


def _entry(block: Mapping[str, Value], *, egress: Maybe[bool]) -> AclEntry:
    action = text_of(block.get("action") if block.get("action") is not None else block.get("rule_action"))
    why = why_unknown(action)
    number = block.get("rule_no") if block.get("rule_no") is not None else block.get("rule_number")
    cidr = cidr_of(block.get("cidr_block") or block.get("ipv6_cidr_block"))
    every = why_unknown(_number(block)) is None and _number(block) not in ("6", "17")
    ports = (ABSENT, ABSENT) if every else (number_of(block.get("from_port")), number_of(block.get("to_port")))
    return AclEntry(
        number=int_of(number, 0),
        egress=egress,
        allow=Unknown(why) if why is not None else action == "allow",
        protocol=_number(block),
        cidr=_given(cidr, "the block of a network ACL's entry is not set"),
        from_port=ports[0],
        to_port=ports[1],
        icmp_type=number_of(block.get("icmp_type")),
        icmp_code=number_of(block.get("icmp_code")),
    )


def _number(block: Mapping[str, Value]) -> Maybe[str]:
    said = text_of(block.get("protocol"))
    why = why_unknown(said)
    return Unknown(why) if why is not None else _NUMBERS.get(str(said).lower(), str(said))


def _given(value: Maybe[str | Absent], missing: str) -> Maybe[str]:
    why = why_unknown(value)
    if why is None and isinstance(value, Absent):
        why = Why(Reason.UNRESOLVED, missing)
    return Unknown(why) if why is not None else str(value)


TYPES: Final = frozenset({*_GROUPS, *RULES, *_LISTS, "aws_network_acl_rule", "aws_network_acl_association"})
_YIELDED: tuple[type[Kind], ...] = (SecurityGroup, NetworkAcl)
YIELDS: Final = frozenset(_YIELDED)
