"""Changes to the text of files, and their unified diff. Pure: texts in, text out."""

import difflib
import json
from collections.abc import Iterable, Mapping

import msgspec

from scanner.iac.values import Value


class Edit(msgspec.Struct, frozen=True, order=True):
    """What to write in place of a span of a file (characters, half open)."""

    file: str
    start: int
    end: int
    text: str


def literal(value: Value) -> str:
    """Return a text, number or Boolean as HCL and JSON both write it."""
    return json.dumps(value, ensure_ascii=False)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a file's text with the edits made. Of two that overlap the first stays."""
    done = end = 0
    pieces: list[str] = []
    for edit in sorted(set(edits)):
        if edit.start < end:
            continue
        pieces += [text[done : edit.start], edit.text]
        done = end = edit.end
    return "".join((*pieces, text[done:]))


def unified(files: Mapping[str, str], edits: Iterable[Edit]) -> str:
    """Return a unified diff of the edited files, as `git apply` and `patch -p1` take it; empty if nothing changes."""
    by_file: dict[str, list[Edit]] = {}
    for edit in edits:
        by_file.setdefault(edit.file, []).append(edit)
    pieces: list[str] = []
    for file, own in sorted(by_file.items()):
        before = files.get(file, "")
        lines = difflib.unified_diff(
            before.splitlines(keepends=True),
            edited(before, own).splitlines(keepends=True),
            f"a/{file}",
            f"b/{file}",
        )
        pieces += [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
    return "".join(pieces)
