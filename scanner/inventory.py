"""The typed inventory: what the evidence says there is. A pure function of evidence, or filled by an IaC loader."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

import msgspec

from scanner.evidence import Answer, Evidence
from scanner.model.account import Account, AccountRegion, account_of, region_of
from scanner.model.kind import GLOBAL, All, Api, Facet, Kind, Moment, Origin, Resource, Scope, Tags, unknown_facet
from scanner.model.maybe import Maybe, Reason, UnknownAsked, Why, unknown
from scanner.plan import Gap, Plan, Read, Step, read
from scanner.rule import Derivation
from scanner.signature import Need

K = TypeVar("K", bound=Kind)
F = TypeVar("F", bound=Facet)


class Call(msgspec.Struct, frozen=True):
    """That a call was planned, and whether its answer was whole: what the coverage table counts."""

    service: str
    scope: Scope
    why: Why | None


class Inventory:
    """Resources and facets by kind, with every listing that is not whole."""

    def __init__(self, targets: Iterable[Scope], moment: Moment, derivations: Iterable[Derivation] = ()) -> None:
        self.targets = tuple(targets)
        self.moment = moment
        self.gaps: list[Gap] = []
        self.calls: list[Call] = []
        self._rows: dict[type[Kind], list[Kind]] = {}
        self._index: dict[type[Kind], dict[tuple[Scope, str], Kind]] = {}
        self._unlisted: dict[type[Kind], dict[Scope, Why]] = {}
        self._derivations = {derivation.yields: derivation for derivation in derivations}
        self._alls: dict[tuple[type[Kind], str, str], All[Any]] = {}
        for scope in self.targets:
            self.add(account_of(scope) if scope.is_global else region_of(scope))

    @classmethod
    def of(cls, plan: Plan, evidence: Evidence, moment: Moment | None = None) -> "Inventory":
        """Build the inventory that the plan's readers find in the evidence."""
        if moment is None:
            moment = Moment(
                evidence.taken_at
                or unknown(Reason.NOT_COLLECTED, "the evidence does not say when it was taken; give --taken-at")
            )
        inventory = cls(evidence.targets, moment, plan.derivations)
        inventory._miss_regions(plan, evidence)
        for scope in inventory.targets:
            todo = list(plan.roots(scope))
            while todo:
                step = todo.pop()
                todo += plan.follow(inventory._take(plan, evidence, step), step.scope)
        return inventory

    def _miss_regions(self, plan: Plan, evidence: Evidence) -> None:
        """Mark accounts whose regions could not be listed, or were not read at all: what lies in them is unknown."""
        regional = {kind for reader in plan.readers if reader.regional for kind in reader.yields}
        visited = {scope.account for scope in self.targets if not scope.is_global}
        for scope in self.targets:
            why = evidence.regions_unread.get(scope.account)
            if why is None and regional and scope.account not in visited:
                why = Why(Reason.NOT_COLLECTED, f"no region of {scope.account} was read")
            if scope.is_global and why is not None:
                self.gaps.append(Gap("ec2:DescribeRegions", scope, "", why))
                self.miss(AccountRegion, scope, why)
                for kind in regional:
                    self.miss(kind, scope, why)

    def _take(self, plan: Plan, evidence: Evidence, step: Step) -> tuple[Kind, ...]:
        result = read(step, _answer(evidence, step))
        why = _why(result)
        if result.gap is not None:
            for other in plan.alternatives(step):
                instead = read(other, _answer(evidence, other))
                self.calls.append(Call(other.reader.service, step.scope, _why(instead)))
                if instead.gap is None:
                    step, result = other, instead
                    break
                self.gaps.append(instead.gap)
                if instead.gap.why.reason is Reason.NOT_SUBSCRIBED:
                    # The newer API of Trusted Advisor only denies; the older one says what is missing.
                    why = instead.gap.why
        if step.key is not None or result.gap is not None:
            self.calls.append(Call(step.reader.service, step.scope, _why(result)))
        for row in result.rows:
            self.add(row)
        if result.gap is not None:
            self.gaps.append(result.gap)
            self._miss(plan, step, why or result.gap.why)
        return result.rows

    def _miss(self, plan: Plan, step: Step, why: Why) -> None:
        """Mark the listings that this step leaves open, and those that hang on them."""
        todo, seen = list(step.reader.yields), set[type[Kind]]()
        while todo:
            kind = todo.pop()
            if kind in seen:
                continue
            seen.add(kind)
            self._unlisted.setdefault(kind, {}).setdefault(step.scope, why)
            if not issubclass(kind, Facet):
                todo += [below for reader in plan.children.get(kind, ()) for below in reader.yields]

    def add(self, row: Kind) -> None:
        """Add a row. A resource that two viewers see is one resource; a facet may have several rows."""
        kind, key = type(row), (row.scope, row.id)
        index = self._index.setdefault(kind, {})
        if key in index and isinstance(row, Resource):
            return
        index.setdefault(key, row)
        self._rows.setdefault(kind, []).append(row)

    def miss(self, kind: type[Kind], scope: Scope, why: Why) -> None:
        """Mark the listing of a kind in a scope as not whole."""
        self._unlisted.setdefault(kind, {}).setdefault(scope, why)

    def listing(self, kind: type[K]) -> tuple[K, ...]:
        """Return every known one of this kind; the listings may be incomplete (see `unlisted`)."""
        return tuple(cast("Iterable[K]", self._rows.get(kind, ())))

    def find(self, resource: Resource) -> Resource | None:
        """Return the resource of the same kind, scope and id, as this inventory knows it."""
        return cast("Resource | None", self._index.get(type(resource), {}).get((resource.scope, resource.id)))

    def tags(self, resource: Resource) -> Maybe[Tags]:
        """Return the tags of a resource, wherever AWS tells them."""
        facet = type(resource).tags_in
        if facet is None:
            return resource.tags
        return cast("Maybe[Tags]", self.facet(facet, resource.scope, resource.id).tags)  # type: ignore[attr-defined]  # every tags_in has it

    def unlisted(self, kind: type[Kind]) -> Mapping[Scope, Why]:
        """Return the scopes in which the listing of this kind is not whole, with the reason."""
        return self._unlisted.get(kind, {})

    def facet(self, kind: type[F], scope: Scope, native_id: str) -> F:
        """Return the facet of a resource. What is not there is a facet whose every field is unknown."""
        table = self._index.setdefault(kind, {})
        found = table.get((scope, native_id))
        if found is None:
            if kind in self._derivations:
                found = self._derive(self._derivations[kind], scope, native_id)
            else:
                found = unknown_facet(kind, scope, native_id, _nowhere(scope), self._why_no(kind, scope))
            table[(scope, native_id)] = found
        return cast("F", found)

    def _why_no(self, kind: type[Facet], scope: Scope) -> Why:
        missed = self.unlisted(kind)
        return (
            missed.get(scope)
            or missed.get(scope.account_wide())
            or next((why for place, why in sorted(missed.items()) if place.account == scope.account), None)
            or Why(Reason.NOT_COLLECTED, f"the source says nothing of its {kind.__name__}")
        )

    def _derive(self, derivation: Derivation, scope: Scope, native_id: str) -> Kind:
        subject = self._index.get(derivation.judges, {}).get((scope, native_id))
        if subject is None:
            return unknown_facet(
                cast("type[Kind]", derivation.yields),
                scope,
                native_id,
                _nowhere(scope),
                Why(Reason.NOT_COLLECTED, "no such resource was read"),
            )
        try:
            return cast("Kind", derivation.compute(subject, *self.bind(derivation.needs, cast("Resource", subject))))
        except UnknownAsked as asked:
            return unknown_facet(cast("type[Kind]", derivation.yields), scope, native_id, subject.origin, asked.why)

    def bind(self, needs: Iterable[Need], subject: Resource) -> list[Any]:
        """Return the arguments that these parameters take for this resource."""
        return [self._bind_one(need, subject) for need in needs]

    def _bind_one(self, need: Need, subject: Resource) -> Any:
        kind = need.kind
        if kind is None:
            return self.moment
        if need.every:
            return self.every(kind, subject, everywhere=need.everywhere)
        if kind is Account:
            return account_of(subject.scope)
        if kind is AccountRegion:
            return region_of(subject.scope)
        facet = cast("type[Facet]", kind)
        if isinstance(subject, facet.of):
            return self.facet(facet, subject.scope, subject.id)
        if facet.of is Account:
            return self.facet(facet, subject.scope.account_wide(), subject.scope.account)
        return self.facet(facet, subject.scope, subject.scope.region)

    def every(self, kind: type[Kind], subject: Resource, *, everywhere: bool = False) -> All[Any]:
        """Return all of a kind in the scope that `All` promises for this subject."""
        account = "" if everywhere else subject.scope.account
        region = subject.scope.region if account and _is_regional(kind) and type(subject).regional else ""
        cached = self._alls.get((kind, account, region))
        if cached is None:
            cached = All(
                (row for row in self._all_rows(kind) if _within(row.scope, account, region)),
                self._why_not_all(kind, account, region),
            )
            self._alls[(kind, account, region)] = cached
        return cached

    def _why_not_all(self, kind: type[Kind], account: str, region: str) -> Why | None:
        """Return why not every one of a kind is known there: a listing has a gap, or nobody was to read that place."""
        if not any(_within(scope, account, region) for scope in self.targets):
            return Why(Reason.NOT_COLLECTED, f"{account}/{region or GLOBAL} was not among the places to be read")
        derivation = self._derivations.get(kind)
        missed = sorted(self.unlisted(kind if derivation is None else derivation.judges).items())
        return next((why for scope, why in missed if _within(scope, account, region)), None)

    def _all_rows(self, kind: type[Kind]) -> Iterable[Kind]:
        derivation = self._derivations.get(kind)
        if derivation is None:
            return self._rows.get(kind, ())
        facet = cast("type[Facet]", kind)
        return [self.facet(facet, one.scope, one.id) for one in self._rows.get(derivation.judges, ())]


def _is_regional(kind: type[Kind]) -> bool:
    return kind.regional if issubclass(kind, Resource) else cast("type[Facet]", kind).of.regional


def _within(scope: Scope, account: str, region: str) -> bool:
    return (not account or scope.account == account) and (not region or scope.region == region)


def _answer(evidence: Evidence, step: Step) -> Answer | None:
    key = step.key
    return None if key is None else evidence.find(key, bare=step.reader.bare)


def _why(result: Read) -> Why | None:
    return None if result.gap is None else result.gap.why


def _nowhere(scope: Scope) -> Origin:
    return Api("none", scope)
