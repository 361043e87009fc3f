"""Who else sets a resource: what infrastructure as code made is put right in its code, or the code puts the fault back."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from scanner.errors import SourceError
from scanner.findings import arn_of
from scanner.model.kind import Resource, Tags
from scanner.model.maybe import Maybe, known, why_unknown
from scanner.remedies.planfile import Owner

MOST_BYTES: Final = 512 << 20
OPT_OUT: Final = "casemate:remediate=never"
"""The tag by which the owner of a resource keeps remedies away from it, unless configuration names another."""

_BY_KEY: Final = {
    "aws:cloudformation:stack-name": "CloudFormation",
    "aws:cloudformation:stack-id": "CloudFormation",
    "aws:servicecatalog:provisionedproductarn": "Service Catalog",
    "elasticbeanstalk:environment-name": "Elastic Beanstalk",
    "aws:eks:cluster-name": "Amazon EKS",
    "pulumi:project": "Pulumi",
    "crossplane-kind": "Crossplane",
}
"""Tags that only the system itself sets (CloudFormation User Guide, "Resource tag", and their like)."""
_MANAGERS: Final = {
    "terraform": "Terraform",
    "opentofu": "OpenTofu",
    "terragrunt": "Terraform",
    "cloudformation": "CloudFormation",
    "cdk": "CloudFormation",
    "aws-cdk": "CloudFormation",
    "sam": "CloudFormation",
    "pulumi": "Pulumi",
    "crossplane": "Crossplane",
}
_MANAGED_BY: Final = frozenset(
    {"managedby", "provisioner", "provisionedby", "createdby", "deployedby", "iac", "iactool"}
)
_YES: Final = frozenset({"true", "yes", "1"})


class StateFile(msgspec.Struct, frozen=True):
    """What a Terraform state manages: addresses by ARN, and by id for what has no ARN."""

    name: str
    by_arn: Mapping[str, str]
    by_id: Mapping[str, str]


def read_state(path: Path) -> StateFile:
    """Read a Terraform state, as it is kept or as `terraform show -json` prints it. Raises `SourceError` if it is none."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SourceError(f"{path}: larger than {MOST_BYTES >> 20} MiB; refused")
        said = json.loads(path.read_bytes())
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path}: no Terraform state ({error})") from error
    if not isinstance(said, dict) or not ("resources" in said or "values" in said):
        raise SourceError(f"{path}: no Terraform state: give terraform.tfstate or the output of terraform show -json")
    by_arn: dict[str, str] = {}
    by_id: dict[str, str] = {}
    for address, attributes in (*_kept(said), *_shown((said.get("values") or {}).get("root_module") or {})):
        arn, native_id = attributes.get("arn"), attributes.get("id")
        if isinstance(arn, str) and arn:
            by_arn.setdefault(arn, address)
        elif isinstance(native_id, str):
            by_id.setdefault(native_id, address)
    return StateFile(str(path), by_arn, by_id)


def _kept(said: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for row in said.get("resources") or ():
        if not isinstance(row, dict) or row.get("mode") != "managed":
            continue
        address = ".".join(filter(None, (row.get("module"), row.get("type"), row.get("name"))))
        for instance in row.get("instances") or ():
            index = instance.get("index_key")
            yield address + ("" if index is None else f"[{json.dumps(index)}]"), instance.get("attributes") or {}


def _shown(module: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for row in module.get("resources") or ():
        if row.get("mode", "managed") == "managed":
            yield str(row.get("address")), row.get("values") or {}
    for child in module.get("child_modules") or ():
        yield from _shown(child)


def owner_of(
    resource: Resource, tags: Maybe[Tags], states: Iterable[StateFile], opt_out: str = OPT_OUT
) -> Owner | None:
    """Return who else sets the resource, or None if nobody is known to."""
    for state in states:
        arn = arn_of(resource)
        address = state.by_arn.get(arn) or state.by_id.get(resource.id)
        if address:
            return Owner("Terraform", f"{address} in {state.name}")
    why = why_unknown(tags)
    if why is not None:
        return Owner("unknown", f"its tags were not read ({why}), so nobody knows who else sets it")
    return owner_by(known(tags), opt_out)


def owner_by(tags: Tags, opt_out: str = OPT_OUT) -> Owner | None:
    """Return who else sets a resource, by its tags."""
    name, _, value = opt_out.partition("=")
    if name in tags and (not value or tags[name] == value):
        return Owner("opted out", f"the tag {name}={tags[name]}")
    for key, text in sorted(tags.items()):
        said = f"the tag {key}={text}"
        if key.lower() in _BY_KEY:
            return Owner(_BY_KEY[key.lower()], said)
        if key.lower().startswith("kubernetes.io/cluster/") and text == "owned":
            return Owner("Kubernetes", said)
        plain = "".join(character for character in key.lower() if character.isalnum())
        value_said = text.strip().lower()
        if plain in _MANAGED_BY and value_said in _MANAGERS:
            return Owner(_MANAGERS[value_said], said)
        if plain in _MANAGERS and value_said in _YES:
            return Owner(_MANAGERS[plain], said)
    return None
