"""Plans as `terraform show -json` writes them, made of what a test is about."""

import json
from pathlib import Path
from typing import Any

ACCOUNT = "123456789012"


def change(address: str, before: Any, after: Any, **more: Any) -> dict[str, Any]:
    type_ = next(part for part in address.split(".") if part.startswith("aws_"))
    name = address.rpartition(f"{type_}.")[2].partition("[")[0]
    actions = ["create"] if before is None else ["delete"] if after is None else ["update"]
    if before == after:
        actions = ["no-op"]
    mode = "data" if address.startswith("data.") else "managed"
    inner = {"actions": actions, "before": before, "after": after, "after_unknown": {}, **more}
    return {"address": address, "mode": mode, "type": type_, "name": name, "change": inner}


def plan(*changes: dict[str, Any], resources: Any = (), **more: Any) -> dict[str, Any]:
    prior = [
        {**{key: one[key] for key in ("address", "mode", "type", "name")}, "values": one["change"]["before"]}
        for one in changes
        if one["change"]["before"] is not None
    ]
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {}},
        "resource_changes": list(changes),
        "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": prior}}},
        "configuration": {
            "provider_config": {"aws": {"expressions": {"region": {"constant_value": "eu-west-1"}}}},
            "root_module": {"resources": list(resources)},
        },
        **more,
    }


def configured(address: str, **expressions: Any) -> dict[str, Any]:
    return {"address": address, "expressions": expressions}


def written(folder: Path, document: dict[str, Any]) -> Path:
    path = folder / "plan.json"
    path.write_text(json.dumps(document))
    return path
