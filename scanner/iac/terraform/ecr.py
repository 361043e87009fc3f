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
from scanner.iac.values import Hole, Template, Value, join_texts
from scanner.iac.world import World, not_told
from scanner.model.ecr import PublicRepository, PublicRepositoryPolicy, RegistryPolicy, Repository, RepositoryPolicy
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT

_TYPE: Final = "aws_ecr_repository"
_POLICY: Final = PolicyBeside("aws_ecr_repository_policy", "repository")
_REGISTRY_POLICY: Final = "aws_ecr_registry_policy"
_PUBLIC_POLICY: Final = PolicyBeside("aws_ecrpublic_repository_policy", "repository_name")


def uri_of(world: World, one: Declared) -> str:
    """Return the URI of a private repository, by which images are named; its address where its name is not known.

    Source: Amazon ECR User Guide, "Amazon ECR private repositories".
    """
    told = one.get("repository_url")
    made = f"{world.account}.dkr.ecr.{world.arn_region(one)}.amazonaws.com/{world.id(one)}"
    return told if isinstance(told, str) else made


def image_of(world: World, value: Value) -> Value:
    """Return the name of an image, with the URIs of declared repositories in place of what refers to them."""
    parts = value.parts if isinstance(value, Template) else (value,)
    return join_texts([_named(world, part) for part in parts]) if value is not None else None


def _named(world: World, part: Value) -> Value:
    holder = world.at(part.target) if isinstance(part, Hole) and part.attribute == "repository_url" else None
    return uri_of(world, holder) if holder is not None and holder.type == _TYPE else part


def _repository(world: World, one: Declared) -> Iterator[Kind]:
    encryption = one.block("encryption_configuration") or {}
    yield Repository(
        **row(world, one, name="name"),
        uri=uri_of(world, one),
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
    Reading(types=(_TYPE,), yields=(Repository, RepositoryPolicy), read=_repository),
    undeclared_holder(Repository, RepositoryPolicy, _POLICY, _TYPE),
    Reading(
        types=("aws_ecrpublic_repository",),
        yields=(PublicRepository, PublicRepositoryPolicy),
        read=_public_repository,
    ),
    undeclared_holder(PublicRepository, PublicRepositoryPolicy, _PUBLIC_POLICY, "aws_ecrpublic_repository"),
)
