"""Remedies for policies that let everyone in: of queues, topics, keys, secrets, repositories, and the trust of roles."""

import json
from collections.abc import Iterator
from typing import Any, Final

from scanner.image import Allowed, Look
from scanner.model.ecr import Repository, RepositoryPolicy
from scanner.model.iam import Role
from scanner.model.kind import Facet
from scanner.model.kms import Key, KeyPolicy
from scanner.model.maybe import known
from scanner.model.secretsmanager import Secret, SecretPolicy
from scanner.model.sns import Topic, TopicSettings
from scanner.model.sqs import Queue, QueueSettings
from scanner.remedies.open_statements import (
    Home,
    cut_or_advise,
    fewest,
    is_open,
    narrow_by_hand,
    statements_of,
    write_to,
)
from scanner.remedy import Becomes, Change, Check, Lent, Safety, Snippet, Step, Write, remedy

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


def _look(lent: Lent, facet: Facet, member: str, *ignoring: str) -> Look:
    return lent.look(facet, documents=(member,), ignoring=ignoring)


@remedy(Safety.B)
def close_queue(lent: Lent, queue: Queue, settings: QueueSettings) -> Iterator[Step]:
    """Take the statements out of the queue's policy that open it to everyone, and no others."""

    def write(text: str) -> Write:
        return write_to(queue, "sqs", "SetQueueAttributes", QueueUrl=known(queue.url), Attributes={"Policy": text})

    look = _look(lent, settings, "Policy", *_QUEUE_COUNTERS)
    before = lent.image(look)
    bare = {name: value for name, value in (before.get("Attributes") or {}).items() if name != "Policy"}
    home = Home(
        look=look,
        path=("Attributes", "Policy"),
        write=write,
        remove=lambda: write(""),
        emptied={**before, "Attributes": bare},
    )
    return cut_or_advise(lent, home, queue.id)


@remedy(Safety.B)
def close_topic(lent: Lent, topic: Topic, settings: TopicSettings) -> Iterator[Step]:
    """Take the statements out of the topic's policy that open it to everyone, and no others."""

    def write(text: str) -> Write:
        arn = known(topic.arn)
        return write_to(topic, "sns", "SetTopicAttributes", TopicArn=arn, AttributeName="Policy", AttributeValue=text)

    home = Home(look=_look(lent, settings, "Policy", *_TOPIC_COUNTERS), path=("Attributes", "Policy"), write=write)
    return cut_or_advise(lent, home, topic.id)


@remedy(Safety.B)
def close_key(lent: Lent, key: Key, policy: KeyPolicy) -> Iterator[Step]:
    """Take the statements out of the key's policy that open it to everyone, and no others."""

    def write(text: str) -> Write:
        return write_to(key, "kms", "PutKeyPolicy", KeyId=key.id, PolicyName="default", Policy=text)

    return cut_or_advise(lent, Home(look=_look(lent, policy, "Policy"), path=("Policy",), write=write), key.id)


@remedy(Safety.B)
def close_secret(lent: Lent, secret: Secret, policy: SecretPolicy) -> Iterator[Step]:
    """Take the statements out of the secret's policy that open it to everyone, and no others."""
    look = _look(lent, policy, "ResourcePolicy")
    bare = {name: value for name, value in lent.image(look).items() if name != "ResourcePolicy"}
    home = Home(
        look=look,
        path=("ResourcePolicy",),
        write=lambda text: write_to(
            secret, "secretsmanager", "PutResourcePolicy", SecretId=secret.id, ResourcePolicy=text
        ),
        remove=lambda: write_to(secret, "secretsmanager", "DeleteResourcePolicy", SecretId=secret.id),
        emptied=bare,
    )
    return cut_or_advise(lent, home, str(known(secret.name)))


@remedy(Safety.B)
def close_repository(lent: Lent, repository: Repository, policy: RepositoryPolicy) -> Iterator[Step]:
    """Take the statements out of the repository's policy that open it to everyone, and no others."""
    named = {"registryId": repository.scope.account, "repositoryName": repository.id}
    home = Home(
        look=_look(lent, policy, "policyText"),
        path=("policyText",),
        write=lambda text: write_to(repository, "ecr", "SetRepositoryPolicy", **named, policyText=text),
        remove=lambda: write_to(repository, "ecr", "DeleteRepositoryPolicy", **named),
    )
    return cut_or_advise(lent, home, repository.id)


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
    statements = statements_of(document)
    candidates = [number for number, one in enumerate(statements) if is_open(one)]
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
        yield narrow_by_hand(str(known(role.name)))
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
