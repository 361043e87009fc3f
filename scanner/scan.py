"""The line: rules → plan → evidence → inventory → findings. Pure but for the reading of evidence, which callers hand in."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from scanner.claims import claims_in
from scanner.config import FILE, AcceptedGap, Config, Criticality, KnownParties, options_of
from scanner.evaluate import evaluate
from scanner.evidence import Evidence
from scanner.findings import Finding, waive
from scanner.inventory import Inventory
from scanner.merge import merge, tell_once
from scanner.model.kind import Moment, Source
from scanner.model.publicaccess import Trusted
from scanner.plan import Plan
from scanner.reachability import weigh_reachability
from scanner.rule import Rule
from scanner.signature import OptionValue
from scanner.waivers import WaiverNote, parse_waivers


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """The chosen rules with their options: what a score is a score of. Only equal hashes are compared."""

    rules: tuple[Rule, ...]
    options: Mapping[str, Mapping[str, OptionValue]]
    severity: Mapping[str, str]
    partial: bool
    """Whether a selection of rules, services, regions left something out."""

    @property
    def rules_hash(self) -> str:
        """A hash over the source of every chosen rule."""
        return _hash([(rule.id, _source(rule)) for rule in self.rules])

    @property
    def profile_hash(self) -> str:
        """A hash over the rules, their options and their severities."""
        options = {rule.id: {**rule.options, **self.options.get(rule.id, {})} for rule in self.rules}
        return _hash([self.rules_hash, options, dict(self.severity)])


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """A finished scan, before it becomes a report."""

    profile: Profile
    plan: Plan
    inventory: Inventory
    findings: list[Finding]
    now: datetime
    source_kind: str
    """`live`, `evidence`, `folder`, …"""
    source_name: str
    taken_at: datetime | None
    criticality: Criticality
    waiver_notes: tuple[WaiverNote, ...]
    accepted_gaps: tuple[AcceptedGap, ...]
    notes: tuple[str, ...] = ()
    left_out: Mapping[str, str] = msgspec.field(default_factory=dict)
    config: Config = Config()


def audit(
    profile: Profile,
    plan: Plan,
    evidence: Evidence,
    config: Config,
    *,
    now: datetime | None,
    waivers: tuple[object, ...],
    source_kind: str,
    source_name: str,
) -> Scan:
    """Judge the evidence. `now` overrides the moment of the evidence, for rules about age and for waivers' ends."""
    inventory = Inventory.of(plan, evidence, Moment(now) if now is not None else None)
    trust(inventory, config)
    return conclude(
        profile,
        plan,
        inventory,
        evaluate(profile.rules, inventory, profile.options),
        config,
        now=now or evidence.taken_at or datetime.now(UTC),
        waivers=waivers,
        source_kind=source_kind,
        source_name=source_name,
        taken_at=evidence.taken_at,
        notes=evidence.notes,
        left_out=evidence.left_out,
    )


def trust(inventory: Inventory, config: Config) -> None:
    """Tell the inventory whom the configuration trusts, beside the scanned accounts; without configuration these alone are."""
    known = config.trusted
    if known == KnownParties():
        return
    accounts = tuple(sorted({*known.accounts, *(scope.account for scope in inventory.targets)}))
    for scope in inventory.targets:
        if scope.is_global:
            inventory.add(
                Trusted(
                    scope=scope,
                    id=scope.account,
                    origin=Source(FILE, 1),
                    accounts=accounts,
                    organizations=known.organizations,
                    networks=known.networks,
                )
            )


def conclude(
    profile: Profile,
    plan: Plan,
    inventory: Inventory,
    judged: Iterable[Finding],
    config: Config,
    *,
    now: datetime,
    waivers: tuple[object, ...],
    source_kind: str,
    source_name: str,
    taken_at: datetime | None = None,
    notes: tuple[str, ...] = (),
    left_out: Mapping[str, str] | None = None,
) -> Scan:
    """Tell each defect once, apply severities and waivers, and return the finished scan."""
    findings = list(judged)
    for finding in findings:
        finding.severity_override = config.severity.get(finding.rule.id)
    tell_each_defect_once(findings, inventory)
    active, waiver_notes = parse_waivers(waivers, now)
    waive(findings, active)
    return Scan(
        profile=profile,
        plan=plan,
        inventory=inventory,
        findings=findings,
        now=now,
        source_kind=source_kind,
        source_name=source_name,
        taken_at=taken_at,
        criticality=config.criticality,
        waiver_notes=waiver_notes,
        accepted_gaps=config.accept_gap,
        notes=notes,
        left_out=left_out or {},
        config=config,
    )


def tell_each_defect_once(findings: list[Finding], inventory: Inventory) -> None:
    """Join, in place, the findings that tell one defect: by several rules, by other services, by Inspector's network paths."""
    tell_once(findings)
    merge(findings, claims_in(inventory))
    weigh_reachability(findings, inventory)


def profile_of(rules: tuple[Rule, ...], config: Config, every_rule: tuple[Rule, ...], *, partial: bool) -> Profile:
    """Return the profile of the chosen rules. Raises `ConfigError` for an option that no rule has."""
    options = options_of(config, every_rule)
    return Profile(rules=rules, options=options, severity=config.severity, partial=partial)


def _source(rule: Rule) -> str:
    """Return a digest of the file that holds the rule; of its compiled code if it lies in no file."""
    code = rule.judge.__code__
    try:
        return hashlib.sha256(Path(code.co_filename).read_bytes()).hexdigest()
    except OSError:
        return hashlib.sha256(code.co_code).hexdigest()


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]
