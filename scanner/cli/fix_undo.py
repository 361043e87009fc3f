"""`casemate fix undo`: take back what a journal says was done."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli import fixing, options, work
from scanner.errors import CredentialsError, RemedyError

if TYPE_CHECKING:
    from scanner.remedies.journal import Record


@click.command()
@click.argument("journal", type=options.FILE)
@click.option(
    "--step", "numbers", type=int, multiple=True, help="Only this step, and those that rest on it; repeatable."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--patience",
    type=click.FloatRange(0.1, 3600),
    default=60.0,
    show_default=True,
    help="Seconds until a change shows.",
)
@options.reading
@click.option("--config", type=options.FILE, help="Configuration file. Default: casemate.toml here, if there is one.")
@options.talking
def undo(journal: Path, **said: Any) -> int:
    """Take back the steps of JOURNAL that took effect, the last first.

    A step is taken back only if everything is as the step left it: what somebody changed since stays, and is named. The
    journal is checked first; one that was changed or cannot be read is refused. Run it again after an interruption.

    Exit code 0 if all is taken back, 4 if something could not be, 2 if the journal is refused.
    """
    from scanner.aws.session import open_session  # noqa: PLC0415
    from scanner.config import load_config  # noqa: PLC0415
    from scanner.evidence import Evidence  # noqa: PLC0415
    from scanner.remedies.grounds import ground_for  # noqa: PLC0415
    from scanner.remedies.journal import account_lock, open_journal, read_journal  # noqa: PLC0415
    from scanner.remedies.undo import undo_steps  # noqa: PLC0415
    from scanner.remedies.wire import Wire  # noqa: PLC0415
    from scanner.remedies.work import Work  # noqa: PLC0415

    record = read_journal(journal)
    steps = tuple(record.steps[number] for number in sorted(_chosen(record, said["numbers"])))
    if not said["yes"]:
        click.confirm(f"Take back what {journal} says was done in account {record.account}?", abort=True, err=True)
    config = load_config(said["config"])
    said["expect_account"] = said["expect_account"] or record.account
    with account_lock(record.partition, record.account):
        session = open_session(work.access_of(config, said))
        if session.partition != record.partition:
            raise CredentialsError(f"the journal is of partition {record.partition}")
        with open_journal(journal) as kept:
            nothing = Evidence(targets=(), taken_at=None)
            work_ = Work(
                journal=kept,
                wire=Wire(session, said["patience"]),
                ground=ground_for((), nothing, config, {}),
                rules={},
                tell=lambda *told: None if said["quiet"] else fixing.said_of(*told),
                refresh=lambda: nothing,
            )
            done = undo_steps(steps, work_)
    if work_.stopped:
        click.echo(f"Stopped: {work_.stopped}", err=True)
    return 0 if done else RemedyError.exit_code


def _chosen(record: "Record", numbers: tuple[int, ...]) -> set[int]:
    """Return the steps to be taken back: with a step those that rest on it, for they rest on what it made."""
    if not numbers:
        return set(record.steps)
    chosen = set(numbers) & set(record.steps)
    if missing := sorted(set(numbers) - chosen):
        raise click.BadParameter(f"the journal has no step {missing[0]}", param_hint="--step")
    for number, step in sorted(record.steps.items()):
        if set(step.rests_on) & chosen:
            chosen.add(number)
    return chosen
