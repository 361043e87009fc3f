"""Which addresses of an interface the internet can address."""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from scanner.model.addresses import address_set
from scanner.model.maybe import UnknownAsked, known
from scanner.model.vpc import NetworkInterface, PrivateAddress
from scanner.reason.network.estate import block_of, number_of

T = TypeVar("T")

_IPV4: Final = 4
PRIVATE: Final = address_set(("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
"""Addresses that nobody has on the internet, but a site or a VPC may have (RFC 1918, RFC 6598, RFC 4193)."""
_GLOBAL_UNICAST: Final = address_set(("2000::/3",))


def public_addresses(interface: NetworkInterface, family: int) -> list[int]:
    """Return the addresses of an interface inside the VPC that the internet can address.

    For IPv4 those private ones that a public one stands for; for IPv6 the global unicast ones themselves. Raises
    `UnknownAsked` if there is none for certain and one may be.
    """
    if family == _IPV4:
        return _certain(known(interface.addresses), _private_number)
    blocks = (*known(interface.ipv6), *known(interface.ipv6_prefixes))
    return _certain(blocks, _global_number)


def _private_number(address: PrivateAddress) -> int | None:
    return number_of(known(address.address))[1] if address.public_ipv4 else None


def _global_number(block: str) -> int | None:
    spans = block_of(block).ipv6.spans
    return spans[0][0] if spans and spans[0][0] in _GLOBAL_UNICAST.ipv6 else None


def _certain(items: Iterable[T], of: Callable[[T], int | None]) -> list[int]:
    found, why = list[int](), None
    for item in items:
        try:
            number = of(item)
        except UnknownAsked as asked:
            why = why or asked.why
            continue
        found += [] if number is None else [number]
    if why is not None and not found:
        raise UnknownAsked(why)
    return found
