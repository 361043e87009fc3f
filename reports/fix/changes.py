"""What a step changes, as a diff of the answers that tell it."""

import difflib
import json
from collections.abc import Iterator
from typing import Any, Final

from scanner.remedies.planfile import PlannedStep

_MOST_LINES: Final = 24
_CONTEXT: Final = 1


def diff_of(step: PlannedStep) -> Iterator[str]:
    """Yield the lines of a unified diff, without its heads; those of what lags or only follows are left out."""
    for one in step.looks[:1]:
        before, after = _lines(one.before), _lines(one.after)
        lines = list(difflib.unified_diff(before, after, lineterm="", n=_CONTEXT))[2:]
        shown = [line for line in lines if not line.startswith("@@")]
        yield from shown[:_MOST_LINES]
        if len(shown) > _MOST_LINES:
            yield f"  … {len(shown) - _MOST_LINES} more lines"


def _lines(image: Any) -> list[str]:
    if image is None:
        return []
    return json.dumps(_opened(image), indent=2, sort_keys=True, ensure_ascii=False).splitlines()


def _opened(value: Any) -> Any:
    """Open policies that are texts, so that a diff shows their statements."""
    if isinstance(value, dict):
        return {name: _opened(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_opened(item) for item in value]
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
