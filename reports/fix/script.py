"""The plan as a script for the AWS CLI: every call with its input as JSON, and the way back beside it."""

import json
import shlex
from collections.abc import Iterator
from typing import Final

from reports.plain import plain
from scanner.remedies.planfile import ByHand, FixPlan, PlannedStep
from scanner.remedy import ALL_FOUND, FOUND, Write

_CLI: Final = {"s3": "s3api", "stepfunctions": "stepfunctions"}
_HEAD: Final = """\
#!/usr/bin/env bash
# {count} of {account}, planned {created} (plan {sha}).
# `casemate fix apply` makes the same calls, and looks before and after each. This script does not.
set -euo pipefail
test "$(aws sts get-caller-identity --query Account --output text)" = {account}
"""


def render_script(plan: FixPlan) -> str:
    """Return the script. What is for people is there as comments."""
    steps = f"{len(plan.steps)} changes"
    head = _HEAD.format(count=steps, account=plan.account, created=plan.created.isoformat(), sha=plan.sha256[:12])
    blocks = [head, *map(_step, plan.steps)]
    if plan.by_hand:
        blocks.append("# By hand: read, decide, and take out the comment signs of what you want.\n")
        blocks += map(_by_hand, plan.by_hand)
    return "\n".join(blocks)


def _step(step: PlannedStep) -> str:
    lines = [f"# {step.number}. {step.rule} class {step.safety}: {plain(step.title)}"]
    if step.owner is not None:
        lines.append(
            f"#    {plain(step.owner.system)} sets this resource ({plain(step.owner.detail)}): change it there"
        )
    lines += [f"#    undo: {line}" for write in step.undo for line in [_told(write)]]
    command = command_of(step.call)
    lines.append(f"# {command}" if step.owner is not None else command)
    return "\n".join(lines) + "\n"


def _by_hand(entry: ByHand) -> str:
    lines = [f"# {entry.rule}: {plain(entry.title)}", f"#    {plain(entry.why)}"]
    lines += [f"# {command_of(write)}" for write in entry.script]
    return "\n".join(lines) + "\n"


def _told(write: Write) -> str:
    if any(mark in json.dumps(write.parameters) for mark in (FOUND, ALL_FOUND)):
        return f"{write.name}, of what the call made"
    return command_of(write)


def command_of(write: Write) -> str:
    """Return the command that makes a call (AWS CLI User Guide, "Skeleton and input files")."""
    region = [] if write.region == "global" else ["--region", write.region]
    words = ["aws", _CLI.get(write.service, write.service), kebab(write.operation), *region]
    return " ".join((*map(shlex.quote, words), "--cli-input-json", shlex.quote(json.dumps(write.parameters))))


def kebab(operation: str) -> str:
    """Return the command of an operation: `PutBucketPolicy` is `put-bucket-policy`, `ModifyDBInstance` `modify-db-instance`."""
    return "".join(_hyphened(operation)).lstrip("-").lower()


def _hyphened(name: str) -> Iterator[str]:
    for position, letter in enumerate(name):
        before = name[position - 1] if position else ""
        after = name[position + 1 : position + 2]
        starts = letter.isupper() and (not before.isupper() or after.islower())
        yield f"-{letter}" if starts else letter
