"""SageMaker kinds: notebook instances, Studio domains and their user profiles."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe


class Notebook(Resource, frozen=True, kw_only=True, eq=False):
    """A notebook instance; its id is its name."""

    service: ClassVar[str] = "sagemaker"
    noun: ClassVar[str] = "notebook instance"

    status: Maybe[str]
    """`InService` while it runs."""


class NotebookSettings(Facet, frozen=True, kw_only=True, eq=False):
    """How a notebook instance is set up (DescribeNotebookInstance)."""

    of: ClassVar[type[Resource]] = Notebook

    role: Maybe[str | Absent]
    """ARN of the role that its code has."""
    subnet: Maybe[str | Absent]
    security_groups: Maybe[tuple[str, ...]]
    direct_internet: Maybe[bool]
    """Whether SageMaker gives it a way to the internet of its own."""
    root_access: Maybe[bool]
    kms_key: Maybe[str | Absent]
    metadata_version: Maybe[str | Absent]
    """The least version of the instance metadata service: `1` or `2`."""


class Domain(Resource, frozen=True, kw_only=True, eq=False):
    """A Studio domain; its id is `d-…`."""

    service: ClassVar[str] = "sagemaker"
    noun: ClassVar[str] = "Studio domain"


class DomainSettings(Facet, frozen=True, kw_only=True, eq=False):
    """How a domain is set up (DescribeDomain)."""

    of: ClassVar[type[Resource]] = Domain

    role: Maybe[str | Absent]
    """ARN of the role of users whose profile names none."""


class UserProfile(Resource, frozen=True, kw_only=True, eq=False):
    """A user profile of a domain; its id is `DOMAIN/NAME`."""

    service: ClassVar[str] = "sagemaker"
    noun: ClassVar[str] = "Studio user profile"

    domain: Maybe[str]


class UserProfileSettings(Facet, frozen=True, kw_only=True, eq=False):
    """How a user profile is set up (DescribeUserProfile)."""

    of: ClassVar[type[Resource]] = UserProfile

    role: Maybe[str | Absent]
    """ARN of its execution role; absent: as the domain says."""
