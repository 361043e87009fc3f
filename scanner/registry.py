"""Which rules there are: found through one door, the entry-point group `casemate.rules`, built-in ones as well."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Final

import msgspec

from scanner.errors import RegistryError, UsageError
from scanner.model.glob import matches
from scanner.rule import Rule
from scanner.verdict import Severity

GROUP: Final = "casemate.rules"


def load_rules(points: Iterable[EntryPoint] | None = None) -> tuple[Rule, ...]:
    """Load every installed rule, sorted by id.

    An entry point names a package (all its modules are searched) or a module. Only installed packages are asked, never
    files of the scanned tree. Raises `RegistryError` for a package that cannot be loaded, that has no rules, or whose
    rule id another one has.
    """
    found: dict[str, Rule] = {}
    for point in sorted(entry_points(group=GROUP) if points is None else points, key=lambda point: point.value):
        rules = _load(point)
        if not rules:
            raise RegistryError(f"{_named(point)} holds no rules; a rule is a function decorated with @rule")
        for rule in rules:
            other = found.setdefault(rule.id, rule)
            if other is not rule:
                raise RegistryError(f"rule id {rule.id} is both {other.module} and {rule.module}; ids are never shared")
    if not found:
        raise RegistryError(
            "no rules are installed; install casemate itself (pip install casemate), not only its files"
        )
    return tuple(found[id_] for id_ in sorted(found))


def _named(point: EntryPoint) -> str:
    distribution = point.dist.name if point.dist is not None else "an unknown distribution"
    return f"plug-in {point.name!r} ({point.value}) of {distribution}"


def _load(point: EntryPoint) -> list[Rule]:
    try:
        root = importlib.import_module(point.value)
        return [rule for module in _modules(root) for rule in _own_rules(module)]
    except Exception as error:
        raise RegistryError(f"{_named(point)} cannot be loaded: {type(error).__name__}: {error}") from error


def _modules(root: ModuleType) -> Iterator[ModuleType]:
    yield root
    for path in getattr(root, "__path__", ()):
        for info in pkgutil.walk_packages([path], root.__name__ + "."):
            yield importlib.import_module(info.name)


def _own_rules(module: ModuleType) -> Iterator[Rule]:
    for value in vars(module).values():
        if isinstance(value, Rule) and value.module == module.__name__:
            yield value


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which rules to run; the parts combine: a rule must satisfy each that is set."""

    rules: tuple[str, ...] = ()
    """Ids, names or globs over them."""
    skip: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    severity: str = ""
    """The least severity."""
    ids: frozenset[str] | None = None
    """The ids of the rules that answer a framework."""

    @property
    def partial(self) -> bool:
        """Whether it leaves any rule out by the user's will."""
        return bool(self.rules or self.skip or self.services or self.severity or self.ids is not None)


def select(rules: tuple[Rule, ...], selection: Selection) -> tuple[Rule, ...]:
    """Return the rules of the selection. Raises `UsageError` for an id, name or service that no rule has."""
    for pattern in (*selection.rules, *selection.skip):
        if not any(_named_so(rule, pattern) for rule in rules):
            raise UsageError(f"no rule is called {pattern!r}; `casemate rules list` shows them")
    services = {rule.service for rule in rules}
    for service in selection.services:
        if service.lower() not in services:
            raise UsageError(f"no rules for service {service!r}; there are: {', '.join(sorted(services))}")
    chosen = tuple(rule for rule in rules if _chosen(rule, selection))
    if not chosen:
        raise UsageError("the selection leaves no rule to run; loosen --rule, --service, --severity or --framework")
    return chosen


def _named_so(rule: Rule, pattern: str) -> bool:
    return matches(pattern.upper(), rule.id) or matches(pattern, rule.name)


def _chosen(rule: Rule, selection: Selection) -> bool:

    return (
        (not selection.rules or any(_named_so(rule, pattern) for pattern in selection.rules))
        and not any(_named_so(rule, pattern) for pattern in selection.skip)
        and (not selection.services or rule.service in {service.lower() for service in selection.services})
        and (not selection.severity or rule.severity.weight >= Severity(selection.severity).weight)
        and (selection.ids is None or rule.id in selection.ids)
    )
