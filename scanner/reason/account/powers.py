"""Sensitive actions that a policy allows on anything: what reads data, and what hands out credentials of others.

The lists are curated by the actions' own pages in the Service Authorization Reference; its access levels do not tell
data from metadata.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from scanner.model.access import PolicyPowers
from scanner.model.account import Account
from scanner.model.iam import Policy
from scanner.model.maybe import Absent, known
from scanner.model.policy import PolicyDocument
from scanner.reason.access.catalogue import is_listed, resource_patterns
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
_UNNAMED: Final = "casemate-unnamed-0"
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
    )


def _stack(document: PolicyDocument) -> Stack:
    limited = tuple(each for each in document.statements if not (each.allows and each.has_every_action))
    return Stack(identity=(Source.of("policy", msgspec.structs.replace(document, statements=limited)),))


def _allowed(stack: Stack, account: Account, actions: Iterable[str]) -> tuple[str, ...]:
    clauses = [clause for clause in stack.identity[0].policy.clauses if clause.statement.allows]
    covered = (each for each in actions if any(clause.action(each.lower()) for clause in clauses))
    return tuple(action for action in covered if is_listed(action) and _is_allowed(stack, account, action))


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
