"""Remedies for keys of KMS: their rotation, and keeping those that wait to be deleted."""

from collections.abc import Iterator
from typing import Any

from scanner.image import Allowed, Leftover
from scanner.model.kms import Key, KeyDetails, KeyRotation
from scanner.model.maybe import known
from scanner.remedy import Becomes, Change, Lent, Safety, Snippet, Step, Write, remedy


def _key_write(key: Key, operation: str, **parameters: Any) -> Write:
    return Write(
        service="kms",
        operation=operation,
        region=key.scope.region,
        parameters={"KeyId": key.id, **parameters},
        needs=(Allowed(f"kms:{operation}", str(known(key.arn))),),
    )


@remedy(Safety.A)
def rotate_key(lent: Lent, key: Key, _details: KeyDetails, rotation: KeyRotation) -> Iterator[Step]:
    """Turn automatic rotation on. The key keeps its id and policy, and reads what older material encrypted."""
    look = lent.look(rotation, only=("KeyRotationEnabled",))
    yield Change(
        title=f"Rotate {key.id} every year",
        call=_key_write(key, "EnableKeyRotation"),
        becomes=(Becomes(look, {"KeyRotationEnabled": True}),),
        undo=(_key_write(key, "DisableKeyRotation"),),
        safety=Safety.A,
        why="whoever uses the key notices nothing",
        code=(
            Snippet(
                terraform="aws_kms_key",
                arguments={"enable_key_rotation": True},
                cloudformation="AWS::KMS::Key",
                properties={"EnableKeyRotation": True},
            ),
        ),
    )


@remedy(Safety.B)
def keep_key(lent: Lent, key: Key, details: KeyDetails) -> Iterator[Step]:
    """Cancel the deletion of the key. It stays disabled until somebody enables it."""
    look = lent.look(details, ignoring=("DeletionDate", "PendingDeletionWindowInDays"))
    before = lent.image(look)
    data = {name: value for name, value in before["KeyMetadata"].items() if name != "DeletionDate"}
    yield Change(
        title=f"Cancel the deletion of {key.id}",
        call=_key_write(key, "CancelKeyDeletion"),
        becomes=(Becomes(look, {**before, "KeyMetadata": {**data, "KeyState": "Disabled", "Enabled": False}}),),
        undo=(_key_write(key, "ScheduleKeyDeletion", PendingWindowInDays=30),),
        why="somebody wanted it to be deleted",
        leaves_behind=(Leftover("DeletionDate", "the waiting period begins anew, with 30 days"),),
    )
