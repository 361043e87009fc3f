"""When principals last used what their policies let them use, service by service (IAM "last accessed information")."""

from datetime import datetime
from typing import ClassVar

import msgspec

from scanner.model.iam import Role, User
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe


class ServiceUse(msgspec.Struct, frozen=True):
    """A service that policies let a principal use."""

    service: str
    """The prefix of its actions: `s3`."""
    last: Maybe[datetime | Absent]
    """When it last called the service; absent if not in the 400 days that AWS remembers."""


class UserUsageReport(Facet, frozen=True, kw_only=True, eq=False):
    """The report on a user that AWS was asked to make."""

    of: ClassVar[type[Resource]] = User

    job: Maybe[str | Absent]
    """Id of the job that makes it."""


class UserUsage(Facet, frozen=True, kw_only=True, eq=False):
    """What the report on a user says."""

    of: ClassVar[type[Resource]] = User

    services: Maybe[tuple[ServiceUse, ...]]


class RoleUsageReport(Facet, frozen=True, kw_only=True, eq=False):
    """The report on a role that AWS was asked to make; none for roles that services own."""

    of: ClassVar[type[Resource]] = Role

    job: Maybe[str | Absent]


class RoleUsage(Facet, frozen=True, kw_only=True, eq=False):
    """What the report on a role says."""

    of: ClassVar[type[Resource]] = Role

    services: Maybe[tuple[ServiceUse, ...]]
