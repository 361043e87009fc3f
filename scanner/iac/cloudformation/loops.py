"""Loops of a template unrolled, and what of it only CloudFormation itself could make: macros and included files.

Source: AWS CloudFormation Template Reference, "Fn::ForEach" and "AWS::LanguageExtensions transform"; User Guide,
"Perform custom processing on CloudFormation templates with template macros".
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from scanner.errors import SourceError
from scanner.iac.cloudformation.template import MOST_NODES, Located, Template
from scanner.iac.values import first_hole

_LOOP: Final = "Fn::ForEach::"
_LOOPED: Final = ("Conditions", "Resources")
_INCLUDE: Final = "Fn::Transform"
_UNDERSTOOD: Final = frozenset(
    {
        *("AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"),
        *("AWS::CodeDeployBlueGreen", "AWS::CodeDeploy::BlueGreen", "AWS::SecretsManager-2020-07-23"),
        *("AWS::SecretsManager-2024-09-16",),
    }
)
"""Transforms that are expanded here, or that leave what is declared as it is."""


def unrolled(document: Located, file: str, given: Mapping[str, Any]) -> tuple[Located, tuple[str, ...]]:
    """Return the template without loops and macros, and what these would have made that cannot be told.

    `given` are values of parameters. Raises `SourceError` for a template that grows too large.
    """
    unroller = _Unroller(document, file, given)
    whole = Located(document)
    whole.lines, whole.line = document.lines, document.line
    for section in _LOOPED:
        if isinstance(document.get(section), Located):
            whole[section] = unroller.mapping(document[section], {})
    unroller.missing += [
        f"{file}:{document.lines.get('Transform', 1)}: the macro {name} changes the template, and is not run"
        for name in _macros(document.get("Transform"))
    ]
    return whole, tuple(unroller.missing)


def _macros(said: Any) -> Iterator[str]:
    for one in said if isinstance(said, list) else [said]:
        name = one.get("Name") if isinstance(one, Mapping) else one
        if name is not None and str(name) not in _UNDERSTOOD:
            yield str(name)


class _Unroller:
    def __init__(self, document: Located, file: str, given: Mapping[str, Any]) -> None:
        self.template = Template(document, "", "", given)
        self.file = file
        self.missing: list[str] = []
        self.made = 0

    def mapping(self, said: Located, names: Mapping[str, str]) -> Located:
        made = Located()
        made.lines, made.line = {}, said.line
        for key, value in said.items():
            line = said.lines.get(key, said.line)
            if key.startswith(_LOOP):
                for name, one in self._loop(key, value, line, names):
                    made[name], made.lines[name] = one, line
            elif key == _INCLUDE:
                self.missing.append(f"{self.file}:{line}: what Fn::Transform brings in is not here")
            else:
                name = _placed(key, names)
                made[name], made.lines[name] = self.value(value, names), line
                if key in said.spans and not names:
                    made.spans[name] = said.spans[key]
        return made

    def value(self, said: Any, names: Mapping[str, str]) -> Any:
        self.made += 1
        if self.made > MOST_NODES:
            raise SourceError(f"{self.file}: its loops make more than {MOST_NODES:,} parts; refused")
        if isinstance(said, list):
            return [self.value(one, names) for one in said]
        if isinstance(said, Located):
            named = said.get("Ref")
            return names[named] if isinstance(named, str) and named in names else self.mapping(said, names)
        return _placed(said, names) if isinstance(said, str) else said

    def _loop(self, key: str, said: Any, line: int, names: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
        if not (isinstance(said, list) and len(said) == 3 and isinstance(said[2], Located)):  # noqa: PLR2004 - identifier, collection, body
            raise SourceError(f"{self.file}:{line}: {key} is not of the form [identifier, collection, body]")
        collection = self.template.value(self.value(said[1], names))
        hole = first_hole(collection)
        if hole is not None or not isinstance(collection, list):
            why = hole.detail if hole is not None else "it is no list"
            self.missing.append(f"{self.file}:{line}: what {key} makes is not known: {why}")
            return
        for one in collection:
            yield from self.mapping(said[2], {**names, str(said[0]): str(one)}).items()


def _placed(text: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"${{{name}}}", value).replace(f"&{{{name}}}", re.sub(r"[^0-9A-Za-z]", "", value))
    return text
