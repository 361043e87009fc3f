"""Setting an argument in Terraform's source: the edits that do it, or which variable decides.

A literal is replaced, an argument or block that is not there is written, and what the call of a module gives is changed
in the call. An expression is for people: it is said what it rests on.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from scanner.iac.declared import Declared, ModuleCall
from scanner.iac.patch import Edit, literal
from scanner.iac.terraform.parser import parse_body
from scanner.iac.terraform.syntax import Argument, Attribute, Body, Expression, Literal, Name
from scanner.iac.values import Value

_LITERAL: Final = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[\w.+-]+""")

Path = tuple[str, ...]
"""The names of nested blocks, and at the end that of an argument."""


class Setting(msgspec.Struct, frozen=True):
    """How to set an argument: by edits, or by what people are told where it is no literal."""

    edits: tuple[Edit, ...] = ()
    advice: tuple[str, ...] = ()


def set_argument(one: Declared, path: Path, value: Value, files: Mapping[str, str]) -> Setting:
    """Return how to set an argument of a resource, in each of the nested blocks that its path names."""
    if one.body is None or one.file.endswith(".tf.json") or one.file not in files:
        return Setting(advice=(f"set {'.'.join(path)} of {one.address} to {literal(value)}",))
    return _merged(_in_body(one.body, path, value, one, files))


def _merged(parts: Iterator[Setting]) -> Setting:
    found = list(parts)
    return Setting(
        tuple(dict.fromkeys(edit for part in found for edit in part.edits)),
        tuple(dict.fromkeys(text for part in found for text in part.advice)),
    )


def _in_body(body: Body, path: Path, value: Value, one: Declared, files: Mapping[str, str]) -> Iterator[Setting]:
    name, rest = path[0], path[1:]
    if name in body.arguments:
        if rest:
            yield Setting(advice=(f"set {'.'.join(rest)} within {name} ({one.file}:{body.arguments[name].line})",))
        else:
            yield _replaced(body.arguments[name], value, one, files)
        return
    inner = [block.body for block in body.blocks if block.type == name]
    for block in body.blocks:
        if block.type == "dynamic" and block.labels == (name,):
            inner += [content.body for content in block.body.blocks if content.type == "content"]
    if rest and inner:
        for each in inner:
            yield from _in_body(each, rest, value, one, files)
    elif body.end:
        yield Setting(_inserted(files[one.file], one.file, body, path, value))
    else:
        yield Setting(advice=(f"set {'.'.join(path)} of {one.address} ({one.file}:{one.line}) to {literal(value)}",))


def _replaced(argument: Argument, value: Value, one: Declared, files: Mapping[str, str]) -> Setting:
    text = files[one.file]
    if isinstance(argument.value, Literal) and argument.end and (edit := _over(text, one.file, argument, value)):
        return Setting((edit,))
    name = _variable(argument.value)
    if name and one.calls:
        return _in_call(one.calls, name, value, files)
    where = f"{one.file}:{argument.line}"
    if name:
        told = _declaration(name, posixpath.dirname(one.file), files)
        return Setting(advice=(f"set var.{name}{told} to {literal(value)}: {argument.name} at {where} is its value",))
    return Setting(advice=(f"{argument.name} at {where} is an expression: make it {literal(value)}",))


def _in_call(calls: tuple[ModuleCall, ...], name: str, value: Value, files: Mapping[str, str]) -> Setting:
    """Return how to give a variable of a module another value where the module is called."""
    call = calls[-1]
    text = files.get(call.file, "")
    body = None if call.file.endswith(".json") else _body_at(text, call)
    if body is None:
        return Setting(
            advice=(f"give {name} = {literal(value)} in the call of {call.address} ({call.file}:{call.line})",)
        )
    argument = body.arguments.get(name)
    if argument is None:
        return Setting(_inserted(text, call.file, body, (name,), value))
    if isinstance(argument.value, Literal) and (edit := _over(text, call.file, argument, value)):
        return Setting((edit,))
    outer = _variable(argument.value)
    if outer and len(calls) > 1:
        return _in_call(calls[:-1], outer, value, files)
    where = f"{call.file}:{argument.line}"
    if outer:
        told = _declaration(outer, posixpath.dirname(call.file), files)
        return Setting(advice=(f"set var.{outer}{told} to {literal(value)}: {where} gives it to {call.address}",))
    return Setting(advice=(f"{name} at {where}, given to {call.address}, is an expression: make it {literal(value)}",))


def _body_at(text: str, call: ModuleCall) -> Body | None:
    blocks = parse_body(text, call.file).blocks if text else ()
    return next((block.body for block in blocks if block.type == "module" and block.line == call.line), None)


def _variable(expression: Expression) -> str:
    """Return the name of the variable that an expression is, or the empty text."""
    if isinstance(expression, Attribute) and expression.of == Name("var", getattr(expression.of, "line", 0)):
        return expression.name
    return ""


def _declaration(name: str, folder: str, files: Mapping[str, str]) -> str:
    """Return where a variable is declared, in brackets; empty if that is not found."""
    pattern = re.compile(rf'^[ \t]*variable[ \t]+"{re.escape(name)}"', re.MULTILINE)
    for file, text in sorted(files.items()):
        if posixpath.dirname(file) == folder and (match := pattern.search(text)):
            return f" ({file}:{text.count(chr(10), 0, match.end()) + 1})"
    return ""


def _over(text: str, file: str, argument: Argument, value: Value) -> Edit | None:
    """Return the edit that writes another literal over one."""
    shift = text.startswith("\ufeff")
    match = _LITERAL.match(text, argument.start + shift)
    return Edit(file, match.start(), match.end(), literal(value)) if match else None


def _inserted(text: str, file: str, body: Body, path: Path, value: Value) -> tuple[Edit, ...]:
    """Return the edits that write an argument, and the blocks around it, at the end of a body."""
    shift = text.startswith("\ufeff")
    start, end = body.start + shift, body.end + shift
    line = text.rfind("\n", 0, end) + 1
    indent = text[line : len(text) - len(text[line:].lstrip(" \t"))]
    lines = list(_lines(path, value, f"{indent}  "))
    if line > start:
        return (Edit(file, line, line, "".join(f"{one}\n" for one in lines)),)
    content = text[start:end]
    first = len(content) - len(content.lstrip())
    last = len(content.rstrip()) if content.strip() else first
    written = "".join(f"\n{one}" for one in lines)
    if not content.strip():
        return (Edit(file, start, end, f"{written}\n{indent}"),)
    opened = Edit(file, start, start + first, f"\n{indent}  ")
    return opened, Edit(file, start + last, end, f"{written}\n{indent}")


def _lines(path: Path, value: Value, indent: str) -> Iterator[str]:
    if len(path) == 1:
        yield f"{indent}{path[0]} = {literal(value)}"
        return
    yield f"{indent}{path[0]} {{"
    yield from _lines(path[1:], value, f"{indent}  ")
    yield f"{indent}}}"


def rests_on(one: Declared, line: int, files: Mapping[str, str]) -> tuple[str, ...]:
    """Return which variables decide the argument that stands on a line of a resource, and where they are given."""
    if one.body is None:
        return ()
    names = {name: None for argument in _on_line(one.body, line) for name in _variables(argument.value)}
    advice = []
    for name in names:
        told = _declaration(name, posixpath.dirname(one.file), files)
        given = f", given to {one.calls[-1].address} at {one.calls[-1].file}:{one.calls[-1].line}" if one.calls else ""
        advice.append(f"change var.{name}{told}{given}: {one.file}:{line} rests on it")
    return tuple(advice)


def _on_line(body: Body, line: int) -> Iterator[Argument]:
    yield from (argument for argument in body.arguments.values() if argument.line == line)
    for block in body.blocks:
        yield from _on_line(block.body, line)


def _variables(expression: object) -> Iterator[str]:
    """Yield the names of the variables that an expression mentions."""
    if isinstance(expression, Attribute) and isinstance(expression.of, Name) and expression.of.name == "var":
        yield expression.name
    elif isinstance(expression, tuple):
        for item in expression:
            yield from _variables(item)
    elif isinstance(expression, msgspec.Struct):
        for name in expression.__struct_fields__:
            yield from _variables(getattr(expression, name))
