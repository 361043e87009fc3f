"""``casemate reach``: whether one place of the network can reach another."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import querying

if TYPE_CHECKING:
    from scanner.reason.network.answer import Answer
    from scanner.reason.network.identity import IdentityWay

CODES = {"reachable": 0, "not-reachable": 1, "undecided": 3}


@click.command(
    epilog="Exit codes: 0 reachable · 1 not reachable · 2 a place is unknown or ambiguous, or the source cannot be read "
    "· 3 undecided."
)
@click.argument("source_place", metavar="SOURCE")
@click.argument("target_place", metavar="TARGET[:PORT[/tcp|udp]]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the answer.")
@click.option("--quiet", "-q", is_flag=True, help="No progress.")
@querying
def reach(source_place: str, target_place: str, source: Path | None, form: str, **options: Any) -> int:
    """Tell whether SOURCE can reach TARGET: the way of a packet, or what stops it.

    A place is an id (eni-, i-, subnet-, vpc-, sg-), a name, tag:KEY=VALUE, an address or block of addresses, or
    `internet`. Without a port any traffic counts; a port is of TCP unless it says udp.
    """
    import msgspec  # noqa: PLC0415 - as above

    from scanner.cli.work import inventory_for  # noqa: PLC0415 - keeps the start of other commands light
    from scanner.errors import UsageError  # noqa: PLC0415 - as above
    from scanner.reason.network.answer import Verdict  # noqa: PLC0415 - as above
    from scanner.reason.network.closing import closing_rules  # noqa: PLC0415 - as above
    from scanner.reason.network.estate import KINDS, Estate  # noqa: PLC0415 - as above
    from scanner.reason.network.identity import identity_ways  # noqa: PLC0415 - as above
    from scanner.reason.network.places import PlaceError, place_of, split_port  # noqa: PLC0415 - as above
    from scanner.reason.network.reach import reach as answer_of  # noqa: PLC0415 - as above

    try:
        target, asked = split_port(target_place)
        inventory = inventory_for(KINDS, source, options)
        rows = [row for kind in KINDS for row in inventory.listing(kind)]
        unread = {(kind, at.region): why for kind in KINDS for at, why in inventory.unlisted(kind).items()}
        anywhere = {kind: why for (kind, _), why in unread.items()}
        estate = Estate(rows, lambda kind, region: unread.get((kind, region)) if region else anywhere.get(kind))
        sender, receiver = place_of(source_place, estate), place_of(target, estate)
        answer = answer_of(sender, receiver, asked, estate)
        if answer.verdict is Verdict.REACHABLE:
            proven = closing_rules(answer, asked, estate, lambda other: answer_of(sender, receiver, asked, other))
            answer = msgspec.structs.replace(answer, closing=proven)
        ways = tuple(identity_ways(receiver, asked, estate)) if sender.outside else ()
    except PlaceError as error:
        raise UsageError(str(error)) from error
    _show(answer, ways, form)
    return CODES[answer.verdict.value]


def _show(answer: "Answer", ways: "tuple[IdentityWay, ...]", form: str) -> None:
    import msgspec  # noqa: PLC0415 - as above

    from scanner.cli.output import write_out  # noqa: PLC0415 - as above
    from scanner.model.traffic import traffic_text  # noqa: PLC0415 - as above

    if form == "json":
        body: dict[str, object] = {"schema_version": 1, "verdict": answer.verdict.value, "hops": answer.hops}
        body |= {} if answer.blocker is None else {"blocker": answer.blocker}
        body |= {} if answer.why is None else {"reason": str(answer.why)}
        body |= {"traffic": traffic_text(answer.traffic)} if answer.traffic else {}
        body |= {"note": answer.note} if answer.note else {}
        body |= {"closing": answer.closing} if answer.closing else {}
        body |= {"back": answer.back} if answer.back else {}
        body |= {"others": answer.others} if answer.others else {}
        body |= {"identity": ways} if ways else {}
        write_out(msgspec.json.encode(body) + b"\n")
        return
    lines = [answer.verdict.value + (f": {traffic_text(answer.traffic)}" if answer.traffic else "")]
    lines += [f"  {hop.kind} {hop}" for hop in answer.hops]
    lines += [] if answer.blocker is None else [f"  stopped by {answer.blocker}"]
    lines += [f"  and by {blocker}" for blocker in answer.others]
    if answer.others:
        lines.append(f"  {len(answer.others) + 1} changes keep it from being reachable")
    lines += ["  back:", *(f"    {hop.kind} {hop}" for hop in answer.back)] if answer.back else []
    lines += [] if answer.why is None else [f"  not known: {answer.why}"]
    lines += [f"  {answer.note}"] if answer.note else []
    lines += [f"  not by the network: {way}" for way in ways]
    lines += ["  closed by removing:", *(f"    {rule}" for rule in answer.closing)] if answer.closing else []
    sys.stdout.write("\n".join(_printable(line) for line in lines) + "\n")


def _printable(text: str) -> str:
    """Return the text without control characters: ids and descriptions come from the account."""
    return "".join(character if character.isprintable() else "�" for character in text)
