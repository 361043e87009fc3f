"""`casemate permissions`: the least-privilege policy of a scan."""

import json
from typing import Any

import click

from scanner.cli import options, work


@click.command()
@options.choosing
@click.option("--actions", is_flag=True, help="Print the actions only, one a line.")
def permissions(*, actions: bool, **said: Any) -> None:
    """Print the IAM policy that a scan with the chosen rules needs: these actions, and no other.

    It needs no account. All actions only read; they take no narrower resource, because a scan lists what is there.
    """
    chosen = work.choose(said)
    needed = work.actions_for(chosen.plan())
    if actions:
        click.echo("\n".join(needed))
        return
    click.echo(json.dumps(work.policy_for(needed), indent=2))
