"""Glue kinds: the policy of the Data Catalog, of which every region of an account has one; jobs and endpoints."""

from typing import ClassVar

from scanner.model.account import AccountRegion
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Absent, Maybe
from scanner.model.policy import PolicyDocument


class CatalogPolicy(Facet, frozen=True, kw_only=True, eq=False):
    """The resource policy of the Data Catalog, or none."""

    of: ClassVar[type[Resource]] = AccountRegion

    document: Maybe[PolicyDocument | Absent]


class Job(Resource, frozen=True, kw_only=True, eq=False):
    """An ETL job; its id is its name."""

    service: ClassVar[str] = "glue"
    noun: ClassVar[str] = "job"

    role: Maybe[str | Absent]
    """Name or ARN of the role that it runs with."""
    script: Maybe[str | Absent]
    """Where its script lies in S3."""
    connections: Maybe[tuple[str, ...]]
    security_configuration: Maybe[str | Absent]


class DevEndpoint(Resource, frozen=True, kw_only=True, eq=False):
    """A development endpoint; its id is its name."""

    service: ClassVar[str] = "glue"
    noun: ClassVar[str] = "development endpoint"

    role: Maybe[str | Absent]
    """ARN of its role."""
    public_address: Maybe[str | Absent]
    security_configuration: Maybe[str | Absent]
