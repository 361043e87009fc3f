"""Stacks within a stack, where their templates lie beside its own (CloudFormation User Guide, "Nested stacks")."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from scanner.errors import SourceError
from scanner.iac.cloudformation.loops import unrolled
from scanner.iac.cloudformation.sam import expanded
from scanner.iac.cloudformation.template import Located, Template, is_template, parse_template, read_template
from scanner.iac.places import resolved
from scanner.iac.values import Value

STACK: Final = "AWS::CloudFormation::Stack"
_MOST_STACKS: Final = 200
_DEEPEST: Final = 8


class Stacks:
    """The templates that make up a stack: what was read of them, and what they could not tell."""

    def __init__(self, path: Path, account: str) -> None:
        self._root = path.parent.resolve()
        self._within = next((one for one in (self._root, *self._root.parents) if (one / ".git").exists()), self._root)
        self._account = account
        self._count = 0
        self.files: dict[str, str] = {}
        """The texts of the templates, by their path from the outermost one's folder."""
        self.missing: list[str] = []
        """What macros and loops would have made."""

    def outermost(self, path: Path, document: Located, given: Mapping[str, Any]) -> Template:
        """Return the template that all begins with, its loops unrolled and its serverless resources expanded."""
        return self._template(document, given, "", (path.resolve(),))

    def _template(self, document: Located, given: Mapping[str, Any], prefix: str, way: tuple[Path, ...]) -> Template:
        """Return a template; `way` are the templates that lead to it, itself at the end."""
        path = way[-1]
        file = self._shown(path)
        whole, missing = unrolled(document, file, given)
        self.missing += missing
        template = Template(expanded(whole), self._account, "", given, file=file, prefix=prefix)
        template.opened = lambda name: self._opened(template, name, way)
        return template

    def _opened(self, template: Template, name: str, way: tuple[Path, ...]) -> Template | None:
        """Return the template of a stack in another, or None where it is not here."""
        said = template.resources[name].get("Properties") or {}
        place = said.get("TemplateURL") if isinstance(said, Mapping) else None
        if not isinstance(place, str) or "://" in place:
            return None
        path = resolved(way[-1].parent / place)
        if path is None or path in way or not path.is_relative_to(self._within):
            return None
        if not path.is_file() or not is_template(path):
            return None
        self._count += 1
        if self._count > _MOST_STACKS or len(way) > _DEEPEST:
            self.missing.append(f"{template.file}: {name} and more stacks than {_MOST_STACKS}, or deeper, are not read")
            return None
        try:
            text = read_template(path)
            document = parse_template(text, self._shown(path))
        except SourceError as error:
            self.missing.append(str(error))
            return None
        self.files[self._shown(path)] = text
        given: Value = template.value(said.get("Parameters") or {})
        values = given if isinstance(given, Mapping) else {}
        return self._template(document, values, f"{template.prefix}{name}.", (*way, path))

    def _shown(self, path: Path) -> str:
        return Path(os.path.relpath(path.resolve(), self._root)).as_posix()
