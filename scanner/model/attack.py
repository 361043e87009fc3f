"""Attack paths: how somebody on the internet can come to rule an account, or to what is worth protecting in it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, Literal, TypeAlias

import msgspec

from scanner.model.access import Held
from scanner.model.account import Account, AccountRegion
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe, Reason, Why, known, why_unknown
from scanner.model.publicaccess import Openings

INTERNET: Final = "internet"
"""The kind of the node that every attack path starts at."""
ADMIN: Final = "admin"
"""The kind of the node that stands for unrestricted access to an account."""

Certainty: TypeAlias = Literal["confirmed", "unproven", "unread", "unknown"]
"""How sure a step is.

`confirmed`: the facts show it. `unproven`: it takes over a workload in which no exploitable weakness is known.
`unread`: the same, where weaknesses could not be read. `unknown`: it rests on another fact that is not known.
"""


class Node(msgspec.Struct, frozen=True, order=True):
    """A thing on an attack path: a resource, a vulnerability in one, the internet, or unrestricted access.

    The ARN of a vulnerability is that of the workload which has it.
    """

    kind: str
    id: str
    arn: str = ""

    @property
    def label(self) -> str:
        """What people call it."""
        if self.kind == INTERNET:
            return "internet"
        if self.kind == "vulnerability":
            return self.id
        return "unrestricted access" if self.kind == ADMIN else f"{self.kind} {self.id}"


class Step(msgspec.Struct, frozen=True):
    """One step of an attack path: from where to where, by what, and on what that rests."""

    source: Node
    target: Node
    by: str
    certainty: Certainty = "confirmed"
    statements: tuple[str, ...] = ()
    """The policy statements that allow it, where policies do."""
    way: tuple[str, ...] = ()
    """What a packet passes, where the step goes over a network."""
    closed_by: frozenset[str] = frozenset()
    """Changes that close the step if all of them are made; none where no such change is known."""

    @property
    def takes_over(self) -> bool:
        """Whether it takes over a workload without a weakness that is known."""
        return self.certainty in {"unproven", "unread"}


class AttackPath(msgspec.Struct, frozen=True):
    """The best way from the internet by one first step to one end. Ways that are part of others are not among them."""

    steps: tuple[Step, ...]
    also: tuple[Node, ...] = ()
    """Further ends that the same way leads to."""
    beside: tuple[Node, ...] = ()
    """Further workloads that the internet comes to alike, and that lead on in the same way."""

    @property
    def pairs(self) -> tuple[tuple[Node, Node], ...]:
        """Every first node with every end that it tells of."""
        return tuple((entry, end) for entry in (self.entry, *self.beside) for end in (self.end, *self.also))

    @property
    def entry(self) -> Node:
        """What the internet comes to first."""
        return self.steps[0].target

    @property
    def end(self) -> Node:
        """What the path leads to."""
        return self.steps[-1].target

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Everything on the path but the internet."""
        return tuple(step.target for step in self.steps)

    @property
    def is_certain(self) -> bool:
        """Whether everything but the taking over of a workload is confirmed."""
        return all(step.certainty == "confirmed" or step.takes_over for step in self.steps)

    @property
    def takeover(self) -> Certainty:
        """`confirmed`, unless it takes over a workload in which no weakness is known (`unproven`) or read (`unread`)."""
        return next((step.certainty for step in self.steps if step.takes_over), "confirmed")

    @property
    def status(self) -> Literal["confirmed", "potential"]:
        """Confirmed if every step is."""
        return "confirmed" if all(step.certainty == "confirmed" for step in self.steps) else "potential"

    @property
    def to_admin(self) -> bool:
        """Whether it leads to unrestricted access."""
        return self.end.kind == ADMIN

    @property
    def described(self) -> str:
        """The path in words: `internet > instance i-1 > CVE-2026-1 > role app > unrestricted access`."""
        first = f"{self.entry.label} and {len(self.beside)} more" if self.beside else self.entry.label
        more = f" and {len(self.also)} more" if self.also else ""
        return " > ".join(["internet", first, *(node.label for node in self.nodes[1:])]) + more


class Store(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that holds sensitive data, and what it takes to read it."""

    node: Node
    why: str
    """Why it counts as sensitive, or why that is not known, in words."""
    is_known: bool = True
    """Whether it is known to hold sensitive data."""
    action: str
    resource: str
    """The ARN, or pattern of ARNs, that the action is asked on."""
    policy: Held | None = None
    """Its own policy; None if it has none."""
    key: Held | None = None
    """The policy of the customer's key that encrypts it, with the ARN of the key for its id."""
    public: Openings = Openings()
    """What it opens to anyone."""


class SensitiveData(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: where the sensitive data of an account lie."""

    of: ClassVar[type[Resource]] = Account

    stores: Maybe[tuple[Store, ...]]
    """The surest first."""
    questions: Maybe[tuple[str, ...]]
    """Why there may be others."""


class OpenData(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: snapshots that anyone can restore, and databases that the internet reaches."""

    of: ClassVar[type[Resource]] = Account

    steps: Maybe[tuple[Step, ...]]
    questions: Maybe[tuple[str, ...]]
    """Why there may be others."""


class InternetEntries(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: where the internet comes into an account, its data aside."""

    of: ClassVar[type[Resource]] = Account

    steps: Maybe[tuple[Step, ...]]
    questions: Maybe[tuple[str, ...]]
    """Why there may be others."""


class Weakness(msgspec.Struct, frozen=True, order=True):
    """A vulnerability of a workload that can be exploited over the network."""

    id: str
    package: str
    reason: str
    """Why it counts as exploitable, in words."""

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return f"update {self.package} for {self.id}" if self.package else f"fix {self.id}"


class Weaknesses(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: the exploitable vulnerabilities of a region's workloads, and of which workloads not all are known."""

    of: ClassVar[type[Resource]] = AccountRegion

    by_workload: Maybe[Mapping[str, tuple[Weakness, ...]]]
    """By the id of an instance, or the ARN of anything else."""
    doubts: Maybe[Mapping[str, Why]]
    scanned: Maybe[frozenset[str]]
    """The workloads whose packages are scanned."""
    why: Maybe[Why | Absent]
    """Why any workload may have others."""

    def of_workload(self, workload: str) -> tuple[Weakness, ...]:
        """Return those of a workload that are known, the worst first."""
        return () if why_unknown(self.by_workload) is not None else known(self.by_workload).get(workload, ())

    def doubt(self, workload: str) -> Why | None:
        """Return why a workload may have others."""
        if (why := why_unknown(self.by_workload)) is not None:
            return why
        if isinstance(self.why, Why):
            return self.why
        if (found := known(self.doubts).get(workload)) is not None or workload in known(self.scanned):
            return found
        return Why(Reason.NOT_COLLECTED, f"Amazon Inspector does not scan {workload}")


class Choke(msgspec.Struct, frozen=True):
    """A change that closes several attack paths, found by searching again with the change made."""

    changes: tuple[str, ...]
    """What to do; all of it."""
    closes: int
    """How many of the paths are gone then."""
    of: int
    """How many there are."""


class Standing(msgspec.Struct, frozen=True):
    """Where a thing stands between the internet and what is worth protecting."""

    reached: str = ""
    """How the internet comes to it, in words; empty if it does not."""
    weakness: str = ""
    """What lets an attacker take it over or makes that needless, in words; empty if nothing known does."""
    leads: str = ""
    """What can be reached from it, in words; empty if nothing that is worth protecting."""


class AttackPaths(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: the attack paths into an account, the worst first."""

    of: ClassVar[type[Resource]] = Account

    paths: Maybe[tuple[AttackPath, ...]]
    chokes: Maybe[tuple[Choke, ...]]
    """The changes that close most, best first."""
    standings: Maybe[Mapping[str, Standing]]
    """By ARN: what the queue of findings is ordered by."""
    open_questions: Maybe[tuple[str, ...]]
    """Why there may be more paths than these."""


_MOST_TOLD: Final = 3


def told(paths: Sequence[AttackPath]) -> str:
    """Return the first paths in words, and how many more there are."""
    more = f"; and {len(paths) - _MOST_TOLD} more" if len(paths) > _MOST_TOLD else ""
    return "; ".join(path.described for path in paths[:_MOST_TOLD]) + more
