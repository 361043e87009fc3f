"""`casemate fix status`: how far journals went."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.errors import SourceError

if TYPE_CHECKING:
    from scanner.remedies.journal import Record


@click.command()
@click.argument("journals", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--verbose", "-v", is_flag=True, help="Tell each step.")
def status(journals: tuple[Path, ...], *, verbose: bool) -> int:
    """Tell how far JOURNALS went: files, or folders of *.journal.jsonl. Default: the current folder.

    Each is checked: a journal that was changed or cannot be read is named. Exit code 0 if every journal came to its end
    with all its steps verified or taken back, 4 if one is unfinished or failed, 2 if one is refused.
    """
    from scanner.remedies.journal import read_journal  # noqa: PLC0415

    files = [
        file
        for path in (journals or (Path(),))
        for file in (sorted(path.glob("*.journal.jsonl")) if path.is_dir() else [path])
    ]
    if not files:
        click.echo("no journal here")
        return 0
    worst = 0
    for file in files:
        try:
            record = read_journal(file)
        except SourceError as error:
            click.echo(f"{file}: refused: {error}")
            worst = 2
            continue
        worst = max(worst, _tell(file, record, verbose=verbose), key=(0, 4, 2).index)
    return worst


def _tell(file: Path, record: "Record", *, verbose: bool) -> int:
    chosen = record.opened.get("chosen") or sorted(record.steps)
    states = {number: _state(record, number) for number in chosen}
    counts = Counter(states.values())
    summary = ", ".join(f"{count} {state.lower().replace('_', ' ')}" for state, count in sorted(counts.items()))
    end = "ended" if record.is_closed else "not ended: run casemate fix apply with its plan again, or casemate fix undo"
    click.echo(f"{file}: account {record.account}, plan {record.plan_sha256[:12]}: {summary}; {end}")
    for number, state in states.items():
        if verbose or state not in ("VERIFIED", "UNDONE", "ROLLED_BACK"):
            entry = record.last(number)
            why = "" if entry is None else entry.said.get("why", "")
            step = record.steps.get(number)
            named = "" if step is None else f"{step.rule} {step.title}"
            click.echo(f"  {number:>3}  {state:<15} {named}{f': {why}' if why else ''}")
    return 0 if set(counts) <= {"VERIFIED", "UNDONE"} and record.is_closed else 4


def _state(record: "Record", number: int) -> str:
    entry = record.last(number)
    return "NOT BEGUN" if entry is None else entry.event.value
