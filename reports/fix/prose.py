"""The plan for people: as plain text for a terminal, and as Markdown for a review."""

import json
import textwrap
from collections.abc import Callable, Iterator
from typing import Final

from reports.fix.changes import diff_of
from reports.fix.script import command_of
from reports.plain import plain
from reports.report import counted
from reports.score import shown
from scanner.remedies.planfile import ByHand, FixPlan, NotPlanned, PlannedStep
from scanner.remedy import Check, Safety

_CLASSES: Final = {
    Safety.A: "Class A: takes nothing away that anybody uses",
    Safety.B: "Class B: somebody may rely on what it takes away, so somebody must approve it",
}
_MARKS: Final = {True: "✓", False: "✗", None: "?"}
_INDENT: Final = "     "


def render_prose(plan: FixPlan, width: int) -> str:
    """Return the plan as text."""
    lines = [*_head(plan), ""]
    for safety, title in _CLASSES.items():
        steps = plan.of(safety)
        if steps:
            lines += [f"{title} ({counted(len(steps), 'step')})", ""]
            for step in steps:
                lines += [*_step(step, width), ""]
    lines += _rest(plan, width)
    return "\n".join(lines).rstrip() + "\n"


def _head(plan: FixPlan) -> Iterator[str]:
    waiting = sum(1 for step in plan.steps if step.owner is not None)
    yield f"Plan of {counted(len(plan.steps), 'step')} for account {plan.account}, good until {plan.expires:%Y-%m-%d %H:%M} UTC"
    yield f"sha256 {plan.sha256}"
    before, after = plan.predicted.before, plan.predicted.after
    yield (
        f"Predicted  score {shown(before.posture)} to {shown(after.posture)}, "
        f"exposure {shown(before.exposure)} to {shown(after.exposure)} points, "
        f"failing {before.failing} to {after.failing}, attack paths {before.paths} to {after.paths}"
    )
    if plan.predicted.new:
        yield f"It would bring {counted(len(plan.predicted.new), 'new failure')}: {', '.join(plan.predicted.new[:5])}"
    if waiting:
        yield f"{counted(waiting, 'step')} for resources that others set: refused unless forced"


def _step(step: PlannedStep, width: int) -> Iterator[str]:
    where = "" if step.subject.region in ("", "global") else f"  {step.subject.region}"
    yield f"{step.number:>3}  {plain(step.title)}"
    yield f"{_INDENT}{step.rule} {step.severity}  {step.call.name}{where}"
    yield from _wrapped(f"why {step.safety}: {step.why}", width)
    if step.owner is not None:
        yield from _wrapped(f"refused unless forced: {step.owner.system} sets it, {step.owner.detail}", width)
    if step.rests_on:
        yield f"{_INDENT}rests on step {', '.join(map(str, step.rests_on))}"
    for check in step.checks:
        yield from _wrapped(_checked(check), width)
    for line in diff_of(step):
        yield _cut(f"{_INDENT}{plain(line)}", width)
    yield f"{_INDENT}undo: {', '.join(write.name for write in step.undo)}"
    for left in dict.fromkeys(one.why for one in step.leaves_behind):
        yield from _wrapped(f"undoing leaves: {left}", width)


def _checked(check: Check) -> str:
    return f"{_MARKS[check.holds]} {check.text}"


def _rest(plan: FixPlan, width: int) -> Iterator[str]:
    if plan.by_hand:
        yield f"Class C: for people ({len(plan.by_hand)}); --format cli or terraform writes what is known of it"
        yield ""
        for entry in plan.by_hand:
            yield f"{_INDENT}{entry.rule}  {plain(entry.title)}"
            yield from _wrapped(entry.why, width, "       ")
        yield ""
    if plan.not_planned:
        yield f"Not planned ({len(plan.not_planned)})"
        for reason, entries in _by_reason(plan.not_planned).items():
            names = ", ".join(f"{one.rule} {one.subject.id}" for one in entries[:4])
            more = f" and {len(entries) - 4} more" if len(entries) > 4 else ""  # noqa: PLR2004 - as many as are named
            yield from _wrapped(f"{reason}: {names}{more}", width)
        yield ""
    actions = sum(len(one["Action"]) for one in plan.policy.get("Statement", ()))
    yield f"It takes {counted(actions, 'IAM action')}, undoing included: --format policy prints them"


def _by_reason(entries: tuple[NotPlanned, ...]) -> dict[str, list[NotPlanned]]:
    found: dict[str, list[NotPlanned]] = {}
    for entry in entries:
        found.setdefault(entry.reason, []).append(entry)
    return found


def _wrapped(text: str, width: int, indent: str = _INDENT) -> list[str]:
    return textwrap.wrap(
        plain(text), width, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False
    )


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: width - 1] + "…"


def render_markdown(plan: FixPlan) -> str:
    """Return the plan as Markdown, for a pull request or a ticket."""
    lines = [f"# Fix plan for account {plan.account}", ""]
    lines += [f"- {_escaped(line)}" for line in list(_head(plan))[1:]] + [""]
    for safety, title in _CLASSES.items():
        steps = plan.of(safety)
        if steps:
            lines += [f"## {title}", ""]
            for step in steps:
                lines += [*_markdown_step(step), ""]
    if plan.by_hand:
        lines += ["## Class C: for people", ""]
        lines += [line for entry in plan.by_hand for line in _markdown_hand(entry)] + [""]
    if plan.not_planned:
        lines += ["## Not planned", ""]
        lines += [
            f"- {_escaped(reason)}: {_escaped(', '.join(f'{one.rule} {one.subject.id}' for one in entries))}"
            for reason, entries in _by_reason(plan.not_planned).items()
        ]
        lines += [""]
    lines += ["## IAM policy", "", "```json", json.dumps(plan.policy, indent=2), "```"]
    return "\n".join(lines).rstrip() + "\n"


def _markdown_step(step: PlannedStep) -> Iterator[str]:
    yield f"### {step.number}. {_escaped(step.title)}"
    yield ""
    yield f"{step.rule} ({step.severity}): {_escaped(step.message)}"
    yield ""
    yield f"- class {step.safety}: {_escaped(step.why)}"
    if step.owner is not None:
        yield f"- **refused unless forced**: {_escaped(step.owner.system)} sets it, {_escaped(step.owner.detail)}"
    yield from (f"- {_escaped(_checked(check))}" for check in step.checks)
    yield f"- undo: {_escaped(', '.join(write.name for write in step.undo))}"
    yield from (f"- undoing leaves: {_escaped(one.why)}" for one in step.leaves_behind)
    yield ""
    yield from _fenced("diff", diff_of(step))
    yield from _fenced("sh", [command_of(step.call)])


def _fenced(language: str, lines: "Iterator[str] | list[str]") -> Iterator[str]:
    body = [plain(line) for line in lines]
    longest = max((len(run) for line in body for run in line.split() if set(run) == {"`"}), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}{language}"
    yield from body
    yield fence


def _markdown_hand(entry: ByHand) -> Iterator[str]:
    yield f"- **{entry.rule}** {_escaped(entry.title)}: {_escaped(entry.why)}"


_SPECIAL: Final = frozenset("\\`*_{}[]<>()#|~!")


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in plain(text))


FixRenderer = Callable[[FixPlan, int], str]
