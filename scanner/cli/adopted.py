"""Findings of checkov taken into a report: told once where ours speak of the same control on the same resource.

Ours win where they reason: what our rule fails is marked as found by both, what it passes is not taken over. The rest is
adopted under checkov's own ids. It blocks as any failure does and is no part of the score, whose rules are ours.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

import msgspec

from reports.entries import FindingEntry, GapEntry, OriginEntry, Report, ResourceEntry, WaiverEntry
from scanner.crosswalk import CHECKOV, crosswalk
from scanner.findings import Finding, fingerprint
from scanner.iac.checkov import Record, Result
from scanner.iac.declared import Declared
from scanner.iac.values import SYMBOLS, holes
from scanner.model.glob import matches
from scanner.model.kind import Source
from scanner.rule import Rule
from scanner.verdict import Fail, Pass, Severity, Skip
from scanner.waivers import Waiver

if TYPE_CHECKING:
    from scanner.iac.load import Loaded

_INDEX: Final = re.compile(r"\[[^\]]*\]")
_MOST_TOLD: Final = 5


class Ours(msgspec.Struct, frozen=True):
    """What our own evaluation has to say: findings, the rules behind them, and what was declared."""

    findings: tuple[Finding, ...]
    rules: tuple[Rule, ...]
    loaded: "Loaded"
    waivers: tuple[Waiver, ...]
    chosen: Mapping[str, Any]
    """The options that choose rules."""


def adopt(report: Report, result: Result, ours: Ours, before: Result | None, changed: frozenset[str] | None) -> Report:
    """Return the report with what checkov found.

    For a change `before` is what it found on the code that the change is based on, or `changed` are the addresses that
    the change touches; both are None for a scan.
    """
    declared: dict[str, list[Declared]] = {}
    for one in ours.loaded.after.declared:
        declared.setdefault(_INDEX.sub("", one.address), []).append(one)
    told = _table(ours.findings)
    also: dict[str, set[str]] = {}
    refuted: list[str] = []
    entries: list[FindingEntry] = []
    past = {(one.check, one.resource) for one in before.records} if before else set()
    for record in result.records:
        found = declared.get(_INDEX.sub("", _address(record, ours.loaded.kind)), [])
        same = [one for key in _keys(record, found) for one in told.get(key, ())]
        failing = [one for one in same if isinstance(one.outcome, Fail)]
        for finding in failing:
            also.setdefault(finding.fingerprint, set()).add(f"{record.check}: {record.name}")
        if failing:
            continue
        if any(isinstance(one.outcome, Pass | Skip) for one in same):
            refuted.append(f"{record.check} on {record.resource}")
            continue
        delta = _delta(record, found, past, before, changed)
        entry = _entry(record, found, ours, report, delta)
        if _is_chosen(entry, ours.chosen):
            entries.append(entry)
    findings = [
        msgspec.structs.replace(one, witnesses=(*one.witnesses, *sorted(also[one.fingerprint])))
        if one.fingerprint in also
        else one
        for one in report.findings
    ]
    notes = (*report.notes, *_notes(result, sum(map(len, also.values())), refuted, len(entries)))
    gaps = (*report.gaps, *_gaps(result, report, ours))
    ordered = tuple(sorted((*findings, *entries), key=lambda one: (-one.severity.weight, one.rule, bool(one.engine))))
    return msgspec.structs.replace(report, findings=ordered, notes=notes, gaps=gaps)


def _table(findings: Iterable[Finding]) -> dict[tuple[str, str], list[Finding]]:
    """Return the findings by control and by each address that they rest on."""
    table: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        addresses = {origin.address for origin in finding.origins if isinstance(origin, Source)}
        for address in addresses - {""}:
            for control in finding.rule.controls:
                table.setdefault((control, address), []).append(finding)
    return table


def _keys(record: Record, found: list[Declared]) -> Iterator[tuple[str, str]]:
    addresses = dict.fromkeys(address for one in found for address in (one.address, *_targets(one)))
    for control in crosswalk().controls_of(CHECKOV, record.check):
        yield from ((control, address) for address in addresses)


def _targets(one: Declared) -> Iterator[str]:
    for value in one.values.values():
        if isinstance(value, SYMBOLS):
            yield from (hole.target for hole in holes(value) if hole.target)


def _address(record: Record, kind: str) -> str:
    """Return the address as we write it: CloudFormation's logical id has its type before it."""
    return record.resource.rpartition(".")[2] if kind in ("cloudformation", "change-set") else record.resource


def _delta(
    record: Record,
    found: list[Declared],
    past: set[tuple[str, str]],
    before: Result | None,
    changed: frozenset[str] | None,
) -> Any:
    if before is not None:
        return "unchanged" if (record.check, record.resource) in past else "new"
    if changed is None:
        return ""
    return "new" if not found or any(one.address in changed for one in found) else "unchanged"


def _entry(record: Record, found: list[Declared], ours: Ours, report: Report, delta: Any) -> FindingEntry:
    address = _address(record, ours.loaded.kind)
    controls = crosswalk().controls_of(CHECKOV, record.check)
    type_ = found[0].type if found else next((part for part in address.split(".") if part.startswith("aws_")), "code")
    service = type_.split("_")[1] if type_.count("_") else "code"
    file = found[0].file if found else record.file
    # checkov may have looked at something made of the source, whose lines mean nothing here.
    line = found[0].line if found else record.line
    calls = tuple(
        OriginEntry(file=one.file, line=one.line, address=one.address) for one in (found[0].calls if found else ())
    )
    waiver = next((one for one in ours.waivers if one.rule == record.check and matches(one.resource, address)), None)
    account = report.source.accounts[0] if report.source.accounts else ""
    return FindingEntry(
        fingerprint=fingerprint(CHECKOV, record.check, account, record.file, address),
        aliases=(),
        rule=record.check,
        title=record.name,
        service=service,
        severity=_severity(controls, service, ours.rules),
        status="fail",
        resource=ResourceEntry(kind=type_, noun="resource", id=address, tags=None, account=account),
        origins=(OriginEntry(file=file, line=max(1, line), address=address, calls=calls),),
        message=f"{address}: {record.name}",
        evidence=(),
        controls=controls,
        witnesses=(),
        points=0.0,
        waiver=None if waiver is None else WaiverEntry(waiver.owner, waiver.reason, waiver.until.isoformat()),
        delta=delta,
        engine=CHECKOV,
    )


def _severity(controls: tuple[str, ...], service: str, rules: tuple[Rule, ...]) -> Severity:
    """Return the severity of our rules about these controls, of the service's own if there are any; checkov has none."""
    same = [rule for rule in rules if set(rule.controls) & set(controls)]
    nearer = [rule for rule in same if rule.service == service] or same
    return min((rule.severity for rule in nearer), key=lambda one: one.weight, default=Severity.MEDIUM)


def _is_chosen(entry: FindingEntry, chosen: Mapping[str, Any]) -> bool:
    """Whether the options that choose rules choose this check too."""
    names = tuple(chosen.get("rule") or ())
    if names and not any(fnmatchcase(entry.rule, name) for name in names):
        return False
    if any(fnmatchcase(entry.rule, name) for name in chosen.get("skip") or ()):
        return False
    services = tuple(chosen.get("service") or ())
    least = chosen.get("severity")
    return (not services or entry.service in services) and (
        not least or entry.severity.weight >= Severity(least).weight
    )


def _notes(result: Result, merged: int, refuted: list[str], adopted: int) -> Iterator[str]:
    yield (
        f"checkov looked at {result.resources} resources: {len(result.records)} checks failed, {merged} of them told by "
        f"our rules too, {len(refuted)} that our rules do not confirm, {adopted} adopted"
    )
    if refuted:
        more = f" and {len(refuted) - _MOST_TOLD} more" if len(refuted) > _MOST_TOLD else ""
        yield f"not confirmed by our rules: {', '.join(refuted[:_MOST_TOLD])}{more}"
    if result.skipped:
        yield f"{result.skipped} checks of checkov are switched off by comments in the code"


def _gaps(result: Result, report: Report, ours: Ours) -> Iterator[GapEntry]:
    problems = list(result.problems)
    if not problems and not result.resources and ours.loaded.after.declared:
        problems.append("checkov looked at no resource, though there are some")
    account = report.source.accounts[0] if report.source.accounts else ""
    for problem in problems:
        yield GapEntry(
            call="checkov", account=account, region="global", reason="Failed", detail=problem, count=1, subjects=()
        )
