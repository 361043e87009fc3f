"""EFS kinds: file systems and their policies."""

from typing import ClassVar

from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class FileSystem(Resource, frozen=True, kw_only=True, eq=False):
    """A file system; its id is `fs-…`."""

    service: ClassVar[str] = "efs"
    noun: ClassVar[str] = "file system"

    encrypted: Maybe[bool]
    kms_key: Maybe[str | Absent]


class FileSystemPolicy(Facet, frozen=True, kw_only=True, eq=False):
    """The resource policy of a file system, or none: then whoever reaches a mount target may mount it."""

    of: ClassVar[type[Resource]] = FileSystem

    document: Maybe[PolicyDocument | Absent]
