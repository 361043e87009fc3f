"""EMR kinds: clusters, and the regional block of public access."""

from typing import ClassVar

from scanner.model.account import AccountRegion
from scanner.model.kind import Facet, Resource, Tags
from scanner.model.maybe import Absent, Maybe


class EmrCluster(Resource, frozen=True, kw_only=True, eq=False):
    """A cluster that has not ended; its id is the generated one."""

    service: ClassVar[str] = "emr"
    noun: ClassVar[str] = "EMR cluster"

    state: Maybe[str]


class EmrClusterSettings(Facet, frozen=True, kw_only=True, eq=False):
    """What a cluster sets. Its nodes are instances of the account, with network interfaces of their own."""

    of: ClassVar[type[Resource]] = EmrCluster

    subnet: Maybe[str | Absent]
    primary_groups: Maybe[tuple[str, ...]]
    """The security groups of its primary node."""
    primary_name: Maybe[str | Absent]
    """The DNS name of its primary node, public or private."""
    security_configuration: Maybe[str | Absent]
    role: Maybe[str | Absent]
    instance_profile: Maybe[str | Absent]
    tags: Maybe[Tags]


class EmrBlockPublicAccess(Facet, frozen=True, kw_only=True, eq=False):
    """Whether clusters may start in a region with groups that are open to everyone."""

    of: ClassVar[type[Resource]] = AccountRegion

    blocks: Maybe[bool]
    permitted: Maybe[tuple[tuple[int, int], ...]]
    """Ranges of ports that are excepted, the first and the last of each."""


EmrCluster.tags_in = EmrClusterSettings
