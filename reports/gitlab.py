"""GitLab code quality: findings at the lines of infrastructure as code, which merge requests show as a widget.

GitLab compares the target branch's report with that of the merge request by fingerprint, so every failure is given,
not only what a change brings. Source: GitLab documentation, "Code Quality", section "Code Quality report format".
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from reports.entries import FindingEntry, OriginEntry, Report
from reports.places import in_repository, is_doubtful, is_open, place_of
from reports.plain import plain
from scanner.verdict import Severity

_SEVERITIES: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
}


def render_gitlab(report: Report) -> bytes:
    """Return an array of violations: what fails, and as `info` what is not known. What stands in no file is left out."""
    rows = [
        _row(one, where, report)
        for one in report.findings
        if (is_open(one) or is_doubtful(one)) and (where := place_of(one)) is not None
    ]
    return msgspec.json.format(msgspec.json.encode(rows), indent=1) + b"\n"


def _row(one: FindingEntry, where: OriginEntry, report: Report) -> dict[str, Any]:
    told = one.message or one.title
    return {
        "description": plain(f"{one.title}: {told}" if one.status == "fail" else f"{one.title}: not known, {told}"),
        "check_name": one.rule,
        "fingerprint": one.fingerprint,
        "severity": _SEVERITIES[one.severity] if one.status == "fail" else "info",
        "location": {
            "path": plain(in_repository(report, where)),
            "lines": {"begin": max(1, where.line)},
        },
    }
