"""What runs in an account with a role of its own, put together from the listings of services."""

import msgspec

from scanner.model.access import (
    ContainerWorkloads,
    MachineWorkloads,
    ServiceWorkloads,
    StudioWorkloads,
    Workloads,
)
from scanner.model.account import Account, AccountRegion
from scanner.model.kind import All
from scanner.model.maybe import UnknownAsked, known


def workloads(  # noqa: PLR0917 - its parameters declare what it needs
    account: Account,
    regions: All[AccountRegion],
    machines: MachineWorkloads,
    containers: ContainerWorkloads,
    services: ServiceWorkloads,
    studios: StudioWorkloads,
) -> Workloads:
    """Put the listings together. What carries a role that is not known makes its listing incomplete.

    All of it lies in regions: where none was read, or not all could be listed, no listing is complete.
    """
    listings = tuple(each for part in (machines, containers, services, studios) for each in known(part.listings))
    if not _are_known(regions):
        listings = tuple(msgspec.structs.replace(each, complete=False) for each in listings)
    return Workloads(scope=account.scope, id=account.id, origin=account.origin, listings=listings)


def _are_known(regions: All[AccountRegion]) -> bool:
    try:
        return len(regions) > 0
    except UnknownAsked:
        return False
