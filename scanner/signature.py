"""A function's signature as its declaration of what it needs: how rules and derived facets say what must be read."""

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias, get_args, get_origin

import msgspec

from scanner.errors import RegistryError
from scanner.model.kind import BESIDE, EVERYWHERE, All, Facet, Kind, Moment, Resource

OptionValue: TypeAlias = bool | int | float | str | tuple[str, ...]
_OPTION_TYPES = (bool, int, float, str, tuple)


class Need(msgspec.Struct, frozen=True):
    """One positional parameter: the kind it binds, and how."""

    name: str
    kind: type[Kind] | None
    """None: the `Moment`."""
    every: bool = False
    """Bound to `All[kind]` rather than to one."""
    everywhere: bool = False
    """Of every scanned account and region."""
    beside: bool = False
    """Used only where all that it rests on is read anyway."""


class Signature(msgspec.Struct, frozen=True):
    """What a function judges, what it needs beside that, and its options with their defaults."""

    subject: type[Resource]
    needs: tuple[Need, ...]
    options: dict[str, OptionValue]
    returns: Any


def signature_of(function: Callable[..., Any], *, lent: int = 0) -> Signature:
    """Read a function's declaration. Raises `RegistryError` if it declares something that cannot be bound.

    The first `lent` parameters are the engine's own and bind nothing.
    """
    code = function.__code__
    names = code.co_varnames[lent : code.co_argcount]
    hints = function.__annotations__
    where = f"{function.__module__}.{function.__qualname__}"
    if not names:
        raise RegistryError(f"{where}: takes no resource; its first parameter must be the kind of resource it judges")
    if any(isinstance(hint, str) for hint in hints.values()):
        raise RegistryError(f"{where}: annotations are strings; remove `from __future__ import annotations`")
    missing = [name for name in names if name not in hints]
    if missing:
        raise RegistryError(f"{where}: parameter {missing[0]} has no annotation, so nothing can be bound to it")
    subject = hints[names[0]]
    if not (isinstance(subject, type) and issubclass(subject, Resource)):
        raise RegistryError(f"{where}: its first parameter must be a Resource, not {subject!r}")
    needs = tuple(_need(name, hints[name], subject, where) for name in names[1:])
    return Signature(subject, needs, _options(function, where), hints.get("return"))


def _need(name: str, hint: Any, subject: type[Resource], where: str) -> Need:
    everywhere, beside = False, False
    if get_origin(hint) is Annotated:
        hint, *marks = get_args(hint)
        everywhere, beside = EVERYWHERE in marks, BESIDE in marks
    if hint is Moment:
        return Need(name, None)
    if get_origin(hint) is All:
        return Need(name, get_args(hint)[0], every=True, everywhere=everywhere)
    if isinstance(hint, type) and issubclass(hint, Facet):
        if hint.of is not subject and not _is_place(hint.of):
            raise RegistryError(
                f"{where}: {name} is a facet of {hint.of.__name__}, not of {subject.__name__}; take All[{hint.__name__}]"
            )
        if hint.of.regional and not subject.regional:
            raise RegistryError(f"{where}: {name} is regional and {subject.__name__} is not; take All[{hint.__name__}]")
        return Need(name, hint, beside=beside)
    if isinstance(hint, type) and issubclass(hint, Resource) and _is_place(hint):
        return Need(name, hint)
    raise RegistryError(
        f"{where}: cannot bind {name}: {hint!r}; take a facet, an Account, an AccountRegion, a Moment or All[kind]"
    )


def _is_place(kind: type[Resource]) -> bool:
    from scanner.model.account import Account, AccountRegion  # noqa: PLC0415 - account.py stands above kind.py

    return kind in (Account, AccountRegion)


def _options(function: Callable[..., Any], where: str) -> dict[str, OptionValue]:
    code = function.__code__
    names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    defaults = function.__kwdefaults__ or {}
    for name in names:
        if not isinstance(defaults.get(name), _OPTION_TYPES):
            raise RegistryError(
                f"{where}: option {name} needs a default that is a boolean, number, text or tuple of texts"
            )
    return {name: defaults[name] for name in names}


def fits(value: object, default: OptionValue) -> OptionValue | None:
    """Return the value as an option of the default's type, or None if it is of another type."""
    if isinstance(default, tuple):
        return tuple(value) if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value) else None
    if isinstance(default, bool) or isinstance(value, bool):
        return value if isinstance(default, bool) and isinstance(value, bool) else None
    if isinstance(default, float) and isinstance(value, int):
        return float(value)
    return value if isinstance(value, int | float | str) and type(value) is type(default) else None
