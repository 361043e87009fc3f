"""The files of a Terraform project: which folders hold modules, what they contain, and what they may read.

Nothing outside the project is read: the scanned folder, or the repository that it lies in.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from scanner.errors import SourceError
from scanner.iac.places import resolved
from scanner.iac.terraform.json_syntax import body_from_json
from scanner.iac.terraform.parser import MOST_CHARACTERS, parse_body
from scanner.iac.terraform.syntax import Block, Body, Literal

MOST_FILES: Final = 20_000
_IGNORED: Final = frozenset({".terraform", ".git", "node_modules", ".terragrunt-cache"})


class Project:
    """The files below a folder. Paths are shown below that folder."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.boundary = _repository(self.root)
        self.texts: dict[str, str] = {}
        """Every file that was read, by its shown path."""
        self._bodies: dict[Path, Body] = {}
        self._installed: dict[Path, dict[str, str]] = {}

    def shown(self, path: Path) -> str:
        """Return a path below the scanned folder, with forward slashes."""
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def module_folders(self) -> list[Path]:
        """Return the folders that hold configuration, sorted. Raises `SourceError` if there are too many files."""
        found: set[Path] = set()
        seen = 0
        for folder, folders, files in os.walk(self.root):
            folders[:] = sorted(name for name in folders if name not in _IGNORED)
            seen += len(files)
            if seen > MOST_FILES * 10:
                raise SourceError(f"{self.root}: more than {MOST_FILES * 10:,} files; scan a smaller folder")
            if any(name.endswith((".tf", ".tf.json")) for name in files):
                found.add(Path(folder))
        return sorted(found)

    def roots(self) -> list[Path]:
        """Return the folders that no other one calls as a module: what a user would plan."""
        folders = self.module_folders()
        called = {target for folder in folders for target in self._called_from(folder) if target != folder}
        return [folder for folder in folders if folder not in called] or folders[:1]

    def _called_from(self, folder: Path) -> Iterator[Path]:
        for block in self.body(folder).blocks:
            if block.type == "module" and (source := block.body.arguments.get("source")):
                text = source.value.value if isinstance(source.value, Literal) else None
                target = resolved(folder / text) if isinstance(text, str) and text.startswith(".") else None
                if target is not None:
                    yield target

    def body(self, folder: Path) -> Body:
        """Return all configuration of a folder as one body, overrides applied. Raises `SourceError` where it is invalid."""
        if folder not in self._bodies:
            self._bodies[folder] = self._read_folder(folder)
        return self._bodies[folder]

    def _read_folder(self, folder: Path) -> Body:
        names = sorted(path.name for path in folder.iterdir() if path.name.endswith((".tf", ".tf.json")))
        blocks: list[Block] = []
        overrides: list[Block] = []
        for name in names:
            if name.startswith((".", "#")) or name.endswith("~"):
                continue
            stem = name.removesuffix(".json").removesuffix(".tf")
            chosen = overrides if stem == "override" or stem.endswith("_override") else blocks
            chosen += self.parse(folder / name).blocks
        for override in overrides:
            _apply(override, blocks)
        return Body({}, tuple(blocks))

    def parse(self, path: Path, *, given: bool = False) -> Body:
        """Return the content of a file of either syntax; one that the user gave may lie anywhere."""
        text = self.read(path, given=given)
        shown = self.shown(path)
        return body_from_json(text, shown) if path.name.endswith(".json") else parse_body(text, shown)

    def read(self, path: Path, *, given: bool = False) -> str:
        """Return the text of a file of the project. Raises `SourceError` if it is not one, too large or no text."""
        real = resolved(path)
        if real is None:
            raise SourceError(f"{str(path)!a:.200}: that is no path")
        if not given and not real.is_relative_to(self.boundary):
            raise SourceError(f"{path}: lies outside {self.boundary} and is not read")
        try:
            if not real.is_file():
                raise SourceError(f"{self.shown(path)}: there is no such file")
            if real.stat().st_size > MOST_CHARACTERS:
                raise SourceError(f"{self.shown(path)}: larger than {MOST_CHARACTERS >> 20} MiB; refused")
            text = self.texts[self.shown(path)] = real.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise SourceError(f"{self.shown(path)}: not UTF-8 at byte {error.start}") from error
        except OSError as error:
            raise SourceError(f"cannot read {path}: {error.strerror}") from error
        return text

    def module_folder(self, folder: Path, source: str, root: Path, key: str) -> Path | None:
        """Return the folder of a module that is called, or None if it is not here.

        `key` names the call as `.terraform/modules/modules.json` does: the names of the calls from the root, dotted.
        """
        if source.startswith(("./", "../")) or source in (".", ".."):
            target = resolved(folder / source)
        else:
            installed = self._installed_below(root).get(key)
            if installed is None:
                return None
            target = resolved(root / installed)
        return target if target is not None and target.is_dir() and target.is_relative_to(self.boundary) else None

    def why_missing(self, folder: Path, source: str) -> str:
        """Return in words why a module that is called is not read, and what helps."""
        if not source.startswith("."):
            return "is not here: run terraform init, or give a plan"
        target = resolved(folder / source)
        if target is not None and target.is_dir():
            return f"lies outside of {self.boundary}: scan a folder that holds both, in a checkout of their repository"
        return "is not here: there is no such folder"

    def _installed_below(self, root: Path) -> dict[str, str]:
        if root not in self._installed:
            manifest = root / ".terraform" / "modules" / "modules.json"
            self._installed[root] = _manifest(self.read(manifest)) if manifest.is_file() else {}
        return self._installed[root]


def _manifest(text: str) -> dict[str, str]:
    try:
        rows: Any = json.loads(text)["Modules"]
        return {row["Key"]: row["Dir"] for row in rows}
    except (ValueError, LookupError, TypeError) as error:
        raise SourceError(f".terraform/modules/modules.json: malformed ({error}); run terraform init again") from error


def _repository(root: Path) -> Path:
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)


def _apply(override: Block, blocks: list[Block]) -> None:
    """Merge an override file's block into the block that it names (Terraform documentation, "Override files")."""
    for number, block in enumerate(blocks):
        if (block.type, block.labels) == (override.type, override.labels):
            replaced = {one.type for one in override.body.blocks}
            arguments = {**block.body.arguments, **override.body.arguments}
            body = Body(
                {name: msgspec.structs.replace(one, start=0, end=0) for name, one in arguments.items()},
                (*(one for one in block.body.blocks if one.type not in replaced), *override.body.blocks),
            )
            blocks[number] = msgspec.structs.replace(block, body=body)
            return
    blocks.append(override)
