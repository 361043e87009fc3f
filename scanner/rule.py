"""A rule: a pure function whose signature declares what it needs, and whose docstring is its page."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from scanner.errors import RegistryError
from scanner.model.kind import Resource
from scanner.remedy import Remedy
from scanner.signature import Need, OptionValue, signature_of
from scanner.verdict import Severity, Verdict

_ID: Final = re.compile(r"[A-Z][A-Z0-9]*-\d{3}")
_CONTROL: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Rule(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A rule as the engine sees it. `id` is `SERVICE-NNN` and never reused; `name` is that of its function."""

    id: str
    name: str
    severity: Severity
    controls: tuple[str, ...]
    """Neutral control slugs; framework files map requirements to them."""
    judges: type[Resource]
    needs: tuple[Need, ...]
    options: Mapping[str, OptionValue]
    module: str
    page: str
    """The docstring: title, why it matters, what to do, examples."""
    judge: Callable[..., Verdict]
    remedy: Remedy | None = None
    """What puts a failure right, where a program can plan that."""

    @property
    def service(self) -> str:
        """The service that it belongs to, as users select it."""
        return service_of(self.id)

    @property
    def title(self) -> str:
        """The defect in a sentence, without its full stop."""
        return self.page.strip().partition("\n")[0].strip().rstrip(".")

    @property
    def distribution(self) -> str:
        """The top-level package that it came in."""
        return self.module.partition(".")[0]


def service_of(rule_id: str) -> str:
    """Return the service that a rule's id names, as users select it."""
    return rule_id.rpartition("-")[0].lower()


def rule(
    id: str,  # noqa: A002 - it is the id
    severity: Severity,
    *,
    controls: tuple[str, ...] = (),
    remedy: Remedy | None = None,
) -> Callable[[Callable[..., Verdict]], Rule]:
    """Make a rule of a function.

    The first positional parameter is the resource judged; the others are evidence, bound by their types; keyword-only
    parameters with defaults are user options. Raises `RegistryError` for a declaration that cannot be bound.
    """
    if not _ID.fullmatch(id):
        raise RegistryError(f"rule id {id!r} is not of the form SERVICE-NNN")
    if bad := [slug for slug in controls if not _CONTROL.fullmatch(slug)]:
        raise RegistryError(f"{id}: control {bad[0]!r} is not a slug")

    def declare(function: Callable[..., Verdict]) -> Rule:
        signature = signature_of(function)
        page = function.__doc__ or ""
        if not page.strip():
            raise RegistryError(
                f"{id}: {function.__module__}.{function.__name__} has no docstring, and that is its page"
            )
        if remedy is not None and remedy.judges is not signature.subject:
            raise RegistryError(
                f"{id}: its remedy is for a {remedy.judges.__name__}, and it judges a {signature.subject.__name__}"
            )
        return Rule(
            id=id,
            name=function.__name__,
            severity=severity,
            controls=controls,
            judges=signature.subject,
            needs=signature.needs,
            options=signature.options,
            module=function.__module__,
            page=page,
            judge=function,
            remedy=remedy,
        )

    return declare


class Derivation(msgspec.Struct, frozen=True, eq=False):
    """A derived facet: a pure function of other kinds, computed once for each resource of an inventory."""

    yields: type[Any]
    judges: type[Resource]
    needs: tuple[Need, ...]
    compute: Callable[..., Any]


def derived(function: Callable[..., Any]) -> Derivation:
    """Declare a derived facet. The first parameter is the resource; the returned kind is the facet it computes."""
    signature = signature_of(function)
    if signature.options:
        raise RegistryError(f"{function.__module__}.{function.__name__}: a derived facet takes no options")
    return Derivation(signature.returns, signature.subject, signature.needs, function)
