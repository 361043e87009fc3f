"""Exact sets of IPv4 and IPv6 addresses, and how much of the internet one holds."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_network
from typing import Final

import msgspec

from scanner.model.intervals import NOTHING, Intervals, intervals


class AddressSet(msgspec.Struct, frozen=True):
    """A set of addresses, each family as integers of its own."""

    ipv4: Intervals = NOTHING
    ipv6: Intervals = NOTHING

    def __bool__(self) -> bool:
        return bool(self.ipv4 or self.ipv6)

    def __or__(self, other: "AddressSet") -> "AddressSet":
        return AddressSet(self.ipv4 | other.ipv4, self.ipv6 | other.ipv6)

    def __and__(self, other: "AddressSet") -> "AddressSet":
        return AddressSet(self.ipv4 & other.ipv4, self.ipv6 & other.ipv6)

    def __sub__(self, other: "AddressSet") -> "AddressSet":
        return AddressSet(self.ipv4 - other.ipv4, self.ipv6 - other.ipv6)

    def __le__(self, other: "AddressSet") -> bool:
        return self.ipv4 <= other.ipv4 and self.ipv6 <= other.ipv6

    @property
    def internet_share(self) -> float:
        """The part of the public internet in it, from 0 to 1; of the two families the larger part."""
        return share_of_public(self & INTERNET)


def address_set(cidrs: Iterable[str]) -> AddressSet:
    """Return the addresses of these CIDR blocks or single addresses, both families mixed.

    Host bits are ignored, as AWS does. Raises ValueError for a text that is no CIDR block.
    """
    ipv4: list[tuple[int, int]] = []
    ipv6: list[tuple[int, int]] = []
    for cidr in cidrs:
        network = ip_network(cidr, strict=False)
        span = (int(network.network_address), int(network.broadcast_address))
        (ipv4 if network.version == 4 else ipv6).append(span)  # noqa: PLR2004 - the version of IPv4
    return AddressSet(intervals(ipv4), intervals(ipv6))


EVERY_ADDRESS: Final = address_set(("0.0.0.0/0", "::/0"))

RESERVED: Final = address_set(
    (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001:db8::/32",
        "3fff::/20",
    )
)
"""Addresses that no packet from the internet bears as its source (IANA registries of RFC 6890; RFC 9637)."""

INTERNET: Final = AddressSet(EVERY_ADDRESS.ipv4, address_set(("2000::/3",)).ipv6) - RESERVED
"""Every address from which the internet can send: unicast IPv4 and global unicast IPv6, without the reserved ones."""


_PUBLIC_IPV4: Final = INTERNET.ipv4.size
_PUBLIC_IPV6: Final = INTERNET.ipv6.size


def share_of_public(public: AddressSet) -> float:
    """Return the `internet_share` of a set that lies within `INTERNET`, without cutting it again."""
    return max(public.ipv4.size / _PUBLIC_IPV4, public.ipv6.size / _PUBLIC_IPV6)


@lru_cache(maxsize=1 << 14)
def public_block(cidr: str) -> AddressSet:
    """Return the addresses of a block that are of the internet. Raises ValueError for a text that is no CIDR block."""
    return address_set((cidr,)) & INTERNET


def is_wide(cidr: str, shortest_ipv4: int, shortest_ipv6: int) -> bool:
    """Whether a block holds more public addresses than one with this prefix length of its family.

    Raises ValueError for a text that is no CIDR block.
    """
    public = public_block(cidr)
    return public.ipv4.size > 1 << (32 - shortest_ipv4) or public.ipv6.size > 1 << (128 - shortest_ipv6)
