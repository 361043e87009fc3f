"""The formats by name. Each renderer is imported only when its format is asked for."""

import importlib
from collections.abc import Callable, Iterator
from typing import Final, cast

from reports.entries import Report
from scanner.errors import UsageError

_RENDERERS: Final = {
    "text": ("reports.text", "render_text"),
    "json": ("reports.json", "render_json"),
    "html": ("reports.html", "render_html"),
    "markdown": ("reports.markdown", "render_markdown"),
    "csv": ("reports.csv", "render_csv"),
    "junit": ("reports.junit", "render_junit"),
    "sarif": ("reports.sarif", "render_sarif"),
    "github": ("reports.github", "render_github"),
    "gitlab": ("reports.gitlab", "render_gitlab"),
}
FORMATS: Final = tuple(_RENDERERS)


def pieces(report: Report, name: str) -> Iterator[bytes]:
    """Yield the report in a format piece by piece, where the format can grow large. Raises `UsageError` as `render`."""
    if name == "json":
        from reports.json import json_pieces  # noqa: PLC0415 - formats are loaded when used

        yield from json_pieces(report)
    else:
        yield render(report, name)


def render(report: Report, format: str) -> bytes:  # noqa: A002 - it is the word of the command line
    """Return the report in a format, in UTF-8. Raises `UsageError` that lists the formats if there is no such one.

    A terminal wants its own width and colour: see `reports.text.render_text`.
    """
    if format not in _RENDERERS:
        raise UsageError(f"no format {format!r}; there are: {', '.join(FORMATS)}")
    module, function = _RENDERERS[format]
    renderer = cast("Callable[[Report], str | bytes]", getattr(importlib.import_module(module), function))
    rendered = renderer(report)
    return rendered if isinstance(rendered, bytes) else rendered.encode()
