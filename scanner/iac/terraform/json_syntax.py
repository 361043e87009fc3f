"""Terraform's JSON syntax as the same tree as its native one (Terraform documentation, "JSON Configuration Syntax").

JSON cannot tell blocks from arguments, so what is nested stays an argument: its value has the same shape.
"""

import json
import re
from bisect import bisect_left
from json.decoder import scanstring  # type: ignore[attr-defined]  # it is there, and reads a string where it stands
from typing import Any, Final

from scanner.errors import SourceError
from scanner.iac.terraform.parser import parse_template
from scanner.iac.terraform.syntax import Argument, Block, Body, Expression, Literal, ObjectOf, TupleOf

_LABELS: Final = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "locals": 0}
"""How many labels the blocks have that are read."""
_VERBATIM: Final = frozenset({"variable"})
"""Blocks whose texts are no templates."""
_BLANK: Final = re.compile(r"[ \t\r\n]*")
_PLAIN: Final = re.compile(r"[\w.+-]+")


class _Object(dict[str, Any]):
    """An object with the lines of its keys."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


def body_from_json(text: str, file: str) -> Body:
    """Return the content of a `.tf.json` or `.tfvars.json` file. Raises `SourceError` where it is not valid."""
    try:
        json.loads(text)
        document = _Reader(text).value(0)[0]
    except json.JSONDecodeError as error:
        raise SourceError(f"{file}:{error.lineno}:{error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise SourceError(f"{file}: nested too deeply") from error
    if not isinstance(document, _Object):
        raise SourceError(f"{file}:1:1: expected an object")
    blocks: list[Block] = []
    for type_, content in document.items():
        if type_ in _LABELS:
            for labels, inner, line in _labelled(content, _LABELS[type_], file, document.lines[type_]):
                blocks.append(Block(type_, labels, _body(inner, file, verbatim=type_ in _VERBATIM), file, line))
    return Body(_body(document, file, verbatim=True).arguments, tuple(blocks))


class _Reader:
    """Reads JSON that is known to be valid, and notes on which line each key stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def value(self, at: int) -> tuple[Any, int]:
        """Return the value that begins at a position, and the position behind it."""
        at = self._past_blank(at)
        start = self.text[at]
        if start == "{":
            return self._object(at + 1)
        if start == "[":
            return self._array(at + 1)
        if start == '"':
            said: tuple[str, int] = scanstring(self.text, at + 1)
            return said
        match = _PLAIN.match(self.text, at)
        assert match is not None  # noqa: S101 - the text is valid
        return json.loads(match.group()), match.end()

    def _past_blank(self, at: int) -> int:
        match = _BLANK.match(self.text, at)
        return match.end() if match else at

    def _object(self, at: int) -> tuple[_Object, int]:
        made = _Object()
        at = self._past_blank(at)
        while self.text[at] != "}":
            line = bisect_left(self._ends, at) + 1
            key, at = scanstring(self.text, at + 1)
            made[key], at = self.value(self._past_blank(at) + 1)
            made.lines[key] = line
            at = self._past_comma(at)
        return made, at + 1

    def _array(self, at: int) -> tuple[list[Any], int]:
        made: list[Any] = []
        at = self._past_blank(at)
        while self.text[at] != "]":
            item, at = self.value(at)
            made.append(item)
            at = self._past_comma(at)
        return made, at + 1

    def _past_comma(self, at: int) -> int:
        at = self._past_blank(at)
        return self._past_blank(at + 1) if self.text[at] == "," else at


def _labelled(content: Any, labels: int, file: str, line: int) -> list[tuple[tuple[str, ...], _Object, int]]:
    found: list[tuple[tuple[str, ...], _Object, int]] = []
    for one in content if isinstance(content, list) else [content]:
        if not isinstance(one, _Object):
            raise SourceError(f"{file}:{line}:1: expected an object where a block is due")
        if labels == 0:
            found.append(((), one, line))
            continue
        for name, inner in one.items():
            found += [
                ((name, *rest), body, place)
                for rest, body, place in _labelled(inner, labels - 1, file, one.lines[name])
            ]
    return found


def _body(content: _Object, file: str, *, verbatim: bool) -> Body:
    return Body(
        {
            name: Argument(name, _expression(value, file, verbatim=verbatim), content.lines[name], 0, 0)
            for name, value in content.items()
            if name != "//"
        },
        (),
    )


def _expression(value: Any, file: str, *, verbatim: bool) -> Expression:
    if isinstance(value, str):
        return Literal(value) if verbatim else parse_template(value, file)
    if isinstance(value, list):
        return TupleOf(tuple(_expression(item, file, verbatim=verbatim) for item in value))
    if isinstance(value, dict):
        return ObjectOf(
            tuple((Literal(key), _expression(item, file, verbatim=verbatim)) for key, item in value.items())
        )
    return Literal(value)
