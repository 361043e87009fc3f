r"""Text from outside (names, tags, policies, messages of AWS) made harmless to look at.

What would move the cursor, colour a terminal, break a line, reverse the reading order or hide itself is written as an
escape (`\x1b`, `\u202e`), so that a name shows what it is made of. Markup is each format's own matter.
"""

import json
import re
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_ASCII: Final = 0x7F
_DELETE: Final = 0x7F
MOST: Final = 2_000
"""Characters of one text that people are shown; machine formats keep all."""


def plain(text: str, most: int = MOST) -> str:
    """Return the text on one line, without controls, formats or surrogates, cut with an ellipsis after `most`."""
    if len(text) > most:
        text = text[: most - 1] + "…"
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub(_escape, text)


def escaped(text: str) -> str:
    """Return JSON text in which such characters are JSON escapes: the same value, and harmless in a terminal."""
    return _UNSEEN.sub(_json_escape, text)


def _escape(match: re.Match[str]) -> str:
    return (
        match[0].encode("ascii", "backslashreplace").decode() if ord(match[0]) > _ASCII else f"\\x{ord(match[0]):02x}"
    )


def _json_escape(match: re.Match[str]) -> str:
    return match[0] if match[0] in "\n\r\t" else json.dumps(match[0])[1:-1] if ord(match[0]) != _DELETE else "\\u007f"
