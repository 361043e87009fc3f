"""Reading ECR: private repositories and their policies (Amazon ECR API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told, policy_reader, scope_of
from scanner.model.ecr import Repository, RepositoryPolicy
from scanner.reader import Page, Place, Reader, given, rows


def _repositories(pages: tuple[Page, ...], at: Place) -> Iterator[Repository]:
    for row in rows(pages, "repositories"):
        yield Repository(
            scope=scope_of(row["repositoryArn"], at),
            id=row["repositoryName"],
            origin=at.origin,
            arn=row["repositoryArn"],
            name=row["repositoryName"],
            tags=not_told("ListTagsForResource"),
            uri=given(row, "repositoryUri"),
            tags_immutable=row.get("imageTagMutability") == "IMMUTABLE",
            scans_on_push=bool((row.get("imageScanningConfiguration") or {}).get("scanOnPush")),
            kms_key=given(row.get("encryptionConfiguration") or {}, "kmsKey"),
        )


READERS: Final = (
    Reader(
        service="ecr",
        operation="DescribeRepositories",
        actions=("ecr:DescribeRepositories",),
        yields=(Repository,),
        parse=_repositories,
        request={"maxResults": 1000},
    ),
    policy_reader(
        "ecr:GetRepositoryPolicy",
        RepositoryPolicy,
        Repository,
        lambda repository: {"registryId": repository.scope.account, "repositoryName": repository.id},
        told_in="policyText",
        absent=frozenset({"RepositoryPolicyNotFoundException"}),
    ),
)
