"""From exposures of a policy to the three sorts of openings that rules judge, with what configuration trusts left out.

Trusted networks and organizations are asked about as a Deny of requests from there: what is still allowed is open to
others. Trusted accounts are found and marked, since some actions are for no other account at all.
"""

from collections.abc import Iterable, Mapping
from enum import Enum, auto
from typing import Annotated, Final

import msgspec

from scanner.model.access import PoliciesAbove
from scanner.model.account import Account
from scanner.model.kind import EVERYWHERE, All, Moment
from scanner.model.maybe import Absent, Maybe, Reason, UnknownAsked, Why, known, why_unknown
from scanner.model.organizations import OrganizationMembership
from scanner.model.policy import Condition, Effect, PolicyDocument, Principals, Statement
from scanner.model.publicaccess import Insiders, Opening, Openings, Trusted
from scanner.reason.access.evaluate import Source
from scanner.reason.access.keys import Domain, fixed
from scanner.reason.access.principal import Kind, Principal
from scanner.reason.access.public import PUBLIC, Exposure, Owned, PublicAccess, publicly_accessible
from scanner.reason.access.request import account_of
from scanner.reason.access.strangers import Archetype
from scanner.reason.access.targets import shortened, with_new_actions

_UNSIGNED: Final = frozenset({"elasticfilesystem", "es", "execute-api", "s3", "sns", "sqs"})
"""Services that carry out requests without a signature, where a policy allows that; all others refuse them unread."""
_CLOCK_KEYS: Final = frozenset({"aws:currenttime", "aws:epochtime"})


class Outsiders(msgspec.Struct, frozen=True):
    """Openings by sort; see `OutsideAccess`."""

    public: Openings = Openings()
    foreign: Openings = Openings()
    deputies: Openings = Openings()

    @classmethod
    def unknown(cls, why: Why) -> "Outsiders":
        """Return that any of them may be open."""
        return cls(Openings(why=why), Openings(why=why), Openings(why=why))

    def beside(self, other: "Outsiders") -> "Outsiders":
        """Return what is open either way; an opening that is known already is not told again."""
        return Outsiders(
            self.public.beside(other.public),
            self.foreign.beside(other.foreign),
            self.deputies.beside(other.deputies),
        )

    def include(self, other: "Outsiders") -> bool:
        """Whether what is open the other way is known, and open this way too."""
        return (
            self.public.include(other.public)
            and self.foreign.include(other.foreign)
            and self.deputies.include(other.deputies)
        )


def policy_in(document: Maybe[PolicyDocument | Absent]) -> PolicyDocument | None:
    """Return the policy, or None if there is none. Raises `UnknownAsked` if that is unknown."""
    return document if isinstance(document, PolicyDocument) else None


def trusted_by_default(account: Account, scanned: Annotated[All[Account], EVERYWHERE]) -> Trusted:
    """Return what is trusted where configuration says nothing: the accounts that are scanned together."""
    return Trusted(
        scope=account.scope,
        id=account.id,
        origin=account.origin,
        accounts=tuple(sorted(one.id for one in scanned)),
        organizations=(),
        networks=(),
    )


def insiders_of(
    account: Account, trusted: Trusted, membership: OrganizationMembership, above: PoliciesAbove
) -> Insiders:
    """Return who is no outsider to an account, and what its organization keeps out.

    Resource control policies do not bear on the management account (Organizations User Guide, "RCP evaluation").
    """
    manages = why_unknown(membership.management_account) is None and membership.management_account == account.id
    return Insiders(
        scope=account.scope,
        id=account.id,
        origin=account.origin,
        trusted=trusted,
        organization=membership.organization,
        rcps=() if manages else above.rcps,
    )


def _own_organization(insiders: Insiders, trusted: tuple[str, ...]) -> str:
    """Return the account's organization; a text that is none's if it is in none, an empty one if that is unknown."""
    if why_unknown(insiders.organization) is not None:
        return trusted[0] if trusted else ""
    return f"{insiders.organization}"


def openings_of(
    document: Maybe[PolicyDocument | Absent],
    targets: Iterable[Owned],
    insiders: Insiders,
    now: Moment,
    route: str = "its policy",
) -> Outsiders:
    """Return whom a resource-based policy lets in. Raises `UnknownAsked` if the policy or who is trusted is unknown."""
    policy = policy_in(document)
    asked_of = tuple(targets)
    if policy is None or all(_names_own_only(statement, asked_of[0].account) for statement in policy.allows):
        return Outsiders()
    trusted = known(insiders.trusted)
    organizations = known(trusted.organizations)
    asked = _without_trusted(policy, organizations, known(trusted.networks))
    accounts = frozenset(known(trusted.accounts))
    own = _own_organization(insiders, organizations)
    above, unread = _rcps(insiders)
    clock = _clock([policy, *(source.policy.document for level in above for source in level)], now)
    found = Outsiders()
    for target in asked_of:
        owned = msgspec.structs.replace(
            with_new_actions(target, policy),
            organization=own,
            keys={**clock, **target.keys},
            rcps=(*above, *target.rcps),
        )
        found = found.beside(_parted(publicly_accessible(asked, owned), owned, accounts, route))
    if unread is not None and found != Outsiders():
        raise UnknownAsked(unread)
    return found


def _rcps(insiders: Insiders) -> tuple[tuple[tuple[Source, ...], ...], Why | None]:
    """Return the resource control policies level by level, and why one of them could not be read."""
    why: Why | None = None
    levels = []
    for level in known(insiders.rcps):
        why = why or next((each for held in level if (each := why_unknown(held.document)) is not None), None)
        documents = [(held.name, policy_in(held.document)) for held in level if why_unknown(held.document) is None]
        levels.append(tuple(Source.of(name, document) for name, document in documents if document is not None))
    return tuple(level for level in levels if level), why


def _names_own_only(statement: Statement, owner: str) -> bool:
    """Whether a statement is for identities of the owner's account alone, as most are: then nobody else need be sought."""
    named = statement.principals
    if named is None or named.anyone or named.service or named.federated or named.canonical_user:
        return False
    return all(name == owner or account_of(name) == owner for name in named.aws)


def openings_or_why(
    document: Maybe[PolicyDocument | Absent],
    targets: Iterable[Owned],
    insiders: Insiders,
    now: Moment,
    route: str = "its policy",
) -> Outsiders:
    """Return whom a policy lets in, or for each sort why that is unknown."""
    try:
        return openings_of(document, targets, insiders, now, route)
    except UnknownAsked as asked:
        return Outsiders.unknown(asked.why)


def _parted(found: PublicAccess, owned: Owned, trusted: frozenset[str], route: str) -> Outsiders:
    """Part what was found into sorts, with the actions of each outsider together."""
    together: dict[tuple[_Sort, str], list[Exposure]] = {}
    signs = owned.actions[0].partition(":")[0] not in _UNSIGNED
    for exposure in found.exposures:
        if signs and exposure.archetype is Archetype.ANONYMOUS:
            continue
        together.setdefault((_sort(exposure), _who(exposure)), []).append(exposure)
    why = Why(Reason.UNMODELLED, found.undecided[0]) if found.undecided else None
    opened: dict[_Sort, list[Opening]] = {sort: [] for sort in _Sort}
    anyone: dict[_Sort, set[str]] = {sort: set() for sort in _Sort}
    for (sort, who), exposures in together.items():
        actions = {action for exposure in exposures for action in exposure.actions}
        if exposures[0].archetype is Archetype.ANONYMOUS:
            anyone[sort] = actions
        elif exposures[0].archetype in _INCLUDED_IN_ANYONE:
            actions -= anyone[sort]
        if actions:
            opened[sort].append(_opening(exposures[0], who, shortened(actions, owned.actions), trusted, route))
    return Outsiders(*(Openings(tuple(opened[sort]), why) for sort in _Sort))


class _Sort(Enum):
    """The sorts of openings, in the order of the fields of `Outsiders`."""

    PUBLIC = auto()
    FOREIGN = auto()
    DEPUTY = auto()


_INCLUDED_IN_ANYONE: Final = frozenset({Archetype.ANY_ACCOUNT, Archetype.ANY_SERVICE})


def _sort(exposure: Exposure) -> _Sort:
    if exposure.archetype is Archetype.CONFUSED_DEPUTY:
        return _Sort.DEPUTY
    return _Sort.PUBLIC if exposure.is_public else _Sort.FOREIGN


def _who(exposure: Exposure) -> str:
    is_narrow = exposure.archetype in PUBLIC and not exposure.is_public
    return f"{exposure.who} from few addresses" if is_narrow else exposure.who


def _opening(exposure: Exposure, who: str, actions: tuple[str, ...], trusted: frozenset[str], route: str) -> Opening:
    request = exposure.witness.request
    is_account = exposure.archetype is Archetype.EXTERNAL_ACCOUNT
    return Opening(
        who=who,
        actions=actions,
        route=route,
        example=f"{request.action} on {request.resource}",
        party=request.principal.account if is_account else _named(request.principal),
        trusted=is_account and request.principal.account in trusted,
    )


def _named(caller: Principal) -> str:
    """Return the service or issuer of tokens that a caller stands for; nothing for callers that may be anybody's."""
    return caller.name.rpartition("oidc-provider/")[2] if caller.kind in {Kind.SERVICE, Kind.FEDERATED} else ""


def _without_trusted(
    policy: PolicyDocument, organizations: tuple[str, ...], networks: tuple[str, ...]
) -> PolicyDocument:
    refusals = []
    if organizations:
        refusals.append(_refusal(Condition("StringEquals", "aws:PrincipalOrgID", organizations)))
    if networks:
        refusals.append(_refusal(Condition("IpAddress", "aws:SourceIp", networks)))
    return msgspec.structs.replace(policy, statements=(*policy.statements, *refusals))


def _refusal(condition: Condition) -> Statement:
    everyone = Principals(anyone=True)
    return Statement(-1, Effect.DENY, principals=everyone, actions=("*",), resources=("*",), conditions=(condition,))


def _clock(policies: Iterable[PolicyDocument], now: Moment) -> Mapping[str, Domain]:
    """Give the time to policies that ask for it. Raises `UnknownAsked` if one does and the time is unknown."""
    asked = {
        condition.key.lower()
        for policy in policies
        for statement in policy.statements
        for condition in statement.conditions
    }
    if not asked & _CLOCK_KEYS:
        return {}
    at = known(now.at)
    return {"aws:currenttime": fixed(at.isoformat()), "aws:epochtime": fixed(str(int(at.timestamp())))}
