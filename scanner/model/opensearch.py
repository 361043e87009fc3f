"""OpenSearch kinds: domains with what they set."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class Domain(Resource, frozen=True, kw_only=True, eq=False):
    """A domain; its id is its name."""

    service: ClassVar[str] = "opensearch"
    noun: ClassVar[str] = "domain"


class DomainSettings(Facet, frozen=True, kw_only=True, eq=False):
    """What a domain sets: its access policy, its network, and whether its users sign in."""

    of: ClassVar[type[Resource]] = Domain

    document: Maybe[PolicyDocument | Absent]
    vpc: Maybe[str | Absent]
    """The VPC that it lies in; absent for one with a public endpoint."""
    subnets: Maybe[tuple[str, ...]]
    security_groups: Maybe[tuple[str, ...]]
    signs_users_in: Maybe[bool]
    """Whether fine-grained access control is on, and nobody comes in without a name."""
    https_only: Maybe[bool]
