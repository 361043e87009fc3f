"""Why there may be more than was read."""

from collections.abc import Iterator
from typing import Any

from scanner.model.kind import All
from scanner.model.maybe import UnknownAsked


def unread(*listings: All[Any]) -> Iterator[str]:
    """Yield why listings are not whole."""
    for listing in listings:
        try:
            len(listing)
        except UnknownAsked as asked:
            yield str(asked.why)
