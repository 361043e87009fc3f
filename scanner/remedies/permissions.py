"""The IAM policy of one plan: what applying and undoing it takes, and nothing else."""

from collections.abc import Iterable
from typing import Any, Final

from scanner.remedies.planfile import PlannedStep

MOST_SESSION_POLICY: Final = 2048
"""Characters of a session policy (IAM and STS quotas)."""


def policy_for(steps: Iterable[PlannedStep], reads: Iterable[str]) -> dict[str, Any]:
    """Return the policy: the plan's calls and their inverses on their resources, and the reads that check them."""
    writes: dict[str, set[str]] = {}
    read = set(reads)
    for step in steps:
        for call in (step.call, *step.undo):
            for need in call.needs:
                writes.setdefault(need.action, set()).add(need.resource)
        read |= {need.action for one in step.looks for need in one.look.needs}
    by_resources: dict[tuple[str, ...], list[str]] = {}
    for action, resources in sorted(writes.items()):
        by_resources.setdefault(tuple(sorted(resources)), []).append(action)
    statements = [
        {"Sid": f"CasemateFix{number}", "Effect": "Allow", "Action": actions, "Resource": list(resources)}
        for number, (resources, actions) in enumerate(sorted(by_resources.items()), 1)
    ]
    look = {"Sid": "CasemateRead", "Effect": "Allow", "Action": sorted(read), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [look, *statements]}
