"""May a principal do this: asked many times by the search, so answered as cheaply as the question allows.

First by the sets of actions that a stack can allow at all, then by evaluating one plain request, and only where
conditions, variables or patterns leave it open by the solver.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import msgspec

from scanner.model.access import Caller
from scanner.model.kind import Moment
from scanner.model.policy import Effect, Statement
from scanner.reason.access.catalogue import Actions
from scanner.reason.access.evaluate import Outcome, Source, Stack, evaluate
from scanner.reason.access.keys import ABSENT, Domain, fixed
from scanner.reason.access.principal import Principal
from scanner.reason.access.request import make_request
from scanner.reason.access.solve import Empty, Shape, Unsettled, find_request
from scanner.reason.access.statements import Clause
from scanner.reason.access.variables import Context
from scanner.reason.account.assemble import tags_of
from scanner.reason.account.questions import own_resources
from scanner.reason.account.stacks import ALLOW_ALL, Stacks, View

_ACTIONS = Actions()
_VARIABLE = re.compile(r"\$\{([^},]*)")
_NO_KEYS: Mapping[str, Domain] = {}

ESSENTIALS: tuple[tuple[str, ...], ...] = (
    ("iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutUserPolicy", "iam:AttachUserPolicy"),
    ("s3:GetObject",),
    ("ec2:RunInstances",),
    ("lambda:UpdateFunctionCode",),
    ("secretsmanager:GetSecretValue",),
    ("dynamodb:DeleteTable",),
)
"""Who may do one of each group, on things of any name, is an administrator: identities, data and compute are theirs."""


class Permission(msgspec.Struct, frozen=True):
    """That something is allowed: on which resource, by which statements; not `certain` if the solver gave up."""

    resource: str
    statements: tuple[str, ...]
    certain: bool = True


class Permissions:
    """The questions of one search, over one reading of unknown documents."""

    def __init__(self, stacks: Stacks, moment: Moment, view: View) -> None:
        self.stacks = stacks
        self.view = view
        self.moment = moment
        scope = stacks.access.scope
        self._account, self._partition = scope.account, scope.partition
        self._keys: dict[str, dict[str, Domain]] = {}
        self._masks: dict[str, int] = {}
        self._clauses: dict[tuple[str, str], tuple[Clause, ...]] = {}
        self._contexts: dict[str, Context] = {}
        self._answers: dict[tuple[object, ...], Permission | None] = {}

    def fresh(self, kind: str) -> str:
        """Return the ARN of an IAM thing that no policy names."""
        return f"arn:{self._partition}:iam::{self._account}:{kind}/casemate-unnamed-0"

    def could(self, caller: Caller, actions: Iterable[str]) -> bool:
        """Whether some Allow of its own policies covers one of the actions; cheap, and true too often."""
        mask = self._masks.get(caller.arn)
        if mask is None:
            mask = self._masks[caller.arn] = _most(self.stacks.of(caller, self.view))
        return bool(mask & _mask(tuple(actions)))

    def may_one(
        self, caller: Caller, actions: Iterable[str], resource: str | None = None, target: Caller | None = None
    ) -> Permission | None:
        """Ask for the first of several actions that is allowed; on anything it takes if no resource is given."""
        for action in actions:
            resources = (resource,) if resource is not None else own_resources(action, self.stacks)
            found = self.may(caller, action, resources, target=target)
            if found is not None:
                return found
        return None

    def may(
        self,
        caller: Caller,
        action: str,
        resources: tuple[str, ...],
        *,
        keys: Mapping[str, Domain] = _NO_KEYS,
        target: Caller | None = None,
        resource_policy: tuple[Source, ...] = (),
    ) -> Permission | None:
        """Ask whether a principal may do this on any of the resources. `target` is the principal that it is done to."""
        if not resource_policy and not (self.could(caller, (action,)) and self._touches(caller, action, resources)):
            return None
        told = tuple(sorted((key, each.fixed) for key, each in keys.items()))
        policy = resource_policy[0].name if resource_policy else ""
        question = (caller.arn, action, resources, told, target.arn if target else "", policy)
        if question not in self._answers:
            stack = self.stacks.of(caller, self.view)
            if resource_policy:
                stack = msgspec.structs.replace(stack, resource=resource_policy)
            known = {**self._known(caller), **_tags(target), **keys}
            self._answers[question] = self.ask(stack, caller, action, resources, known)
        return self._answers[question]

    def _touches(self, caller: Caller, action: str, resources: tuple[str, ...]) -> bool:
        """Whether an Allow of its own policies may be about a resource; cheap, and true for patterns."""
        if not _is_one(resources):
            return True
        clauses = self._clauses.get((caller.arn, action))
        if clauses is None:
            identity = self.stacks.of(caller, self.view).identity
            clauses = tuple(each for each in _about(identity, action) if each.statement.allows)
            self._clauses[caller.arn, action] = clauses
        context = self._context(caller)
        return any(_may_match(clause, resources[0], context) for clause in clauses)

    def _known(self, caller: Caller) -> dict[str, Domain]:
        """Return the keys of a principal's requests whose values are known."""
        if caller.arn not in self._keys:
            self._keys[caller.arn] = self.stacks.keys(caller, self.moment)
        return self._keys[caller.arn]

    def _context(self, caller: Caller) -> Context:
        """Return the keys that every request of a principal has."""
        if caller.arn not in self._contexts:
            told = {key: list(domain.fixed) for key, domain in self._known(caller).items() if domain.fixed}
            self._contexts[caller.arn] = make_request(self.stacks.principal(caller), "iam:*", "*", told).context
        return self._contexts[caller.arn]

    def ask(
        self, stack: Stack, caller: Caller, action: str, resources: tuple[str, ...], keys: Mapping[str, Domain]
    ) -> Permission | None:
        """Ask of any stack."""
        principal = self.stacks.principal(caller)
        context = {key: list(domain.fixed) for key, domain in keys.items() if domain.fixed}
        is_one = _is_one(resources)
        probe = resources[0].replace("*", "x").replace("?", "x") if resources[0] != "*" else "*"
        outcome = self._evaluate(stack, principal, action, probe, context, has_boundary=caller.boundary is not None)
        if outcome.is_allowed:
            return Permission(probe if is_one else resources[0], _labels(outcome))
        if is_one and not _is_conditional(stack, action, resources[0], self._context(caller)):
            return None
        families = {"aws:principaltag/": ABSENT} if tags_of(caller) is not None else {}
        shape = Shape(
            principal,
            actions=(action,),
            resources=resources,
            keys=keys,
            families=families,
            resource_account=self._account,
            has_boundary=caller.boundary is not None,
        )
        answer = find_request(stack, shape)
        if isinstance(answer, Empty):
            return None
        if isinstance(answer, Unsettled):
            return Permission(resources[0], (), certain=False)
        return Permission(answer.request.resource, _labels(answer.outcome))

    def _evaluate(
        self,
        stack: Stack,
        principal: Principal,
        action: str,
        resource: str,
        context: Mapping[str, list[str]],
        *,
        has_boundary: bool,
    ) -> Outcome:
        request = make_request(
            principal, action, resource, context, resource_account=self._account, has_boundary=has_boundary
        )
        return evaluate(stack, request)

    def is_admin(self, caller: Caller, stack: Stack | None = None) -> bool:
        """Whether a principal, by its stack or another, may do everything that matters, under some circumstances."""
        own = self.stacks.of(caller, self.view) if stack is None else stack
        if any(not _most(own) & _mask(group) for group in ESSENTIALS):
            return False
        return all(any(self._may_anywhere(own, caller, action) for action in group) for group in ESSENTIALS)

    def _may_anywhere(self, stack: Stack, caller: Caller, action: str) -> bool:
        resource = _ANYWHERE[action].format(partition=self._partition, account=self._account)
        return self.ask(stack, caller, action, (resource,), self._known(caller)) is not None

    def granted_everything(self, caller: Caller) -> Stack:
        """Return the stack of a principal that was given a policy that allows everything."""
        stack = self.stacks.of(caller, self.view)
        return msgspec.structs.replace(stack, identity=(*stack.identity, Source("granted", ALLOW_ALL)))

    def would_be_admin(self, caller: Caller) -> bool:
        """Whether a policy that allows everything would make it administrator: no boundary, Deny or SCP forbids."""
        return self.is_admin(caller, self.granted_everything(caller))


_ANYWHERE = {
    "iam:PutRolePolicy": "arn:{partition}:iam::{account}:role/casemate-unnamed-0",
    "iam:AttachRolePolicy": "arn:{partition}:iam::{account}:role/casemate-unnamed-0",
    "iam:PutUserPolicy": "arn:{partition}:iam::{account}:user/casemate-unnamed-0",
    "iam:AttachUserPolicy": "arn:{partition}:iam::{account}:user/casemate-unnamed-0",
    "s3:GetObject": "arn:{partition}:s3:::casemate-unnamed-0/x",
    "ec2:RunInstances": "arn:{partition}:ec2:us-east-1:{account}:instance/*",
    "lambda:UpdateFunctionCode": "arn:{partition}:lambda:us-east-1:{account}:function:casemate-unnamed-0",
    "secretsmanager:GetSecretValue": "arn:{partition}:secretsmanager:us-east-1:{account}:secret:casemate-unnamed-0",
    "dynamodb:DeleteTable": "arn:{partition}:dynamodb:us-east-1:{account}:table/casemate-unnamed-0",
}


def _tags(target: Caller | None) -> dict[str, Domain]:
    """Fix the tags of the resource to those of a principal, where they are known."""
    tags = None if target is None else tags_of(target)
    keys = {}
    for name, value in (tags or {}).items():
        keys[f"aws:resourcetag/{name.lower()}"] = keys[f"iam:resourcetag/{name.lower()}"] = fixed(value)
    return keys


@lru_cache(maxsize=1_024)
def _mask(actions: tuple[str, ...]) -> int:
    return _ACTIONS.mask(actions)


@lru_cache(maxsize=16_384)
def _covered(statement: Statement) -> int:
    return _ACTIONS.covered(statement)


def _most(stack: Stack) -> int:
    """Give the actions that some Allow of each layer of the caller covers, less those denied outright."""
    layers = [stack.identity, *([stack.boundary] if stack.boundary else []), *stack.scps]
    mask = _ACTIONS.everything
    for layer in layers:
        allowed = denied = 0
        for source in layer:
            for statement in source.policy.document.statements:
                if statement.effect is Effect.ALLOW:
                    allowed |= _covered(statement)
                elif statement.has_every_resource and not statement.conditions:
                    denied |= _covered(statement)
        mask &= allowed & ~denied
    return mask


def _is_one(resources: tuple[str, ...]) -> bool:
    """Whether a single resource is asked about, not a pattern of them."""
    return len(resources) == 1 and "*" not in resources[0] and "?" not in resources[0]


def _is_conditional(stack: Stack, action: str, resource: str, context: Context) -> bool:
    """Whether conditions or policy variables bear on a request, so that another context may decide otherwise."""
    sources = [*stack.identity, *stack.boundary, *stack.resource]
    sources += [source for levels in (stack.scps, stack.rcps) for level in levels for source in level]
    return any(
        (clause.conditions or _open_variables(clause.statement, context)) and _may_match(clause, resource, context)
        for clause in _about(sources, action)
    )


def _about(sources: Iterable[Source], action: str) -> Iterator[Clause]:
    folded = action.lower()
    return (clause for source in sources for clause in source.policy.clauses if clause.action(folded))


def _may_match(clause: Clause, resource: str, context: Context) -> bool:
    """Whether a statement is about a resource, or may be once the keys of its policy variables are chosen."""
    return clause.resource(resource, context) or _open_variables(clause.statement, context)


def _open_variables(statement: Statement, context: Context) -> bool:
    """Whether the resources of a statement hold policy variables that no known key fills."""
    texts = [text for text in (*(statement.resources or ()), *(statement.not_resources or ())) if "${" in text]
    return any(name not in context for text in texts for name in _VARIABLE.findall(text.lower()))


def _labels(outcome: Outcome) -> tuple[str, ...]:
    return tuple(f"{each.policy}: {each.statement.label}" for each in outcome.statements if each.statement is not None)
