"""Places in the file system that code names, which may name anything."""

from pathlib import Path


def resolved(path: Path) -> Path | None:
    """Return where a path leads, links followed; None for one that can be none: too long, a loop of links, with a NUL."""
    try:
        found = path.resolve()
        found.exists()
    except (OSError, RuntimeError, ValueError):
        return None
    return found
