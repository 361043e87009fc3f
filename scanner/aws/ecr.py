"""Reading ECR: repositories and their policies (Amazon ECR API Reference, Amazon ECR Public API Reference)."""

from collections.abc import Iterator
from typing import Final

import msgspec

from scanner.aws.document import policy_from
from scanner.aws.policies import not_told, policy_reader, scope_of
from scanner.model.account import Account
from scanner.model.ecr import PublicRepository, PublicRepositoryPolicy, RegistryPolicy, Repository, RepositoryPolicy
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT
from scanner.reader import Page, Place, Reader, given, only, rows

_HAS_PUBLIC: Final = "aws"
"""The one partition with public repositories; one region answers for all of it (Amazon ECR Public endpoints)."""


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


def _public_repositories(pages: tuple[Page, ...], at: Place) -> Iterator[PublicRepository]:
    for row in rows(pages, "repositories"):
        yield PublicRepository(
            scope=scope_of(row["repositoryArn"], at),
            id=row["repositoryName"],
            origin=at.origin,
            arn=row["repositoryArn"],
            name=row["repositoryName"],
            tags=not_told("ListTagsForResource"),
            uri=given(row, "repositoryUri"),
        )


def _registry(pages: tuple[Page, ...], at: Place) -> Iterator[RegistryPolicy]:
    document = policy_from(given(only(pages), "policyText"))
    yield RegistryPolicy(scope=at.scope, id=at.scope.region, origin=at.origin, document=document)


def _home(_: Kind) -> str:
    return "us-east-1"


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
    Reader(
        service="ecr",
        operation="GetRegistryPolicy",
        actions=("ecr:GetRegistryPolicy",),
        yields=(RegistryPolicy,),
        parse=_registry,
        absent=frozenset({"RegistryPolicyNotFoundException"}),
    ),
    Reader(
        service="ecr-public",
        operation="DescribeRepositories",
        actions=("ecr-public:DescribeRepositories",),
        yields=(PublicRepository,),
        parse=_public_repositories,
        regional=False,
        parent=Account,
        request=lambda account: {"maxResults": 1000} if account.scope.partition == _HAS_PUBLIC else ABSENT,
        endpoint_region=_home,
    ),
    msgspec.structs.replace(
        policy_reader(
            "ecr-public:GetRepositoryPolicy",
            PublicRepositoryPolicy,
            PublicRepository,
            lambda repository: {"registryId": repository.scope.account, "repositoryName": repository.id},
            told_in="policyText",
            absent=frozenset({"RepositoryPolicyNotFoundException"}),
        ),
        regional=False,
        endpoint_region=_home,
    ),
)
