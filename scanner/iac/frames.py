"""The offending lines of a finding, with a caret under what it is about."""

import re
from collections.abc import Iterable, Mapping

_BESIDE = 1
"""Lines shown before and after the one that is meant."""


def frame(files: Mapping[str, str], file: str, line: int, words: Iterable[str]) -> str:
    """Return the lines around a line, a caret below the first of the words that stands in it; empty if it is not there."""
    lines = files.get(file, "").split("\n")
    if not 0 < line <= len(lines):
        return ""
    width = len(str(line + _BESIDE))
    shown: list[str] = []
    for number in range(max(1, line - _BESIDE), min(len(lines), line + _BESIDE) + 1):
        text = _printable(lines[number - 1])
        shown.append(f"{number:>{width}} | {text}".rstrip())
        if number == line:
            start, length = _span(text, words)
            shown.append(f"{'':>{width}} | {' ' * start}{'^' * length}")
    return "\n".join(shown)


def _span(text: str, words: Iterable[str]) -> tuple[int, int]:
    for word in words:
        if len(word) > 1 and (match := re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)):
            return match.start(), len(word)
    start = len(text) - len(text.lstrip())
    return start, max(1, len(text.strip()))


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
