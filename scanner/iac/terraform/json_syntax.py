"""Terraform's JSON syntax as the same tree as its native one (Terraform documentation, "JSON Configuration Syntax").

JSON cannot tell blocks from arguments, so what is nested stays an argument: its value has the same shape.
"""

import json
from typing import Any, Final

from scanner.errors import SourceError
from scanner.iac.terraform.parser import parse_template
from scanner.iac.terraform.syntax import Argument, Block, Body, Expression, Literal, ObjectOf, TupleOf

_LABELS: Final = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "locals": 0}
"""How many labels the blocks have that are read."""
_VERBATIM: Final = frozenset({"variable"})
"""Blocks whose texts are no templates."""


def body_from_json(text: str, file: str) -> Body:
    """Return the content of a `.tf.json` or `.tfvars.json` file. Raises `SourceError` where it is not valid."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(f"{file}:{error.lineno}:{error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise SourceError(f"{file}: nested too deeply") from error
    if not isinstance(document, dict):
        raise SourceError(f"{file}:1:1: expected an object")
    blocks: list[Block] = []
    for type_, content in document.items():
        if type_ in _LABELS:
            for labels, inner in _labelled(content, _LABELS[type_], file):
                blocks.append(Block(type_, labels, _body(inner, file, verbatim=type_ in _VERBATIM), file, 1))
    return Body(_body(document, file, verbatim=True).arguments, tuple(blocks))


def _labelled(content: Any, labels: int, file: str) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    found: list[tuple[tuple[str, ...], dict[str, Any]]] = []
    for one in content if isinstance(content, list) else [content]:
        if not isinstance(one, dict):
            raise SourceError(f"{file}: expected an object where a block is due")
        if labels == 0:
            found.append(((), one))
            continue
        for name, inner in one.items():
            found += [((name, *rest), body) for rest, body in _labelled(inner, labels - 1, file)]
    return found


def _body(content: dict[str, Any], file: str, *, verbatim: bool) -> Body:
    return Body(
        {
            name: Argument(name, _expression(value, file, verbatim=verbatim), 1, 0, 0)
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
