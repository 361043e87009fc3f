"""Every derived facet there is: pure functions of `scanner.reason`, made known to plans and inventories."""

from typing import Final

from scanner.reason.access.bucket import bucket_access
from scanner.reason.access.exposed import role_access
from scanner.reason.access.outside import trusted_by_default
from scanner.reason.account.assemble import account_access
from scanner.reason.account.organization import policies_above
from scanner.reason.network.exposure import exposure, region_network
from scanner.rule import Derivation, derived

DERIVATIONS: Final[tuple[Derivation, ...]] = (
    derived(policies_above),
    derived(account_access),
    derived(region_network),
    derived(exposure),
    derived(trusted_by_default),
    derived(bucket_access),
    derived(role_access),
)
