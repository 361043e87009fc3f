"""Terraform's functions that read files: only files of the project, and nothing else of the machine.

Source: Terraform language documentation, "Filesystem Functions".
"""

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanner.errors import SourceError
from scanner.iac.places import resolved
from scanner.iac.terraform.evaluate import EvaluationError, Evaluator
from scanner.iac.terraform.parser import parse_template
from scanner.iac.values import Hole, Value, first_hole

if TYPE_CHECKING:
    from scanner.iac.terraform.files import Project

_HASHES: Final = {"filemd5": "md5", "filesha1": "sha1", "filesha256": "sha256", "filesha512": "sha512"}
_BASE64_HASHES: Final = {"filebase64sha256": "sha256", "filebase64sha512": "sha512"}
_ARGUMENTS: Final = {"fileset": 2, "templatefile": 2, "templatestring": 2}
_MOST_LISTED: Final = 10_000
NAMES: Final = frozenset(
    {"file", "fileexists", "fileset", "filebase64", "templatefile", "templatestring", "abspath", "pathexpand"}
    | _HASHES.keys()
    | _BASE64_HASHES.keys()
)


def file_function(name: str, arguments: list[Value], project: "Project", folder: Path, evaluator: Evaluator) -> Value:
    """Call one of these functions; `NotImplemented` for another. Raises `EvaluationError` where Terraform would refuse."""
    if name not in NAMES:
        return NotImplemented
    if len(arguments) < _ARGUMENTS.get(name, 1):
        raise EvaluationError(f"{name}: too few arguments")
    hole = first_hole(arguments[0])
    if hole is not None:
        return Hole(f"{name}(…)", detail=f"{name} of {hole.reference} is not known")
    if name in ("abspath", "pathexpand"):
        return Hole(f"{name}(…)", detail=f"{name} differs from machine to machine")
    if name == "templatestring":
        return _template(arguments[0], "template", arguments[1], evaluator)
    # Paths begin at the working folder of Terraform, which is that of the root; path.module is given below it.
    path = project.root / str(arguments[0])
    real = _real(path, name)
    if name == "fileexists":
        return real.is_relative_to(project.boundary) and real.is_file()
    if name == "fileset":
        return _file_set(real, arguments[1], project)
    try:
        text = project.read(path if path.is_file() else folder / str(arguments[0]))
    except SourceError as error:
        raise EvaluationError(f"{name}: {error}") from error
    if name == "templatefile":
        return _template(text, project.shown(path), arguments[1], evaluator)
    return _digest(name, text)


def _real(path: Path, name: str) -> Path:
    real = resolved(path)
    if real is None:
        raise EvaluationError(f"{name}: {str(path)!a:.60} can be no path")
    return real


def _digest(name: str, text: str) -> str:
    if name == "filebase64":
        return base64.b64encode(text.encode()).decode()
    if name in _HASHES:
        return hashlib.new(_HASHES[name], text.encode(), usedforsecurity=False).hexdigest()
    if name in _BASE64_HASHES:
        return base64.b64encode(hashlib.new(_BASE64_HASHES[name], text.encode()).digest()).decode()
    return text


def _template(text: Value, shown: str, names: Value, evaluator: Evaluator) -> Value:
    if not isinstance(names, dict):
        hole = first_hole(names)
        return hole or Hole(shown)
    try:
        template = parse_template(text, shown)
    except SourceError as error:
        raise EvaluationError(str(error)) from error
    return Evaluator(names, evaluator.functions, evaluator.work).value(template)


def _file_set(path: Path, pattern: Value, project: "Project") -> Value:
    if not isinstance(pattern, str) or not path.is_relative_to(project.boundary):
        return Hole("fileset(…)", detail=f"fileset of {pattern} is not known")
    if Path(pattern).is_absolute() or ".." in pattern:
        raise EvaluationError("fileset: the pattern leaves the folder")
    try:
        found = sorted(one.relative_to(path).as_posix() for one in path.glob(pattern) if one.is_file())
    except (OSError, ValueError, NotImplementedError):
        return Hole("fileset(…)", detail=f"the pattern {pattern!a:.60} is not understood")
    if len(found) > _MOST_LISTED:
        raise SourceError(f"{path}: more than {_MOST_LISTED:,} files match {pattern!r}; refused")
    return found
