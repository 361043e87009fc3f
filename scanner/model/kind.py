"""Kinds: what things are called, where they live, and where a value was read.

A *Resource* has verdicts of its own. A *Facet* is one aspect of a resource: a rule argument, and the unit that can be
unknown. Both are frozen values that a reader (live, recorded) or an IaC loader made; a rule cannot tell which.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final, Generic, TypeAlias, TypeVar

import msgspec

from scanner.model.maybe import Absent, Maybe, Unknown, UnknownAsked, Why, why_unknown

GLOBAL: Final = "global"
"""The region of what AWS keeps once per account or partition: IAM, the names of buckets, organizations."""


class Scope(msgspec.Struct, frozen=True, order=True):
    """A place that a listing covers: an account, or one region of it (region `global`: the account as a whole)."""

    partition: str
    account: str
    region: str = GLOBAL

    @property
    def is_global(self) -> bool:
        """Whether this is the account as a whole rather than one of its regions."""
        return self.region == GLOBAL

    def account_wide(self) -> "Scope":
        """Return the scope of the whole account."""
        return Scope(self.partition, self.account)

    def __str__(self) -> str:
        return f"{self.account}/{self.region}"


class Api(msgspec.Struct, frozen=True, order=True, tag="api"):
    """Read from an AWS API: the operation (`s3:GetBucketPolicy`), where it was called and with what."""

    operation: str
    scope: Scope
    parameters: str = ""

    def __str__(self) -> str:
        return (
            f"{self.operation}({self.parameters}) in {self.scope}"
            if self.parameters
            else f"{self.operation} in {self.scope}"
        )


class Source(msgspec.Struct, frozen=True, order=True, tag="source"):
    """Read from a file of infrastructure as code: its path below the scanned root, and a line counted from one."""

    file: str
    line: int
    address: str = ""
    calls: "tuple[Source, ...]" = ()
    """The calls of modules on the way to it, the outermost first."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


Origin: TypeAlias = Api | Source

Tags: TypeAlias = Mapping[str, str]


class Kind(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What resources and facets share: a scope, the native id of the resource they speak of, and an origin."""

    scope: Scope
    id: str
    origin: Origin

    def origins(self) -> tuple[Origin, ...]:
        """Where this value was read."""
        return (self.origin,)


class Resource(Kind, frozen=True, kw_only=True, eq=False):
    """A thing that has verdicts of its own.

    `id` is the id that AWS knows it by within its scope: a name where names identify, else the generated id.
    `scope` is that of its *owner*, with region `global` for kinds whose ids are unique without a region.
    """

    service: ClassVar[str]
    """The service as users select it (`--service s3`)."""
    noun: ClassVar[str]
    """What a report calls one of them: `bucket`, `security group`."""
    regional: ClassVar[bool] = True
    """Whether its listing is made per region; if not, once per account."""
    is_defect: ClassVar[bool] = False
    """Whether it is a defect by itself, such as a vulnerability: however many rules fail it, it is one."""
    tags_in: ClassVar["type[Facet] | None"] = None
    """The facet that holds its tags, where AWS tells them by a call of their own."""

    arn: Maybe[str | Absent]
    name: Maybe[str | Absent]
    tags: Maybe[Tags]

    @property
    def shown_region(self) -> str:
        """The region to name in a report; kinds whose ids need no region may still lie in one."""
        return self.scope.region

    @property
    def label(self) -> str:
        """The name that people know it by, or its id."""
        if why_unknown(self.name) is None and self.name and self.name != self.id:
            return f"{self.id} ({self.name})"
        return self.id


class Facet(Kind, frozen=True, kw_only=True, eq=False):
    """One aspect of the resource whose scope and id it carries. When it could not be read, every field is unknown."""

    of: ClassVar[type[Resource]]
    """The kind of resource that it is an aspect of."""


K = TypeVar("K", bound=Kind)


def unknown_facet(kind: type[K], scope: Scope, native_id: str, origin: Origin, why: Why) -> K:
    """Return a facet of which only the address is known: every other field is `Unknown(why)`."""
    fields = {name: Unknown(why) for name in kind.__struct_fields__ if name not in {"scope", "id", "origin"}}
    return kind(scope=scope, id=native_id, origin=origin, **fields)


class Moment(msgspec.Struct, frozen=True):
    """The only clock of a rule: when the evidence was taken, or now for a live scan."""

    at: Maybe[datetime]

    def age(self, then: datetime) -> timedelta:
        """How long ago `then` was; raises `UnknownAsked` if the moment of the evidence is not known."""
        at = self.at
        why = why_unknown(at)
        if why is not None:
            raise UnknownAsked(why)
        return at - then

    def days_since(self, then: datetime) -> int:
        """How many whole days ago `then` was."""
        return self.age(then).days


class All(Generic[K]):
    """Every `K` of the judged resource's account and, if both are regional, of its region.

    When a listing in that scope is incomplete, iteration yields what is known and then raises `UnknownAsked`: one of
    them having a property can be proven, none of them having it cannot. Annotate a parameter
    `Annotated[All[K], EVERYWHERE]` for those of every scanned account and region.
    """

    __slots__ = ("_by_id", "_items", "_rows_of", "_why")

    def __init__(self, items: Iterable[K], why: Why | None = None) -> None:
        self._items: tuple[K, ...] = tuple(items)
        self._why = why
        self._by_id: dict[str, K] | None = None
        self._rows_of: dict[tuple[Scope, str], list[K]] | None = None

    def __iter__(self) -> Iterator[K]:
        yield from self._items
        if self._why is not None:
            raise UnknownAsked(self._why)

    def __bool__(self) -> bool:
        if self._items:
            return True
        if self._why is not None:
            raise UnknownAsked(self._why)
        return False

    def __len__(self) -> int:
        if self._why is not None:
            raise UnknownAsked(self._why)
        return len(self._items)

    def get(self, native_id: str) -> K | Absent:
        """Return the one with this id, or `ABSENT`; raises `UnknownAsked` if it may be among those not read."""
        if self._by_id is None:
            self._by_id = {item.id: item for item in self._items}
        found = self._by_id.get(native_id)
        if found is not None:
            return found
        if self._why is not None:
            raise UnknownAsked(self._why)
        return Absent()

    def of(self, subject: Resource) -> tuple[K, ...]:
        """Return those with the subject's id and scope (several rows may speak of one resource).

        Raises `UnknownAsked` if more of them may be among those not read.
        """
        if self._why is not None:
            raise UnknownAsked(self._why)
        if self._rows_of is None:
            self._rows_of = {}
            for item in self._items:
                self._rows_of.setdefault((item.scope, item.id), []).append(item)
        return tuple(self._rows_of.get((subject.scope, subject.id), ()))


EVERYWHERE: Final = "everywhere"
"""Marks an `All[K]` parameter that spans every scanned account and region."""
BESIDE: Final = "beside"
"""Marks a facet of which a rule makes use only where all that it rests on is read anyway, for other rules: no call is made
for it alone, and it is unknown where any of that is not asked for."""


def instant(value: Any) -> datetime:
    """Read a time of an AWS answer: ISO 8601 text, or seconds since 1970. Always returned with a zone, UTC if unsaid.

    Raises ValueError or TypeError for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(f"not a time: {type(value).__name__}")
    if isinstance(value, int | float):
        try:
            return datetime.fromtimestamp(value, UTC)
        except (OverflowError, OSError) as error:
            raise ValueError(f"not a time: {value}") from error
    parsed = datetime.fromisoformat(value)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def tags_from(rows: Iterable[Mapping[str, str]]) -> Tags:
    """Read the `[{Key, Value}]` form in which AWS answers tags."""
    return {row["Key"]: row["Value"] for row in rows}
