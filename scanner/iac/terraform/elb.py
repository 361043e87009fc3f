"""Load balancers as Terraform declares them: all types, with listeners, rules, target groups, targets and their nodes.

A node for each subnet stands for those that AWS makes; it is known by the description that AWS gives it.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

from scanner.iac.declared import Declared, as_block, block_of, blocks_of
from scanner.iac.terraform import ec2, interfaces
from scanner.iac.terraform.autoscaling import machine_of, places_of
from scanner.iac.terraform.interfaces import placed
from scanner.iac.terraform.rows import Reading, aspect, row, text_or
from scanner.iac.values import SYMBOLS, Value, first_hole, flag_of, int_of, list_of, number_of, text_of
from scanner.iac.world import World, not_told
from scanner.model.elb import (
    ClassicListener,
    ClassicLoadBalancer,
    Listener,
    ListenerRules,
    LoadBalancer,
    Target,
    TargetGroup,
    TargetGroupAttributes,
    TargetHealth,
)
from scanner.model.kind import Kind, Source
from scanner.model.maybe import ABSENT, Absent, Maybe, Unknown, known, why_unknown
from scanner.model.vpc import NetworkInterface

_BALANCERS: Final = ("aws_lb", "aws_alb")
_LISTENERS: Final = ("aws_lb_listener", "aws_alb_listener")
_RULES: Final = ("aws_lb_listener_rule", "aws_alb_listener_rule")
_GROUPS: Final = ("aws_lb_target_group", "aws_alb_target_group")
_ATTACHMENTS: Final = ("aws_lb_target_group_attachment", "aws_alb_target_group_attachment")
_NODES: Final = 40
"""Where in a subnet the addresses of nodes begin."""
_NODE_TYPES: Final = {"network": "network_load_balancer", "gateway": "gateway_load_balancer"}


def _balancer(world: World, one: Declared) -> Iterator[Kind]:
    kind = text_or(one.get("load_balancer_type"), "application")
    internal = flag_of(one.get("internal"), default=False)
    subnets = _subnets(one)
    scheme = _scheme(internal)
    if why_unknown(kind) is None and kind == "gateway":
        scheme = ABSENT
    yield LoadBalancer(
        **row(world, one, name="name"),
        balancer_type=kind,
        scheme=scheme,
        vpc=world.vpc_of(subnets),
        dns_name=ABSENT,
        state="active",
        groups=world.relations(one.get("security_groups")),
        subnets=world.relations(subnets),
        ip_address_type=text_or(one.get("ip_address_type"), "ipv4"),
        filters_links=_filters_links(one),
    )
    node_type = "interface" if why_unknown(kind) is not None else _NODE_TYPES.get(str(kind), "interface")
    node = f"ELB {world.id(one).partition(':loadbalancer/')[2]}"
    yield from _nodes(world, one, subnets, internal, node, interface_type=node_type, bare=node_type != "interface")


def _scheme(internal: Maybe[bool]) -> Maybe[Any]:
    why = why_unknown(internal)
    return Unknown(why) if why is not None else "internal" if internal else "internet-facing"


def _subnets(one: Declared) -> Value:
    mapped = [as_block(said).get("subnet_id") for said in one.blocks("subnet_mapping")]
    return mapped or one.get("subnets")


def _nodes(
    world: World, one: Declared, subnets: Value, internal: Maybe[bool], description: str, **more: Any
) -> Iterator[NetworkInterface]:
    why = why_unknown(internal)
    is_public: Maybe[bool] = Unknown(why) if why is not None else not internal
    places = [subnets] if isinstance(subnets, SYMBOLS) else list_of(subnets)
    groups = one.get("security_groups")
    yield from placed(
        world,
        one,
        places,
        groups,
        is_public,
        number=_NODES,
        description=description,
        requester="amazon-elb",
        device_index=1,
        **more,
    )


def _filters_links(one: Declared) -> Maybe[bool]:
    said = text_or(one.get("enforce_security_group_inbound_rules_on_private_link_traffic"), "on")
    why = why_unknown(said)
    return Unknown(why) if why is not None else said == "on"


def _listener(world: World, one: Declared) -> Iterator[Kind]:
    actions = [as_block(said) for said in one.blocks("default_action")]
    own = _forwarded(world, actions)
    balancer = world.find(one.get("load_balancer_arn"))
    mutual = one.block("mutual_authentication")
    layer4 = balancer is not None and balancer.get("load_balancer_type") == "gateway"
    more = [
        other.get("certificate_arn")
        for other in world.referring("listener_arn", "aws_lb_listener_certificate", "aws_alb_listener_certificate")(
            world.id(one)
        )
    ]
    certificates = [said for said in (one.get("certificate_arn"), *more) if said not in (None, "")]
    port = number_of(one.get("port"))
    yield Listener(
        **row(world, one) | {"name": ABSENT},
        load_balancer=world.relation(one.get("load_balancer_arn")),
        port=port,
        protocol=ABSENT if layer4 else text_or(one.get("protocol"), "HTTP"),
        tls_policy=text_of(one.get("ssl_policy")),
        certificates=world.relations(certificates),
        mutual_tls=text_or(mutual.get("mode"), "off") if mutual is not None else ABSENT,
        actions=_action_types(actions),
        target_groups=own,
    )
    rules = world.referring("listener_arn", *_RULES)(world.id(one))
    perhaps = next((rule.perhaps for rule in rules if rule.perhaps is not None), None)
    every = [*actions, *(as_block(said) for rule in rules for said in rule.blocks("action"))]
    groups = Unknown(perhaps) if perhaps is not None else _forwarded(world, every)
    yield aspect(ListenerRules, world, one, None, target_groups=groups)


def _action_types(actions: Iterable[Any]) -> Maybe[tuple[str, ...]]:
    types = [action.get("type") for action in actions]
    hole = first_hole(types)
    return hole.unknown() if hole is not None else tuple(str(type_) for type_ in types)


def _forwarded(world: World, actions: Iterable[Any]) -> Maybe[tuple[str, ...]]:
    """Return the target groups that actions forward to, in the form with one or with several."""
    named: list[Value] = []
    for action in actions:
        named += [action.get("target_group_arn")]
        forward = block_of(action, "forward")
        several = [as_block(said) for said in blocks_of(forward, "target_group")] if forward else []
        named += [said.get("arn") for said in several if said.get("weight") not in (0, "0")]
    found = world.relations([said for said in named if said not in (None, "")])
    why = why_unknown(found)
    return Unknown(why) if why is not None else tuple(dict.fromkeys(found))


def _target_group(world: World, one: Declared) -> Iterator[Kind]:
    native_id = world.id(one)
    target_type = text_or(one.get("target_type"), "instance")
    yield TargetGroup(
        **row(world, one, name="name"),
        protocol=text_of(one.get("protocol")),
        port=number_of(one.get("port")),
        vpc=world.relation(one.get("vpc_id")),
        target_type=target_type,
        load_balancers=not_told("which load balancers forward to it"),
    )
    preserves = text_of(one.get("preserve_client_ip"))
    known = why_unknown(preserves) is not None or not isinstance(preserves, Absent)
    yield aspect(
        TargetGroupAttributes,
        world,
        one,
        None,
        preserves_client_ip=flag_of(one.get("preserve_client_ip"), default=False) if known else ABSENT,
        cross_zone=text_of(one.get("load_balancing_cross_zone_enabled")),
    )
    attached = world.referring("target_group_arn", *_ATTACHMENTS)(native_id)
    perhaps = next((other.perhaps for other in attached if other.perhaps is not None), None)
    targets: Maybe[tuple[Target, ...]] = (
        *(one for other in attached for one in _targets(world, other)),
        *_machines(world, native_id),
        *_tasks(world, native_id),
    )
    yield aspect(TargetHealth, world, one, None, targets=Unknown(perhaps) if perhaps is not None else targets)


def _targets(world: World, one: Declared) -> Iterator[Target]:
    """Yield a target; one that is registered by its address, by the addresses that the inventory knows it by."""
    said = one.get("target_id")
    named = getattr(said, "attribute", "")
    addresses = _private_addresses(world).get(getattr(said, "target", ""), ()) if named == "private_ip" else ()
    for native_id in addresses or (world.relation(said),):
        yield Target(
            id=native_id,
            port=number_of(one.get("port")),
            zone=text_of(one.get("availability_zone")),
            state="healthy",
        )


@lru_cache(maxsize=4)
def _private_addresses(world: World) -> dict[str, tuple[str, ...]]:
    """Return the private addresses that stand for those of machines and services, by the address of what is declared."""
    found: dict[str, tuple[str, ...]] = {}
    for one in (*ec2.kinds(world), *interfaces.kinds(world)):
        if isinstance(one, NetworkInterface) and isinstance(one.origin, Source):
            addresses = known(one.addresses)
            told = tuple(str(each.address) for each in addresses if why_unknown(each.address) is None)
            found[one.origin.address] = (*found.get(one.origin.address, ()), *told)
    return found


def _tasks(world: World, group: str) -> Iterator[Target]:
    """Yield the tasks of services that register them by themselves."""
    for one in world.of_type("aws_ecs_service"):
        for block in map(as_block, one.blocks("load_balancer")):
            if world.named(block.get("target_group_arn")) == group:
                for address in _private_addresses(world).get(one.address, ()):
                    yield Target(id=address, port=number_of(block.get("container_port")), zone=ABSENT, state="healthy")


def _machines(world: World, group: str) -> Iterator[Target]:
    """Yield the machines of groups that register them by themselves."""
    for one in world.of_type("aws_autoscaling_group"):
        links = world.referring("autoscaling_group_name", "aws_autoscaling_attachment")(world.id(one))
        named = [link.get("lb_target_group_arn") or link.get("alb_target_group_arn") for link in links]
        found = [*list_of(one.get("target_group_arns")), *named]
        if group in (world.named(said) for said in found):
            for place, _ in enumerate(places_of(one)):
                yield Target(id=machine_of(world, one, place), port=ABSENT, zone=ABSENT, state="healthy")


def _classic(world: World, one: Declared) -> Iterator[Kind]:
    internal = flag_of(one.get("internal"), default=False)
    attached = [other.get("instance") for other in world.referring("elb", "aws_elb_attachment")(world.id(one))]
    instances = one.get("instances")
    listeners = [_classic_listener(as_block(said)) for said in one.blocks("listener")]
    yield ClassicLoadBalancer(
        **row(world, one, name="name"),
        scheme=_scheme(internal),
        vpc=world.vpc_of(one.get("subnets")),
        dns_name=ABSENT,
        groups=world.relations(one.get("security_groups")),
        subnets=world.relations(one.get("subnets")),
        listeners=tuple(listeners),
        instances=world.relations(instances if isinstance(instances, SYMBOLS) else [*list_of(instances), *attached]),
    )
    yield from _nodes(world, one, one.get("subnets"), internal, f"ELB {world.id(one)}")


def _classic_listener(said: Any) -> ClassicListener:
    protocol = text_or(said.get("lb_protocol"), "")
    return ClassicListener(
        protocol=protocol,
        port=int_of(said.get("lb_port"), 0),
        instance_protocol=text_or(said.get("instance_protocol"), ""),
        instance_port=int_of(said.get("instance_port"), 0),
        certificate=text_of(said.get("ssl_certificate_id")),
        policies=(),
    )


READINGS: Final = (
    Reading(types=_BALANCERS, yields=(LoadBalancer, NetworkInterface), read=_balancer),
    Reading(
        types=_LISTENERS,
        yields=(Listener, ListenerRules),
        read=_listener,
        beside=(*_RULES, "aws_lb_listener_certificate", "aws_alb_listener_certificate"),
    ),
    Reading(
        types=_GROUPS,
        yields=(TargetGroup, TargetGroupAttributes, TargetHealth),
        read=_target_group,
        beside=_ATTACHMENTS,
    ),
    Reading(
        types=("aws_elb",),
        yields=(ClassicLoadBalancer, NetworkInterface),
        read=_classic,
        beside=("aws_elb_attachment",),
    ),
)
