"""Makes moto's buckets start as Amazon S3's do: access blocked, owner enforced, encrypted with S3-managed keys.

Source: Amazon S3 User Guide, "Default settings for new S3 buckets FAQ" (April 2023) and "Default encryption FAQ".
"""

from collections.abc import Iterator
from typing import Any, Final
from xml.sax.saxutils import escape

import msgspec

from scanner.aws.embedded.wire import Call

DEFAULT_ENCRYPTION: Final[dict[str, Any]] = {
    "ServerSideEncryptionConfiguration": {
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}]
    }
}
NO_ENCRYPTION_CODE: Final = b"ServerSideEncryptionConfigurationNotFoundError"
_NAMESPACE: Final = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
_FLAGS: Final = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


class Put(msgspec.Struct, frozen=True):
    """A sub-resource of a bucket to write: PUT `path`?`query` with `body`."""

    path: str
    query: str
    body: bytes


def settings_of_new_bucket(call: Call) -> Iterator[Put]:
    """Return what Amazon S3 itself sets on the bucket that a successful CreateBucket made."""
    path = f"/{call.parameters['Bucket']}"
    flags = "".join(f"<{name}>true</{name}>" for name in _FLAGS)
    yield Put(
        path,
        "publicAccessBlock",
        f"<PublicAccessBlockConfiguration {_NAMESPACE}>{flags}</PublicAccessBlockConfiguration>".encode(),
    )
    ownership = escape(call.parameters.get("ObjectOwnership", "BucketOwnerEnforced"))
    yield Put(
        path,
        "ownershipControls",
        f"<OwnershipControls {_NAMESPACE}><Rule><ObjectOwnership>{ownership}</ObjectOwnership></Rule>"
        "</OwnershipControls>".encode(),
    )
