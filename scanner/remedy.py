"""A remedy: a pure function from a resource that fails a rule to the changes that put it right. Making them is another's.

A *change* is one call, what it rests on and what it makes of that, and the call that takes it back. Everything here is a
value that can be written down, reviewed, hashed and read back.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, TypeAlias

import msgspec

from scanner.errors import RegistryError, RemedyError
from scanner.evidence import Evidence, Key
from scanner.image import Allowed, Image, Leftover, Look, canonical_json, image_of, normal, put
from scanner.model.kind import Api, Kind, Resource, Scope
from scanner.model.maybe import Reason, UnknownAsked, Why
from scanner.reader import Reader
from scanner.signature import Need, OptionValue, signature_of


class Safety(StrEnum):
    """Under what circumstances a change may be made."""

    A = "A"
    """It takes nothing away that anybody uses: it may run unattended, where configuration names its rule."""
    B = "B"
    """Somebody may rely on what it takes away: only from a plan that somebody approved."""
    C = "C"
    """It cannot be taken back, or only people can tell: written as a script or patch, never made."""


class Write(msgspec.Struct, frozen=True, kw_only=True):
    """A call that changes something. `region` is that of the endpoint; `global` stands for the partition's home."""

    service: str
    operation: str
    region: str
    parameters: dict[str, Any]
    needs: tuple[Allowed, ...]

    @property
    def name(self) -> str:
        """`service:Operation`."""
        return f"{self.service}:{self.operation}"


class Becomes(msgspec.Struct, frozen=True):
    """What a look shows after the change."""

    look: Look
    after: Image


class Check(msgspec.Struct, frozen=True):
    """Something that must be true for the change to be harmless; None: nobody looked, look yourself."""

    text: str
    holds: bool | None


class Token(msgspec.Struct, frozen=True):
    """A version that AWS itself compares: a member of a look that goes into a parameter of the call."""

    parameter: str
    look: int
    member: str


class Snippet(msgspec.Struct, frozen=True, kw_only=True):
    """The same change in code: what a resource of infrastructure as code must say."""

    terraform: str
    """The type of the resource."""
    arguments: dict[str, Any]
    cloudformation: str = ""
    properties: dict[str, Any] = {}


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One call, with what it rests on and what comes of it. By default somebody must approve it (class B)."""

    title: str
    """What it does, as an imperative sentence."""
    call: Write
    becomes: tuple[Becomes, ...]
    undo: tuple[Write, ...]
    safety: Safety = Safety.B
    why: str = ""
    """Why it is of that class: what it can break."""
    checks: tuple[Check, ...] = ()
    leaves_behind: tuple[Leftover, ...] = ()
    token: Token | None = None
    makes: bool = False
    """Whether it makes something that AWS gives an id: what its rule needs is read anew after it."""
    on: Resource | None = None
    """What it alters, if that is not the resource that fails: whose tags say who else sets it."""
    code: tuple[Snippet, ...] = ()


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What people must do themselves, and why no program should; `script` are the calls, in order, if they are known."""

    title: str
    why: str
    script: tuple[Write, ...] = ()
    code: tuple[Snippet, ...] = ()


Step: TypeAlias = Change | Advice


class Lent:
    """What the engine lends a remedy: the raw answers behind the facts it is given, and a trial of what it proposes."""

    def __init__(
        self, evidence: Evidence, readers: Iterable[Reader], trial: Callable[[Sequence[Becomes]], bool] | None = None
    ) -> None:
        self._evidence = evidence
        self.readers = tuple(readers)
        self._readers: dict[str, list[Reader]] = {}
        for reader in self.readers:
            self._readers.setdefault(reader.call, []).append(reader)
        self._trial = trial

    def look(self, row: Kind, **narrowed: Any) -> Look:
        """Return the look at the answer that a fact was read from; `narrowed` are fields of `Look`.

        Raises `UnknownAsked` for a fact that no AWS call told.
        """
        if not isinstance(row.origin, Api):
            raise UnknownAsked(
                Why(Reason.NOT_COLLECTED, f"{row.origin} is no answer of AWS, so nothing can be changed")
            )
        origin = row.origin
        return self.look_at(origin.operation, origin.scope, origin.parameters, **narrowed)

    def look_at(self, call: str, scope: Scope, request: str = "", **narrowed: Any) -> Look:
        """Return the look at the answer to a call of the readers' own."""
        service, _, operation = call.partition(":")
        readers = self._readers.get(call, [])
        absent = {code for reader in readers for code in reader.absent} | set(narrowed.pop("gone", ()))
        actions = sorted({action for reader in readers for action in reader.actions})
        key = Key(scope.partition, scope.account, scope.region, service, operation, request)
        needs = tuple(Allowed(action) for action in actions)
        return Look(key=key, absent=tuple(sorted(absent)), needs=needs, **narrowed)

    def image(self, look: Look) -> Image:
        """Return what the look shows now. Raises `UnknownAsked` if that was not read, or not wholly."""
        bare = any(reader.bare for reader in self._readers.get(look.call, ()))
        answer = self._evidence.find(look.key, bare=bare)
        if answer is None:
            raise UnknownAsked(Why(Reason.NOT_COLLECTED, f"{look.call} was not recorded"))
        return image_of(answer, look)

    def supposing(self, becomes: Iterable[Becomes]) -> Evidence:
        """Return the evidence as it would be, were these what the looks show."""
        supposed = msgspec.structs.replace(self._evidence, answers=dict(self._evidence.answers))
        for one in becomes:
            put(supposed, one.look, one.after)
        return supposed

    def passes(self, becomes: Sequence[Becomes]) -> bool:
        """Whether the rule would find nothing, were these what the looks show."""
        return self._trial is not None and self._trial(becomes)


Plans: TypeAlias = Callable[..., Iterator[Step]]


class Remedy(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A remedy as the engine sees it."""

    name: str
    safety: Safety
    """The class of its changes at the worst."""
    judges: type[Resource]
    needs: tuple[Need, ...]
    options: Mapping[str, OptionValue]
    page: str
    plan: Plans

    @property
    def title(self) -> str:
        """What it does, in a sentence without its full stop."""
        return self.page.strip().partition("\n")[0].strip().rstrip(".")


def remedy(safety: Safety = Safety.B) -> Callable[[Plans], Remedy]:
    """Make a remedy of a function.

    Its first parameter is what the engine lends (`Lent`), its second the resource; the others are bound by their types
    as those of a rule, keyword-only ones get the rule's options of the same names. It returns the steps, in order.
    Raises `RegistryError` for a declaration that cannot be bound.
    """

    def declare(function: Plans) -> Remedy:
        signature = signature_of(function, lent=1)
        page = function.__doc__ or ""
        if not page.strip():
            raise RegistryError(f"remedy {function.__module__}.{function.__name__} has no docstring")
        return Remedy(
            name=f"{function.__module__.rpartition('.')[2]}.{function.__name__}",
            safety=safety,
            judges=signature.subject,
            needs=signature.needs,
            options=signature.options,
            page=page,
            plan=function,
        )

    return declare


def found(look: int, member: str) -> dict[str, Any]:
    """Return a placeholder in the call that takes a change back: the member of the row that the change brought.

    AWS gives the ids of what is made, so they are known only afterwards.
    """
    return {FOUND: [look, member]}


def all_found(look: int, member: str) -> dict[str, Any]:
    """Return a placeholder like `found`, for the list of the members of all rows that the change brought."""
    return {ALL_FOUND: [look, member]}


FOUND: Final = "$found"
ALL_FOUND: Final = "$all-found"


def resolve(write: Write, looks: Sequence[Becomes], before: Sequence[Image], now: Sequence[Image]) -> Write:
    """Return the call with each placeholder replaced by what the change brought, as it is there now.

    What it brought are the rows that it was to make, whatever ids AWS gave them. Raises `RemedyError` if they are not
    there.
    """

    def brought(index: int, member: str) -> list[Any]:
        look = looks[index].look
        old = [canonical_json(normal(row, look)) for row in before[index] or ()]
        made = [canonical_json(normal(row, look)) for row in looks[index].after or ()]
        for row in old:
            if row in made:
                made.remove(row)
        return [row[member] if member else row for row in now[index] or () if canonical_json(normal(row, look)) in made]

    def one(value: Any) -> Any:
        if isinstance(value, dict) and set(value) in ({FOUND}, {ALL_FOUND}):
            (kind, (index, member)), *_ = value.items()
            fresh = brought(index, member)
            if not fresh or (kind == FOUND and len(fresh) > 1):
                raise RemedyError(f"cannot tell which {member} in {looks[index].look.call} the change brought")
            return fresh if kind == ALL_FOUND else fresh[0]
        if isinstance(value, dict):
            return {name: one(item) for name, item in value.items()}
        return [one(item) for item in value] if isinstance(value, list) else value

    return msgspec.structs.replace(write, parameters=one(write.parameters))
