"""Reading Glue: the policy of the Data Catalog, jobs, development endpoints (AWS Glue Web API Reference)."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.aws.document import policy_from
from scanner.aws.policies import not_told
from scanner.model.glue import CatalogPolicy, DevEndpoint, Job
from scanner.reader import Page, Place, Reader, given, only, rows

_PAGE: Final = 1000


def _policy(pages: tuple[Page, ...], at: Place) -> Iterator[CatalogPolicy]:
    document = policy_from(given(only(pages), "PolicyInJson"))
    yield CatalogPolicy(scope=at.scope, id=at.scope.region, origin=at.origin, document=document)


def _place(at: Place, form: str, name: str) -> dict[str, Any]:
    place = at.scope
    return {
        "scope": place,
        "id": name,
        "origin": at.origin,
        "arn": f"arn:{place.partition}:glue:{place.region}:{place.account}:{form}/{name}",
        "name": name,
        "tags": not_told("GetTags"),
    }


def _jobs(pages: tuple[Page, ...], at: Place) -> Iterator[Job]:
    for row in rows(pages, "Jobs"):
        yield Job(
            **_place(at, "job", row["Name"]),
            role=given(row, "Role"),
            script=given(row.get("Command") or {}, "ScriptLocation"),
            connections=tuple((row.get("Connections") or {}).get("Connections") or ()),
            security_configuration=given(row, "SecurityConfiguration"),
        )


def _endpoints(pages: tuple[Page, ...], at: Place) -> Iterator[DevEndpoint]:
    for row in rows(pages, "DevEndpoints"):
        yield DevEndpoint(
            **_place(at, "devEndpoint", row["EndpointName"]),
            role=given(row, "RoleArn"),
            public_address=given(row, "PublicAddress"),
            security_configuration=given(row, "SecurityConfiguration"),
        )


READERS: Final = (
    Reader(
        service="glue",
        operation="GetJobs",
        actions=("glue:GetJobs",),
        yields=(Job,),
        parse=_jobs,
        secrets=frozenset({"DefaultArguments", "NonOverridableArguments"}),
        request={"MaxResults": _PAGE},
    ),
    Reader(
        service="glue",
        operation="GetDevEndpoints",
        actions=("glue:GetDevEndpoints",),
        yields=(DevEndpoint,),
        parse=_endpoints,
        request={"MaxResults": _PAGE},
    ),
    Reader(
        service="glue",
        operation="GetResourcePolicy",
        actions=("glue:GetResourcePolicy",),
        yields=(CatalogPolicy,),
        parse=_policy,
        absent=frozenset({"EntityNotFoundException"}),
    ),
)
