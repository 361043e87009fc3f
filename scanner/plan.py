"""What must be read for the chosen rules: the closure of their kinds over derived facets, readers and parents."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

import msgspec

from scanner.evidence import Answer, Key, canonical
from scanner.model.account import Account, AccountRegion, account_of, region_of
from scanner.model.kind import Api, Facet, Kind, Resource, Scope, unknown_facet
from scanner.model.maybe import Absent, Reason, UnknownAsked, Why, why_unknown
from scanner.reader import Page, Parameters, Place, Reader
from scanner.rule import Derivation, Rule
from scanner.signature import Need


class Step(msgspec.Struct, frozen=True):
    """A reader at work in one scope, for one parent: the call to be made, or why none can be or need be."""

    reader: Reader
    scope: Scope
    parent: Kind | None
    parameters: Parameters | Absent | None
    why: Why | None = None
    """Why no call can be made, or is to be made."""

    @property
    def key(self) -> Key | None:
        """The call, or None if there is none that could be made."""
        if self.parameters is None or isinstance(self.parameters, Absent):
            return None
        scope = self.scope
        return Key(
            scope.partition,
            scope.account,
            scope.region,
            self.reader.service,
            self.reader.operation,
            canonical(self.parameters),
        )

    @property
    def place(self) -> Place:
        """Where its answer is given."""
        parameters = self.parameters if self.parameters and not isinstance(self.parameters, Absent) else {}
        return Place(self.scope, Api(self.reader.call, self.scope, canonical(parameters)), self.parent, parameters)


class Gap(msgspec.Struct, frozen=True, order=True):
    """A call that told nothing or not all: which, where, for what, and why."""

    call: str
    scope: Scope
    subject: str
    """The id of the resource whose details were asked; empty for a listing."""
    why: Why


class Read(msgspec.Struct, frozen=True):
    """What a step yielded: rows, and the gap if the answer was not whole."""

    rows: tuple[Kind, ...]
    gap: Gap | None = None


class Plan(msgspec.Struct, frozen=True):
    """The readers and derivations that the chosen rules need, and nothing else."""

    rules: tuple[Rule, ...]
    readers: tuple[Reader, ...]
    derivations: tuple[Derivation, ...]
    kinds: frozenset[type[Kind]]
    children: dict[type[Kind], tuple[Reader, ...]]

    @classmethod
    def of(
        cls,
        rules: Iterable[Rule],
        readers: Sequence[Reader],
        derivations: Sequence[Derivation] = (),
        *,
        kinds: Iterable[type[Kind]] = (),
        tags: bool = False,
    ) -> "Plan":
        """Take the closure of the rules' kinds: derived facets bring their inputs, readers bring their parents.

        `kinds` are needed beside those of the rules: by a query. With `tags`, also the tags of every judged kind, where
        they take a call of their own.
        """
        chosen = tuple(rules)
        computed = {derivation.yields: derivation for derivation in derivations}
        needed: set[type[Kind]] = set()
        used: dict[int, Reader] = {}
        todo: list[type[Kind]] = [kind for rule in chosen for kind in _kinds(rule.judges, rule.needs)]
        todo += kinds
        while todo:
            kind = todo.pop()
            if kind in needed:
                continue
            needed.add(kind)
            if kind in computed:
                todo += _kinds(computed[kind].judges, computed[kind].needs)
                continue
            if issubclass(kind, Facet):
                todo.append(kind.of)
            elif tags and issubclass(kind, Resource) and kind.tags_in is not None:
                todo.append(kind.tags_in)
            for reader in readers:
                if kind in reader.yields and id(reader) not in used:
                    used[id(reader)] = reader
                    todo += [] if reader.parent is None else [reader.parent]
        needed |= _for_nothing(chosen, computed, needed)
        ordered = tuple(reader for reader in readers if id(reader) in used)
        children: dict[type[Kind], tuple[Reader, ...]] = {}
        for reader in ordered:
            if reader.parent is not None:
                children[reader.parent] = (*children.get(reader.parent, ()), reader)
        return cls(chosen, ordered, tuple(d for d in derivations if d.yields in needed), frozenset(needed), children)

    def actions(self) -> tuple[str, ...]:
        """Return the IAM actions that reading for these rules takes, sorted."""
        prepared = (action for reader in self.readers if reader.after for action in reader.after.actions)
        return tuple(sorted({action for reader in self.readers for action in reader.actions} | set(prepared)))

    def roots(self, scope: Scope) -> Iterator[Step]:
        """Yield the first steps in a scope: the listings made there, and the details of the scope itself."""
        for reader in self.readers:
            if reader.parent is None and reader.regional != scope.is_global and reader.instead_of is None:
                yield step_for(reader, scope, None)
        yield from self.follow((account_of(scope) if scope.is_global else region_of(scope),), scope)

    def alternatives(self, step: Step) -> Iterator[Step]:
        """Yield the steps that stand in for a step whose call failed."""
        for reader in self.readers:
            if reader.instead_of is step.reader:
                yield step_for(reader, step.scope, step.parent)

    def follow(self, rows: Iterable[Kind], scope: Scope) -> Iterator[Step]:
        """Yield the steps that the rows of an answer call for; those beyond what a reader may ask are not to be called."""
        asked: Counter[int] = Counter()
        for row in rows:
            for reader in self.children.get(type(row), ()):
                if reader.instead_of is None:
                    at = scope if reader.regional or scope.is_global else scope.account_wide()
                    step = step_for(reader, at, row)
                    asked[id(reader)] += step.key is not None
                    yield step if reader.most is None or asked[id(reader)] <= reader.most else _uncalled(step)


def _kinds(judged: type[Resource], needs: Iterable[Need]) -> list[type[Kind]]:
    return [judged, *(need.kind for need in needs if need.kind is not None and not need.beside)]


def _for_nothing(
    rules: Iterable[Rule], computed: Mapping[type[Kind], Derivation], needed: set[type[Kind]]
) -> set[type[Kind]]:
    """Return what rules use beside the rest and what it rests on, where that takes no call more."""
    beside = {need.kind for rule in rules for need in rule.needs if need.beside and need.kind is not None}
    found: set[type[Kind]] = set()
    for kind in beside:
        rests_on = resting_on(kind, computed)
        found |= rests_on if {one for one in rests_on if one not in computed} <= needed else set()
    return found


def resting_on(kind: type[Kind], computed: Mapping[type[Kind], Derivation]) -> set[type[Kind]]:
    """Return a kind with all that it rests on, derived ones and those that are read."""
    found: set[type[Kind]] = set()
    todo = [kind]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += _kinds(computed[one].judges, computed[one].needs) if one in computed else []
    return found


def step_for(reader: Reader, scope: Scope, parent: Kind | None) -> Step:
    """Return the step of this reader for this parent, without a call if the parent says so or cannot say."""
    try:
        parameters = reader.parameters_for(parent)
    except UnknownAsked as asked:
        return Step(reader, scope, parent, None, asked.why)
    why = why_unknown(parameters)
    if why is not None:
        return Step(reader, scope, parent, None, why)
    return Step(reader, scope, parent, parameters)  # type: ignore[arg-type]  # no Unknown is left


def _uncalled(step: Step) -> Step:
    why = Why(
        Reason.NOT_COLLECTED, f"{step.reader.call} is called for the first {step.reader.most:,} of a listing only"
    )
    return msgspec.structs.replace(step, why=step.why or why)


def read(step: Step, answer: Answer | None) -> Read:
    """Turn an answer into rows. What it does not tell becomes a gap and, for facets of the parent, unknown facets."""
    reader, parent = step.reader, step.parent
    if isinstance(step.parameters, Absent):
        return Read(tuple(reader.parse(({},), step.place)))
    why = step.why
    pages: Sequence[Page] = ()
    if why is None and answer is None:
        why = Why(Reason.NOT_COLLECTED, f"{reader.call} was not recorded")
    elif answer is not None:
        why, pages = answer.shortfall(), answer.pages
        if answer.failure is not None and (
            reader.says_absent(answer.failure.code, answer.failure.message) or _is_elsewhere(reader, answer)
        ):
            why, pages = None, ({},)
    rows, broken = _parsed(step, cast("tuple[Page, ...]", pages)) if pages else ([], None)
    why = broken or why
    if why is None:
        return Read(tuple(rows))
    told = {type(row) for row in rows}
    if parent is not None:
        rows += [
            unknown_facet(kind, parent.scope, parent.id, step.place.origin, why)
            for kind in reader.yields
            if issubclass(kind, Facet) and kind.of is _subject(parent) and kind not in told
        ]
    elif reader.parent is None:
        rows += _unknown_settings(step, told, why)
    subject = "" if parent is None or isinstance(parent, Account | AccountRegion) else parent.id
    return Read(tuple(rows), Gap(reader.call, step.scope, subject, why))


def _is_elsewhere(reader: Reader, answer: Answer) -> bool:
    """Whether things were listed in a region where their service is not offered, so that there are none."""
    listing = reader.parent is None and all(issubclass(kind, Resource) for kind in reader.yields)
    return listing and answer.failure is not None and answer.failure.code == "ServiceAbsent"


def _parsed(step: Step, pages: tuple[Page, ...]) -> tuple[list[Kind], Why | None]:
    """Return the rows of the pages, as far as they could be read, and why not further."""
    rows: list[Kind] = []
    try:
        rows.extend(_named(row) for row in step.reader.parse(pages, step.place))
    except UnknownAsked as asked:
        return rows, asked.why
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        return rows, Why(Reason.FAILED, f"malformed answer ({type(error).__name__}: {error})")
    return rows, None


def _named(row: Kind) -> Kind:
    """Return the row, whose id must be a text. Raises TypeError for an answer that names things by anything else."""
    if not isinstance(row.id, str):
        raise TypeError(f"a {type(row).__name__} is named by {type(row.id).__name__}, not by text")
    return row


def _subject(parent: Kind) -> type[Resource]:
    return type(parent) if isinstance(parent, Resource) else type(parent).of if isinstance(parent, Facet) else Resource


def _unknown_settings(step: Step, told: set[type[Kind]], why: Why) -> list[Kind]:
    place = AccountRegion if step.reader.regional else Account
    native_id = step.scope.region if step.reader.regional else step.scope.account
    return [
        unknown_facet(kind, step.scope, native_id, step.place.origin, why)
        for kind in step.reader.yields
        if issubclass(kind, Facet) and kind.of is place and kind not in told
    ]
