"""Options that several verbs share, and what they mean together."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from scanner.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
SEVERITIES: Final = ("critical", "high", "medium", "low")

_READING: Final = (
    click.option("--profile", metavar="NAME", default="", help="AWS profile to use."),
    click.option(
        "--region",
        "regions",
        metavar="NAME",
        multiple=True,
        help="Region to read; repeatable. Default: all that are enabled.",
    ),
    click.option("--role-arn", metavar="ARN", default="", help="Role to assume before reading."),
    click.option("--external-id", metavar="TEXT", default="", help="External id for that role."),
    click.option("--expect-account", metavar="ID", default="", help="Refuse to run for any other account."),
)
_CONFIG: Final = click.option(
    "--config", type=FILE, help="Configuration file. Default: casemate.toml here, if there is one."
)
_FROM: Final = click.option(
    "--from",
    "source",
    metavar="SOURCE",
    type=click.Path(path_type=Path),
    help="Evidence file or folder. Default: the live account.",
)
_CHOOSING: Final = (
    click.option(
        "--rule", "rule", metavar="ID", multiple=True, help="Rule id, name or glob; repeatable. Default: all."
    ),
    click.option("--skip", metavar="ID", multiple=True, help="Rule id, name or glob to leave out; repeatable."),
    click.option("--service", metavar="NAME", multiple=True, help="Service whose rules to run; repeatable."),
    click.option("--severity", type=click.Choice(SEVERITIES), help="Least severity of the rules to run."),
    click.option("--framework", metavar="ID", multiple=True, help="Run a framework's rules and assess it; repeatable."),
    click.option(
        "--level", metavar="LEVEL", default="", help="Level of the framework's requirements (for CIS: 1 or 2)."
    ),
    _CONFIG,
)
_REPORTING: Final = (
    click.option(
        "--format",
        "formats",
        metavar="NAME[=FILE]",
        multiple=True,
        help="Report format, to a file or to standard output; repeatable.",
    ),
    click.option("--all", "every", is_flag=True, help="List every verdict, passes and skips too."),
    click.option("--explain-score", is_flag=True, help="Print the arithmetic of the score."),
    click.option(
        "--fail-on", type=click.Choice(SEVERITIES), help="Least severity that makes the exit code 1.  [default: medium]"
    ),
    click.option("--allow-gaps", is_flag=True, help="Do not exit with 3 for what could not be read or decided."),
    click.option("--waivers", type=FILE, help="File of [[waiver]] tables, beside those of the configuration."),
    click.option("--no-color", is_flag=True, help="No colour, even on a terminal."),
)
_TIMING: Final = (
    click.option("--taken-at", metavar="TIME", help="When the evidence was taken, if it does not say so (ISO 8601)."),
    click.option("--now", metavar="TIME", help="Judge ages and waivers as of this moment (ISO 8601)."),
)
_TALKING: Final = (
    click.option(
        "--quiet", "-q", is_flag=True, help="No progress, and nothing on standard output but what --format puts there."
    ),
    click.option("--verbose", "-v", is_flag=True, help="Say on standard error which calls were answered, and how."),
)


def _all(options: tuple[Callable[[F], F], ...]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def querying(function: F) -> F:
    """Add the options of a question about an account: where it is read from."""
    return _all((_FROM, *_READING, _CONFIG, *_TIMING))(function)


def reading(function: F) -> F:
    """Add the options that say whom to read."""
    return _all(_READING)(function)  # click's decorators are typed more loosely


def choosing(function: F) -> F:
    """Add the options that choose rules."""
    return _all(_CHOOSING)(function)


def reporting(function: F) -> F:
    """Add the options that shape a report and its exit code."""
    return _all(_REPORTING)(function)


def timing(function: F) -> F:
    """Add the options about the moment of judgement."""
    return _all(_TIMING)(function)


def talking(function: F) -> F:
    """Add the options about what is said on the way."""
    return _all(_TALKING)(function)


def moment(text: str | None, option: str) -> datetime | None:
    """Return the time that an option names. Raises `UsageError` if it is none."""
    if text is None:
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{option}: {text!r} is no time; write it as 2026-01-31 or 2026-01-31T12:00:00+00:00"
        ) from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
