"""OpenSearch as Terraform declares it: domains of either name, and their access policies."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import PolicyBeside, Reading, policy_told, row, switched, undeclared_holder
from scanner.iac.values import Hole, Value
from scanner.iac.world import World
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Absent, Maybe, Unknown, UnknownAsked, all_of, why_unknown
from scanner.model.opensearch import Domain, DomainSettings

_TYPES: Final = ("aws_opensearch_domain", "aws_elasticsearch_domain")
_POLICIES: Final = (
    PolicyBeside("aws_opensearch_domain_policy", "domain_name", "access_policies"),
    PolicyBeside("aws_elasticsearch_domain_policy", "domain_name", "access_policies"),
)


def _domain(world: World, one: Declared) -> Iterator[Kind]:
    yield Domain(**row(world, one, name="domain_name"))
    document, at, argument = policy_told(world, one, *_POLICIES, own="access_policies")
    network = one.block("vpc_options")
    subnets = network.get("subnet_ids") if network is not None else None
    endpoint = one.block("domain_endpoint_options")
    yield DomainSettings(
        scope=world.scope(one),
        id=world.id(one),
        origin=at.source(argument),
        document=document,
        vpc=_vpc(world, network),
        subnets=world.relations(subnets),
        security_groups=world.relations(network.get("security_group_ids")) if network is not None else (),
        signs_users_in=_signs_users_in(one),
        https_only=switched(endpoint, "enforce_https"),
    )


def _vpc(world: World, network: Mapping[str, Value] | None) -> Maybe[str | Absent]:
    """Return the VPC of a domain: that it has one is known by its subnets, whichever these are."""
    if network is None:
        return ABSENT
    subnets = network.get("subnet_ids")
    if isinstance(subnets, Hole) and subnets == network.get("security_group_ids"):
        return subnets.unknown()
    found = world.vpc_of(subnets)
    return found if why_unknown(found) is None else f"the VPC of {subnets}"


def _signs_users_in(one: Declared) -> Maybe[bool]:
    users = one.block("advanced_security_options")
    enabled: Any = switched(users, "enabled")
    anonymous: Any = switched(users, "anonymous_auth_enabled")
    try:
        return all_of(enabled, lambda: not anonymous)
    except UnknownAsked as asked:
        return Unknown(asked.why)


READINGS: Final = (
    Reading(types=_TYPES, yields=(Domain, DomainSettings), read=_domain),
    *(undeclared_holder(Domain, DomainSettings, policy, *_TYPES) for policy in _POLICIES),
)
