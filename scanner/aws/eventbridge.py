"""Reading EventBridge: event buses with their policies (Amazon EventBridge API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.document import policy_from
from scanner.aws.policies import not_told, scope_of
from scanner.model.eventbridge import EventBus
from scanner.reader import Page, Place, Reader, given, rows


def _buses(pages: tuple[Page, ...], at: Place) -> Iterator[EventBus]:
    for row in rows(pages, "EventBuses"):
        yield EventBus(
            scope=scope_of(row["Arn"], at),
            id=row["Name"],
            origin=at.origin,
            arn=row["Arn"],
            name=row["Name"],
            tags=not_told("ListTagsForResource"),
            policy=policy_from(given(row, "Policy")),
        )


READERS: Final = (
    Reader(
        service="events",
        operation="ListEventBuses",
        actions=("events:ListEventBuses",),
        yields=(EventBus,),
        parse=_buses,
        request={"Limit": 100},
    ),
)
