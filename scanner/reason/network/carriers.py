"""Which interfaces carry a security group: by subnet, the addresses at which its rules decide."""

from functools import lru_cache

import msgspec

from scanner.model.maybe import UnknownAsked, Why, known, why_unknown
from scanner.model.security_group import SecurityGroup
from scanner.model.vpc import NetworkInterface, PrivateAddress, Subnet
from scanner.reason.network.estate import Estate, private_addresses
from scanner.reason.network.gates import FAMILIES
from scanner.reason.network.inside import state_check

_IPV4, _IPV6 = FAMILIES


class Carriers(msgspec.Struct):
    """What carries a group in one subnet, by the family of addresses."""

    addresses: dict[int, set[int]] = {}
    """The addresses of what surely carries it."""
    somewhere: dict[int, Why] = {}
    """Why it is not known which address something has that carries it."""
    perhaps: dict[int, Why] = {}
    """Why something else may carry it, or may have an address."""


def carriers_of(group: SecurityGroup, estate: Estate) -> dict[str, Carriers]:
    """Return what carries a group by subnet; where not all interfaces are known, something may in any of its VPC's."""
    index, why = _index(estate)
    found = dict(index.get(group.id, {}))
    doubts = {subnet: one.perhaps for subnet, one in index.get("", {}).items()}
    if why is not None:
        doubts |= {
            one.id: dict.fromkeys(FAMILIES, why)
            for one in estate.every(Subnet)
            if why_unknown(one.vpc) or why_unknown(group.vpc) or one.vpc == group.vpc
        }
        if not doubts:
            raise UnknownAsked(why)
    for subnet, doubt in doubts.items():
        one = found.get(subnet, Carriers())
        found[subnet] = msgspec.structs.replace(one, perhaps={**doubt, **one.perhaps})
    return found


@lru_cache(maxsize=8)
def _index(estate: Estate) -> tuple[dict[str, dict[str, Carriers]], Why | None]:
    """Return carriers by group and subnet, those of unknown groups under an empty id, and why there may be more."""
    found: dict[str, dict[str, Carriers]] = {}
    why = estate.unread(NetworkInterface, "")
    for interface in estate.every(NetworkInterface):
        state = state_check(interface).passes
        if not state.perhaps:
            continue
        if unplaced := why_unknown(interface.subnet):
            why = why or unplaced
            continue
        unsaid = why_unknown(interface.groups)
        for group in ("",) if unsaid else known(interface.groups):
            one = found.setdefault(group, {}).setdefault(str(interface.subnet), Carriers())
            _add(one, interface, unsaid or state.why)
    return found, why


def _add(carriers: Carriers, interface: NetworkInterface, doubt: Why | None) -> None:
    if doubt is not None:
        carriers.perhaps |= dict.fromkeys(FAMILIES, doubt)
        return
    for family, address in private_addresses(interface):
        carriers.addresses.setdefault(family, set()).add(address)
    if why := why_unknown(interface.addresses) or _unread_address(known(interface.addresses)):
        carriers.somewhere[_IPV4] = why
    if why := why_unknown(interface.ipv6):
        carriers.perhaps[_IPV6] = why


def _unread_address(addresses: tuple[PrivateAddress, ...]) -> Why | None:
    return next((why for one in addresses if (why := why_unknown(one.address))), None)
