"""Wildcard patterns of IAM: ``*`` is any run of characters, ``?`` any one; matched without backtracking.

Source: IAM User Guide, "IAM JSON policy elements: Resource" and "Condition operators".
"""

from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import Final, TypeAlias


class Wild(Enum):
    """The two wildcards."""

    ONE = "?"
    MANY = "*"


Tokens: TypeAlias = tuple[str | Wild, ...]
"""A pattern: runs of literal text and wildcards. Normal form: no empty run, no two runs or two MANY side by side."""

Matcher: TypeAlias = Callable[[str], bool]

KEPT_LENGTH: Final = 512
"""Longer patterns are not kept for another time, so that hostile ones cannot fill the memory."""

EVERYTHING: Tokens = (Wild.MANY,)


def literal(text: str) -> Tokens:
    """Give the pattern that matches this text only, whatever characters it has."""
    return (text,) if text else ()


def wildcards(text: str) -> Tokens:
    """Read ``*`` and ``?`` in a text as wildcards; there is no escape."""
    return _kept_wildcards(text) if len(text) <= KEPT_LENGTH else _wildcards(text)


def _wildcards(text: str) -> Tokens:
    if "*" not in text and "?" not in text:
        return literal(text)
    tokens: list[str | Wild] = []
    start = 0
    for position, character in enumerate(text):
        if character in "*?":
            tokens += (text[start:position], Wild(character))
            start = position + 1
    return normal((*tokens, text[start:]))


_kept_wildcards = lru_cache(maxsize=16_384)(_wildcards)


def normal(tokens: Tokens) -> Tokens:
    """Bring a pattern into the normal form: runs joined, empty runs and repeated MANY dropped."""
    kept: list[str | Wild] = []
    for token in tokens:
        last = kept[-1] if kept else None
        if isinstance(token, str) and isinstance(last, str):
            kept[-1] = last + token
        elif token and not (token is Wild.MANY and last is Wild.MANY):
            kept.append(token)
    return tuple(kept)


def lowered(tokens: Tokens) -> Tokens:
    """Fold the case of the literal runs; the text to match must be lowered too."""
    return tuple(token.lower() if isinstance(token, str) else token for token in tokens)


def matcher(tokens: Tokens) -> Matcher:
    """Make the predicate of a pattern in normal form; its time is linear in the text for patterns without ``?``."""
    if len(tokens) == 1 and isinstance(only := tokens[0], str):
        return only.__eq__
    return _kept_matcher(tokens) if _length(tokens) <= KEPT_LENGTH else _matcher(tokens)


def _matcher(tokens: Tokens) -> Matcher:
    match tokens:
        case ():
            return lambda text: not text
        case (Wild.MANY,):
            return lambda _: True
        case (str(prefix), Wild.MANY):
            return lambda text: text.startswith(prefix)
        case (Wild.MANY, str(suffix)):
            return lambda text: text.endswith(suffix)
        case _:
            return _general(tokens)


_kept_matcher = lru_cache(maxsize=32_768)(_matcher)

_Segment: TypeAlias = tuple[str | Wild, ...]


def _general(tokens: Tokens) -> Matcher:
    stars = [-1, *(index for index, token in enumerate(tokens) if token is Wild.MANY), len(tokens)]
    segments = [tokens[start + 1 : end] for start, end in pairwise(stars)]
    first, last, middle = segments[0], segments[-1], segments[1:-1]
    head, tail = _length(first), _length(last)
    if len(segments) == 1:
        return lambda text: len(text) == head and _fits(first, text, 0)
    finders = [_finder(segment) for segment in middle]

    def matches(text: str) -> bool:
        end = len(text) - tail
        if head > end or not _fits(first, text, 0) or not _fits(last, text, end):
            return False
        position = head
        for find in finders:
            position = find(text, position, end)
            if position < 0:
                return False
        return True

    return matches


def _length(segment: _Segment) -> int:
    return sum(len(token) if isinstance(token, str) else 1 for token in segment)


def _fits(segment: _Segment, text: str, position: int) -> bool:
    for token in segment:
        if isinstance(token, str):
            if not text.startswith(token, position):
                return False
            position += len(token)
        else:
            position += 1
    return True


def _finder(segment: _Segment) -> Callable[[str, int, int], int]:
    """Find the leftmost place of a segment within bounds; the answer is the place after it, or -1."""
    length = _length(segment)
    if len(segment) == 1 and isinstance(run := segment[0], str):

        def find(text: str, start: int, end: int) -> int:
            found = text.find(run, start, end)
            return found + length if found >= 0 else -1

        return find
    wild, letters = shift_masks(segment)
    accept = 1 << (length - 1)

    def scan(text: str, start: int, end: int) -> int:
        if end - start < length:
            return -1
        state = 0
        for position in range(start, end):
            state = (state << 1 | 1) & letters.get(text[position], wild)
            if state & accept:
                return position + 1
        return -1

    return scan


def shift_masks(segment: _Segment) -> tuple[int, dict[str, int]]:
    """Give the places (bits) of a starless segment that accept any letter, and per letter those that accept it."""
    wild = 0
    letters: dict[str, int] = {}
    place = 0
    for token in segment:
        if isinstance(token, str):
            for character in token:
                letters[character] = letters.get(character, 0) | 1 << place
                place += 1
        else:
            wild |= 1 << place
            place += 1
    return wild, {letter: mask | wild for letter, mask in letters.items()}
