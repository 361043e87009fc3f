"""The one executor: applies exactly a plan, step by step, and takes back what it cannot verify.

Each step: look (as planned, else CONFLICT) → INTENT in the journal → the call → APPLIED → look until it shows → the
rule again on the fresh facts → VERIFIED. What is not verified is taken back, itself looked at before and after; then
everything stops. After a crash the journal says how far it went, and a look says the rest.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from scanner.evaluate import judge_one
from scanner.image import Image, put
from scanner.inventory import Inventory
from scanner.model.kind import Resource
from scanner.model.maybe import UnknownAsked
from scanner.remedies.journal import Event
from scanner.remedies.planfile import PlannedStep
from scanner.remedies.planning import ask
from scanner.remedies.undo import take_back
from scanner.remedies.wire import Refused, Unsure
from scanner.remedies.work import (
    IN_EFFECT,
    SETTLING,
    TRIES,
    State,
    Stop,
    Work,
    differences,
    event_of,
    images_after,
    images_before,
    is_as,
    is_done,
    look_now,
    note,
    patience_of,
    state_of,
)
from scanner.remedy import Advice, Safety, Write
from scanner.rule import Rule
from scanner.verdict import Pass, Skip


def apply_steps(steps: Sequence[PlannedStep], work: Work) -> bool:
    """Apply the steps. Returns whether all of them are verified. Raises `RemedyError` where nothing could even be tried."""
    units: dict[int, list[PlannedStep]] = {}
    for step in steps:
        units.setdefault(step.unit, []).append(step)
    try:
        for unit in units.values():
            _recover(unit, work)
        left = [step for step in steps if not is_done(step, work)]
        _preflight(left, work)
        for unit in units.values():
            if not all(is_done(step, work) for step in unit):
                _apply_unit(unit, work)
    except Stop as stop:
        work.stopped = str(stop)
    if not work.stopped:
        work.journal.write(Event.CLOSED)
    return not work.stopped and all(event_of(step.number, work) is Event.VERIFIED for step in steps)


# Before the first write


def _recover(unit: Sequence[PlannedStep], work: Work) -> None:
    """Find out what a crash left behind: it is as before, or as after, or somebody else's, and then nothing more is done."""
    events = {event_of(step.number, work) for step in unit}
    if events & {Event.FAILED, Event.UNDO_INTENT, Event.UNDO_FAILED, Event.ROLLBACK_FAILED}:
        _finish_roll_back(unit, work)
    for step in unit:
        if event_of(step.number, work) is not Event.INTENT:
            continue
        images = look_now(step, work)
        match state_of(step, images):
            case State.AFTER:
                note(Event.APPLIED, step, work, "found in effect after an interruption", request_id="")
            case State.OTHER:
                _conflict(step, work, differences(step, images, images_after(step)))
            case State.BEFORE:
                pass


def _finish_roll_back(unit: Sequence[PlannedStep], work: Work) -> None:
    begun = [work.journal.record.find(step.number, Event.UNDO_INTENT) for step in unit]
    if any(entry is not None and not entry.said.get("rollback") for entry in begun):
        raise Stop("an undo was interrupted; go on with `casemate fix undo`")
    for step in reversed(unit):
        if event_of(step.number, work) in IN_EFFECT:
            take_back(step, work, rollback=True)
    raise Stop("the interrupted roll-back was finished; plan again")


def _preflight(steps: Sequence[PlannedStep], work: Work) -> None:
    """Look at everything that the steps rest on, and let EC2 say whether it would take the calls, before any is made."""
    shown: dict[str, Image] = {}
    conflicts: list[tuple[PlannedStep, str]] = []
    for step in steps:
        if event_of(step.number, work) is Event.APPLIED:
            continue
        images = []
        for one in step.looks:
            known = shown.get(one.look.identity, _UNSEEN)
            images.append(one.before if one.look.lags else work.wire.look(one.look) if known is _UNSEEN else known)
        if not is_as(images, images_before(step), step):
            conflicts.append((step, differences(step, images, images_before(step))))
        shown |= {one.look.identity: one.after for one in step.looks}
    for step, why in conflicts:
        note(Event.CONFLICT, step, work, why)
    if conflicts:
        raise Stop("the account is not as it was when the plan was made; nothing was changed. Plan again")
    for step in steps:
        try:
            work.wire.dry_run(step.call)
        except Refused as refused:
            note(Event.CONFLICT, step, work, f"EC2 would refuse the call: {refused}")
            raise Stop("a call would be refused; nothing was changed") from refused


_UNSEEN: Final = object()


def _conflict(step: PlannedStep, work: Work, why: str) -> None:
    note(Event.CONFLICT, step, work, why)
    raise Stop(f"step {step.number}: it is not as it was planned for; nothing more was changed")


# One unit: the steps that together put one finding right


def _apply_unit(unit: Sequence[PlannedStep], work: Work) -> None:
    unmet = sorted({number for step in unit for number in step.rests_on} - {step.number for step in unit})
    if any(event_of(number, work) is not Event.VERIFIED for number in unmet):
        for step in unit:
            note(Event.SKIPPED, step, work, f"it rests on step {unmet[0]}, which is not in effect")
        return
    if all(event_of(step.number, work) in (None, Event.CONFLICT, Event.INTENT) for step in unit):
        _recheck(unit, work)
    try:
        for step in unit:
            if event_of(step.number, work) is not Event.APPLIED:
                _make(step, work)
            elif any(step.number in later.rests_on and event_of(later.number, work) is Event.APPLIED for later in unit):
                continue
            _verify_images(step, work)
        _verify_rule(unit, work)
    except _UnverifiedError as failed:
        _roll_back(unit, failed, work)
    for step in unit:
        note(Event.VERIFIED, step, work)


class _UnverifiedError(Exception):
    """A step did not do what it was to do."""

    def __init__(self, step: PlannedStep, why: str) -> None:
        super().__init__(why)
        self.step = step


def _recheck(unit: Sequence[PlannedStep], work: Work) -> None:
    """Ask the remedy again: what it thinks harmless must still be so. The plan's own calls are made, never new ones."""
    step = unit[0]
    rule = work.rules[step.rule]
    inventory = work.ground.build(work.ground.evidence, rule)
    resource = _resource(inventory, rule, step)
    if resource is None:
        _conflict(step, work, f"{step.subject.id} is not there any more")
        return
    try:
        proposed = tuple(ask(rule, resource, inventory, work.ground.evidence, work.ground))
    except UnknownAsked as asked:
        if any(one.safety is Safety.A for one in unit):
            _conflict(step, work, f"whether it is still harmless is not known: {asked.why}")
        return
    for one in unit:
        matching = [each for each in proposed if not isinstance(each, Advice) and each.call == one.call]
        if any(isinstance(each, Advice) for each in proposed) or any(each.safety > one.safety for each in matching):
            reasons = "; ".join(each.why for each in (matching or proposed))
            _conflict(one, work, f"it is no longer of class {one.safety}: {reasons}")


def _resource(inventory: Inventory, rule: Rule, step: PlannedStep) -> Resource | None:
    subject = step.subject
    return next(
        (
            one
            for one in inventory.listing(rule.judges)
            if (one.id, one.scope.account, one.scope.region) == (subject.id, subject.account, subject.region)
        ),
        None,
    )


def _make(step: PlannedStep, work: Work) -> None:
    """Make the call of a step, and know whether it took effect."""
    images = look_now(step, work)
    if event_of(step.number, work) is Event.INTENT and state_of(step, images) is State.AFTER:
        note(Event.APPLIED, step, work, "found in effect", request_id="")
        return
    if not is_as(images, images_before(step), step):
        _conflict(step, work, differences(step, images, images_before(step)))
    call = _with_token(step, images)
    note(
        Event.INTENT,
        step,
        work,
        before=images,
        after=images_after(step),
        call=msgspec.to_builtins(call),
        undo=msgspec.to_builtins(step.undo),
    )
    for _ in range(TRIES):
        try:
            sent = work.wire.send(call, f"{work.journal.record.plan_sha256}/{step.number}")
        except Refused as refused:
            _refused(step, work, str(refused))
            return
        except Unsure as unsure:
            if _settled(step, work):
                note(Event.APPLIED, step, work, f"no answer came, and it is in effect ({unsure})", request_id="")
                return
            continue
        note(Event.APPLIED, step, work, request_id=sent.request_id)
        return
    raise _UnverifiedError(step, f"{step.call.name} was not answered, {TRIES} times, and has no effect")


def _with_token(step: PlannedStep, images: Sequence[Image]) -> Write:
    token = step.token
    if token is None:
        return step.call
    value = images[token.look].get(token.member)
    return msgspec.structs.replace(step.call, parameters={**step.call.parameters, token.parameter: value})


def _refused(step: PlannedStep, work: Work, why: str) -> None:
    """Fail, unless the call took effect before and its answer was lost: then a refusal is what the second call gets."""
    if state_of(step, look_now(step, work)) is State.AFTER:
        note(Event.APPLIED, step, work, f"it is in effect already ({why})", request_id="")
        return
    raise _UnverifiedError(step, f"AWS refused {step.call.name}: {why}")


def _settled(step: PlannedStep, work: Work) -> bool:
    """Whether a call without an answer took effect, as far as can be seen after a while."""
    return work.wire.until(
        lambda: state_of(step, look_now(step, work)) is State.AFTER, min(SETTLING, work.wire.patience)
    )


def _verify_images(step: PlannedStep, work: Work) -> None:
    """Wait until AWS shows what was planned, and nothing else changed beside it."""
    seen: list[list[Image]] = []

    def shows() -> bool:
        seen.append(look_now(step, work))
        return state_of(step, seen[-1]) is State.AFTER

    if not work.wire.until(shows, patience_of(step, work)):
        raise _UnverifiedError(step, differences(step, seen[-1], images_after(step)))
    for one, image in zip(step.looks, seen[-1], strict=True):
        put(work.ground.evidence, one.look, image)


def _verify_rule(unit: Sequence[PlannedStep], work: Work) -> None:
    """Judge the resource again on what was read just now."""
    last = unit[-1]
    rule = work.rules[last.rule]
    if any(step.makes for step in unit):
        work.ground.evidence.answers.update(work.refresh().answers)
    inventory = work.ground.build(work.ground.evidence, rule)
    resource = _resource(inventory, rule, last)
    if resource is None:
        return
    said = judge_one(rule, resource, inventory, work.ground.options.get(rule.id, {}))
    if not isinstance(said.outcome, Pass | Skip):
        raise _UnverifiedError(last, f"{rule.id} still says: {said.message}")


# Taking back


def _roll_back(unit: Sequence[PlannedStep], failed: _UnverifiedError, work: Work) -> None:
    """Take back what the unit did so far, and stop everything."""
    note(Event.FAILED, failed.step, work, str(failed))
    for step in reversed(unit):
        if event_of(step.number, work) in (Event.APPLIED, Event.FAILED, Event.INTENT):
            take_back(step, work, rollback=True)
    raise Stop(f"step {failed.step.number} was not verified and was taken back: {failed}")
