"""What a part of an AWS answer shows, how it is put into evidence, and when two such images are the same."""

import copy
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from scanner.evidence import Answer, Evidence, Failure, Key
from scanner.model.maybe import Reason, UnknownAsked

Image: TypeAlias = Any
"""What a look shows: JSON values, or None where there is none."""


class Allowed(msgspec.Struct, frozen=True, order=True):
    """An IAM action on a resource, as a policy names both."""

    action: str
    resource: str = "*"


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an AWS answer, as a change rests on it and alters it.

    Without `path` it is the whole answer; with one, the list of those rows at the path whose members equal `where`.
    """

    key: Key
    """The call whose answer tells it, as recorded in evidence."""
    path: tuple[str, ...] = ()
    where: dict[str, Any] = {}
    only: tuple[str, ...] = ()
    """The members of a row that are looked at; empty: all."""
    ignoring: tuple[str, ...] = ()
    """Members, at any depth, that do not count when images are compared: times, generated ids; `*`: rows that are texts."""
    documents: tuple[str, ...] = ()
    """Members, at any depth, that hold a policy; these are compared as policies, not as texts."""
    ask: dict[str, Any] | None = None
    """Narrower parameters that tell the same part; None: those of the key."""
    absent: tuple[str, ...] = ()
    """Error codes that mean "there is none"."""
    endpoint: str = ""
    """The region that is asked, where it is not that of the key."""
    lags: bool = False
    """Whether AWS tells a change only hours later (credential report): such a look predicts, and is not re-read."""
    slow: float = 0.0
    """Seconds that AWS says it may take until a change shows, where that is long."""
    needs: tuple[Allowed, ...] = ()

    @property
    def call(self) -> str:
        """`service:Operation`."""
        return f"{self.key.service}:{self.key.operation}"

    @property
    def identity(self) -> str:
        """One text for each part of each answer."""
        return canonical_json([msgspec.structs.astuple(self.key), self.path, self.where, self.only])


class Leftover(msgspec.Struct, frozen=True):
    """A member that undoing does not restore, and why. `~Member=value` stands for rows of a list."""

    member: str
    why: str


def canonical_json(value: Any) -> str:
    """Return the one JSON text of a value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def image_of(answer: Answer, look: Look) -> Image:
    """Return what a look shows in an answer. Raises `UnknownAsked` if the answer does not tell it wholly."""
    if answer.failure is not None and answer.failure.code in look.absent:
        return [] if look.path else None
    why = answer.shortfall()
    if why is not None:
        raise UnknownAsked(why)
    if not look.path:
        page = answer.pages[0] if answer.pages else {}
        return _only(copy.deepcopy(dict(page)), look.only)
    rows = [copy.deepcopy(_only(row, look.only)) for row in _rows(answer.pages, look)]
    return sorted(rows, key=canonical_json)


def put(evidence: Evidence, look: Look, image: Image) -> None:
    """Make the evidence say what a look shows; everything else of the answer stays."""
    before = evidence.find(look.key, bare=True)
    if look.path:
        pages = before.pages if before is not None and before.failure is None else ({},)
        evidence.answers[look.key] = Answer(_with_rows(pages, look, image))
    elif image is None:
        code = look.absent[0] if look.absent else "NotFound"
        evidence.answers[look.key] = Answer((), complete=False, failure=Failure(code, "there is none", Reason.FAILED))
    else:
        old = dict(before.pages[0]) if before is not None and before.pages and look.only else {}
        evidence.answers[look.key] = Answer(({**old, **copy.deepcopy(image)},))


def normal(image: Image, look: Look, leftovers: Iterable[Leftover] = ()) -> Image:
    """Return an image without what does not count, so that equal states compare equal.

    AWS leaves out what is empty or false as it likes, and gives lists back in another order.
    """
    left_out = {*look.ignoring, *(one.member for one in leftovers)}
    return _reduced(image, left_out, frozenset(look.documents))


def digest(image: Image, look: Look) -> str:
    """Return the SHA-256 of what counts of an image."""
    return hashlib.sha256(canonical_json(normal(image, look)).encode("utf-8", "surrogatepass")).hexdigest()


def _only(row: Any, members: tuple[str, ...]) -> Any:
    return {name: row[name] for name in members if name in row} if members else row


def _matches(row: Any, where: Mapping[str, Any]) -> bool:
    return not where if not isinstance(row, dict) else all(row.get(name) == value for name, value in where.items())


def _rows(pages: Iterable[Mapping[str, Any]], look: Look) -> list[Any]:
    level: list[Any] = list(pages)
    for name in look.path:
        level = [item for holder in level for item in holder.get(name) or ()]
    return [row for row in level if _matches(row, look.where)]


def _with_rows(pages: Sequence[Mapping[str, Any]], look: Look, image: Image) -> tuple[dict[str, Any], ...]:
    """Replace the rows that a look shows; with `only`, no more than these members of them. Nothing else is copied."""
    rows = [copy.deepcopy(row) for row in image or ()]
    replaced = [_replaced(page, look, look.path, rows) for page in pages]
    if rows and not look.only:
        replaced[0] = _appended(replaced[0], look.path, rows)
    return tuple(replaced)


def _replaced(holder: Mapping[str, Any], look: Look, path: tuple[str, ...], rows: list[Any]) -> dict[str, Any]:
    name, deeper = path[0], path[1:]
    if deeper:
        return {**holder, name: [_replaced(item, look, deeper, rows) for item in holder.get(name) or ()]}
    kept: list[Any] = []
    for row in holder.get(name) or ():
        if not _matches(row, look.where):
            kept.append(row)
        elif look.only and rows:
            kept.append({**{member: item for member, item in row.items() if member not in look.only}, **rows.pop(0)})
        elif rows:
            kept += rows
            rows.clear()
    return {**holder, name: kept}


def _appended(holder: Mapping[str, Any], path: tuple[str, ...], rows: list[Any]) -> dict[str, Any]:
    name, deeper = path[0], path[1:]
    items = list(holder.get(name) or ())
    if deeper:
        items[:1] = [_appended(items[0] if items else {}, deeper, rows)]
        return {**holder, name: items}
    return {**holder, name: [*items, *rows]}


def _reduced(value: Any, left_out: set[str], documents: frozenset[str]) -> Any:
    if isinstance(value, dict):
        members = {
            name: policy_form(item) if name in documents else _reduced(item, left_out, documents)
            for name, item in value.items()
            if name not in left_out
        }
        return {name: item for name, item in members.items() if not _is_nothing(item)}
    if isinstance(value, list):
        kept = [item for item in value if not _is_left_out(item, left_out)]
        return sorted((_reduced(item, left_out, documents) for item in kept), key=canonical_json)
    return "*" if "*" in left_out and isinstance(value, str) else value


def _is_left_out(row: Any, left_out: set[str]) -> bool:
    """Whether a row of a list is one that does not count: `~Member=value` names such rows."""
    if not isinstance(row, dict):
        return False
    marks = (mark[1:].partition("=") for mark in left_out if mark.startswith("~"))
    return any(str(row.get(name)).lower() == value for name, _, value in marks)


def _is_nothing(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def policy_form(document: Any) -> Any:
    """Return a policy in one form: AWS may give back a list of one as its item, and lists in another order."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except (ValueError, RecursionError):
            return document
    if not isinstance(document, dict):
        return document
    statements = document.get("Statement") or []
    each = statements if isinstance(statements, list) else [statements]
    return {**document, "Statement": [_spread(one) for one in each]}


def _spread(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _spread(item) for name, item in value.items()}
    if isinstance(value, list):
        items = sorted((_spread(item) for item in value), key=canonical_json)
        return items[0] if len(items) == 1 else items
    return str(value).lower() if isinstance(value, bool) else value
