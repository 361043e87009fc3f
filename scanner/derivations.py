"""Every derived facet there is: pure functions of `scanner.reason`, made known to plans and inventories."""

from typing import Final

from scanner.rule import Derivation

DERIVATIONS: Final[tuple[Derivation, ...]] = ()
