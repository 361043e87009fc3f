"""`casemate checkov`: the external engine's private environment."""

import click


@click.group(context_settings={"max_content_width": 100})
def checkov() -> None:
    """Install checkov, the external engine of scan and gate, apart from Casemate."""


@checkov.command()
def install() -> int:
    """Make checkov's private environment from requirements that are pinned by hash, if it is not there.

    It lies below the user's cache (CASEMATE_CACHE or XDG_CACHE_HOME name another), and nothing else is changed.
    """
    from scanner.iac.checkov_environment import install as make  # noqa: PLC0415

    click.echo(f"checkov is at {make().place}")
    return 0
