"""Taking back what a plan's steps did: each is looked at before and after, and what somebody else changed stays."""

from collections.abc import Callable, Sequence

from scanner.errors import RemedyError
from scanner.image import Image, Leftover, canonical_json, put
from scanner.remedies.journal import Event
from scanner.remedies.planfile import PlannedStep
from scanner.remedies.wire import Refused, Unsure
from scanner.remedies.work import (
    IN_EFFECT,
    SETTLING,
    TRIES,
    Stop,
    Work,
    differences,
    event_of,
    images_after,
    images_before,
    is_as,
    look_now,
    note,
    patience_of,
)
from scanner.remedy import Becomes, Write, resolve


def undo_steps(steps: Sequence[PlannedStep], work: Work) -> bool:
    """Take back the steps that took effect, the last first. Returns whether all were taken back."""
    try:
        for step in reversed(steps):
            if event_of(step.number, work) in IN_EFFECT:
                take_back(step, work)
    except Stop as stop:
        work.stopped = str(stop)
        return False
    work.journal.write(Event.CLOSED)
    return True


def take_back(step: PlannedStep, work: Work, *, rollback: bool = False) -> None:
    """Take a step back if everything is as the step left it. Anything else is somebody else's, and stays."""
    done, broken = (Event.ROLLED_BACK, Event.ROLLBACK_FAILED) if rollback else (Event.UNDONE, Event.UNDO_FAILED)
    before = _recorded_before(step, work)
    others = _left_by_others(step, work)

    def is_restored(images: Sequence[Image]) -> bool:
        return is_as(images, before, step, (*step.leaves_behind, *others)) and not is_as(
            images, images_after(step), step, others
        )

    images = look_now(step, work)
    if is_restored(images):
        note(done, step, work, "it is as it was before")
        return
    if not is_as(images, images_after(step), step, others):
        why = f"somebody else changed it since, so it stays: {differences(step, images, images_after(step))}"
        note(broken, step, work, why, found=images)
        raise Stop(f"step {step.number} cannot be taken back: {why}")
    note(Event.UNDO_INTENT, step, work, found=images, rollback=rollback)
    try:
        for write in step.undo:
            call = resolve(write, [Becomes(one.look, one.after) for one in step.looks], before, images)
            _send_back(step, call, is_restored, work)
    except (Refused, Unsure, RemedyError) as error:
        note(broken, step, work, str(error))
        raise Stop(f"step {step.number} could not be taken back: {error}") from error
    seen: list[list[Image]] = []

    def shows() -> bool:
        seen.append(look_now(step, work))
        return is_restored(seen[-1])

    if not work.wire.until(shows, patience_of(step, work)):
        why = differences(step, seen[-1], before)
        note(broken, step, work, why)
        raise Stop(f"step {step.number} was taken back, and does not show it: {why}")
    for one, image in zip(step.looks, seen[-1], strict=True):
        put(work.ground.evidence, one.look, image)
    note(done, step, work)


def _left_by_others(step: PlannedStep, work: Work) -> tuple[Leftover, ...]:
    """Return what the steps left behind that altered the same after this one, and were taken back already."""
    record = work.journal.record
    shared = {one.look.identity for one in step.looks}
    return tuple(
        leftover
        for other in record.steps.values()
        if other.number > step.number and shared & {one.look.identity for one in other.looks}
        if event_of(other.number, work) in (Event.UNDONE, Event.ROLLED_BACK)
        for leftover in other.leaves_behind
    )


def _recorded_before(step: PlannedStep, work: Work) -> list[Image]:
    """Return what was there before the call, as the journal has it: with the ids that comparisons leave out."""
    intent = work.journal.record.find(step.number, Event.INTENT)
    return images_before(step) if intent is None else list(intent.said["before"])


def _send_back(step: PlannedStep, call: Write, is_restored: Callable[[Sequence[Image]], bool], work: Work) -> None:
    """Make a call that takes back; one whose answer is lost is made again only if it had no effect."""
    token = f"{work.journal.record.plan_sha256}/{step.number}/undo/{canonical_json(call.parameters)}"
    for attempt in range(TRIES):
        try:
            work.wire.send(call, token)
        except Refused:
            if is_restored(look_now(step, work)):
                return
            raise
        except Unsure:
            if work.wire.until(lambda: is_restored(look_now(step, work)), min(SETTLING, work.wire.patience)):
                return
            if attempt == TRIES - 1:
                raise
        else:
            return
