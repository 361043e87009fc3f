"""The findings on the policies of an account, as aspects of what holds them."""

from typing import cast

from scanner.model.iam import Policy, Role
from scanner.model.iam_grants import document_of, is_own
from scanner.model.lint import BucketPolicyLint, ControlPolicyLint, LintFinding, PolicyLint, TrustLint
from scanner.model.maybe import Absent, Maybe, known
from scanner.model.organizations import ControlForm, ControlPolicy, ControlPolicyDocument
from scanner.model.policy import PolicyDocument
from scanner.model.s3 import Bucket, BucketPolicy
from scanner.reason.lint.check import RESOURCE_TYPES, lint_document
from scanner.reason.lint.codes import PolicyKind


def policy_lint(policy: Policy) -> PolicyLint:
    """Judge an identity-based policy that the account wrote; those that AWS manages have no findings."""
    findings = lint_document(document_of(policy), PolicyKind.IDENTITY) if is_own(policy) else ()
    return PolicyLint(scope=policy.scope, id=policy.id, origin=policy.origin, findings=findings)


def trust_lint(role: Role) -> TrustLint:
    """Judge the trust policy of a role."""
    findings = _findings(role.trust, PolicyKind.TRUST)
    return TrustLint(scope=role.scope, id=role.id, origin=role.origin, findings=findings)


def bucket_policy_lint(bucket: Bucket, policy: BucketPolicy) -> BucketPolicyLint:
    """Judge the policy of a bucket."""
    findings = _findings(policy.document, PolicyKind.RESOURCE, RESOURCE_TYPES["AWS::S3::Bucket"])
    return BucketPolicyLint(scope=bucket.scope, id=bucket.id, origin=policy.origin, findings=findings)


def control_policy_lint(policy: ControlPolicy, content: ControlPolicyDocument) -> ControlPolicyLint:
    """Judge a control policy that the organization wrote."""
    kind = PolicyKind.SCP if policy.form is ControlForm.SERVICE else PolicyKind.RCP
    findings = () if policy.aws_managed else _findings(content.document, kind)
    return ControlPolicyLint(scope=policy.scope, id=policy.id, origin=content.origin, findings=findings)


def _findings(
    document: Maybe[PolicyDocument | Absent], kind: PolicyKind, services: frozenset[str] = frozenset()
) -> tuple[LintFinding, ...]:
    told = cast("PolicyDocument | Absent", known(document))
    return () if isinstance(told, Absent) else lint_document(told, kind, services)
