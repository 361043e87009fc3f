"""Reading CodeBuild: projects and their settings (AWS CodeBuild API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told
from scanner.model.codebuild import BuildProject, BuildSettings
from scanner.reader import Page, Place, Reader, given, rows


def _projects(pages: tuple[Page, ...], at: Place) -> Iterator[BuildProject]:
    place = at.scope
    for name in rows(pages, "projects"):
        yield BuildProject(
            scope=place,
            id=name,
            origin=at.origin,
            arn=f"arn:{place.partition}:codebuild:{place.region}:{place.account}:project/{name}",
            name=name,
            tags=not_told("BatchGetProjects"),
        )


def _settings(pages: tuple[Page, ...], at: Place) -> Iterator[BuildSettings]:
    for row in rows(pages, "projects"):
        if row["name"] == at.parent.id:
            yield BuildSettings(
                scope=at.parent.scope,
                id=at.parent.id,
                origin=at.origin,
                role=given(row, "serviceRole"),
                source=given(row.get("source") or {}, "type"),
                privileged=bool((row.get("environment") or {}).get("privilegedMode")),
                batch_role=given(row.get("buildBatchConfig") or {}, "serviceRole"),
                vpc=given(row.get("vpcConfig") or {}, "vpcId"),
                visibility=given(row, "projectVisibility"),
                tags={tag["key"]: tag["value"] for tag in row.get("tags") or ()},
            )


READERS: Final = (
    Reader(
        service="codebuild",
        operation="ListProjects",
        actions=("codebuild:ListProjects",),
        yields=(BuildProject,),
        parse=_projects,
    ),
    Reader(
        service="codebuild",
        operation="BatchGetProjects",
        actions=("codebuild:BatchGetProjects",),
        yields=(BuildSettings,),
        parse=_settings,
        secrets=frozenset({"environmentVariables"}),
        parent=BuildProject,
        request=lambda project: {"names": [project.id]},
    ),
)
