"""Terraform's functions of times that are given; the present is known to none of them.

Source: Terraform language documentation, "Date and Time Functions".
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from scanner.iac.terraform.evaluate import EvaluationError
from scanner.iac.values import Value

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_DURATION: Final = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+")
_PART: Final = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_MICROSECONDS: Final = {"ns": 0.001, "us": 1, "µs": 1, "μs": 1, "ms": 1e3, "s": 1e6, "m": 6e7, "h": 3.6e9}
_TOKEN: Final = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'")
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _time(text: Value) -> datetime:
    """Return a time of RFC 3339. Raises `EvaluationError` for anything else, as Terraform does."""
    if not isinstance(text, str) or _TIME.fullmatch(text) is None:
        raise EvaluationError(f"{text!r:.60} is no time of RFC 3339, such as 2026-01-31T12:00:00Z")
    return datetime.fromisoformat(text)


def _offset(time: datetime, colon: str) -> str:
    minutes = int((time.utcoffset() or timedelta()).total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{colon}{abs(minutes) % 60:02}"


def _is_universal(time: datetime) -> bool:
    return not time.utcoffset()


_VERBS: Final[Mapping[str, Callable[[datetime], str]]] = {
    "YYYY": lambda time: f"{time.year:04}",
    "YY": lambda time: f"{time.year % 100:02}",
    "MMMM": lambda time: _MONTHS[time.month - 1],
    "MMM": lambda time: _MONTHS[time.month - 1][:3],
    "MM": lambda time: f"{time.month:02}",
    "M": lambda time: str(time.month),
    "DD": lambda time: f"{time.day:02}",
    "D": lambda time: str(time.day),
    "EEEE": lambda time: _DAYS[time.weekday()],
    "EEE": lambda time: _DAYS[time.weekday()][:3],
    "hh": lambda time: f"{time.hour:02}",
    "h": lambda time: str(time.hour),
    "HH": lambda time: f"{time.hour % 12 or 12:02}",
    "H": lambda time: str(time.hour % 12 or 12),
    "AA": lambda time: "AM" if time.hour < 12 else "PM",  # noqa: PLR2004 - noon
    "aa": lambda time: "am" if time.hour < 12 else "pm",  # noqa: PLR2004 - noon
    "mm": lambda time: f"{time.minute:02}",
    "m": lambda time: str(time.minute),
    "ss": lambda time: f"{time.second:02}",
    "s": lambda time: str(time.second),
    "ZZZZZ": lambda time: _offset(time, ":"),
    "ZZZZ": lambda time: _offset(time, ""),
    "ZZZ": lambda time: "UTC" if _is_universal(time) else _offset(time, ""),
    "Z": lambda time: "Z" if _is_universal(time) else _offset(time, ":"),
}


def _formatted(form: Value, text: Value) -> str:
    time = _time(text)
    return "".join(_written(token, time) for token in _TOKEN.finditer(str(form)))


def _written(token: re.Match[str], time: datetime) -> str:
    said = token.group()
    if said == "'":
        raise EvaluationError("a quotation mark is not closed")
    if token[1] is not None:
        return token[1].replace("''", "'")
    if token[2] is None:
        return said
    if said not in _VERBS:
        raise EvaluationError(f"{said!r} is no part of a time")
    return _VERBS[said](time)


def _added(text: Value, duration: Value) -> str:
    said = str(duration)
    if said not in ("0", "+0", "-0") and _DURATION.fullmatch(said) is None:
        raise EvaluationError(f"{said!r:.60} is no duration, such as 1h30m")
    amount = sum(float(number) * _MICROSECONDS[unit] for number, unit in _PART.findall(said))
    time = _time(text) + timedelta(microseconds=-amount if said.startswith("-") else amount)
    return f"{time.replace(tzinfo=None, microsecond=0).isoformat()}{_VERBS['Z'](time)}"


def _compared(first: Value, second: Value) -> int:
    one, other = _time(first), _time(second)
    return (one > other) - (one < other)


TIMES: Final[Mapping[str, Callable[..., Value]]] = {
    "formatdate": _formatted,
    "timeadd": _added,
    "timecmp": _compared,
}
