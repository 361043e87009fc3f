"""What AWS refuses and moto accepts: checked before moto sees the call, so that a remedy meets both answers.

Semantics: Amazon S3 User Guide, "Blocking public access", "Controlling ownership of objects" and "Verifying bucket
ownership with bucket owner condition".
"""

from http import HTTPStatus
from typing import Any, Final

from moto.awslambda.models import lambda_backends
from moto.s3.models import FakeBucket, s3_backends
from moto.s3.utils import bucket_policy_is_public
from moto.s3control.models import s3control_backends

from scanner.aws.embedded.state import Handlers, Settings
from scanner.aws.embedded.wire import Call, ServiceError

_PARTITION: Final = "aws"
_ACLS_ALWAYS_TAKEN: Final = ("private", "bucket-owner-full-control")


def refuse_other_owner(call: Call) -> None:
    """Raise AccessDenied where the call expects another owner of the bucket than it has."""
    expected = call.parameters.get("ExpectedBucketOwner")
    if call.service == "s3" and expected not in (None, _owner(call)):
        raise ServiceError("AccessDenied", "Access Denied", HTTPStatus.FORBIDDEN)


def answer_dry_run(call: Call) -> None:
    """Raise what EC2 says of a dry run that would be allowed; moto does the thing (EC2 API Reference, "DryRun")."""
    if call.service == "ec2" and call.parameters.get("DryRun"):
        message = "Request would have succeeded, but DryRun flag is set."
        raise ServiceError("DryRunOperation", message, HTTPStatus.PRECONDITION_FAILED)


def _owner(call: Call) -> str:
    """Return the account that the bucket belongs to; the caller's where there is none of the name."""
    name = call.parameters.get("Bucket")
    holders = [account for account, of in s3_backends.items() if name in of[_PARTITION].buckets]
    return holders[0] if holders else call.account


def _bucket(call: Call) -> FakeBucket | None:
    found: FakeBucket | None = s3_backends[call.account][_PARTITION].buckets.get(call.parameters["Bucket"])
    return found


def _refuse_acl_without_acls(call: Call, _: Settings) -> None:
    bucket = _bucket(call)
    enforced = bucket is not None and str(bucket.ownership_rule) == "BucketOwnerEnforced"
    if enforced and call.parameters.get("ACL") not in _ACLS_ALWAYS_TAKEN:
        raise ServiceError("AccessControlListNotSupported", "The bucket does not allow ACLs")


def _refuse_public_policy(call: Call, _: Settings) -> None:
    bucket = _bucket(call)
    blocks = (
        bucket.public_access_block if bucket else None,
        s3control_backends[call.account][_PARTITION].public_access_block,
    )
    blocked = any(block.block_public_policy for block in blocks if block)
    if blocked and bucket_policy_is_public(call.parameters["Policy"]):
        raise ServiceError(
            "AccessDenied",
            "The policy is public, and the BlockPublicPolicy setting in S3 Block Public Access is on.",
            HTTPStatus.FORBIDDEN,
        )


def _remove_permission(call: Call, _: Settings) -> dict[str, Any] | None:
    """Compare the revision of a function's policy, and pass the call on without it: moto refuses every revision."""
    revision = call.parameters.get("RevisionId")
    if revision is None:
        return None
    function = lambda_backends[call.account][call.region].get_function(call.parameters["FunctionName"])
    if function.policy.revision != revision:
        raise ServiceError("PreconditionFailedException", "The RevisionId provided does not match.", 412)
    function.policy.del_statement(call.parameters["StatementId"])
    return {}


HANDLERS: Final[Handlers] = {
    ("lambda", "RemovePermission"): _remove_permission,
    ("s3", "PutBucketAcl"): _refuse_acl_without_acls,
    ("s3", "PutBucketPolicy"): _refuse_public_policy,
}
