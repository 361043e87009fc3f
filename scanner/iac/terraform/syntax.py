"""What Terraform configuration consists of: the tree that the parser makes and the evaluator walks.

Source: HCL Native Syntax Specification (hashicorp/hcl, hclsyntax/spec.md). Lines are counted from one.
"""

from typing import TypeAlias

import msgspec


class Literal(msgspec.Struct, frozen=True, gc=False):
    """A text without interpolation, a number, a Boolean or null."""

    value: str | int | float | bool | None


class Text(msgspec.Struct, frozen=True):
    """A template: literal texts, interpolations and directives, to be joined."""

    parts: "tuple[Part, ...]"


class TextIf(msgspec.Struct, frozen=True):
    """`%{ if … }` within a template."""

    test: "Expression"
    yes: "tuple[Part, ...]"
    no: "tuple[Part, ...]"


class TextFor(msgspec.Struct, frozen=True):
    """`%{ for … }` within a template."""

    key: str
    value: str
    of: "Expression"
    body: "tuple[Part, ...]"


class Name(msgspec.Struct, frozen=True):
    """The first step of a reference: `var`, `local`, a type of resource, the variable of a `for`."""

    name: str
    line: int


class Attribute(msgspec.Struct, frozen=True):
    """`of.name`."""

    of: "Expression"
    name: str


class Index(msgspec.Struct, frozen=True):
    """`of[key]`."""

    of: "Expression"
    key: "Expression"


class Splat(msgspec.Struct, frozen=True):
    """`of[*]…` or `of.*…`: the steps are taken from each element, which the name `*` stands for."""

    of: "Expression"
    each: "Expression"


class Call(msgspec.Struct, frozen=True):
    """A call of a function; with `expands` its last argument is a list of further ones."""

    function: str
    arguments: "tuple[Expression, ...]"
    expands: bool
    line: int


class Choice(msgspec.Struct, frozen=True):
    """`test ? yes : no`."""

    test: "Expression"
    yes: "Expression"
    no: "Expression"


class Operation(msgspec.Struct, frozen=True):
    """`left operator right`."""

    operator: str
    left: "Expression"
    right: "Expression"


class Negation(msgspec.Struct, frozen=True):
    """`!operand` or `-operand`."""

    operator: str
    operand: "Expression"


class TupleOf(msgspec.Struct, frozen=True):
    """`[a, b]`."""

    items: "tuple[Expression, ...]"


class ObjectOf(msgspec.Struct, frozen=True):
    """`{a = 1}`. A key that is a bare name is a literal."""

    items: "tuple[tuple[Expression, Expression], ...]"


class For(msgspec.Struct, frozen=True):
    """A `for` expression. Without `name` it makes a tuple; with it an object, of lists if it `groups`."""

    key: str
    value: str
    of: "Expression"
    name: "Expression | None"
    result: "Expression"
    condition: "Expression | None"
    groups: bool


Expression: TypeAlias = (
    Literal | Text | Name | Attribute | Index | Splat | Call | Choice | Operation | Negation | TupleOf | ObjectOf | For
)

Part: TypeAlias = str | Expression | TextIf | TextFor


class Argument(msgspec.Struct, frozen=True):
    """`name = value` in a body, with the span of the value in the file (characters, half open)."""

    name: str
    value: Expression
    line: int
    start: int
    end: int


class Body(msgspec.Struct, frozen=True):
    """The content of a file or block."""

    arguments: "dict[str, Argument]"
    blocks: "tuple[Block, ...]"
    start: int = 0
    """Where it begins in its file, after the opening brace, and where the closing one stands; both 0 if not known."""
    end: int = 0


class Block(msgspec.Struct, frozen=True):
    """A block with its labels."""

    type: str
    labels: tuple[str, ...]
    body: Body
    file: str
    """Path below the scanned root."""
    line: int
