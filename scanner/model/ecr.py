"""ECR kinds: private and public repositories of images, and their policies."""

from typing import ClassVar

from scanner.model.account import AccountRegion
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class Repository(Resource, frozen=True, kw_only=True, eq=False):
    """A private repository; its id is its name."""

    service: ClassVar[str] = "ecr"
    noun: ClassVar[str] = "repository"

    uri: Maybe[str | Absent]
    tags_immutable: Maybe[bool]
    scans_on_push: Maybe[bool]
    kms_key: Maybe[str | Absent]


class RepositoryPolicy(Facet, frozen=True, kw_only=True, eq=False):
    """The resource policy of a repository, or none."""

    of: ClassVar[type[Resource]] = Repository

    document: Maybe[PolicyDocument | Absent]


class PublicRepository(Resource, frozen=True, kw_only=True, eq=False):
    """A repository of ECR Public, from which anyone pulls; its id is its name."""

    service: ClassVar[str] = "ecr"
    noun: ClassVar[str] = "public repository"
    regional: ClassVar[bool] = False

    uri: Maybe[str | Absent]


class PublicRepositoryPolicy(Facet, frozen=True, kw_only=True, eq=False):
    """The resource policy of a public repository, or none: it says who pushes, not who pulls."""

    of: ClassVar[type[Resource]] = PublicRepository

    document: Maybe[PolicyDocument | Absent]


class RegistryPolicy(Facet, frozen=True, kw_only=True, eq=False):
    """The policy of the private registry of a region, or none: who may replicate into it, and act on its repositories."""

    of: ClassVar[type[Resource]] = AccountRegion

    document: Maybe[PolicyDocument | Absent]
