"""Evaluating Terraform expressions as far as they can be known, with symbols for the rest.

What Terraform would refuse raises `EvaluationError`, which `try` and `can` see and which makes an argument a hole.
Work is bounded: beyond a number of steps evaluation ends with `SourceError`, beyond a depth a value is a hole.
Source: Terraform language documentation, "Expressions"; HCL Native Syntax Specification.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from scanner.errors import SourceError
from scanner.iac.terraform.syntax import (
    Attribute,
    Call,
    Choice,
    Expression,
    For,
    Index,
    Literal,
    Name,
    Negation,
    ObjectOf,
    Operation,
    Part,
    Splat,
    Text,
    TextFor,
    TextIf,
    TupleOf,
)
from scanner.iac.values import SYMBOLS, Encoded, Hole, Template, Value, first_hole, holes, join_texts

MOST_STEPS: Final = 5_000_000
MOST_DEPTH: Final = 400
MOST_ITEMS: Final = 100_000
MOST_TEXT: Final = 8 << 20
MOST_BITS: Final = 4096


class EvaluationError(Exception):
    """What Terraform would refuse to evaluate; the text says why."""


class Lookup(msgspec.Struct, frozen=True, eq=False):
    """Something whose attributes are found when they are asked for: `var`, a resource, a module."""

    reference: str
    get: Callable[[str], Value]


class SetOf(list[Any]):
    """A set: a list without duplicates whose keys are its elements."""


class Work:
    """How much evaluation has been done, of how much is allowed."""

    def __init__(self) -> None:
        self.steps = 0
        self.depth = 0

    def count(self, steps: int = 1) -> None:
        """Count steps; raises `SourceError` beyond the bound."""
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise SourceError(f"the configuration takes more than {MOST_STEPS:,} steps to evaluate; refused")


Names = Mapping[str, Value]
Functions = Callable[[str, list[Value]], Value]


class Evaluator:
    """Evaluates expressions of one module: its names, its functions, and the work that all modules share."""

    def __init__(self, names: Names, functions: Functions, work: Work) -> None:
        self.names = names
        self.functions = functions
        self.work = work

    def within(self, names: Names) -> "Evaluator":
        """Return an evaluator that knows these names too: those of a loop, `each`, `count`."""
        return Evaluator({**self.names, **names}, self.functions, self.work)

    def value(self, expression: Expression) -> Value:
        """Return the value of an expression. Raises `EvaluationError` where Terraform would fail."""
        work = self.work
        work.count()
        work.depth += 1
        try:
            if work.depth > MOST_DEPTH:
                return Hole("…", detail="the expression goes through too many others to be followed")
            found: Value = _EVALUATE[type(expression)](self, expression)
            return found
        finally:
            work.depth -= 1

    def value_or_hole(self, expression: Expression, where: str) -> Value:
        """Return the value of an expression; a hole that says what is wrong where Terraform would fail."""
        try:
            return self.value(expression)
        except EvaluationError as error:
            return Hole(where, detail=f"{where}: {error}")

    def test(self, expression: Expression) -> bool | Hole:
        """Return a condition as a Boolean, or the hole that it depends on."""
        found = self.value(expression)
        if isinstance(found, SYMBOLS):
            return _of(found)
        return truth(found)

    def text(self, parts: tuple[Part, ...]) -> Value:
        """Return a template's text."""
        joined = join_texts([part if isinstance(part, str) else self._part(part) for part in parts])
        if isinstance(joined, str) and len(joined) > MOST_TEXT:
            raise SourceError(f"a text grows beyond {MOST_TEXT >> 20} MiB; refused")
        return joined

    def _part(self, part: Part) -> Value:
        if isinstance(part, TextIf):
            test = self.test(part.test)
            if isinstance(test, Hole):
                return test
            return self.text(part.yes if test else part.no)
        if isinstance(part, TextFor):
            return self._text_for(part)
        assert not isinstance(part, str)  # noqa: S101 - its caller took those
        return text_from(self.value(part))

    def _text_for(self, part: TextFor) -> Value:
        of = self.value(part.of)
        if isinstance(of, SYMBOLS):
            return _of(of)
        return join_texts(
            [self.within({part.key or "": key, part.value: item}).text(part.body) for key, item in pairs(of)]
        )


def _literal(_: Evaluator, node: Literal) -> Value:
    return node.value


def _text(at: Evaluator, node: Text) -> Value:
    if len(node.parts) == 1 and not isinstance(node.parts[0], str | TextIf | TextFor):
        return at.value(node.parts[0])
    return at.text(node.parts)


def _name(at: Evaluator, node: Name) -> Value:
    if node.name in at.names:
        return at.names[node.name]
    unnamed = at.names.get("")
    if isinstance(unnamed, Lookup):
        return unnamed.get(node.name)
    raise EvaluationError(f"there is no {node.name}")


def _attribute(at: Evaluator, node: Attribute) -> Value:
    return attribute(at.value(node.of), node.name)


def attribute(of: Value, name: str) -> Value:
    """Return `of.name`. Raises `EvaluationError` if it has none."""
    if isinstance(of, Lookup):
        return of.get(name)
    if isinstance(of, dict):
        if name in of:
            return of[name]
        raise EvaluationError(f"the object has no attribute {name!r}")
    if isinstance(of, Hole):
        return msgspec.structs.replace(
            of,
            reference=f"{of.reference}.{name}",
            attribute=f"{of.attribute}.{name}" if of.attribute else name,
        )
    raise EvaluationError(f"{_kind(of)} has no attributes")


def _index(at: Evaluator, node: Index) -> Value:
    return index(at.value(node.of), at.value(node.key))


def index(of: Value, key: Value) -> Value:
    """Return `of[key]`. Raises `EvaluationError` if there is no such element."""
    if isinstance(of, Hole):
        shown = key if isinstance(key, int) else f'"{key}"'
        name = f"{of.attribute}[{shown}]" if of.attribute else of.attribute
        return msgspec.structs.replace(of, reference=f"{of.reference}[{shown}]", attribute=name)
    if isinstance(key, SYMBOLS):
        return _of(key)
    if isinstance(of, dict):
        key = text_from(key)
        if key in of:
            return of[key]
        raise EvaluationError(f"the map has no element {key!r}")
    if isinstance(of, list):
        place = number_from(key)
        if isinstance(place, int) and 0 <= place < len(of):
            return of[place]
        raise EvaluationError(f"the list of {len(of)} has no element {key}")
    if isinstance(of, Lookup) and isinstance(key, str):
        return of.get(key)
    raise EvaluationError(f"{_kind(of)} has no elements")


def _splat(at: Evaluator, node: Splat) -> Value:
    of = at.value(node.of)
    if of is None:
        return []
    if isinstance(of, Hole):
        each = at.within({"*": of}).value(node.each)
        return each if isinstance(each, Hole) else _of(of)
    if isinstance(of, SYMBOLS):
        return _of(of)
    items = of if isinstance(of, list) else [of]
    return [at.within({"*": item}).value(node.each) for item in items]


def _call(at: Evaluator, node: Call) -> Value:
    if node.function == "try":
        return _try(at, node)
    if node.function == "can":
        return _can(at, node)
    arguments = [at.value(argument) for argument in node.arguments]
    if node.expands and arguments:
        last = arguments.pop()
        if isinstance(last, SYMBOLS):
            return _of(last)
        if not isinstance(last, list):
            raise EvaluationError("what stands before ... is no list")
        arguments += last
    at.work.count(len(arguments))
    return _bounded(at.functions(node.function, arguments))


def _bounded(value: Value) -> Value:
    """Return what a function gives. Raises `SourceError` if it is larger than any value may be."""
    if isinstance(value, list | dict) and len(value) > MOST_ITEMS:
        raise SourceError(f"a collection of more than {MOST_ITEMS:,} elements; refused")
    if isinstance(value, str) and len(value) > MOST_TEXT:
        raise SourceError(f"a text grows beyond {MOST_TEXT >> 20} MiB; refused")
    return value


def _try(at: Evaluator, node: Call) -> Value:
    last = EvaluationError("try needs an argument")
    for argument in node.arguments:
        try:
            return at.value(argument)
        except EvaluationError as error:
            last = error
    raise EvaluationError(f"no argument of try can be evaluated: {last}")


def _can(at: Evaluator, node: Call) -> Value:
    if not node.arguments:
        raise EvaluationError("can needs an argument")
    try:
        found = at.value(node.arguments[0])
    except EvaluationError:
        return False
    return _of(found) if isinstance(found, SYMBOLS) else True


def _choice(at: Evaluator, node: Choice) -> Value:
    test = at.test(node.test)
    if isinstance(test, Hole):
        yes, no = (at.value_or_hole(branch, test.reference) for branch in (node.yes, node.no))
        if first_hole(yes) is None and first_hole(no) is None and equal(yes, no) is True:
            return yes
        return msgspec.structs.replace(
            test, target="", attribute="", detail=test.detail or f"it depends on {test.reference}"
        )
    return at.value(node.yes if test else node.no)


def _operation(at: Evaluator, node: Operation) -> Value:
    if node.operator in ("&&", "||"):
        return _logic(at, node)
    left, right = at.value(node.left), at.value(node.right)
    if node.operator in ("==", "!="):
        same = equal(left, right)
        return same if isinstance(same, Hole) else same == (node.operator == "==")
    for side in (left, right):
        if isinstance(side, SYMBOLS):
            return _of(side)
    return _ARITHMETIC[node.operator](number_from(left), number_from(right))


def _logic(at: Evaluator, node: Operation) -> bool | Hole:
    decisive = node.operator == "||"
    left = at.test(node.left)
    if left == decisive:
        return decisive
    try:
        right = at.test(node.right)
    except EvaluationError:
        if isinstance(left, Hole):
            return left
        raise
    if right == decisive:
        return decisive
    return left if isinstance(left, Hole) else right


def _negation(at: Evaluator, node: Negation) -> Value:
    operand = at.value(node.operand)
    if isinstance(operand, SYMBOLS):
        return _of(operand)
    return not truth(operand) if node.operator == "!" else _plain(-number_from(operand))


def _tuple(at: Evaluator, node: TupleOf) -> list[Value]:
    return [at.value(item) for item in node.items]


def _object(at: Evaluator, node: ObjectOf) -> Value:
    made: dict[str, Value] = {}
    for key_node, value_node in node.items:
        key = at.value(key_node)
        if isinstance(key, SYMBOLS):
            return _of(key)
        made[str(text_from(key))] = at.value(value_node)
    return made


def _for(at: Evaluator, node: For) -> Value:
    of = at.value(node.of)
    if isinstance(of, SYMBOLS):
        return _of(of)
    made: dict[str, Value] = {}
    items: list[Value] = []
    for key, item in pairs(of):
        at.work.count()
        inner = at.within({node.key or "": key, node.value: item} if node.key else {node.value: item})
        if node.condition is not None:
            test = inner.test(node.condition)
            if isinstance(test, Hole):
                return test
            if not test:
                continue
        if node.name is None:
            items.append(inner.value(node.result))
            continue
        name = inner.value(node.name)
        if isinstance(name, SYMBOLS):
            return _of(name)
        name = str(text_from(name))
        if node.groups:
            made.setdefault(name, []).append(inner.value(node.result))
        elif name in made:
            raise EvaluationError(f"two elements of the for expression have the key {name!r}")
        else:
            made[name] = inner.value(node.result)
    return items if node.name is None else made


def pairs(of: Value) -> list[tuple[Value, Value]]:
    """Return the keys and elements that a loop takes. Raises `EvaluationError` for what has none."""
    if isinstance(of, SetOf):
        return [(item, item) for item in of]
    if isinstance(of, list):
        found: list[tuple[Value, Value]] = list(enumerate(of))
    elif isinstance(of, dict):
        found = sorted(of.items())
    else:
        raise EvaluationError(f"{_kind(of)} cannot be iterated")
    if len(found) > MOST_ITEMS:
        raise SourceError(f"a collection of more than {MOST_ITEMS:,} elements; refused")
    return found


def truth(value: Value) -> bool:
    """Return a value as a Boolean, as Terraform converts it."""
    if isinstance(value, bool):
        return value
    if value == "true":
        return True
    if value == "false":
        return False
    raise EvaluationError(f"{_kind(value)} is no Boolean")


def number_from(value: Value) -> int | float:
    """Return a value as a number, as Terraform converts it."""
    if isinstance(value, bool):
        raise EvaluationError("a Boolean is no number")
    if isinstance(value, int | float):
        return value
    try:
        return _plain(float(value)) if "." in value or "e" in value.lower() else int(value)
    except (TypeError, ValueError, AttributeError) as error:
        raise EvaluationError(f"{_kind(value)} is no number") from error


def text_from(value: Value) -> Value:
    """Return a value as a text or a symbol of one, as Terraform converts it."""
    if isinstance(value, str | Hole | Template | Encoded):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(_plain(value))
    if isinstance(value, Lookup):
        return Hole(value.reference)
    raise EvaluationError(f"{_kind(value)} is no text")


def equal(left: Value, right: Value) -> bool | Hole:
    """Whether two values are equal, by type and by value; a hole where that rests on one."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Hole):
            return False if other is None and one.is_concrete else _of(one)
        if isinstance(one, Template | Encoded):
            return False if other is None or other == "" else _of(one)
    if isinstance(left, list) and isinstance(right, list):
        return _all_equal(zip(left, right, strict=False)) if len(left) == len(right) else False
    if isinstance(left, dict) and isinstance(right, dict):
        if left.keys() != right.keys():
            return False
        return _all_equal((left[key], right[key]) for key in left)
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return bool(left == right)


def _all_equal(both: Any) -> bool | Hole:
    unsure: Hole | None = None
    for left, right in both:
        same = equal(left, right)
        if same is False:
            return False
        unsure = same if isinstance(same, Hole) else unsure
    return unsure or True


def _of(symbol: Value) -> Hole:
    """Return a hole for what is computed from a symbol: no more the attribute of one real thing."""
    hole = next(holes(symbol), None) or Hole("…")
    return msgspec.structs.replace(hole, target="", attribute="")


def _plain(number: float) -> int | float:
    return int(number) if isinstance(number, float) and number.is_integer() else number


def bounded(number: float) -> int | float:
    """Return a number. Raises `EvaluationError` for one that is longer than any that means something."""
    if isinstance(number, int) and number.bit_length() > MOST_BITS:
        raise EvaluationError("the number is too large")
    return number


def _divide(left: float, right: float) -> int | float:
    if right == 0:
        raise EvaluationError("division by zero")
    return _plain(left / right)


def _modulo(left: float, right: float) -> int | float:
    if right == 0:
        raise EvaluationError("division by zero")
    return _plain(left - right * int(left / right))


def _kind(value: Value) -> str:
    names = {type(None): "null", bool: "a Boolean", str: "a text", list: "a list", dict: "an object"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else "the value")


_ARITHMETIC: Final[dict[str, Callable[[Any, Any], Value]]] = {
    "+": lambda left, right: _plain(left + right),
    "-": lambda left, right: _plain(left - right),
    "*": lambda left, right: bounded(_plain(left * right)),
    "/": _divide,
    "%": _modulo,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}

_EVALUATE: Final[dict[type, Callable[[Evaluator, Any], Value]]] = {
    Literal: _literal,
    Text: _text,
    Name: _name,
    Attribute: _attribute,
    Index: _index,
    Splat: _splat,
    Call: _call,
    Choice: _choice,
    Operation: _operation,
    Negation: _negation,
    TupleOf: _tuple,
    ObjectOf: _object,
    For: _for,
}
