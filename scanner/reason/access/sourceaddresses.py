"""From how many addresses a request is allowed."""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from itertools import pairwise
from typing import Final

import msgspec

from scanner.reason.access.evaluate import Stack
from scanner.reason.access.keys import fixed
from scanner.reason.access.literals import AddressRange, addresses
from scanner.reason.access.solve import Empty, Shape, find_request

_BITS: Final[Mapping[int, int]] = {4: 32, 6: 128}
_NARROW: Final[Mapping[int, int]] = {4: 2 ** (32 - 8), 6: 2 ** (128 - 32)}
_KEPT_SEGMENTS: Final = 1_024
_PRIVATE_BLOCKS: Final = (
    *("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
    *("fc00::/7", "fe80::/10"),
)
_PRIVATE: Final = tuple(block for text in _PRIVATE_BLOCKS if (block := addresses(text)) is not None)


class Counted(msgspec.Struct, frozen=True):
    """Numbers of IPv4 and IPv6 addresses."""

    v4: int = 0
    v6: int = 0

    @property
    def is_narrow(self) -> bool:
        """Whether they are no more than a /8 of IPv4 and a /32 of IPv6."""
        return self.v4 <= _NARROW[4] and self.v6 <= _NARROW[6]


def count_addresses(stack: Stack, shape: Shape, ranges: Iterable[str]) -> Counted:
    """Count the public addresses from which some request of a shape is allowed, given the ranges that policies name.

    No statement tells addresses between two ends of ranges apart, so one of each segment is asked about. What cannot be
    decided counts as allowed, and so does all if there are more than 1,024 segments.
    """
    counts = {4: 0, 6: 0}
    blocks = [block for block in map(addresses, ranges) if block is not None]
    segments = [segment for version in _BITS for segment in _segments(version, blocks)]
    for segment in segments:
        address = str(ip_address(segment.first.to_bytes(_BITS[segment.version] // 8, "big")))
        asked = msgspec.structs.replace(shape, keys={**shape.keys, "aws:sourceip": fixed(address)})
        if len(segments) > _KEPT_SEGMENTS or not isinstance(find_request(stack, asked), Empty):
            counts[segment.version] += segment.last - segment.first + 1
    return Counted(counts[4], counts[6])


def _segments(version: int, blocks: Iterable[AddressRange]) -> Iterator[AddressRange]:
    own = [block for block in (*blocks, *_PRIVATE) if block.version == version]
    ends = {0, 2 ** _BITS[version], *(block.first for block in own), *(block.last + 1 for block in own)}
    for first, after in pairwise(sorted(ends)):
        segment = AddressRange(version, first, after - 1)
        if not any(private.holds(segment) for private in _PRIVATE):
            yield segment
