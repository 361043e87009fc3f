"""Reading Elastic Beanstalk: environments and their instances (AWS Elastic Beanstalk API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told
from scanner.model.elasticbeanstalk import Environment, EnvironmentInstances
from scanner.reader import Page, Place, Reader, given, only, rows


def _environments(pages: tuple[Page, ...], at: Place) -> Iterator[Environment]:
    for row in rows(pages, "Environments"):
        yield Environment(
            scope=at.scope,
            id=row["EnvironmentId"],
            origin=at.origin,
            arn=given(row, "EnvironmentArn"),
            name=row["EnvironmentName"],
            tags=not_told("ListTagsForResource"),
            application=row["ApplicationName"],
            status=row["Status"],
        )


def _instances(pages: tuple[Page, ...], at: Place) -> Iterator[EnvironmentInstances]:
    resources = only(pages)["EnvironmentResources"]
    yield EnvironmentInstances(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        instances=tuple(each["Id"] for each in resources.get("Instances") or ()),
    )


READERS: Final = (
    Reader(
        service="elasticbeanstalk",
        operation="DescribeEnvironments",
        actions=("elasticbeanstalk:DescribeEnvironments",),
        yields=(Environment,),
        parse=_environments,
        request={"IncludeDeleted": False},
    ),
    Reader(
        service="elasticbeanstalk",
        operation="DescribeEnvironmentResources",
        actions=("elasticbeanstalk:DescribeEnvironmentResources",),
        yields=(EnvironmentInstances,),
        parse=_instances,
        parent=Environment,
        request=lambda environment: {"EnvironmentId": environment.id},
        bare=False,
    ),
)
