"""The offending lines of a finding, with a caret under what it is about."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

_BESIDE = 1
"""Lines shown before and after the one that is meant."""

_SECRET: Final = re.compile(
    r"""((?:password|passwd|passphrase|secret|token|private_?key|api_?key|credential)\w*["']?\s*)"""
    r"""([:=]\s*)(?:"[^"]*"|'[^']*'|(?<=: )[^\s"'{\[!&*][^#]*)""",
    re.IGNORECASE,
)
_HIDDEN: Final = '"…"'
"""What stands for a secret that somebody wrote into the code; it need not stand in every log too."""
_WIDEST: Final = 100
_MOST: Final = 300
"""Columns after which a long line is cut, unless what is meant stands behind; and after which it always is."""


def frame(files: Mapping[str, str], file: str, line: int, words: Iterable[str]) -> str:
    """Return the lines around a line, a caret below the first of the words that stands in it; empty if it is not there."""
    lines = files.get(file, "").split("\n")
    if not 0 < line <= len(lines):
        return ""
    width = len(str(line + _BESIDE))
    words = tuple(words)
    shown: list[str] = []
    for number in range(max(1, line - _BESIDE), min(len(lines), line + _BESIDE) + 1):
        text = _printable(lines[number - 1])
        start, length = _span(text, words)
        if len(text) > _WIDEST:
            text = f"{text[: max(_WIDEST, start + length)][:_MOST]}…"
            length = max(1, min(length, len(text) - 1 - start))
        shown.append(f"{number:>{width}} | {text}".rstrip())
        if number == line:
            shown.append(f"{'':>{width}} | {' ' * start}{'^' * length}")
    return "\n".join(shown)


def _span(text: str, words: Iterable[str]) -> tuple[int, int]:
    for word in words:
        if len(word) > 1 and (match := re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)):
            return match.start(), len(word)
    start = len(text) - len(text.lstrip())
    return start, max(1, min(len(text.strip()), _WIDEST - start))


def _printable(text: str) -> str:
    """Return a line of code without controls, and without the values of what is called a secret."""
    text = _SECRET.sub(lambda match: f"{match.group(1)}{match.group(2)}{_HIDDEN}", text)
    return "".join(character if character.isprintable() else " " for character in text)
