"""The literals of condition values: numbers, dates, address ranges and Binary data.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators". A literal that cannot be read is None: it is
equal to nothing, before nothing and in no range.
"""

import base64
import binascii
import ipaddress
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_YEAR: Final = re.compile(r"[0-9]{4}")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}")
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt].{1,40})?")
_FRACTION: Final = re.compile(r"\.[0-9]+")
_CACHED: Final = 16_384
_LONGEST: Final = 128


class AddressRange(msgspec.Struct, frozen=True):
    """Addresses ``first`` to ``last``, both included, as numbers of one IP version (4 or 6)."""

    version: int
    first: int
    last: int

    def holds(self, other: "AddressRange") -> bool:
        """Whether every address of the other range is in this one."""
        return self.version == other.version and self.first <= other.first and other.last <= self.last


def number(text: str) -> Decimal | None:
    """Read an integer or a decimal number."""
    return _number(text) if len(text) <= _LONGEST else None


@lru_cache(_CACHED)
def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text.strip()) else None


def moment(text: str) -> Decimal | None:
    """Read an ISO 8601 date (W3C profile) or Unix time; the answer is in seconds since 1970 in UTC."""
    return _moment(text) if len(text) <= _LONGEST else None


@lru_cache(_CACHED)
def _moment(text: str) -> Decimal | None:
    text = text.strip()
    if _YEAR.fullmatch(text):
        text += "-01-01"
    elif _MONTH.fullmatch(text):
        text += "-01"
    elif not _ISO.fullmatch(text):
        return number(text)
    fraction = _FRACTION.search(text)
    whole = text.replace(fraction[0], "", 1) if fraction else text
    try:
        read = datetime.fromisoformat(whole.upper())
    except ValueError:
        return None
    if read.tzinfo is None:
        read = read.replace(tzinfo=UTC)
    since = read - datetime(1970, 1, 1, tzinfo=UTC)
    return Decimal(since.days * 86_400 + since.seconds) + (Decimal("0" + fraction[0]) if fraction else 0)


def addresses(text: str) -> AddressRange | None:
    """Read an IPv4 or IPv6 address or CIDR block; host bits are dropped."""
    return _addresses(text) if len(text) <= _LONGEST else None


@lru_cache(_CACHED)
def _addresses(text: str) -> AddressRange | None:
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    return AddressRange(network.version, int(network.network_address), int(network.broadcast_address))


def binary(text: str) -> bytes | None:
    """Decode base64 data."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
