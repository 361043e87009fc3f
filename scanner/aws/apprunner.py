"""Reading App Runner: services (AWS App Runner API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told, scope_of
from scanner.model.apprunner import WebService, WebServiceSettings
from scanner.reader import Page, Place, Reader, given, only, rows


def _services(pages: tuple[Page, ...], at: Place) -> Iterator[WebService]:
    for row in rows(pages, "ServiceSummaryList"):
        yield WebService(
            scope=scope_of(row["ServiceArn"], at),
            id=row["ServiceArn"],
            origin=at.origin,
            arn=row["ServiceArn"],
            name=row["ServiceName"],
            tags=not_told("ListTagsForResource"),
            status=row["Status"],
        )


def _settings(pages: tuple[Page, ...], at: Place) -> Iterator[WebServiceSettings]:
    row = only(pages)["Service"]
    ingress = (row.get("NetworkConfiguration") or {}).get("IngressConfiguration") or {}
    yield WebServiceSettings(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        role=given(row.get("InstanceConfiguration") or {}, "InstanceRoleArn"),
        public=ingress.get("IsPubliclyAccessible", True) is not False,
    )


READERS: Final = (
    Reader(
        service="apprunner",
        operation="ListServices",
        actions=("apprunner:ListServices",),
        yields=(WebService,),
        parse=_services,
        request={"MaxResults": 20},
    ),
    Reader(
        service="apprunner",
        operation="DescribeService",
        actions=("apprunner:DescribeService",),
        yields=(WebServiceSettings,),
        parse=_settings,
        secrets=frozenset({"RuntimeEnvironmentVariables", "StartCommand", "BuildCommand"}),
        parent=WebService,
        request=lambda service: {"ServiceArn": service.id},
        bare=False,
    ),
)
