"""From a scan to its report, and from the JSON report back."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Final

import msgspec

from reports.coverage import GapReasons, coverage_of, gap_reasons, gap_state, gaps_of
from reports.entries import (
    AttackPath,
    Counts,
    Exit,
    ExitCode,
    FindingEntry,
    FrameworkEntry,
    OriginEntry,
    RemedyEntry,
    Report,
    ResourceEntry,
    SourceEntry,
    Summary,
    Tool,
    UsedWaiver,
    WaiverEntry,
    WaiverProblem,
    Waivers,
)
from reports.network import network_of
from reports.paths import Attacks, attacks_of, choke_entries, path_entries
from reports.score import points, score_of
from scanner.errors import ReportError
from scanner.findings import Finding, address_of, arn_of
from scanner.model.kind import Api, Origin, Resource
from scanner.model.maybe import Absent, known, why_unknown
from scanner.rule import service_of
from scanner.scan import Scan
from scanner.verdict import Fail, Severity, Undecided
from scanner.waivers import Waiver

SCHEMA_VERSION: Final = 1
MOST_BYTES: Final = 1 << 30
_LISTED: Final = frozenset({"fail", "undecided", "crashed"})


def build(
    scan: Scan,
    *,
    every: bool = False,
    fail_on: Severity | None = None,
    allow_gaps: bool | None = None,
    paths: tuple[AttackPath, ...] | None = None,
    frameworks: tuple[FrameworkEntry, ...] = (),
) -> Report:
    """Return the report of a scan: what fails, is undecided or crashed is listed, the rest counted; `every` lists all.

    `fail_on` and `allow_gaps` are the configuration's unless given, and the attack paths those of the scan. Equal scans
    give equal reports: findings stand in the order of severity, rule, account, region and id.
    """
    reasons = gap_reasons(scan)
    attacks = attacks_of(scan)
    paths = path_entries(attacks.paths, attacks.chokes) if paths is None else paths
    chosen = [finding for finding in scan.findings if every or finding.disputes or finding.status in _LISTED]
    chosen.sort(key=_order)
    report = Report(
        schema_version=SCHEMA_VERSION,
        tool=Tool(
            name="casemate",
            version=version("casemate"),
            rules_hash=scan.profile.rules_hash,
            profile_hash=scan.profile.profile_hash,
        ),
        source=_source(scan),
        judged_at=scan.now.isoformat(),
        partial=scan.profile.partial,
        score=score_of(scan, _label(paths)),
        coverage=coverage_of(scan),
        summary=_summary(scan.findings),
        findings=tuple(_entry(scan, finding, reasons, attacks) for finding in chosen),
        paths=paths,
        chokes=choke_entries(attacks.chokes),
        gaps=gaps_of(scan),
        waivers=_waivers(scan),
        notes=scan.notes,
        left_out=dict(sorted(scan.left_out.items())),
        frameworks=frameworks,
        network=network_of(scan),
        exit=Exit(
            code=0,
            reason="",
            fail_on=scan.config.fail_on if fail_on is None else fail_on,
            allow_gaps=scan.config.allow_gaps if allow_gaps is None else allow_gaps,
        ),
    )
    code, reason = exit_code(report, report.exit.fail_on, allow_gaps=report.exit.allow_gaps)
    return _encodable(
        msgspec.structs.replace(report, exit=msgspec.structs.replace(report.exit, code=code, reason=reason))
    )


def exit_code(report: Report, fail_on: Severity, *, allow_gaps: bool) -> tuple[ExitCode, str]:
    """Return the exit code of a scan and the reason in words.

    1: an unwaived failure at or above `fail_on`. Else 3: something is not known. A gap that the configuration accepts
    is no reason for 3, and neither is a verdict that is undecided because of it. With `allow_gaps` no gap is, accepted
    or not, nor a verdict undecided for want of an answer; what crashed, or is undecided for another reason (a value
    known only after apply, a condition that is not modelled), still is. Else 0.
    """
    at_least = [
        one
        for one in report.findings
        if one.status == "fail" and one.waiver is None and one.severity.weight >= fail_on.weight
    ]
    if at_least:
        return 1, f"{counted(len(at_least), 'failure')} at or above {fail_on.value}"
    excused = {"open", "accepted"} if allow_gaps else {"accepted"}
    crashed = sum(one.status == "crashed" for one in report.findings)
    undecided = sum(one.status == "undecided" and one.gap not in excused for one in report.findings)
    gaps = 0 if allow_gaps else sum(gap.count for gap in report.gaps if gap.accepted is None)
    told = [
        counted(number, singular, plural)
        for number, singular, plural in (
            (gaps, "call without an answer", "calls without an answer"),
            (undecided, "verdict undecided", "verdicts undecided"),
            (crashed, "verdict lost to a crashed rule", "verdicts lost to a crashed rule"),
        )
        if number
    ]
    if told:
        return 3, f"incomplete: {', '.join(told)}"
    return 0, f"no failure at or above {fail_on.value}"


def counted(number: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun: `1 failure`, `2,000 failures`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def read_report(data: bytes) -> Report:
    """Read a JSON report back. Raises `ReportError` if it is too large, not JSON, of another version or malformed."""
    if len(data) > MOST_BYTES:
        raise ReportError(f"the report is larger than {MOST_BYTES >> 20} MiB; refused")
    try:
        found = msgspec.json.decode(data, type=_Probe).schema_version
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ReportError(f"not a JSON report of casemate ({error}); write one with --format json=FILE") from error
    if found != SCHEMA_VERSION:
        raise ReportError(f"report version {found}, and this casemate reads {SCHEMA_VERSION}; upgrade it")
    try:
        return msgspec.json.decode(data, type=Report)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ReportError(f"the report is damaged: {error}; write it again with --format json=FILE") from error


class _Probe(msgspec.Struct):
    schema_version: int


def _order(finding: Finding) -> tuple[Any, ...]:
    resource = finding.resource
    return (
        -finding.severity.weight,
        finding.rule.id,
        resource.scope,
        not finding.scope_wide,
        type(resource).__name__,
        resource.id,
    )


def _label(paths: Iterable[AttackPath]) -> str:
    outside = {path.status for path in paths if path.start.kind == "internet"}
    if "confirmed" in outside:
        return "an attack path from the internet is open"
    return "an attack path from the internet may be open" if outside else ""


def _source(scan: Scan) -> SourceEntry:
    targets = scan.inventory.targets
    return SourceEntry(
        kind=scan.source_kind,
        name=scan.source_name,
        accounts=tuple(sorted({scope.account for scope in targets})),
        regions=tuple(sorted({scope.region for scope in targets if not scope.is_global})),
        taken_at="" if scan.taken_at is None else scan.taken_at.isoformat(),
    )


def _entry(scan: Scan, finding: Finding, reasons: GapReasons, attacks: Attacks) -> FindingEntry:
    tags = scan.inventory.tags(finding.resource)
    why = finding.outcome.why if isinstance(finding.outcome, Undecided) else None
    address = address_of(finding.resource)
    return FindingEntry(
        fingerprint=finding.fingerprint,
        aliases=(address,) if address else (),
        rule=finding.rule.id,
        title=finding.rule.title,
        service=finding.rule.service,
        severity=finding.severity,
        status=finding.status,  # type: ignore[arg-type]  # one of the five, by its table
        resource=_resource(
            finding.resource, None if why_unknown(tags) is not None else dict(sorted(known(tags).items())) or _NO_TAGS
        ),
        origins=tuple(_origin(origin) for origin in finding.origins),
        message=finding.message if why is None else why.detail,
        evidence=finding.outcome.evidence if isinstance(finding.outcome, Fail) else (),
        controls=finding.rule.controls,
        witnesses=finding.witnesses,
        disputes=finding.disputes,
        points=points(finding, scan.criticality.of(tags)),
        reason="" if why is None else why.reason.value,
        gap=gap_state(finding, reasons),
        scope_wide=finding.scope_wide,
        waiver=None if finding.waiver is None else _waiver(finding.waiver),
        queue=attacks.queue(finding),
        remedy=_remedy(finding),
    )


def _remedy(finding: Finding) -> RemedyEntry | None:
    """Tell that there is a remedy for a failure, and its class at the worst: a plan may find a better one."""
    remedy = finding.rule.remedy if isinstance(finding.outcome, Fail) else None
    return None if remedy is None else RemedyEntry(remedy.safety.value)


_NO_TAGS: Final[Mapping[str, str]] = {}


def _resource(resource: Resource, tags: Mapping[str, str] | None) -> ResourceEntry:
    name = resource.name
    return ResourceEntry(
        kind=type(resource).__name__,
        noun=type(resource).noun,
        id=resource.id,
        tags=tags,
        arn=arn_of(resource),
        account=resource.scope.account,
        region=resource.scope.region,
        name="" if why_unknown(name) is not None or isinstance(name, Absent) else str(name),
    )


@lru_cache(4096)
def _origin(origin: Origin) -> OriginEntry:
    if isinstance(origin, Api):
        return OriginEntry(
            api=origin.operation,
            account=origin.scope.account,
            region=origin.scope.region,
            parameters=origin.parameters,
        )
    calls = tuple(_origin(call) for call in origin.calls)
    return OriginEntry(file=origin.file, line=origin.line, address=origin.address, calls=calls)


def _waiver(waiver: Waiver) -> WaiverEntry:
    return WaiverEntry(waiver.owner, waiver.reason, waiver.until.isoformat())


def _summary(findings: Iterable[Finding]) -> Summary:
    total: Counter[str] = Counter()
    by_severity: dict[Severity, Counter[str]] = {severity: Counter() for severity in Severity}
    by_service: dict[str, Counter[str]] = defaultdict(Counter)
    told = Counter(
        (finding.rule.id, finding.severity, "waived" if finding.waiver is not None else finding.status)
        for finding in findings
    )
    for (rule, severity, status), number in told.items():
        for counter in (total, by_severity[severity], by_service[service_of(rule)]):
            counter[status] += number
    return Summary(
        total=_counts(total),
        by_severity={name: _counts(count) for name, count in by_severity.items()},
        by_service={name: _counts(count) for name, count in sorted(by_service.items())},
    )


def _counts(count: Counter[str]) -> Counts:
    return Counts(
        fail=count["fail"],
        waived=count["waived"],
        undecided=count["undecided"],
        crashed=count["crashed"],
        pass_=count["pass"],
        skip=count["skip"],
    )


def _waivers(scan: Scan) -> Waivers:
    used = Counter(finding.waiver for finding in scan.findings if finding.waiver is not None)
    entries = sorted(
        (
            UsedWaiver(
                rule=waiver.rule,
                selector=waiver.resource or waiver.account or waiver.region or waiver.fingerprint,
                owner=waiver.owner,
                reason=waiver.reason,
                until=waiver.until.isoformat(),
                findings=number,
            )
            for waiver, number in used.items()
        ),
        key=lambda entry: (entry.rule, entry.selector, entry.until),
    )
    problems = tuple(WaiverProblem(note.entry, note.problem) for note in scan.waiver_notes)
    return Waivers(tuple(entries), problems)


def _encodable(report: Report) -> Report:
    """Return the report with lone surrogates, which no encoding can carry, written as escapes."""
    encoder, room = msgspec.json.Encoder(), bytearray()
    try:
        encoder.encode_into(msgspec.structs.replace(report, findings=()), room)
        for finding in report.findings:
            encoder.encode_into(finding, room)
    except UnicodeEncodeError:
        return msgspec.convert(_without_surrogates(msgspec.to_builtins(report)), Report)
    return report


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(item) for item in value]
    return value
