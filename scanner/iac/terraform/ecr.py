"""ECR as Terraform declares it: private and public repositories, and their policies."""

from collections.abc import Iterator
from typing import Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import (
    PolicyBeside,
    Reading,
    is_one_of,
    policy_told,
    row,
    setting,
    switched,
    undeclared_holder,
)
from scanner.iac.world import World, not_told
from scanner.model.ecr import PublicRepository, PublicRepositoryPolicy, RegistryPolicy, Repository, RepositoryPolicy
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT

_POLICY: Final = PolicyBeside("aws_ecr_repository_policy", "repository")
_REGISTRY_POLICY: Final = "aws_ecr_registry_policy"
_PUBLIC_POLICY: Final = PolicyBeside("aws_ecrpublic_repository_policy", "repository_name")


def _repository(world: World, one: Declared) -> Iterator[Kind]:
    encryption = one.block("encryption_configuration") or {}
    yield Repository(
        **row(world, one, name="name"),
        uri=not_told("its URI"),
        tags_immutable=is_one_of(one.get("image_tag_mutability"), "IMMUTABLE"),
        scans_on_push=switched(one.block("image_scanning_configuration"), "scan_on_push"),
        kms_key=world.relation(encryption.get("kms_key")),
    )
    document, at, argument = policy_told(world, one, _POLICY)
    yield RepositoryPolicy(scope=world.scope(one), id=world.id(one), origin=at.source(argument), document=document)


def _public_repository(world: World, one: Declared) -> Iterator[Kind]:
    """Yield a public repository, which lies in no region."""
    place = row(world, one, name="repository_name", at=world.whole())
    yield PublicRepository(**place, uri=not_told("its URI"))
    document, at, argument = policy_told(world, one, _PUBLIC_POLICY)
    yield PublicRepositoryPolicy(scope=world.whole(), id=place["id"], origin=at.source(argument), document=document)


def _registry_policy(world: World, one: Declared) -> Iterator[Kind]:
    yield setting(RegistryPolicy, world, one, "policy", document=world.policy(one.get("policy")))


def _no_registry_policy(world: World) -> Iterator[Kind]:
    told = {world.scope(one) for one in world.of_type(_REGISTRY_POLICY)}
    for scope in world.regions():
        if scope not in told:
            yield RegistryPolicy(scope=scope, id=scope.region, origin=world.origin(), document=ABSENT)


READINGS: Final = (
    Reading(types=(_REGISTRY_POLICY,), yields=(RegistryPolicy,), read=_registry_policy, otherwise=_no_registry_policy),
    Reading(types=("aws_ecr_repository",), yields=(Repository, RepositoryPolicy), read=_repository),
    undeclared_holder(Repository, RepositoryPolicy, _POLICY, "aws_ecr_repository"),
    Reading(
        types=("aws_ecrpublic_repository",),
        yields=(PublicRepository, PublicRepositoryPolicy),
        read=_public_repository,
    ),
    undeclared_holder(PublicRepository, PublicRepositoryPolicy, _PUBLIC_POLICY, "aws_ecrpublic_repository"),
)
