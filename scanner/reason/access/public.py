"""Whom a resource-based policy lets in that its owner does not know: who, what, and with which request.

``publicly_accessible`` is semantic and sees Deny statements; what Amazon S3 itself calls public is in ``s3_status``.
Conditions on the source address are counted: access from few addresses is *narrow*, not public. The threshold is that
of Amazon S3 ("The meaning of public"): broader than /8 for IPv4 or /32 for IPv6. Private addresses do not count.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from scanner.model.policy import Effect, PolicyDocument, Statement
from scanner.reason.access.errors import MalformedRequest
from scanner.reason.access.evaluate import Source, Stack
from scanner.reason.access.identityproviders import users_of_providers
from scanner.reason.access.keys import Domain
from scanner.reason.access.principal import Principal, parse_principal
from scanner.reason.access.request import account_of
from scanner.reason.access.solve import Allowed, Shape, Unsettled, Witness, find_allowed_actions, find_request
from scanner.reason.access.sourceaddresses import Counted, count_addresses
from scanner.reason.access.strangers import (
    Archetype,
    Spelled,
    Stranger,
    accounts,
    anonymous,
    endpoint,
    external,
    internet,
    organization_members,
    role_of,
    services,
    user_of,
)

PUBLIC: Final = frozenset({Archetype.ANONYMOUS, Archetype.ANY_ACCOUNT, Archetype.FEDERATED, Archetype.ANY_SERVICE})
"""The archetypes that are nobody in particular."""

_ACCOUNT_DIGITS: Final = 12
_ANY_SERVICE: Final = "sns.amazonaws.com"
_STRANGERS_OWN: Final = Source.of(
    "stranger", PolicyDocument(statements=(Statement(0, Effect.ALLOW, actions=("*",), resources=("*",)),))
)


class Exposure(msgspec.Struct, frozen=True):
    """A kind of stranger that may call some actions, with a request that proves it.

    ``actions`` are those that share the witness (``service:*`` where they are a whole service). ``sources`` counts the
    addresses that may call, if their number is limited.
    """

    archetype: Archetype
    who: str
    actions: tuple[str, ...]
    witness: Witness
    sources: Counted | None = None

    @property
    def is_public(self) -> bool:
        """Whether it is open to nobody in particular, from more than few addresses."""
        return self.archetype in PUBLIC and not (self.sources is not None and self.sources.is_narrow)


class PublicAccess(msgspec.Struct, frozen=True):
    """All exposures of a policy; ``undecided`` gives the reasons why more may be open than they show."""

    exposures: tuple[Exposure, ...] = ()
    undecided: tuple[str, ...] = ()

    @property
    def public(self) -> tuple[Exposure, ...]:
        """The exposures to nobody in particular."""
        return tuple(each for each in self.exposures if each.is_public)

    @property
    def is_public(self) -> bool | None:
        """Whether the policy is public; None if no exposure shows it and something is undecided."""
        return True if self.public else None if self.undecided else False


class Owned(msgspec.Struct, frozen=True):
    """What is known of the resource that a policy belongs to.

    ``account`` owns it, ``trusted`` accounts are as good as its own, ``organization`` is its owner's (if
    unknown, one that the policy names is taken for it). ``resources`` and
    ``actions`` are the patterns that the policy can be about at all. ``rcps`` bear on it. ``keys`` are condition keys
    (in lower case) of known value, such as ``aws:currenttime`` or tags of the resource.
    """

    account: str
    resources: tuple[str, ...] = ("*",)
    actions: tuple[str, ...] = ("*",)
    trusted: frozenset[str] = frozenset()
    organization: str = ""
    rcps: tuple[tuple[Source, ...], ...] = ()
    management_account: str = ""
    keys: Mapping[str, Domain] = msgspec.field(default_factory=dict)


def publicly_accessible(policy: PolicyDocument, owned: Owned) -> PublicAccess:
    """Say which strangers a resource-based policy lets in, archetype by archetype."""
    stack = _stack(policy, owned)
    spelled = _spelled(policy, owned)
    exposures: dict[tuple[Archetype, str], list[Exposure]] = {}
    undecided: dict[str, None] = {}
    for stranger in _strangers(policy, owned, spelled):
        who = (stranger.archetype, stranger.who)
        if stranger.archetype is Archetype.ANY_SERVICE and exposures.keys() & _OPEN_TO_ANYONE:
            continue
        for allowed in _let_in(stack, stranger, owned):
            if isinstance(allowed.answer, Unsettled):
                undecided[allowed.answer.reason] = None
            else:
                sources = _sources(stack, stranger, owned, spelled, allowed)
                new = Exposure(*who, allowed.actions, allowed.answer, sources)
                exposures[who] = _merged(exposures.get(who, []), new)
    return PublicAccess(tuple(each for found in exposures.values() for each in found), tuple(undecided))


_OPEN_TO_ANYONE: Final = frozenset(
    {(Archetype.ANONYMOUS, "anyone, without credentials"), (Archetype.ANY_ACCOUNT, "any AWS account")}
)


def is_public(policy: PolicyDocument, owned: Owned) -> Witness | Unsettled | None:
    """Give a witness that nobody in particular is let in; None if that is disproved. It does not count addresses."""
    stack = _stack(policy, owned)
    unsettled: Unsettled | None = None
    for stranger in _strangers(policy, owned, _spelled(policy, owned)):
        if stranger.archetype in PUBLIC:
            answer = find_request(stack, _shape(stranger, owned))
            if isinstance(answer, Witness):
                return answer
            if isinstance(answer, Unsettled):
                unsettled = answer
    return unsettled


def _stack(policy: PolicyDocument, owned: Owned) -> Stack:
    """Join the policy with what its owner's organization adds; strangers allow themselves everything."""
    return Stack(
        identity=(_STRANGERS_OWN,),
        resource=(Source.of("policy", policy),),
        rcps=owned.rcps,
        management_account=owned.management_account,
    )


def _spelled(policy: PolicyDocument, owned: Owned) -> Spelled:
    return Spelled.of([policy, *(source.policy.document for level in owned.rcps for source in level)])


def _merged(known: list[Exposure], new: Exposure) -> list[Exposure]:
    """Add an exposure unless its actions are shown already; a public one replaces a narrow one."""
    for index, each in enumerate(known):
        if each.actions == new.actions:
            better = new.is_public and not each.is_public
            return [*known[:index], new if better else each, *known[index + 1 :]]
    return [*known, new]


def _let_in(stack: Stack, stranger: Stranger, owned: Owned) -> list[Allowed]:
    return find_allowed_actions(stack, _shape(stranger, owned))


def _shape(stranger: Stranger, owned: Owned) -> Shape:
    return Shape(
        stranger.principal,
        actions=owned.actions,
        resources=owned.resources,
        keys={**stranger.keys, **owned.keys},
        families=stranger.families,
        resource_account=owned.account,
    )


def _sources(stack: Stack, stranger: Stranger, owned: Owned, spelled: Spelled, allowed: Allowed) -> Counted | None:
    ranges = spelled.under("aws:sourceip")
    if not ranges or stranger.keys["aws:sourceip"].fixed is not None:
        return None
    shape = msgspec.structs.replace(_shape(stranger, owned), actions=allowed.actions)
    return count_addresses(stack, shape, ranges)


def _strangers(policy: PolicyDocument, owned: Owned, spelled: Spelled) -> Iterator[Stranger]:
    known = owned.trusted | {owned.account}
    named = _Named.of([policy, *(source.policy.document for level in owned.rcps for source in level)])
    is_open = _admits_unnamed(policy)
    for transport in (internet(spelled), endpoint(spelled)) if is_open else ():
        yield anonymous(transport)
        yield from accounts(spelled, transport, known)
    yield from users_of_providers(named.federated, spelled)
    if is_open:
        yield from services([_ANY_SERVICE], spelled, is_named=False)
    yield from services((name for name in named.services if name != "*"), spelled, is_named=True)
    if is_open:
        yield from organization_members(spelled, owned.organization)
    for principal in _external(named.principals, spelled, known):
        yield external(principal, owned.organization)


def _admits_unnamed(policy: PolicyDocument) -> bool:
    """Whether an Allow may be about callers that it does not name; cheap, and what spares most questions."""
    elements = [each.principals for each in policy.allows]
    return any(
        each is None or each.is_everyone or any("*" in name or "?" in name for name in (*each.aws, *each.service))
        for each in elements
    )


class _Named(msgspec.Struct, frozen=True):
    principals: tuple[str, ...]
    services: tuple[str, ...]
    federated: tuple[str, ...]

    @classmethod
    def of(cls, policies: Iterable[PolicyDocument]) -> "_Named":
        allows = [each for policy in policies for each in policy.allows]
        elements = [each.principals for each in allows if each.principals is not None]
        return cls(
            tuple(dict.fromkeys(name for element in elements for name in element.aws)),
            tuple(dict.fromkeys(name for element in elements for name in element.service)),
            tuple(dict.fromkeys(name for element in elements for name in element.federated)),
        )


def _external(names: Iterable[str], spelled: Spelled, known: frozenset[str]) -> Iterator[Principal]:
    """Give callers of the accounts that a policy names and that are not known."""
    compared = (
        value
        for key in ("aws:principalaccount", "aws:principalarn", "kms:calleraccount")
        for value in spelled.under(key)
    )
    for name in dict.fromkeys((*names, *compared)):
        account = account_of(name) or (name if len(name) == _ACCOUNT_DIGITS and name.isdigit() else "")
        if not account or account in known:
            continue
        partition = name.split(":", 2)[1] if name.startswith("arn:") else "aws"
        named = _named_principal(name)
        if named is not None:
            yield named
        else:
            yield user_of(account, partition)
            if "aws:principaltype" in spelled.values or "aws:principalarn" in spelled.values:
                yield role_of(account, partition)


def _named_principal(name: str) -> Principal | None:
    """Give the user or role that an ARN names; None if it names an account, many, or something else."""
    if not name.startswith("arn:") or name.endswith(":root") or "*" in name or "?" in name:
        return None
    try:
        return parse_principal(name)
    except MalformedRequest:
        return None
