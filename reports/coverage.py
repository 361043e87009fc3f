"""What could not be read: how the planned calls ended, which gaps that leaves, and which of them somebody accepts."""

from collections import Counter, defaultdict
from typing import Final

import msgspec

from reports.entries import CoverageEntry, GapEntry, GapState, WaiverEntry
from scanner.findings import Finding
from scanner.model.maybe import Reason, Why
from scanner.plan import Gap
from scanner.scan import Scan
from scanner.verdict import Undecided

MOST_SUBJECTS: Final = 5
_UNREAD: Final = frozenset(
    {Reason.DENIED, Reason.THROTTLED, Reason.NOT_ENABLED, Reason.NOT_SUBSCRIBED, Reason.NOT_COLLECTED}
)
_COLUMN: Final = {
    Reason.DENIED: "denied",
    Reason.THROTTLED: "throttled",
    Reason.NOT_ENABLED: "disabled",
    Reason.NOT_SUBSCRIBED: "disabled",
    Reason.NOT_COLLECTED: "not_collected",
}


class GapReasons(msgspec.Struct, frozen=True):
    """Why something was not read: the reasons of gaps that are open, and of those that are accepted."""

    left_open: frozenset[Why]
    accepted: frozenset[Why]


def gap_reasons(scan: Scan) -> GapReasons:
    """Return the reasons of the scan's gaps, for telling which verdicts are undecided because of one."""
    accepted: set[Why] = set()
    left_open: set[Why] = set()
    for gap in scan.inventory.gaps:
        (left_open if _acceptance(scan, gap) is None else accepted).add(gap.why)
    return GapReasons(frozenset(left_open), frozenset(accepted))


def _acceptance(scan: Scan, gap: Gap) -> WaiverEntry | None:
    for accepted in scan.accepted_gaps:
        if accepted.covers(gap, scan.now):
            return WaiverEntry(accepted.owner, accepted.reason, accepted.until.isoformat())
    return None


def gap_state(finding: Finding, reasons: GapReasons) -> GapState:
    """Tell whether a finding is undecided for want of an answer, and whether somebody accepts that."""
    if not isinstance(finding.outcome, Undecided):
        return ""
    why = finding.outcome.why
    if why in reasons.left_open:
        return "open"
    if why in reasons.accepted:
        return "accepted"
    return "open" if why.reason in _UNREAD else ""


def coverage_of(scan: Scan) -> tuple[CoverageEntry, ...]:
    """Count how the planned calls ended, by account, region and service."""
    ends: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for call in scan.inventory.calls:
        end = "ok" if call.why is None else _COLUMN.get(call.why.reason, "failed")
        ends[(call.scope.account, call.scope.region, call.service)][end] += 1
    return tuple(
        CoverageEntry(
            account=account,
            region=region,
            service=service,
            ok=count["ok"],
            denied=count["denied"],
            throttled=count["throttled"],
            disabled=count["disabled"],
            failed=count["failed"],
            not_collected=count["not_collected"],
        )
        for (account, region, service), count in sorted(ends.items())
    )


def gaps_of(scan: Scan) -> tuple[GapEntry, ...]:
    """Group the gaps by call, place and reason: a policy that denies a call denies it for every resource alike."""
    groups: dict[tuple[str, str, str, str, str], list[Gap]] = defaultdict(list)
    for gap in scan.inventory.gaps:
        code = gap.why.detail.partition(": ")[0]
        groups[(gap.call, gap.scope.account, gap.scope.region, gap.why.reason.value, code)].append(gap)
    entries = []
    for (call, account, region, reason, _), gaps in sorted(groups.items()):
        gaps.sort()
        entries.append(
            GapEntry(
                call=call,
                account=account,
                region=region,
                reason=reason,
                detail=gaps[0].why.detail,
                count=len(gaps),
                subjects=tuple(gap.subject for gap in gaps if gap.subject)[:MOST_SUBJECTS],
                accepted=_acceptance(scan, gaps[0]),
            )
        )
    return tuple(entries)
