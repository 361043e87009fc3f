"""Reading a framework file: YAML checked by a JSON Schema, with mistakes named by file, line and key path."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml
from jsonschema import Draft202012Validator

from scanner.errors import ConfigError
from scanner.frameworks import Framework

FOLDER: Final = Path(__file__).parent.parent / "rules" / "frameworks"
"""Where the built-in frameworks lie."""
MOST_BYTES: Final = 4 << 20
_Parser: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Parser):  # type: ignore[misc]  # C or Python, whichever this PyYAML has
    """A safe loader that refuses a key that occurs twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be plain text", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key.value!r} occurs twice", key.start_mark)
            seen.add(key.value)
        made: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return made


def load_frameworks(folder: Path = FOLDER) -> tuple[Framework, ...]:
    """Load every framework file of a folder, sorted by id.

    Raises `ConfigError` that names the file, the line and the key path of what is wrong in it.
    """
    found: dict[str, Framework] = {}
    for path in sorted(folder.glob("*.yaml")):
        framework = read_framework(path)
        if framework.id in found:
            raise ConfigError(f"{path}: framework id {framework.id!r} is that of another file")
        found[framework.id] = framework
    return tuple(found[native_id] for native_id in sorted(found))


def read_framework(path: Path) -> Framework:
    """Read and check one file. Raises `ConfigError` for what is wrong with it, all of it if the schema finds it."""
    node, said = _parse(path)
    problems = sorted(_validator().iter_errors(said), key=lambda problem: [str(part) for part in problem.absolute_path])
    if problems:
        lines = [
            f"{_where(path, node, one.absolute_path)}: {one.message[:_MOST_SHOWN]}" for one in problems[:_MOST_NAMED]
        ]
        raise ConfigError("; ".join(lines))
    framework = msgspec.convert(said, Framework)
    _check_references(path, node, framework)
    return framework


_MOST_NAMED: Final = 20
_MOST_NESTED: Final = 32
_MOST_SHOWN: Final = 300
"""Characters of a mistake: a message may quote the whole of a wrong value."""


def _parse(path: Path) -> tuple[Any, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ConfigError(f"{path}: larger than {MOST_BYTES >> 20} MiB; no framework is")
        text = path.read_text("utf-8")
        _check_events(path, text)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                raise ConfigError(f"{path}: is empty")
            return node, loader.construct_document(node)
        finally:
            loader.dispose()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text ({error.reason} at byte {error.start})") from error
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark is not None else ""
        raise ConfigError(f"{path}{line}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not YAML: {error}") from error


def _check_events(path: Path, text: str) -> None:
    """Refuse what would grow without bounds when values are made of it: aliases, and nesting without end."""
    depth = 0
    for event in yaml.parse(text, _Loader):
        if isinstance(event, yaml.AliasEvent):
            raise ConfigError(f"{path}:{_line(event)}: uses an alias (*name); write the value out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MOST_NESTED:
            raise ConfigError(f"{path}:{_line(event)}: nested too deeply")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads((FOLDER / "framework.schema.json").read_text("utf-8")))


def _where(path: Path, node: Any, keys: Sequence[str | int]) -> str:
    """Return `file:line: key.path`; the line is that of the deepest part of the path that the file has."""
    line, at, text = node.start_mark.line, node, ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else (f".{key}" if text else key)
        if isinstance(at, yaml.SequenceNode) and isinstance(key, int):
            at = at.value[key]
        elif isinstance(at, yaml.MappingNode):
            at = next((value for name, value in at.value if name.value == key), None)
        if at is None:
            break
        line = at.start_mark.line
    return f"{path}:{line + 1}: {text or 'top level'}"


def _check_references(path: Path, node: Any, framework: Framework) -> None:
    sections = {section.id for section in framework.sections}
    levels = {level.id for level in framework.levels}
    seen: set[str] = set()
    for level in framework.levels:
        if missing := sorted(set(level.includes) - levels):
            raise ConfigError(f"{path}: level {level.id} includes {missing[0]!r}, and there is no such level")
    for index, requirement in enumerate(framework.requirements):
        wrong = ""
        if requirement.id in seen:
            wrong = f"requirement id {requirement.id!r} occurs twice"
        elif requirement.section not in sections:
            wrong = f"there is no section {requirement.section!r}"
        elif missing := sorted(set(requirement.levels) - levels):
            wrong = f"there is no level {missing[0]!r}"
        if wrong:
            raise ConfigError(f"{_where(path, node, ['requirements', index])}: {wrong}")
        seen.add(requirement.id)
