"""What a principal may do, with the conditions under which it may.

A request is first asked as it usually is: over TLS, now, with none of the keys that a caller must earn (multi-factor
authentication, a source address that a policy names, a VPC endpoint). If that is refused, the solver looks for a
request that is not, and what it had to assume is the condition.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

import msgspec

from scanner.model.access import Caller, Held
from scanner.model.kind import Moment
from scanner.model.maybe import why_unknown
from scanner.model.policy import Condition, Statement
from scanner.reason.access.evaluate import Deciding, Decision, Outcome, Source, Stack, evaluate
from scanner.reason.access.keys import ABSENT, Domain, fixed
from scanner.reason.access.literals import addresses
from scanner.reason.access.principal import Principal
from scanner.reason.access.request import Request, make_request
from scanner.reason.access.solve import Empty, Shape, Witness, find_request
from scanner.reason.account.stacks import Stacks, View, clock

_PLAIN_ADDRESSES: Final = ("45.83.12.7", "91.198.174.192", "130.89.148.12", "200.160.2.3", "8.8.4.4")
_USUAL: Final = {"aws:securetransport": fixed("true")}


class Question(msgspec.Struct, frozen=True):
    """An action on a resource. Either may be a pattern, and then it is asked whether anything it covers is allowed.

    ``context`` holds condition keys in lower case. ``resource_policy`` is that of the resource; None if it has none or
    none can be read, which ``given`` then says. ``account`` owns the resource. ``canonical_user`` is the canonical user id
    of the callers' account, None if it is not known.
    """

    action: str
    resources: tuple[str, ...]
    context: Mapping[str, Domain] = msgspec.field(default_factory=dict)
    resource_policy: Held | None = None
    account: str = ""
    canonical_user: str | None = None


class Needed(msgspec.Struct, frozen=True):
    """A condition on which an answer hangs: of an Allow it must hold, of a Deny it must not; with an example."""

    condition: Condition
    policy: str
    statement: Statement
    example: tuple[str, ...]


class Judgement(msgspec.Struct, frozen=True):
    """The answer for one principal; ``needed`` is empty where nothing but the policies matters."""

    decision: Literal["allowed", "implicit-deny", "explicit-deny", "undecided"]
    statements: tuple[Deciding, ...] = ()
    needed: tuple[Needed, ...] = ()
    blocked_by: str = ""
    reasons: tuple[str, ...] = ()
    witness: Request | None = None


def judge_caller(
    stacks: Stacks, caller: Caller, question: Question, moment: Moment, *, session: Principal | None = None
) -> Judgement:
    """Decide for a principal of the account, or for a session of the role that it is."""
    principal = _placed(session or stacks.principal(caller), question)
    own = {"aws:principalarn": fixed(caller.arn)} if session else {}
    base = Shape(
        principal,
        actions=(question.action,),
        resources=question.resources,
        keys={**_USUAL, **own, **stacks.keys(caller, moment), **question.context},
        families=stacks.families(caller),
        resource_account=question.account,
        has_boundary=caller.boundary is not None,
    )
    least, most = (_with_resource(stacks, stacks.of(caller, view), question, view) for view in View)
    return _judge(least, most, base, stacks.unknowns(caller) + _unknown_resource(question))


def judge_root(stacks: Stacks, principal: Principal, question: Question, moment: Moment) -> Judgement:
    """Decide for the account's root user, whom only control and resource policies limit."""
    base = Shape(
        _placed(principal, question),
        actions=(question.action,),
        resources=question.resources,
        keys={**_USUAL, **clock(moment), **question.context},
        resource_account=question.account,
    )
    least, most = (_with_resource(stacks, stacks.bare(view), question, view) for view in View)
    return _judge(least, most, base, stacks.unknown_controls() + _unknown_resource(question))


def _placed(principal: Principal, question: Question) -> Principal:
    return msgspec.structs.replace(principal, canonical_user=question.canonical_user)


def _with_resource(stacks: Stacks, stack: Stack, question: Question, view: View) -> Stack:
    if question.resource_policy is None:
        return stack
    return msgspec.structs.replace(stack, resource=stacks.resource(question.resource_policy, view))


def _unknown_resource(question: Question) -> tuple[str, ...]:
    held = question.resource_policy
    why = None if held is None else why_unknown(held.document)
    return () if why is None else (str(why),)


def _judge(least: Stack, most: Stack, base: Shape, unknowns: tuple[str, ...]) -> Judgement:
    plain = _plain(base, [*_sources(least)])
    usual = find_request(least, plain)
    if isinstance(usual, Witness):
        return Judgement("allowed", usual.outcome.statements, witness=usual.request)
    best = find_request(least, base)
    if isinstance(best, Witness):
        needed = tuple(_needed(least, best.request, plain))
        return Judgement("allowed", best.outcome.statements, needed, witness=best.request)
    most_answer = find_request(most, base) if unknowns else best
    if isinstance(most_answer, Empty):
        return _refusal(most, plain, most_answer)
    reasons = unknowns if isinstance(most_answer, Witness) else (most_answer.reason, *unknowns)
    return Judgement("undecided", reasons=reasons)


def _plain(shape: Shape, sources: Iterable[Source]) -> Shape:
    """Fix every key that is not told to what a usual request has."""
    conditions = [
        condition
        for source in sources
        for statement in source.policy.document.statements
        for condition in statement.conditions
    ]
    mentioned = {condition.key.lower() for condition in conditions}
    told = (value for each in conditions if each.key.lower() == "aws:sourceip" for value in each.values)
    ranges = [block for value in told if (block := addresses(value)) is not None]
    outside = (
        address
        for address in _PLAIN_ADDRESSES
        if (own := addresses(address)) is not None and not any(block.holds(own) for block in ranges)
    )
    address = next(outside, _PLAIN_ADDRESSES[0])
    derived = _derived(shape)
    plain = {key: ABSENT for key in mentioned if key not in derived} | {"aws:sourceip": fixed(address)}
    return msgspec.structs.replace(shape, keys={**plain, **shape.keys})


def _derived(shape: Shape) -> Mapping[str, tuple[str, ...]]:
    """Give the keys that follow from the caller and the resource's owner."""
    request = make_request(shape.principal, "kms:*", "*", {}, resource_account=shape.resource_account)
    return {**request.context, "s3:resourceaccount": ()}


def _sources(stack: Stack) -> Iterator[Source]:
    yield from (*stack.identity, *stack.boundary, *stack.resource)
    for levels in (stack.scps, stack.rcps):
        for level in levels:
            yield from level


def _needed(stack: Stack, request: Request, plain: Shape) -> Iterator[Needed]:
    """Find the keys without which the request would be refused, and the conditions that ask for them."""
    derived = _derived(plain)
    for key in sorted(request.context.keys() | plain.keys.keys()):
        usual = plain.keys.get(key, ABSENT).fixed
        values = request.context.get(key, ())
        if usual is None or usual == values or key in derived:
            continue
        context = {name: own for name, own in request.context.items() if name != key} | ({key: usual} if usual else {})
        changed = evaluate(stack, msgspec.structs.replace(request, context=context))
        if not changed.is_allowed:
            yield from _conditions_on(key, stack, request, changed, values)


def _conditions_on(
    key: str, stack: Stack, request: Request, changed: Outcome, values: tuple[str, ...]
) -> Iterator[Needed]:
    allowing = evaluate(stack, request).statements
    deciding = [*(each for each in changed.statements if changed.decision is Decision.EXPLICIT_DENY), *allowing]
    for each in deciding:
        if each.statement is None:
            continue
        for condition in each.statement.conditions:
            if condition.key.lower() == key:
                yield Needed(condition, each.policy, each.statement, values)


def _refusal(stack: Stack, plain: Shape, empty: Empty) -> Judgement:
    """Say what stands in the way of the usual request; of a pattern, which statements close all it covers."""
    action, resource = plain.actions[0], plain.resources[0]
    if "*" in action or len(plain.resources) > 1 or set(resource) & set("*?"):
        denying = tuple(Deciding(policy, statement) for policy, statement in empty.closing if not statement.allows)
        return Judgement("explicit-deny" if denying else "implicit-deny", denying)
    context = {key: list(domain.fixed) for key, domain in plain.keys.items() if domain.fixed}
    request = make_request(
        plain.principal,
        action,
        resource,
        context,
        resource_account=plain.resource_account,
        has_boundary=plain.has_boundary,
    )
    outcome = evaluate(stack, request)
    decision: Literal["implicit-deny", "explicit-deny"] = (
        "explicit-deny" if outcome.decision is Decision.EXPLICIT_DENY else "implicit-deny"
    )
    return Judgement(decision, outcome.statements, blocked_by=str(outcome.blocked_by or ""))
