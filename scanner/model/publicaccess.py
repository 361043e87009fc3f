"""Whom a resource lets in beside its owner, as reasoning over its policies, grants and switches found it.

Derived facets: `scanner.reason.access` computes them. An *opening* is a kind of outsider with the actions open to it.
"""

from collections.abc import Callable
from typing import ClassVar, Final

import msgspec

from scanner.model.access import Level
from scanner.model.account import Account, AccountRegion
from scanner.model.apigateway import RestApi
from scanner.model.backup import BackupVault
from scanner.model.ecr import PublicRepository, Repository
from scanner.model.efs import FileSystem
from scanner.model.eventbridge import EventBus
from scanner.model.glob import matches
from scanner.model.iam import Role
from scanner.model.kind import Facet, Resource
from scanner.model.kms import Key
from scanner.model.lambda_ import Function
from scanner.model.maybe import Absent, Maybe, UnknownAsked, Why, known
from scanner.model.opensearch import Domain
from scanner.model.s3 import Bucket
from scanner.model.secretsmanager import Secret
from scanner.model.sns import Topic
from scanner.model.sqs import Queue

_SHOWN_ACTIONS: Final = 4
"""How many actions a sentence names before it counts the rest."""


class Trusted(Facet, frozen=True, kw_only=True, eq=False):
    """Whom the account's owner knows: configuration says, beside the accounts of the scan itself.

    `networks` are public address ranges in CIDR notation, such as those of an office.
    """

    of: ClassVar[type[Resource]] = Account

    accounts: Maybe[tuple[str, ...]]
    organizations: Maybe[tuple[str, ...]]
    """Ids of organizations beside the account's own."""
    networks: Maybe[tuple[str, ...]]


class Insiders(Facet, frozen=True, kw_only=True, eq=False):
    """Who is no outsider to an account: whom its owner trusts, and the members of its organization."""

    of: ClassVar[type[Resource]] = Account

    trusted: Maybe[Trusted]
    organization: Maybe[str | Absent]
    """The account's own. Where that is unknown, one that a policy names is taken for it."""
    rcps: Maybe[tuple[Level, ...]]
    """The resource control policies that bear on its resources, as far as they can be seen."""


class Opening(msgspec.Struct, frozen=True):
    """Who may do what, which way, and a request that proves it."""

    who: str
    actions: tuple[str, ...]
    """`service:*` where they are all of a service."""
    route: str
    """What opens it: `its policy`, `its ACL`, `access point reports`."""
    example: str
    """The action and resource of a request that is allowed."""
    party: str = ""
    """The account, service or issuer of tokens that is let in, where it is one that can be named."""
    trusted: bool = False
    """Whether that account is trusted."""

    def allows(self, prefix: str) -> bool:
        """Whether it opens an action whose name begins so (`s3:get`, in lower case)."""
        return any(_may_begin(action.lower(), prefix) for action in self.actions)

    def allows_beyond(self, *prefixes: str) -> bool:
        """Whether it opens an action whose name begins with none of these."""
        return any(not action.lower().startswith(prefixes) for action in self.actions)

    def covers(self, action: str) -> bool:
        """Whether it opens this action."""
        return any(matches(opened.lower(), action.lower()) for opened in self.actions)

    @property
    def sentence(self) -> str:
        """Who may do what, in words."""
        more = len(self.actions) - _SHOWN_ACTIONS
        shown = ", ".join(self.actions[:_SHOWN_ACTIONS])
        return f"{self.who} may {shown}{f' and {more} more' if more > 0 else ''} by {self.route}"


def _may_begin(action: str, prefix: str) -> bool:
    start = action.removesuffix("*")
    return start.startswith(prefix) or (start != action and prefix.startswith(start))


class Openings(msgspec.Struct, frozen=True):
    """The openings of one sort that are known, and why there may be more."""

    known: tuple[Opening, ...] = ()
    why: Why | None = None

    def where(self, test: Callable[[Opening], bool]) -> tuple[Opening, ...]:
        """Return those that pass the test; raises `UnknownAsked` if none does and not all are known."""
        found = tuple(opening for opening in self.known if test(opening))
        if not found and self.why is not None:
            raise UnknownAsked(self.why)
        return found

    def beside(self, other: "Openings") -> "Openings":
        """Return these and those of another way or sort; one that is known already is not told again."""
        told = {(opening.who, opening.actions) for opening in self.known}
        more = (opening for opening in other.known if (opening.who, opening.actions) not in told)
        return Openings((*self.known, *more), self.why or other.why)

    def include(self, other: "Openings") -> bool:
        """Whether the others are known, and all among these."""
        told = {(opening.who, opening.actions) for opening in self.known}
        return other.why is None and all((opening.who, opening.actions) in told for opening in other.known)

    @property
    def untrusted(self) -> tuple[Opening, ...]:
        """Those to accounts that nobody vouches for; raises `UnknownAsked` as `where` does."""
        return self.where(lambda opening: not opening.trusted)

    @property
    def every(self) -> tuple[Opening, ...]:
        """All of them; raises `UnknownAsked` if none is known and not all are known."""
        return self.where(lambda _: True)


def sentences(openings: tuple[Opening, ...]) -> str:
    """Say who may do what, opening by opening, with one request as an example."""
    said = "; ".join(dict.fromkeys(opening.sentence for opening in openings))
    return f"{said} (for example {openings[0].example})"


def atoms(openings: tuple[Opening, ...]) -> tuple[str, ...]:
    """Return one text for each outsider and action: what evidence is made of."""
    return tuple(f"{opening.who}: {action}" for opening in openings for action in opening.actions)


class OutsideAccess(Facet, frozen=True, kw_only=True, eq=False):
    """The access of outsiders, in three sorts.

    `public`: nobody in particular, from more than few addresses. `foreign`: named accounts, organizations and address
    ranges that are not the owner's. `deputies`: services that act for whoever asks them.
    """

    public: Maybe[Openings]
    foreign: Maybe[Openings]
    deputies: Maybe[Openings]

    @property
    def anyone_else(self) -> Openings:
        """Public and foreign access together."""
        return known(self.public).beside(known(self.foreign))


class BucketAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who reaches a bucket by its policy, ACL and access points, with all levels of Block Public Access weighed."""

    of: ClassVar[type[Resource]] = Bucket


class RoleAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who may assume a role by its trust policy."""

    of: ClassVar[type[Resource]] = Role

    without_external_id: Maybe[Openings]
    """The part of `foreign` that need not give an external id."""
    any_subject: Maybe[Openings]
    """Issuers of one's own, such as EKS clusters, all of whose subjects may assume it."""


class KeyAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who uses a key by its policy."""

    of: ClassVar[type[Resource]] = Key


class QueueAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who reaches a queue by its policy."""

    of: ClassVar[type[Resource]] = Queue


class TopicAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who reaches a topic by its policy."""

    of: ClassVar[type[Resource]] = Topic


class FunctionAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who calls or changes a function by its policy, its URLs without authentication aside."""

    of: ClassVar[type[Resource]] = Function


class SecretAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who reaches a secret by its policy."""

    of: ClassVar[type[Resource]] = Secret


class RepositoryAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who reaches a repository of images by its policy."""

    of: ClassVar[type[Resource]] = Repository


class FileSystemAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who reaches a file system by its policy, other than through a mount target of its VPC."""

    of: ClassVar[type[Resource]] = FileSystem


class DomainAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who reaches an OpenSearch domain by its policy, where neither its network nor its own users stand before it."""

    of: ClassVar[type[Resource]] = Domain


class ApiAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who calls a REST API by its policy, if it has one."""

    of: ClassVar[type[Resource]] = RestApi


class BusAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who reaches an event bus by its policy."""

    of: ClassVar[type[Resource]] = EventBus


class CatalogAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who reaches the Glue Data Catalog by its policy."""

    of: ClassVar[type[Resource]] = AccountRegion


class VaultAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who reaches a backup vault by its policy."""

    of: ClassVar[type[Resource]] = BackupVault


class PublicRepositoryAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who changes a public repository by its policy; pulling from it is open to anyone and not counted."""

    of: ClassVar[type[Resource]] = PublicRepository


class RegistryAccess(OutsideAccess, frozen=True, kw_only=True, eq=False):
    """Who reaches the repositories of a region by the policy of its registry."""

    of: ClassVar[type[Resource]] = AccountRegion
