"""`casemate diff`: what changed between two reports or evidence files."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli import options, output, work
from scanner.errors import ReportError, SourceError
from scanner.evidence import is_evidence
from scanner.verdict import Severity

if TYPE_CHECKING:
    from reports.entries import Report

_FILE = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
@options.choosing
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(options.SEVERITIES),
    help="Least severity of a new finding that makes the exit code 1.",
)
@click.option("--waivers", type=options.FILE, help="File of [[waiver]] tables, for evidence.")
@options.timing
@click.option("--no-color", is_flag=True, help="No colour, even on a terminal.")
def diff(before: Path, after: Path, form: str, **said: Any) -> int:
    """Show findings that are new, fixed or changed from BEFORE to AFTER.

    Each is a JSON report, an evidence file or a folder of AWS CLI output; evidence is judged by the present rules, so
    that two of them differ only by what happened in the account. Exit code 1 for a new or worsened failure at or above
    the threshold, 3 if something is not known any more, else 0.
    """
    from reports.diff import diff_reports, exit_code  # noqa: PLC0415
    from reports.diff_forms import render_diff  # noqa: PLC0415

    difference = diff_reports(_report(before, said), _report(after, said))
    color = form == "text" and output.wants_color(no_color=said["no_color"])
    output.write_out(render_diff(difference, form, width=output.columns(), color=color))
    threshold = Severity(said["fail_on"]) if said["fail_on"] else Severity.MEDIUM
    return exit_code(difference, threshold)


def _report(path: Path, said: dict[str, Any]) -> "Report":
    from reports.report import read_report  # noqa: PLC0415

    if path.is_dir() or is_evidence(path):
        chosen = work.choose(said)
        plan = chosen.plan()
        evidence, kind = work.get_evidence(path, plan, chosen.config, {**said, "source_type": None})
        return work.report_of(
            work.judge(chosen, plan, evidence, kind, path, said),
            chosen,
            every=True,
            fail_on=Severity.MEDIUM,
            allow_gaps=False,
        )
    try:
        return read_report(path.read_bytes())
    except ReportError as error:
        raise SourceError(f"{path}: neither evidence nor a JSON report of casemate: {error}") from error
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}") from error
