"""The journal of a fix: what is about to be done is on disk before it is done, and what was done right after.

One JSON object a line, appended and synced one by one. Each holds the SHA-256 of the line before it and of itself, so
that a line which was changed, removed or put in is noticed. It is no signature: whoever can replace the whole file can
compute the digests anew.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import msgspec

from scanner.errors import RemedyError, SourceError
from scanner.image import canonical_json
from scanner.remedies.planfile import FixPlan, PlannedStep

FORMAT: Final = "casemate-fix-journal"
VERSION: Final = 1
MOST_LINE: Final = 64 << 20


class Event(StrEnum):
    """What a line of a journal tells. A step goes from PLANNED to one of the last five."""

    OPENED = "OPENED"
    RESUMED = "RESUMED"
    PLANNED = "PLANNED"
    INTENT = "INTENT"
    """The call is about to be made: what is there, what will be, how to take it back."""
    APPLIED = "APPLIED"
    VERIFIED = "VERIFIED"
    FAILED = "FAILED"
    ROLLED_BACK = "ROLLED_BACK"
    ROLLBACK_FAILED = "ROLLBACK_FAILED"
    CONFLICT = "CONFLICT"
    """Nothing was done, for it is not as it was planned for."""
    SKIPPED = "SKIPPED"
    UNDO_INTENT = "UNDO_INTENT"
    UNDONE = "UNDONE"
    UNDO_FAILED = "UNDO_FAILED"
    CLOSED = "CLOSED"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line."""

    seq: int
    at: datetime
    event: Event
    step: int = 0
    said: dict[str, Any] = {}
    prev: str = ""
    sha256: str = ""

    def sealed(self) -> "Entry":
        """Return the line with its own digest."""
        return msgspec.structs.replace(self, sha256=self.computed())

    def computed(self) -> str:
        """Return the digest of what it says."""
        said = msgspec.to_builtins(msgspec.structs.replace(self, sha256=""))
        return hashlib.sha256(canonical_json(said).encode("utf-8", "surrogatepass")).hexdigest()


class Record(msgspec.Struct, kw_only=True):
    """What a journal tells: its plan's steps, and how far each went."""

    plan_sha256: str
    account: str
    partition: str
    opened: dict[str, Any]
    steps: dict[int, PlannedStep]
    entries: list[Entry]
    torn: str = ""
    """The digest of a last line that was cut off by a crash; nothing was done after it."""

    def last(self, step: int) -> Entry | None:
        """Return the latest line about a step, its planning aside."""
        return next((one for one in reversed(self.entries) if one.step == step and one.event != Event.PLANNED), None)

    def find(self, step: int, event: Event) -> Entry | None:
        """Return the latest line of this event about a step."""
        return next((one for one in reversed(self.entries) if one.step == step and one.event == event), None)

    @property
    def is_closed(self) -> bool:
        """Whether the work came to its end."""
        return bool(self.entries) and self.entries[-1].event is Event.CLOSED


class Journal:
    """An open journal, to which lines are appended. A context manager; no two processes hold one journal."""

    def __init__(self, path: Path, record: Record, descriptor: int) -> None:
        self.path = path
        self.record = record
        self._descriptor = descriptor

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def write(self, event: Event, step: int = 0, **said: Any) -> Entry:
        """Append a line and wait until it is on disk. Raises `RemedyError` if it cannot be kept: then nothing may follow."""
        entries = self.record.entries
        entry = Entry(
            seq=len(entries) + 1,
            at=datetime.now(UTC).replace(microsecond=0),
            event=event,
            step=step,
            said=said,
            prev=entries[-1].sha256 if entries else "",
        ).sealed()
        try:
            os.write(self._descriptor, msgspec.json.encode(entry) + b"\n")
            os.fsync(self._descriptor)
        except OSError as broken:
            raise RemedyError(
                f"cannot keep the journal {self.path}: {broken.strerror}; nothing more is done"
            ) from broken
        entries.append(entry)
        return entry


def create_journal(path: Path, plan: FixPlan, caller: str, tool: str, chosen: Sequence[int]) -> Journal:
    """Start the journal of a plan, with every step in it; `chosen` are those to be made.

    Raises `RemedyError` if there is a file of that name.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        _hold(descriptor, path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(folder)
        os.close(folder)
    except OSError as error:
        raise RemedyError(f"cannot start the journal {path}: {error.strerror}") from error
    record = Record(
        plan_sha256=plan.sha256, account=plan.account, partition=plan.partition, opened={}, steps={}, entries=[]
    )
    journal = Journal(path, record, descriptor)
    record.opened = {
        "format": FORMAT,
        "version": VERSION,
        "tool": tool,
        "plan_sha256": plan.sha256,
        "account": plan.account,
        "partition": plan.partition,
        "caller": caller,
        "steps": len(plan.steps),
        "chosen": list(chosen),
        "options": plan.options,
        "rules": list(plan.rules),
        "regions": list(plan.regions),
    }
    journal.write(Event.OPENED, **record.opened)
    for step in plan.steps:
        journal.write(Event.PLANNED, step.number, planned=msgspec.to_builtins(step))
        record.steps[step.number] = step
    return journal


def open_journal(path: Path, plan: FixPlan | None = None) -> Journal:
    """Open a journal to go on with it. Raises `SourceError` if it cannot be trusted.

    With the plan, steps that a crash kept from being put down are put down now: nothing was done before they all were.
    """
    record = read_journal(path)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    except OSError as error:
        raise RemedyError(f"cannot write the journal {path}: {error.strerror}") from error
    _hold(descriptor, path)
    journal = Journal(path, record, descriptor)
    if record.torn:
        os.write(descriptor, b"\n")
    journal.write(Event.RESUMED, torn=record.torn)
    for step in () if plan is None else plan.steps:
        if step.number not in record.steps:
            journal.write(Event.PLANNED, step.number, planned=msgspec.to_builtins(step))
            record.steps[step.number] = step
    return journal


def _hold(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise RemedyError(f"another process holds {path}; wait for it to end") from error


def read_journal(path: Path) -> Record:
    """Read a journal and check its chain. Raises `SourceError`, with the line, if it is foreign, damaged or was changed."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot read the journal {path}: {error.strerror or error}") from error
    entries: list[Entry] = []
    torn = ""
    lines = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        if torn and number < len(lines):
            _accept_torn(path, number, line, torn)
            torn = ""
        entry = _entry(line)
        if entry is None:
            torn = hashlib.sha256(line).hexdigest()
            continue
        _check(path, number, entry, entries)
        entries.append(entry)
    return _record(path, entries, torn)


def _entry(line: bytes) -> Entry | None:
    try:
        return msgspec.json.decode(line, type=Entry) if len(line) <= MOST_LINE else None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def _accept_torn(path: Path, number: int, line: bytes, torn: str) -> None:
    """Let a line pass that a crash cut off, if the next says so; any other line that cannot be read is damage."""
    following = _entry(line)
    if following is None or following.event is not Event.RESUMED or following.said.get("torn") != torn:
        raise SourceError(f"{path}:{number - 1}: the journal is damaged: this line is none; nothing is done with it")


def _check(path: Path, number: int, entry: Entry, before: list[Entry]) -> None:
    if entry.sha256 != entry.computed():
        raise SourceError(f"{path}:{number}: the journal was changed: the line does not match its digest")
    if entry.prev != (before[-1].sha256 if before else "") or entry.seq != len(before) + 1:
        raise SourceError(f"{path}:{number}: the journal was changed: a line before this one is missing or was put in")


def _record(path: Path, entries: list[Entry], torn: str) -> Record:
    if not entries or entries[0].event is not Event.OPENED or entries[0].said.get("format") != FORMAT:
        raise SourceError(f"{path}: no journal of a fix")
    opened = entries[0].said
    if opened.get("version") != VERSION:
        raise SourceError(
            f"{path}: journal version {opened.get('version')}, and this casemate reads {VERSION}; upgrade it"
        )
    try:
        planned = [one for one in entries if one.event is Event.PLANNED]
        steps = {one.step: msgspec.convert(one.said["planned"], PlannedStep) for one in planned}
    except (msgspec.ValidationError, KeyError, RecursionError) as error:
        raise SourceError(f"{path}: the journal is damaged: {error}") from error
    return Record(
        plan_sha256=str(opened.get("plan_sha256")),
        account=str(opened.get("account")),
        partition=str(opened.get("partition")),
        opened=opened,
        steps=steps,
        entries=entries,
        torn=torn,
    )


@contextmanager
def account_lock(partition: str, account: str) -> Iterator[None]:
    """Hold the account: no other casemate on this machine changes it meanwhile. Raises `RemedyError` if one does."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    path = state / "casemate" / f"{partition}-{account}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise RemedyError(f"cannot lock the account by {path}: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise RemedyError(f"another casemate is changing account {account}; wait for it to end ({path})") from error
    try:
        yield
    finally:
        os.close(descriptor)
