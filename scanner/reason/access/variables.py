"""Texts of a policy that may hold policy variables, and what they become for one request.

Source: IAM User Guide, "IAM policy elements: Variables and tags". Variables are recognised only in documents of
Version 2012-10-17. A variable without a value and without a default is null: it is equal to and like nothing. The value
put in place of a variable is literal; wildcards in it are plain characters (assumption; AWS does not say).
"""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from scanner.reason.access.glob import Tokens, Wild, literal, normal, wildcards

Context: TypeAlias = Mapping[str, tuple[str, ...]]
"""Condition keys in lower case and their values; an absent key has no entry, a multivalued key several values."""


class Variable(msgspec.Struct, frozen=True):
    """``${key}`` or ``${key, 'default'}``; the key in lower case."""

    key: str
    default: str | None = None


Template: TypeAlias = tuple[str | Wild | Variable, ...]


def template(text: str, *, variables: bool, globs: bool) -> Template:
    """Read a text: whether ``${…}`` and whether ``*`` and ``?`` have a meaning in it is for the caller to say."""
    read = wildcards if globs else literal
    if not variables or "${" not in text:
        return read(text)
    parts: list[str | Wild | Variable] = []
    rest = text
    while True:
        before, opened, inside = rest.partition("${")
        end = _closing(inside) if opened else -1
        if end < 0:
            return (*parts, *read(rest))
        body, rest = inside[:end], inside[end + 1 :]
        parts += (*read(before), body if body in {"*", "?", "$"} else _variable(body))


def resolve(parts: Template, context: Context) -> Tokens | None:
    """Put the values of a request in place; None when a variable has none (null, which matches nothing)."""
    tokens: list[str | Wild] = []
    for part in parts:
        if isinstance(part, Variable):
            values = context.get(part.key)
            value = values[0] if values is not None and len(values) == 1 else part.default
            if value is None:
                return None
            tokens.append(value)
        else:
            tokens.append(part)
    return normal(tuple(tokens))


def is_fixed(parts: Template) -> bool:
    """Whether the text is the same for every request."""
    return not any(isinstance(part, Variable) for part in parts)


def _closing(inside: str) -> int:
    quoted = False
    for position, character in enumerate(inside):
        if character == "'":
            quoted = not quoted
        elif character == "}" and not quoted:
            return position
    return inside.find("}")


def _variable(body: str) -> Variable:
    key, comma, default = body.partition(",")
    default = default.strip()
    quoted = len(default) > 1 and default[0] == default[-1] == "'"
    return Variable(key.strip().lower(), default[1:-1] if comma and quoted else None)
