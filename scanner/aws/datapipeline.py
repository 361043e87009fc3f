"""Reading AWS Data Pipeline: pipelines (AWS Data Pipeline API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told
from scanner.model.datapipeline import Pipeline
from scanner.reader import Page, Place, Reader, given, rows


def _pipelines(pages: tuple[Page, ...], at: Place) -> Iterator[Pipeline]:
    for row in rows(pages, "pipelineIdList"):
        yield Pipeline(
            scope=at.scope,
            id=row["id"],
            origin=at.origin,
            arn=f"arn:{at.scope.partition}:datapipeline:{at.scope.region}:{at.scope.account}:pipeline/{row['id']}",
            name=given(row, "name"),
            tags=not_told("DescribePipelines"),
        )


READERS: Final = (
    Reader(
        service="datapipeline",
        operation="ListPipelines",
        actions=("datapipeline:ListPipelines",),
        yields=(Pipeline,),
        parse=_pipelines,
    ),
)
