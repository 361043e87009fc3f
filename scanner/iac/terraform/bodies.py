"""Bodies of blocks as values: arguments, nested blocks and dynamic ones."""

from typing import Final

from scanner.errors import SourceError
from scanner.iac.terraform.evaluate import EvaluationError, Evaluator, pairs
from scanner.iac.terraform.syntax import Attribute, Block, Body, Expression, Literal, Name
from scanner.iac.values import SYMBOLS, Hole, Value, first_hole

META: Final = frozenset({"count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection"})
"""What stands in a block and is no argument of the resource."""


def provider_name(expression: Expression) -> str:
    """Return a reference to a provider's configuration as text: `aws`, `aws.east`."""
    if isinstance(expression, Attribute) and isinstance(expression.of, Name):
        return f"{expression.of.name}.{expression.name}"
    if isinstance(expression, Name):
        return expression.name
    return str(expression.value) if isinstance(expression, Literal) else ""


def values_of(body: Body, evaluator: Evaluator, where: str, meta: frozenset[str] = frozenset()) -> dict[str, Value]:
    """Return all arguments and nested blocks of a body but those of `meta`, which a resource itself has."""
    made = {
        name: _flat(evaluator.value_or_hole(argument.value, f"{where}.{name}"))
        for name, argument in body.arguments.items()
        if name not in meta
    }
    for name in dict.fromkeys(_block_name(block) for block in body.blocks):
        if name not in meta:
            made[name] = [value for block in body.blocks for value in nested_values(block, name, evaluator, where)]
    return made


def _flat(value: Value) -> Value:
    """Return a list without lists in it: before Terraform 0.12, `["${var.list}"]` was the list itself.

    Source: Terraform, "Upgrading to Terraform v0.12", "Referring to List Variables". No argument of AWS is a list of lists.
    """
    if not isinstance(value, list) or not any(isinstance(one, list) for one in value):
        return value
    return [item for one in value for item in (one if isinstance(one, list) else [one])]


def _block_name(block: Block) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def nested_values(block: Block, name: str, evaluator: Evaluator, where: str) -> list[Value]:
    """Return the values of a nested block if it is of this name: several for a dynamic one."""
    if _block_name(block) != name:
        return []
    if block.type != "dynamic":
        return [values_of(block.body, evaluator, f"{where}.{name}")]
    said = block.body.arguments
    content = next((one for one in block.body.blocks if one.type == "content"), None)
    if "for_each" not in said or content is None:
        raise SourceError(f"{block.file}:{block.line}:1: the dynamic block {name!r} needs for_each and content")
    each = evaluator.value_or_hole(said["for_each"].value, f"{where}.{name}")
    if isinstance(each, SYMBOLS):
        return [first_hole(each) or Hole(where)]
    iterator = provider_name(said["iterator"].value) if "iterator" in said else name
    try:
        found = pairs(each)
    except EvaluationError as error:
        return [Hole(where, detail=f"{where}.{name}: {error}")]
    return [
        values_of(content.body, evaluator.within({iterator: {"key": key, "value": value}}), f"{where}.{name}")
        for key, value in found
    ]
