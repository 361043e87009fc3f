"""`casemate fix`: plan, apply and undo remedies. What each does stands in a module of its own, imported when it is run."""

from importlib import import_module
from typing import Final

import click

_VERBS: Final = {
    "plan": "Plan remedies for what fails: calls, checks, effect, permissions. Changes nothing.",
    "apply": "Apply a plan, step by step, with a journal.",
    "undo": "Take back what a journal says was done.",
    "status": "Tell how far plans and journals went.",
}


class _FixVerbs(click.Group):
    """A group whose commands are imported when they are run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the verbs in the order of their use."""
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import a verb's command."""
        if cmd_name not in _VERBS:
            return None
        command: click.Command = getattr(import_module(f"scanner.cli.fix_{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the verbs with their lines."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_VERBS.items()))


@click.group(cls=_FixVerbs)
def fix() -> None:
    """Put right what fails: plan, review, apply, verify, and undo if need be.

    A plan says each call, what it rests on, what it changes, what could break, how it is taken back, and what the
    rules will say then. Applying makes exactly these calls: it looks before each, writes a journal, looks again, asks
    the rule again, and takes back what it cannot verify.

    \b
    casemate fix plan -o plan.json                    look at it; nothing is changed
    casemate fix apply plan.json                      asks for each class of steps
    casemate fix undo plan.journal.jsonl

    \b
    Class A takes nothing away that anybody uses; it may run unattended.
    Class B may break something: it needs somebody's yes, or the plan's digest (--approve).
    Class C is for people: written as a script or a patch, never run.
    """
