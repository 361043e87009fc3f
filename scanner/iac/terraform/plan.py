"""A Terraform plan in JSON (`terraform show -json PLAN`): what there is, and what there will be.

A value that is only known after apply is a symbol of what the configuration says it refers to. Where the configuration
sets nothing, an unknown value is one that AWS chooses, and the argument counts as not set. Sensitive values are never
looked at. Source: Terraform documentation, "JSON Output Format".
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from scanner.errors import SourceError
from scanner.iac.declared import Declared
from scanner.iac.terraform.attributes import computed
from scanner.iac.terraform.policy_documents import rendered
from scanner.iac.terraform.references import References
from scanner.iac.terraform.source import ANY_ACCOUNT
from scanner.iac.values import Hole, Value
from scanner.model.maybe import Reason

MOST_BYTES: Final = 512 << 20
_SEARCHED: Final = 64 << 20
_ARN: Final = re.compile(r"arn:[\w-]+:[\w-]*:([\w-]*):(\d{12}):")
_DOCUMENT: Final = "aws_iam_policy_document"


class PlanFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan says."""

    before: tuple[Declared, ...]
    after: tuple[Declared, ...]
    removed: tuple[Declared, ...]
    accounts: frozenset[str]
    """The accounts that its resources are known to be in."""
    region: str
    """The provider's region, where it is a constant or a known variable."""


def is_plan(path: Path) -> bool:
    """Whether a file looks like a plan in JSON."""
    try:
        with path.open("rb") as stream:
            start = stream.read(1 << 16)
            if start.lstrip()[:1] == b"{" and b'"format_version"' not in start:
                # Other tools sort the keys of a plan: then what tells it stands anywhere.
                start += stream.read(_SEARCHED)
    except OSError:
        return False
    return start.lstrip()[:1] == b"{" and b'"format_version"' in start and b'"terraform_version"' in start


def load_plan(path: Path, account: str = "") -> PlanFile:
    """Read a plan. Raises `SourceError` if it is none, failed, of another major format, or empty."""
    return plan_of(_decoded(_read(path), path), path, account)


def shown_plan(data: bytes, path: Path, account: str = "") -> PlanFile:
    """Return what a plan says of which Terraform wrote the JSON; see `load_plan`."""
    return plan_of(_decoded(data, path), path, account)


def plan_of(document: Mapping[str, Any], path: Path, account: str = "") -> PlanFile:
    """Return what a plan in the shape of JSON says; see `load_plan`."""
    version = document.get("format_version")
    if not isinstance(version, str) or version.partition(".")[0] not in ("0", "1"):
        raise SourceError(f"{path}: plan format {version!r} is not one that is understood (1.x)")
    if "planned_values" not in document or "resource_changes" not in document:
        raise SourceError(f"{path}: no plan: write it with terraform show -json PLAN")
    if document.get("errored"):
        raise SourceError(f"{path}: the plan ended with an error, so it is not whole")
    try:
        found = _Plan(document, path.name, account).read()
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise SourceError(f"{path}: the plan is malformed ({type(error).__name__}: {error})") from error
    if not found.before and not found.after:
        raise SourceError(f"{path}: the plan has no resources")
    return found


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SourceError(f"{path}: larger than {MOST_BYTES >> 20} MiB; refused")
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}") from error


def _decoded(data: bytes, path: Path) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except json.JSONDecodeError as error:
        raise SourceError(f"{path}:{error.lineno}:{error.colno}: {error.msg}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise SourceError(f"{path}: no plan in JSON ({error})") from error
    if not isinstance(found, dict):
        raise SourceError(f"{path}: no plan in JSON")
    return found


class _Plan:
    def __init__(self, document: Mapping[str, Any], file: str, account: str) -> None:
        self.document = document
        self.file = file
        self.changes: list[dict[str, Any]] = [
            *(document["resource_changes"] or ()),
            # What Terraform could not plan yet will be planned later: it is judged as far as it is known.
            *(one["resource_change"] for one in document.get("deferred_changes") or ()),
        ]
        self.configuration = document.get("configuration") or {}
        self.prior = {
            one["address"]: one for one in _resources((document.get("prior_state") or {}).get("values") or {})
        }
        addresses = {one["address"] for one in self.changes} | set(self.prior)
        self.references = References(self.configuration, addresses)
        self.data = {one["address"]: one["change"] for one in self.changes if one["mode"] == "data"}
        self.planned = {one["address"]: one for one in self.changes if one["mode"] == "managed"}
        self.region = self._region()
        told = frozenset(self._accounts())
        self.account = account or (next(iter(told)) if len(told) == 1 else ANY_ACCOUNT)

    def read(self) -> PlanFile:
        before: list[Declared] = []
        after: list[Declared] = []
        removed: list[Declared] = []
        for one in self.changes:
            if one["mode"] != "managed":
                continue
            change = one["change"]
            past = change.get("before")
            if past is not None:
                values = _masked(past, change.get("before_sensitive"), one["address"])
                address = one.get("previous_address") or one["address"]
                before.append(self._declared(one, values, address))
            if change.get("after") is not None or "create" in change["actions"]:
                after.append(self._declared(one, self._after(one["address"], change), one["address"]))
            elif past is not None and change["actions"] != ["forget"]:
                removed.append(before[-1])
        told = {one["address"] for one in self.changes}
        for address, one in self.prior.items():
            if address not in told and one["mode"] == "managed":
                kept = self._declared(one, _masked(one["values"], one.get("sensitive_values"), address), address)
                before.append(kept)
                after.append(kept)
        return PlanFile(
            before=tuple(before),
            after=tuple(after),
            removed=tuple(removed),
            accounts=frozenset(self._accounts()),
            region=self.region,
        )

    def _declared(self, one: Mapping[str, Any], values: Mapping[str, Value], address: str) -> Declared:
        native_id = values.get("arn") if one["type"] == "aws_iam_policy" else values.get("id")
        return Declared(
            type=one["type"],
            address=address,
            values=values,
            file=self.file,
            line=1,
            region=_region_of(values) or self.region,
            id=native_id if isinstance(native_id, str) else "",
        )

    def _after(self, address: str, change: Mapping[str, Any]) -> dict[str, Value]:
        values = _masked(change.get("after") or {}, change.get("after_sensitive"), address)
        merged = self._with_unknown(address, (), values, change.get("after_unknown") or {})
        return {name: value for name, value in merged.items() if value is not None}

    def _with_unknown(self, address: str, path: tuple[str | int, ...], value: Value, mask: Any) -> Value:
        """Return the value with symbols where the mask says that it is unknown; null where nothing is configured."""
        if mask is True:
            return self._symbol(address, path)
        if isinstance(mask, dict):
            made = dict(value or {})
            for name, inner in mask.items():
                made[name] = self._with_unknown(address, (*path, name), made.get(name), inner)
            return made
        if isinstance(mask, list) and isinstance(value, list | None):
            items = list(value or [])
            items += [None] * (len(mask) - len(items))
            return [
                self._with_unknown(address, (*path, number), item, mask[number]) if number < len(mask) else item
                for number, item in enumerate(items)
            ]
        return value

    def _symbol(self, address: str, path: tuple[str | int, ...]) -> Value:
        expression = self.references.expression(address, path)
        if expression is None and self.references.is_told(address) and not _below_dynamic(path):
            return None
        said = expression.get("references", ()) if isinstance(expression, dict) else ()
        target, attribute = self.references.target(address, said)
        shown = ".".join(str(step) for step in path)
        detail = f"{address}.{shown} is known after apply" + (f", from {said[0]}" if said else "")
        if target in self.data and f".{_DOCUMENT}." in f".{target}" and attribute in ("json", "minified_json", ""):
            return rendered(self._after(target, self.data[target]))
        if not target or not attribute:
            return Hole(f"{address}.{shown}", Reason.KNOWN_AFTER_APPLY, detail)
        return self._attribute(target, attribute, detail)

    def _attribute(self, target: str, attribute: str, detail: str) -> Value:
        """Return an attribute of what will be made: what its arguments tell, else the symbol that stands for it."""
        one = self.planned.get(target)
        if one is None:
            return Hole(f"{target}.{attribute}", Reason.KNOWN_AFTER_APPLY, detail, target, attribute)
        known = (one["change"].get("after") or {}).get
        made = computed(one["type"], target, attribute, known, self.account, region=self.region)
        return msgspec.structs.replace(made, detail=detail) if isinstance(made, Hole) else made

    def _region(self) -> str:
        said = (
            ((self.configuration.get("provider_config") or {}).get("aws") or {})
            .get("expressions", {})
            .get("region", {})
        )
        if "constant_value" in said:
            return str(said["constant_value"])
        variables = self.document.get("variables") or {}
        for reference in said.get("references", ()):
            value = (variables.get(reference.removeprefix("var.")) or {}).get("value")
            if reference.startswith("var.") and isinstance(value, str):
                return value
        return ""

    def _accounts(self) -> Iterator[str]:
        for one in self.prior.values():
            values = one.get("values") or {}
            if one["type"] == "aws_caller_identity" and isinstance(values.get("account_id"), str):
                yield values["account_id"]
            if one["mode"] == "managed" and one["type"].startswith("aws_") and (match := _arn(values)):
                yield match.group(2)


def _below_dynamic(path: tuple[str | int, ...]) -> bool:
    """Whether the path leads into a block: the configuration of dynamic ones is not in the plan."""
    return len(path) > 1


def _resources(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    todo = [values.get("root_module") or {}]
    while todo:
        module = todo.pop()
        yield from module.get("resources") or ()
        todo += module.get("child_modules") or ()


def _masked(value: Any, mask: Any, address: str) -> Any:
    """Return the value with a hole for each sensitive part."""
    if mask is True and isinstance(value, dict):
        return {name: _masked(item, mask, address) for name, item in value.items()}
    if mask is True:
        return Hole(address, detail=f"a value of {address} is sensitive and not looked at")
    if isinstance(mask, dict) and isinstance(value, dict):
        return {name: _masked(item, mask.get(name), address) for name, item in value.items()}
    if isinstance(mask, list) and isinstance(value, list):
        return [
            _masked(item, mask[number] if number < len(mask) else None, address) for number, item in enumerate(value)
        ]
    return value


def _arn(values: Mapping[str, Any]) -> re.Match[str] | None:
    arn = values.get("arn")
    return _ARN.match(arn) if isinstance(arn, str) else None


def _region_of(values: Mapping[str, Value]) -> str:
    region = values.get("region")
    if isinstance(region, str) and region:
        return region
    match = _arn(values)
    return match.group(1) if match else ""
