"""`casemate who-can`: the principals that may do something, each with a request that shows it."""

from pathlib import Path
from typing import Any

import click
import msgspec

from scanner.cli import asking, options


@click.command()
@click.argument("action")
@click.argument("resource", default="*")
@asking.CONTEXT
@asking.FORMAT
@options.querying
def who_can(action: str, resource: str, context: tuple[str, ...], form: str, source: Path | None, **said: Any) -> int:
    """List the principals that may do ACTION on RESOURCE, and under which conditions.

    Those outside of the account that a policy of the resource lets in are listed too, under the conditions of the
    request that is shown for them. Each answer comes with the statements that decide and a request that is allowed.
    Principals for which it could not be decided are listed as such, and then the exit code is 3; else it is 0.
    """
    asking.check_action(action)
    told = asking.context_of(context)
    found = []
    given: dict[str, None] = {}
    unread: dict[str, None] = {}
    for asked in asking.accounts(source, said, action):
        for caller in (None, *asked.stacks.callers):
            judgement = asking.judge(asked, caller, action, resource, told)
            if judgement.decision in {"allowed", "undecided"}:
                found.append((asking.arn_of(asked, caller), judgement))
        outside, doubts = asking.outsiders(asked, action, resource, told)
        found += outside
        given |= asked.resources.given
        unread |= dict.fromkeys((*asked.stacks.unread(), *doubts))
    if form == "json":
        principals = [{"principal": arn, **asking.entry(judgement)} for arn, judgement in found]
        written = {"principals": principals, "given": list(given), "unread": list(unread)}
        click.echo(msgspec.json.format(msgspec.json.encode(written)).decode())
    else:
        for arn, judgement in found:
            asking.say(f"{judgement.decision}{', under conditions' if judgement.needed else ''}: {arn}")
            for line in asking.lines(judgement):
                asking.say(line)
        for each in given:
            asking.say(f"given that {each}")
        for each in unread:
            asking.say(f"there may be more principals: {each}")
    return 3 if unread or any(judgement.decision == "undecided" for _, judgement in found) else 0
