"""Amazon Inspector kinds: whether it scans, what it covers, and what it found (Inspector API Reference)."""

from datetime import datetime
from typing import ClassVar

import msgspec

from scanner.model.account import AccountRegion
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe


class InspectorStatus(Facet, frozen=True, kw_only=True, eq=False):
    """Whether Inspector is on in a region, as a whole and for each type of resource (BatchGetAccountStatus).

    The values are AWS's: ENABLING, ENABLED, DISABLING, DISABLED, SUSPENDING, SUSPENDED.
    """

    of: ClassVar[type[Resource]] = AccountRegion

    status: Maybe[str]
    ec2: Maybe[str]
    ecr: Maybe[str]
    lambda_standard: Maybe[str]
    lambda_code: Maybe[str]
    code_repository: Maybe[str]
    ami: Maybe[str]


SCANNING = frozenset({"ENABLED", "ENABLING"})
"""The states in which Inspector scans, or is about to."""


class Cvss(msgspec.Struct, frozen=True):
    """One CVSS score, as one source gives it."""

    source: str
    version: str
    base_score: float
    vector: str


class VulnerablePackage(msgspec.Struct, frozen=True):
    """A package with the vulnerability; empty texts where Inspector does not say."""

    name: str
    version: str
    fixed_in_version: str
    package_manager: str
    file_path: str
    remediation: str


class PackageVulnerability(msgspec.Struct, frozen=True):
    """The vulnerability of a package finding."""

    vulnerability_id: str
    source: str
    cvss: tuple[Cvss, ...]
    vulnerable_packages: tuple[VulnerablePackage, ...]


class PathStep(msgspec.Struct, frozen=True):
    """One component on a network path."""

    component_id: str
    component_type: str
    component_arn: str


class NetworkReachability(msgspec.Struct, frozen=True):
    """The open ports of a network finding, and the path on which Inspector sees them reached."""

    protocol: str
    port_from: int
    port_to: int
    steps: tuple[PathStep, ...]

    @property
    def ports(self) -> str:
        """The ports in words: `TCP 22`, `TCP 8000-8100`."""
        span = f"{self.port_from}" if self.port_from == self.port_to else f"{self.port_from}-{self.port_to}"
        return f"{self.protocol} {span}"


class CodeVulnerability(msgspec.Struct, frozen=True):
    """The place and the detector of a code finding."""

    file_path: str
    start_line: int
    end_line: int
    detector_id: str
    detector_name: str
    cwes: tuple[str, ...]


class AffectedResource(msgspec.Struct, frozen=True):
    """A resource that a finding speaks of, with what links it to the network and to roles; empty where not told."""

    type: str
    id: str
    region: str = ""
    image_id: str = ""
    vpc_id: str = ""
    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()
    instance_profile_arn: str = ""
    execution_role_arn: str = ""
    repository_name: str = ""
    image_tags: tuple[str, ...] = ()
    in_use_count: int | None = None
    """Of a container image: in how many tasks or pods it runs; None where not told."""


class InspectorFinding(Resource, frozen=True, kw_only=True, eq=False):
    """An active finding (ListFindings); its id is its ARN, its scope that of the account that owns the resource."""

    service: ClassVar[str] = "inspector"
    noun: ClassVar[str] = "Inspector finding"
    is_defect: ClassVar[bool] = True

    type: Maybe[str]
    """NETWORK_REACHABILITY, PACKAGE_VULNERABILITY or CODE_VULNERABILITY."""
    severity: Maybe[str]
    """INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL, or UNTRIAGED: not rated yet, which is not "low"."""
    title: Maybe[str | Absent]
    first_observed_at: Maybe[datetime]
    last_observed_at: Maybe[datetime]
    inspector_score: Maybe[float | Absent]
    epss: Maybe[float | Absent]
    """Probability, from 0 to 1, that the vulnerability is exploited within 30 days (FIRST, EPSS)."""
    exploit_available: Maybe[str]
    last_known_exploit_at: Maybe[datetime | Absent]
    fix_available: Maybe[str]
    package: Maybe[PackageVulnerability | Absent]
    network: Maybe[NetworkReachability | Absent]
    code: Maybe[CodeVulnerability | Absent]
    resources: Maybe[tuple[AffectedResource, ...]]

    @property
    def affected(self) -> str:
        """The ids of the resources it speaks of, in words."""
        return ", ".join(one.id for one in self.resources)


class CoverageEntry(Resource, frozen=True, kw_only=True, eq=False):
    """Whether Inspector scans one resource in one way (ListCoverage); its id is `<resource id>/<scan type>`."""

    service: ClassVar[str] = "inspector"
    noun: ClassVar[str] = "scan coverage"

    resource_type: Maybe[str]
    resource_id: Maybe[str]
    scan_type: Maybe[str]
    """NETWORK, PACKAGE or CODE."""
    status_code: Maybe[str]
    """ACTIVE or INACTIVE."""
    reason: Maybe[str]
    scan_mode: Maybe[str | Absent]
    last_scanned_at: Maybe[datetime | Absent]
