"""Suppressions in the code: `# casemate:ignore RULE owner=team reason="…" until=2027-01-31`.

One stands above or within the block of a resource, or of the call of a module and then holds for all that it makes.
Each becomes a waiver, so one that is malformed or expired has no effect and is told.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from scanner.iac.declared import Declared

_MARK: Final = re.compile(r"^[ \t]*(?:#|//)[ \t]*casemate:ignore\b(.*)$", re.MULTILINE)
_KEYS: Final = ("owner", "reason", "until")


def suppressions(files: Mapping[str, str], declared: Iterable[Declared]) -> tuple[dict[str, Any], ...]:
    """Return the waivers that comments in these files ask for."""
    starts = _starts(declared)
    found: list[dict[str, Any]] = []
    for file, text in sorted(files.items()):
        for match in _MARK.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            entry = _entry(match.group(1), f"{file}:{line}")
            found += [{**entry, "resource": glob} for glob in _covered(starts.get(file, {}), text, line)] or [entry]
    return tuple(found)


def _starts(declared: Iterable[Declared]) -> dict[str, dict[int, set[str]]]:
    """Return, by file and line, the addresses of the blocks that begin there, as globs."""
    starts: dict[str, dict[int, set[str]]] = {}
    for one in declared:
        starts.setdefault(one.file, {}).setdefault(one.line, set()).add(one.address)
        for call in one.calls:
            starts.setdefault(call.file, {}).setdefault(call.line, set()).add(f"{call.address}.*")
    return starts


def _covered(starts: Mapping[int, set[str]], text: str, line: int) -> Iterator[str]:
    """Yield the addresses of the block that the comment stands above, else of the one that it stands in."""
    lines = text.split("\n")
    below = line
    while below < len(lines) and re.match(r"[ \t]*(#|//|$)", lines[below]):
        below += 1
    if below + 1 in starts:
        yield from sorted(starts[below + 1])
        return
    above = max((start for start in starts if start <= line), default=0)
    yield from sorted(starts.get(above, ()))


def _entry(said: str, where: str) -> dict[str, Any]:
    try:
        words = shlex.split(said)
    except ValueError as error:
        return {"rule": where, "problem": str(error)}
    entry: dict[str, Any] = {"rule": words[0] if words and "=" not in words[0] else ""}
    for word in words[1:] if entry["rule"] else words:
        key, _, value = word.partition("=")
        entry[key if key in _KEYS else f"{where}: {key}"] = value
    return entry
