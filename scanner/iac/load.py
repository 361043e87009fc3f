"""Which kind of infrastructure as code a path holds, and what it declares."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from scanner.errors import SourceError
from scanner.iac.judged import Estate
from scanner.iac.suppressions import suppressions
from scanner.iac.terraform.source import ANY_ACCOUNT, load_folder

TERRAFORM = "terraform"


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a path declares."""

    kind: str
    """`terraform` or `plan`."""
    after: Estate
    before: Estate | None = None
    """What there is already, where the source tells it."""
    files: Mapping[str, str] = msgspec.field(default_factory=dict)
    """The texts of its files, for code frames."""
    waivers: tuple[dict[str, Any], ...] = ()
    """Suppressions written in the code."""


def kind_of(path: Path) -> str:
    """Return `terraform` for infrastructure as code, or the empty text."""
    if path.is_dir():
        return TERRAFORM if _has_configuration(path) else ""
    return ""


def _has_configuration(folder: Path) -> bool:
    return next(_configuration(folder), None) is not None


def _configuration(folder: Path) -> Any:
    return (path for pattern in ("*.tf", "*.tf.json", "*/**/*.tf") for path in folder.glob(pattern))


def load(path: Path, *, account: str = "", var_files: tuple[Path, ...] = ()) -> Loaded:
    """Return what a path declares. Raises `SourceError` if it is no infrastructure as code, or not valid."""
    if kind_of(path) != TERRAFORM:
        raise SourceError(f"{path}: no Terraform configuration")
    found = load_folder(path, account=account, var_files=var_files)
    estate = Estate(declared=found.declared, account=account or found.account or ANY_ACCOUNT, missing=found.missing)
    return Loaded(kind=TERRAFORM, after=estate, files=found.files, waivers=suppressions(found.files, found.declared))
