"""EKS kinds: clusters with the settings of their control plane."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource, Tags
from scanner.model.maybe import Absent, Maybe


class EksCluster(Resource, frozen=True, kw_only=True, eq=False):
    """A cluster; its id is its name."""

    service: ClassVar[str] = "eks"
    noun: ClassVar[str] = "EKS cluster"


class EksClusterSettings(Facet, frozen=True, kw_only=True, eq=False):
    """What a cluster sets: who reaches its endpoint, in which network it lies, what is encrypted and logged."""

    of: ClassVar[type[Resource]] = EksCluster

    state: Maybe[str]
    version: Maybe[str]
    """Of Kubernetes: `1.33`."""
    role: Maybe[str | Absent]
    public_endpoint: Maybe[bool]
    """Whether its API server has a public address."""
    private_endpoint: Maybe[bool]
    public_cidrs: Maybe[tuple[str, ...]]
    """Who may connect to the public one."""
    vpc: Maybe[str | Absent]
    subnets: Maybe[tuple[str, ...]]
    groups: Maybe[tuple[str, ...]]
    """Those of its interfaces, that of the cluster included."""
    secrets_key: Maybe[str | Absent]
    """The key that the secrets of Kubernetes are encrypted with, beside the encryption of the disks."""
    logs: Maybe[tuple[str, ...]]
    """Those that are on: `api`, `audit`, `authenticator`, `controllerManager`, `scheduler`."""
    authentication_mode: Maybe[str | Absent]
    tags: Maybe[Tags]


EksCluster.tags_in = EksClusterSettings
