"""The ways in which evaluation can come to an allowance, as requirements for the solver.

A request within an account can be allowed by a grant to the caller itself, by a grant to its role under the caps, or by
identity policies under the caps; across accounts only by both sides. Each way is a plan: layers that must all have an
Allow, over the actions it is about. Source: as for the evaluator, which judges every witness again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Final, TypeAlias

import msgspec

from scanner.model.policy import Effect, Statement
from scanner.reason.access.catalogue import Actions
from scanner.reason.access.evaluate import Source, Stack, scps_apply
from scanner.reason.access.glob import wildcards
from scanner.reason.access.grants import Grant, grants_policy
from scanner.reason.access.principal import Kind, Reach
from scanner.reason.access.request import Request
from scanner.reason.access.services import (
    OWNERS_ROOT_ALWAYS,
    WITHOUT_PERMISSION,
    WITHOUT_PERMISSION_OF_USERS,
    rcp_services,
)
from scanner.reason.access.statements import Clause, CompiledPolicy
from scanner.reason.access.words import Union

_ASSUMPTIONS: Final = ("sts:AssumeRole*", "sts:TagSession", "sts:SetSourceIdentity")
_ALIAS_ACTIONS: Final = ("kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias")
_KEYS: Final = Union((wildcards("*:key/*"),))
_NO_KEY: Final = Union((wildcards("*:key/*"),), inside=False)
_NO_ALIAS: Final = Union((wildcards("*:alias/*"),), inside=False)


class Piece(msgspec.Struct, frozen=True):
    """A statement of a policy as one caller meets it: the actions it covers, and how it reaches the caller."""

    source: str
    clause: Clause
    actions: int
    reach: Reach
    variables: bool

    @property
    def statement(self) -> Statement:
        """The statement as written."""
        return self.clause.statement


Pieces: TypeAlias = tuple[Piece, ...]


class Plan(msgspec.Struct, frozen=True):
    """Requirements over some actions: an Allow of every layer, no Deny, and for containment no access by ``excess``.

    ``resources`` limits what the plan is about. ``excess`` is None unless containment is asked.
    """

    actions: int
    layers: tuple[Pieces, ...]
    denies: Pieces
    resources: tuple[Union, ...] = ()
    excess: Pieces | None = None

    def limited(self, actions: int) -> "Plan":
        """Give the plan for some of its actions, without the statements that are about others."""
        layers = tuple(tuple(piece for piece in layer if piece.actions & actions) for layer in self.layers)
        denies = tuple(piece for piece in self.denies if piece.actions & actions)
        return Plan(self.actions & actions, layers, denies, self.resources, self.excess)


def make_plans(
    stack: Stack, base: Request, actions: Actions, asked: int, reference: Sequence[Source] | None = None
) -> Iterator[Plan]:
    """Give the plans for requests like ``base`` with the actions asked about."""

    @cache
    def pieces(sources: tuple[Source, ...]) -> Pieces:
        return tuple(_pieces(sources, base, actions))

    guarded = actions.mask(f"{service}:*" for service in rcp_services()) if stack.rcps else 0
    guarded &= ~actions.mask(["kms:RetireGrant"])
    in_management = bool(base.resource_account) and base.resource_account == stack.management_account
    if in_management or base.principal.is_service_linked:
        guarded = 0
    excess = None if reference is None else pieces(tuple(reference))
    levels = [pieces(level) for level in stack.rcps]
    scps = [pieces(level) for level in stack.scps] if scps_apply(stack, base) else []
    endpoint = [pieces(stack.endpoint)] if stack.endpoint else []
    free, of_root = _without_policies(base, actions)
    if asked & free:
        layers = tuple(_with_effect(layer, Effect.ALLOW) for layer in endpoint)
        yield Plan(asked & free, layers, _with_effect(chain.from_iterable(endpoint), Effect.DENY), (), excess)
    for within, rcps in ((asked & guarded, levels), (asked & ~guarded, [])):
        shown = [level for level, sources in zip(rcps, stack.rcps, strict=False) if _shows_an_allow(sources)]
        ways = list(_ways(stack, base, actions, pieces)) if within else []
        above = [*rcps, *scps, *endpoint]
        own = _own_layers(stack, base, pieces)
        everything = [*above, pieces(stack.resource), *own]
        denies = _with_effect((piece for layer in everything for piece in layer), Effect.DENY)
        if within & of_root:
            caps = _caps(stack, pieces)
            layers = tuple(_with_effect(layer, Effect.ALLOW) for layer in (*shown, *scps, *endpoint, *caps))
            theirs = _with_effect(chain.from_iterable([*above, *own]), Effect.DENY)
            yield Plan(within & of_root, layers, theirs, (), excess)
        for way in (part for whole in ways for part in _apart_from_aliases(whole, actions)):
            layers = tuple(_with_effect(layer, Effect.ALLOW) for layer in (*shown, *scps, *endpoint, *way.layers))
            yield Plan(within & way.actions, layers, denies, way.resources, excess)


def _without_policies(base: Request, actions: Actions) -> tuple[int, int]:
    """Give the actions that need no permission of the caller, and those that no policy of its own bucket denies root.

    What everybody may do answers only a question that names it, not whether a policy lets anything through.
    """
    caller = base.principal
    is_user = caller.kind in {Kind.USER, Kind.ROOT}
    free = (*WITHOUT_PERMISSION, *(WITHOUT_PERMISSION_OF_USERS if is_user else ()))
    is_owner = caller.kind is Kind.ROOT and bool(caller.account) and caller.account == base.resource_account
    is_asked = bool(actions.named) and caller.in_account
    return actions.mask(free) if is_asked else 0, actions.mask(OWNERS_ROOT_ALWAYS) if is_owner else 0


def _shows_an_allow(sources: tuple[Source, ...]) -> bool:
    """Whether a level of RCPs has an Allow for any action; one that has none is RCPFullAWSAccess with Deny statements."""
    return any(statement.allows for source in sources for statement in source.policy.document.statements)


class _Way(msgspec.Struct, frozen=True):
    layers: tuple[Pieces, ...]
    actions: int
    resources: tuple[Union, ...] = ()


_Reader: TypeAlias = Callable[[tuple[Source, ...]], Pieces]


def _own_layers(stack: Stack, base: Request, pieces: _Reader) -> list[Pieces]:
    """Give the policies of the caller, for callers that have them."""
    if not base.principal.in_account:
        return []
    return [pieces(stack.identity), pieces(stack.boundary), pieces(stack.session)]


def _caps(stack: Stack, pieces: _Reader) -> tuple[Pieces, ...]:
    """Give what must allow the request too: the boundary and the session's policies, where there are any."""
    return tuple(pieces(sources) for sources in (stack.boundary, stack.session) if sources)


def _ways(stack: Stack, base: Request, actions: Actions, pieces: _Reader) -> Iterator[_Way]:
    granted = (*pieces(stack.resource), *pieces((_grant_source(stack.grants),) if stack.grants else ()))
    whole = actions.everything
    caller = base.principal
    if not caller.in_account:
        yield _Way((granted,), whole)
        return
    if caller.kind is Kind.ROOT:
        whole &= ~actions.mask(_ASSUMPTIONS)
    caps = _caps(stack, pieces)
    if caller.kind is Kind.FEDERATED_USER and not stack.session:
        caps = (*caps, ())
    own = caps if caller.kind is Kind.ROOT else (pieces(stack.identity), *caps)
    if base.resource_account and caller.account != base.resource_account:
        yield _Way((granted, *own), whole)
        return
    if not (stack.session and caller.kind is Kind.USER):
        yield _Way((tuple(piece for piece in granted if piece.reach is Reach.DIRECT),), whole)
    yield _Way((tuple(piece for piece in granted if piece.reach >= Reach.CAPPED), *caps), whole)
    keys, assumptions = actions.mask(["kms:*"]), actions.mask(_ASSUMPTIONS)
    yield _Way(own, whole & ~keys & ~assumptions)
    yield _Way((granted, *own), whole & assumptions)
    yield _Way((granted, *own), whole & keys, (_KEYS,))
    yield _Way(own, whole & keys, (_NO_KEY,))


def _apart_from_aliases(way: _Way, actions: Actions) -> Iterator[_Way]:
    """Part a way so that no key is used by its alias: AWS authorises the key itself then."""
    uses = actions.mask(["kms:*"]) & ~actions.mask(_ALIAS_ACTIONS)
    yield msgspec.structs.replace(way, actions=way.actions & ~uses)
    yield msgspec.structs.replace(way, actions=way.actions & uses, resources=(*way.resources, _NO_ALIAS))


def _grant_source(grants: Iterable[Grant]) -> Source:
    return Source("kms_grants", CompiledPolicy(grants_policy(grants)))


def _pieces(sources: Iterable[Source], base: Request, actions: Actions) -> Iterator[Piece]:
    for source in sources:
        variables = source.policy.document.has_variables
        for clause, covered in _clauses(source.policy, actions):
            if reach := clause.reaches(base):
                yield Piece(source.name, clause, covered, reach, variables)


def _clauses(policy: CompiledPolicy, actions: Actions) -> Iterator[tuple[Clause, int]]:
    """Give the statements and the actions they cover; of few actions, only the statements about them."""
    if not actions.named:
        yield from ((clause, actions.covered(clause.statement)) for clause in policy.clauses)
        return
    covered: dict[int, int] = {}
    for number, action in enumerate(actions.named):
        for clause in policy.about(action):
            covered[id(clause)] = covered.get(id(clause), 0) | 1 << number
    yield from ((clause, covered[id(clause)]) for clause in policy.clauses if id(clause) in covered)


def _with_effect(pieces: Iterable[Piece], effect: Effect) -> Pieces:
    return tuple(piece for piece in pieces if piece.statement.effect is effect)
