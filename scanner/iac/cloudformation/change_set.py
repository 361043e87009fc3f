"""A CloudFormation change set, as `aws cloudformation describe-change-set --include-property-values` tells it.

Each change carries the resource's properties before and after, with references resolved. Resources that the change set
leaves alone are not in it. Source: AWS CloudFormation API Reference, DescribeChangeSet and ResourceChange.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from scanner.errors import SourceError
from scanner.iac.cloudformation.template import Located, Template
from scanner.iac.cloudformation.translate import declared
from scanner.iac.declared import Declared

MOST_BYTES: Final = 64 << 20
_REMEDY: Final = "write it with aws cloudformation describe-change-set --include-property-values"


class ChangeSet(msgspec.Struct, frozen=True):
    """What a change set says: what it touches, before and after, and where."""

    before: tuple[Declared, ...]
    after: tuple[Declared, ...]
    account: str
    region: str
    template: Mapping[str, Any]
    """A template of what the change makes or alters, as it will be; empty if it only removes."""
    template_before: Mapping[str, Any]
    """The same as it is now; empty if all of it is new."""


def is_change_set(path: Path) -> bool:
    """Whether a file looks like a change set."""
    try:
        with path.open("rb") as stream:
            start = stream.read(MOST_BYTES)
    except OSError:
        return False
    return start.lstrip()[:1] == b"{" and b'"ChangeSetId"' in start and b'"Changes"' in start


def load_change_set(path: Path, account: str) -> ChangeSet:
    """Read a change set. Raises `SourceError` if it is none, failed, not whole, or lacks the values of properties."""
    document = _read(path)
    arn = str(document.get("StackId") or document.get("ChangeSetId") or "").split(":")
    if document.get("NextToken"):
        raise SourceError(f"{path}: the change set is not whole (it has a NextToken); {_REMEDY}")
    if document.get("Status") not in ("CREATE_COMPLETE", None):
        raise SourceError(f"{path}: the change set is {document.get('Status')}: {document.get('StatusReason', '')}")
    changes = [
        one["ResourceChange"] for one in document["Changes"] if isinstance(one, dict) and "ResourceChange" in one
    ]
    if not changes:
        raise SourceError(f"{path}: the change set has no changes of resources")
    region, owner = (arn[3], arn[4]) if len(arn) > 5 else ("", account)  # noqa: PLR2004 - the parts of an ARN
    sides = {name: _side(path, changes, name) for name in ("BeforeContext", "AfterContext")}
    before, after = (_declared(one, path, owner, region) for one in sides.values())
    return ChangeSet(
        before=tuple(before),
        after=tuple(after),
        account=owner,
        region=region,
        template=sides["AfterContext"].template,
        template_before=sides["BeforeContext"].template,
    )


def _read(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SourceError(f"{path}: larger than {MOST_BYTES >> 20} MiB; refused")
        found = json.loads(path.read_bytes())
    except json.JSONDecodeError as error:
        raise SourceError(f"{path}:{error.lineno}:{error.colno}: {error.msg}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise SourceError(f"{path}: no change set ({error})") from error
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}") from error
    if not isinstance(found, dict) or not isinstance(found.get("Changes"), list):
        raise SourceError(f"{path}: no change set; {_REMEDY}")
    return found


class _Side(msgspec.Struct, frozen=True):
    """The resources on one side of the change, as a template, and their ids by logical id."""

    template: Mapping[str, Any]
    ids: Mapping[str, str]


def _side(path: Path, changes: Iterable[Mapping[str, Any]], context: str) -> _Side:
    """Return what the changed resources are on one side of the change."""
    resources: dict[str, Any] = {}
    ids: dict[str, str] = {}
    for change in changes:
        name, action = str(change.get("LogicalResourceId")), change.get("Action")
        if (context == "BeforeContext" and action in ("Add", "Import")) or (
            context == "AfterContext" and action == "Remove"
        ):
            continue
        said = change.get(context)
        if not isinstance(said, str):
            raise SourceError(f"{path}: the change of {name} does not tell its properties; {_REMEDY}")
        try:
            found = json.loads(said)
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{path}: {context} of {name} is no JSON ({error})") from error
        properties = found.get("Properties") if isinstance(found, dict) else None
        resources[name] = {"Type": change.get("ResourceType"), "Properties": properties or {}}
        if change.get("PhysicalResourceId") and change.get("Replacement") != "True":
            ids[name] = str(change["PhysicalResourceId"])
    return _Side({"Resources": resources} if resources else {}, ids)


def _declared(side: _Side, path: Path, account: str, region: str) -> Iterable[Declared]:
    if not side.template:
        return ()
    document = Located(side.template)
    document.lines, document.line = {}, 1
    template = Template(document, account, region, file=path.name)
    return [
        msgspec.structs.replace(one, id=side.ids[one.address]) if one.address in side.ids else one
        for one in declared(template)
    ]
