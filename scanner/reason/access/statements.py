"""A policy compiled for evaluation: which of its statements match a request.

Source: IAM User Guide, "IAM JSON policy elements": Action (case does not matter), Resource (case matters; an incomplete
ARN is completed with ``*``), NotAction, NotResource, NotPrincipal.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final, TypeAlias

import msgspec

from scanner.model.policy import Effect, PolicyDocument, Principals, Statement
from scanner.reason.access.canonicalusers import canonical_users_in
from scanner.reason.access.conditions import ARN_FIELDS, Predicate, predicate
from scanner.reason.access.glob import KEPT_LENGTH, Matcher, Tokens, Wild, matcher, normal, wildcards
from scanner.reason.access.principal import Reach, escapes_deny, reach
from scanner.reason.access.request import Request
from scanner.reason.access.variables import Context, Template, is_fixed, resolve, template

_REMEMBERED_ACTIONS: Final = 1_024


_ResourceTest: TypeAlias = Callable[[str, Context], bool]


class Clause(msgspec.Struct, frozen=True):
    """A statement and its compiled tests."""

    statement: Statement
    action: Matcher
    resource: _ResourceTest
    conditions: tuple[Predicate, ...]

    def holds(self, request: Request) -> bool:
        """Whether resource and conditions match; the action was looked up before."""
        return self.resource(request.resource, request.context) and all(
            condition(request.context) for condition in self.conditions
        )

    def reaches(self, request: Request) -> Reach:
        """Say how the statement's principal element reaches the caller; without one it reaches everybody."""
        statement, caller = self.statement, request.principal
        if statement.principals is not None:
            return reach(statement.principals, caller, request.user_id, request.role_arn)
        if statement.not_principals is None:
            return Reach.DIRECT
        return _reach_of_the_rest(statement.effect, statement.not_principals, request)


def _reach_of_the_rest(effect: Effect, excepted: Principals, request: Request) -> Reach:
    if effect is Effect.DENY:
        spared = escapes_deny(excepted, request.principal, has_boundary=request.has_boundary, role_arn=request.role_arn)
    else:
        spared = reach(excepted, request.principal, request.user_id, request.role_arn) is not Reach.NONE
    return Reach.NONE if spared else Reach.DIRECT


class CompiledPolicy:
    """A policy ready to be asked; it remembers which statements speak of an action."""

    def __init__(self, document: PolicyDocument) -> None:
        self.document = document
        self.with_variables = tuple(
            each for each in document.statements if document.has_variables and _has_variable(each)
        )
        self.clauses = tuple(_clause(statement, document) for statement in document.statements)
        self.canonical_users = canonical_users_in(document)
        self._by_action: dict[str, tuple[Clause, ...]] = {}

    def matching(self, request: Request) -> Iterator[tuple[Clause, Reach]]:
        """Yield the statements that match a request, in order, each with its reach."""
        for clause in self.about(request.action):
            if (how := clause.reaches(request)) and clause.holds(request):
                yield clause, how

    def about(self, action: str) -> tuple[Clause, ...]:
        """Give the statements that cover an action, in order."""
        known = self._by_action.get(action)
        if known is None:
            folded = action.lower()
            known = tuple(clause for clause in self.clauses if clause.action(folded))
            if len(self._by_action) >= _REMEMBERED_ACTIONS:
                self._by_action.clear()
            if len(action) <= KEPT_LENGTH:
                self._by_action[action] = known
        return known


def _has_variable(statement: Statement) -> bool:
    conditions = (value for condition in statement.conditions for value in condition.values)
    texts = chain(statement.resources or (), statement.not_resources or (), conditions)
    return any("${" in text for text in texts)


def _clause(statement: Statement, document: PolicyDocument) -> Clause:
    return Clause(
        statement=statement,
        action=_action_test(statement),
        resource=_resource_test(statement, variables=document.has_variables),
        conditions=tuple(predicate(condition, variables=document.has_variables) for condition in statement.conditions),
    )


def _action_test(statement: Statement) -> Matcher:
    """Make the predicate of a statement's actions, to be asked with the action in lower case."""
    if statement.not_actions is not None:
        excepted = _any_action(statement.not_actions)
        return lambda action: not excepted(action)
    return _any_action(statement.actions or ())


def _any_action(texts: tuple[str, ...]) -> Matcher:
    folded = [text.lower() for text in texts]
    plain = frozenset(text for text in folded if "*" not in text and "?" not in text)
    wild = [matcher(wildcards(text)) for text in folded if text not in plain]
    return lambda action: action in plain or any(matches(action) for matches in wild)


def _resource_test(statement: Statement, *, variables: bool) -> _ResourceTest:
    if statement.not_resources is not None:
        excepted = _any_resource(statement.not_resources, variables=variables)
        return lambda resource, context: not excepted(resource, context)
    if statement.resources is not None:
        return _any_resource(statement.resources, variables=variables)
    return lambda _resource, _context: True


def _any_resource(texts: tuple[str, ...], *, variables: bool) -> _ResourceTest:
    templates = [template(text, variables=variables, globs=True) for text in texts]
    fixed = [
        matcher(form)
        for each in templates
        if is_fixed(each) and (tokens := resolve(each, {})) is not None
        for form in resource_forms(tokens)
    ]
    varying = [each for each in templates if not is_fixed(each)]
    if not varying:
        return lambda resource, _: any(matches(resource) for matches in fixed)
    return lambda resource, context: (
        any(matches(resource) for matches in fixed) or any(_resolved(each, resource, context) for each in varying)
    )


def _resolved(each: Template, resource: str, context: Context) -> bool:
    tokens = resolve(each, context)
    return tokens is not None and any(matcher(form)(resource) for form in resource_forms(tokens))


def resource_forms(tokens: Tokens) -> tuple[Tokens, ...]:
    """Give the patterns that a Resource text stands for: itself, and if it is an incomplete ARN, that ARN completed."""
    if not (tokens and isinstance(tokens[0], str) and tokens[0].startswith("arn:")):
        return (tokens,)
    missing = ARN_FIELDS - 1 - sum(token.count(":") for token in tokens if isinstance(token, str))
    if missing <= 0:
        return (tokens,)
    return (tokens, normal((*tokens, *(part for _ in range(missing) for part in (":", Wild.MANY)))))
