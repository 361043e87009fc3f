"""What rows of EC2 answers have in common: an owner, an ARN of one form, tags, and members that AWS may leave out."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from scanner.model.kind import Scope, Tags, instant, tags_from
from scanner.model.maybe import ABSENT, Reason, unknown
from scanner.reader import Place

Row: TypeAlias = Mapping[str, Any]


def owner_scope(at: Place, owner: Any) -> Scope:
    """Return the region of the owning account, or where the answer was given if it names none (`AWS`, `amazon-elb`)."""
    is_account = isinstance(owner, str) and len(owner) == len("123456789012") and owner.isdecimal()
    return Scope(at.scope.partition, owner, at.scope.region) if is_account else at.scope


def identity(at: Place, row: Row, noun: str, native_id: str, tags_key: str = "Tags") -> dict[str, Any]:
    """Return the fields of every resource; `noun` is the type in its ARN in the Service Authorization Reference."""
    scope = owner_scope(at, row.get("OwnerId"))
    tags = tags_of(row, tags_key)
    return {
        "scope": scope,
        "id": native_id,
        "origin": at.origin,
        "arn": f"arn:{scope.partition}:ec2:{scope.region}:{scope.account}:{noun}/{native_id}",
        "name": tags.get("Name") or ABSENT,
        "tags": tags,
    }


def tags_of(row: Row, key: str = "Tags") -> Tags:
    """Return the tags of a row; AWS leaves the member out where there are none."""
    return tags_from(row.get(key) or ())


def said(row: Row, key: str, at: Place) -> Any:
    """Return the member, or an `Unknown` where the answer lacks it although AWS always tells it."""
    value = row.get(key)
    return unknown(Reason.NOT_COLLECTED, f"{at.origin.operation} did not tell {key}") if value is None else value


def time_said(row: Row, key: str, at: Place) -> Any:
    """Return the member as a time, or an `Unknown` where the answer lacks it."""
    value = row.get(key)
    return said(row, key, at) if value is None else instant(value)


def time_given(row: Row, key: str) -> Any:
    """Return the member as a time, or `ABSENT` where the answer has none."""
    value = row.get(key)
    return ABSENT if value is None or value == "" else instant(value)


def listed(row: Row, key: str, member: str = "") -> tuple[Any, ...]:
    """Return the items of a list, or one member of each; AWS leaves empty lists out."""
    items = row.get(key) or ()
    return tuple(item[member] for item in items) if member else tuple(items)


def within(row: Row, *path: str) -> Any:
    """Return the value at the path of nested members, or `ABSENT` where one of them is missing."""
    value: Any = row
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
        if value is None or value == "":
            return ABSENT
    return value
