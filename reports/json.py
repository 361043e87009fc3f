"""The JSON report: `schemas/report-1.schema.json` says what is in it."""

import msgspec

from reports.entries import Report
from reports.plain import escaped


def render_json(report: Report) -> bytes:
    """Return the report as indented JSON in UTF-8, which `read_report` reads back.

    Controls and formats that JSON allows unescaped, and terminals obey, are escaped: the values are the same.
    """
    text = msgspec.json.format(msgspec.json.encode(report), indent=2).decode()
    return escaped(text).encode() + b"\n"
