"""`casemate completion`: the script that makes a shell complete verbs and options."""

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  casemate completion bash > ~/.local/share/bash-completion/completions/casemate
    zsh:   casemate completion zsh > "${fpath[1]}/_casemate"
    fish:  casemate completion fish > ~/.config/fish/completions/casemate.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None, "click knows the shells above"
    root = click.get_current_context().find_root().command
    click.echo(kind(root, {}, "casemate", "_CASEMATE_COMPLETE").source())
