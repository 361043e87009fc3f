"""What changed between two reports, by fingerprint. What was merely not looked at again is never called fixed."""

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

import msgspec

from reports.entries import FindingEntry, Report
from scanner.verdict import Severity, worsened

ChangeKind: TypeAlias = Literal["new", "worsened", "unknown", "changed", "fixed", "unchanged"]
KINDS: Final[tuple[ChangeKind, ...]] = ("new", "worsened", "unknown", "changed", "fixed", "unchanged")
_GLOBAL: Final = ("", "global")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A finding in both reports, or in one of them.

    `new`: fails now and did not. `worsened`: failed, and now for strictly more. `unknown`: was known, and is not any
    more. `fixed`: failed, and its resource passes or is gone. `changed`: anything else, such as a waiver.
    """

    kind: ChangeKind
    was: str
    now: str
    finding: FindingEntry
    """As it is now; as it was, if the report does not list it any more."""


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two reports."""

    source: str
    taken_at: str
    profile_hash: str
    posture: float | None
    failing: int


class Diff(msgspec.Struct, frozen=True, kw_only=True):
    """Two reports compared. `comparable`: with the same rules, options and severities, so that scores are, too."""

    schema_version: Literal[1]
    before: Side
    after: Side
    comparable: bool
    changes: tuple[Change, ...]

    def of(self, kind: ChangeKind) -> tuple[Change, ...]:
        """Return the changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)


def diff_reports(before: Report, after: Report) -> Diff:
    """Compare two reports; the changes stand in the order of their kinds, then of the reports.

    Of what a report does not list because it passed, nothing is told but that it does not fail.
    """
    earlier = _index(before.findings)
    changes: list[Change] = []
    matched: set[str] = set()
    for finding in after.findings:
        past = _match(earlier, finding)
        if past is not None:
            matched.add(past.fingerprint)
        changes += _compared(past, finding)
    for past in before.findings:
        if past.fingerprint not in matched:
            changes += _gone(past, after)
    changes.sort(key=lambda change: KINDS.index(change.kind))
    return Diff(
        schema_version=1,
        before=_side(before),
        after=_side(after),
        comparable=before.tool.profile_hash == after.tool.profile_hash,
        changes=tuple(changes),
    )


def exit_code(difference: Diff, threshold: Severity) -> int:
    """Return 1 for a new or worsened failure at or above the threshold, else 3 if something became unknown, else 0."""
    worse = (*difference.of("new"), *difference.of("worsened"))
    if any(change.finding.severity.weight >= threshold.weight for change in worse):
        return 1
    return 3 if difference.of("unknown") else 0


def _side(report: Report) -> Side:
    return Side(
        source=f"{report.source.kind} {report.source.name}".strip(),
        taken_at=report.source.taken_at,
        profile_hash=report.tool.profile_hash,
        posture=None if report.score is None else report.score.posture,
        failing=report.summary.total.fail,
    )


def _index(findings: Iterable[FindingEntry]) -> dict[tuple[str, str], FindingEntry]:
    index: dict[tuple[str, str], FindingEntry] = {}
    for finding in findings:
        for alias in finding.aliases:
            index.setdefault((finding.rule, alias), finding)
        index[("", finding.fingerprint)] = finding
    return index


def _match(earlier: dict[tuple[str, str], FindingEntry], finding: FindingEntry) -> FindingEntry | None:
    keys = [("", finding.fingerprint), *((finding.rule, alias) for alias in finding.aliases)]
    return next((earlier[key] for key in keys if key in earlier), None)


def _state(finding: FindingEntry | None) -> str:
    return "not listed" if finding is None else "waived" if finding.waiver is not None else finding.status


def _compared(past: FindingEntry | None, now: FindingEntry) -> list[Change]:
    was, state = _state(past), _state(now)
    unsure = ("undecided", "crashed")
    kind: ChangeKind
    if state == "fail":
        kind = _kind_of_failure(past, now) if past is not None and was == "fail" else "new"
    elif state in unsure:
        kind = "unchanged" if was in unsure else "unknown"
    elif was == "fail" and state != "waived":
        kind = "fixed"
    elif was == "not listed" and state != "waived":
        return []
    else:
        kind = "unchanged" if was == state else "changed"
    return [Change(kind=kind, was=was, now=state, finding=now)]


def _kind_of_failure(past: FindingEntry, now: FindingEntry) -> ChangeKind:
    if past.evidence and worsened(past.evidence, now.evidence):
        return "worsened"
    if now.severity.weight > past.severity.weight:
        return "worsened"
    same = (set(past.evidence), past.severity, past.message) == (set(now.evidence), now.severity, now.message)
    return "unchanged" if same else "changed"


def _gone(past: FindingEntry, after: Report) -> list[Change]:
    was = _state(past)
    if was in ("pass", "skip"):
        return []
    missing = _why_not_judged(past, after)
    if missing:
        return [Change(kind="unknown", was=was, now=missing, finding=past)]
    return [Change(kind="fixed" if was == "fail" else "changed", was=was, now="not listed", finding=past)]


def _why_not_judged(past: FindingEntry, after: Report) -> str:
    """Return why a finding that is not listed any more may still be there; empty if it is known not to fail."""
    rules = () if after.score is None else after.score.rules
    if not any(one.rule == past.rule for one in rules):
        return "rule not run"
    account, region = past.resource.account, past.resource.region
    if account and account not in after.source.accounts:
        return "account not read"
    if region not in _GLOBAL and region not in after.source.regions:
        return "region not read"
    for one in after.findings:
        covers = one.resource.account == account and one.resource.region in (region, *_GLOBAL)
        if one.scope_wide and one.rule == past.rule and covers:
            return f"not listed by AWS ({one.reason})"
    return ""
