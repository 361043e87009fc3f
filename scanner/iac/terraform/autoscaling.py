"""Groups of machines as Terraform declares them: the interfaces of what they launch, one for each subnet.

A machine stands for all of a group in a subnet. What it is launched from tells its groups and its addresses.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scanner.iac.declared import Declared, block_of
from scanner.iac.terraform.interfaces import interface
from scanner.iac.terraform.rows import Reading
from scanner.iac.values import SYMBOLS, Value, flag_of, list_of
from scanner.iac.world import World
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, Unknown, unknown, why_unknown
from scanner.model.vpc import NetworkInterface

_GROUP: Final = "aws_autoscaling_group"
_NODES: Final = "aws_eks_node_group"
_CONFIGURATION: Final = "aws_launch_configuration"
_TEMPLATE: Final = "aws_launch_template"
_FIRST: Final = 60
"""Where in a subnet the addresses of such machines begin."""


def machine_of(world: World, one: Declared, place: int) -> str:
    """Return the id of the machine that stands for those of a group in one of its subnets."""
    return f"{world.id(one)}.instance{place}"


def places_of(one: Declared) -> list[Value]:
    """Return the subnets of a group."""
    said = one.get("vpc_zone_identifier") if one.type == _GROUP else one.get("subnet_ids")
    return [said] if isinstance(said, SYMBOLS) else list_of(said)


def _machines(world: World, one: Declared) -> Iterator[Kind]:
    template = _launched_from(world, one)
    for place, subnet in enumerate(places_of(one)):
        yield _interface(world, one, template, subnet, place)


def _interface(world: World, one: Declared, template: Declared | None, subnet: Value, place: int) -> NetworkInterface:
    said: Mapping[str, Value] = (template.block("network_interfaces") if template is not None else None) or {}
    groups, assigned = _groups(world, one, template, said), said.get("associate_public_ip_address")
    if template is not None and template.type == _CONFIGURATION:
        assigned = template.get("associate_public_ip_address")
    if template is None and one.type == _GROUP:
        missing = unknown(Reason.NOT_COLLECTED, f"what {one.address} launches is not declared here")
        groups, assigned = missing, None
    machine = machine_of(world, one, place)
    return interface(
        world,
        one,
        f"{machine}.eni0",
        subnet,
        groups,
        _public(world, assigned, subnet, machine),
        number=_FIRST + place,
        instance=machine,
    )


def _launched_from(world: World, one: Declared) -> Declared | None:
    """Return the launch template or configuration of a group, where it is declared."""
    if one.get("launch_configuration") is not None:
        return world.find(one.get("launch_configuration"), _CONFIGURATION)
    said = one.block("launch_template")
    if said is None:
        mixed = one.block("mixed_instances_policy")
        outer = block_of(mixed, "launch_template") if mixed is not None else None
        said = block_of(outer, "launch_template_specification") if outer is not None else None
    if said is None:
        return None
    named = next(
        (said.get(name) for name in ("id", "launch_template_id", "name", "launch_template_name") if said.get(name)),
        None,
    )
    return world.find(named, _TEMPLATE)


def _groups(
    world: World, one: Declared, template: Declared | None, said: Mapping[str, Value]
) -> Maybe[tuple[str, ...]]:
    told: Any = None
    if template is not None:
        told = said.get("security_groups") or template.get("vpc_security_group_ids") or template.get("security_groups")
    if told:
        return world.relations(told)
    if one.type == _NODES:
        cluster = world.find(one.get("cluster_name"), "aws_eks_cluster")
        if cluster is not None:
            return (f"{world.id(cluster)}.cluster_security_group",)
        return unknown(Reason.NOT_COLLECTED, f"the cluster of {one.address} is not declared here")
    return ()


def _public(world: World, assigned: Value, subnet: Value, machine: str) -> Maybe[str | Absent]:
    declared = world.find(subnet)
    if assigned in (None, "") and declared is None:
        return unknown(Reason.UNRESOLVED, "whether its subnet assigns public addresses is not declared here")
    by_subnet = flag_of(declared.get("map_public_ip_on_launch"), default=False) if declared is not None else False
    wants = by_subnet if assigned in (None, "") else flag_of(assigned, default=False)
    why = why_unknown(wants)
    return Unknown(why) if why is not None else f"{machine}.public_ip" if wants else ABSENT


READINGS: Final = (
    Reading(
        types=(_GROUP, _NODES),
        yields=(NetworkInterface,),
        read=_machines,
        beside=(_CONFIGURATION, "aws_autoscaling_attachment", "aws_autoscaling_traffic_source_attachment"),
    ),
)
