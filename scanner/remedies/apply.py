"""The one executor: applies exactly a plan, step by step, and takes back what it cannot verify.

Each step: look (as planned, else CONFLICT) → INTENT in the journal → the call → APPLIED → look until it shows → the
rule again on the fresh facts → VERIFIED. What is not verified is taken back, itself looked at before and after; then
everything stops. After a crash the journal says how far it went, and a look says the rest.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

from scanner.errors import RemedyError
from scanner.evaluate import judge_one
from scanner.evidence import Evidence
from scanner.inventory import Inventory
from scanner.model.kind import Resource
from scanner.model.maybe import UnknownAsked
from scanner.remedies.journal import Event, Journal
from scanner.remedies.planfile import PlannedStep
from scanner.remedies.planning import Ground, ask
from scanner.remedies.wire import Refused, Unsure, Wire
from scanner.remedy import Advice, Becomes, Image, Leftover, Safety, Write, canonical_json, normal, put, resolve
from scanner.rule import Rule
from scanner.verdict import Pass, Skip

_SETTLING: Final = 10.0
"""Seconds after a call without an answer in which its effect may still begin to show."""
_TRIES: Final = 3
"""How often a call is made whose answers are lost and that, by all looks, had no effect."""

Tell = Callable[[PlannedStep, str, str], None]
"""Called with a step, what became of it (an event's name), and why."""


class State(StrEnum):
    """How what is there now compares with what a step knows."""

    BEFORE = "before"
    AFTER = "after"
    OTHER = "other"


class Work(msgspec.Struct, kw_only=True):
    """What the executor works with. `ground` is the account as it was read just now, kept fresh step by step."""

    journal: Journal
    wire: Wire
    ground: Ground
    rules: Mapping[str, Rule]
    tell: Tell
    refresh: Callable[[], Evidence]
    """Reads the account anew, as the plan's rules need it."""
    stopped: str = ""
    """Why nothing more is done, once something failed."""


class _Stop(Exception):  # noqa: N818 - it ends the work in order
    """Nothing more may be done."""


def apply_steps(steps: Sequence[PlannedStep], work: Work) -> bool:
    """Apply the steps. Returns whether all of them are verified. Raises `RemedyError` where nothing could even be tried."""
    units: dict[int, list[PlannedStep]] = {}
    for step in steps:
        units.setdefault(step.unit, []).append(step)
    try:
        for unit in units.values():
            _recover(unit, work)
        left = [step for step in steps if not _is_done(step, work)]
        _preflight(left, work)
        for unit in units.values():
            if not all(_is_done(step, work) for step in unit):
                _apply_unit(unit, work)
    except _Stop as stop:
        work.stopped = str(stop)
    if not work.stopped:
        work.journal.write(Event.CLOSED)
    return not work.stopped and all(_event(step, work) is Event.VERIFIED for step in steps)


def undo_steps(steps: Sequence[PlannedStep], work: Work) -> bool:
    """Take back the steps that took effect, the last first. Returns whether all were taken back."""
    try:
        for step in reversed(steps):
            if _event(step, work) in _IN_EFFECT:
                _undo(step, work)
    except _Stop as stop:
        work.stopped = str(stop)
        return False
    work.journal.write(Event.CLOSED)
    return True


_DONE: Final = frozenset({Event.VERIFIED, Event.ROLLED_BACK, Event.UNDONE, Event.SKIPPED})
_IN_EFFECT: Final = frozenset(
    {
        Event.VERIFIED,
        Event.APPLIED,
        Event.INTENT,
        Event.FAILED,
        Event.ROLLBACK_FAILED,
        Event.UNDO_INTENT,
        Event.UNDO_FAILED,
    }
)


def _event(step: PlannedStep, work: Work) -> Event | None:
    entry = work.journal.record.last(step.number)
    return None if entry is None else entry.event


def _is_done(step: PlannedStep, work: Work) -> bool:
    return _event(step, work) in _DONE


def _note(event: Event, step: PlannedStep, work: Work, why: str = "", **said: Any) -> None:
    work.journal.write(event, step.number, **({"why": why} if why else {}), **said)
    work.tell(step, event.value, why)


# What is there now


def _look(step: PlannedStep, work: Work) -> list[Image]:
    """Look at all that a step alters; what lags is taken as it is predicted."""
    return [one.after if one.look.lags else work.wire.look(one.look) for one in step.looks]


def _is(images: Sequence[Image], wanted: Sequence[Image], step: PlannedStep, left: Iterable[Leftover] = ()) -> bool:
    leftovers = tuple(left)
    return all(
        one.look.lags or normal(image, one.look, leftovers) == normal(want, one.look, leftovers)
        for image, want, one in zip(images, wanted, step.looks, strict=True)
    )


def _before(step: PlannedStep) -> list[Image]:
    return [one.before for one in step.looks]


def _after(step: PlannedStep) -> list[Image]:
    return [one.after for one in step.looks]


def _state(step: PlannedStep, images: Sequence[Image]) -> State:
    if _is(images, _after(step), step):
        return State.AFTER
    return State.BEFORE if _is(images, _before(step), step) else State.OTHER


def _differences(step: PlannedStep, images: Sequence[Image], wanted: Sequence[Image]) -> str:
    """Say in which calls it is not as wanted, and where."""
    said = [
        f"{one.look.call} {one.look.key.request or ''} does not show what was expected{_where(image, want)}"
        for image, want, one in zip(images, wanted, step.looks, strict=True)
        if not one.look.lags and normal(image, one.look) != normal(want, one.look)
    ]
    return "; ".join(said)


def _where(image: Image, wanted: Image) -> str:
    if image is None or wanted is None:
        return f": there is {'none' if image is None else 'one'} now"
    if isinstance(image, dict) and isinstance(wanted, dict):
        names = sorted({*image, *wanted})
        return ": " + ", ".join(name for name in names if image.get(name) != wanted.get(name))
    return ""


# Before the first write


def _recover(unit: Sequence[PlannedStep], work: Work) -> None:
    """Find out what a crash left behind: it is as before, or as after, or somebody else's, and then nothing more is done."""
    events = {_event(step, work) for step in unit}
    if events & {Event.FAILED, Event.UNDO_INTENT, Event.UNDO_FAILED, Event.ROLLBACK_FAILED}:
        _finish_roll_back(unit, work)
    for step in unit:
        if _event(step, work) is not Event.INTENT:
            continue
        images = _look(step, work)
        match _state(step, images):
            case State.AFTER:
                _note(Event.APPLIED, step, work, "found in effect after an interruption", request_id="")
            case State.OTHER:
                _conflict(step, work, _differences(step, images, _after(step)))
            case State.BEFORE:
                pass


def _finish_roll_back(unit: Sequence[PlannedStep], work: Work) -> None:
    begun = [work.journal.record.find(step.number, Event.UNDO_INTENT) for step in unit]
    if any(entry is not None and not entry.said.get("rollback") for entry in begun):
        raise _Stop("an undo was interrupted; go on with `casemate fix undo`")
    for step in reversed(unit):
        if _event(step, work) in _IN_EFFECT:
            _undo(step, work, rollback=True)
    raise _Stop("the interrupted roll-back was finished; plan again")


def _preflight(steps: Sequence[PlannedStep], work: Work) -> None:
    """Look at everything that the steps rest on, and let EC2 say whether it would take the calls, before any is made."""
    shown: dict[str, Image] = {}
    conflicts: list[tuple[PlannedStep, str]] = []
    for step in steps:
        if _event(step, work) is Event.APPLIED:
            continue
        images = []
        for one in step.looks:
            known = shown.get(one.look.identity, _UNSEEN)
            images.append(one.before if one.look.lags else work.wire.look(one.look) if known is _UNSEEN else known)
        if not _is(images, _before(step), step):
            conflicts.append((step, _differences(step, images, _before(step))))
        shown |= {one.look.identity: one.after for one in step.looks}
    for step, why in conflicts:
        _note(Event.CONFLICT, step, work, why)
    if conflicts:
        raise _Stop("the account is not as it was when the plan was made; nothing was changed. Plan again")
    for step in steps:
        try:
            work.wire.dry_run(step.call)
        except Refused as refused:
            _note(Event.CONFLICT, step, work, f"EC2 would refuse the call: {refused}")
            raise _Stop("a call would be refused; nothing was changed") from refused


_UNSEEN: Final = object()


def _conflict(step: PlannedStep, work: Work, why: str) -> None:
    _note(Event.CONFLICT, step, work, why)
    raise _Stop(f"step {step.number}: it is not as it was planned for; nothing more was changed")


# One unit: the steps that together put one finding right


def _apply_unit(unit: Sequence[PlannedStep], work: Work) -> None:
    unmet = sorted({number for step in unit for number in step.rests_on} - {step.number for step in unit})
    if any(_event_of(number, work) is not Event.VERIFIED for number in unmet):
        for step in unit:
            _note(Event.SKIPPED, step, work, f"it rests on step {unmet[0]}, which is not in effect")
        return
    if all(_event(step, work) in (None, Event.CONFLICT, Event.INTENT) for step in unit):
        _recheck(unit, work)
    try:
        for step in unit:
            if _event(step, work) is not Event.APPLIED:
                _make(step, work)
            elif any(step.number in later.rests_on and _event(later, work) is Event.APPLIED for later in unit):
                continue
            _verify_images(step, work)
        _verify_rule(unit, work)
    except _UnverifiedError as failed:
        _roll_back(unit, failed, work)
    for step in unit:
        _note(Event.VERIFIED, step, work)


class _UnverifiedError(Exception):
    """A step did not do what it was to do."""

    def __init__(self, step: PlannedStep, why: str) -> None:
        super().__init__(why)
        self.step = step


def _event_of(number: int, work: Work) -> Event | None:
    entry = work.journal.record.last(number)
    return None if entry is None else entry.event


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
    images = _look(step, work)
    if _event(step, work) is Event.INTENT and _state(step, images) is State.AFTER:
        _note(Event.APPLIED, step, work, "found in effect", request_id="")
        return
    if not _is(images, _before(step), step):
        _conflict(step, work, _differences(step, images, _before(step)))
    call = _with_token(step, images)
    _note(
        Event.INTENT,
        step,
        work,
        before=images,
        after=_after(step),
        call=msgspec.to_builtins(call),
        undo=msgspec.to_builtins(step.undo),
    )
    for _ in range(_TRIES):
        try:
            sent = work.wire.send(call, f"{work.journal.record.plan_sha256}/{step.number}")
        except Refused as refused:
            _refused(step, work, str(refused))
            return
        except Unsure as unsure:
            if _settled(step, work):
                _note(Event.APPLIED, step, work, f"no answer came, and it is in effect ({unsure})", request_id="")
                return
            continue
        _note(Event.APPLIED, step, work, request_id=sent.request_id)
        return
    raise _UnverifiedError(step, f"{step.call.name} was not answered, {_TRIES} times, and has no effect")


def _with_token(step: PlannedStep, images: Sequence[Image]) -> Write:
    token = step.token
    if token is None:
        return step.call
    value = images[token.look].get(token.member)
    return msgspec.structs.replace(step.call, parameters={**step.call.parameters, token.parameter: value})


def _refused(step: PlannedStep, work: Work, why: str) -> None:
    """Fail, unless the call took effect before and its answer was lost: then a refusal is what the second call gets."""
    if _state(step, _look(step, work)) is State.AFTER:
        _note(Event.APPLIED, step, work, f"it is in effect already ({why})", request_id="")
        return
    raise _UnverifiedError(step, f"AWS refused {step.call.name}: {why}")


def _settled(step: PlannedStep, work: Work) -> bool:
    """Whether a call without an answer took effect, as far as can be seen after a while."""
    return work.wire.until(lambda: _state(step, _look(step, work)) is State.AFTER, min(_SETTLING, work.wire.patience))


def _verify_images(step: PlannedStep, work: Work) -> None:
    """Wait until AWS shows what was planned, and nothing else changed beside it."""
    seen: list[list[Image]] = []

    def shows() -> bool:
        seen.append(_look(step, work))
        return _state(step, seen[-1]) is State.AFTER

    if not work.wire.until(shows, _patience(step, work)):
        raise _UnverifiedError(step, _differences(step, seen[-1], _after(step)))
    for one, image in zip(step.looks, seen[-1], strict=True):
        put(work.ground.evidence, one.look, image)


def _patience(step: PlannedStep, work: Work) -> float:
    """Return the seconds to wait until a change shows: longer where AWS says so."""
    return max(work.wire.patience, *(one.look.slow for one in step.looks))


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
    _note(Event.FAILED, failed.step, work, str(failed))
    for step in reversed(unit):
        if _event(step, work) in (Event.APPLIED, Event.FAILED, Event.INTENT):
            _undo(step, work, rollback=True)
    raise _Stop(f"step {failed.step.number} was not verified and was taken back: {failed}")


def _undo(step: PlannedStep, work: Work, *, rollback: bool = False) -> None:
    """Take a step back if everything is as the step left it. Anything else is somebody else's, and stays."""
    done, broken = (Event.ROLLED_BACK, Event.ROLLBACK_FAILED) if rollback else (Event.UNDONE, Event.UNDO_FAILED)
    before = _recorded_before(step, work)
    others = _left_by_others(step, work)

    def is_restored(images: Sequence[Image]) -> bool:
        return _is(images, before, step, (*step.leaves_behind, *others)) and not _is(images, _after(step), step, others)

    images = _look(step, work)
    if is_restored(images):
        _note(done, step, work, "it is as it was before")
        return
    if not _is(images, _after(step), step, others):
        why = f"somebody else changed it since, so it stays: {_differences(step, images, _after(step))}"
        _note(broken, step, work, why, found=images)
        raise _Stop(f"step {step.number} cannot be taken back: {why}")
    _note(Event.UNDO_INTENT, step, work, found=images, rollback=rollback)
    try:
        for write in step.undo:
            call = resolve(write, [Becomes(one.look, one.after) for one in step.looks], before, images)
            _send_back(step, call, is_restored, work)
    except (Refused, Unsure, RemedyError) as error:
        _note(broken, step, work, str(error))
        raise _Stop(f"step {step.number} could not be taken back: {error}") from error
    seen: list[list[Image]] = []

    def shows() -> bool:
        seen.append(_look(step, work))
        return is_restored(seen[-1])

    if not work.wire.until(shows, _patience(step, work)):
        why = _differences(step, seen[-1], before)
        _note(broken, step, work, why)
        raise _Stop(f"step {step.number} was taken back, and does not show it: {why}")
    for one, image in zip(step.looks, seen[-1], strict=True):
        put(work.ground.evidence, one.look, image)
    _note(done, step, work)


def _left_by_others(step: PlannedStep, work: Work) -> tuple[Leftover, ...]:
    """Return what the steps left behind that altered the same after this one, and were taken back already."""
    record = work.journal.record
    shared = {one.look.identity for one in step.looks}
    return tuple(
        leftover
        for other in record.steps.values()
        if other.number > step.number and shared & {one.look.identity for one in other.looks}
        if _event(other, work) in (Event.UNDONE, Event.ROLLED_BACK)
        for leftover in other.leaves_behind
    )


def _recorded_before(step: PlannedStep, work: Work) -> list[Image]:
    """Return what was there before the call, as the journal has it: with the ids that comparisons leave out."""
    intent = work.journal.record.find(step.number, Event.INTENT)
    return _before(step) if intent is None else list(intent.said["before"])


def _send_back(step: PlannedStep, call: Write, is_restored: Callable[[Sequence[Image]], bool], work: Work) -> None:
    """Make a call that takes back; one whose answer is lost is made again only if it had no effect."""
    token = f"{work.journal.record.plan_sha256}/{step.number}/undo/{canonical_json(call.parameters)}"
    for attempt in range(_TRIES):
        try:
            work.wire.send(call, token)
        except Refused:
            if is_restored(_look(step, work)):
                return
            raise
        except Unsure:
            if work.wire.until(lambda: is_restored(_look(step, work)), min(_SETTLING, work.wire.patience)):
                return
            if attempt == _TRIES - 1:
                raise
        else:
            return
