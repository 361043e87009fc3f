"""Reading Secrets Manager: secrets and their policies, never their values (AWS Secrets Manager API Reference)."""

from collections.abc import Iterator
from typing import Final

from scanner.aws.policies import policy_reader, scope_of
from scanner.model.kind import tags_from
from scanner.model.secretsmanager import Secret, SecretPolicy
from scanner.reader import Page, Place, Reader, given, rows


def _secrets(pages: tuple[Page, ...], at: Place) -> Iterator[Secret]:
    for row in rows(pages, "SecretList"):
        yield Secret(
            scope=scope_of(row["ARN"], at),
            id=row["ARN"],
            origin=at.origin,
            arn=row["ARN"],
            name=row["Name"],
            tags=tags_from(row.get("Tags") or ()),
            kms_key=given(row, "KmsKeyId"),
            rotates=bool(row.get("RotationEnabled")),
            owning_service=given(row, "OwningService"),
        )


READERS: Final = (
    Reader(
        service="secretsmanager",
        operation="ListSecrets",
        actions=("secretsmanager:ListSecrets",),
        yields=(Secret,),
        parse=_secrets,
        request={"MaxResults": 100},
    ),
    policy_reader(
        "secretsmanager:GetResourcePolicy",
        SecretPolicy,
        Secret,
        lambda secret: {"SecretId": secret.id},
        told_in="ResourcePolicy",
    ),
)
