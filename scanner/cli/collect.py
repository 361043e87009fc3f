"""`casemate collect`: evidence into a file, nothing judged."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli import options, work

if TYPE_CHECKING:
    from scanner.plan import Gap

_MOST_GAPS = 40


@click.command()
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="File to write.",
)
@options.reading
@options.choosing
@options.talking
def collect(output: Path, **said: Any) -> None:
    """Record the raw API answers that the chosen rules need.

    The file is compressed, checked when it is read, and holds no judgement: scan it later, again, with newer rules, or
    where there are no credentials (`casemate scan FILE`). Calls that failed are recorded with their errors, and named.
    """
    from scanner.evidence import write_evidence  # noqa: PLC0415
    from scanner.inventory import Inventory  # noqa: PLC0415

    chosen = work.choose(said)
    plan = chosen.plan()
    evidence, _ = work.get_evidence(None, plan, chosen.config, said)
    digest = write_evidence(evidence, output)
    gaps = Inventory.of(plan, evidence).gaps
    for line in _told(gaps)[:_MOST_GAPS]:
        click.echo(line, err=True)
    if not said["quiet"]:
        accounts = ", ".join(sorted({scope.account for scope in evidence.targets}))
        click.echo(f"{output}: {len(evidence.answers)} answers of account {accounts}, {len(gaps)} gaps")
        click.echo(f"sha256:{digest}")


def _told(gaps: "Iterable[Gap]") -> list[str]:
    """Return a line for each call and reason, with the places."""
    places: dict[tuple[str, str], dict[str, str]] = {}
    for gap in gaps:
        places.setdefault((gap.call, gap.why.reason.value), {}).setdefault(str(gap.scope), gap.why.detail)
    lines = []
    for (call, reason), found in sorted(places.items()):
        first = next(iter(found))
        more = f" and {len(found) - 1} more places" if len(found) > 1 else ""
        lines.append(f"{call} in {first}{more}: {reason}: {found[first]}")
    return lines
