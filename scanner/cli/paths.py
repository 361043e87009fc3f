"""`casemate paths`: who can become administrator, how, and what would stop it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from scanner.cli import asking, options, work
from scanner.errors import SourceError

if TYPE_CHECKING:
    from scanner.inventory import Inventory
    from scanner.model.access import AccountAccess, EscalationPath
    from scanner.reason.escalation.derive import Examination


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "mermaid"]),
    default="text",
    help="Form of the answer.  [default: text]",
)
@click.option(
    "--fixes",
    type=click.IntRange(min=0),
    default=50,
    metavar="N",
    help="Search the change that closes it for the first N paths of an account.  [default: 50]",
)
@options.querying
def paths(form: str, fixes: int, source: Path | None, **said: Any) -> int:
    """List every principal that is administrator or can become it, with the shortest path first.

    Each hop is told with its technique and the statements that allow it, each path with the smallest change found that
    closes it. A path is potential if the inventory could not show a prerequisite. Exit code 1: there are paths, 3: none,
    but not everything could be read, 0: none.
    """
    found = [_told(access, examination, fixes) for access, examination in _examined(source, said)]
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(_joined(found))).decode())
    else:
        for line in _lines(found) if form == "text" else _mermaid(found):
            asking.say(line)
    if any(told["paths"] for told in found):
        return 1
    return 3 if any(told["undecided"] or told["unread"] for told in found) else 0


def _examined(source: Path | None, said: dict[str, Any]) -> "Iterator[tuple[AccountAccess, Examination]]":
    from scanner.model.access import AccountAccess, Workloads  # noqa: PLC0415 - kinds and reasoning load when asked
    from scanner.model.account import Account  # noqa: PLC0415
    from scanner.model.iam import Policy, UserCredentials  # noqa: PLC0415
    from scanner.model.maybe import UnknownAsked  # noqa: PLC0415
    from scanner.reason.escalation.derive import examine  # noqa: PLC0415

    inventory: Inventory = work.inventory_for([AccountAccess, Workloads, UserCredentials], source, said)
    whys = []
    for account in inventory.listing(Account):
        access = inventory.facet(AccountAccess, account.scope, account.id)
        workloads = inventory.facet(Workloads, account.scope, account.id)
        try:
            policies, credentials = inventory.every(Policy, account), inventory.every(UserCredentials, account)
            yield access, examine(access, policies, credentials, workloads, inventory.moment)
        except UnknownAsked as asked:
            whys.append(f"{account.id}: {asked.why}")
    if whys:
        raise SourceError(f"the policies of an account could not be read ({'; '.join(whys)})")


def _told(access: "AccountAccess", found: "Examination", most: int) -> dict[str, Any]:
    """Return what was found in an account, as JSON has it."""
    from scanner.model.maybe import known  # noqa: PLC0415
    from scanner.reason.escalation.fixes import Fixes  # noqa: PLC0415

    fixes = Fixes(found.search)
    paths = [path for path in found.paths if path.steps]
    arns = {caller.handle: caller.arn for caller in found.search.ground.stacks.callers}
    return {
        "administrators": [_node(path.start, arns) for path in found.paths if not path.steps],
        "paths": [_path(path, fixes.fix(path) if number < most else "", arns) for number, path in enumerate(paths)],
        "undecided": [{**_node(start, arns), "reason": reason} for start, reason in found.undecided],
        "unread": list(known(access.unread)),
        "given": list(known(known(access.above).given)),
    }


def _path(path: "EscalationPath", fix: str, arns: dict[str, str]) -> dict[str, Any]:
    written: dict[str, Any] = {
        "start": _node(path.start, arns),
        "end": _node(path.steps[-1].target, arns),
        "kind": "privilege-escalation",
        "status": path.status,
        "hops": [
            {
                "to": _node(step.target, arns),
                "by": f"{step.technique} ({step.via})" if step.via else step.technique,
                "technique": step.technique,
                "via": step.via,
                "statements": list(step.statements),
                "status": step.status,
            }
            for step in path.steps
        ],
    }
    return written | ({"fix": fix} if fix else {})


def _node(handle: str, arns: dict[str, str]) -> dict[str, str]:
    if handle in arns:
        return {"kind": handle.partition("/")[0], "id": handle.partition("/")[2], "arn": arns[handle]}
    kind, colon, who = handle.partition(": ")
    return {"kind": kind, "id": who} if colon else {"kind": handle, "id": "unrestricted access"}


def _joined(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Join what was found in several accounts."""
    names = ("paths", "administrators", "undecided", "unread", "given")
    return {"schema_version": 1} | {name: [each for told in found for each in told[name]] for name in names}


def _lines(found: list[dict[str, Any]]) -> Iterator[str]:
    told = _joined(found)
    for each in told["administrators"]:
        yield f"administrator: {_name(each)}"
    for path in told["paths"]:
        verb = "become" if "arn" in path["end"] else "get"
        yield f"{path['status']}: {_name(path['start'])} can {verb} {_name(path['end'])}"
        for number, hop in enumerate(path["hops"], 1):
            yield f"  {number}. {hop['by']} → {_name(hop['to'])}"
            yield from (f"     by {statement}" for statement in hop["statements"])
        if "fix" in path:
            yield f"  to close it: {path['fix']}"
    for each in told["undecided"]:
        yield f"undecided: {_name(each)} ({each['reason']})"
    yield from (f"there may be more principals: {each}" for each in told["unread"])
    yield from (f"given that {each}" for each in told["given"])
    if not told["paths"]:
        yield "no principal that is not administrator is known to be able to become it"


def _name(node: dict[str, str]) -> str:
    return node["id"] if "arn" not in node else f"{node['kind']}/{node['id']}"


def _mermaid(found: list[dict[str, Any]]) -> Iterator[str]:
    """Draw the hops of all paths as one graph, each hop once."""
    told = _joined(found)
    yield "graph LR"
    numbers: dict[str, int] = {}
    drawn: dict[str, None] = {}
    for path in told["paths"]:
        here = path["start"]
        for hop in path["hops"]:
            arrow = "-->" if hop["status"] == "confirmed" else "-.->"
            ends = [_drawn(node, numbers) for node in (here, hop["to"])]
            drawn[f'  {ends[0]} {arrow}|"{_plain(hop["technique"])}"| {ends[1]}'] = None
            here = hop["to"]
    yield from drawn


def _drawn(node: dict[str, str], numbers: dict[str, int]) -> str:
    name = node.get("arn") or node["id"]
    number = numbers.setdefault(name, len(numbers))
    return f'n{number}["{_plain(_name(node))}"]'


def _plain(text: str) -> str:
    """Leave out what would end a quoted label."""
    return "".join(character if character.isalnum() or character in "/.:_+=,@- " else "_" for character in text)
