"""How a type of CloudFormation is told: which declaration of Terraform it is, and which property each argument.

A module of a service holds `SHAPES`. Source: AWS CloudFormation User Guide, "AWS resource and property types reference".
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from scanner.iac.values import SYMBOLS, Encoded, Hole, Value, list_of

Properties = Mapping[str, Value]
Piece = tuple[str, str, str, dict[str, Value]]
"""A type of Terraform, a suffix of the address, the property whose line is meant, and the arguments."""


class Block(msgspec.Struct, frozen=True):
    """A nested block: the property that is one, or a list of them, and its own arguments."""

    of: str
    arguments: Mapping[str, "Spec"]


class Document(msgspec.Struct, frozen=True):
    """A property that holds a policy, or any other JSON."""

    of: str


class Fixed(msgspec.Struct, frozen=True):
    """A value that CloudFormation does not let one choose, or the default where it differs from Terraform's."""

    value: Value
    of: str = ""
    """The property that says otherwise."""


class Switch(msgspec.Struct, frozen=True):
    """A property whose word for on is this; Terraform has a Boolean."""

    of: str
    on: str


Spec: TypeAlias = str | Block | Document | Fixed | Switch
"""What an argument is: a property, or a way through nested ones with dots, or one of the above."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What a type of CloudFormation is in Terraform."""

    type: str
    arguments: Mapping[str, Spec] = {}
    more: Callable[[Properties], dict[str, Value]] | None = None
    """Arguments that take more than naming a property."""
    beside: Callable[[str, Properties], Iterator[Piece]] | None = None
    """Resources that Terraform has beside it: policies, attachments, settings."""
    ref: str = "id"
    """The attribute that Ref gives."""
    type_of: Callable[[Properties], str] | None = None
    """Tells the type where its properties decide that."""
    exists: Callable[[Properties], bool] = lambda _said: True
    """Whether there is a resource of that type at all, or only what is beside it."""


def arguments_of(specs: Mapping[str, Spec], said: Properties) -> dict[str, Value]:
    """Return the arguments that properties make."""
    return {name: argument(spec, said) for name, spec in specs.items()}


def argument(spec: Spec, said: Properties) -> Value:
    """Return one argument; null where its property is not set."""
    if isinstance(spec, str):
        return at(said, spec)
    if isinstance(spec, Document):
        return encoded(at(said, spec.of))
    if isinstance(spec, Block):
        return blocks(at(said, spec.of), spec.arguments)
    if isinstance(spec, Switch):
        value = at(said, spec.of)
        return value if value is None or isinstance(value, SYMBOLS) else value == spec.on
    found = at(said, spec.of) if spec.of else None
    return spec.value if found is None else found


def at(said: Any, path: str) -> Value:
    """Return a property, or one within others; a hole stands for all that is in it."""
    found = said
    for step in path.split("."):
        if isinstance(found, SYMBOLS):
            return found
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def blocks(value: Value, specs: Mapping[str, Spec]) -> Value:
    """Return a property as nested blocks: none where it is not set."""
    if value is None:
        return None
    items = [value] if isinstance(value, SYMBOLS) else list_of(value)
    return [
        {name: one for name, one in arguments_of(specs, item).items() if one is not None}
        if isinstance(item, Mapping)
        else item
        for item in items
        if isinstance(item, Mapping | Hole)
    ]


def each(value: Value) -> list[Value]:
    """Return the elements of a list; a hole is one of its own."""
    return [value] if isinstance(value, SYMBOLS) else list_of(value)


def mappings(value: Value) -> list[Properties]:
    """Return the elements of a list that are mappings."""
    return [one for one in each(value) if isinstance(one, Mapping)]


def first(value: Value) -> Properties:
    """Return the first mapping of a list; an empty one if there is none."""
    return next(iter(mappings(value)), {})


def encoded(document: Value) -> Value:
    """Return a document as the JSON text that it becomes."""
    return document if document is None or isinstance(document, (*SYMBOLS, str)) else Encoded(document)


def reference(name: str, attribute: str = "id") -> Hole:
    """Return a reference to a resource of the template."""
    return Hole(f"{name}.{attribute}", target=name, attribute=attribute)


def tags(said: Value) -> Value:
    """Return tags in either form that CloudFormation has for them."""
    if said is None or isinstance(said, SYMBOLS):
        return said
    if isinstance(said, Mapping):
        return dict(said)
    return {str(one.get("Key")): one.get("Value") for one in mappings(said)}


def policy_beside(terraform: str, argument_: str, policy: str = "policy", source: str = "PolicyDocument") -> Any:
    """Return how a property that is a policy becomes the resource that Terraform has for it."""

    def beside(name: str, said: Properties) -> Iterator[Piece]:
        if at(said, source) is not None:
            yield terraform, f".{source}", source, {argument_: reference(name), policy: encoded(at(said, source))}

    return beside
