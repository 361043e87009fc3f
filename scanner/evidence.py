"""Evidence: raw API answers with the calls that gave them. A scan is a pure function of it, so it can be repeated.

The file form is gzip over lines of JSON: a header, a line per call in the order of their keys, and a trailer with the
SHA-256 of all before it. That digest is the evidence's address: equal evidence gives an equal file, byte for byte.
From version 2 on, an answer of many pages has lines of its own for the first of them, so that no line grows without
bounds; a file without such an answer is still of version 1.
"""

import gzip
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from scanner.errors import SourceError
from scanner.model.kind import Scope
from scanner.model.maybe import Reason, Why
from scanner.pages import PackedPages, json_of

VERSION: Final = 2
MAGIC: Final = "casemate-evidence"
MOST_BYTES: Final = 4 << 30
"""Unpacked size beyond which a file is refused: no honest account comes near it."""
MOST_LINE: Final = 512 << 20
_MOST_TOGETHER: Final = 50
"""Pages that stand in one line."""


class Key(msgspec.Struct, frozen=True, order=True):
    """A call: who asked (the viewer's account), where, what, and with which parameters (canonical JSON, unpaged)."""

    partition: str
    viewer: str
    region: str
    service: str
    operation: str
    request: str

    @property
    def scope(self) -> Scope:
        """The scope that was asked."""
        return Scope(self.partition, self.viewer, self.region)


class Failure(msgspec.Struct, frozen=True):
    """What AWS, or the way to it, answered instead: an error code, its message, and what that means to us."""

    code: str
    message: str
    reason: Reason = Reason.FAILED


class Answer(msgspec.Struct, frozen=True):
    """The pages of an answer in order. With a failure the pages are those that came before it."""

    pages: Sequence[dict[str, Any]]
    complete: bool = True
    failure: Failure | None = None

    def shortfall(self) -> Why | None:
        """Why this is not the whole answer, or None if it is."""
        if self.failure is not None:
            return Why(self.failure.reason, f"{self.failure.code}: {self.failure.message}")
        if not self.complete:
            return Why(Reason.NOT_COLLECTED, "the answer ends before its last page")
        return None


class Evidence(msgspec.Struct, kw_only=True):
    """Recorded calls, when they were made, which scopes were to be read, and what of the source was not understood."""

    targets: tuple[Scope, ...]
    """Every account as a whole, and every region of it that was to be read."""
    taken_at: datetime | None
    """None: the source does not say (a folder of answers without a manifest)."""
    answers: dict[Key, Answer] = msgspec.field(default_factory=dict)
    tool: str = ""
    notes: tuple[str, ...] = ()
    """What could not be understood: named, never dropped."""
    left_out: dict[str, str] = msgspec.field(default_factory=dict)
    """Scopes (`account/region`) that were not read on purpose, with the reason: regions that are not enabled."""
    regions_unread: dict[str, Why] = msgspec.field(default_factory=dict)
    """Accounts whose regions could not be listed, so that some may be missing among the targets, and why."""

    def find(self, key: Key, *, bare: bool = False) -> Answer | None:
        """Return the answer of this call; with `bare`, else one that was recorded without its parameters."""
        answer = self.answers.get(key)
        if answer is None and bare:
            answer = self.answers.get(msgspec.structs.replace(key, request=UNSAID))
        return answer


UNSAID: Final = "unsaid"
"""The request of an answer that was kept without its parameters."""


_PAGING: Final = frozenset(
    {"continuationtoken", "marker", "maxbuckets", "maxitems", "maxrecords", "maxresults", "nexttoken", "pagesize"}
)
"""Names of parameters, in lower case, that say which page is wanted and how large."""


def canonical(parameters: Mapping[str, Any]) -> str:
    """Return the one text of these parameters, without those that only cut the answer into pages; empty if none are left."""
    asked = {name: value for name, value in parameters.items() if name.lower() not in _PAGING}
    return json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=False) if asked else ""


class _Header(msgspec.Struct):
    format: str
    version: int
    tool: str
    taken_at: datetime | None
    targets: tuple[Scope, ...]
    left_out: dict[str, str]
    regions_unread: dict[str, Why]
    notes: tuple[str, ...]


class _Pages(msgspec.Struct):
    pages: list[msgspec.Raw]
    complete: bool = True
    failure: Failure | None = None


class _Record(msgspec.Struct):
    key: Key
    answer: _Pages


class _Part(msgspec.Struct):
    part: Key
    """The call whose first pages these are; its record follows."""
    pages: list[msgspec.Raw]


class _Trailer(msgspec.Struct):
    sha256: str
    records: int


def write_evidence(evidence: Evidence, path: Path) -> str:
    """Write the evidence and return its digest. Raises `SourceError` if the file cannot be written."""
    digest = hashlib.sha256()
    try:
        with (
            path.open("wb") as raw,
            gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0, filename="") as out,
        ):
            for line in _lines(evidence):
                digest.update(line)
                out.write(line)
            out.write(msgspec.json.encode(_Trailer(digest.hexdigest(), len(evidence.answers))) + b"\n")
    except OSError as error:
        raise SourceError(f"cannot write evidence to {path}: {error.strerror}") from error
    return digest.hexdigest()


def _lines(evidence: Evidence) -> Iterator[bytes]:
    long = any(len(answer.pages) > _MOST_TOGETHER for answer in evidence.answers.values())
    header = _Header(
        MAGIC,
        VERSION if long else 1,
        evidence.tool,
        evidence.taken_at,
        evidence.targets,
        evidence.left_out,
        evidence.regions_unread,
        evidence.notes,
    )
    yield msgspec.json.encode(header, order="deterministic") + b"\n"
    for key in sorted(evidence.answers):
        yield from _answer_lines(key, evidence.answers[key])


def _answer_lines(key: Key, answer: Answer) -> Iterator[bytes]:
    left, pages = len(answer.pages), list[msgspec.Raw]()
    for page in json_of(answer.pages):
        pages.append(msgspec.Raw(page))
        left -= 1
        if len(pages) == _MOST_TOGETHER and left:
            yield msgspec.json.encode(_Part(key, pages)) + b"\n"
            pages = []
    yield msgspec.json.encode(_Record(key, _Pages(pages, answer.complete, answer.failure))) + b"\n"


def is_evidence(path: Path) -> bool:
    """Whether the file begins as evidence does; never raises for its content."""
    try:
        with path.open("rb") as raw, gzip.GzipFile(fileobj=raw) as packed:
            return packed.read(64).startswith(b'{"format":"' + MAGIC.encode())
    except (OSError, EOFError):
        return False


def read_evidence(path: Path) -> Evidence:
    """Read an evidence file and check it. Raises `SourceError` if it is truncated, altered, foreign or too new."""
    remedy = "collect it again with `casemate collect -o FILE`"
    try:
        with path.open("rb") as raw, gzip.GzipFile(fileobj=raw) as packed:
            return _read_lines(io.BufferedReader(packed, 1 << 20), path, remedy)
    except (EOFError, gzip.BadGzipFile) as error:
        raise SourceError(f"{path}: the evidence is truncated or damaged ({error}); {remedy}") from error
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}") from error
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise SourceError(f"{path}: not evidence of this tool, or altered ({error}); {remedy}") from error


def _read_lines(stream: io.BufferedReader, path: Path, remedy: str) -> Evidence:
    digest = hashlib.sha256()
    size = 0
    first = stream.readline(MOST_LINE)
    probe = msgspec.json.decode(first)
    if not isinstance(probe, dict) or probe.get("format") != MAGIC:
        raise SourceError(f"{path}: not an evidence file of casemate")
    if probe.get("version") not in range(1, VERSION + 1):
        raise SourceError(
            f"{path}: evidence version {probe.get('version')}, and this casemate reads 1 to {VERSION}; upgrade it"
        )
    header = msgspec.json.decode(first, type=_Header)
    evidence = Evidence(
        targets=header.targets,
        taken_at=header.taken_at,
        tool=header.tool,
        notes=header.notes,
        left_out=header.left_out,
        regions_unread=header.regions_unread,
    )
    digest.update(first)
    decode, decode_part = msgspec.json.Decoder(_Record).decode, msgspec.json.Decoder(_Part).decode
    pages, begun = PackedPages(), None
    while line := stream.readline(MOST_LINE):
        size += len(line)
        if size > MOST_BYTES:
            raise SourceError(f"{path}: more than {MOST_BYTES >> 30} GiB unpacked; refused")
        if line.startswith(b'{"sha256":'):
            trailer = msgspec.json.decode(line, type=_Trailer)
            if (
                trailer.sha256 != digest.hexdigest()
                or trailer.records != len(evidence.answers)
                or begun
                or stream.read(1)
            ):
                raise SourceError(f"{path}: its digest does not match its content: it was altered; {remedy}")
            return evidence
        digest.update(line)
        if line.startswith(b'{"part":'):
            part = decode_part(line)
            if begun not in (None, part.part):
                raise SourceError(f"{path}: has pages without their call: it was altered; {remedy}")
            begun = part.part
            _take(pages, part.pages)
            continue
        record = decode(line)
        if begun not in (None, record.key):
            raise SourceError(f"{path}: has pages without their call: it was altered; {remedy}")
        _take(pages, record.answer.pages)
        evidence.answers[record.key] = Answer(pages, record.answer.complete, record.answer.failure)
        pages, begun = PackedPages(), None
    raise SourceError(f"{path}: the evidence is truncated: it has no trailer; {remedy}")


def _take(pages: PackedPages, found: list[msgspec.Raw]) -> None:
    for page in found:
        pages.append_json(bytes(page))
