"""Conversion of a value to a variable's type, with the defaults of optional attributes.

Source: Terraform language documentation, "Type Constraints" and "Optional Object Type Attributes".
"""

from collections.abc import Callable
from typing import Final

from scanner.iac.terraform.evaluate import EvaluationError, Evaluator, Lookup, number_from, text_from, truth
from scanner.iac.terraform.known_functions import set_of
from scanner.iac.terraform.syntax import Call, Expression, Literal, Name, ObjectOf, TupleOf
from scanner.iac.values import SYMBOLS, Hole, Value

_PRIMITIVE: Final[dict[str, Callable[[Value], Value]]] = {"string": text_from, "number": number_from, "bool": truth}


def convert(value: Value, type_: Expression, evaluator: Evaluator) -> Value:
    """Return the value as this type has it; a hole that says so where it does not fit."""
    try:
        return _convert(value, type_, evaluator)
    except EvaluationError as error:
        return Hole("var", detail=f"the value does not fit the variable's type: {error}")


def _convert(value: Value, type_: Expression, evaluator: Evaluator) -> Value:
    if value is None or isinstance(value, (*SYMBOLS, Lookup)):
        return value
    match type_:
        case Name(name=name) if name in _PRIMITIVE:
            return _PRIMITIVE[name](value)
        case Call(function="list" | "set" | "map" as name, arguments=(inner,)):
            return _collection(name, value, inner, evaluator)
        case Call(function="object", arguments=(ObjectOf(items=items),)):
            return _object(value, items, evaluator)
        case Call(function="tuple", arguments=(TupleOf(items=types),)) if isinstance(value, list):
            return [_convert(item, one, evaluator) for item, one in zip(value, types, strict=False)]
    return value


def _collection(name: str, value: Value, inner: Expression, evaluator: Evaluator) -> Value:
    if name == "map":
        if not isinstance(value, dict):
            raise EvaluationError("a map is due")
        return {key: _convert(item, inner, evaluator) for key, item in value.items()}
    if not isinstance(value, list):
        raise EvaluationError(f"a {name} is due")
    items = [_convert(item, inner, evaluator) for item in value]
    return set_of(items) if name == "set" else items


def _object(value: Value, items: tuple[tuple[Expression, Expression], ...], evaluator: Evaluator) -> Value:
    if not isinstance(value, dict):
        raise EvaluationError("an object is due")
    made: dict[str, Value] = {}
    for key, type_ in items:
        name = str(key.value) if isinstance(key, Literal) else ""
        if not isinstance(type_, Call) or type_.function != "optional":
            if name not in value:
                raise EvaluationError(f"the attribute {name!r} is missing")
            made[name] = _convert(value[name], type_, evaluator)
            continue
        said = value.get(name)
        if said is None and len(type_.arguments) > 1:
            said = evaluator.value(type_.arguments[1])
        made[name] = _convert(said, type_.arguments[0], evaluator)
    return made
