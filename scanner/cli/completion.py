"""`casemate completion`: the script that makes a shell complete verbs and options."""

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

_SHELLS: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command()
@click.argument("shell", type=click.Choice(list(_SHELLS)))
def completion(shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  casemate completion bash > ~/.local/share/bash-completion/completions/casemate
    zsh:   casemate completion zsh > "${fpath[1]}/_casemate"
    fish:  casemate completion fish > ~/.config/fish/completions/casemate.fish
    """
    root = click.get_current_context().find_root().command
    click.echo(_SHELLS[shell](root, {}, "casemate", "_CASEMATE_COMPLETE").source())
