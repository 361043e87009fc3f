"""What of a network can be reached, as reasoning over routes, network ACLs and security groups finds it."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import msgspec

from scanner.model.account import AccountRegion
from scanner.model.addresses import INTERNET, AddressSet, share_of_public
from scanner.model.intervals import NOTHING, Intervals
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe, UnknownAsked, Why, known
from scanner.model.security_group import NamedPorts
from scanner.model.traffic import ports, traffic_text
from scanner.model.vpc import NetworkInterface


class Opening(msgspec.Struct, frozen=True):
    """Traffic, and all the addresses of one family that can send it."""

    traffic: Intervals
    sources: AddressSet

    @property
    def share(self) -> float:
        """The part of the internet that can send it, from 0 to 1."""
        return share_of_public(self.sources & INTERNET)

    def __str__(self) -> str:
        return f"{traffic_text(self.traffic)} from {sources_text(self.sources)}"


class Hop(msgspec.Struct, frozen=True):
    """One thing that a packet passes: what it is, its id, and what in it lets the packet through."""

    kind: str
    id: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.id} ({self.note})" if self.note else self.id


class Blocker(msgspec.Struct, frozen=True):
    """What stops a packet: a code after those of VPC Reachability Analyzer, the id of the component, and words."""

    code: str
    id: str
    detail: str

    def __str__(self) -> str:
        return f"{self.code} at {self.id}: {self.detail}" if self.id else f"{self.code}: {self.detail}"


class RegionNetwork(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: the network of a region, compiled once for all questions about it."""

    of: ClassVar[type[Resource]] = AccountRegion

    compiled: Maybe[Any]
    """Opaque but to `scanner.reason.network`."""


class Exposure(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: what the internet can send to an interface, straight or through load balancers.

    Each piece of traffic that comes straight is in one opening of each family; each way through a load balancer is an
    opening of its own.
    """

    of: ClassVar[type[Resource]] = NetworkInterface

    connections: Maybe[tuple[Opening, ...]]
    """Requests that can be answered."""
    requests: Maybe[tuple[Opening, ...]]
    """Requests that arrive and cannot be answered: enough for an attack by UDP, not for a TCP connection."""
    perhaps: Maybe[tuple[Opening, ...]]
    """Every connection that may be possible, for all that is not known; the certain ones are among them."""
    doubt: Maybe[Why | Absent]
    """Why more may be possible than is certain."""
    blockers: Maybe[tuple[Blocker, ...]]
    """Everything that stops all connections by itself, in the order in which packets meet it; none if there are any."""

    def open_among(self, table: Iterable[NamedPorts], share: float) -> tuple[NamedPorts, ...]:
        """Return the rows of which at least this share of the internet can connect to a port, IPv4 or IPv6.

        Raises `UnknownAsked` if none is for certain and one may be.
        """
        rows = tuple(table)
        found = tuple(row for row in rows if _is_open(known(self.connections), row, share))
        if not found and any(_is_open(known(self.perhaps), row, share) for row in rows):
            self.ask()
        return found

    def ask(self) -> None:
        """Raise `UnknownAsked` if more may be possible than is certain."""
        doubt = known(self.doubt)
        if isinstance(doubt, Why):
            raise UnknownAsked(doubt)

    def open_traffic(self, share: float) -> Intervals:
        """Return the traffic by which at least this share of the internet can connect, IPv4 or IPv6.

        Raises `UnknownAsked` if none is for certain and some may be.
        """
        found = traffic_open_to(known(self.connections), share)
        if not found and traffic_open_to(known(self.perhaps), share):
            self.ask()
        return found


class ExposurePath(Facet, frozen=True, kw_only=True, eq=False):
    """Derived: by which way the internet connects to an interface."""

    of: ClassVar[type[Resource]] = NetworkInterface

    ways: Maybe[tuple[tuple[Hop, ...], ...]]
    """For each of `Exposure.connections`, in their order, the way of one packet."""
    trace: Maybe[Callable[[Opening, Intervals], tuple[Hop, ...]]]
    """Returns the way of one packet of an opening that is of this traffic too."""

    def text(self, exposure: Exposure, rows: Iterable[NamedPorts]) -> str:
        """Return the way to the first of these ports that is open: `igw-1 > rtb-1 (…) > acl-1 (#100) > sg-1 (…) > …`."""
        for row in rows:
            for opening in known(exposure.connections):
                if wanted := opening.traffic & ports(row.protocol, row.numbers):
                    return " > ".join(str(hop) for hop in known(self.trace)(opening, wanted))
        return ""


def traffic_open_to(openings: Iterable[Opening], share: float) -> Intervals:
    """Return the traffic that at least this share of the internet can send, IPv4 or IPv6."""
    found = NOTHING
    for opening in openings:
        found = found | opening.traffic if opening.share >= share else found
    return found


def _is_open(openings: Iterable[Opening], row: NamedPorts, share: float) -> bool:
    wanted = ports(row.protocol, row.numbers)
    return any(opening.traffic & wanted and opening.share >= share for opening in openings)


_MOST_BLOCKS = 3
"""How many blocks of addresses are named; more are counted."""


def sources_text(sources: AddressSet) -> str:
    """Return addresses as people speak of them: `anywhere`, blocks, or `anywhere except` blocks, with the share."""
    public = sources & INTERNET
    families = [
        _family_text(mine, internet, version)
        for mine, internet, version in ((public.ipv4, INTERNET.ipv4, 4), (public.ipv6, INTERNET.ipv6, 6))
        if mine
    ]
    whole = [text for text in families if text.startswith("anywhere (IPv")]
    return "anywhere" if len(whole) == 2 else " and ".join(families) or "nowhere"  # noqa: PLR2004 - both families


def _family_text(mine: Intervals, internet: Intervals, version: int) -> str:
    missing = internet - mine
    if not missing:
        return f"anywhere (IPv{version})"
    share = f"{100 * mine.size / internet.size:.3g} % of IPv{version}"
    if len(missing.spans) < len(mine.spans):
        return f"anywhere except {_blocks(missing, version)} ({share})"
    return f"{_blocks(mine, version)} ({share})"


def _blocks(addresses: Intervals, version: int) -> str:
    from ipaddress import IPv4Address, IPv6Address, summarize_address_range  # noqa: PLC0415 - for messages only

    make = IPv4Address if version == 4 else IPv6Address  # noqa: PLR2004 - IPv4
    texts: list[str] = []
    for low, high in addresses.spans[: _MOST_BLOCKS + 1]:
        texts += [str(block) for block in summarize_address_range(make(low), make(high))][: _MOST_BLOCKS + 1]
    if len(texts) > _MOST_BLOCKS:
        return f"{', '.join(texts[:_MOST_BLOCKS])} and more"
    return ", ".join(texts)
