"""`casemate schedule`: a scheduled scan, as files to install: the job, and the read policy beside it."""

import json
import re
import shlex
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import click

from scanner.cli import options, work
from scanner.errors import ReportError, UsageError

POLICY: Final = "casemate-read-policy.json"
_CRON: Final = re.compile(r"[0-9*/,\-]+( [0-9*/,\-A-Za-z]+){4}")
_DAYS: Final = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@click.command()
@click.argument("kind", type=click.Choice(["cron", "systemd", "github"]))
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("casemate-schedule"),
    show_default=True,
    help="Folder to write the files to.",
)
@click.option("--cron", default="17 3 * * *", show_default=True, help="When: five cron fields, in UTC for GitHub.")
@options.reading
@options.choosing
@click.option("--fail-on", type=click.Choice(options.SEVERITIES), help="Least severity that makes the exit code 1.")
@click.option("--waivers", type=options.FILE, help="File of [[waiver]] tables.")
def schedule(kind: str, output: Path, cron: str, **said: Any) -> None:
    """Write a scheduled scan, with the exact read policy beside it.

    \b
    cron     a script, and the crontab line that runs it
    systemd  a service and its timer
    github   a GitHub Actions workflow that assumes a role by OIDC

    The scan is not interactive: it is quiet, keeps evidence and JSON report by date, and its exit code says what
    happened. The other options are passed on to the scan.
    """
    if not _CRON.fullmatch(cron):
        raise UsageError(f"--cron: {cron!r} is not five cron fields, such as '17 3 * * *'")
    chosen = work.choose(said)
    files = _FILES[kind](output.resolve(), cron, said)
    policy = work.policy_for(work.actions_for(chosen.plan()))
    files[POLICY] = json.dumps(policy, indent=2) + "\n"
    for name, text in files.items():
        _write(output / name, text)
        click.echo(f"wrote {output / name}")


def _command(program: str, keep: str, said: dict[str, Any]) -> str:
    words = [program, "scan", "--quiet", "--keep", keep]
    for option, name in _PASSED.items():
        value = said.get(name)
        for item in value if isinstance(value, tuple) else [value] if value else []:
            words += [option, str(item.resolve()) if isinstance(item, Path) else str(item)]
    return shlex.join(words)


_PASSED: Final = {
    "--profile": "profile",
    "--region": "regions",
    "--role-arn": "role_arn",
    "--external-id": "external_id",
    "--expect-account": "expect_account",
    "--rule": "rule",
    "--skip": "skip",
    "--service": "service",
    "--severity": "severity",
    "--framework": "framework",
    "--level": "level",
    "--config": "config",
    "--fail-on": "fail_on",
    "--waivers": "waivers",
}


def _program() -> str:
    """Return the console script by its full path: schedulers have another PATH."""
    beside = Path(sys.executable).with_name("casemate")
    return str(beside) if beside.exists() else shutil.which("casemate") or "casemate"


def _cron(folder: Path, cron: str, said: dict[str, Any]) -> dict[str, str]:
    script = folder / "casemate-scan.sh"
    return {
        script.name: _fill("cron.sh", command=_command(_program(), "reports", said), keep="reports"),
        "casemate.crontab": _fill("crontab", cron=cron, script=shlex.quote(str(script))),
    }


def _systemd(folder: Path, cron: str, said: dict[str, Any]) -> dict[str, str]:
    command = _command(_program(), str(folder / "reports"), said).replace("%", "%%")
    return {
        "casemate-scan.service": _fill("casemate.service", command=command, folder=str(folder)),
        "casemate-scan.timer": _fill("casemate.timer", calendar=calendar_of(cron)),
    }


def _github(_folder: Path, cron: str, said: dict[str, Any]) -> dict[str, str]:
    region = next((name for name in said["regions"] if name != "all"), "us-east-1")
    command = _command("casemate", "reports", said)
    text = _fill("github.yml", cron=cron, region=region, command=command, keep="reports", version=version("casemate"))
    return {"casemate.yml": text}


_FILES: Final = {"cron": _cron, "systemd": _systemd, "github": _github}


def calendar_of(cron: str) -> str:
    """Return five cron fields as a systemd calendar event. Raises `UsageError` for what systemd cannot say."""
    minute, hour, day, month, weekday = cron.split(" ")
    if day != "*" and weekday != "*":
        raise UsageError("--cron: cron runs on either day and systemd on both; set the day of the month or of the week")
    days = re.sub(r"\d", lambda digit: _DAYS[int(digit[0])], weekday).replace("-", "..")
    start = re.sub(r"^\*/(\d+)$", r"0/\1", minute), re.sub(r"^\*/(\d+)$", r"0/\1", hour)
    prefix = "" if weekday == "*" else f"{days} "
    return f"{prefix}*-{month.replace('-', '..')}-{day.replace('-', '..')} {_padded(start[1])}:{_padded(start[0])}:00"


def _padded(field: str) -> str:
    return re.sub(r"\b(\d)\b", r"0\1", field).replace("-", "..")


def _fill(template: str, **values: str) -> str:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only this verb writes from templates here

    text = (Path(__file__).parents[1] / "templates" / template).read_text("utf-8")
    return Environment(undefined=StrictUndefined, keep_trailing_newline=True).from_string(text).render(**values)  # noqa: S701 - no HTML


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        if path.suffix == ".sh":
            path.chmod(0o755)
    except OSError as error:
        raise ReportError(f"cannot write {path}: {error.strerror}") from error
