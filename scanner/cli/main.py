"""The console script: argv to one command, errors to exit codes. The only module that exits."""

import gc
import os
import sys
import traceback
from importlib import import_module
from types import TracebackType
from typing import Final

import click

from scanner.errors import CasemateError

VERBS: Final = {
    "scan": "Audit an account, evidence or a folder of AWS CLI output, and report.",
    "gate": "Judge a change of infrastructure as code: what it brings, worsens and fixes.",
    "collect": "Record an account's evidence into a file, without judging it.",
    "report": "Render a JSON report in another format.",
    "diff": "Compare two reports or evidence files: new, fixed and changed findings.",
    "fix": "Put right what fails: plan, apply, undo.",
    "rules": "List, explain and start rules.",
    "frameworks": "List compliance frameworks, and show how rules cover one.",
    "can": "Decide whether a principal may do something, and why.",
    "who-can": "List the principals that may do something.",
    "paths": "Tell how attackers come to what is worth protecting, and what stops them.",
    "reach": "Tell whether one place of the network can reach another, and by which way.",
    "permissions": "Print the exact IAM policy that a scan needs.",
    "lint": "Check IAM policies, or compare what they allow with a reference policy.",
    "simulate": "Decide IAM requests given as JSON lines with their policies.",
    "checkov": "Install checkov, the external engine of scan and gate, apart from Casemate.",
    "schedule": "Write a scheduled scan: cron, systemd or GitHub Actions.",
    "doctor": "Check identity, endpoint, regions, permissions and versions.",
    "demo": "Scan an embedded AWS with a deliberately weak account.",
    "completion": "Print the shell completion script.",
}
"""Every verb with its line in `--help`, so that help imports none of them."""


class Verbs(click.Group):
    """A group whose commands are imported when they are run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the verbs in the order of their use."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import a verb's command."""
        if cmd_name not in VERBS:
            return None
        module = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"scanner.cli.{module}"), module)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the verbs with their lines."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 clean · 1 findings at or above the threshold · 2 usage, configuration or unreadable input · "
    "3 incomplete, with nothing at the threshold · 4 a remedy failed.",
)
@click.version_option(package_name="casemate", prog_name="casemate")
def casemate() -> None:
    """Audit, score and harden AWS accounts.

    Casemate reads an account over the AWS APIs (or recorded evidence, or a folder of AWS CLI output), judges it by
    rules that cannot mistake the unknown for a pass, and reports a score that can be trusted.
    """


_ALLOCATIONS: Final = 200_000
"""Allocations between two looks for cycles of garbage: a scan makes millions of values and hardly a cycle."""


def main() -> None:
    """Run the command line and exit with its code."""
    gc.set_threshold(_ALLOCATIONS)
    sys.excepthook = _defect
    _check_neighbours()
    try:
        code = casemate.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        click.echo("casemate: interrupted", err=True)
        sys.exit(130)
    except CasemateError as error:
        click.echo(f"casemate: {_printable(str(error))}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)


def _printable(text: str) -> str:
    """Return the text without control characters: an error may quote a file's content."""
    return "".join(character if character.isprintable() or character == "\n" else "�" for character in text)


def _check_neighbours() -> None:
    """Refuse to run with another distribution's `rules` or `reports`: the names are generic, and code is trusted by them."""
    from pathlib import Path  # noqa: PLC0415

    home = Path(__file__).resolve().parents[2]
    from importlib.util import find_spec  # noqa: PLC0415

    for name in ("rules", "reports"):
        spec = find_spec(name)
        found = Path(spec.origin).resolve().parent.parent if spec is not None and spec.origin else None
        if found != home:
            where = found / name if found else "nowhere"
            click.echo(
                f"casemate: the package `{name}` was found in {where}, not beside `scanner` in {home}. "
                "Install casemate in an environment of its own.",
                err=True,
            )
            sys.exit(2)


def _defect(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Report a defect of casemate itself; exit code 2, for nothing was found to be clean."""
    traceback.print_exception(kind, error, trace)
    click.echo("casemate: this is a defect of casemate; please report it with the lines above", err=True)
    sys.stderr.flush()
    os._exit(2)
