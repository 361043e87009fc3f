"""The known techniques of privilege escalation, as data.

`primitives.csv` has a line for each: its id and category; the actions it takes (blanks mean and, bars mean or); the
`way`, which names the code that checks its prerequisite; for roles that are passed or carried, the service principals
that the role must trust and the form of the thing that must exist; and what an inventory cannot show, in words.
"""

import csv
from functools import cache
from importlib.resources import files

import msgspec


class Primitive(msgspec.Struct, frozen=True):
    """A technique. One action of each group of `actions` is needed."""

    id: str
    category: str
    actions: tuple[tuple[str, ...], ...]
    way: str
    services: tuple[str, ...]
    carrier: str
    unseen: str


@cache
def primitives() -> tuple[Primitive, ...]:
    """Return all techniques."""
    text = files("scanner.reason.escalation").joinpath("primitives.csv").read_text()
    return tuple(
        Primitive(
            id=row["id"],
            category=row["category"],
            actions=tuple(tuple(group.split("|")) for group in row["actions"].split()),
            way=row["way"],
            services=tuple(row["services"].split()),
            carrier=row["carrier"],
            unseen=row["unseen"],
        )
        for row in csv.DictReader(text.splitlines())
    )
