"""Sensitive actions that a policy allows on anything: what reads, writes and shares, and what hands out credentials.

The lists are curated by the actions' own pages in the Service Authorization Reference; its access levels do not tell
data from metadata.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import msgspec

from scanner.model.access import PolicyPowers
from scanner.model.account import Account
from scanner.model.iam import Policy
from scanner.model.maybe import Absent, known
from scanner.model.policy import PolicyDocument
from scanner.reason.access.catalogue import Actions, changes_things, is_listed, resource_patterns
from scanner.reason.access.evaluate import Source, Stack, evaluate
from scanner.reason.access.principal import Kind, Principal
from scanner.reason.access.request import make_request

READING: Final = (
    *("athena:GetQueryResults", "codecommit:GitPull", "dynamodb:BatchGetItem", "dynamodb:ExportTableToPointInTime"),
    *("dynamodb:GetItem", "dynamodb:PartiQLSelect", "dynamodb:Query", "dynamodb:Scan", "ebs:GetSnapshotBlock"),
    *("ec2:ModifySnapshotAttribute", "kinesis:GetRecords", "lambda:GetFunction", "logs:GetLogEvents"),
    *("rds:DownloadDBLogFilePortion", "rds:StartExportTask", "redshift-data:GetStatementResult", "s3:GetObject"),
    *("secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue", "sqs:ReceiveMessage"),
    *("ssm:GetParameter", "ssm:GetParameterHistory", "ssm:GetParameters", "ssm:GetParametersByPath"),
)
HANDING_OUT: Final = (
    *("cognito-identity:GetCredentialsForIdentity", "connect:GetFederationToken", "dsql:DbConnectAdmin"),
    *("ec2-instance-connect:SendSSHPublicKey", "ec2:GetPasswordData", "iam:CreateAccessKey", "iam:CreateLoginProfile"),
    *("iam:CreateServiceSpecificCredential", "iam:ResetServiceSpecificCredential", "iam:UpdateAccessKey"),
    *("iam:UpdateLoginProfile", "iam:UploadSSHPublicKey", "lightsail:DownloadDefaultKeyPair"),
    *("lightsail:GetInstanceAccessDetails", "lightsail:GetRelationalDatabaseMasterUserPassword", "rds-db:connect"),
    *("redshift:GetClusterCredentials", "redshift:GetClusterCredentialsWithIAM"),
)
SHARING: Final = (
    *("backup:PutBackupVaultAccessPolicy", "dynamodb:PutResourcePolicy", "ec2:ModifyImageAttribute"),
    *("ecr:PutRegistryPolicy", "ecr:SetRepositoryPolicy", "elasticfilesystem:PutFileSystemPolicy"),
    *("events:PutPermission", "glue:PutResourcePolicy", "kms:CreateGrant", "kms:PutKeyPolicy"),
    *("lambda:AddLayerVersionPermission", "lambda:AddPermission", "s3:PutAccessPointPolicy"),
    *("s3:PutAccountPublicAccessBlock", "s3:PutBucketAcl", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock"),
    *("s3:PutObjectAcl", "secretsmanager:PutResourcePolicy", "sns:AddPermission", "sqs:AddPermission"),
)
_UNNAMED: Final = "casemate-unnamed-0"
_ACTIONS: Final = Actions()
_USUAL: Final = {"aws:SecureTransport": "true"}


def policy_powers(policy: Policy, account: Account) -> PolicyPowers:
    """Find the sensitive actions that a policy allows on resources of any name. Raises UnknownAsked if it was not read."""
    document = policy.document
    stack = _stack(PolicyDocument() if isinstance(document, Absent) else known(document))
    return PolicyPowers(
        scope=policy.scope,
        id=policy.id,
        origin=policy.origin,
        reads_data=_allowed(stack, account, READING),
        gives_credentials=_allowed(stack, account, HANDING_OUT),
        shares=_allowed(stack, account, SHARING),
        writes=tuple(_writes(stack, account)),
    )


def _stack(document: PolicyDocument) -> Stack:
    limited = tuple(each for each in document.statements if not (each.allows and each.has_every_action))
    return Stack(identity=(Source.of("policy", msgspec.structs.replace(document, statements=limited)),))


def _allowed(stack: Stack, account: Account, actions: Iterable[str]) -> tuple[str, ...]:
    clauses = [clause for clause in stack.identity[0].policy.clauses if clause.statement.allows]
    covered = (each for each in actions if any(clause.action(each.lower()) for clause in clauses))
    return tuple(action for action in covered if is_listed(action) and _is_allowed(stack, account, action))


def _writes(stack: Stack, account: Account) -> Iterator[str]:
    """Yield the actions as the Allow statements write them, of which one changes a thing of any name.

    NotAction is left out: that it allows more than it seems to is a defect of its own.
    """
    written = (clause.statement.actions or () for clause in stack.identity[0].policy.clauses if clause.statement.allows)
    for pattern in dict.fromkeys(action for actions in written for action in actions):
        if any(_is_allowed(stack, account, action) for action in _changes(pattern.lower())):
            yield pattern


@lru_cache(maxsize=4_096)
def _changes(pattern: str) -> tuple[str, ...]:
    """Give the actions of a pattern that change something which has a name."""
    found = (action for action in _ACTIONS.spellings(_ACTIONS.mask((pattern,))) if is_listed(action))
    return tuple(action for action in found if changes_things(action) and resource_patterns(action) != ("*",))


def _is_allowed(stack: Stack, account: Account, action: str) -> bool:
    partition = account.scope.partition
    caller = Principal(
        Kind.USER, f"arn:{partition}:iam::{account.id}:user/casemate-caller", account.id, "casemate-caller"
    )
    for pattern in resource_patterns(action):
        resource = (
            pattern if pattern == "*" else pattern.replace("arn:*:", f"arn:{partition}:", 1).replace("*", _UNNAMED)
        )
        request = make_request(caller, action, resource, _USUAL, resource_account=account.id)
        if evaluate(stack, request).is_allowed:
            return True
    return False
