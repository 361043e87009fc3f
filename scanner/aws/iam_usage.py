"""Reading when principals last used services: a report for each, which AWS makes in a few seconds.

Source: IAM API Reference, GenerateServiceLastAccessedDetails and GetServiceLastAccessedDetails.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from scanner.model.iam import Role, User
from scanner.model.iam_usage import RoleUsage, RoleUsageReport, ServiceUse, UserUsage, UserUsageReport
from scanner.model.kind import Facet, Resource, instant
from scanner.model.maybe import ABSENT, Absent, Unknown
from scanner.reader import Page, Parameters, Place, Reader, given, only, rows


def _readers(
    kind: type[Resource],
    report: type[Facet],
    usage: type[Facet],
    request: Callable[[Any], Parameters | Absent | Unknown],
) -> tuple[Reader, Reader]:
    """Return the call that asks for the report on each principal of a kind, and the one that fetches it."""

    def started(pages: tuple[Page, ...], at: Place) -> Iterator[Facet]:
        job = given(only(pages), "JobId")
        yield report(scope=at.parent.scope, id=at.parent.id, origin=at.origin, job=job)  # type: ignore[call-arg]  # both have it

    def fetched(pages: tuple[Page, ...], at: Place) -> Iterator[Facet]:
        services = tuple(_use(row) for row in rows(pages, "ServicesLastAccessed"))
        yield usage(scope=at.parent.scope, id=at.parent.id, origin=at.origin, services=services)  # type: ignore[call-arg]  # both have it

    start = Reader(
        service="iam",
        operation="GenerateServiceLastAccessedDetails",
        actions=("iam:GenerateServiceLastAccessedDetails",),
        yields=(report,),
        parse=started,
        regional=False,
        parent=kind,
        request=request,
        bare=False,
    )
    fetch = Reader(
        service="iam",
        operation="GetServiceLastAccessedDetails",
        actions=("iam:GetServiceLastAccessedDetails",),
        yields=(usage,),
        parse=fetched,
        regional=False,
        parent=report,
        request=lambda told: {"JobId": told.job} if told.job else ABSENT,
        until=("JobStatus", "COMPLETED"),
        bare=False,
    )
    return start, fetch


def _use(row: Page) -> ServiceUse:
    last = given(row, "LastAuthenticated")
    return ServiceUse(row["ServiceNamespace"], last if isinstance(last, Absent) else instant(last))


def _of_role(role: Role) -> Parameters | Absent:
    return ABSENT if role.is_service_linked or role.is_identity_center else {"Arn": role.arn}


READERS: Final = (
    *_readers(User, UserUsageReport, UserUsage, lambda user: {"Arn": user.arn}),
    *_readers(Role, RoleUsageReport, RoleUsage, _of_role),
)
