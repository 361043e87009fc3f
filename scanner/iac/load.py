"""Which kind of infrastructure as code a path holds, and what it declares."""

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from scanner.errors import SourceError
from scanner.iac.cloudformation.template import Template, is_template, parse_template, read_template
from scanner.iac.cloudformation.translate import declared
from scanner.iac.declared import Declared
from scanner.iac.judged import Estate
from scanner.iac.suppressions import suppressions
from scanner.iac.terraform.plan import is_plan, load_plan
from scanner.iac.terraform.source import ANY_ACCOUNT, Configuration, load_folder
from scanner.iac.values import Hole

TERRAFORM = "terraform"
PLAN = "plan"
CLOUDFORMATION = "cloudformation"


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a path declares."""

    kind: str
    """`terraform`, `plan` or `cloudformation`."""
    after: Estate
    before: Estate | None = None
    """What there is already, where the source tells it."""
    files: Mapping[str, str] = msgspec.field(default_factory=dict)
    """The texts of its files, for code frames."""
    waivers: tuple[dict[str, Any], ...] = ()
    """Suppressions written in the code."""
    accounts: frozenset[str] = frozenset()
    """The accounts that the source itself says it is for."""


def kind_of(path: Path) -> str:
    """Return `terraform`, `plan` or `cloudformation` for infrastructure as code, or the empty text."""
    if path.is_dir():
        return TERRAFORM if any(_configuration(path)) else ""
    if path.is_file() and (is_plan(path) or zipfile.is_zipfile(path)):
        return PLAN
    return CLOUDFORMATION if path.is_file() and is_template(path) else ""


def _configuration(folder: Path) -> Iterator[Path]:
    return (path for pattern in ("*.tf", "*.tf.json", "**/*.tf", "**/*.tf.json") for path in folder.glob(pattern))


def load(path: Path, *, account: str = "", var_files: tuple[Path, ...] = ()) -> Loaded:
    """Return what a path declares. Raises `SourceError` if it is no infrastructure as code, or not valid."""
    kind = kind_of(path)
    if kind == PLAN:
        return _plan(path, account, var_files)
    if kind == CLOUDFORMATION:
        return _template(path, account)
    if kind != TERRAFORM:
        raise SourceError(f"{path}: neither Terraform configuration, a plan in JSON nor a CloudFormation template")
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


def _template(path: Path, account: str) -> Loaded:
    text = read_template(path)
    held = account or ANY_ACCOUNT
    found = tuple(declared(Template(parse_template(text, path.name), held, ""), path.name, held, ""))
    files = {path.name: text}
    return Loaded(
        kind=CLOUDFORMATION,
        after=Estate(declared=found, account=held),
        files=files,
        waivers=suppressions(files, found),
    )


def _plan(path: Path, account: str, var_files: tuple[Path, ...]) -> Loaded:
    if zipfile.is_zipfile(path):
        raise SourceError(f"{path}: a plan in Terraform's own format; write it as JSON: terraform show -json {path}")
    plan = load_plan(path)
    source = _source_beside(path, account, var_files)
    held = account or (next(iter(plan.accounts)) if len(plan.accounts) == 1 else ANY_ACCOUNT)
    written = {one.address: one for one in source.declared} if source else {}
    after = tuple(_with_source(one, written.get(one.address)) for one in plan.after)
    return Loaded(
        kind=PLAN,
        before=Estate(declared=plan.before, account=held, region=plan.region),
        after=Estate(declared=after, account=held, region=plan.region, removed=plan.removed),
        files=source.files if source else {},
        waivers=suppressions(source.files, source.declared) if source else (),
        accounts=plan.accounts,
    )


def _source_beside(path: Path, account: str, var_files: tuple[Path, ...]) -> Configuration | None:
    """Return the configuration in the folder of a plan, if there is any: it has the lines that the plan lacks."""
    folder = path.resolve().parent
    if not any(folder.glob("*.tf")):
        return None
    return load_folder(folder, account=account, var_files=var_files, root_only=True)


def _with_source(planned: Declared, written: Declared | None) -> Declared:
    """Return what is planned, with the lines of its source, and what the source knows where the plan does not."""
    if written is None:
        return planned
    values = dict(planned.values)
    for name, value in planned.values.items():
        told = written.values.get(name)
        if isinstance(value, Hole) and not value.is_concrete and told is not None and not isinstance(told, Hole):
            values[name] = told
    return msgspec.structs.replace(
        planned, values=values, file=written.file, line=written.line, body=written.body, calls=written.calls
    )
