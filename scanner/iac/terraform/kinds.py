"""Every kind that Terraform can declare, and the types of resources that are not looked at."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform import ec2, iam, s3, security_groups, vpc
from scanner.iac.world import World
from scanner.model.elb import (
    ClassicLoadBalancer,
    Listener,
    ListenerRules,
    LoadBalancer,
    TargetGroup,
    TargetGroupAttributes,
    TargetHealth,
)
from scanner.model.kind import Kind
from scanner.model.organizations import OrganizationMembership

_SERVICES: Final = (s3, iam, vpc, security_groups, ec2)
_WITH_UNDECLARED: Final = (s3, iam, vpc, ec2)

TYPES: Final = frozenset(type_ for service in _SERVICES for type_ in service.TYPES)
YIELDS: Final = frozenset(kind for service in _SERVICES for kind in service.YIELDS)

_TARGET_GROUPS: Final = ("aws_lb_target_group", "aws_alb_target_group")
UNREAD: Final[dict[type[Kind], tuple[str, ...]]] = {
    LoadBalancer: ("aws_lb", "aws_alb"),
    Listener: ("aws_lb_listener", "aws_alb_listener"),
    ListenerRules: ("aws_lb_listener", "aws_alb_listener"),
    TargetGroup: _TARGET_GROUPS,
    TargetGroupAttributes: _TARGET_GROUPS,
    TargetHealth: _TARGET_GROUPS,
    ClassicLoadBalancer: ("aws_elb",),
}
"""Kinds that are known to be none where none of these types is declared, and else not known."""

CONTEXT: Final[frozenset[type[Kind]]] = frozenset({OrganizationMembership})
"""Kinds that no code tells and that rules can do without: they are unknown."""

_JOINS: Final = (
    *("security_groups", "security_group_ids", "vpc_security_group_ids", "vpc_config", "network_configuration"),
    *("subnets", "subnet_ids", "subnet_id", "db_subnet_group_name", "vpc_options", "subnet_mapping"),
)
"""Arguments that put something into a network."""


def declared_kinds(world: World) -> Iterator[Kind]:
    """Yield what is declared."""
    for service in _SERVICES:
        yield from service.kinds(world)


def undeclared_kinds(world: World) -> Iterator[Kind]:
    """Yield what stands where nothing is declared: what AWS gives an account that sets nothing."""
    for service in _WITH_UNDECLARED:
        yield from service.undeclared(world)


def not_evaluated(world: World) -> dict[str, list[Declared]]:
    """Return the resources of AWS of types that are not looked at, by type."""
    return {
        type_: found
        for type_, found in sorted(world.types().items())
        if type_.startswith("aws_") and type_ not in TYPES
    }


def makes_interfaces(one: Declared) -> bool:
    """Whether a resource of a type that is not looked at may put network interfaces into a VPC."""
    return any(one.get(name) for name in _JOINS)
