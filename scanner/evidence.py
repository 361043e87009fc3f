"""Evidence: raw API answers with the calls that gave them. A scan is a pure function of it, so it can be repeated.

The file form is gzip over lines of JSON: a header, a line per call in the order of their keys, and a trailer with the
SHA-256 of all before it. That digest is the evidence's address: equal evidence gives an equal file, byte for byte.
"""

import gzip
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from scanner.errors import SourceError
from scanner.model.kind import Scope
from scanner.model.maybe import Reason, Why

VERSION: Final = 1
MAGIC: Final = "casemate-evidence"
MOST_BYTES: Final = 4 << 30
"""Unpacked size beyond which a file is refused: no honest account comes near it."""
MOST_LINE: Final = 512 << 20


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

    pages: tuple[dict[str, Any], ...]
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


class _Record(msgspec.Struct):
    key: Key
    answer: Answer


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
    header = _Header(
        MAGIC,
        VERSION,
        evidence.tool,
        evidence.taken_at,
        evidence.targets,
        evidence.left_out,
        evidence.regions_unread,
        evidence.notes,
    )
    yield msgspec.json.encode(header, order="deterministic") + b"\n"
    for key in sorted(evidence.answers):
        yield msgspec.json.encode(_Record(key, evidence.answers[key]), order="deterministic") + b"\n"


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
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: not evidence of this tool, or altered ({error}); {remedy}") from error


def _read_lines(stream: io.BufferedReader, path: Path, remedy: str) -> Evidence:
    digest = hashlib.sha256()
    size = 0
    first = stream.readline(MOST_LINE)
    probe = msgspec.json.decode(first)
    if not isinstance(probe, dict) or probe.get("format") != MAGIC:
        raise SourceError(f"{path}: not an evidence file of casemate")
    if probe.get("version") != VERSION:
        raise SourceError(
            f"{path}: evidence version {probe.get('version')}, and this casemate reads {VERSION}; upgrade it"
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
    decode = msgspec.json.Decoder(_Record).decode
    while line := stream.readline(MOST_LINE):
        size += len(line)
        if size > MOST_BYTES:
            raise SourceError(f"{path}: more than {MOST_BYTES >> 30} GiB unpacked; refused")
        if line.startswith(b'{"sha256":'):
            trailer = msgspec.json.decode(line, type=_Trailer)
            if trailer.sha256 != digest.hexdigest() or trailer.records != len(evidence.answers) or stream.read(1):
                raise SourceError(f"{path}: its digest does not match its content: it was altered; {remedy}")
            return evidence
        digest.update(line)
        record = decode(line)
        evidence.answers[record.key] = record.answer
    raise SourceError(f"{path}: the evidence is truncated: it has no trailer; {remedy}")
