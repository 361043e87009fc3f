"""A reader: a declared AWS call that yields rows of one or more kinds. Declaring it is pure; making it is `scanner.aws`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias, TypeVar

import msgspec

from scanner.model.kind import Api, Kind, Scope
from scanner.model.maybe import ABSENT, Absent, Maybe, Reason, Unknown

T = TypeVar("T")

Page: TypeAlias = Mapping[str, Any]
"""One page of an answer as AWS gave it, with times as ISO 8601 texts and blobs as base64."""

Parameters: TypeAlias = Mapping[str, Any]


class Place(msgspec.Struct, frozen=True):
    """Where an answer was given: the scope that was asked, the call, and the parent whose details it tells."""

    scope: Scope
    origin: Api
    parent: Any = None
    parameters: Parameters = msgspec.field(default_factory=dict)


class Reader(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A call, when it is made, and what its answer means.

    Without `parent` it is made once in each scope (each region if `regional`, else each account); with one, for each
    row of that kind. `request` gives the parameters: a mapping or a function of the parent row that returns the
    parameters, or `ABSENT` (no call is needed, there is none), or an `Unknown` (it cannot be read, and why).
    """

    service: str
    """botocore's name of the client."""
    operation: str
    """PascalCase, as in botocore's model."""
    actions: tuple[str, ...]
    """The IAM actions that it needs; empty for the calls that need none."""
    yields: tuple[type[Kind], ...]
    parse: Callable[[tuple[Page, ...], Place], Iterable[Kind]]
    regional: bool = True
    parent: type[Kind] | None = None
    request: Parameters | Callable[[Any], Parameters | Absent | Unknown] = msgspec.field(default_factory=dict)
    endpoint_region: Callable[[Any], Maybe[str]] | None = None
    """Tells, from the parent, the region whose endpoint must be asked where the scope is not regional."""
    absent: frozenset[str] = frozenset()
    """Error codes that mean "there is none": the answer is parsed as one empty page."""
    absent_messages: frozenset[str] = frozenset()
    """Texts in the message of an error that mean the same, where its code does not tell it from a refusal."""
    means: Mapping[str, Reason] = msgspec.field(default_factory=dict)
    """Error codes with a meaning of their own, such as a missing subscription."""
    after: "Preparation | None" = None
    """A call to be made first, until it says that the answer is ready."""
    until: tuple[str, str] | None = None
    """A member of the answer and what it says once the answer is ready: the call is repeated until then."""
    instead_of: "Reader | None" = None
    """Made only where that reader's call failed; then its answer stands for the other's."""
    secrets: frozenset[str] = frozenset()
    """Members of the answer, at any depth, that hold secrets no rule needs: they are taken out before it is recorded."""
    most: int | None = None
    """For how many rows of one listing of its parents the call is made at most; what else was recorded is read too."""
    bare: bool = True
    """Whether an answer recorded without its parameters may be taken for this call's."""

    @property
    def call(self) -> str:
        """`service:Operation`, as reports and accepted gaps name it."""
        return f"{self.service}:{self.operation}"

    def says_absent(self, code: str, message: str) -> bool:
        """Whether an error of this code and message means "there is none"."""
        return code in self.absent or any(text in message for text in self.absent_messages)

    def parameters_for(self, parent: Any) -> Parameters | Absent | Unknown:
        """Return the parameters for a parent row. Raises `UnknownAsked` if they rest on something unknown."""
        return self.request(parent) if callable(self.request) else self.request


class Preparation(msgspec.Struct, frozen=True):
    """A call that starts what the reader's call then fetches: it is repeated until `key` in its answer is `ready`."""

    operation: str
    actions: tuple[str, ...]
    key: str
    ready: str


def without(secrets: frozenset[str], value: Any) -> Any:
    """Return an answer without the members of these names, at any depth."""
    if not secrets:
        return value
    if isinstance(value, dict):
        return {name: without(secrets, item) for name, item in value.items() if name not in secrets}
    if isinstance(value, list):
        return [without(secrets, item) for item in value]
    return value


def rows(pages: Iterable[Page], *path: str) -> Iterator[Any]:
    """Yield the items at the path, through every page and nested list. A missing list is an empty one: AWS omits them."""
    for page in pages:
        level: list[Any] = [page]
        for key in path:
            level = [item for holder in level for item in holder.get(key) or ()]
        yield from level


def shared() -> Callable[[T], T]:
    """Return a function that gives back the first value equal to its argument: what is told often is kept once.

    For texts, numbers of one type, times and frozen values of these.
    """
    kept: dict[Any, Any] = {}
    return lambda value: kept.setdefault(value, value)


def only(pages: tuple[Page, ...]) -> Page:
    """Return the answer of a call that has one page."""
    return pages[0] if pages else {}


def given(holder: Mapping[str, Any], key: str) -> Any:
    """Return the value, or `ABSENT` where the answer has none (or an empty text)."""
    value = holder.get(key)
    return ABSENT if value is None or value == "" else value
