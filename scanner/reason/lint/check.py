"""All checks of a policy, on a text or on a policy that was read."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal, TypeAlias

import msgspec

from scanner.model.lint import LintFinding, LintKind
from scanner.model.policy import MalformedPolicy, PolicyDocument, Statement, parse_policy
from scanner.reason.lint.actions import action_findings
from scanner.reason.lint.codes import PolicyKind, Subject, finding
from scanner.reason.lint.conditions import condition_findings
from scanner.reason.lint.elements import element_findings, sid_findings
from scanner.reason.lint.grammar import Repeated, Unreadable, decode, document_findings, statement_findings
from scanner.reason.lint.grants import reach_findings
from scanner.reason.lint.keyuse import key_use_findings
from scanner.reason.lint.principals import principal_findings
from scanner.reason.lint.redundancy import redundancy_findings, repetition_findings
from scanner.reason.lint.resources import mismatch_findings, resource_findings
from scanner.reason.lint.tags import tag_findings
from scanner.reason.lint.trust import trust_findings
from scanner.reason.lint.values import value_findings
from scanner.reason.lint.variables import variable_findings

Check: TypeAlias = Callable[[Statement, Subject], Iterator[LintFinding]]

CHECKS: Final[tuple[Check, ...]] = (
    element_findings,
    principal_findings,
    action_findings,
    resource_findings,
    mismatch_findings,
    condition_findings,
    value_findings,
    variable_findings,
    tag_findings,
    trust_findings,
    key_use_findings,
    reach_findings,
    redundancy_findings,
)
"""Every check of one statement."""

RESOURCE_TYPES: Final[Mapping[str, frozenset[str]]] = {
    "AWS::Backup::BackupVault": frozenset({"backup"}),
    "AWS::DynamoDB::Table": frozenset({"dynamodb"}),
    "AWS::ECR::Repository": frozenset({"ecr"}),
    "AWS::EFS::FileSystem": frozenset({"elasticfilesystem"}),
    "AWS::KMS::Key": frozenset({"kms"}),
    "AWS::Lambda::Function": frozenset({"lambda"}),
    "AWS::S3::AccessPoint": frozenset({"s3"}),
    "AWS::S3::Bucket": frozenset({"s3"}),
    "AWS::S3::MultiRegionAccessPoint": frozenset({"s3"}),
    "AWS::S3ObjectLambda::AccessPoint": frozenset({"s3-object-lambda"}),
    "AWS::SNS::Topic": frozenset({"sns"}),
    "AWS::SQS::Queue": frozenset({"sqs"}),
    "AWS::SecretsManager::Secret": frozenset({"secretsmanager"}),
}
"""The types of resource with a policy of their own, and the services whose actions such a policy may name."""

IDENTITY_QUOTA: Final = 6_144
"""Characters of a managed policy without white space (IAM User Guide, "IAM and AWS STS quotas")."""
TRUST_QUOTA: Final = 2_048
"""Characters of a trust policy without white space, unless a higher quota was granted (the same source)."""
RESOURCE_QUOTAS: Final[Mapping[str, int]] = {
    "ecr": 10_240,
    "kms": 32_768,
    "lambda": 20_480,
    "s3": 20_480,
    "secretsmanager": 20_480,
}
"""Bytes of the policies of resources (quotas of each service)."""
CONTROL_QUOTA: Final = 5_120
"""Characters of a service or resource control policy (AWS Organizations User Guide, "Quotas")."""

_BLANKS: Final = re.compile(r"\s+")


def lint_document(
    document: PolicyDocument, kind: PolicyKind, services: frozenset[str] = frozenset()
) -> tuple[LintFinding, ...]:
    """Give the findings on a policy that was read; see Subject for ``services``."""
    subject = Subject(document, kind, services)
    return (
        *(found for statement in document.statements for check in CHECKS for found in check(statement, subject)),
        *sid_findings(document, kind),
        *repetition_findings(document),
    )


def lint_text(text: str | bytes, kind: PolicyKind, services: frozenset[str] = frozenset()) -> tuple[LintFinding, ...]:
    """Give the findings on the text of a policy, however malformed; statements that can be read are judged anyway."""
    try:
        root = decode(text)
    except Unreadable as error:
        return (finding("JSON_SYNTAX_ERROR", "$", str(error)),)
    found = [*document_findings(root), *_size_findings(text, kind, services)]
    statements: list[Statement] = []
    for index, (path, raw) in enumerate(_raw_statements(root)):
        own = list(statement_findings(raw, path))
        if not any(_is_refused(each) for each in own):
            own += _refusal(raw, index, path, statements)
        found += own
    document = PolicyDocument(version=_version(root), statements=tuple(statements))
    return (*found, *lint_document(document, kind, services))


def _raw_statements(root: object) -> Iterator[tuple[str, object]]:
    value = root.get("Statement") if isinstance(root, Mapping) else None
    if isinstance(value, Mapping | Repeated):
        yield "$.Statement", value
    elif isinstance(value, list):
        yield from ((f"$.Statement[{index}]", each) for index, each in enumerate(value))


def _is_refused(found: LintFinding) -> bool:
    return found.kind is LintKind.ERROR or found.code == "NULL_WITH_QUALIFIER"


def _refusal(raw: object, index: int, path: str, statements: list[Statement]) -> list[LintFinding]:
    """Read a statement into the list; or give the finding that it cannot be read."""
    try:
        document = parse_policy({"Statement": raw})
    except MalformedPolicy as error:
        return [finding("INVALID_POLICY_ELEMENT", path, str(error))]
    statements += (msgspec.structs.replace(each, index=index) for each in document.statements)
    return []


def _version(root: object) -> Literal["2008-10-17", "2012-10-17"]:
    """Give the version in force: only one that is written and valid turns policy variables on."""
    is_new = isinstance(root, Mapping) and root.get("Version") == "2012-10-17"
    return "2012-10-17" if is_new else "2008-10-17"


def _size_findings(text: str | bytes, kind: PolicyKind, services: frozenset[str]) -> Iterator[LintFinding]:
    written = text if isinstance(text, str) else text.decode()
    size = len(_BLANKS.sub("", written))
    if kind is PolicyKind.IDENTITY and size > IDENTITY_QUOTA:
        yield finding(
            "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
            "$",
            f"{size} characters without white space; a managed policy holds {IDENTITY_QUOTA}",
        )
    if kind is PolicyKind.TRUST and size > TRUST_QUOTA:
        yield finding(
            "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
            "$",
            f"{size} characters without white space; a trust policy holds {TRUST_QUOTA} unless a quota was raised",
        )
    room = min((RESOURCE_QUOTAS[each] for each in services if each in RESOURCE_QUOTAS), default=0)
    if kind is PolicyKind.RESOURCE and room and len(written.encode(errors="replace")) > room:
        yield finding(
            "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
            "$",
            f"{len(written)} characters; such a policy holds {room} bytes",
        )
    if kind in {PolicyKind.SCP, PolicyKind.RCP} and len(written) > CONTROL_QUOTA:
        yield finding(
            f"POLICY_SIZE_EXCEEDS_{kind.upper()}_QUOTA",
            "$",
            f"{len(written)} characters; a control policy holds {CONTROL_QUOTA}",
        )
