"""Waivers: findings that someone accepts, with an owner, a reason and an end. One that is malformed or expired has no effect."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final

import msgspec

_MANDATORY: Final = ("rule", "owner", "reason", "until")
_SELECTORS: Final = ("resource", "account", "region", "fingerprint")


class Waiver(msgspec.Struct, frozen=True):
    """An accepted finding. Exactly one of the selectors is set; `until` is the last day on which it holds, in UTC."""

    rule: str
    owner: str
    reason: str
    until: date
    resource: str = ""
    """A glob over id, ARN, name or IaC address; it must match the whole of one of them."""
    account: str = ""
    region: str = ""
    fingerprint: str = ""

    def active(self, now: datetime) -> bool:
        """Whether it holds at that moment: through the end of its last day, UTC."""
        return now <= datetime.combine(self.until, time.max, UTC)


class WaiverNote(msgspec.Struct, frozen=True):
    """A waiver that has no effect, and why: it is told, for somebody relies on it."""

    entry: str
    problem: str


def parse_waivers(entries: Iterable[Any], now: datetime) -> tuple[tuple[Waiver, ...], tuple[WaiverNote, ...]]:
    """Return the waivers that hold now, and a note for each entry that does not."""
    active: list[Waiver] = []
    notes: list[WaiverNote] = []
    for number, entry in enumerate(entries, 1):
        name = f"waiver {number}" + (f" ({entry['rule']})" if isinstance(entry, Mapping) and "rule" in entry else "")
        waiver = _parse(entry)
        if isinstance(waiver, str):
            notes.append(WaiverNote(name, waiver))
        elif not waiver.active(now):
            notes.append(WaiverNote(name, f"expired on {waiver.until}; its findings are active again"))
        else:
            active.append(waiver)
    return tuple(active), tuple(notes)


def _parse(entry: Any) -> Waiver | str:
    if not isinstance(entry, Mapping):
        return "is not a table"
    if unknown := sorted(set(entry) - {*_MANDATORY, *_SELECTORS}):
        return f"has an unknown key {unknown[0]!r}"
    if missing := [key for key in _MANDATORY if not entry.get(key)]:
        return f"lacks {', '.join(missing)}"
    chosen = [key for key in _SELECTORS if entry.get(key)]
    if len(chosen) != 1:
        return f"needs exactly one of {', '.join(_SELECTORS)}"
    until = entry["until"]
    if isinstance(until, str):
        try:
            until = date.fromisoformat(until)
        except ValueError:
            return f"has an `until` that is no date: {entry['until']!r}"
    if isinstance(until, datetime) or not isinstance(until, date):
        return "has an `until` that is no date; write 2027-01-31"
    texts = {key: entry[key] for key in ("rule", "owner", "reason", chosen[0])}
    if wrong := [key for key, value in texts.items() if not isinstance(value, str)]:
        return f"has a {wrong[0]} that is no text"
    return Waiver(until=until, **texts)
