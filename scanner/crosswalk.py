"""The crosswalk: which control a check of another source speaks of, so that one defect told by several is told once.

Its data are identifiers only: `rules/crosswalk.csv`, a line for each pair of a control slug and a check of a source.
"""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from scanner.errors import ConfigError

FILE: Final = Path(__file__).parent.parent / "rules" / "crosswalk.csv"
"""Where the built-in crosswalk lies."""

SECURITY_HUB: Final = "security_hub"
CONFIG: Final = "config"
TRUSTED_ADVISOR: Final = "trusted_advisor"
CHECKOV: Final = "checkov"
SOURCES: Final = frozenset({SECURITY_HUB, CONFIG, TRUSTED_ADVISOR, CHECKOV})
"""Whose checks it knows, and by which id: Security Hub's control (`S3.1`), the identifier of AWS Config's managed rule
(`S3_BUCKET_LOGGING_ENABLED`), Trusted Advisor's check (`Pfx0RwqBli`), checkov's check (`CKV_AWS_18`)."""

_HEADER: Final = ["control", "source", "id"]


class Crosswalk(msgspec.Struct, frozen=True):
    """Controls by the checks of other sources that look for the same defect, and the other way round."""

    _controls: dict[tuple[str, str], tuple[str, ...]]
    _ids: dict[tuple[str, str], tuple[str, ...]]

    @classmethod
    def of(cls, entries: Iterable[tuple[str, str, str]]) -> "Crosswalk":
        """Return the crosswalk of these (control, source, id of the source's check)."""
        controls: dict[tuple[str, str], list[str]] = {}
        ids: dict[tuple[str, str], list[str]] = {}
        for control, source, native_id in sorted(set(entries)):
            controls.setdefault((source, native_id), []).append(control)
            ids.setdefault((source, control), []).append(native_id)
        return cls(
            {key: tuple(slugs) for key, slugs in controls.items()},
            {key: tuple(native) for key, native in ids.items()},
        )

    def controls_of(self, source: str, native_id: str) -> tuple[str, ...]:
        """Return the slugs of the controls that this check of the source looks at, sorted; none if it is not known.

        `controls_of("checkov", "CKV_AWS_18")` is `("s3-access-logging",)`.
        """
        return self._controls.get((source, native_id), ())

    def ids_of(self, source: str, control: str) -> tuple[str, ...]:
        """Return the source's checks that look at this control, sorted."""
        return self._ids.get((source, control), ())


@cache
def crosswalk() -> Crosswalk:
    """Return the built-in crosswalk. Raises `ConfigError` if its file is missing or malformed."""
    return read_crosswalk(FILE)


def read_crosswalk(path: Path) -> Crosswalk:
    """Read a crosswalk. Raises `ConfigError` that names file and line for a source that it cannot know, or no CSV."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"cannot read {path}: {error}; install casemate again") from error
    if not lines or lines[0] != _HEADER:
        raise ConfigError(f"{path}:1: the first line must be {','.join(_HEADER)}")
    entries = []
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(_HEADER) or line[1] not in SOURCES:
            raise ConfigError(f"{path}:{number}: expected a control, one of {', '.join(sorted(SOURCES))}, and an id")
        entries.append((line[0], line[1], line[2]))
    return Crosswalk.of(entries)
