"""What stands behind an opening of a security group: whether the internet reaches it by what carries the group."""

from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import ClassVar, Final

from scanner.model.account import AccountRegion
from scanner.model.exposure import Exposure
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Maybe, UnknownAsked, Why, known, why_unknown
from scanner.model.security_group import NamedPorts, SecurityGroup

_MOST_CODES: Final = 3
"""How many reasons are named; more are counted."""
BLOCKER_WORDS: Final = {
    "UNASSOCIATED_COMPONENT": "attached to nothing",
    "COMPONENT_ACCEPTS_NO_INGRESS": "takes no connections",
    "IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS": "no public address",
    "INTERNET_GATEWAY_TRAFFIC_DENIED": "drops what comes from internet gateways",
    "VPC_BLOCK_PUBLIC_ACCESS_ENABLED": "VPC Block Public Access",
    "IGW_NOT_ATTACHED": "no internet gateway",
    "SUBNET_ACL_RESTRICTION": "network ACL",
    "ENI_SG_RULES_MISMATCH": "other groups",
    "ELB_LISTENERS_MISMATCH": "no listener",
    "NO_ROUTE_TO_DESTINATION": "no route back",
    "OTHER_PORTS": "other ports alone are reached",
    "UNATTACHED": "nothing carries it",
}
"""What the codes of blockers mean, in a few words."""


class Standing(StrEnum):
    """How an opening of a group stands to the internet."""

    REACHED = "reached"
    """The internet gets through it to something that carries the group."""
    LATENT = "latent"
    """It does not get through to anything that carries the group: something else is shut."""
    DECLARED = "declared"
    """Code declares the group and nothing that carries it: whoever uses it decides."""


class GroupUse(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: the exposures of the network interfaces that carry a group."""

    of: ClassVar[type[Resource]] = SecurityGroup

    carriers: Maybe[tuple[Exposure, ...]]
    is_declared: Maybe[bool]
    """Whether code declares it: what carries it may be declared elsewhere."""

    def standing(self, opens: Callable[[Exposure], object]) -> Standing:
        """Return how an opening stands; `opens` tells whether the internet gets through it to a carrier.

        Raises `UnknownAsked` if that is not known.
        """
        carriers = known(self.carriers)
        if not carriers:
            return Standing.DECLARED if self.is_declared else Standing.LATENT
        why: Why | None = None
        for one in carriers:
            try:
                if opens(one):
                    return Standing.REACHED
            except UnknownAsked as asked:
                why = why or asked.why
        if why is not None:
            raise UnknownAsked(why)
        return Standing.LATENT

    def standing_among(self, rows: Iterable[NamedPorts], share: float) -> Standing:
        """Return how the opening of these ports stands; raises as `standing` does."""
        table = tuple(rows)
        return self.standing(lambda exposure: exposure.open_among(table, share))

    def is_proven(self, wanted: Standing, opens: Callable[[Exposure], object]) -> bool:
        """Whether it is known that the opening stands so."""
        try:
            return self.standing(opens) == wanted
        except UnknownAsked:
            return False

    def shut_by(self) -> str:
        """Return in words what keeps the internet from the carriers, and how many changes away it is."""
        carriers = known(self.carriers)
        if not carriers:
            return BLOCKER_WORDS["UNATTACHED"]
        told = [blocker_codes(one) for one in carriers]
        codes = Counter(code for found in told for code in found[:1])
        named = [f"{BLOCKER_WORDS.get(code, code)} ({count})" for code, count in codes.most_common(_MOST_CODES)]
        named += ["others"] if len(codes) > _MOST_CODES else []
        nearest = min(len(found) for found in told)
        many = "1 interface carries it" if len(carriers) == 1 else f"{len(carriers):,} interfaces carry it"
        away = "one change" if nearest == 1 else f"{nearest} changes"
        return f"{many}, shut by {', '.join(named)}; {away} from exposure"


def blocker_codes(exposure: Exposure) -> tuple[str, ...]:
    """Return the codes of everything that stops all connections to an interface by itself, each once."""
    if why_unknown(exposure.blockers) is not None or not exposure.blockers:
        return ("OTHER_PORTS",)
    return tuple(dict.fromkeys(one.code for one in known(exposure.blockers)))


class ExposureLedger(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: what became of all groups of a region that are open to the internet by whatever port."""

    of: ClassVar[type[Resource]] = AccountRegion

    open_groups: Maybe[int]
    exposed: Maybe[int]
    unreachable: Maybe[int]
    unattached: Maybe[int]
    undecided: Maybe[int]
    reasons: Maybe[tuple[tuple[str, int], ...]]
    """The first blocker of what carries the unreachable groups, with how many of these groups it shuts."""
