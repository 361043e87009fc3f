"""Lines for a terminal, wrapped to its width; with colours where it has them, and readable without."""

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from reports.plain import plain
from scanner.verdict import Severity

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

NARROWEST: Final = 40
SEVERITY_STYLE: Final = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
}


def line(*parts: str | tuple[str, str], indent: int = 0) -> "RenderableType":
    """Return a line of texts and (text, style) pairs, made plain; wrapped lines keep the indent."""
    from rich.padding import Padding  # noqa: PLC0415 - only a terminal needs it

    text = _text(parts)
    return Padding(text, (0, 0, 0, indent)) if indent else text


def heading(title: str, note: str = "") -> "Iterator[RenderableType]":
    """Yield the lines that begin a section."""
    yield ""
    yield line((title, "bold"), *((f"  {note}",) if note else ()))


def item(*parts: str | tuple[str, str]) -> "RenderableType":
    """Return such a line as an item of a list, whose wrapped lines stand under its text."""
    from rich.table import Table  # noqa: PLC0415 - only a terminal needs it

    grid = Table.grid(padding=0)
    grid.add_column(width=4)
    grid.add_column(overflow="fold")
    grid.add_row("  - ", _text(parts))
    return grid


def _text(parts: "tuple[str | tuple[str, str], ...]") -> "Text":
    from rich.text import Text  # noqa: PLC0415 - only a terminal needs it

    text = Text.assemble(*(plain(part) if isinstance(part, str) else (plain(part[0]), part[1]) for part in parts))
    text.overflow = "fold"
    return text


def written(blocks: "Iterable[RenderableType]", *, width: int, color: bool) -> str:
    """Return the blocks as text of that many columns, with ANSI colours if `color`, and no space at a line's end."""
    from rich.console import Console  # noqa: PLC0415

    out = io.StringIO()
    console = Console(
        file=out,
        width=max(width, NARROWEST),
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    for block in blocks:
        console.print(block)
    return "\n".join(text.rstrip() for text in out.getvalue().splitlines()) + "\n"
