"""SageMaker as Terraform declares it: notebook instances, Studio domains and their user profiles."""

from collections.abc import Iterator
from typing import Any, Final

from scanner.iac.declared import Declared
from scanner.iac.terraform.rows import Reading, aspect, is_one_of, role_of, row
from scanner.iac.values import text_of
from scanner.iac.world import World
from scanner.model.kind import Kind
from scanner.model.maybe import ABSENT, Maybe
from scanner.model.sagemaker import (
    Domain,
    DomainSettings,
    Notebook,
    NotebookSettings,
    UserProfile,
    UserProfileSettings,
)


def _notebook(world: World, one: Declared) -> Iterator[Kind]:
    # CreateNotebookInstance launches it too (Amazon SageMaker API Reference).
    yield Notebook(**row(world, one, name="name"), status="InService")
    metadata = one.block("instance_metadata_service_configuration") or {}
    yield aspect(
        NotebookSettings,
        world,
        one,
        None,
        "role_arn",
        role=role_of(world, one.get("role_arn")),
        subnet=world.relation(one.get("subnet_id")),
        security_groups=world.relations(one.get("security_groups")),
        direct_internet=_is_on(one, "direct_internet_access"),
        root_access=_is_on(one, "root_access"),
        kms_key=world.relation(one.get("kms_key_id")),
        metadata_version=text_of(metadata.get("minimum_instance_metadata_service_version")),
    )


def _is_on(one: Declared, name: str) -> Maybe[bool]:
    return True if one.get(name) is None else is_one_of(one.get(name), "Enabled")


def _domain(world: World, one: Declared) -> Iterator[Kind]:
    yield Domain(**row(world, one, name="domain_name"))
    settings = one.block("default_user_settings") or {}
    role = role_of(world, settings.get("execution_role"))
    yield aspect(DomainSettings, world, one, None, "default_user_settings", role=role)


def _profile(world: World, one: Declared) -> Iterator[Kind]:
    domain, name = world.named(one.get("domain_id")), one.get("user_profile_name")
    # SageMaker knows a profile by its domain and name; Terraform by its ARN.
    native_id = f"{domain}/{name}" if isinstance(name, str) and name else world.id(one)
    arn = f"arn:aws:sagemaker:{world.arn_region(one)}:{world.account}:user-profile/{native_id}"
    place: dict[str, Any] = {**row(world, one, name="user_profile_name"), "id": native_id, "arn": arn}
    yield UserProfile(**place, domain=domain)
    settings = one.block("user_settings")
    yield UserProfileSettings(
        scope=world.scope(one),
        id=native_id,
        origin=one.source("user_settings"),
        role=ABSENT if settings is None else role_of(world, settings.get("execution_role")),
    )


READINGS: Final = (
    Reading(types=("aws_sagemaker_notebook_instance",), yields=(Notebook, NotebookSettings), read=_notebook),
    Reading(types=("aws_sagemaker_domain",), yields=(Domain, DomainSettings), read=_domain),
    Reading(types=("aws_sagemaker_user_profile",), yields=(UserProfile, UserProfileSettings), read=_profile),
)
