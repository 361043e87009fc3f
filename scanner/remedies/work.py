"""What applying and taking back have in common: the work at hand, what the journal says of a step, what is there now."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

from scanner.evidence import Evidence
from scanner.image import Image, Leftover, normal
from scanner.remedies.journal import Event, Journal
from scanner.remedies.planfile import PlannedStep
from scanner.remedies.planning import Ground
from scanner.remedies.wire import Wire
from scanner.rule import Rule

SETTLING: Final = 10.0
"""Seconds after a call without an answer in which its effect may still begin to show."""
TRIES: Final = 3
"""How often a call is made whose answers are lost and that, by all looks, had no effect."""

Tell = Callable[[PlannedStep, str, str], None]
"""Called with a step, what became of it (an event's name), and why."""


DONE: Final = frozenset({Event.VERIFIED, Event.ROLLED_BACK, Event.UNDONE, Event.SKIPPED})
IN_EFFECT: Final = frozenset(
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


class Stop(Exception):  # noqa: N818 - it ends the work in order
    """Nothing more may be done."""


def event_of(number: int, work: Work) -> Event | None:
    """Return what the journal says last of a step; None if nothing yet."""
    entry = work.journal.record.last(number)
    return None if entry is None else entry.event


def is_done(step: PlannedStep, work: Work) -> bool:
    """Whether nothing is left to do for a step, whatever became of it."""
    return event_of(step.number, work) in DONE


def note(event: Event, step: PlannedStep, work: Work, why: str = "", **said: Any) -> None:
    """Write an event of a step into the journal, and tell it to the user."""
    work.journal.write(event, step.number, **({"why": why} if why else {}), **said)
    work.tell(step, event.value, why)


def look_now(step: PlannedStep, work: Work) -> list[Image]:
    """Look at all that a step alters; what lags is taken as it is predicted."""
    return [one.after if one.look.lags else work.wire.look(one.look) for one in step.looks]


def is_as(images: Sequence[Image], wanted: Sequence[Image], step: PlannedStep, left: Iterable[Leftover] = ()) -> bool:
    """Whether all looks of a step show what is wanted, but for what does not count or is left behind."""
    leftovers = tuple(left)
    return all(
        one.look.lags or normal(image, one.look, leftovers) == normal(want, one.look, leftovers)
        for image, want, one in zip(images, wanted, step.looks, strict=True)
    )


def images_before(step: PlannedStep) -> list[Image]:
    """Return what the step found when it was planned."""
    return [one.before for one in step.looks]


def images_after(step: PlannedStep) -> list[Image]:
    """Return what the step is to make of it."""
    return [one.after for one in step.looks]


def state_of(step: PlannedStep, images: Sequence[Image]) -> State:
    """Return how what is there now compares with what a step knows."""
    if is_as(images, images_after(step), step):
        return State.AFTER
    return State.BEFORE if is_as(images, images_before(step), step) else State.OTHER


def differences(step: PlannedStep, images: Sequence[Image], wanted: Sequence[Image]) -> str:
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


def patience_of(step: PlannedStep, work: Work) -> float:
    """Return the seconds to wait until a change shows: longer where AWS says so."""
    return max(work.wire.patience, *(one.look.slow for one in step.looks))
