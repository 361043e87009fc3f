"""`casemate demo`: the whole line on an embedded AWS, without an account."""

import os
from contextlib import suppress
from pathlib import Path
from threading import Event

import click


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("out/demo"),
    show_default=True,
    help="Folder for evidence, JSON and HTML.",
)
@click.option("--serve", is_flag=True, help="Only serve the embedded AWS, seeded, until interrupted.")
@click.option("--no-color", is_flag=True, help="No colour, even on a terminal.")
def demo(*, output: Path, serve: bool, no_color: bool) -> int:
    """Scan a deliberately weak account on an embedded AWS.

    It starts the AWS mock moto in a process of its own, fills it with an account that has most of the usual faults,
    and scans it over HTTP by the same path as a live account. Reports and evidence go to a folder. Nothing leaves this
    machine, and no credentials are needed. Exit code 0 when the demonstration worked, whatever it found.
    """
    from scanner.aws.embedded import embedded_aws  # noqa: PLC0415 - moto is optional and slow to import

    click.echo("starting an embedded AWS with a weak account ...", err=True)
    with embedded_aws() as aws:
        environment = aws.environment()
        if serve:
            click.echo("\n".join(f"export {name}={value}" for name, value in sorted(environment.items())))
            click.echo("serving until interrupted (Ctrl-C) ...", err=True)
            with suppress(KeyboardInterrupt):
                Event().wait()
            return 0
        os.environ.update(environment)
        return _scan(output, no_color=no_color)


def _scan(output: Path, *, no_color: bool) -> int:
    from scanner.cli.collect import collect  # noqa: PLC0415
    from scanner.cli.scan import scan  # noqa: PLC0415

    output.mkdir(parents=True, exist_ok=True)
    evidence = output / "evidence.json.gz"
    colour = ["--no-color"] if no_color else []
    collect.main(["-o", str(evidence)], prog_name="casemate collect", standalone_mode=False)
    formats = [f"--format=json={output / 'report.json'}", f"--format=html={output / 'report.html'}", "--format=text"]
    scan.main([str(evidence), *formats, *colour], prog_name="casemate scan", standalone_mode=False)
    click.echo(f"\nopen {output / 'report.html'}; scan it again with: casemate scan {evidence}", err=True)
    return 0
