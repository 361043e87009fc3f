"""Does a policy allow something that a reference policy does not?

A policy with principals is asked for each caller that either policy tells apart: those it names, somebody in each
account it names, and, where it is open to everyone, an unnamed role, service and anonymous caller. For a caller the
statements that reach it make an identity policy, and the solver decides containment of that. What the policies do not
decide by themselves (boundaries, policies of the resource) is left out of both sides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from scanner.model.policy import Effect, PolicyDocument, Principals, Statement
from scanner.reason.access.catalogue import is_listed, resource_patterns
from scanner.reason.access.errors import MalformedRequest
from scanner.reason.access.evaluate import Source
from scanner.reason.access.glob import wildcards
from scanner.reason.access.keys import ABSENT, FREE, Domain, fixed
from scanner.reason.access.principal import (
    ANONYMOUS,
    Kind,
    Principal,
    Reach,
    derived_keys,
    escapes_deny,
    parse_principal,
    reach,
)
from scanner.reason.access.solve import Empty, Shape, Unsettled, Witness, find_excess
from scanner.reason.access.statements import CompiledPolicy
from scanner.reason.access.words import Union
from scanner.reason.lint.codes import PolicyKind

_NEUTRAL_ACCOUNT: Final = "999999999999"
_NOBODY: Final = "casemate-anybody"
_CALLER_KEYS: Final = (
    *("aws:principalarn", "aws:principaltype", "aws:username", "aws:userid"),
    *("aws:principalaccount", "aws:principalisawsservice", "kms:calleraccount"),
)
_PRESENT: Final = Domain(may_be_absent=False)
_ORGANIZATION: Final = ("aws:principalorgid", "aws:principalorgpaths")
_EVERYTHING: Final = Statement(0, Effect.ALLOW, sid="FullAWSAccess", actions=("*",), resources=("*",))
_MOST_CALLERS: Final = 200


class Excess(msgspec.Struct, frozen=True):
    """A request that only the new policy allows: who asks, for what, with which condition keys, by which statements."""

    who: str
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]]
    statements: tuple[str, ...]


Comparison: TypeAlias = Excess | Empty | Unsettled


def new_access(new: PolicyDocument, reference: PolicyDocument, kind: PolicyKind) -> Comparison:
    """Find what a policy allows beyond a reference policy of its type; Empty if that is nothing.

    A control policy without an Allow is taken to stand beside FullAWSAccess, as AWS Organizations attaches it.
    """
    if kind in {PolicyKind.SCP, PolicyKind.RCP}:
        new, reference = _beside_full_access(new), _beside_full_access(reference)
    new = _without_shared(new, reference)
    if not kind.has_principal or kind is PolicyKind.RCP:
        return _compare(_Caller("the holder of the policy"), new, reference)
    callers = list(_callers((new, reference)))
    if len(callers) > _MOST_CALLERS:
        return Unsettled(f"the policies name more than {_MOST_CALLERS} principals")
    unsettled: Unsettled | None = None
    for caller in callers:
        answer = _compare(caller, _as_met_by(caller, new), _as_met_by(caller, reference))
        if isinstance(answer, Excess):
            return answer
        if isinstance(answer, Unsettled):
            unsettled = unsettled or answer
    return unsettled or Empty()


def _beside_full_access(document: PolicyDocument) -> PolicyDocument:
    bare = tuple(
        msgspec.structs.replace(statement, principals=None, not_principals=None) for statement in document.statements
    )
    full = () if any(statement.allows for statement in bare) else (_EVERYTHING,)
    return msgspec.structs.replace(document, statements=(*bare, *full))


def _without_shared(new: PolicyDocument, reference: PolicyDocument) -> PolicyDocument:
    """Leave out the grants that the reference has as well, if it denies nothing that the new policy does not deny.

    This settles most changes of policies whose variables relate keys, which the solver may not decide.
    """
    if new.version != reference.version:
        return new
    told = {_plain(statement) for statement in reference.statements}
    denied = {_plain(statement) for statement in new.denies}
    if any(_plain(statement) not in denied for statement in reference.denies):
        return new
    kept = tuple(statement for statement in new.statements if not statement.allows or _plain(statement) not in told)
    return msgspec.structs.replace(new, statements=kept)


def _plain(statement: Statement) -> Statement:
    return msgspec.structs.replace(statement, index=0, sid=None)


class _Caller(msgspec.Struct, frozen=True):
    """Somebody who may ask: a principal that is known, or one of which only the text that names it is.

    ``anybody`` stands for every role of the principal's account or, with ``beyond``, for every one of any account that
    is none of these principals.
    """

    who: str
    principal: Principal | None = None
    anybody: bool = False
    beyond: tuple[str, ...] = ()

    @property
    def account(self) -> str:
        """The account to ask from."""
        return (self.principal.account if self.principal else "") or _NEUTRAL_ACCOUNT

    def keys(self) -> Mapping[str, Domain]:
        """Say what the condition keys of the caller may be."""
        if self.principal is None:
            return dict.fromkeys(_CALLER_KEYS, _PRESENT) | dict.fromkeys(("aws:username", "kms:calleraccount"), FREE)
        derived = {key: fixed(*values) for key, values in derived_keys(self.principal).items()}
        told = dict.fromkeys(_CALLER_KEYS, ABSENT) | derived
        if not self.principal.in_account:
            return told | dict.fromkeys(_ORGANIZATION, ABSENT) | {"kms:calleraccount": FREE}
        told |= {"aws:userid": _PRESENT, "kms:calleraccount": fixed(self.account)}
        if not self.anybody:
            return told
        told |= {"aws:principaltype": _PRESENT, "aws:username": FREE}
        if self.account != _NEUTRAL_ACCOUNT:
            return told | {"aws:principalarn": _among(f"arn:*:*::{self.account}:*")}
        outside = _not_among(self.beyond)
        return told | dict.fromkeys(("aws:principalarn", "aws:principalaccount"), outside) | {"kms:calleraccount": FREE}

    def families(self) -> Mapping[str, Domain]:
        """Say what the condition keys that name a tag of the caller may be."""
        is_bare = self.principal is not None and not self.principal.in_account
        return {"aws:principaltag/": ABSENT} if is_bare else {}

    def is_reached(self, statement: Statement) -> bool:
        """Whether the statement's principal element reaches the caller."""
        if statement.principals is not None:
            return self._is_among(statement.principals)
        excepted = statement.not_principals
        if excepted is None:
            return True
        if self.principal is not None and not statement.allows:
            return not escapes_deny(excepted, self.principal, has_boundary=False)
        return not self._is_among(excepted)

    def _is_among(self, principals: Principals) -> bool:
        if self.principal is not None:
            return reach(principals, self.principal) is not Reach.NONE
        return principals.is_everyone or self.who in (*principals.aws, *principals.canonical_user)


def _among(pattern: str) -> Domain:
    return Domain(may_be_absent=False, unions=(Union((wildcards(pattern),)),))


def _not_among(names: Iterable[str]) -> Domain:
    """Give the values that are neither one of these principals nor, for an account, any ARN in it."""
    patterns = [*names, *(f"arn:*:*::{name}:*" for name in names if name.isdigit())]
    unions = (Union(tuple(wildcards(pattern) for pattern in patterns), inside=False),) if patterns else ()
    return Domain(may_be_absent=False, unions=unions)


def _callers(documents: Iterable[PolicyDocument]) -> Iterator[_Caller]:
    """Yield every caller that the policies tell apart, once."""
    elements = [
        element
        for document in documents
        for statement in document.statements
        for element in (statement.principals, statement.not_principals)
        if element is not None
    ]
    found = dict.fromkeys(caller for element in elements for caller in _named(element))
    yield from found
    is_open = any(element.is_everyone for element in elements) or any(
        statement.not_principals is not None for document in documents for statement in document.statements
    )
    if is_open:
        named = (caller.principal for caller in found if caller.principal and caller.principal.in_account)
        beyond = tuple(each.account if each.entity == _NOBODY else each.name for each in named)
        yield _Caller("a role of any other account", _role_of(_NEUTRAL_ACCOUNT), anybody=True, beyond=beyond)
        yield _Caller("anybody without credentials", ANONYMOUS)
        yield _Caller("an AWS service", Principal(Kind.SERVICE, f"{_NOBODY}.amazonaws.com"))


def _named(element: Principals) -> Iterator[_Caller]:
    for name in element.aws:
        if name != "*":
            yield _aws_caller(name)
    yield from (_Caller(name, Principal(Kind.SERVICE, name)) for name in element.service)
    yield from (_Caller(name, Principal(Kind.FEDERATED, name)) for name in element.federated)
    yield from (_Caller(name) for name in element.canonical_user)


def _aws_caller(name: str) -> _Caller:
    try:
        principal = parse_principal(name)
    except MalformedRequest:
        return _Caller(name)
    if principal.kind is Kind.ROOT:
        return _Caller(f"a role of account {principal.account}", _role_of(principal.account), anybody=True)
    return _Caller(name, principal)


def _role_of(account: str) -> Principal:
    return parse_principal(f"arn:aws:iam::{account}:role/{_NOBODY}")


def _as_met_by(caller: _Caller, document: PolicyDocument) -> PolicyDocument:
    """Give the statements that reach a caller, as an identity policy."""
    met = tuple(
        msgspec.structs.replace(
            statement,
            principals=None,
            not_principals=None,
            resources=("*",)
            if statement.resources is None and statement.not_resources is None
            else statement.resources,
        )
        for statement in document.statements
        if caller.is_reached(statement)
    )
    return msgspec.structs.replace(document, statements=met)


def _compare(caller: _Caller, new: PolicyDocument, reference: PolicyDocument) -> Comparison:
    if not any(statement.allows for statement in new.statements):
        return Empty()
    shape = Shape(_role_of(caller.account), keys=caller.keys(), families=caller.families())
    answer = find_excess(_sources(new), _sources(reference), shape)
    if not isinstance(answer, Witness):
        return answer
    answer = _on_its_resource(answer, new, reference, shape)
    request = answer.request
    compared = {
        condition.key.lower()
        for statement in (*new.statements, *reference.statements)
        for condition in statement.conditions
    }
    context = {key: values for key, values in request.context.items() if key in compared}
    granting = tuple(
        deciding.statement.label
        for deciding in answer.outcome.statements
        if deciding.statement is not None and deciding.policy == "policy"
    )
    return Excess(caller.who, request.action, request.resource, context, granting)


def _on_its_resource(found: Witness, new: PolicyDocument, reference: PolicyDocument, shape: Shape) -> Witness:
    """Give a request for the same action on a resource of the type that the action takes, if such a one is new too."""
    action = found.request.action
    if not is_listed(action):
        return found
    patterns = tuple(pattern.replace("arn:*:", "arn:aws:", 1) for pattern in resource_patterns(action))
    asked = msgspec.structs.replace(shape, actions=(action,), resources=patterns)
    answer = find_excess(_sources(new), _sources(reference), asked)
    return answer if isinstance(answer, Witness) else found


def _sources(document: PolicyDocument) -> Sequence[Source]:
    return (Source("policy", CompiledPolicy(document)),)
