"""The plan as infrastructure as code: what to write where the resource is set, in Terraform or CloudFormation."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import yaml

from reports.plain import plain
from scanner.remedies.planfile import ByHand, FixPlan, PlannedStep
from scanner.remedy import Snippet

_LABEL: Final = re.compile(r"[^a-zA-Z0-9_]+")


def render_terraform(plan: FixPlan) -> str:
    """Return blocks of Terraform, each with its finding. They show what must be said, not where your code says it."""
    blocks = [f"# Account {plan.account}, plan {plan.sha256[:12]}. Merge into the resource where your code sets it.\n"]
    blocks += [_told(entry, _terraform(entry)) for entry in _entries(plan)]
    return "\n".join(blocks)


def render_cloudformation(plan: FixPlan) -> str:
    """Return properties of CloudFormation resources, each with its finding."""
    blocks = [
        f"# Account {plan.account}, plan {plan.sha256[:12]}. Merge into the resource where your template sets it.\n"
    ]
    blocks += [_told(entry, _cloudformation(entry)) for entry in _entries(plan)]
    return "\n".join(blocks)


def _entries(plan: FixPlan) -> Iterable[PlannedStep | ByHand]:
    return (*plan.steps, *plan.by_hand)


def _told(entry: PlannedStep | ByHand, code: str) -> str:
    owner = entry.owner if isinstance(entry, PlannedStep) else None
    lines = [f"# {entry.rule}: {plain(entry.title)}"]
    if owner is not None:
        lines.append(f"# set by {plain(owner.system)}: {plain(owner.detail)}")
    return "\n".join((*lines, code or "# no snippet: this is no setting that code declares")) + "\n"


def _terraform(entry: PlannedStep | ByHand) -> str:
    name = _LABEL.sub("_", entry.subject.name or entry.subject.id).strip("_") or "this"
    return "\n\n".join(hcl(one, name) for one in entry.code if one.terraform)


def hcl(snippet: Snippet, name: str) -> str:
    """Return a resource block of Terraform; a list of mappings becomes nested blocks."""
    label = name if not name[0].isdigit() else f"r_{name}"
    body = "\n".join(_arguments(snippet.arguments, 1))
    return (
        f'resource "{snippet.terraform}" "{label}" {{\n{body}\n}}'
        if body
        else f'resource "{snippet.terraform}" "{label}" {{}}'
    )


def _arguments(arguments: dict[str, Any], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for name, value in arguments.items():
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            for one in value:
                inner = "\n".join(_arguments(one, depth + 1))
                yield f"{pad}{name} {{\n{inner}\n{pad}}}" if inner else f"{pad}{name} {{}}"
        else:
            yield f"{pad}{name} = {_expression(value, depth)}"


def _expression(value: Any, depth: int) -> str:
    if isinstance(value, dict):
        pad = "  " * (depth + 1)
        lines = [f"{pad}{json.dumps(key)} = {_expression(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + "\n".join(lines) + "\n" + "  " * depth + "}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    return json.dumps(value, ensure_ascii=False)


def _cloudformation(entry: PlannedStep | ByHand) -> str:
    name = _LABEL.sub("", (entry.subject.name or entry.subject.id).title()) or "Resource"
    declared = [one for one in entry.code if one.cloudformation]
    resources = {
        f"{name}{number or ''}": {"Type": one.cloudformation, "Properties": one.properties}
        for number, one in enumerate(declared)
    }
    return yaml.safe_dump({"Resources": resources}, sort_keys=False).rstrip() if resources else ""
