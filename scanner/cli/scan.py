"""`casemate scan`: read, judge, score, report."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from scanner.cli import code, options, output, work
from scanner.errors import ReportError, UsageError
from scanner.verdict import Severity

if TYPE_CHECKING:
    from reports.entries import Report


@click.command()
@click.argument("source", required=False, type=click.Path(path_type=Path))
@click.option(
    "--source-type", type=click.Choice(work.SOURCE_TYPES), help="What SOURCE is, if its content does not tell."
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that keeps evidence and JSON report, named by date.",
)
@click.option(
    "--var-file", "var_files", type=options.FILE, multiple=True, help="Values of Terraform variables; repeatable."
)
@code.parameters
@code.patching
@code.engines
@code.showing
@options.reading
@options.choosing
@options.reporting
@options.timing
@options.talking
def scan(source: Path | None, keep: Path | None, **said: Any) -> int:
    """Audit SOURCE and report.

    SOURCE is nothing (the live account of the usual AWS credential chain), an evidence file (casemate collect), a
    folder of AWS CLI output, a folder of Terraform configuration, a Terraform plan (JSON or binary), a CloudFormation or
    SAM template, or a change set. Found by its content.

    \b
    casemate scan                                     the account of your credentials, every region
    casemate scan --profile audit --region eu-west-1  one region, with a profile
    casemate scan evidence.json.gz --format html=report.html
    casemate scan infra/                              Terraform, before it is applied
    casemate scan --service s3 --severity high --format json
    """
    outputs = output.wanted(said["formats"], quiet=said["quiet"])
    chosen = code.choose(said)
    plan = chosen.plan()
    evidence = loaded = run = None
    if source is not None and work.kind_of(source, said["source_type"]) in work.CODE:
        code.refuse_terraform(said, source)
        loaded = code.loaded_from(source, chosen, said)
        run = code.begin(said, loaded, source)
        result = code.judge_code(chosen, plan, loaded, source, said)
    else:
        _refuse_code_options(said)
        evidence, kind = work.get_evidence(source, plan, chosen.config, said)
        result = work.judge(chosen, plan, evidence, kind, source, said)
    threshold = Severity(said["fail_on"]) if said["fail_on"] else chosen.config.fail_on
    report = work.report_of(
        result,
        chosen,
        every=said["every"],
        fail_on=threshold,
        allow_gaps=said["allow_gaps"] or chosen.config.allow_gaps,
    )
    if source is not None and loaded is not None:
        report = _with_engine(code.adopted(report, result, loaded, chosen, said, (run, None)))
        report = code.with_fixes(code.rooted(report, source), result.findings, loaded, chosen, said)
    for name, file in outputs:
        output.write(report, name, file, no_color=said["no_color"], explain=said["explain_score"])
    if keep is not None:
        _keep(keep, report, result.taken_at or result.now, evidence)
    return report.exit.code


def _with_engine(report: "Report") -> "Report":
    """Return the report with the exit code that what an external engine found leads to."""
    from reports.report import exit_code  # noqa: PLC0415

    code_, reason = exit_code(report, report.exit.fail_on, allow_gaps=report.exit.allow_gaps)
    return msgspec.structs.replace(report, exit=msgspec.structs.replace(report.exit, code=code_, reason=reason))


def _refuse_code_options(said: dict[str, Any]) -> None:
    for option in ("patch", "engine", "terraform"):
        if said[option]:
            raise UsageError(f"--{option} is for infrastructure as code, and the source is none")


def _keep(folder: Path, report: "Report", at: datetime, evidence: Any) -> None:
    from scanner.evidence import write_evidence  # noqa: PLC0415

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(f"cannot make the folder {folder}: {error.strerror}") from error
    stem = at.strftime("%Y-%m-%dT%H%M%SZ")
    if evidence is not None:
        write_evidence(evidence, folder / f"{stem}.evidence.json.gz")
    output.write(report, "json", folder / f"{stem}.report.json")
