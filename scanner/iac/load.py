"""Which kind of infrastructure as code a path holds, and what it declares."""

import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec

from scanner.errors import SourceError
from scanner.iac.declared import Declared
from scanner.iac.judged import Estate
from scanner.iac.scenarios import scenarios_of
from scanner.iac.suppressions import suppressions
from scanner.iac.terraform.binary_plan import Unpacked, unpack
from scanner.iac.terraform.plan import is_plan, load_plan, plan_of, shown_plan
from scanner.iac.terraform.shown import shown
from scanner.iac.terraform.source import ANY_ACCOUNT, Configuration, load_folder
from scanner.iac.values import Hole, holes

TERRAFORM = "terraform"
PLAN = "plan"
CLOUDFORMATION = "cloudformation"
CHANGE_SET = "change-set"
_DEPTH: Final = 8
"""Folders above the root of a plan's configuration, for modules that lie beside it."""


class Rewritten(msgspec.Struct, frozen=True):
    """The texts that a source was turned into, by name: what will be, and what is there already."""

    kind: str
    after: Mapping[str, str]
    before: Mapping[str, str] = msgspec.field(default_factory=dict)


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a path declares."""

    kind: str
    """`terraform`, `plan`, `cloudformation` or `change-set`."""
    after: Estate
    before: Estate | None = None
    """What there is already, where the source tells it."""
    files: Mapping[str, str] = msgspec.field(default_factory=dict)
    """The texts of its files, for code frames."""
    waivers: tuple[dict[str, Any], ...] = ()
    """Suppressions written in the code."""
    accounts: frozenset[str] = frozenset()
    """The accounts that the source itself says it is for."""
    rewritten: Rewritten | None = None
    """What the source says in a form that other programs read, where they do not read the source itself."""


def kind_of(path: Path) -> str:
    """Return `terraform`, `plan`, `cloudformation` or `change-set` for infrastructure as code, or the empty text."""
    if path.is_dir():
        return TERRAFORM if any(_configuration(path)) else ""
    if path.is_file() and (is_plan(path) or is_binary_plan(path)):
        return PLAN
    if not path.is_file():
        return ""
    from scanner.iac.cloudformation.change_set import is_change_set  # noqa: PLC0415 - Terraform needs none of it
    from scanner.iac.cloudformation.template import is_template  # noqa: PLC0415

    if is_change_set(path):
        return CHANGE_SET
    return CLOUDFORMATION if is_template(path) else ""


def _configuration(folder: Path) -> Iterator[Path]:
    return (path for pattern in ("*.tf", "*.tf.json", "**/*.tf", "**/*.tf.json") for path in folder.glob(pattern))


def load(
    path: Path,
    *,
    account: str = "",
    var_files: tuple[Path, ...] = (),
    parameters: Mapping[str, str] | None = None,
    terraform: Path | None = None,
) -> Loaded:
    """Return what a path declares. Raises `SourceError` if it is no infrastructure as code, or not valid.

    `var_files` hold values of Terraform variables, `parameters` values of a template's parameters; `terraform` is the
    program that shows a plan in its own format, which is read without it if none is given.
    """
    kind = kind_of(path)
    if kind == PLAN:
        return _plan(path, account, var_files, terraform)
    if kind == CHANGE_SET:
        return _change_set(path, account)
    if kind == CLOUDFORMATION:
        return _template(path, account, parameters or {})
    if kind != TERRAFORM:
        raise SourceError(
            f"{path}: neither Terraform configuration, a plan, a CloudFormation template nor a change set"
        )
    found = load_folder(path, account=account, var_files=var_files)
    held = account or found.account
    estate = Estate(declared=found.declared, account=held or ANY_ACCOUNT, missing=found.missing)
    return Loaded(
        kind=TERRAFORM,
        after=estate,
        files=found.files,
        waivers=suppressions(found.files, found.declared),
        accounts=frozenset({found.account} - {""}),
    )


def _template(path: Path, account: str, parameters: Mapping[str, str]) -> Loaded:
    from scanner.iac.cloudformation.stacks import Stacks  # noqa: PLC0415
    from scanner.iac.cloudformation.template import parse_template, read_template  # noqa: PLC0415
    from scanner.iac.cloudformation.translate import declared  # noqa: PLC0415

    text = read_template(path)
    held = account or ANY_ACCOUNT
    written = parse_template(text, path.name)
    estates = []
    files = {path.name: text}
    for given in scenarios_of(written, parameters):
        stacks = Stacks(path, held)
        found = tuple(declared(stacks.outermost(path, written, given)))
        missing = tuple(stacks.missing)
        files |= stacks.files
        name = ", ".join(f"{name}={value}" for name, value in given.items() if name not in parameters)
        estates.append((name, Estate(declared=found, account=held, missing=missing)))
    first = estates[0][1]
    after = msgspec.structs.replace(first, scenarios=tuple(estates)) if len(estates) > 1 else first
    every = [one for _, estate in estates for one in estate.declared]
    return Loaded(kind=CLOUDFORMATION, after=after, files=files, waivers=suppressions(files, every))


def _change_set(path: Path, account: str) -> Loaded:
    from scanner.iac.cloudformation.change_set import load_change_set  # noqa: PLC0415

    found = load_change_set(path, account or ANY_ACCOUNT)
    kept = {one.address for one in found.after}
    removed = tuple(one for one in found.before if one.address not in kept)
    return Loaded(
        kind=CHANGE_SET,
        before=Estate(declared=found.before, account=found.account, region=found.region),
        after=Estate(declared=found.after, account=found.account, region=found.region, removed=removed),
        accounts=frozenset({found.account} - {ANY_ACCOUNT}),
        rewritten=Rewritten(CLOUDFORMATION, _template_of(found.template), _template_of(found.template_before)),
    )


def _template_of(template: Mapping[str, Any]) -> dict[str, str]:
    return {"template.json": json.dumps(template, indent=1)} if template else {}


def is_binary_plan(path: Path) -> bool:
    """Whether a path is a plan in Terraform's own format, or at least a file like one."""
    return path.is_file() and zipfile.is_zipfile(path)


def _plan(path: Path, account: str, var_files: tuple[Path, ...], terraform: Path | None) -> Loaded:
    binary = is_binary_plan(path)
    rewritten = None
    if binary:
        unpacked = unpack(path)
        source = _embedded(unpacked, account)
        if terraform is None:
            plan = plan_of(unpacked.document, path, account)
            rewritten = Rewritten(TERRAFORM, source.files) if source else None
        else:
            data = shown(terraform, path)
            plan = shown_plan(data, path, account)
            rewritten = Rewritten(PLAN, {"plan.json": data.decode()})
    else:
        plan, source = load_plan(path, account), _source_beside(path, account, var_files)
    told = not binary or terraform is not None
    held = account or (next(iter(plan.accounts)) if len(plan.accounts) == 1 else ANY_ACCOUNT)
    written = {one.address: one for one in source.declared} if source else {}
    after = tuple(_with_source(one, written.get(one.address), told=told) for one in plan.after)
    return Loaded(
        kind=PLAN,
        before=Estate(declared=plan.before, account=held, region=plan.region),
        after=Estate(declared=after, account=held, region=plan.region, removed=plan.removed),
        files=source.files if source else {},
        waivers=suppressions(source.files, source.declared) if source else (),
        accounts=plan.accounts,
        rewritten=rewritten,
    )


def _embedded(unpacked: Unpacked, account: str) -> Configuration | None:
    """Return the configuration that a plan in Terraform's own format holds, with the variables that it was made with."""
    with TemporaryDirectory(prefix="casemate-plan-") as name:
        top = Path(name).resolve()
        # Modules beside the root (`../shared`) have a place below the top, which is as a repository.
        root = top.joinpath(*("d" for _ in range(_DEPTH)))
        (top / ".git").mkdir()
        for file, text in unpacked.files.items():
            target = Path(os.path.normpath(root / file))
            if not target.is_relative_to(top / "d"):
                raise SourceError(f"the plan has a module outside of its project: {file}")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        if not any(one.name.endswith((".tf", ".tf.json")) for one in root.iterdir()):
            return None
        return load_folder(root, account=account, variables=unpacked.variables, root_only=True)


def _source_beside(path: Path, account: str, var_files: tuple[Path, ...]) -> Configuration | None:
    """Return the configuration in the folder of a plan, if there is any: it has the lines that the plan lacks."""
    folder = path.resolve().parent
    if not any(folder.glob("*.tf")):
        return None
    return load_folder(folder, account=account, var_files=var_files, root_only=True)


def _with_source(planned: Declared, written: Declared | None, *, told: bool) -> Declared:
    """Return what is planned, with the lines of its source, and what the source knows where the plan does not.

    `told` is whether the plan tells what its configuration sets; if not, an unknown value that the source does not set is
    one that AWS chooses, and the argument counts as not set.
    """
    if written is None:
        return planned
    values = dict(planned.values)
    for name, value in planned.values.items():
        said = written.values.get(name)
        unknown = isinstance(value, Hole) and not value.is_concrete
        if unknown and said is not None and not (isinstance(said, Hole) and not said.is_concrete):
            values[name] = said
        elif not told and said is None and unknown:
            del values[name]
        elif not told and isinstance(value, list | dict) and _has_gap(value):
            values[name] = value if said is None else said
    return msgspec.structs.replace(
        planned, values=values, file=written.file, line=written.line, body=written.body, calls=written.calls
    )


def _has_gap(value: Any) -> bool:
    return any(not hole.is_concrete for hole in holes(value))
