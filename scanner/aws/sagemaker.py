"""Reading SageMaker: notebook instances, domains, user profiles (Amazon SageMaker API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import not_told, scope_of
from scanner.model.maybe import known
from scanner.model.sagemaker import (
    Domain,
    DomainSettings,
    Notebook,
    NotebookSettings,
    UserProfile,
    UserProfileSettings,
)
from scanner.reader import Page, Place, Reader, given, only, rows

_PAGE: Final = 100


def _notebooks(pages: tuple[Page, ...], at: Place) -> Iterator[Notebook]:
    for row in rows(pages, "NotebookInstances"):
        yield Notebook(
            scope=scope_of(row["NotebookInstanceArn"], at),
            id=row["NotebookInstanceName"],
            origin=at.origin,
            arn=row["NotebookInstanceArn"],
            name=row["NotebookInstanceName"],
            tags=not_told("ListTags"),
            status=row["NotebookInstanceStatus"],
        )


def _notebook(pages: tuple[Page, ...], at: Place) -> Iterator[NotebookSettings]:
    row = only(pages)
    metadata = row.get("InstanceMetadataServiceConfiguration") or {}
    yield NotebookSettings(
        scope=at.parent.scope,
        id=at.parent.id,
        origin=at.origin,
        role=given(row, "RoleArn"),
        subnet=given(row, "SubnetId"),
        security_groups=tuple(row.get("SecurityGroups") or ()),
        direct_internet=row.get("DirectInternetAccess", "Enabled") != "Disabled",
        root_access=row.get("RootAccess", "Enabled") != "Disabled",
        kms_key=given(row, "KmsKeyId"),
        metadata_version=given(metadata, "MinimumInstanceMetadataServiceVersion"),
    )


def _domains(pages: tuple[Page, ...], at: Place) -> Iterator[Domain]:
    for row in rows(pages, "Domains"):
        yield Domain(
            scope=scope_of(row["DomainArn"], at),
            id=row["DomainId"],
            origin=at.origin,
            arn=row["DomainArn"],
            name=given(row, "DomainName"),
            tags=not_told("ListTags"),
        )


def _domain(pages: tuple[Page, ...], at: Place) -> Iterator[DomainSettings]:
    role = given(only(pages).get("DefaultUserSettings") or {}, "ExecutionRole")
    yield DomainSettings(scope=at.parent.scope, id=at.parent.id, origin=at.origin, role=role)


def _profiles(pages: tuple[Page, ...], at: Place) -> Iterator[UserProfile]:
    place = at.scope
    for row in rows(pages, "UserProfiles"):
        name = f"{row['DomainId']}/{row['UserProfileName']}"
        yield UserProfile(
            scope=place,
            id=name,
            origin=at.origin,
            arn=f"arn:{place.partition}:sagemaker:{place.region}:{place.account}:user-profile/{name}",
            name=row["UserProfileName"],
            tags=not_told("ListTags"),
            domain=row["DomainId"],
        )


def _profile(pages: tuple[Page, ...], at: Place) -> Iterator[UserProfileSettings]:
    role = given(only(pages).get("UserSettings") or {}, "ExecutionRole")
    yield UserProfileSettings(scope=at.parent.scope, id=at.parent.id, origin=at.origin, role=role)


READERS: Final = (
    Reader(
        service="sagemaker",
        operation="ListNotebookInstances",
        actions=("sagemaker:ListNotebookInstances",),
        yields=(Notebook,),
        parse=_notebooks,
        request={"MaxResults": _PAGE},
    ),
    Reader(
        service="sagemaker",
        operation="DescribeNotebookInstance",
        actions=("sagemaker:DescribeNotebookInstance",),
        yields=(NotebookSettings,),
        parse=_notebook,
        parent=Notebook,
        request=lambda notebook: {"NotebookInstanceName": notebook.id},
        bare=False,
    ),
    Reader(
        service="sagemaker",
        operation="ListDomains",
        actions=("sagemaker:ListDomains",),
        yields=(Domain,),
        parse=_domains,
        request={"MaxResults": 10},
    ),
    Reader(
        service="sagemaker",
        operation="DescribeDomain",
        actions=("sagemaker:DescribeDomain",),
        yields=(DomainSettings,),
        parse=_domain,
        parent=Domain,
        request=lambda domain: {"DomainId": domain.id},
        bare=False,
    ),
    Reader(
        service="sagemaker",
        operation="ListUserProfiles",
        actions=("sagemaker:ListUserProfiles",),
        yields=(UserProfile,),
        parse=_profiles,
        request={"MaxResults": _PAGE},
    ),
    Reader(
        service="sagemaker",
        operation="DescribeUserProfile",
        actions=("sagemaker:DescribeUserProfile",),
        yields=(UserProfileSettings,),
        parse=_profile,
        parent=UserProfile,
        request=lambda profile: {"DomainId": known(profile.domain), "UserProfileName": known(profile.name)},
        bare=False,
    ),
)
