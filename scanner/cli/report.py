"""`casemate report`: a JSON report in another format; or a fresh one from a source."""

from pathlib import Path
from typing import Any

import click

from scanner.cli import options, output
from scanner.errors import ReportError


@click.command()
@click.argument("findings", metavar="FINDINGS", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "formats",
    metavar="NAME[=FILE]",
    multiple=True,
    help="Report format, to a file or to standard output; repeatable.  [default: text]",
)
@click.option("--explain-score", is_flag=True, help="Print the arithmetic of the score.")
@click.option("--no-color", is_flag=True, help="No colour, even on a terminal.")
@options.talking
def report(findings: Path, **said: Any) -> int:
    """Render FINDINGS, a JSON report (casemate scan --format json=FILE), in another format.

    Nothing is judged anew: to judge evidence by the present rules, scan it. The exit code is the report's own.
    """
    from reports.report import read_report  # noqa: PLC0415

    outputs = output.wanted(said["formats"], quiet=said["quiet"])
    try:
        data = findings.read_bytes()
    except OSError as error:
        raise ReportError(f"cannot read {findings}: {error.strerror}") from error
    try:
        read = read_report(data)
    except ReportError as error:
        raise ReportError(f"{findings}: {error}") from error
    for name, file in outputs:
        output.write(read, name, file, no_color=said["no_color"], explain=said["explain_score"])
    return read.exit.code
