"""What is wrong with the writing of a policy, in the vocabulary of IAM Access Analyzer.

Codes and kinds are those of the IAM User Guide, "Access Analyzer policy check reference" (issueCode and findingType of
ValidatePolicy); the messages are our own.
"""

from enum import StrEnum
from typing import ClassVar

import msgspec

from scanner.model.iam import Policy, Role
from scanner.model.kind import Facet, Resource
from scanner.model.maybe import Maybe
from scanner.model.organizations import ControlPolicy
from scanner.model.policy import PolicyDocument
from scanner.model.s3 import Bucket


class LintKind(StrEnum):
    """What a finding means: does not work, allows too much, works otherwise than meant, could be written better."""

    ERROR = "ERROR"
    SECURITY_WARNING = "SECURITY_WARNING"
    WARNING = "WARNING"
    SUGGESTION = "SUGGESTION"


class LintFinding(msgspec.Struct, frozen=True):
    """One remark on a policy. ``path`` is a JSON path; a value written alone counts as a list of one."""

    code: str
    kind: LintKind
    path: str
    message: str

    @property
    def atom(self) -> str:
        """Code and path: what tells this finding from others of the policy."""
        return f"{self.code} at {self.path}"


class Lint(Facet, frozen=True, kw_only=True, eq=False):
    """The remarks on one policy, in its order; none for a policy that is absent."""

    findings: Maybe[tuple[LintFinding, ...]]

    def of_kind(self, *kinds: LintKind) -> tuple[LintFinding, ...]:
        """Return the remarks of these kinds."""
        return tuple(finding for finding in self.findings if finding.kind in kinds)


class PolicyLint(Lint, frozen=True, kw_only=True, eq=False):
    """The remarks on an identity-based policy, in force and not managed by AWS."""

    of: ClassVar[type[Resource]] = Policy


class TrustLint(Lint, frozen=True, kw_only=True, eq=False):
    """The remarks on the trust policy of a role."""

    of: ClassVar[type[Resource]] = Role


class BucketPolicyLint(Lint, frozen=True, kw_only=True, eq=False):
    """The remarks on the policy of a bucket."""

    of: ClassVar[type[Resource]] = Bucket


class ControlPolicyLint(Lint, frozen=True, kw_only=True, eq=False):
    """The remarks on a service or resource control policy that is not managed by AWS."""

    of: ClassVar[type[Resource]] = ControlPolicy


def beside_full_access(findings: tuple[LintFinding, ...], document: PolicyDocument) -> tuple[LintFinding, ...]:
    """Leave out what is said of a statement because it allows every action: that is a defect of its own."""
    whole = {f"$.Statement[{statement.index}].Action" for statement in document.allows if statement.has_every_action}
    return tuple(
        finding
        for finding in findings
        if finding.path not in whole or not finding.code.startswith(("PASS_ROLE_", "CREATE_SLR_"))
    )


def summary(findings: tuple[LintFinding, ...]) -> str:
    """Say what the first finding is, and how many more there are."""
    first, *others = findings
    more = f", and {len(others)} more" if others else ""
    return f"{first.message} ({first.atom}){more}"
