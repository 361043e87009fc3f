"""ECR kinds: private repositories of images and their policies."""

from typing import ClassVar

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
