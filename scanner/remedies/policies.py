"""Remedies for resource policies: only the statements that make the finding go, and every other stays as it is.

Which these are is found by trial: with all open statements gone the rule must find nothing; then each is kept with which
it still finds nothing. So a wildcard that a condition or a denial makes harmless stays.
"""

import copy
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import msgspec

from scanner.model.ecr import Repository, RepositoryPolicy
from scanner.model.iam import Role
from scanner.model.kind import Facet, Resource
from scanner.model.kms import Key, KeyPolicy
from scanner.model.lambda_ import Function, FunctionPolicy
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
from scanner.model.secretsmanager import Secret, SecretPolicy
from scanner.model.sns import Topic, TopicSettings
from scanner.model.sqs import Queue, QueueSettings
from scanner.reason.access.s3_status import s3_policy_status_public
from scanner.remedies.s3 import bucket_arn, bucket_look, bucket_write
from scanner.remedy import (
    Advice,
    Allowed,
    Becomes,
    Change,
    Check,
    Image,
    Lent,
    Look,
    Safety,
    Snippet,
    Step,
    Token,
    Write,
    remedy,
)

_READERS_LOSE: Final = "who reaches it by the statement loses that, whether meant or not"
_LOOKED: Final = Check("nobody relies on the statement (look at access logs, CloudTrail, Access Analyzer)", None)
_QUEUE_COUNTERS: Final = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
    "LastModifiedTimestamp",
)
_TOPIC_COUNTERS: Final = (
    "SubscriptionsConfirmed",
    "SubscriptionsPending",
    "SubscriptionsDeleted",
    "EffectiveDeliveryPolicy",
)


class _Home(msgspec.Struct, frozen=True, kw_only=True):
    """Where a policy is kept: what tells it, and how it is written and removed."""

    look: Look
    path: tuple[str, ...]
    """The members of the answer that lead to the document."""
    write: Callable[[str], Write]
    remove: Callable[[], Write] | None = None
    emptied: Image = None
    """What the look shows without a policy."""


def _document(image: Image, path: tuple[str, ...]) -> Any:
    for name in path:
        image = (image or {}).get(name)
    return image


def _with_document(image: Image, path: tuple[str, ...], document: Any) -> Image:
    changed = copy.deepcopy(image) if image is not None else {}
    holder = changed
    for name in path[:-1]:
        holder = holder.setdefault(name, {})
    holder[path[-1]] = document
    return changed


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    said = document.get("Statement") or []
    return list(said) if isinstance(said, list) else [said]


def _is_open(statement: dict[str, Any]) -> bool:
    """Whether a statement allows something to a wildcard, or to all but some."""
    if statement.get("Effect") != "Allow":
        return False
    if "NotPrincipal" in statement:
        return True
    principal = statement.get("Principal")
    values = principal.values() if isinstance(principal, dict) else [principal]
    return any("*" in (value if isinstance(value, list) else [value]) for value in values)


def fewest(candidates: Iterable[int], passes: Callable[[list[int]], bool]) -> list[int]:
    """Return the fewest of the candidates without which it passes; none if it does not pass without all of them."""
    removed = list(candidates)
    if not passes(removed):
        return []
    for one in list(removed):
        fewer = [other for other in removed if other != one]
        if passes(fewer):
            removed = fewer
    return removed


def _cut(lent: Lent, home: _Home, label: str, *, code: tuple[Snippet, ...] = ()) -> Change | None:
    """Return the change that takes out the fewest open statements, or None if that would not do."""
    before = lent.image(home.look)
    text = _document(before, home.path)
    if not text:
        return None
    document = json.loads(text)
    statements = _statements(document)
    candidates = [number for number, one in enumerate(statements) if _is_open(one)]

    def after(gone: list[int]) -> Image:
        kept = [one for number, one in enumerate(statements) if number not in gone]
        if not kept and home.remove is not None:
            return home.emptied
        return _with_document(before, home.path, json.dumps({**document, "Statement": kept}))

    gone = fewest(candidates, lambda some: lent.passes([Becomes(home.look, after(some))]))
    if not gone:
        return None
    wanted = after(gone)
    left = len(statements) > len(gone)
    if not left and home.remove is None:
        return None
    names = ", ".join(str(statements[number].get("Sid") or f"no. {number + 1}") for number in gone)
    plural = "s" if len(gone) > 1 else ""
    call = home.write(_document(wanted, home.path)) if left or home.remove is None else home.remove()
    return Change(
        title=f"Take the open statement{plural} {names} out of the policy of {label}",
        call=call,
        becomes=(Becomes(home.look, wanted),),
        undo=(home.write(text),),
        why=_READERS_LOSE,
        checks=(_LOOKED,),
        code=code,
    )


def _narrow_by_hand(label: str) -> Advice:
    return Advice(
        title=f"Narrow the policy of {label}: name the principals, or the organization",
        why="what opens it is no statement that could simply go",
    )


# Buckets


def _bucket_home(lent: Lent, bucket: Bucket, policy: BucketPolicy) -> _Home:
    return _Home(
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
    text = _document(before, home.path)
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
    kept = [one for one in _statements(document) if one.get("Sid") != _TLS]
    wanted = json.dumps({**document, "Statement": [*kept, denial]})
    yield Change(
        title=f"Deny requests without TLS to {bucket.id}",
        call=home.write(wanted),
        becomes=(Becomes(home.look, _with_document(before, home.path, wanted)),),
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


_TLS: Final = "CasemateRequireTls"


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


_EVERYONE: Final = "http://acs.amazonaws.com/groups/global/"


@remedy(Safety.B)
def close_bucket(lent: Lent, bucket: Bucket, policy: BucketPolicy, acl: BucketAcl) -> Iterator[Step]:
    """Take out of the bucket's policy and ACL what opens it to everyone, and nothing else."""
    home = _bucket_home(lent, bucket, policy)
    change = _cut(lent, home, bucket.id)
    grants = _public_acl(lent, bucket, acl)
    if change is not None:
        yield change
    elif grants is not None:
        yield grants
        if not lent.passes(grants.becomes):
            shut = Lent(
                lent.supposing(grants.becomes), lent.readers, lambda more: lent.passes([*grants.becomes, *more])
            )
            also = _cut(shut, home, bucket.id)
            yield also if also is not None else _narrow_by_hand(bucket.id)
    else:
        yield _narrow_by_hand(bucket.id)


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


# Others


def _write(resource: Resource, service: str, operation: str, **parameters: Any) -> Write:
    return Write(
        service=service,
        operation=operation,
        region=resource.scope.region,
        parameters=parameters,
        needs=(Allowed(f"{service}:{operation}", str(known(resource.arn))),),
    )


def _cut_or_advise(lent: Lent, home: _Home, label: str) -> Iterator[Step]:
    change = _cut(lent, home, label)
    yield change if change is not None else _narrow_by_hand(label)


def _look(lent: Lent, facet: Facet, member: str, *ignoring: str) -> Look:
    return lent.look(facet, documents=(member,), ignoring=ignoring)


@remedy(Safety.B)
def close_queue(lent: Lent, queue: Queue, settings: QueueSettings) -> Iterator[Step]:
    """Take the statements out of the queue's policy that open it to everyone, and no others."""

    def write(text: str) -> Write:
        return _write(queue, "sqs", "SetQueueAttributes", QueueUrl=known(queue.url), Attributes={"Policy": text})

    look = _look(lent, settings, "Policy", *_QUEUE_COUNTERS)
    before = lent.image(look)
    bare = {name: value for name, value in (before.get("Attributes") or {}).items() if name != "Policy"}
    home = _Home(
        look=look,
        path=("Attributes", "Policy"),
        write=write,
        remove=lambda: write(""),
        emptied={**before, "Attributes": bare},
    )
    return _cut_or_advise(lent, home, queue.id)


@remedy(Safety.B)
def close_topic(lent: Lent, topic: Topic, settings: TopicSettings) -> Iterator[Step]:
    """Take the statements out of the topic's policy that open it to everyone, and no others."""

    def write(text: str) -> Write:
        arn = known(topic.arn)
        return _write(topic, "sns", "SetTopicAttributes", TopicArn=arn, AttributeName="Policy", AttributeValue=text)

    home = _Home(look=_look(lent, settings, "Policy", *_TOPIC_COUNTERS), path=("Attributes", "Policy"), write=write)
    return _cut_or_advise(lent, home, topic.id)


@remedy(Safety.B)
def close_key(lent: Lent, key: Key, policy: KeyPolicy) -> Iterator[Step]:
    """Take the statements out of the key's policy that open it to everyone, and no others."""

    def write(text: str) -> Write:
        return _write(key, "kms", "PutKeyPolicy", KeyId=key.id, PolicyName="default", Policy=text)

    return _cut_or_advise(lent, _Home(look=_look(lent, policy, "Policy"), path=("Policy",), write=write), key.id)


@remedy(Safety.B)
def close_secret(lent: Lent, secret: Secret, policy: SecretPolicy) -> Iterator[Step]:
    """Take the statements out of the secret's policy that open it to everyone, and no others."""
    look = _look(lent, policy, "ResourcePolicy")
    bare = {name: value for name, value in lent.image(look).items() if name != "ResourcePolicy"}
    home = _Home(
        look=look,
        path=("ResourcePolicy",),
        write=lambda text: _write(
            secret, "secretsmanager", "PutResourcePolicy", SecretId=secret.id, ResourcePolicy=text
        ),
        remove=lambda: _write(secret, "secretsmanager", "DeleteResourcePolicy", SecretId=secret.id),
        emptied=bare,
    )
    return _cut_or_advise(lent, home, str(known(secret.name)))


@remedy(Safety.B)
def close_repository(lent: Lent, repository: Repository, policy: RepositoryPolicy) -> Iterator[Step]:
    """Take the statements out of the repository's policy that open it to everyone, and no others."""
    named = {"registryId": repository.scope.account, "repositoryName": repository.id}
    home = _Home(
        look=_look(lent, policy, "policyText"),
        path=("policyText",),
        write=lambda text: _write(repository, "ecr", "SetRepositoryPolicy", **named, policyText=text),
        remove=lambda: _write(repository, "ecr", "DeleteRepositoryPolicy", **named),
    )
    return _cut_or_advise(lent, home, repository.id)


@remedy(Safety.B)
def close_function(lent: Lent, function: Function, policy: FunctionPolicy) -> Iterator[Step]:
    """Remove the permissions of the function that open it to everyone, each by its own id; its triggers stay."""
    look = lent.look(policy, documents=("Policy",), ignoring=("RevisionId",))
    before = lent.image(look)
    document = json.loads(before["Policy"])
    statements = _statements(document)
    candidates = [number for number, one in enumerate(statements) if _is_open(one)]

    def after(image: Image, gone: list[int]) -> Image:
        kept = [one for number, one in enumerate(statements) if number not in gone]
        return {**image, "Policy": json.dumps({**document, "Statement": kept})} if kept else None

    gone = fewest(candidates, lambda some: lent.passes([Becomes(look, after(before, some))]))
    done: list[int] = []
    for number in gone:
        statement = statements[number]
        back = _add_permission(function, statement)
        if back is None or not statement.get("Sid"):
            yield _narrow_by_hand(function.id)
            return
        done.append(number)
        sid = statement["Sid"]
        yield Change(
            title=f"Remove the permission {sid} of {function.id}",
            call=_write(function, "lambda", "RemovePermission", FunctionName=function.id, StatementId=sid),
            becomes=(Becomes(look, after(before, done)),),
            undo=(back,),
            why=_READERS_LOSE,
            checks=(_LOOKED,),
            token=Token("RevisionId", 0, "RevisionId"),
        )
    if not gone:
        yield _narrow_by_hand(function.id)


_CONDITIONS: Final = {
    ("ArnLike", "aws:sourcearn"): "SourceArn",
    ("StringEquals", "aws:sourceaccount"): "SourceAccount",
    ("StringEquals", "aws:principalorgid"): "PrincipalOrgID",
    ("StringEquals", "lambda:functionurlauthtype"): "FunctionUrlAuthType",
    ("StringEquals", "lambda:eventsourcetoken"): "EventSourceToken",
}


def _add_permission(function: Function, statement: dict[str, Any]) -> Write | None:
    """Return the call that adds a permission again, or None for one that AddPermission cannot say."""
    principal = statement.get("Principal")
    if isinstance(principal, dict) and len(principal) == 1:
        principal = next(iter(principal.values()))
    if not isinstance(principal, str) or not isinstance(statement.get("Action"), str):
        return None
    said: dict[str, Any] = {}
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, value in keys.items():
            name = _CONDITIONS.get((operator, key.lower()))
            if name is None or not isinstance(value, str):
                return None
            said[name] = value
    return _write(
        function,
        "lambda",
        "AddPermission",
        FunctionName=function.id,
        StatementId=statement.get("Sid"),
        Action=statement["Action"],
        Principal=principal,
        **said,
    )


@remedy(Safety.B)
def distrust_everyone(lent: Lent, role: Role) -> Iterator[Step]:
    """Take the statements out of the role's trust policy that trust everyone; if none is left, trust the own account."""
    look = lent.look(
        role,
        path=("RoleDetailList",),
        where={"RoleName": role.id},
        only=("RoleName", "AssumeRolePolicyDocument"),
        ask={"Filter": ["Role"]},
        documents=("AssumeRolePolicyDocument",),
    )
    (row,) = lent.image(look)
    document = row["AssumeRolePolicyDocument"]
    document = json.loads(document) if isinstance(document, str) else document
    statements = _statements(document)
    candidates = [number for number, one in enumerate(statements) if _is_open(one)]
    own = {"AWS": f"arn:{role.scope.partition}:iam::{role.scope.account}:root"}

    def after(gone: list[int]) -> dict[str, Any]:
        kept = [one for number, one in enumerate(statements) if number not in gone]
        if not kept:
            kept = [{**{k: v for k, v in statements[0].items() if k != "NotPrincipal"}, "Principal": own}]
        return {**document, "Statement": kept}

    gone = fewest(
        candidates, lambda some: lent.passes([Becomes(look, [{**row, "AssumeRolePolicyDocument": after(some)}])])
    )
    if not gone:
        yield _narrow_by_hand(str(known(role.name)))
        return

    def write(said: dict[str, Any]) -> Write:
        return Write(
            service="iam",
            operation="UpdateAssumeRolePolicy",
            region="global",
            parameters={"RoleName": role.id, "PolicyDocument": json.dumps(said)},
            needs=(Allowed("iam:UpdateAssumeRolePolicy", str(known(role.arn))),),
        )

    yield Change(
        title=f"Let {role.id} no longer trust everyone",
        call=write(after(gone)),
        becomes=(Becomes(look, [{**row, "AssumeRolePolicyDocument": after(gone)}]),),
        undo=(write(document),),
        why="whoever assumes the role by the statement can no longer",
        checks=(Check("nobody assumes the role from elsewhere (CloudTrail: AssumeRole)", None),),
        code=(Snippet(terraform="aws_iam_role", arguments={"assume_role_policy": json.dumps(after(gone))}),),
    )
