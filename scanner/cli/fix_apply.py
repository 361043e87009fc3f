"""`casemate fix apply`: the steps of a plan, each looked at before and after; or class A of some rules, unattended."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from scanner.cli import fixing, options, output, work
from scanner.errors import CredentialsError, RemedyError, UsageError
from scanner.model.glob import matches

if TYPE_CHECKING:
    from scanner.aws.session import Session
    from scanner.evidence import Evidence
    from scanner.remedies.journal import Journal
    from scanner.remedies.planfile import FixPlan, PlannedStep

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("plan", required=False, type=options.FILE)
@click.option("--yes", is_flag=True, help="Apply class A without asking; class B too, if the plan is approved.")
@click.option("--approve", metavar="SHA256", default="", help="Approve exactly the plan with this digest, class B too.")
@click.option("--force", is_flag=True, help="Also change what infrastructure as code or its owner sets.")
@click.option("--unattended", is_flag=True, help="Plan and apply class A of the rules that [remediate] names.")
@click.option("--journal", type=_FILE, help="File of the journal.  [default: beside the plan]")
@click.option("--max-resources", type=click.IntRange(1), help="Refuse a plan for more resources.  [default: 100]")
@click.option("--max-percent", type=click.FloatRange(0.1, 100), help="Refuse a plan for a larger part of those judged.")
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
def apply(plan: Path | None, **said: Any) -> int:
    """Apply PLAN: exactly its calls, and never a new plan.

    Before the first call it looks at everything that the plan rests on; if anything changed since, it stops (CONFLICT)
    and changes nothing. Then, step by step: intent into the journal, the call, a look until it shows, the rule once
    more. What cannot be verified is taken back, and everything stops. Run it again with the same plan to go on after an
    interruption. With --role-arn the role gets the plan's IAM policy as its session policy, and so can do nothing else.

    Exit code 0 if all chosen steps are verified, 4 if one failed or conflicts, 2 if nothing could be begun.
    """
    if said["unattended"]:
        return _unattended(plan, said)
    if plan is None:
        raise UsageError("name the plan: casemate fix apply plan.json (or --unattended)")
    from scanner.remedies.planfile import read_plan, refuse_expired  # noqa: PLC0415

    made = read_plan(plan)
    if said["approve"] and said["approve"].lower() != made.sha256:
        raise UsageError(
            f"{plan} has the digest {made.sha256}, and --approve says {said['approve']}: it is another plan"
        )
    refuse_expired(made)
    journal = said["journal"] or fixing.journal_of(plan)
    steps = _chosen_steps(made, journal, said)
    if not steps:
        click.echo("nothing was chosen, so nothing is changed", err=True)
        return 0
    fixing.refuse_too_many(steps, made.judged, said["max_resources"] or 100, said["max_percent"] or 100)
    return _run(made, steps, journal, said)


def _chosen_steps(made: "FixPlan", journal: Path, said: dict[str, Any]) -> "tuple[PlannedStep, ...]":
    """Ask about each class, unless the command line or an earlier run answered."""
    from scanner.remedies.journal import read_journal  # noqa: PLC0415
    from scanner.remedy import Safety  # noqa: PLC0415

    free = [step for step in made.steps if said["force"] or step.owner is None]
    _tell_owned(made, said)
    if journal.exists():
        begun = read_journal(journal)
        if begun.plan_sha256 != made.sha256:
            raise UsageError(f"{journal} is the journal of another plan; name another by --journal")
        chosen = begun.opened.get("chosen")
        numbers = set(chosen) if isinstance(chosen, list) else {step.number for step in made.steps}
        return tuple(step for step in free if step.number in numbers)
    approved = bool(said["approve"])
    wanted: list[PlannedStep] = []
    for safety in (Safety.A, Safety.B):
        steps = [step for step in free if step.safety is safety]
        if steps and _agreed(steps, safety.value, approved=approved, yes=said["yes"]):
            wanted += steps
    return tuple(sorted(wanted, key=lambda step: step.number))


def _tell_owned(made: "FixPlan", said: dict[str, Any]) -> None:
    for step in made.steps:
        if step.owner is not None and not said["force"]:
            said_why = f"{step.owner.system} sets {step.subject.id} ({step.owner.detail})"
            click.echo(f"{step.number:>3}  REFUSED      {step.title}: {said_why}; --force overrides", err=True)
    if any(step.owner is not None for step in made.steps) and not said["force"]:
        click.echo(
            "     Put it right where it is set: casemate fix plan --format terraform (or cloudformation)", err=True
        )


def _agreed(steps: "list[PlannedStep]", name: str, *, approved: bool, yes: bool) -> bool:
    if approved or (yes and name == "A"):
        return True
    if yes:
        click.echo(
            f"{_counted(steps)} of class {name} are left out: --yes is for class A; approve by --approve SHA256",
            err=True,
        )
        return False
    try:
        return _ask(steps, name)
    except click.Abort as nobody:
        raise UsageError(
            f"nobody is there to say yes to class {name}; use --yes (class A) or --approve SHA256 (all)"
        ) from nobody


def _counted(steps: "list[PlannedStep]") -> str:
    return "this step" if len(steps) == 1 else f"these {len(steps)} steps"


def _ask(steps: "list[PlannedStep]", name: str) -> bool:
    click.echo(f"Class {name}:", err=True)
    for step in steps:
        click.echo(f"{step.number:>3}  {step.rule}  {step.title}  ({step.why})", err=True)
    return click.confirm(f"Apply {_counted(steps)} of class {name}?", err=True)


def _run(made: "FixPlan", steps: "tuple[PlannedStep, ...]", journal: Path, said: dict[str, Any]) -> int:
    from scanner.config import load_config  # noqa: PLC0415
    from scanner.registry import load_rules  # noqa: PLC0415
    from scanner.remedies.apply import apply_steps  # noqa: PLC0415
    from scanner.remedies.grounds import ground_for  # noqa: PLC0415
    from scanner.remedies.journal import account_lock  # noqa: PLC0415
    from scanner.remedies.wire import Wire  # noqa: PLC0415
    from scanner.remedies.work import Work  # noqa: PLC0415

    config = load_config(said["config"])
    rules = fixing.rules_of(made.rules, load_rules())
    with account_lock(made.partition, made.account):
        session, read = _reading(made, steps, config, rules, said)
        evidence = read()
        with _journal(made, steps, journal, session) as kept:
            plan_options = {name: msgspec.convert(value, dict[str, Any]) for name, value in made.options.items()}
            work_ = Work(
                journal=kept,
                wire=Wire(session, said["patience"]),
                ground=ground_for(tuple(rules.values()), evidence, config, _tuples(plan_options)),
                rules=rules,
                tell=lambda *told: None if said["quiet"] else fixing.said_of(*told),
                refresh=read,
            )
            done = apply_steps(steps, work_)
    if work_.stopped:
        click.echo(f"Stopped: {work_.stopped}", err=True)
    click.echo(f"Journal: {journal}. To take it back: casemate fix undo {journal}", err=True)
    return 0 if done else RemedyError.exit_code


def _tuples(options_: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return options as rules take them: JSON has lists where these are tuples."""
    return {
        rule: {name: tuple(value) if isinstance(value, list) else value for name, value in chosen.items()}
        for rule, chosen in options_.items()
    }


def _reading(
    made: "FixPlan", steps: "tuple[PlannedStep, ...]", config: Any, rules: Any, said: dict[str, Any]
) -> "tuple[Session, Callable[[], Evidence]]":
    """Open the account. Returns the session, and what reads the facts that the plan's rules need, as they are now."""
    from scanner.aws.live import collect_by  # noqa: PLC0415
    from scanner.aws.session import open_session  # noqa: PLC0415
    from scanner.remedies.grounds import reading_plan  # noqa: PLC0415

    said = {**said, "expect_account": said["expect_account"] or made.account}
    regions = sorted({step.subject.region for step in steps} - {"", "global"} | set(made.regions))
    said["regions"] = said["regions"] or tuple(regions)
    access = work.access_of(config, said)
    if access.role_arn:
        access = msgspec.structs.replace(access, session_policy=_session_policy(made))
    session = open_session(access)
    if (session.partition, session.account) != (made.partition, made.account):
        raise CredentialsError(
            f"the plan is for account {made.account}, and these credentials are of {session.account}"
        )
    plan = reading_plan(tuple(rules.values()))

    def read() -> "Evidence":
        with work.progress(quiet=said["quiet"]) as shown:
            return collect_by(session, access, plan, shown, work.tool())

    return session, read


def _session_policy(made: "FixPlan") -> str:
    """Return the plan's policy as a session policy: exact if it fits, else of the same actions on any resource."""
    from scanner.remedies.permissions import MOST_SESSION_POLICY  # noqa: PLC0415

    exact = json.dumps(made.policy, separators=(",", ":"))
    if len(exact) <= MOST_SESSION_POLICY:
        return exact
    actions = sorted({action for statement in made.policy["Statement"] for action in statement["Action"]})
    wide = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
    text = json.dumps(wide, separators=(",", ":"))
    if len(text) > MOST_SESSION_POLICY:
        raise UsageError(
            f"the plan needs {len(actions)} actions, more than a session policy can name; plan fewer rules at once (--rule)"
        )
    return text


def _journal(made: "FixPlan", steps: "tuple[PlannedStep, ...]", path: Path, session: "Session") -> "Journal":
    from scanner.remedies.journal import create_journal, open_journal  # noqa: PLC0415

    if path.exists():
        return open_journal(path, made)
    return create_journal(path, made, session.arn, work.tool(), [step.number for step in steps])


def _unattended(plan: Path | None, said: dict[str, Any]) -> int:
    """Plan the rules that configuration names, and apply what is of class A and nobody else's."""
    from scanner.remedies.grounds import reading_plan  # noqa: PLC0415
    from scanner.remedies.planfile import encode_plan  # noqa: PLC0415
    from scanner.remedy import Safety  # noqa: PLC0415

    if plan is not None or said["approve"] or said["force"]:
        raise UsageError(
            "--unattended makes its own plan, of class A only: it takes no PLAN, no --approve and no --force"
        )
    chosen = work.choose({**said, "rule": ()})
    policy = chosen.config.remediate
    if not policy.rules:
        raise UsageError("--unattended needs [remediate] rules in casemate.toml: the rules that may be put right alone")
    rules = tuple(rule for rule in chosen.every if any(matches(name.upper(), rule.id) for name in policy.rules))
    if not rules:
        raise UsageError(f"[remediate] rules names no rule that is installed: {', '.join(policy.rules)}")
    chosen = msgspec.structs.replace(chosen, rules=rules, partial=True)
    evidence, _ = work.get_evidence(None, reading_plan(rules), chosen.config, said)
    made = fixing.make_plan(chosen, evidence, (), said)
    steps = _harmless(made, Safety.A)
    if not said["quiet"]:
        click.echo(f"{len(steps)} of {len(made.steps)} steps are of class A and nobody else's", err=True)
    if not steps:
        return 0
    fixing.refuse_too_many(
        steps,
        made.judged,
        said["max_resources"] or policy.max_resources,
        said["max_percent"] or policy.max_percent,
    )
    folder = Path(policy.journals or ".")
    stem = f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.{made.account}.fix"
    output.write_file(folder / f"{stem}.json", encode_plan(made))
    return _run(made, steps, said["journal"] or folder / f"{stem}.journal.jsonl", said)


def _harmless(made: "FixPlan", safety: str) -> "tuple[PlannedStep, ...]":
    """Return the steps of units that are wholly of this class and of resources that nobody else sets."""
    refused = {step.unit for step in made.steps if step.safety != safety or step.owner is not None}
    free = [step for step in made.steps if step.unit not in refused]
    numbers = {step.number for step in free}
    return tuple(step for step in free if set(step.rests_on) <= numbers)
