"""`casemate can`: may a principal do this, by which statements, and under which conditions."""

from pathlib import Path
from typing import Any

import click
import msgspec

from scanner.cli import asking, options


@click.command()
@click.argument("principal")
@click.argument("action")
@click.argument("resource", default="*")
@asking.CONTEXT
@asking.FORMAT
@options.querying
def can(  # noqa: PLR0917 - click passes by name
    principal: str, action: str, resource: str, context: tuple[str, ...], form: str, source: Path | None, **said: Any
) -> int:
    """Decide whether PRINCIPAL may do ACTION on RESOURCE.

    PRINCIPAL is an ARN (also of a role session), role/NAME or user/NAME; ACTION is service:Action; RESOURCE an ARN. Patterns of ACTION and
    RESOURCE ask whether anything that they cover is allowed. Exit code 0: allowed (perhaps under conditions, which are
    then said), 1: not allowed, 3: undecided.
    """
    asking.check_action(action)
    told = asking.context_of(context)
    asked, caller = asking.caller_named(asking.accounts(source, said, action), principal)
    judgement = asking.judge(asked, caller, action, resource, told, name=principal)
    given = list(asked.resources.given)
    if form == "json":
        written: dict[str, Any] = {"schema_version": 1, "principal": principal, "action": action, "resource": resource}
        written |= asking.entry(judgement) | {"given": given}
        click.echo(msgspec.json.format(msgspec.json.encode(written)).decode())
    else:
        under = ", under conditions" if judgement.needed else ""
        asking.say(f"{judgement.decision}{under}: {principal} {action} {resource}")
        for line in asking.lines(judgement):
            asking.say(line)
        for each in given:
            asking.say(f"  given that {each}")
    return {"allowed": 0, "undecided": 3}.get(judgement.decision, 1)
