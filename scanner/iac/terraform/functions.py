"""Terraform's functions of values, with symbols passed through where they can be.

The tables name them as Terraform does. A function that must look into a value that is not known gives a hole.
Source: Terraform language documentation, "Built-in Functions".
"""

import json
import math
import re
from collections.abc import Callable
from itertools import product
from typing import Final

from scanner.errors import SourceError
from scanner.iac.terraform.encoding_functions import ENCODINGS
from scanner.iac.terraform.evaluate import (
    MOST_ITEMS,
    EvaluationError,
    Lookup,
    equal,
    index,
    number_from,
    text_from,
    truth,
)
from scanner.iac.terraform.known_functions import (
    KNOWN,
    alike,
    cidr_subnets,
    items_of,
    known_text,
    map_of,
    set_of,
    unique,
)
from scanner.iac.terraform.time_functions import TIMES
from scanner.iac.values import SYMBOLS, Encoded, Hole, Template, Value, encode, first_hole, join_texts

_WIDEST: Final = 1000
_PLAIN: Final = re.compile(r"[\w ./:*@+=-]*")
"""A text that is in JSON as it is, and that cannot reach beyond the text that it stands in."""
_VERB: Final = re.compile(r"%(%|(?:\[(\d+)\])?([-+# 0]*)(\d+)?(?:\.(\d+))?([a-zA-Z]))")


def call(name: str, arguments: list[Value]) -> Value:
    """Call a function. Raises `EvaluationError` where Terraform would refuse; a function not known gives a hole."""
    function = _STRUCTURAL.get(name)
    try:
        if function is not None:
            symbol = next((one for one in arguments if isinstance(one, Hole)), None)
            if symbol is not None and name not in _TAKES_HOLES:
                return _hole(name, symbol)
            return function(*arguments)
        strict = KNOWN.get(name) or TIMES.get(name) or ENCODINGS.get(name)
        if strict is None:
            return Hole(f"{name}(…)", detail=f"the function {name} is not evaluated")
        hole = first_hole(arguments)
        return _hole(name, hole) if hole is not None else strict(*arguments)
    except EvaluationError as error:
        raise EvaluationError(f"{name}: {error}") from error
    except (TypeError, ValueError, LookupError, OverflowError, AttributeError, re.error) as error:
        raise EvaluationError(f"{name}: {error}") from error


def _hole(name: str, hole: Hole) -> Hole:
    return Hole(f"{name}({hole.reference})", hole.reason, hole.detail or f"it depends on {hole.reference}")


def _flatten(value: Value) -> Value:
    found: list[Value] = []
    todo: list[Value] = [items_of(value)]
    while todo:
        item = todo.pop()
        if isinstance(item, list):
            todo += reversed(item)
        else:
            found.append(item)
        if len(found) + len(todo) > MOST_ITEMS:
            raise SourceError(f"a collection of more than {MOST_ITEMS:,} elements; refused")
    hole = next((one for one in found if isinstance(one, Hole) and not one.is_concrete), None)
    return found if hole is None or len(found) > 1 else hole


def _merge(*maps: Value) -> Value:
    merged: dict[str, Value] = {}
    for one in maps:
        if one is not None:
            merged.update(map_of(one))
    return merged


def _lookup(of: Value, key: Value, *default: Value) -> Value:
    if isinstance(key, SYMBOLS):
        return _hole("lookup", first_hole(key) or Hole("…"))
    if isinstance(of, Lookup):
        return of.get(str(key))
    found = map_of(of)
    if key in found:
        return found[key]
    if default:
        return default[0]
    raise EvaluationError(f"there is no element {key!r}, and no default")


def _is_plain(value: Value) -> bool:
    return isinstance(value, int | float | bool)


def _coalesce(*values: Value) -> Value:
    for value in values:
        if value is None or value == "":
            continue
        if isinstance(value, Hole) and not value.is_concrete:
            return _hole("coalesce", value)
        return text_from(value) if any(isinstance(one, str) for one in values) and _is_plain(value) else value
    raise EvaluationError("every argument is null or empty")


def _coalesce_list(*values: Value) -> Value:
    for value in values:
        if isinstance(value, Hole):
            return _hole("coalescelist", value)
        if value:
            return value
    raise EvaluationError("every list is empty")


def _concat(*lists: Value) -> list[Value]:
    return [item for one in lists for item in ([one] if isinstance(one, Hole) else items_of(one))]


def _contains(items: Value, wanted: Value) -> Value:
    unsure: Hole | None = None
    for item in items_of(items):
        same = equal(item, wanted)
        if same is True:
            return True
        unsure = same if isinstance(same, Hole) else unsure
    return False if unsure is None else unsure


def _cidr_subnets(prefix: Value, *bits: Value) -> Value:
    """Return subnets of a prefix: as many as there are sizes, whatever the prefix is."""
    hole = first_hole([prefix, *bits])
    if hole is not None:
        return [_hole(f"cidrsubnets[{number}]", hole) for number in range(len(bits))]
    return cidr_subnets(prefix, *bits)


def _element(items: Value, at: Value) -> Value:
    if isinstance(at, Hole):
        return _hole("element", at)
    if isinstance(items, Hole):
        # Behind its end a list begins anew: which element it is, is not known, but that it is one.
        return index(items, int(number_from(at)))
    found = items_of(items)
    if not found:
        raise EvaluationError("the list is empty")
    return found[int(number_from(at)) % len(found)]


def _join(separator: Value, *lists: Value) -> Value:
    pieces: list[Value] = []
    for one in lists:
        for item in items_of(one):
            pieces += [separator, text_from(item)] if pieces else [text_from(item)]
    return join_texts(pieces)


def _format(pattern: Value, *values: Value) -> Value:
    pieces: list[Value] = []
    end = used = 0
    for match in _VERB.finditer(known_text(pattern)):
        pieces.append(pattern[end : match.start()])
        end = match.end()
        if match.group(1) == "%":
            pieces.append("%")
            continue
        place = int(match.group(2)) - 1 if match.group(2) else used
        used = place + 1
        if place >= len(values):
            raise EvaluationError("there are fewer arguments than verbs")
        pieces.append(_formatted(match, values[place]))
    pieces.append(pattern[end:])
    return join_texts(pieces)


def _formatted(match: re.Match[str], value: Value) -> Value:
    flags, width, precision, verb = match.group(3), match.group(4) or "", match.group(5), match.group(6)
    if max(int(width or 0), int(precision or 0)) > _WIDEST:
        raise EvaluationError(f"wider than {_WIDEST} characters")
    if verb == "q" and not isinstance(value, SYMBOLS):
        return json.dumps(known_text(value), ensure_ascii=False)
    if verb == "v" and isinstance(value, list | dict):
        return _json_encode(value)
    if isinstance(value, SYMBOLS):
        return value
    if verb in "sv":
        text = "null" if value is None else known_text(value)
        text = text if precision is None else text[: int(precision)]
        return text.ljust(int(width or 0)) if "-" in flags else text.rjust(int(width or 0))
    if verb == "t":
        return "true" if truth(value) else "false"
    number = number_from(value)
    code = f".{precision or 6}{verb}" if verb in "feEgG" else verb
    number = number if verb in "feEgG" else int(number)
    fill = "0" if "0" in flags and "-" not in flags else ""
    align = "<" if "-" in flags else ""
    return format(number, f"{align}{'+' if '+' in flags else ''}{fill}{width}{code}")


def _format_list(pattern: Value, *values: Value) -> Value:
    lengths = {len(one) for one in values if isinstance(one, list)}
    if len(lengths) > 1:
        raise EvaluationError("the lists are of different lengths")
    count = lengths.pop() if lengths else 1
    return [
        _format(pattern, *(one[number] if isinstance(one, list) else one for one in values)) for number in range(count)
    ]


def _json_encode(value: Value) -> Value:
    return encode(value) if first_hole(value) is None else Encoded(value)


def _json_decode(text: Value) -> Value:
    if isinstance(text, Encoded):
        return text.value
    hole = None if isinstance(text, list | dict) else first_hole(text)
    if hole is not None:
        return _hole("jsondecode", hole)
    return json.loads(known_text(text))


def _one(items: Value) -> Value:
    found = items_of(items)
    if len(found) > 1:
        raise EvaluationError("the list has more than one element")
    return found[0] if found else None


def _slice(items: Value, start: Value, end: Value) -> Value:
    """Return a part of a list. Of one that is not known the length is, for Terraform refuses bounds outside of it."""
    for bound in (start, end):
        if isinstance(bound, Hole):
            return _hole("slice", bound)
    if isinstance(items, Hole):
        few = 0 <= int(start) <= int(end) <= _WIDEST
        return [index(items, at) for at in range(int(start), int(end))] if few else _hole("slice", items)
    found = items_of(items)
    if not 0 <= int(start) <= int(end) <= len(found):
        raise EvaluationError("the bounds are not within the list")
    return found[int(start) : int(end)]


def _set_product(*sets: Value) -> Value:
    if math.prod(len(items_of(one)) for one in sets) > MOST_ITEMS:
        raise SourceError(f"a collection of more than {MOST_ITEMS:,} elements; refused")
    return [list(row) for row in product(*sets)]


def _chunks(items: Value, size: Value) -> Value:
    return [items[at : at + size] for at in range(0, len(items), size)] if size else [items]


def _to_map(value: Value) -> Value:
    if isinstance(value, Lookup):
        return value
    found = map_of(value)
    return dict(zip(found, alike(list(found.values())), strict=True))


def _to_list(value: Value) -> Value:
    return alike(list(items_of(value)))


def _to_text(value: Value) -> Value:
    return None if value is None else text_from(value)


def _length(value: Value) -> Value:
    if isinstance(value, str | list | dict):
        return len(value)
    hole = first_hole(value)
    if hole is not None:
        return _hole("length", hole)
    raise EvaluationError("it has no length")


def _compact(items: Value) -> Value:
    return [item for item in items_of(items) if item is not None and item != ""]


def _replace(text: Value, search: Value, new: Value) -> Value:
    """Return the text with a part of it replaced. What is not known of it stays, for nothing in there is searched."""
    hole = first_hole([search, new] if isinstance(text, str) else [text, search])
    pattern = isinstance(search, SYMBOLS) or (len(search) > 1 and search.startswith("/") and search.endswith("/"))
    if hole is not None and (pattern or isinstance(text, Hole)):
        return _hole("replace", hole)
    if hole is None and not isinstance(new, SYMBOLS):
        return KNOWN["replace"](encode(text.value) if isinstance(text, Encoded) else text, search, new)
    return _replaced(text, known_text(search), text_from(new))


def _replaced(part: Value, search: str, new: Value) -> Value:
    if isinstance(part, str):
        pieces = part.split(search) if search else [part]
        return join_texts([piece for at, one in enumerate(pieces) for piece in ((new, one) if at else (one,))])
    if isinstance(part, Template):
        return join_texts([_replaced(one, search, new) for one in part.parts])
    if isinstance(part, Encoded):
        plain = _PLAIN.fullmatch(search) and (not isinstance(new, str) or _PLAIN.fullmatch(new))
        return Encoded(_replaced_within(part.value, search, new)) if plain else _hole("replace", Hole(str(part)))
    return part


def _replaced_within(value: Value, search: str, new: Value) -> Value:
    """Return a value with a text replaced in all texts in it, keys too: what replacing it in its JSON comes to."""
    if isinstance(value, dict):
        return {_replaced(key, search, new): _replaced_within(one, search, new) for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced_within(one, search, new) for one in value]
    return _replaced(value, search, new) if isinstance(value, str | Template | Encoded) else value


def _all_true(items: Value) -> Value:
    return _quantified(items, decisive=False)


def _any_true(items: Value) -> Value:
    return _quantified(items, decisive=True)


def _quantified(items: Value, *, decisive: bool) -> Value:
    hole = first_hole(items)
    if any(not isinstance(item, SYMBOLS) and truth(item) is decisive for item in items_of(items)):
        return decisive
    return not decisive if hole is None else _hole("alltrue", hole)


def _unknowable(name: str) -> Callable[..., Value]:
    return lambda *_: Hole(f"{name}()", detail=f"{name}() differs from run to run")


def _same(value: Value) -> Value:
    return value


_STRUCTURAL: Final[dict[str, Callable[..., Value]]] = {
    "cidrsubnets": _cidr_subnets,
    "coalesce": _coalesce,
    "coalescelist": _coalesce_list,
    "compact": _compact,
    "concat": _concat,
    "contains": _contains,
    "chunklist": _chunks,
    "distinct": lambda items: unique(items_of(items)),
    "element": _element,
    "flatten": _flatten,
    "format": _format,
    "formatlist": _format_list,
    "join": _join,
    "jsondecode": _json_decode,
    "jsonencode": _json_encode,
    "keys": lambda of: sorted(map_of(of)),
    "length": _length,
    "lookup": _lookup,
    "merge": _merge,
    "nonsensitive": _same,
    "one": _one,
    "replace": _replace,
    "reverse": lambda items: list(reversed(items_of(items))),
    "sensitive": _same,
    "setproduct": _set_product,
    "setunion": lambda *sets: set_of([item for one in sets for item in items_of(one)]),
    "slice": _slice,
    "timestamp": _unknowable("timestamp"),
    "plantimestamp": _unknowable("plantimestamp"),
    "uuid": _unknowable("uuid"),
    "bcrypt": _unknowable("bcrypt"),
    "tolist": _to_list,
    "tomap": _to_map,
    "toset": set_of,
    "tostring": _to_text,
    "alltrue": _all_true,
    "anytrue": _any_true,
    "values": lambda of: [value for _, value in sorted(map_of(of).items())],
    "zipmap": lambda keys, values: dict(zip(keys, values, strict=True)),
}
"""Functions that work on the structure of values and leave symbols within it alone."""


_TAKES_HOLES: Final = frozenset(
    {
        *(
            "cidrsubnets",
            "coalesce",
            "concat",
            "element",
            "format",
            "formatlist",
            "jsonencode",
            "lookup",
            "nonsensitive",
        ),
        *("replace", "sensitive", "slice", "tostring"),
    }
)
"""Of those the ones to which an argument that is wholly unknown means something."""
