"""`casemate fix plan`: remedies for what fails, with their effect, and nothing changed."""

from pathlib import Path
from typing import Any

import click

from scanner.cli import fixing, options, output, work
from scanner.errors import UsageError


@click.command()
@click.argument("findings", required=False, type=options.FILE)
@click.option(
    "-o", "--output", "file", type=click.Path(dir_okay=False, path_type=Path), help="File for the plan, to be applied."
)
@click.option(
    "--from",
    "source",
    metavar="SOURCE",
    type=click.Path(path_type=Path),
    help="Evidence file or folder to plan on. Default: the live account.",
)
@click.option(
    "--format",
    "formats",
    metavar="NAME[=FILE]",
    multiple=True,
    help="text, markdown, cli (a script), terraform, cloudformation, policy (IAM) or json; repeatable.  [default: text]",
)
@click.option(
    "--state",
    "states",
    type=options.FILE,
    multiple=True,
    help="Terraform state: what it manages is changed there, not here; repeatable.",
)
@click.option(
    "--hours",
    type=click.FloatRange(0.1, 24 * 30),
    default=fixing.HOURS,
    show_default=True,
    help="How long it may be applied.",
)
@click.option("--waivers", type=options.FILE, help="File of [[waiver]] tables: what is waived is left alone.")
@options.reading
@options.choosing
@options.timing
@options.talking
def plan(findings: Path | None, file: Path | None, source: Path | None, **said: Any) -> int:
    """Plan remedies for what fails: of FINDINGS, a JSON report, or of the rules chosen by --rule and its like.

    The plan holds each call, what is there now, what will be, how to take it back, what could break, what the rules
    will say after it, and the exact IAM policy for applying and undoing it. Nothing is changed.

    \b
    casemate fix plan -o plan.json                        everything that fails in the live account
    casemate fix plan report.json -o plan.json            what a report says
    casemate fix plan --rule S3-001 --format markdown     for a review
    casemate fix plan --from account.json.gz --state terraform.tfstate -o plan.json
    """
    from scanner.remedies.grounds import reading_plan  # noqa: PLC0415
    from scanner.remedies.owners import read_state  # noqa: PLC0415

    outputs = _wanted(said["formats"], quiet=said["quiet"] or False)
    only = None
    if findings is not None:
        only, rules = fixing.failing_of(findings)
        said["rule"] = said["rule"] or rules
    chosen = work.choose(said)
    states = [read_state(path) for path in said["states"]]
    evidence, _ = work.get_evidence(source, reading_plan(chosen.rules), chosen.config, said)
    made = fixing.make_plan(chosen, evidence, states, said, only, said["hours"])
    from scanner.remedies.planfile import encode_plan  # noqa: PLC0415

    if file is not None:
        output.write_file(file, encode_plan(made))
    for name, target in outputs:
        content = encode_plan(made) if name == "json" else _rendered(made, name)
        if target is None:
            output.write_out(content)
        else:
            output.write_file(target, content)
    if file is not None and not said["quiet"]:
        click.echo(f"Written to {file}. Next: casemate fix apply {file}", err=True)
    return 0


def _rendered(made: Any, name: str) -> bytes:
    from reports.fix.formats import FORMATS  # noqa: PLC0415

    return FORMATS[name](made, output.columns()).encode("utf-8", "replace")


def _wanted(formats: tuple[str, ...], *, quiet: bool) -> list[tuple[str, Path | None]]:
    from reports.fix.formats import FORMATS  # noqa: PLC0415

    found: list[tuple[str, Path | None]] = []
    for text in formats:
        name, _, target = text.partition("=")
        if name not in (*FORMATS, "json"):
            raise UsageError(f"--format: there is no format {name!r}; choose from {', '.join((*FORMATS, 'json'))}")
        found.append((name, Path(target) if target else None))
    if sum(1 for _, target in found if target is None) > 1:
        raise UsageError("--format: only one can go to standard output; give the others a file (cli=fix.sh)")
    if not found and not quiet:
        found.append(("text", None))
    return found
