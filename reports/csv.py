"""One row for each listed finding, for spreadsheets."""

import csv
import io
from typing import Final

from reports.entries import FindingEntry, Report
from reports.places import place_of
from reports.plain import plain

COLUMNS: Final = (
    "severity",
    "status",
    "rule",
    "title",
    "account",
    "region",
    "kind",
    "id",
    "name",
    "arn",
    "message",
    "reason",
    "points",
    "waived_by",
    "waived_until",
    "file",
    "line",
    "fingerprint",
)
MOST_CELL: Final = 32_000
"""Excel refuses cells beyond 32,767 characters."""
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001 - spreadsheets read the wide ones alike


def render_csv(report: Report) -> str:
    """Return a heading and a row for each listed finding, every cell quoted.

    A text that a spreadsheet would run as a formula gets an apostrophe in front, which marks it as text (OWASP, "CSV
    Injection"). What was not read is not in here: see the gaps of the JSON report.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(text) for text in _row(finding)] for finding in report.findings)
    return out.getvalue()


def _row(one: FindingEntry) -> tuple[str, ...]:
    resource = one.resource
    told = place_of(one) or next((origin for origin in one.origins if origin.file), None)
    file, line = (told.file, str(told.line)) if told else ("", "")
    return (
        one.severity.value,
        "waived" if one.waiver else one.status,
        one.rule,
        one.title,
        resource.account,
        resource.region,
        resource.kind,
        resource.id,
        resource.name,
        resource.arn,
        one.message,
        one.reason,
        f"{one.points:g}",
        one.waiver.owner if one.waiver else "",
        one.waiver.until if one.waiver else "",
        file,
        line,
        one.fingerprint,
    )


def _cell(text: str) -> str:
    safe = plain(text, MOST_CELL)
    return f"'{safe}" if safe.lstrip().startswith(_FORMULA) else safe
