"""`casemate scan`: read, judge, score, report."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scanner.cli import options, work
from scanner.errors import ReportError, UsageError
from scanner.verdict import Severity

if TYPE_CHECKING:
    from reports.report import Report

_TERMINAL: Final = "text"


@click.command()
@click.argument("source", required=False, type=click.Path(path_type=Path))
@click.option("--source-type", type=click.Choice(work.SOURCE_TYPES), help="What SOURCE is, if its content does not tell.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Folder that keeps evidence and JSON report, named by date.")
@options.reading
@options.choosing
@options.reporting
@options.timing
@options.talking
def scan(source: Path | None, keep: Path | None, **said: Any) -> int:
    """Audit SOURCE and report.

    SOURCE is nothing (the live account of the usual AWS credential chain), an evidence file (casemate collect), or a
    folder of AWS CLI output. Found by its content.

    \b
    casemate scan                                     the account of your credentials, every region
    casemate scan --profile audit --region eu-west-1  one region, with a profile
    casemate scan evidence.json.gz --format html=report.html
    casemate scan --service s3 --severity high --format json
    """
    outputs = _outputs(said["formats"], quiet=said["quiet"])
    chosen = work.choose(said)
    plan = work.plan_for(chosen.rules)
    evidence, kind = work.get_evidence(source, plan, chosen.config, said)
    result = work.judge(chosen, plan, evidence, kind, source, said)
    threshold = Severity(said["fail_on"]) if said["fail_on"] else chosen.config.fail_on
    report = work.report_of(result, chosen, every=said["every"], fail_on=threshold, allow_gaps=said["allow_gaps"] or chosen.config.allow_gaps)
    for name, file in outputs:
        write(report, name, file, no_color=said["no_color"], explain=said["explain_score"])
    if keep is not None:
        _keep(keep, report, evidence.taken_at or result.now, evidence)
    return report.exit.code


def _outputs(formats: tuple[str, ...], *, quiet: bool) -> list[tuple[str, Path | None]]:
    """Return (format, file or standard output) for each report wanted. Raises `UsageError` for a contradiction."""
    from reports.formats import FORMATS  # noqa: PLC0415

    wanted: list[tuple[str, Path | None]] = []
    for text in formats:
        name, _, file = text.partition("=")
        if name not in FORMATS:
            raise UsageError(f"--format: there is no format {name!r}; choose from {', '.join(FORMATS)}")
        wanted.append((name, Path(file) if file else None))
    if sum(1 for _, file in wanted if file is None) > 1:
        raise UsageError("--format: only one report can go to standard output; give the others a file (json=report.json)")
    if not quiet and all(file is not None for _, file in wanted):
        wanted.append((_TERMINAL, None))
    return wanted


def write(report: "Report", name: str, file: Path | None, *, no_color: bool, explain: bool = False) -> None:
    """Write a report in a format, to a file or to standard output. Raises `ReportError` if the file cannot be written."""
    from reports.formats import render  # noqa: PLC0415

    if name == _TERMINAL and file is None:
        from reports.text import print_report  # noqa: PLC0415

        print_report(report, color=False if no_color else None, explain=explain)
        return
    content = render(report, name)
    if file is None:
        stream = click.get_binary_stream("stdout")
        stream.write(content)
        stream.flush()
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        raise ReportError(f"cannot write {file}: {error.strerror}") from error


def _keep(folder: Path, report: "Report", at: datetime, evidence: Any) -> None:
    from scanner.evidence import write_evidence  # noqa: PLC0415

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(f"cannot make the folder {folder}: {error.strerror}") from error
    stem = at.strftime("%Y-%m-%dT%H%M%SZ")
    write_evidence(evidence, folder / f"{stem}.evidence.json.gz")
    write(report, "json", folder / f"{stem}.report.json", no_color=True)
