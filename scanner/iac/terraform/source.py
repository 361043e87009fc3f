"""A folder of Terraform configuration as the resources that it declares."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from scanner.errors import SourceError
from scanner.iac.declared import Declared
from scanner.iac.terraform.evaluate import EvaluationError, Evaluator, Work
from scanner.iac.terraform.files import Project
from scanner.iac.terraform.functions import call
from scanner.iac.terraform.module import Instance, Module, Shared
from scanner.iac.terraform.syntax import Block, Body
from scanner.iac.values import SYMBOLS, Value, list_of
from scanner.model.maybe import Reason, Why

ANY_ACCOUNT: Final = "000000000000"
"""Stands for the account that a configuration is applied to where nothing tells it."""


class Configuration(msgspec.Struct, frozen=True):
    """What a folder declares, and what of it is not here."""

    declared: tuple[Declared, ...]
    missing: tuple[str, ...]
    """Calls of modules that are not here."""
    account: str
    """The account that every provider is held to; empty if they do not say, or differ."""
    files: Mapping[str, str]
    """The text of every file read, by its path below the folder: for code frames."""


def load_folder(
    folder: Path,
    *,
    account: str = "",
    var_files: Iterable[Path] = (),
    variables: Mapping[str, Value] | None = None,
    root_only: bool = False,
) -> Configuration:
    """Evaluate every root module below a folder; with `root_only`, the folder itself alone.

    `variables` are values that come before those of any file, as a plan has them.

    Raises `SourceError`, naming file, line and column, for what is not valid, and if there is no configuration.
    """
    project = Project(folder)
    roots = [project.root] if root_only else project.roots()
    if not roots:
        raise SourceError(f"{folder}: holds no Terraform configuration (*.tf)")
    declared: list[Declared] = []
    missing: list[str] = []
    held: set[str] = set()
    for root in roots:
        prefix = "" if len(roots) == 1 or root == project.root else f"{project.shown(root)}//"
        held.add(_account_of(project, root))
        shared = Shared(project, root, account or _account_of(project, root) or ANY_ACCOUNT, prefix)
        given = _variables(project, root, tuple(var_files)) | dict(variables or {})
        module = Module(shared, root, inputs={name: (lambda value=value: value) for name, value in given.items()})  # type: ignore[misc]  # the default binds the loop's value
        declared += _declared(module)
        missing += shared.missing
    return Configuration(tuple(declared), tuple(missing), held.pop() if len(held) == 1 else "", project.texts)


def _variables(project: Project, root: Path, var_files: tuple[Path, ...]) -> dict[str, Value]:
    """Return what the files of variables give, later ones first (Terraform, "Variable Definition Precedence")."""
    names = sorted(path for path in root.iterdir() if path.name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    usual = [root / name for name in ("terraform.tfvars", "terraform.tfvars.json") if (root / name).is_file()]
    evaluator = Evaluator({}, call, Work())
    given: dict[str, Value] = {}
    for path in (*usual, *names, *var_files):
        for name, argument in project.parse(path, given=path in var_files).arguments.items():
            try:
                given[name] = evaluator.value(argument.value)
            except EvaluationError as error:
                raise SourceError(f"{project.shown(path)}:{argument.line}: {name}: {error}") from error
    return given


def _account_of(project: Project, root: Path) -> str:
    """Return the account that the provider is held to, if a literal says so."""
    for block in project.body(root).blocks:
        if block.type == "provider" and block.labels == ("aws",):
            said = block.body.arguments.get("allowed_account_ids")
            try:
                found = Evaluator({}, call, Work()).value(said.value) if said is not None else None
            except EvaluationError:
                continue
            accounts = [one for one in list_of(found) if not isinstance(one, SYMBOLS)]
            if len(accounts) == 1:
                return str(accounts[0])
    return ""


def _declared(module: Module) -> Iterator[Declared]:
    for key, block in module.blocks.items():
        if key[0] == "resource":
            address = f"{module.address}{key[1]}.{key[2]}"
            for instance in module.expanded(block, address):
                yield _of(module, block, f"{address}{instance.key}", instance)
    for child in module.children():
        yield from _declared(child)


def _of(module: Module, block: Block, address: str, instance: Instance) -> Declared:
    hole = instance.perhaps or module.perhaps
    body: Body = block.body
    return Declared(
        type=block.labels[0],
        address=address,
        values=module.values(body, instance, address) if block.labels[0].startswith("aws_") else {},
        file=block.file,
        line=block.line,
        body=body,
        region=module.region(block),
        calls=module.calls,
        perhaps=None if hole is None else Why(Reason.UNRESOLVED, hole.detail or f"it exists as {hole.reference} says"),
    )
