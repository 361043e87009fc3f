"""Where reports go: to the terminal, to standard output as bytes, or to a file, whole or not at all."""

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from scanner.errors import ReportError, UsageError

if TYPE_CHECKING:
    from reports.entries import Report

TERMINAL: Final = "text"
_WIDTH: Final = 100
"""Columns where standard output is no terminal and COLUMNS is not set."""
_NARROWEST: Final = 60


def wanted(formats: tuple[str, ...], *, quiet: bool) -> list[tuple[str, Path | None]]:
    """Return (format, file or standard output) for each report wanted. Raises `UsageError` for a contradiction."""
    from reports.formats import FORMATS  # noqa: PLC0415

    outputs: list[tuple[str, Path | None]] = []
    for text in formats:
        name, _, file = text.partition("=")
        if name not in FORMATS:
            raise UsageError(f"--format: there is no format {name!r}; choose from {', '.join(FORMATS)}")
        outputs.append((name, Path(file) if file else None))
    if sum(1 for _, file in outputs if file is None) > 1:
        raise UsageError(
            "--format: only one report can go to standard output; give the others a file (json=report.json)"
        )
    if not quiet and all(file is not None for _, file in outputs):
        outputs.append((TERMINAL, None))
    return outputs


def write(report: "Report", name: str, file: Path | None, *, no_color: bool = False, explain: bool = False) -> None:
    """Write a report in a format, to a file or to standard output. Raises `ReportError` if it cannot be written."""
    from reports.formats import pieces  # noqa: PLC0415

    if file is not None:
        write_file(file, pieces(report, name))
    elif name == TERMINAL:
        _print(report, no_color=no_color, explain=explain)
    else:
        write_out(pieces(report, name))


def write_out(content: bytes | Iterable[bytes]) -> None:
    """Write bytes to standard output."""
    stream = sys.stdout.buffer
    for part in _parts(content):
        stream.write(part)
    stream.flush()


def write_file(file: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a file whole: one that is there already is replaced at the end, or not at all.

    A device or a pipe is written to and stays what it is. Raises `ReportError` if it cannot be written.
    """
    try:
        if file.exists() and not file.is_file():
            _write(file, content)
        else:
            _replace(file, content)
    except OSError as error:
        raise ReportError(f"cannot write {file}: {error.strerror}") from error


def _replace(file: Path, content: bytes | Iterable[bytes]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        _write(part, content)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _write(file: Path, content: bytes | Iterable[bytes]) -> None:
    with file.open("wb") as out:
        out.writelines(_parts(content))


def _parts(content: bytes | Iterable[bytes]) -> Iterable[bytes]:
    return (content,) if isinstance(content, bytes) else content


def wants_color(*, no_color: bool) -> bool:
    """Whether standard output is a terminal on which nobody refused colour."""
    return sys.stdout.isatty() and not no_color and "NO_COLOR" not in os.environ


def columns() -> int:
    """Return the width to write for: the terminal's, or COLUMNS, or a usual one."""
    return max(_NARROWEST, shutil.get_terminal_size((_WIDTH, 24)).columns)


def _print(report: "Report", *, no_color: bool, explain: bool) -> None:
    from reports.text import render_text  # noqa: PLC0415 - rich is imported by it

    color = wants_color(no_color=no_color)
    click.echo(render_text(report, width=columns(), color=color), color=color, nl=False)
    if explain and report.score is not None:
        from reports.score import explain as rows_of  # noqa: PLC0415

        rows = rows_of(report.score)
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        click.echo("\nposture = 100 * (1 - sum of weight * F/(F+1) / sum of weights)")
        for row in rows:
            click.echo("  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)))
