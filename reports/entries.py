"""What a report holds: findings, gaps, coverage, attack paths, frameworks. The names are those of the JSON report.

A field with a default is left out of the JSON while it has that default. Names only ever join: readers of version 1
need not know them all.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from reports.network import NetworkEntry
from reports.score import Percentage, Score
from scanner.verdict import Atom, Severity

Status: TypeAlias = Literal["fail", "pass", "undecided", "skip", "crashed"]
ExitCode: TypeAlias = Literal[0, 1, 3]
GapState: TypeAlias = Literal["", "open", "accepted"]


class OriginEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a fact was read: an API call (`api`, `account`, `region`), or a file and a line counted from one."""

    api: str = ""
    account: str = ""
    region: str = ""
    parameters: str = ""
    file: str = ""
    line: int = 0
    address: str = ""
    calls: "tuple[OriginEntry, ...]" = ()
    """The calls of modules on the way to it, the outermost first."""


class ResourceEntry(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The resource that a finding speaks of. `tags` are null where they could not be read."""

    kind: str
    noun: str
    id: str
    tags: Mapping[str, str] | None
    arn: str = ""
    account: str = ""
    region: str = ""
    name: str = ""


class WaiverEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who accepted a finding, why, and the last day (ISO 8601, UTC) on which that holds."""

    owner: str
    reason: str
    until: str


class QueueEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """How soon to act, with the reasons. It orders work and is no part of the score."""

    class_: Literal["act", "attend", "track"] = msgspec.field(name="class")
    reasons: tuple[str, ...]
    fixable: bool = False
    """Whether there is a version with the fix."""


class RemedyEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """That `casemate fix` can plan a remedy, and how safe it is."""

    safety: str


class FixEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """How infrastructure as code makes a finding go."""

    patch: str = ""
    """A unified diff, tried: with it the rule passes. Empty where what decides is no literal."""
    advice: tuple[str, ...] = ()
    """What to change where that is no literal."""


class FindingEntry(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a rule said of a resource."""

    fingerprint: str
    aliases: tuple[str, ...]
    rule: str
    title: str
    service: str
    severity: Severity
    status: Status
    resource: ResourceEntry
    origins: tuple[OriginEntry, ...]
    message: str
    evidence: tuple[Atom, ...]
    controls: tuple[str, ...]
    witnesses: tuple[str, ...]
    points: float
    """The exposure points that fixing it takes away; 0 unless it fails."""
    reason: str = ""
    """Why it is undecided: `Denied`, `NotCollected`, …"""
    gap: GapState = ""
    """Whether it is undecided because of a gap in the evidence, and whether that gap is accepted."""
    scope_wide: bool = False
    """Whether it stands for every resource of an account or region that could not be listed."""
    waiver: WaiverEntry | None = None
    disputes: tuple[str, ...] = ()
    """Who says otherwise: such findings are listed whatever their status."""
    queue: QueueEntry | None = None
    delta: Literal["", "new", "worsened", "fixed", "unchanged"] = ""
    remedy: RemedyEntry | None = None
    fix: FixEntry | None = None
    engine: str = ""
    """Which external engine it was adopted from; empty for our own."""


class GapEntry(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Calls of one operation in one scope that told nothing or not all, for one reason."""

    call: str
    account: str
    region: str
    reason: str
    detail: str
    """What AWS answered the first of them."""
    count: int
    subjects: tuple[str, ...]
    """Some of the resources whose details were asked; none for a listing."""
    accepted: WaiverEntry | None = None


class CoverageEntry(msgspec.Struct, frozen=True, kw_only=True):
    """How the planned calls of a service in an account and region ended: how many of each."""

    account: str
    region: str
    service: str
    ok: int
    denied: int
    throttled: int
    disabled: int
    """Detectors that are off, and what is not subscribed."""
    failed: int
    not_collected: int


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many findings of each status. `fail` does not count the waived ones."""

    fail: int = 0
    waived: int = 0
    undecided: int = 0
    crashed: int = 0
    pass_: int = msgspec.field(default=0, name="pass")
    skip: int = 0


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The findings counted: all of them, also those that the report does not list."""

    total: Counts
    by_severity: Mapping[Severity, Counts]
    by_service: Mapping[str, Counts]


class PathNode(msgspec.Struct, frozen=True, omit_defaults=True):
    """A thing on an attack path: a resource, or `internet`."""

    kind: str
    id: str
    arn: str = ""


class Hop(msgspec.Struct, frozen=True, omit_defaults=True):
    """A step of an attack path: to which thing, and by what."""

    to: PathNode
    by: str
    status: Literal["", "confirmed", "potential"] = ""
    statements: tuple[str, ...] = ()
    """The policy statements that allow it, where policies do."""
    way: tuple[str, ...] = ()
    """What a packet passes, where it goes over a network."""


class AttackPath(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A way through network and identity from where an attacker may stand to what is worth having."""

    start: PathNode
    end: PathNode
    kind: str
    status: Literal["confirmed", "potential"]
    hops: tuple[Hop, ...]
    fix: str = ""
    also: tuple[PathNode, ...] = ()
    """Further ends that the same way leads to."""
    beside: tuple[PathNode, ...] = ()
    """Further workloads that the internet comes to alike, and that lead on in the same way."""


class ChokeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A change that closes several attack paths, verified by a search with the change made."""

    changes: tuple[str, ...]
    """What to do; all of it."""
    closes: int
    """How many of the paths are gone then."""
    of: int
    """How many there are."""


class Requirement(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A requirement of a framework and how it stands: `PASS`, `FAIL`, `UNKNOWN`, `WAIVED`, `MANUAL`, …"""

    id: str
    title: str
    status: str
    controls: tuple[str, ...] = ()
    note: str = ""


class FrameworkEntry(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """How a framework stands. `percent` is null where there is nothing to compute it from."""

    id: str
    title: str
    counts: Mapping[str, int]
    percent: Percentage | None
    requirements: tuple[Requirement, ...] = ()


class UsedWaiver(msgspec.Struct, frozen=True, kw_only=True):
    """A waiver that holds, and how many findings it covers."""

    rule: str
    selector: str
    owner: str
    reason: str
    until: str
    findings: int


class WaiverProblem(msgspec.Struct, frozen=True):
    """A waiver without effect, and why."""

    entry: str
    problem: str


class Waivers(msgspec.Struct, frozen=True):
    """What is accepted, and what was meant to be."""

    used: tuple[UsedWaiver, ...] = ()
    problems: tuple[WaiverProblem, ...] = ()


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """Which casemate, with which rules: scores are compared only where `profile_hash` is equal."""

    name: str
    version: str
    rules_hash: str
    profile_hash: str


class SourceEntry(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What was scanned. `taken_at` is ISO 8601, and left out where the source does not say."""

    kind: str
    name: str
    accounts: tuple[str, ...]
    regions: tuple[str, ...]
    taken_at: str = ""
    against: str = ""
    """What a change was compared with; empty where nothing was."""
    root: str = ""
    """Where scanned code lies in its repository, or below the current folder: what the names of its files begin with."""


class Exit(msgspec.Struct, frozen=True, kw_only=True):
    """The exit code of the run that made the report, with its reason and what it was asked to fail on."""

    code: ExitCode
    reason: str
    fail_on: Severity
    allow_gaps: bool


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A scan as people and machines read it: the JSON report, version 1."""

    schema_version: Literal[1]
    tool: Tool
    source: SourceEntry
    judged_at: str
    """The moment of age rules and of waivers' ends, ISO 8601."""
    partial: bool
    """Whether a selection of rules, services or regions left something out."""
    score: Score | None
    """Null where the profile has no rules."""
    coverage: tuple[CoverageEntry, ...]
    summary: Summary
    findings: tuple[FindingEntry, ...]
    paths: tuple[AttackPath, ...]
    """The ways from the internet to unrestricted access or to sensitive data, the worst first."""
    gaps: tuple[GapEntry, ...]
    waivers: Waivers
    notes: tuple[str, ...]
    left_out: Mapping[str, str]
    """Scopes (`account/region`) that were not read on purpose, with the reason."""
    frameworks: tuple[FrameworkEntry, ...]
    network: NetworkEntry | None = None
    """What the internet reaches; null where no rule asked for the network."""
    exit: Exit
    chokes: tuple[ChokeEntry, ...] = ()
    """The changes that close most of the attack paths, best first."""
