"""Reading Amazon Macie: which calls, and what their answers mean (Amazon Macie API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.model.macie import BucketSensitivity, MacieSession
from scanner.model.maybe import Reason, Unknown, unknown
from scanner.reader import Page, Parameters, Place, Reader, given, only, rows

_PAGE: Final = 50


def _session(pages: tuple[Page, ...], at: Place) -> Iterator[MacieSession]:
    yield MacieSession(scope=at.scope, id=at.scope.region, origin=at.origin, status=given(only(pages), "status"))


def _own_buckets(session: MacieSession) -> Parameters | Unknown:
    """Ask where Macie is at work, and only for what the account owns: an administrator sees its members' too."""
    if session.status != "ENABLED":
        return unknown(Reason.NOT_ENABLED, f"Amazon Macie is {session.status or 'off'} in {session.id}")
    return {"criteria": {"accountId": {"eq": [session.scope.account]}}, "maxResults": _PAGE}


def _buckets(pages: tuple[Page, ...], at: Place) -> Iterator[BucketSensitivity]:
    for row in rows(pages, "buckets"):
        if row["accountId"] == at.scope.account:
            yield BucketSensitivity(
                scope=at.scope.account_wide(),
                id=row["bucketName"],
                origin=at.origin,
                score=given(row, "sensitivityScore"),
                objects=given(row, "objectCount"),
            )


READERS: Final = (
    Reader(
        service="macie2",
        operation="GetMacieSession",
        actions=("macie2:GetMacieSession",),
        yields=(MacieSession,),
        parse=_session,
        absent=frozenset({"ResourceNotFoundException"}),
        absent_messages=frozenset({"Macie is not enabled"}),
    ),
    Reader(
        service="macie2",
        operation="DescribeBuckets",
        actions=("macie2:DescribeBuckets",),
        yields=(BucketSensitivity,),
        parse=_buckets,
        parent=MacieSession,
        request=_own_buckets,
    ),
)
