"""SARIF 2.1.0 for code scanning: findings at the lines of infrastructure as code.

Every result has a physical location, for GitHub refuses a file in which one has none; findings of a live account, which
stand in no file, are counted in a notification instead. Sources: OASIS SARIF 2.1.0; GitHub, "SARIF support for code
scanning".
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import msgspec

from reports.entries import FindingEntry, OriginEntry, Report
from reports.places import in_repository, place_of
from scanner.verdict import Severity

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS: Final = 25_000
"""The most results of a run that GitHub takes."""
_LEVELS: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
_SCORES: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
}
"""`security-severity`, by which GitHub names a finding critical, high, medium or low."""
_BASELINE: Final = {"new": "new", "worsened": "updated", "unchanged": "unchanged", "fixed": "absent"}
_LISTED: Final = frozenset({"fail", "undecided", "crashed"})


def render_sarif(report: Report) -> bytes:
    """Return the failures and what is undecided as SARIF, where they stand in a file."""
    told = [one for one in report.findings if one.status in _LISTED or one.delta == "fixed"]
    placed = [(one, origin) for one in told if (origin := place_of(one)) is not None]
    rules = sorted({one.rule: one for one, _ in placed}.values(), key=lambda one: one.rule)
    numbers = {one.rule: number for number, one in enumerate(rules)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {"name": "casemate", "version": report.tool.version, "rules": [_rule(one) for one in rules]}
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, origin, numbers[one.rule], report) for one, origin in placed[:MOST_RESULTS]],
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notes(told, placed)}],
    }
    return msgspec.json.format(msgspec.json.encode({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}), indent=1)


def _rule(finding: FindingEntry) -> dict[str, Any]:
    return {
        "id": finding.rule,
        "name": "".join(word[:1].upper() + word[1:] for word in re.findall(r"\w+", finding.title)),
        "shortDescription": {"text": _sentence(finding.title)},
        "fullDescription": {"text": _sentence(finding.title)},
        "help": {
            "text": f"`casemate rules show {finding.rule}` says why it matters, what to do, and how bad and good look.",
            "markdown": _help(finding),
        },
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {"security-severity": _SCORES[finding.severity], "tags": ["security", finding.service]},
    }


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _help(finding: FindingEntry) -> str:
    controls = f" Controls: {', '.join(f'`{one}`' for one in finding.controls)}." if finding.controls else ""
    return (
        f"**{finding.title}.** `casemate rules show {finding.rule}` says why it matters, what to do, and how bad and "
        f"good look.{controls}"
    )


def _result(finding: FindingEntry, origin: OriginEntry, number: int, report: Report) -> dict[str, Any]:
    fails = finding.status == "fail" or finding.delta == "fixed"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "kind": "fail" if fails else "review",
        "level": _LEVELS[finding.severity] if fails else "none",
        "message": {"text": finding.message or finding.title},
        "locations": [_location(origin, report)],
        "partialFingerprints": {"casemate/v1": finding.fingerprint},
    }
    if origin.calls:
        result["relatedLocations"] = [
            {"id": number, **_location(call, report), "message": {"text": f"calls {call.address}"}}
            for number, call in enumerate(origin.calls, start=1)
        ]
    if finding.delta:
        result["baselineState"] = _BASELINE[finding.delta]
    if finding.waiver is not None:
        why = f"{finding.waiver.owner}, until {finding.waiver.until}: {finding.waiver.reason}"
        result["suppressions"] = [{"kind": "external", "justification": why}]
    return result


def _location(origin: OriginEntry, report: Report) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(in_repository(report, origin)), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": max(1, origin.line)},
        },
        "logicalLocations": [{"fullyQualifiedName": origin.address}],
    }


def _notes(told: list[FindingEntry], placed: list[Any]) -> list[dict[str, Any]]:
    texts = []
    if len(placed) < len(told):
        texts.append(f"{len(told) - len(placed)} findings stand in no file and are left out")
    if len(placed) > MOST_RESULTS:
        texts.append(f"{len(placed) - MOST_RESULTS} more findings than a run may hold are left out")
    return [{"level": "warning", "message": {"text": text}} for text in texts]
