"""Search for a request that meets a plan, by models and the requirements that they miss."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeAlias

import msgspec

from scanner.reason.access.catalogue import Actions
from scanner.reason.access.keys import Constraint, Domain, Undecidable, choose_values
from scanner.reason.access.plans import Piece, Plan
from scanner.reason.access.request import Request
from scanner.reason.access.statements import resource_forms
from scanner.reason.access.variables import resolve, template
from scanner.reason.access.words import Budget, BudgetSpent, Union, find_word

_Keys: TypeAlias = Mapping[str, tuple[Constraint, ...]]


class Store(msgspec.Struct, frozen=True):
    """What is required so far of the action (a set of bits), of the resource and of each condition key."""

    actions: int
    resources: tuple[Union, ...]
    keys: _Keys


class Problem(msgspec.Struct, frozen=True):
    """A plan for requests like ``base``, whose keys may be what ``domain`` says."""

    base: Request
    actions: Actions
    domain: Callable[[str], Domain]
    plan: Plan
    start: Store


class Found(msgspec.Struct, frozen=True):
    """A request that meets the plan."""

    request: Request


class NotFound(msgspec.Struct, frozen=True):
    """No request meets the plan; or, if there is a ``reason``, that could not be decided."""

    closing: tuple[Piece, ...] = ()
    reason: str = ""


def search(problem: Problem, budget: Budget) -> Found | NotFound:
    """Find a request that meets the plan of a problem."""
    if not problem.plan.actions or not all(problem.plan.layers):
        return NotFound()
    return _Search(problem, budget).run()


class _Search:
    """The state of one search: what was decided per dimension, which statements stood in the way, and the budget."""

    def __init__(self, problem: Problem, budget: Budget) -> None:
        self._problem = problem
        self._plan = problem.plan
        self._budget = budget
        self._reason = ""
        self._closing: dict[int, Piece] = {}
        self._resources: dict[tuple[Union, ...], str | None] = {}
        self._values: dict[tuple[str, tuple[Constraint, ...]], tuple[str, ...] | None] = {}
        self._present: _Keys = {
            key: ()
            for piece in (*chain.from_iterable(self._plan.layers), *self._plan.denies, *(self._plan.excess or ()))
            for condition in piece.statement.conditions
            if not (own := problem.domain(key := condition.key.lower())).may_be_absent and own.fixed is None
        }

    def run(self) -> Found | NotFound:
        stack: list[Iterator[Store]] = [iter((self._problem.start,))]
        while stack:
            store = next(stack[-1], None)
            if store is None:
                stack.pop()
                continue
            try:
                self._budget.spend_combination()
            except BudgetSpent:
                return NotFound(reason="the statements combine in too many ways")
            model = self._model(store)
            if model is None:
                continue
            branches = self._branches(store, model)
            if branches is None:
                return Found(model)
            stack.append(branches)
        return NotFound(tuple(self._closing.values()), self._reason)

    def _branches(self, store: Store, model: Request) -> Iterator[Store] | None:
        """Give the ways to meet the first requirement that a model misses; None if it misses none."""
        plan = self._plan
        for layer in plan.layers:
            if not any(self._matches(piece, model) for piece in layer):
                return self._entering_one(store, layer)
        for piece in plan.denies:
            if self._matches(piece, model):
                return self._avoiding(store, piece)
        return self._exceeding(store, model, plan.excess) if plan.excess else None

    def _entering_one(self, store: Store, pieces: Iterable[Piece]) -> Iterator[Store]:
        for piece in pieces:
            self._closing[id(piece)] = piece
            yield self._entering(store, piece)

    def _exceeding(self, store: Store, model: Request, reference: Iterable[Piece]) -> Iterator[Store] | None:
        """Give the ways to leave what the reference allows: out of an Allow, or into a Deny."""
        matching = [piece for piece in reference if self._matches(piece, model)]
        allows = [piece for piece in matching if piece.statement.allows]
        if not allows or len(allows) < len(matching):
            return None
        denies = (piece for piece in reference if not piece.statement.allows)
        return chain(self._avoiding(store, allows[0]), self._entering_one(store, denies))

    def _matches(self, piece: Piece, model: Request) -> bool:
        return piece.clause.action(model.action.lower()) and piece.clause.holds(model)

    def _entering(self, store: Store, piece: Piece) -> Store:
        keys = dict(store.keys)
        for condition in piece.statement.conditions:
            key = condition.key.lower()
            keys[key] = (*keys.get(key, ()), Constraint(condition, holds=True, variables=piece.variables))
        resources = self._resource(piece, matching=True)
        return Store(store.actions & piece.actions, store.resources + resources, keys)

    def _avoiding(self, store: Store, piece: Piece) -> Iterator[Store]:
        self._closing[id(piece)] = piece
        yield msgspec.structs.replace(store, actions=store.actions & ~piece.actions)
        for condition in piece.statement.conditions:
            key = condition.key.lower()
            outside = Constraint(condition, holds=False, variables=piece.variables)
            yield msgspec.structs.replace(store, keys={**store.keys, key: (*store.keys.get(key, ()), outside)})
        if resources := self._resource(piece, matching=False):
            yield msgspec.structs.replace(store, resources=store.resources + resources)

    def _resource(self, piece: Piece, *, matching: bool) -> tuple[Union, ...]:
        return _resource_unions(piece, self._problem.base, matching=matching)

    def _model(self, store: Store) -> Request | None:
        """Make a request that meets what is required so far; None if there is none."""
        problem = self._problem
        if not store.actions:
            return None
        resource = self._word(store.resources)
        if resource is None:
            return None
        context = dict(problem.base.context)
        for key, constraints in {**self._present, **store.keys}.items():
            values = self._chosen(key, constraints)
            if values is None:
                return None
            if values:
                context[key] = values
            else:
                context.pop(key, None)
        lowest = (store.actions & -store.actions).bit_length() - 1
        action = problem.actions.spelling(lowest)
        return msgspec.structs.replace(problem.base, action=action, resource=resource, context=context)

    def _word(self, unions: tuple[Union, ...]) -> str | None:
        if unions not in self._resources:
            try:
                self._resources[unions] = find_word(unions, self._budget) if unions else "*"
            except BudgetSpent:
                self._reason = "the resource patterns are too many to combine"
                self._resources[unions] = None
        return self._resources[unions]

    def _chosen(self, key: str, constraints: tuple[Constraint, ...]) -> tuple[str, ...] | None:
        if (key, constraints) not in self._values:
            try:
                chosen = choose_values(
                    key, constraints, self._problem.domain(key), self._problem.base.context, self._budget
                )
            except Undecidable as error:
                self._reason = str(error)
                chosen = None
            self._values[key, constraints] = chosen
        return self._values[key, constraints]


def _resource_unions(piece: Piece, base: Request, *, matching: bool) -> tuple[Union, ...]:
    statement = piece.statement
    texts = statement.resources if statement.not_resources is None else statement.not_resources
    if texts is None:
        return ()
    read = (resolve(template(text, variables=piece.variables, globs=True), base.context) for text in texts)
    forms = tuple(form for tokens in read if tokens is not None for form in resource_forms(tokens))
    return (Union(forms, inside=matching is (statement.not_resources is None)),)
