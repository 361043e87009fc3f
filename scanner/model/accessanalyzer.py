"""IAM Access Analyzer kinds: analyzers, and what they found."""

from datetime import datetime
from typing import ClassVar

from scanner.model.kind import Resource
from scanner.model.maybe import Absent, Maybe

EXTERNAL_ACCESS = frozenset({"ACCOUNT", "ORGANIZATION"})
"""The types of analyzers that look for access from outside the account or organization."""
UNUSED_ACCESS = frozenset({"ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS"})
"""The types of analyzers that look for roles, keys, passwords and permissions that nobody uses."""


class Analyzer(Resource, frozen=True, kw_only=True, eq=False):
    """An analyzer; its id is its name, unique within account and region (ListAnalyzers)."""

    service: ClassVar[str] = "analyzer"
    noun: ClassVar[str] = "analyzer"

    type: Maybe[str]
    status: Maybe[str]
    status_reason: Maybe[str | Absent]
    created_at: Maybe[datetime]
    last_resource_analyzed_at: Maybe[datetime | Absent]
    unused_access_age: Maybe[int | Absent]
    """Days without use after which access counts as unused."""

    @property
    def watches_external_access(self) -> bool:
        """Whether it is at work and looks for access from outside."""
        return self.status == "ACTIVE" and self.type in EXTERNAL_ACCESS

    @property
    def watches_unused_access(self) -> bool:
        """Whether it is at work and looks for unused access."""
        return self.status == "ACTIVE" and self.type in UNUSED_ACCESS


class AnalyzerFinding(Resource, frozen=True, kw_only=True, eq=False):
    """An active finding of an analyzer (ListFindingsV2); its id is AWS's, its scope that of the resource's owner."""

    service: ClassVar[str] = "analyzer"
    noun: ClassVar[str] = "analyzer finding"
    is_defect: ClassVar[bool] = True

    finding_type: Maybe[str]
    """ExternalAccess, InternalAccess, UnusedPermission, UnusedIAMRole, UnusedIAMUserAccessKey or …Password."""
    resource: Maybe[str | Absent]
    resource_type: Maybe[str]
    analyzer_arn: Maybe[str | Absent]
    created_at: Maybe[datetime]
    analyzed_at: Maybe[datetime]
    updated_at: Maybe[datetime]
    error: Maybe[str | Absent]
    """Why the resource could not be analyzed, if it could not."""
