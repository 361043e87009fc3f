"""Remedies for what lets others into buckets: their policies and their access control lists."""

import json
from collections.abc import Iterator
from typing import Any, Final

from scanner.model.maybe import any_of, known
from scanner.model.policy import PolicyDocument
from scanner.model.s3 import (
    AccountPublicAccessBlock,
    Bucket,
    BucketAcl,
    BucketPolicy,
    OwnershipControls,
    PublicAccessBlock,
)
from scanner.reason.access.s3_status import s3_policy_status_public
from scanner.remedies.open_statements import Home, cut, document_in, narrow_by_hand, statements_of, with_document
from scanner.remedies.s3 import bucket_arn, bucket_look, bucket_write
from scanner.remedy import Advice, Becomes, Change, Check, Lent, Safety, Snippet, Step, Write, remedy

_TLS: Final = "CasemateRequireTls"
_EVERYONE: Final = "http://acs.amazonaws.com/groups/global/"


def _bucket_home(lent: Lent, bucket: Bucket, policy: BucketPolicy) -> Home:
    return Home(
        look=bucket_look(lent, bucket, policy, documents=("Policy",)),
        path=("Policy",),
        write=lambda text: bucket_write(bucket, "PutBucketPolicy", "s3:PutBucketPolicy", Policy=text),
        remove=lambda: bucket_write(bucket, "DeleteBucketPolicy", "s3:DeleteBucketPolicy"),
    )


def _is_refused(policy: BucketPolicy, own: PublicAccessBlock, account: AccountPublicAccessBlock) -> bool:
    """Whether S3 refuses to write the policy: it is public, and BlockPublicPolicy is on (S3 User Guide)."""
    document = known(policy.document)
    public = isinstance(document, PolicyDocument) and s3_policy_status_public(document)
    return public and any_of(lambda: own.block_public_policy, lambda: account.block_public_policy)


@remedy(Safety.B)
def require_tls(
    lent: Lent, bucket: Bucket, policy: BucketPolicy, own: PublicAccessBlock, account: AccountPublicAccessBlock
) -> Iterator[Step]:
    """Add a statement to the bucket's policy that denies requests without TLS, beside all that it says already.

    Clients that speak plain HTTP fail then.
    """
    if _is_refused(policy, own, account):
        yield Advice(
            title=f"Take what makes the policy of {bucket.id} public out of it, then plan again",
            why="Block Public Access refuses every change of a policy that is public, this one too",
        )
        return
    home = _bucket_home(lent, bucket, policy)
    before = lent.image(home.look)
    text = document_in(before, home.path)
    document = json.loads(text) if text else {"Version": "2012-10-17", "Statement": []}
    arn = bucket_arn(bucket)
    denial = {
        "Sid": _TLS,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    kept = [one for one in statements_of(document) if one.get("Sid") != _TLS]
    wanted = json.dumps({**document, "Statement": [*kept, denial]})
    yield Change(
        title=f"Deny requests without TLS to {bucket.id}",
        call=home.write(wanted),
        becomes=(Becomes(home.look, with_document(before, home.path, wanted)),),
        undo=(home.write(text) if text else bucket_write(bucket, "DeleteBucketPolicy", "s3:DeleteBucketPolicy"),),
        why="clients that speak plain HTTP fail",
        checks=(Check("no client speaks plain HTTP (access logs tell by their cipher column)", None),),
        code=(
            Snippet(
                terraform="aws_s3_bucket_policy",
                arguments={"bucket": bucket.id, "policy": json.dumps({**document, "Statement": [*kept, denial]})},
                cloudformation="AWS::S3::BucketPolicy",
                properties={"Bucket": bucket.id, "PolicyDocument": {**document, "Statement": [*kept, denial]}},
            ),
        ),
    )


def _public_acl(lent: Lent, bucket: Bucket, acl: BucketAcl) -> Change | None:
    """Return the change that takes the grants to everyone out of the ACL, or None if it has none."""
    look = bucket_look(lent, bucket, acl)
    before = lent.image(look)
    grants = before.get("Grants") or []
    kept = [grant for grant in grants if not str((grant.get("Grantee") or {}).get("URI", "")).startswith(_EVERYONE)]
    if len(kept) == len(grants):
        return None

    def write(rows: list[Any]) -> Write:
        lists = {"Grants": rows, "Owner": before["Owner"]}
        return bucket_write(bucket, "PutBucketAcl", "s3:PutBucketAcl", AccessControlPolicy=lists)

    return Change(
        title=f"Take the grants to everyone out of the ACL of {bucket.id}",
        call=write(kept),
        becomes=(Becomes(look, {**before, "Grants": kept}),),
        undo=(write(grants),),
        why="who reads the bucket without signing in loses that",
        checks=(Check("nobody relies on the grants", None),),
        code=(Snippet(terraform="aws_s3_bucket_acl", arguments={"bucket": bucket.id, "acl": "private"}),),
    )


@remedy(Safety.B)
def close_bucket(lent: Lent, bucket: Bucket, policy: BucketPolicy, acl: BucketAcl) -> Iterator[Step]:
    """Take out of the bucket's policy and ACL what opens it to everyone, and nothing else."""
    home = _bucket_home(lent, bucket, policy)
    change = cut(lent, home, bucket.id)
    grants = _public_acl(lent, bucket, acl)
    if change is not None:
        yield change
    elif grants is not None:
        yield grants
        if not lent.passes(grants.becomes):
            shut = Lent(
                lent.supposing(grants.becomes), lent.readers, lambda more: lent.passes([*grants.becomes, *more])
            )
            also = cut(shut, home, bucket.id)
            yield also if also is not None else narrow_by_hand(bucket.id)
    else:
        yield narrow_by_hand(bucket.id)


@remedy(Safety.B)
def disable_acls(lent: Lent, bucket: Bucket, ownership: OwnershipControls, acl: BucketAcl) -> Iterator[Step]:
    """Let the bucket's owner own all objects, so that policies alone decide.

    S3 refuses this while the ACL grants anything to others, so such grants go first: writers of other accounts and the
    delivery of some logs need a policy then.
    """
    acl_look = bucket_look(lent, bucket, acl)
    told = lent.image(acl_look)
    owner = told["Owner"]
    grants = told.get("Grants") or []
    own = [grant for grant in grants if (grant.get("Grantee") or {}).get("ID") == owner.get("ID")]
    if len(own) < len(grants):

        def write(rows: list[Any]) -> Write:
            lists = {"Grants": rows, "Owner": owner}
            return bucket_write(bucket, "PutBucketAcl", "s3:PutBucketAcl", AccessControlPolicy=lists)

        yield Change(
            title=f"Take the grants to others out of the ACL of {bucket.id}",
            call=write(own),
            becomes=(Becomes(acl_look, {**told, "Grants": own}),),
            undo=(write(grants),),
            why="whoever is granted something by the ACL loses it",
        )
    look = bucket_look(lent, bucket, ownership)
    before = lent.image(look)
    action = "s3:PutBucketOwnershipControls"
    enforced = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    undo = (
        bucket_write(bucket, "DeleteBucketOwnershipControls", action)
        if before is None
        else bucket_write(bucket, "PutBucketOwnershipControls", action, OwnershipControls=before["OwnershipControls"])
    )
    yield Change(
        title=f"Disable access control lists of {bucket.id}",
        call=bucket_write(bucket, "PutBucketOwnershipControls", action, OwnershipControls=enforced),
        becomes=(Becomes(look, {"OwnershipControls": enforced}),),
        undo=(undo,),
        why="writers that set an ACL, and objects that others own, are affected",
        checks=(Check("no writer of another account relies on ACLs", None),),
        code=(
            Snippet(
                terraform="aws_s3_bucket_ownership_controls",
                arguments={"bucket": bucket.id, "rule": [{"object_ownership": "BucketOwnerEnforced"}]},
                cloudformation="AWS::S3::Bucket",
                properties={"BucketName": bucket.id, "OwnershipControls": enforced},
            ),
        ),
    )
