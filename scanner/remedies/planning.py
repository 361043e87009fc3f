"""From failing findings to the steps of a plan: pure, and never from a stale picture.

The remedies are asked round by round. A round takes at most one finding of each resource, and none that alters what
another one of the round alters; the next round sees the evidence as the rounds before it leave it. So two remedies of
one policy follow each other, and the second keeps what the first did.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from scanner.evaluate import judge_one
from scanner.evidence import Evidence
from scanner.findings import Finding, arn_of
from scanner.image import Image, digest, put
from scanner.inventory import Inventory
from scanner.model.kind import Resource, Scope
from scanner.model.maybe import Absent, UnknownAsked, why_unknown
from scanner.reader import Reader
from scanner.remedies.planfile import ByHand, NotPlanned, Owner, PlannedLook, PlannedStep, Subject
from scanner.remedy import Advice, Becomes, Change, Lent, Safety, Step
from scanner.rule import Rule
from scanner.signature import OptionValue
from scanner.verdict import Fail, Pass, Skip

MOST_ROUNDS: Final = 100
"""More findings of one resource than this are left for the next plan."""

Build = Callable[[Evidence, Rule | None], Inventory]
"""Makes the inventory of some evidence: all that the plan's rules need, or only what one rule and its remedy need."""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan stands on."""

    evidence: Evidence
    readers: Sequence[Reader]
    build: Build
    options: Mapping[str, Mapping[str, OptionValue]]
    owner: Callable[[Resource, Inventory], Owner | None] = lambda _resource, _inventory: None


class Planned(msgspec.Struct, kw_only=True):
    """The steps, what is left to people, what has no step and why, and the evidence as the steps leave it."""

    evidence: Evidence
    steps: list[PlannedStep] = []
    by_hand: list[ByHand] = []
    not_planned: list[NotPlanned] = []
    units: int = 0


class _Proposal(msgspec.Struct, frozen=True):
    finding: Finding
    changes: tuple[Change, ...]


def plan_steps(findings: Iterable[Finding], ground: Ground) -> Planned:
    """Plan the remedies of these findings, in their order. Findings that do not fail, or are waived, have none."""
    planned = Planned(evidence=_copy(ground.evidence))
    pending = [finding for finding in findings if _wants_remedy(finding, planned)]
    for round_ in range(MOST_ROUNDS):
        if not pending:
            return planned
        inventory = ground.build(planned.evidence, None)
        proposals, pending = _propose(pending, inventory, planned, ground, first=round_ == 0)
        _keep(proposals, inventory, planned, ground)
    for finding in pending:
        _leave(finding, planned, "the resource has too many findings for one plan; plan again after this one")
    return planned


def _wants_remedy(finding: Finding, planned: Planned) -> bool:
    if not isinstance(finding.outcome, Fail):
        return False
    if finding.waiver is not None:
        _leave(finding, planned, f"waived by {finding.waiver.owner}: {finding.waiver.reason}")
    elif finding.rule.remedy is None:
        _leave(finding, planned, "there is no remedy for this rule")
    else:
        return True
    return False


def _leave(finding: Finding, planned: Planned, reason: str) -> None:
    planned.not_planned.append(
        NotPlanned(
            rule=finding.rule.id,
            fingerprint=finding.fingerprint,
            subject=subject_of(finding.resource),
            reason=reason,
        )
    )


def _propose(
    pending: Iterable[Finding], inventory: Inventory, planned: Planned, ground: Ground, *, first: bool
) -> tuple[list[_Proposal], list[Finding]]:
    """Return what this round proposes, and the findings that wait for the next."""
    proposals: list[_Proposal] = []
    later: list[Finding] = []
    taken: set[tuple[Scope, str]] = set()
    altered: set[str] = set()
    for finding in pending:
        resource = inventory.find(finding.resource) or finding.resource
        place = (resource.scope, resource.id)
        if place in taken:
            later.append(finding)
            continue
        if not first and isinstance(_judged(finding, inventory, ground).outcome, Pass | Skip):
            _leave(finding, planned, "an earlier step of this plan puts it right")
            continue
        steps = _asked(finding, resource, inventory, planned, ground)
        changes = tuple(step for step in steps if isinstance(step, Change))
        looks = {one.look.identity for change in changes for one in change.becomes}
        if looks & altered:
            later.append(finding)
        elif changes:
            taken.add(place)
            altered |= looks
            proposals.append(_Proposal(finding, changes))
    return proposals, later


def _asked(
    finding: Finding, resource: Resource, inventory: Inventory, planned: Planned, ground: Ground
) -> tuple[Step, ...]:
    """Ask the remedy of the rule. What cannot be planned, or is for people, is put down."""
    try:
        steps = tuple(ask(finding.rule, resource, inventory, planned.evidence, ground))
    except UnknownAsked as asked:
        _leave(finding, planned, f"what the remedy needs is not known: {asked.why}")
        return ()
    if not steps:
        _leave(finding, planned, "the remedy finds nothing that it could change safely")
    if any(isinstance(step, Advice) or step.safety is Safety.C for step in steps):
        planned.by_hand += [_by_hand(finding, step) for step in steps]
        return ()
    return steps


def ask(rule: Rule, resource: Resource, inventory: Inventory, evidence: Evidence, ground: Ground) -> Iterable[Step]:
    """Return the steps that a remedy proposes for a resource that fails a rule, as this evidence shows it."""
    remedy = rule.remedy
    if remedy is None:
        return ()

    def trial(becomes: Sequence[Becomes]) -> bool:
        supposed = _copy(evidence)
        for one in becomes:
            put(supposed, one.look, one.after)
        inventory = ground.build(supposed, rule)
        there = inventory.find(resource)
        chosen = ground.options.get(rule.id, {})
        return there is None or isinstance(judge_one(rule, there, inventory, chosen).outcome, Pass | Skip)

    chosen = ground.options.get(rule.id, {})
    options = {name: chosen.get(name, rule.options.get(name, value)) for name, value in remedy.options.items()}
    lent = Lent(evidence, ground.readers, trial)
    return remedy.plan(lent, resource, *inventory.bind(remedy.needs, resource), **options)


def _judged(finding: Finding, inventory: Inventory, ground: Ground) -> Finding:
    resource = inventory.find(finding.resource)
    if resource is None:
        return Finding(finding.rule, finding.resource, Skip("it is not there any more"))
    return judge_one(finding.rule, resource, inventory, ground.options.get(finding.rule.id, {}))


def _keep(proposals: list[_Proposal], inventory: Inventory, planned: Planned, ground: Ground) -> None:
    """Keep the proposals after which their rules find nothing any more."""
    supposed = _copy(planned.evidence)
    for proposal in proposals:
        _suppose(proposal, supposed)
    after = ground.build(supposed, None) if proposals else inventory
    for proposal in proposals:
        said = _judged(proposal.finding, after, ground)
        if isinstance(said.outcome, Pass | Skip):
            _add(proposal, inventory, planned, ground)
        else:
            _leave(proposal.finding, planned, f"the remedy would not put it right: {said.message}")


def _suppose(proposal: _Proposal, evidence: Evidence) -> None:
    for change in proposal.changes:
        for one in change.becomes:
            put(evidence, one.look, one.after)


def _add(proposal: _Proposal, inventory: Inventory, planned: Planned, ground: Ground) -> None:
    finding = proposal.finding
    planned.units += 1
    for change in proposal.changes:
        altered_one = change.on or finding.resource
        owner = ground.owner(inventory.find(altered_one) or altered_one, inventory)
        looks = _looks(change, planned.evidence, ground)
        altered = {one.look.identity for one in looks}
        rests_on = tuple(step.number for step in planned.steps if altered & {one.look.identity for one in step.looks})
        planned.steps.append(
            PlannedStep(
                number=len(planned.steps) + 1,
                unit=planned.units,
                rule=finding.rule.id,
                severity=finding.severity.value,
                title=change.title,
                fingerprint=finding.fingerprint,
                message=finding.message,
                subject=subject_of(finding.resource),
                remedy=finding.rule.remedy.name if finding.rule.remedy else "",
                safety=change.safety,
                why=change.why,
                checks=change.checks,
                call=change.call,
                undo=change.undo,
                looks=looks,
                leaves_behind=change.leaves_behind,
                token=change.token,
                makes=change.makes,
                rests_on=rests_on,
                owner=owner,
                code=change.code,
            )
        )
        for one in change.becomes:
            put(planned.evidence, one.look, one.after)


def _looks(change: Change, evidence: Evidence, ground: Ground) -> tuple[PlannedLook, ...]:
    lent = Lent(evidence, ground.readers)
    found = []
    for one in change.becomes:
        before = _before(lent, one)
        found.append(
            PlannedLook(
                look=one.look,
                before=before,
                before_sha256=digest(before, one.look),
                after=one.after,
                after_sha256=digest(one.after, one.look),
            )
        )
    return tuple(found)


def _before(lent: Lent, one: Becomes) -> Image:
    """Return what a look shows; nothing where it only predicts what is not there yet."""
    try:
        return lent.image(one.look)
    except UnknownAsked:
        if one.look.lags:
            return None
        raise


def _by_hand(finding: Finding, step: Step) -> ByHand:
    return ByHand(
        rule=finding.rule.id,
        severity=finding.severity.value,
        fingerprint=finding.fingerprint,
        message=finding.message,
        subject=subject_of(finding.resource),
        title=step.title,
        why=step.why,
        script=step.script if isinstance(step, Advice) else (step.call,),
        code=step.code,
    )


def subject_of(resource: Resource) -> Subject:
    """Return how a plan names a resource."""
    name = resource.name
    return Subject(
        kind=type(resource).__name__,
        noun=type(resource).noun,
        id=resource.id,
        account=resource.scope.account,
        region=resource.scope.region,
        arn=arn_of(resource),
        name="" if why_unknown(name) is not None or isinstance(name, Absent) else str(name),
    )


def _copy(evidence: Evidence) -> Evidence:
    return msgspec.structs.replace(evidence, answers=dict(evidence.answers))
