"""`casemate paths`: how the internet comes to what is worth protecting, who can become administrator, and what stops it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from scanner.cli import asking, options, work
from scanner.errors import SourceError

ESCALATION: Final = "privilege-escalation"
_MOST_LABEL: Final = 60

if TYPE_CHECKING:
    from scanner.inventory import Inventory
    from scanner.model.access import AccountAccess, EscalationPath
    from scanner.model.attack import AttackPaths
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
    """Tell how attackers come to what is worth protecting, and what stops them.

    An attack path leads from the internet, over networks, weaknesses, open policies and identities, to unrestricted
    access or to sensitive data. After these, every principal that is administrator or can become it is listed. Each
    step is told with what allows it, each path with a change that closes it; changes that close several come first. A
    path is potential if a step of it is not certain. Exit code 1: there are paths, 3: none, but not everything could
    be read, 0: none.
    """
    inventory = _inventory(source, said)
    attacks = list(_attacks(inventory))
    found = [_told(access, examination, fixes) for access, examination in _examined(inventory)]
    joined = _joined(attacks, found)
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(joined)).decode())
    elif form == "mermaid":
        for line in _mermaid(joined):
            asking.say(line)
    else:
        _show(attacks, joined)
    if joined["paths"]:
        return 1
    return 3 if joined["undecided"] or joined["unread"] or joined["open_questions"] else 0


def _inventory(source: Path | None, said: dict[str, Any]) -> "Inventory":
    from scanner.model.access import AccountAccess, Workloads  # noqa: PLC0415 - kinds and reasoning load when asked
    from scanner.model.attack import AttackPaths  # noqa: PLC0415
    from scanner.model.iam import UserCredentials  # noqa: PLC0415

    return work.inventory_for([AttackPaths, AccountAccess, Workloads, UserCredentials], source, said)


def _attacks(inventory: "Inventory") -> "Iterator[AttackPaths]":
    """Yield the attack paths of each account; where they are not known, the reason is told with the escalations.

    None are told of a source that holds no answer about network, compute or data: then it is asked for escalations.
    """
    from scanner.model.account import Account  # noqa: PLC0415
    from scanner.model.attack import AttackPaths  # noqa: PLC0415
    from scanner.model.lambda_ import Function  # noqa: PLC0415
    from scanner.model.maybe import Reason, why_unknown  # noqa: PLC0415
    from scanner.model.s3 import Bucket  # noqa: PLC0415
    from scanner.model.vpc import NetworkInterface  # noqa: PLC0415

    regions = any(not scope.is_global for scope in inventory.targets)
    missed = {
        kind: {at.account for at, why in inventory.unlisted(kind).items() if why.reason is Reason.NOT_COLLECTED}
        for kind in (NetworkInterface, Function, Bucket)
    }
    for account in inventory.listing(Account):
        asked = [kind for kind in missed if regions or not kind.regional]
        if all(account.id in missed[kind] for kind in asked):
            continue
        facet = inventory.facet(AttackPaths, account.scope, account.id)
        if why_unknown(facet.paths) is None:
            yield facet


def _examined(inventory: "Inventory") -> "Iterator[tuple[AccountAccess, Examination]]":
    from scanner.model.access import AccountAccess, EscalationSearch  # noqa: PLC0415
    from scanner.model.account import Account  # noqa: PLC0415
    from scanner.model.maybe import UnknownAsked, known  # noqa: PLC0415

    whys = []
    for account in inventory.listing(Account):
        search = inventory.facet(EscalationSearch, account.scope, account.id)
        try:
            yield inventory.facet(AccountAccess, account.scope, account.id), known(search.examination)
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
        "kind": ESCALATION,
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


def _joined(attacks: "list[AttackPaths]", found: list[dict[str, Any]]) -> dict[str, Any]:
    """Join what was found in several accounts: attack paths first, then escalations."""
    from reports.paths import choke_entries, path_entries  # noqa: PLC0415 - only this verb needs them
    from scanner.model.maybe import known  # noqa: PLC0415

    entries = [entry for one in attacks for entry in path_entries(known(one.paths), known(one.chokes))]
    names = ("administrators", "undecided", "unread", "given")
    joined = {name: [each for told in found for each in told[name]] for name in names}
    return {
        "schema_version": 1,
        "paths": [*msgspec.to_builtins(entries), *(path for told in found for path in told["paths"])],
        "chokes": msgspec.to_builtins([entry for one in attacks for entry in choke_entries(known(one.chokes))]),
        **joined,
        "open_questions": [question for one in attacks for question in known(one.open_questions)],
    }


def _show(attacks: "list[AttackPaths]", joined: dict[str, Any]) -> None:
    from reports.entries import AttackPath, ChokeEntry  # noqa: PLC0415 - only this form needs them
    from reports.terminal import written  # noqa: PLC0415
    from reports.text_paths import listed  # noqa: PLC0415

    entries = msgspec.convert([path for path in joined["paths"] if path["kind"] != ESCALATION], list[AttackPath])
    chokes = tuple(msgspec.convert(joined["chokes"], list[ChokeEntry]))
    if not attacks:
        asking.say("attack paths are not told: nothing of network, compute and data was read")
    else:
        click.echo(written(listed(entries, chokes), width=shutil.get_terminal_size((100, 24)).columns, color=False))
    for line in _lines(joined):
        asking.say(line)


def _lines(told: dict[str, Any]) -> Iterator[str]:
    for each in told["administrators"]:
        yield f"administrator: {_name(each)}"
    escalations = [path for path in told["paths"] if path["kind"] == ESCALATION]
    for path in escalations:
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
    yield from (f"there may be more attack paths: {each}" for each in told["open_questions"])
    yield from (f"given that {each}" for each in told["given"])
    if not escalations:
        yield "no principal that is not administrator is known to be able to become it"


def _name(node: dict[str, str]) -> str:
    if node["kind"] == "admin":
        return "unrestricted access"
    return node["id"] if "arn" not in node else f"{node['kind']}/{node['id']}"


def _mermaid(told: dict[str, Any]) -> Iterator[str]:
    """Draw the hops of all paths as one graph, each hop once."""
    yield "graph LR"
    numbers: dict[str, int] = {}
    drawn: dict[str, None] = {}
    for path in told["paths"]:
        here = path["start"]
        for hop in path["hops"]:
            arrow = "-->" if hop.get("status") == "confirmed" else "-.->"
            ends = [_drawn(node, numbers) for node in (here, hop["to"])]
            drawn[
                f'  {ends[0]} {arrow}|"{_plain(hop.get("technique") or hop["by"].partition(" (")[0])[:_MOST_LABEL]}"| {ends[1]}'
            ] = None
            here = hop["to"]
    yield from drawn


def _drawn(node: dict[str, str], numbers: dict[str, int]) -> str:
    name = f"{node['kind']} {node['id']} {node.get('arn', '')}"
    number = numbers.setdefault(name, len(numbers))
    return f'n{number}["{_plain(_name(node))}"]'


def _plain(text: str) -> str:
    """Leave out what would end a quoted label."""
    return "".join(character if character.isalnum() or character in "/.:_+=,@- " else "_" for character in text)
