"""Terraform's functions that need to know all of their arguments, each as its documentation says.

Source: Terraform language documentation, "Built-in Functions".
"""

import base64
import csv
import hashlib
import io
import ipaddress
import math
import re
import urllib.parse
from collections.abc import Callable
from typing import Any, Final

from scanner.errors import SourceError
from scanner.iac.terraform.evaluate import (
    MOST_TEXT,
    EvaluationError,
    SetOf,
    bounded,
    equal,
    number_from,
    text_from,
    truth,
)
from scanner.iac.values import MOST_PARTS, Value

_RANGE: Final = 1024
"""The most elements that Terraform's `range` makes."""
_LONGEST: Final = 1000
_MOST_TRIES: Final = 10**9
"""The longest pattern, and the most ways of matching that are tried."""
_GROUP: Final = re.compile(r"\$(?:(\w+)|\{(\w+)\})")


def unique(items: list[Value]) -> list[Value]:
    """Return the elements without those that are equal to an earlier one."""
    if all(isinstance(item, str) for item in items):
        return list(dict.fromkeys(items))
    kept: list[Value] = []
    for item in items:
        if not any(equal(item, other) is True for other in kept):
            kept.append(item)
    return kept


def alike(items: list[Value]) -> list[Value]:
    """Return the elements in the one type that they have together: where one is a text, numbers and Booleans become it."""
    kinds = {type(item) for item in items}
    if str in kinds and kinds & {int, float, bool}:
        return [text_from(item) if isinstance(item, int | float | bool) else item for item in items]
    return items


def set_of(items: Value) -> Value:
    """Return a set: without duplicates, texts in order."""
    kept = unique(alike(items_of(items)))
    return SetOf(sorted(kept) if all(isinstance(item, str) for item in kept) else kept)


def items_of(value: Value) -> list[Value]:
    """Return a list. Raises `EvaluationError` for anything else."""
    if isinstance(value, list):
        return value
    raise EvaluationError("a list is due")


def map_of(value: Value) -> dict[str, Value]:
    """Return a map. Raises `EvaluationError` for anything else."""
    if isinstance(value, dict):
        return value
    raise EvaluationError("a map is due")


def known_text(value: Value) -> str:
    """Return a value as text. Raises `EvaluationError` if it is none, or not known."""
    found = text_from(value)
    if isinstance(found, str):
        return found
    raise EvaluationError("a known text is due")


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


def _transpose(of: Value) -> Value:
    turned: dict[str, list[Value]] = {}
    for key, texts in sorted(map_of(of).items()):
        for text in texts:
            turned.setdefault(text, []).append(key)
    return turned


def _regex(pattern: Value, text: Value) -> Value:
    match = _compiled(pattern, known_text(text)).search(text)
    if match is None:
        raise EvaluationError("the pattern matches nothing")
    return _captured(match)


def _compiled(pattern: str, text: str) -> re.Pattern[str]:
    """Return a pattern that cannot take long on this text: Terraform's engine never backtracks, Python's does."""
    repeats = len(re.findall(r"[+*]|\{\d*,\d*\}", pattern))
    if _repeats_a_choice(pattern) or len(pattern) > _LONGEST or len(text) ** min(repeats, 8) > _MOST_TRIES:
        raise EvaluationError("the pattern may take too long to match here")
    return re.compile(pattern.replace("\\z", "\\Z"))


def _repeats_a_choice(pattern: str) -> bool:
    """Whether a group is repeated that can itself match one text in several ways: it has a repetition or alternatives."""
    inner: list[bool] = []
    plain = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "x", pattern)
    for at, mark in enumerate(plain):
        if mark == "(":
            inner.append(False)
        elif mark == ")" and inner:
            varies = inner.pop()
            repeated = plain[at + 1 : at + 2] in ("+", "*", "{")
            if varies and repeated:
                return True
            if inner:
                inner[-1] = inner[-1] or varies or repeated
        elif inner and mark in "|+*{":
            inner[-1] = True
    return bool(re.search(r"[+*}][+*{]", plain))


def _captured(match: re.Match[str]) -> Value:
    if match.re.groupindex:
        return match.groupdict()
    return list(match.groups()) if match.re.groups else match.group()


def _replace(text: Value, old: Value, new: Value) -> Value:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        return _compiled(old[1:-1], known_text(text)).sub(
            lambda match: _GROUP.sub(lambda group: _captured_as(match, group), new), text
        )
    if not isinstance(text, str):
        text = known_text(text)
    if text.count(old) * len(new) > MOST_TEXT:
        raise EvaluationError("the text grows too large")
    return text.replace(old, new)


def _captured_as(match: re.Match[str], group: re.Match[str]) -> str:
    """Return what `$1` or `${name}` of a replacement stands for; nothing if the pattern has no such group."""
    name = group.group(1) or group.group(2)
    try:
        return match.group(int(name) if name.isdigit() else name) or ""
    except IndexError:
        return ""


def _substr(text: Value, start: Value, length: Value) -> Value:
    begin = start if start >= 0 else max(len(text) + start, 0)
    return text[begin:] if length < 0 else text[begin : begin + length]


def _title(text: Value) -> Value:
    return re.sub(r"(?<![\w'])\w", lambda match: match.group().upper(), text)


def _indent(spaces: Value, text: Value) -> Value:
    return _replace(text, "\n", "\n" + " " * min(int(spaces), _RANGE))


def _csv(text: Value) -> Value:
    return list(csv.DictReader(io.StringIO(text)))


def _hash(name: str, *, base: bool = False) -> Callable[[Value], str]:
    def digest(text: Value) -> str:
        found = hashlib.new(name, known_text(text).encode(), usedforsecurity=False)
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


def cidr_subnets(prefix: Value, *bits: Value) -> list[str]:
    """Return consecutive subnets of a prefix, each by so many bits longer. Raises `EvaluationError` if they do not fit."""
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


def _is_small(base: float, power: float) -> bool:
    return abs(power) < _RANGE and abs(base) < _RANGE**2


def _whole(number: float) -> int | float:
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _parse_int(text: Value, base: Value) -> int:
    return int(known_text(text), int(base))


def _to_bool(value: Value) -> Value:
    return None if value is None else truth(value)


def _to_number(value: Value) -> Value:
    return None if value is None else number_from(value)


def _yaml(text: Value) -> Value:
    """Return YAML as a value. Raises `SourceError` where aliases make it larger than any value may be."""
    import yaml  # noqa: PLC0415 - heavy, and few configurations need it

    left = MOST_PARTS

    def read(one: Any) -> Value:
        nonlocal left
        left -= 1
        if left < 0:
            raise SourceError(f"yamldecode: a value of more than {MOST_PARTS:,} parts; refused")
        if isinstance(one, dict):
            return {str(text_from(key) if isinstance(key, bool) else key): read(item) for key, item in one.items()}
        if isinstance(one, list | set):
            return [read(item) for item in one]
        return one if one is None or isinstance(one, str | bool | int | float) else str(one)

    try:
        return read(yaml.safe_load(known_text(text)))
    except yaml.YAMLError as error:
        raise EvaluationError(str(error)) from error


def _index_of(items: Value, wanted: Value) -> Value:
    for number, item in enumerate(items_of(items)):
        if equal(item, wanted) is True:
            return number
    raise EvaluationError("the list has no such element")


def _matching(values: Value, keys: Value, wanted: Value) -> Value:
    return [value for value, key in zip(values, keys, strict=True) if key in wanted]


KNOWN: Final[dict[str, Callable[..., Value]]] = {
    "abs": lambda number: abs(number_from(number)),
    "base64decode": lambda text: base64.b64decode(text).decode(),
    "base64encode": lambda text: base64.b64encode(known_text(text).encode()).decode(),
    "base64sha256": _hash("sha256", base=True),
    "base64sha512": _hash("sha512", base=True),
    "basename": lambda text: text.rstrip("/").rpartition("/")[2] or text[:1],
    "ceil": lambda number: math.ceil(number_from(number)),
    "chomp": lambda text: text.rstrip("\r\n"),
    "cidrhost": _cidr_host,
    "cidrnetmask": _cidr_netmask,
    "cidrsubnet": _cidr_subnet,
    "csvdecode": _csv,
    "dirname": lambda text: text.rpartition("/")[0] or ".",
    "endswith": lambda text, end: text.endswith(end),
    "floor": lambda number: math.floor(number_from(number)),
    "indent": _indent,
    "index": _index_of,
    "log": lambda number, base: _whole(math.log(number, base)),
    "lower": lambda text: known_text(text).lower(),
    "matchkeys": _matching,
    "max": lambda *numbers: max(map(number_from, numbers)),
    "md5": _hash("md5"),
    "min": lambda *numbers: min(map(number_from, numbers)),
    "parseint": _parse_int,
    "pow": lambda base, power: _whole(bounded(base**power) if _is_small(base, power) else math.pow(base, power)),
    "range": _range,
    "regex": _regex,
    "regexall": lambda pattern, text: [
        _captured(match) for match in _compiled(pattern, known_text(text)).finditer(text)
    ],
    "replace": _replace,
    "setintersection": lambda first, *rest: set_of([one for one in first if all(one in other for other in rest)]),
    "setsubtract": lambda first, second: set_of([one for one in first if one not in second]),
    "sha1": _hash("sha1"),
    "sha256": _hash("sha256"),
    "sha512": _hash("sha512"),
    "signum": lambda number: (number > 0) - (number < 0),
    "sort": lambda items: sorted(known_text(item) for item in items_of(items)),
    "split": lambda separator, text: known_text(text).split(separator) if separator else list(known_text(text)),
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
    "upper": lambda text: known_text(text).upper(),
    "urlencode": urllib.parse.quote_plus,
    "yamldecode": _yaml,
}
"""Functions that need to know all of their arguments."""
