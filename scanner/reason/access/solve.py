"""Is there any request of a given shape that a stack of policies allows?

The answer is a witness, which the evaluator has judged as well; or Empty, with the statements that close it; or
Unsettled, with the reason. Layers are a conjunction: in each, one Allow must be entered, and every Deny avoided. The
search makes a model of what it has so far (each dimension of a request is independent of the others), asks which
requirement the model misses, and branches on the ways to meet it.

Where a policy variable refers to a key that the shape leaves open, a few values of that key are tried; if none leads to
a witness, the answer is Unsettled. So it is where it hangs on whether the caller's account is a CanonicalUser that a
policy names.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from scanner.model.policy import Effect, PolicyDocument, Principals, Statement
from scanner.reason.access.canonicalusers import MOST_CASES, cases, undecided_by
from scanner.reason.access.catalogue import Actions, summary
from scanner.reason.access.evaluate import Outcome, Source, Stack, evaluate, unplaced_canonical_users
from scanner.reason.access.glob import EVERYTHING, wildcards
from scanner.reason.access.keys import FREE, Domain, fixed
from scanner.reason.access.plans import Plan, make_plans
from scanner.reason.access.principal import Principal
from scanner.reason.access.relations import assignments, related_keys
from scanner.reason.access.request import Request, make_request
from scanner.reason.access.search import Found, Problem, Store, search
from scanner.reason.access.services import WITHOUT_PERMISSION, WITHOUT_PERMISSION_OF_USERS
from scanner.reason.access.statements import CompiledPolicy
from scanner.reason.access.words import Budget, Union


class Shape(msgspec.Struct, frozen=True):
    """The requests that are asked about.

    ``principal`` is one caller; ``actions`` and ``resources`` are patterns; ``keys`` says what condition keys (in lower
    case) may be and ``families`` the same for keys by prefix, such as ``aws:principaltag/``. Keys that follow from the
    caller and the resource are fixed to that unless ``keys`` says otherwise; all others are free.
    """

    principal: Principal
    actions: tuple[str, ...] = ("*",)
    resources: tuple[str, ...] = ("*",)
    keys: Mapping[str, Domain] = msgspec.field(default_factory=dict)
    families: Mapping[str, Domain] = msgspec.field(default_factory=dict)
    resource_account: str = ""
    has_boundary: bool = False

    def domain(self, key: str) -> Domain:
        """Say what a key may be."""
        own = self.keys.get(key)
        if own is not None:
            return own
        return next((each for prefix, each in self.families.items() if key.startswith(prefix)), FREE)


class Witness(msgspec.Struct, frozen=True):
    """A request that is allowed, and the evaluator's account of it."""

    request: Request
    outcome: Outcome


class Empty(msgspec.Struct, frozen=True):
    """No request of the shape is allowed; ``closing`` are the statements (with their policies) that see to that."""

    closing: tuple[tuple[str, Statement], ...] = ()


class Unsettled(msgspec.Struct, frozen=True):
    """It could not be decided."""

    reason: str


Answer: TypeAlias = Witness | Empty | Unsettled


def find_request(stack: Stack, shape: Shape) -> Answer:
    """Find a request of this shape that the stack allows."""
    answers = [
        _answer(question, each, question.actions.mask(each.actions)) for question, each in _questions(stack, shape)
    ]
    return _agreed(stack, shape, answers)


def _questions(stack: Stack, shape: Shape) -> Iterator[tuple["_Question", Shape]]:
    """Give what is to be asked: once, but for the cases that the caller's account is a canonical user that is named."""
    names = unplaced_canonical_users(stack, shape.principal)
    for caller in cases(shape.principal, names[:MOST_CASES]) if names else [shape.principal]:
        own = msgspec.structs.replace(shape, principal=caller) if names else shape
        yield _question(stack, own), own


def _agreed(stack: Stack, shape: Shape, answers: Sequence[Answer]) -> Answer:
    """Give the answer that holds in every case."""
    unsettled = next((answer for answer in answers if isinstance(answer, Unsettled)), None)
    if len(answers) == 1 or unsettled is not None:
        return unsettled or answers[0]
    names = unplaced_canonical_users(stack, shape.principal)
    empty = [answer for answer in answers if isinstance(answer, Empty)]
    if len(names) > MOST_CASES or 0 < len(empty) < len(answers):
        return Unsettled(undecided_by(names))
    return Empty(tuple(dict.fromkeys(piece for each in empty for piece in each.closing))) if empty else answers[0]


class Allowed(msgspec.Struct, frozen=True):
    """Actions that no statement tells apart (``service:*`` where they are all of a service), and their answer."""

    actions: tuple[str, ...]
    answer: Witness | Unsettled


def find_allowed_actions(stack: Stack, shape: Shape) -> list[Allowed]:
    """Answer for every action of the shape; what is Empty is left out."""
    questions = list(_questions(stack, shape))
    actions = questions[0][0].actions
    masks = {
        actions.covered(statement) for source in _sources(stack) for statement in source.policy.document.statements
    }
    found = []
    for group in _classes(actions.mask(shape.actions), masks):
        answer = _agreed(stack, shape, [_answer(question, each, group) for question, each in questions])
        if not isinstance(answer, Empty):
            found.append(Allowed(summary(actions, group), answer))
    return found


def find_excess(new: Sequence[Source], reference: Sequence[Source], shape: Shape) -> Answer:
    """Find a request that the new identity policies allow and the reference does not (containment of access).

    The resource is taken to leave the decision to the caller's account, as keys and roles must before identity policies
    count; else what either policy grants on them would go unseen. What needs no permission is granted by neither.
    """
    delegation = Source("delegation", CompiledPolicy(_delegation(shape.principal.account)))
    question = _question(Stack(identity=tuple(new), resource=(delegation,)), shape, tuple(reference))
    free = question.actions.mask((*WITHOUT_PERMISSION, *WITHOUT_PERMISSION_OF_USERS))
    return _settle(question, question.actions.mask(shape.actions) & ~free)


def _delegation(account: str) -> PolicyDocument:
    everything = Statement(0, Effect.ALLOW, principals=Principals(aws=(account,)), actions=("*",), resources=("*",))
    return PolicyDocument(statements=(everything,))


class _Attempt(msgspec.Struct, frozen=True):
    """A shape, the requests like which are looked for, the plans for them, and what else limits the resource."""

    shape: Shape
    base: Request
    plans: tuple[Plan, ...]
    narrowed: tuple[Union, ...] = ()


class _Question(msgspec.Struct, frozen=True):
    """What is asked, the attempts at it (one unless variables relate keys), and what it may cost."""

    stack: Stack
    attempts: tuple[_Attempt, ...]
    actions: Actions
    reference: tuple[Source, ...] | None
    related: tuple[str, ...]
    budget: Budget


def _question(stack: Stack, shape: Shape, reference: tuple[Source, ...] | None = None) -> _Question:
    sources = [*_sources(stack), *(reference or ())]
    budget = Budget()
    actions = _actions_of(sources, shape)
    asked = actions.mask(shape.actions)
    related = related_keys(sources, _base_request(shape), shape.domain)
    attempts = []
    for tried in assignments(related, shape.domain, budget):
        own = msgspec.structs.replace(shape, keys={**shape.keys, **tried}) if tried else shape
        base = _base_request(own)
        attempts.append(_Attempt(own, base, tuple(make_plans(stack, base, actions, asked, reference))))
    return _Question(stack, tuple(attempts), actions, reference, tuple(related), budget)


def _sources(stack: Stack) -> list[Source]:
    flat = [*stack.identity, *stack.boundary, *stack.session, *stack.resource, *stack.endpoint]
    return flat + [source for levels in (stack.scps, stack.rcps) for level in levels for source in level]


def _actions_of(sources: Iterable[Source], shape: Shape) -> Actions:
    if not any(set(pattern) & set("*?") for pattern in shape.actions):
        return Actions(named=shape.actions)
    texts = (
        text
        for source in sources
        for statement in source.policy.document.statements
        for text in (*(statement.actions or ()), *(statement.not_actions or ()))
    )
    return Actions.of((*shape.actions, *texts))


def _classes(asked: int, masks: Iterable[int]) -> list[int]:
    """Part a set of actions into those that no statement tells apart."""
    groups = [asked]
    for mask in masks:
        groups = [part for group in groups for part in (group & mask, group & ~mask) if part]
    return [group for group in groups if group]


_NAMES_WITH_COLONS: Final = frozenset({"apigateway", "cloudwatch", "execute-api", "s3"})
"""Services whose resources may have a colon in their own names: keys of objects, paths, alarms."""


def _answer(question: _Question, shape: Shape, asked: int) -> Answer:
    """Answer for some actions, with a resource that there can be.

    A wildcard of a policy runs over colons, so that ``…:*:topic`` and ``…:*:queue/*`` share texts; but of what is asked
    about no name has a colon, and no region (Service Authorization Reference, "Resource types").
    """
    answer = _settle(question, asked)
    if not isinstance(answer, Witness) or not all(pattern.startswith("arn:") for pattern in shape.resources):
        return answer
    colons = max(pattern.count(":") for pattern in shape.resources)
    if answer.request.resource.count(":") <= colons:
        return answer
    plain = Union((wildcards("*".join(":" * (colons + 1)).join("**")),), inside=False)
    again = _settle(_narrowed(question, plain), asked)
    if isinstance(again, Witness) or answer.request.resource.split(":")[2] not in _NAMES_WITH_COLONS:
        return again
    fields = Union(tuple(wildcards(pattern) for pattern in shape.resources), arn=True)
    return _settle(_narrowed(question, fields), asked)


def _narrowed(question: _Question, to: Union) -> _Question:
    attempts = tuple(msgspec.structs.replace(each, narrowed=(to,)) for each in question.attempts)
    return msgspec.structs.replace(question, attempts=attempts)


def _settle(question: _Question, asked: int) -> Answer:
    """Answer for some actions, trying the shapes in turn."""
    reasons: list[str] = []
    closing: dict[tuple[str, Statement], None] = {}
    for attempt in question.attempts:
        answer = _solve(question, attempt, asked)
        if isinstance(answer, Witness):
            return answer
        if isinstance(answer, Unsettled):
            reasons.append(answer.reason)
        else:
            closing |= dict.fromkeys(answer.closing)
    if reasons:
        return Unsettled(reasons[0])
    if question.related:
        return Unsettled(f"{', '.join(question.related)} is compared with another part of the request")
    return Empty(tuple(closing))


def _solve(question: _Question, attempt: _Attempt, asked: int) -> Answer:
    reasons: list[str] = []
    closing: dict[tuple[str, Statement], None] = {}
    for plan in attempt.plans:
        found = search(_problem(attempt, question.actions, plan.limited(asked)), question.budget)
        if isinstance(found, Found):
            outcome = evaluate(question.stack, found.request)
            if outcome.is_allowed and not _allows(question, found.request):
                return Witness(found.request, outcome)
            reasons.append("the evaluator refuses the request that was found")
        elif found.reason:
            reasons.append(found.reason)
        else:
            closing |= dict.fromkeys((piece.source, piece.statement) for piece in found.closing)
    return Unsettled(reasons[0]) if reasons else Empty(tuple(closing))


def _allows(question: _Question, request: Request) -> bool:
    """Whether the reference, if there is one, allows a request too."""
    if question.reference is None:
        return False
    return evaluate(Stack(identity=question.reference, resource=question.stack.resource), request).is_allowed


def _base_request(shape: Shape) -> Request:
    known = {key: list(domain.fixed) for key, domain in shape.keys.items() if domain.fixed}
    base = make_request(
        shape.principal,
        "kms:*",
        "*",
        known,
        resource_account=shape.resource_account,
        has_boundary=shape.has_boundary,
    )
    owner = {"s3:resourceaccount": (shape.resource_account,)} if shape.resource_account else {}
    absent = {key for key, domain in shape.keys.items() if domain.fixed == ()}
    context = {key: values for key, values in {**owner, **base.context}.items() if key not in absent}
    return msgspec.structs.replace(base, context=context)


def _problem(attempt: _Attempt, actions: Actions, plan: Plan) -> Problem:
    shape, base = attempt.shape, attempt.base
    resources = Union(tuple(wildcards(each) for each in shape.resources))
    unions = () if resources.patterns == (EVERYTHING,) else (resources,)
    start = Store(plan.actions, (*unions, *attempt.narrowed, *plan.resources), {})

    def domain(key: str) -> Domain:
        told = shape.keys.get(key)
        if told is None and key in base.context:
            return fixed(*base.context[key])
        return shape.domain(key) if told is None else told

    return Problem(base, actions, domain, plan, start)
