"""What the verbs of `casemate fix` do in common: what is planned, by which rules, on which evidence."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scanner.cli import work
from scanner.cli.options import moment
from scanner.config import load_waivers
from scanner.errors import SourceError, UsageError

if TYPE_CHECKING:
    from scanner.evidence import Evidence
    from scanner.remedies.owners import StateFile
    from scanner.remedies.planfile import FixPlan, PlannedStep, Standing
    from scanner.rule import Rule
    from scanner.scan import Scan

_DETECTORS: Final = frozenset({"advisor", "analyzer", "guardduty", "inspector", "securityhub"})
"""Services whose findings AWS computes: no evidence says how they follow a change."""
HOURS: Final = 24
"""How long a plan may be applied, unless it says otherwise."""


def make_plan(  # noqa: PLR0917 - the parts of one sentence
    chosen: work.Chosen,
    evidence: "Evidence",
    states: "Sequence[StateFile]",
    said: dict[str, Any],
    only: frozenset[str] | None = None,
    hours: float = HOURS,
) -> "FixPlan":
    """Return the plan of remedies for what fails in this evidence; `only` are the fingerprints wanted."""
    from scanner.aws.live import REGIONS  # noqa: PLC0415
    from scanner.remedies.grounds import ground_for, reading_plan  # noqa: PLC0415
    from scanner.remedies.permissions import policy_for  # noqa: PLC0415
    from scanner.remedies.planfile import FixPlan, Predicted  # noqa: PLC0415
    from scanner.remedies.planning import plan_steps  # noqa: PLC0415

    account = _one_account(evidence, said.get("expect_account") or chosen.config.expect_account)
    before = _audit(chosen, evidence, said)
    wanted = [
        finding
        for finding in before.findings
        if finding.resource.scope.account == account and (only is None or finding.fingerprint in only)
    ]
    ground = ground_for(
        chosen.rules,
        evidence,
        chosen.config,
        before.profile.options,
        states=states,
        now=moment(said.get("now"), "--now"),
    )
    planned = plan_steps(wanted, ground)
    after = _audit(chosen, planned.evidence, said)
    fixing = tuple(dict.fromkeys(step.rule for step in planned.steps))
    rules = {rule.id: rule for rule in chosen.rules}
    reads = (*reading_plan([rules[name] for name in fixing]).actions(), *REGIONS.actions) if fixing else ()
    failed = {one.fingerprint for one in before.findings if one.status == "fail"}
    fails = {one.fingerprint: one for one in after.findings if one.status == "fail"}
    new = sorted(
        f"{one.rule.id} {one.resource.id}"
        for print_, one in fails.items()
        if print_ not in failed and one.rule.service not in _DETECTORS
    )
    now = datetime.now(UTC).replace(microsecond=0)
    return FixPlan(
        tool=work.tool(),
        created=now,
        expires=now + timedelta(hours=hours),
        partition=evidence.targets[0].partition,
        account=account,
        regions=tuple(sorted({scope.region for scope in evidence.targets if not scope.is_global})),
        rules=fixing,
        options={name: dict(before.profile.options.get(name, {})) for name in fixing},
        judged=_judged(before),
        steps=tuple(planned.steps),
        by_hand=tuple(planned.by_hand),
        not_planned=tuple(planned.not_planned),
        predicted=Predicted(
            before=_standing(before),
            after=_standing(after),
            fixed=tuple(sorted(failed - set(fails))),
            new=tuple(new),
        ),
        policy=policy_for(planned.steps, reads),
    ).sealed()


def _one_account(evidence: "Evidence", expected: str) -> str:
    accounts = sorted({scope.account for scope in evidence.targets})
    if expected in accounts:
        return expected
    if len(accounts) != 1:
        raise UsageError(f"a plan is for one account, and this is of {', '.join(accounts)}; choose by --expect-account")
    return accounts[0]


def _audit(chosen: work.Chosen, evidence: "Evidence", said: dict[str, Any]) -> "Scan":
    from scanner.scan import audit, profile_of  # noqa: PLC0415

    return audit(
        profile_of(chosen.rules, chosen.config, chosen.every, partial=chosen.partial),
        chosen.plan(),
        evidence,
        chosen.config,
        now=moment(said.get("now"), "--now"),
        waivers=load_waivers(chosen.config, said.get("waivers")),
        source_kind="evidence",
        source_name="",
    )


def _standing(scan: "Scan") -> "Standing":
    from reports.paths import attacks_of  # noqa: PLC0415
    from reports.score import score_of  # noqa: PLC0415
    from scanner.remedies.planfile import Standing  # noqa: PLC0415

    score = score_of(scan)
    return Standing(
        posture=0.0 if score is None else score.posture,
        exposure=0.0 if score is None else score.exposure,
        failing=sum(1 for one in scan.findings if one.status == "fail" and one.waiver is None),
        undecided=sum(1 for one in scan.findings if one.status in ("undecided", "crashed")),
        paths=len(attacks_of(scan).paths),
    )


def _judged(scan: "Scan") -> dict[str, int]:
    counts: dict[str, int] = {}
    for finding in scan.findings:
        if not finding.scope_wide and finding.status != "skip":
            counts[finding.rule.id] = counts.get(finding.rule.id, 0) + 1
    return dict(sorted(counts.items()))


def rules_of(ids: Sequence[str], every: "Sequence[Rule]") -> "dict[str, Rule]":
    """Return the rules of a plan by id. Raises `UsageError` for one that is not installed."""
    known = {rule.id: rule for rule in every}
    if missing := sorted(set(ids) - set(known)):
        raise UsageError(f"the plan is for {', '.join(missing)}, which are not installed here; plan again")
    return {name: known[name] for name in ids}


def failing_of(report: Path) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the fingerprints of the failing findings of a JSON report, and their rules."""
    from reports.report import read_report  # noqa: PLC0415

    try:
        read = read_report(report.read_bytes())
    except OSError as error:
        raise SourceError(f"cannot read {report}: {error.strerror or error}") from error
    failing = [one for one in read.findings if one.status == "fail"]
    if not failing:
        raise UsageError(f"{report} holds no failing finding")
    return frozenset(one.fingerprint for one in failing), tuple(sorted({one.rule for one in failing}))


def refuse_too_many(steps: "Sequence[PlannedStep]", judged: Mapping[str, int], most: int, percent: float) -> None:
    """Raise `UsageError` if the steps change more resources than wanted, in number or in part of those judged."""
    touched = {(step.subject.kind, step.subject.region, step.subject.id) for step in steps}
    if len(touched) > most:
        raise UsageError(
            f"the plan changes {len(touched)} resources, and at most {most} may be changed at once (--max-resources)"
        )
    for rule in dict.fromkeys(step.rule for step in steps):
        of_rule = {(step.subject.kind, step.subject.region, step.subject.id) for step in steps if step.rule == rule}
        allowed = max(1, int(judged.get(rule, 0) * percent / 100))
        if len(of_rule) > allowed:
            raise UsageError(
                f"the plan changes {len(of_rule)} of the {judged.get(rule, 0)} resources that {rule} judged, and at most "
                f"{percent:g} percent may be changed at once (--max-percent)"
            )


def journal_of(plan: Path) -> Path:
    """Return where the journal of a plan is kept, unless it is said: beside it."""
    return plan.with_name(f"{plan.name.removesuffix('.json')}.journal.jsonl")


def said_of(step: "PlannedStep", event: str, why: str) -> None:
    """Say on standard error what became of a step."""
    if event in ("INTENT", "UNDO_INTENT"):
        return
    from reports.plain import plain  # noqa: PLC0415

    click.echo(plain(f"{step.number:>3}  {event:<12} {step.title}{f': {why}' if why else ''}"), err=True)
