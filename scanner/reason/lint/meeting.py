"""Whether two wildcard patterns have a text in common.

Two patterns that both have a ``*`` meet if what stands before the first ``*`` and after the last one agrees: what lies
between is taken up by the other's ``*``. If one has none, its letters are matched in order, each part of the other at
the first place where it fits.
"""

import re
from functools import lru_cache
from typing import Final

_KEPT: Final = 4_096
_LONGEST: Final = 2_048


@lru_cache(_KEPT)
def may_meet(first: str, second: str) -> bool:
    """Whether some text matches both patterns (``*`` any run, ``?`` any character); true of patterns too long to tell."""
    if len(first) > _LONGEST or len(second) > _LONGEST:
        return True
    if "*" in first and "*" in second:
        return _agree(_before(first), _before(second)) and _agree(_after(first)[::-1], _after(second)[::-1])
    if "*" in second:
        first, second = second, first
    return _fits(first, second)


def _before(pattern: str) -> str:
    return pattern.partition("*")[0]


def _after(pattern: str) -> str:
    return pattern.rpartition("*")[2]


def _agree(first: str, second: str) -> bool:
    """Whether two starless patterns agree as far as both go."""
    return all(a == b or "?" in (a, b) for a, b in zip(first, second, strict=False))


def _fits(pattern: str, text: str) -> bool:
    """Whether a starless text, whose ``?`` may be any character, matches a pattern."""
    head, *middle = pattern.split("*")
    if not middle:
        return len(head) == len(text) and _agree(head, text)
    tail = middle.pop()
    end = len(text) - len(tail)
    if len(head) > end or not _agree(head, text) or not _agree(tail, text[end:]):
        return False
    place = len(head)
    for part in middle:
        found = _form(part).search(text, place, end)
        if found is None:
            return False
        place = found.end()
    return True


@lru_cache(_KEPT)
def _form(part: str) -> re.Pattern[str]:
    """Compile a part without ``*``: one character class for each letter, so that nothing is tried twice."""
    return re.compile("".join("." if letter == "?" else f"(?:{re.escape(letter)}|\\?)" for letter in part), re.DOTALL)
