"""Values of infrastructure as code, of which some or some part may not be known.

A value is null, a Boolean, a number, a text, a list or a dict of values, or one of three symbols: a `Hole` (nothing of
it is known but where it comes from), a `Template` (a text with holes) and an `Encoded` (JSON text of a value that has
holes). Symbols travel through evaluation, so that what is known of a value stays known.
"""

import json
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any, Final, TypeAlias

import msgspec

from scanner.errors import SourceError
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, Unknown, unknown, why_unknown

Value: TypeAlias = Any
"""As the module says; Python has no recursive union that the type checker would follow through JSON."""


class Hole(msgspec.Struct, frozen=True):
    """A value that is not known. `reference` is what people would look for: `var.cidr`, `aws_vpc.main.id`."""

    reference: str
    reason: Reason = Reason.UNRESOLVED
    detail: str = ""
    target: str = ""
    """The address of the declared resource or data source of which it is an attribute."""
    attribute: str = ""
    stands_for: str = ""
    """What to write in its place where a text is due and it stands for one real thing."""

    @property
    def text(self) -> str:
        """The text that stands for it in a policy."""
        return self.stands_for or f"{{{self.reference}}}"

    @property
    def is_concrete(self) -> bool:
        """Whether it stands for one real thing's attribute: never null, and never a wildcard."""
        return bool(self.target)

    def unknown(self) -> Unknown:
        """Return it as a field of a kind."""
        return unknown(self.reason, self.detail or f"{self.reference} is not known")

    def __str__(self) -> str:
        return self.reference


class Template(msgspec.Struct, frozen=True):
    """A text with holes: texts, holes and encoded values to be joined."""

    parts: tuple["str | Hole | Encoded", ...]

    def __str__(self) -> str:
        return "".join(part if isinstance(part, str) else f"${{{part}}}" for part in self.parts)


class Encoded(msgspec.Struct, frozen=True, eq=False):
    """What `jsonencode` makes of a value with holes."""

    value: Value

    def __str__(self) -> str:
        return "jsonencode(…)"


Symbol: TypeAlias = Hole | Template | Encoded
MOST_PARTS: Final = 300_000
"""More parts than any value may have."""
SYMBOLS: Final = (Hole, Template, Encoded)


def holes(value: Value) -> Iterator[Hole]:
    """Yield every hole in a value, at any depth.

    Raises `SourceError` for a value that is too large to be walked: lists of the same lists, over and over.
    """
    todo, seen = [value], 0
    while todo:
        one = todo.pop()
        seen += 1
        if seen > MOST_PARTS:
            raise SourceError(f"a value of more than {MOST_PARTS:,} parts; refused")
        if isinstance(one, Hole):
            yield one
        elif isinstance(one, Template):
            todo += reversed(one.parts)
        elif isinstance(one, Encoded):
            todo.append(one.value)
        elif isinstance(one, dict):
            todo += reversed(one.values())
        elif isinstance(one, list):
            todo += reversed(one)


def first_hole(value: Value) -> Hole | None:
    """Return a hole of the value, or None if all of it is known."""
    return next(holes(value), None)


def join_texts(parts: list[Value]) -> Value:
    """Return the text of these parts joined: plain text if all are known, else a template."""
    flat: list[str | Hole | Encoded] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Template) else (part,):
            if isinstance(piece, str) and flat and isinstance(flat[-1], str):
                flat[-1] += piece
            elif piece != "":
                flat.append(piece)
    if not flat:
        return ""
    if len(flat) == 1 and isinstance(flat[0], str):
        return flat[0]
    return Template(tuple(flat))


def encode(value: Value) -> str:
    """Return JSON as Terraform writes it: compact, keys sorted, and what could end a script or a line escaped."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.translate(_ESCAPED)


_ESCAPED: Final = {ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}


def text_of(value: Value) -> Maybe[str | Absent]:
    """Return a text field: absent where it is null or empty, unknown where any part of it is."""
    hole = first_hole(value)
    if hole is not None:
        return hole.unknown()
    if value is None or value == "":
        return ABSENT
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def cidr_of(value: Value) -> Maybe[str | Absent]:
    """Return a block of addresses, or a single address; unknown where the text is neither."""
    said = text_of(value)
    if why_unknown(said) is not None or not isinstance(said, str):
        return said
    try:
        ip_network(said.strip(), strict=False)
    except ValueError:
        return unknown(Reason.UNRESOLVED, f"{said!r} is no block of addresses")
    return said.strip()


def cidrs_of(values: list[Value]) -> Maybe[tuple[str, ...]]:
    """Return blocks of addresses without those that are not set; unknown as a whole where one of them is."""
    found = [cidr_of(value) for value in values]
    why = next((why for why in map(why_unknown, found) if why is not None), None)
    return Unknown(why) if why is not None else tuple(one for one in found if isinstance(one, str))


def flag_of(value: Value, default: bool) -> Maybe[bool]:  # noqa: FBT001 - what null stands for
    """Return a Boolean field; Terraform converts the texts `true` and `false`."""
    hole = first_hole(value)
    if hole is not None:
        return hole.unknown()
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    return unknown(Reason.UNRESOLVED, f"{value!r} is no Boolean")


def number_of(value: Value) -> Maybe[int | Absent]:
    """Return a whole number; Terraform converts texts of digits."""
    hole = first_hole(value)
    if hole is not None:
        return hole.unknown()
    if value is None or value == "":
        return ABSENT
    try:
        return int(value)
    except (TypeError, ValueError):
        return unknown(Reason.UNRESOLVED, f"{value!r} is no whole number")


def int_of(value: Value, default: int) -> Maybe[int]:
    """Return a whole number that has a default."""
    found = number_of(value)
    why = why_unknown(found)
    if why is not None:
        return Unknown(why)
    return found if isinstance(found, int) else default


def list_of(value: Value) -> list[Value]:
    """Return the elements of a list; one of its own for anything else, none for null."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
