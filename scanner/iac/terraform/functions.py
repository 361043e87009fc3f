"""Terraform's functions of values, each as its documentation says, with symbols passed through where they can be.

The table names them as Terraform does. A function that must look into a value that is not known gives a hole.
Source: Terraform language documentation, "Built-in Functions".
"""

import base64
import csv
import hashlib
import io
import ipaddress
import json
import math
import re
import urllib.parse
from collections.abc import Callable
from itertools import product
from typing import Final

import msgspec
import yaml

from scanner.errors import SourceError
from scanner.iac.terraform.evaluate import (
    MOST_ITEMS,
    EvaluationError,
    Lookup,
    SetOf,
    equal,
    number_from,
    text_from,
    truth,
)
from scanner.iac.values import SYMBOLS, Encoded, Hole, Value, encode, first_hole, join_texts

_RANGE: Final = 1024
"""The most elements that Terraform's `range` makes."""
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
        strict = _STRICT.get(name)
        if strict is None:
            return Hole(f"{name}(…)", detail=f"the function {name} is not evaluated")
        hole = first_hole(arguments)
        return _hole(name, hole) if hole is not None else strict(*arguments)
    except EvaluationError as error:
        raise EvaluationError(f"{name}: {error}") from error
    except (TypeError, ValueError, LookupError, OverflowError, AttributeError, re.error, yaml.YAMLError) as error:
        raise EvaluationError(f"{name}: {error}") from error


def _hole(name: str, hole: Hole) -> Hole:
    return Hole(f"{name}({hole.reference})", hole.reason, hole.detail or f"it depends on {hole.reference}")


def unique(items: list[Value]) -> list[Value]:
    """Return the elements without those that are equal to an earlier one."""
    if all(isinstance(item, str) for item in items):
        return list(dict.fromkeys(items))
    kept: list[Value] = []
    for item in items:
        if not any(equal(item, other) is True for other in kept):
            kept.append(item)
    return kept


def set_of(items: Value) -> Value:
    """Return a set: without duplicates, texts in order."""
    kept = unique(_items(items))
    return SetOf(sorted(kept) if all(isinstance(item, str) for item in kept) else kept)


def _items(value: Value) -> list[Value]:
    if isinstance(value, list):
        return value
    raise EvaluationError("a list is due")


def _map(value: Value) -> dict[str, Value]:
    if isinstance(value, dict):
        return value
    raise EvaluationError("a map is due")


def _text(value: Value) -> str:
    found = text_from(value)
    if isinstance(found, str):
        return found
    raise EvaluationError("a known text is due")


def _flatten(value: Value) -> Value:
    found: list[Value] = []
    for item in _items(value):
        found += _flatten(item) if isinstance(item, list) else [item]
    hole = next((one for one in found if isinstance(one, Hole) and not one.is_concrete), None)
    return found if hole is None or len(found) > 1 else hole


def _merge(*maps: Value) -> Value:
    merged: dict[str, Value] = {}
    for one in maps:
        if one is not None:
            merged.update(_map(one))
    return merged


def _lookup(of: Value, key: Value, *default: Value) -> Value:
    if isinstance(key, SYMBOLS):
        return _hole("lookup", first_hole(key) or Hole("…"))
    if isinstance(of, Lookup):
        return of.get(str(key))
    found = _map(of)
    if key in found:
        return found[key]
    if default:
        return default[0]
    raise EvaluationError(f"there is no element {key!r}, and no default")


def _coalesce(*values: Value) -> Value:
    for value in values:
        if value is None or value == "":
            continue
        return value if not isinstance(value, Hole) or value.is_concrete else _hole("coalesce", value)
    raise EvaluationError("every argument is null or empty")


def _coalesce_list(*values: Value) -> Value:
    for value in values:
        if isinstance(value, Hole):
            return _hole("coalescelist", value)
        if value:
            return value
    raise EvaluationError("every list is empty")


def _concat(*lists: Value) -> list[Value]:
    return [item for one in lists for item in ([one] if isinstance(one, Hole) else _items(one))]


def _contains(items: Value, wanted: Value) -> Value:
    unsure: Hole | None = None
    for item in _items(items):
        same = equal(item, wanted)
        if same is True:
            return True
        unsure = same if isinstance(same, Hole) else unsure
    return False if unsure is None else unsure


def _element(items: Value, at: Value) -> Value:
    found = _items(items)
    if not found:
        raise EvaluationError("the list is empty")
    return found[int(number_from(at)) % len(found)]


def _join(separator: Value, *lists: Value) -> Value:
    pieces: list[Value] = []
    for one in lists:
        for item in _items(one):
            pieces += [separator, text_from(item)] if pieces else [text_from(item)]
    return join_texts(pieces)


def _format(pattern: Value, *values: Value) -> Value:
    pieces: list[Value] = []
    end = used = 0
    for match in _VERB.finditer(_text(pattern)):
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
    if verb == "q" and not isinstance(value, SYMBOLS):
        return json.dumps(_text(value), ensure_ascii=False)
    if verb == "v" and isinstance(value, list | dict):
        return _json_encode(value)
    if isinstance(value, SYMBOLS):
        return value
    if verb in "sv":
        text = "null" if value is None else _text(value)
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
    hole = first_hole(text)
    if hole is not None:
        return _hole("jsondecode", hole)
    return json.loads(_text(text))


def _one(items: Value) -> Value:
    found = _items(items)
    if len(found) > 1:
        raise EvaluationError("the list has more than one element")
    return found[0] if found else None


def _slice(items: Value, start: Value, end: Value) -> Value:
    found = _items(items)
    if not 0 <= int(start) <= int(end) <= len(found):
        raise EvaluationError("the bounds are not within the list")
    return found[int(start) : int(end)]


def _range(*bounds: Value) -> Value:
    start, end = (0, bounds[0]) if len(bounds) == 1 else bounds[:2]
    step = bounds[2] if len(bounds) > 2 else (1 if end >= start else -1)  # noqa: PLR2004 - start, end, step
    if step == 0 or (end - start) / step > _RANGE:
        raise EvaluationError(f"more than {_RANGE} elements")
    found, at = [], start
    while (at < end) if step > 0 else (at > end):
        found.append(at)
        at += step
    return found


def _set_product(*sets: Value) -> Value:
    if math.prod(len(_items(one)) for one in sets) > MOST_ITEMS:
        raise SourceError(f"a collection of more than {MOST_ITEMS:,} elements; refused")
    return [list(row) for row in product(*sets)]


def _chunks(items: Value, size: Value) -> Value:
    return [items[at : at + size] for at in range(0, len(items), size)] if size else [items]


def _transpose(of: Value) -> Value:
    turned: dict[str, list[Value]] = {}
    for key, texts in sorted(_map(of).items()):
        for text in texts:
            turned.setdefault(text, []).append(key)
    return turned


def _regex(pattern: Value, text: Value) -> Value:
    match = _compiled(pattern).search(text)
    if match is None:
        raise EvaluationError("the pattern matches nothing")
    return _captured(match)


def _compiled(pattern: str) -> re.Pattern[str]:
    if re.search(r"[+*}]\)?[+*{]", pattern) or len(pattern) > 1000:  # noqa: PLR2004 - longer than people write
        raise EvaluationError("the pattern may take too long to match here")
    return re.compile(pattern.replace("\\z", "\\Z"))


def _captured(match: re.Match[str]) -> Value:
    if match.re.groupindex:
        return match.groupdict()
    return list(match.groups()) if match.re.groups else match.group()


def _replace(text: Value, old: Value, new: Value) -> Value:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        return _compiled(old[1:-1]).sub(re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", new), text)
    if not isinstance(text, str):
        text = _text(text)
    return text.replace(old, new)


def _substr(text: Value, start: Value, length: Value) -> Value:
    begin = start if start >= 0 else max(len(text) + start, 0)
    return text[begin:] if length < 0 else text[begin : begin + length]


def _title(text: Value) -> Value:
    return re.sub(r"(^|\s)(\S)", lambda match: match.group(1) + match.group(2).upper(), text)


def _indent(spaces: Value, text: Value) -> Value:
    return text.replace("\n", "\n" + " " * int(spaces))


def _csv(text: Value) -> Value:
    return list(csv.DictReader(io.StringIO(text)))


def _hash(name: str, *, base: bool = False) -> Callable[[Value], str]:
    def digest(text: Value) -> str:
        found = hashlib.new(name, _text(text).encode(), usedforsecurity=False)
        return base64.b64encode(found.digest()).decode() if base else found.hexdigest()

    return digest


def _cidr_host(prefix: Value, number: Value) -> str:
    network = ipaddress.ip_network(prefix, strict=False)
    return str(network[int(number)])


def _cidr_subnet(prefix: Value, bits: Value, number: Value) -> str:
    network = ipaddress.ip_network(prefix, strict=False)
    length = network.prefixlen + int(bits)
    if not 0 <= int(number) < 1 << int(bits) or length > network.max_prefixlen:
        raise EvaluationError("the prefix is not that long")
    base = int(network.network_address) + (int(number) << (network.max_prefixlen - length))
    return f"{type(network.network_address)(base)}/{length}"


def _cidr_subnets(prefix: Value, *bits: Value) -> list[str]:
    network = ipaddress.ip_network(prefix, strict=False)
    at = int(network.network_address)
    found = []
    for more in bits:
        length = network.prefixlen + int(more)
        size = 1 << (network.max_prefixlen - length)
        at = (at + size - 1) // size * size
        if at + size - 1 > int(network.broadcast_address):
            raise EvaluationError("the prefix has no room for them")
        found.append(f"{type(network.network_address)(at)}/{length}")
        at += size
    return found


def _cidr_netmask(prefix: Value) -> str:
    return str(ipaddress.ip_network(prefix, strict=False).netmask)


def _parse_int(text: Value, base: Value) -> int:
    return int(_text(text), int(base))


def _to_map(value: Value) -> Value:
    return value if isinstance(value, Lookup) else _map(value)


def _to_list(value: Value) -> Value:
    return list(_items(value))


def _to_bool(value: Value) -> Value:
    return None if value is None else truth(value)


def _to_number(value: Value) -> Value:
    return None if value is None else number_from(value)


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
    return [item for item in _items(items) if item is not None and item != ""]


def _all_true(items: Value) -> Value:
    return _quantified(items, decisive=False)


def _any_true(items: Value) -> Value:
    return _quantified(items, decisive=True)


def _quantified(items: Value, *, decisive: bool) -> Value:
    hole = first_hole(items)
    if any(not isinstance(item, SYMBOLS) and truth(item) is decisive for item in _items(items)):
        return decisive
    return not decisive if hole is None else _hole("alltrue", hole)


def _index_of(items: Value, wanted: Value) -> Value:
    for number, item in enumerate(_items(items)):
        if equal(item, wanted) is True:
            return number
    raise EvaluationError("the list has no such element")


def _matching(values: Value, keys: Value, wanted: Value) -> Value:
    return [value for value, key in zip(values, keys, strict=True) if key in wanted]


def _unknowable(name: str) -> Callable[..., Value]:
    return lambda *_: Hole(f"{name}()", detail=f"{name}() differs from run to run")


def _same(value: Value) -> Value:
    return value


_STRUCTURAL: Final[dict[str, Callable[..., Value]]] = {
    "coalesce": _coalesce,
    "coalescelist": _coalesce_list,
    "compact": _compact,
    "concat": _concat,
    "contains": _contains,
    "chunklist": _chunks,
    "distinct": lambda items: unique(_items(items)),
    "element": _element,
    "flatten": _flatten,
    "format": _format,
    "formatlist": _format_list,
    "join": _join,
    "jsondecode": _json_decode,
    "jsonencode": _json_encode,
    "keys": lambda of: sorted(_map(of)),
    "length": _length,
    "lookup": _lookup,
    "merge": _merge,
    "nonsensitive": _same,
    "one": _one,
    "reverse": lambda items: list(reversed(_items(items))),
    "sensitive": _same,
    "setproduct": _set_product,
    "setunion": lambda *sets: set_of([item for one in sets for item in _items(one)]),
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
    "values": lambda of: [value for _, value in sorted(_map(of).items())],
    "zipmap": lambda keys, values: dict(zip(keys, values, strict=True)),
}
"""Functions that work on the structure of values and leave symbols within it alone."""

_TAKES_HOLES: Final = frozenset(
    {"coalesce", "concat", "format", "formatlist", "jsonencode", "lookup", "nonsensitive", "sensitive", "tostring"}
)
"""Of those the ones to which an argument that is wholly unknown means something."""

_STRICT: Final[dict[str, Callable[..., Value]]] = {
    "abs": lambda number: abs(number_from(number)),
    "base64decode": lambda text: base64.b64decode(text).decode(),
    "base64encode": lambda text: base64.b64encode(_text(text).encode()).decode(),
    "base64sha256": _hash("sha256", base=True),
    "base64sha512": _hash("sha512", base=True),
    "basename": lambda text: text.rstrip("/").rpartition("/")[2],
    "ceil": lambda number: math.ceil(number_from(number)),
    "chomp": lambda text: text.rstrip("\r\n"),
    "cidrhost": _cidr_host,
    "cidrnetmask": _cidr_netmask,
    "cidrsubnet": _cidr_subnet,
    "cidrsubnets": _cidr_subnets,
    "csvdecode": _csv,
    "dirname": lambda text: text.rpartition("/")[0] or ".",
    "endswith": lambda text, end: text.endswith(end),
    "floor": lambda number: math.floor(number_from(number)),
    "indent": _indent,
    "index": _index_of,
    "log": math.log,
    "lower": lambda text: _text(text).lower(),
    "matchkeys": _matching,
    "max": lambda *numbers: max(map(number_from, numbers)),
    "md5": _hash("md5"),
    "min": lambda *numbers: min(map(number_from, numbers)),
    "parseint": _parse_int,
    "pow": lambda base, power: base**power if abs(power) < _RANGE else math.pow(base, power),
    "range": _range,
    "regex": _regex,
    "regexall": lambda pattern, text: [_captured(match) for match in _compiled(pattern).finditer(text)],
    "replace": _replace,
    "setintersection": lambda first, *rest: set_of([one for one in first if all(one in other for other in rest)]),
    "setsubtract": lambda first, second: set_of([one for one in first if one not in second]),
    "sha1": _hash("sha1"),
    "sha256": _hash("sha256"),
    "sha512": _hash("sha512"),
    "signum": lambda number: (number > 0) - (number < 0),
    "sort": lambda items: sorted(_text(item) for item in _items(items)),
    "split": lambda separator, text: _text(text).split(separator) if separator else list(_text(text)),
    "startswith": lambda text, start: text.startswith(start),
    "strcontains": lambda text, part: part in text,
    "strrev": lambda text: text[::-1],
    "substr": _substr,
    "sum": lambda items: sum(map(number_from, items)),
    "title": _title,
    "tobool": _to_bool,
    "tonumber": _to_number,
    "transpose": _transpose,
    "trim": lambda text, characters: text.strip(characters),
    "trimprefix": lambda text, start: text.removeprefix(start),
    "trimspace": lambda text: text.strip(),
    "trimsuffix": lambda text, end: text.removesuffix(end),
    "upper": lambda text: _text(text).upper(),
    "urlencode": urllib.parse.quote_plus,
    "yamldecode": lambda text: msgspec.to_builtins(yaml.safe_load(text)),
}
"""Functions that need to know all of their arguments."""
