"""Reading CodeDeploy: applications and deployment groups (AWS CodeDeploy API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told
from scanner.model.codedeploy import Application, DeploymentGroup
from scanner.reader import Page, Place, Reader, rows


def _applications(pages: tuple[Page, ...], at: Place) -> Iterator[Application]:
    place = at.scope
    for name in rows(pages, "applications"):
        yield Application(
            scope=place,
            id=name,
            origin=at.origin,
            arn=f"arn:{place.partition}:codedeploy:{place.region}:{place.account}:application:{name}",
            name=name,
            tags=not_told("ListTagsForResource"),
        )


def _groups(pages: tuple[Page, ...], at: Place) -> Iterator[DeploymentGroup]:
    place = at.parent.scope
    for name in rows(pages, "deploymentGroups"):
        path = f"{at.parent.id}/{name}"
        yield DeploymentGroup(
            scope=place,
            id=path,
            origin=at.origin,
            arn=f"arn:{place.partition}:codedeploy:{place.region}:{place.account}:deploymentgroup:{path}",
            name=name,
            tags=not_told("ListTagsForResource"),
            application=at.parent.id,
        )


READERS: Final = (
    Reader(
        service="codedeploy",
        operation="ListApplications",
        actions=("codedeploy:ListApplications",),
        yields=(Application,),
        parse=_applications,
    ),
    Reader(
        service="codedeploy",
        operation="ListDeploymentGroups",
        actions=("codedeploy:ListDeploymentGroups",),
        yields=(DeploymentGroup,),
        parse=_groups,
        parent=Application,
        request=lambda application: {"applicationName": application.id},
        bare=False,
    ),
)
