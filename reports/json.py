"""The JSON report: `schemas/report-1.schema.json` says what is in it."""

from collections.abc import Iterator
from typing import Final

import msgspec

from reports.entries import Report
from reports.plain import escaped

_FINDINGS: Final = b'\n  "findings": '
_TOGETHER: Final = 500
"""Findings that are written as one piece."""


def render_json(report: Report) -> bytes:
    """Return the report as indented JSON in UTF-8, which `read_report` reads back.

    Controls and formats that JSON allows unescaped, and terminals obey, are escaped: the values are the same.
    """
    return b"".join(json_pieces(report))


def json_pieces(report: Report) -> Iterator[bytes]:
    """Yield the same in pieces: a hundred thousand findings are never all in memory as text."""
    whole = _text(msgspec.structs.replace(report, findings=()))
    if not report.findings:
        yield whole + b"\n"
        return
    before, _, after = whole.partition(_FINDINGS + b"[]")
    yield before + _FINDINGS + b"["
    for start in range(0, len(report.findings), _TOGETHER):
        some = _text({"": report.findings[start : start + _TOGETHER]})
        yield (b"," if start else b"") + some[some.index(b"[") + 1 : some.rindex(b"]")].rstrip()
    yield b"\n  ]" + after + b"\n"


def _text(value: object) -> bytes:
    return msgspec.json.format(escaped(msgspec.json.encode(value).decode()).encode(), indent=2)
