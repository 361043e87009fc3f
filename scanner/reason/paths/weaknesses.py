"""Weaknesses that let somebody take a workload over from the network: what Amazon Inspector knows of them."""

from typing import Final

from scanner.model.account import AccountRegion
from scanner.model.attack import Weakness, Weaknesses
from scanner.model.inspector2 import CoverageEntry, InspectorFinding
from scanner.model.kind import All
from scanner.model.maybe import ABSENT, Absent, UnknownAsked, Why, known, why_unknown

LIKELY: Final = 0.5
"""Probability of exploitation within 30 days (EPSS) from which a vulnerability counts as exploitable."""
_NETWORK: Final = "AV:N"
"""The CVSS attack vector of what can be exploited from anywhere (FIRST, CVSS v3.1 and v4.0 specifications)."""


def weaknesses(region: AccountRegion, findings: All[InspectorFinding], coverage: All[CoverageEntry]) -> Weaknesses:
    """Find the exploitable vulnerabilities of the workloads in a region."""
    found: dict[str, set[Weakness]] = {}
    doubts: dict[str, Why] = {}
    why: Why | Absent = ABSENT
    try:
        for finding in findings:
            affected, weakness, doubt = _told(finding)
            for workload in affected:
                if weakness is not None:
                    found.setdefault(workload, set()).add(weakness)
                elif doubt is not None:
                    doubts.setdefault(workload, doubt)
            if doubt is not None and not affected:
                why = why or doubt
    except UnknownAsked as asked:
        why = why or asked.why
    scanned, unread = _scanned(coverage)
    return Weaknesses(
        scope=region.scope,
        id=region.id,
        origin=region.origin,
        by_workload={workload: tuple(sorted(each, key=_gravity)) for workload, each in found.items()},
        doubts=doubts,
        scanned=scanned,
        why=why or unread or ABSENT,
    )


def _told(finding: InspectorFinding) -> tuple[list[str], Weakness | None, Why | None]:
    """Return the workloads that a finding speaks of, the weakness that it tells, and why it cannot be told."""
    if why_unknown(finding.type) is None and finding.type != "PACKAGE_VULNERABILITY":
        return [], None, None
    affected: list[str] = []
    try:
        affected = [workload_of(one.id) for one in finding.resources]
        return affected, weakness_of(finding), None
    except UnknownAsked as asked:
        return affected, None, asked.why


def _gravity(weakness: Weakness) -> tuple[bool, Weakness]:
    """Order what was seen exploited before what may be."""
    return not weakness.reason.startswith("exploited"), weakness


def _scanned(coverage: All[CoverageEntry]) -> tuple[frozenset[str], Why | None]:
    """Return the workloads whose packages are scanned, and why that is not known of others."""
    found: set[str] = set()
    try:
        for entry in coverage:
            if entry.scan_type == "PACKAGE" and entry.status_code == "ACTIVE":
                found.add(workload_of(f"{entry.resource_id}"))
    except UnknownAsked as asked:
        return frozenset(found), asked.why
    return frozenset(found), None


def workload_of(resource_id: str) -> str:
    """Return the workload that Inspector means: it names functions with their version, and images by their repository.

    An image is known by its digest alone, for that is what tasks tell of theirs.
    """
    parts = resource_id.split(":", _ARN_FIELDS)
    if len(parts) <= _RESOURCE:
        return resource_id
    if parts[_RESOURCE] == "function":
        return ":".join(parts[: _RESOURCE + 2])
    image = resource_id.rpartition("/")[2]
    return image if parts[2] == "ecr" and image.startswith("sha256:") else resource_id


_ARN_FIELDS: Final = 7
_RESOURCE: Final = 5


def weakness_of(finding: InspectorFinding) -> Weakness | None:
    """Return the weakness that a finding tells of; None if none that is likely to be exploited over the network.

    Raises `UnknownAsked` if what is known of the finding does not settle it.
    """
    if finding.type != "PACKAGE_VULNERABILITY" or not _is_remote(finding):
        return None
    reason = exploit_of(finding)
    if not reason:
        return None
    package = finding.package
    packages = () if isinstance(package, Absent) else known(package).vulnerable_packages
    return Weakness(f"{finding.name}", packages[0].name if packages else "", reason)


def exploit_of(finding: InspectorFinding) -> str:
    """Say why a vulnerability counts as exploitable; empty if it does not. Raises `UnknownAsked` as `any_of` does."""
    reasons: list[str] = []
    doubt: Why | None = None
    for ask in (_seen, _published, _likely):
        try:
            if text := ask(finding):
                reasons.append(text)
        except UnknownAsked as asked:
            doubt = doubt or asked.why
    if not reasons and doubt is not None:
        raise UnknownAsked(doubt)
    return ", ".join(reasons)


def _seen(finding: InspectorFinding) -> str:
    return f"exploited, last on {finding.last_known_exploit_at:%Y-%m-%d}" if finding.last_known_exploit_at else ""


def _published(finding: InspectorFinding) -> str:
    return "exploit available" if finding.exploit_available == "YES" else ""


def _likely(finding: InspectorFinding) -> str:
    score = finding.epss
    return f"EPSS {known(score):.2f}" if not isinstance(score, Absent) and known(score) >= LIKELY else ""


def _is_remote(finding: InspectorFinding) -> bool:
    """Whether it can be exploited over the network; true where no vector is told."""
    package = finding.package
    if why_unknown(package) is not None or isinstance(package, Absent):
        return True
    vectors = [score.vector for score in known(package).cvss if "AV:" in score.vector]
    return not vectors or any(_NETWORK in vector for vector in vectors)
