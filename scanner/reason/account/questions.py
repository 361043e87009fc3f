"""From an action and a resource as a user writes them to the questions that answer it."""

from collections.abc import Iterator, Mapping
from typing import Final

from scanner.model.access import Held
from scanner.model.kind import All
from scanner.model.maybe import ABSENT, Maybe, Reason, UnknownAsked, known, unknown
from scanner.model.policy import PolicyDocument
from scanner.model.s3 import Bucket, BucketPolicy
from scanner.reason.access.catalogue import is_listed, resource_patterns
from scanner.reason.access.conditions import ARN_FIELDS
from scanner.reason.access.glob import matcher, wildcards
from scanner.reason.access.keys import Domain
from scanner.reason.access.request import account_of
from scanner.reason.access.services import is_key_use, is_role_assumption
from scanner.reason.account.decide import Question
from scanner.reason.account.stacks import Stacks, trust_of

_HAVE_POLICIES: Final = frozenset(
    {
        *("sqs", "sns", "lambda", "secretsmanager", "ecr", "elasticfilesystem", "es", "execute-api", "events", "glue"),
        *("backup", "dynamodb", "kinesis", "acm-pca", "codeartifact", "codebuild", "iot", "logs", "ses", "s3"),
        *("mediastore", "serverlessrepo", "signer", "ssm-incidents", "schemas", "rds", "redshift", "vpc-lattice"),
    }
)
"""Prefixes of services whose resources can have policies (IAM User Guide, "AWS services that work with IAM")."""


class Resources:
    """The resource policies of an account that were read."""

    def __init__(self, stacks: Stacks, buckets: All[Bucket], policies: All[BucketPolicy]) -> None:
        self._stacks = stacks
        self._buckets = buckets
        self._policies = policies
        self.given: dict[str, None] = dict.fromkeys(known(stacks.above.given))

    def questions(self, action: str, resource: str, context: Mapping[str, Domain]) -> list[Question]:
        """Give the questions of which any must be answered yes; `given` then holds what the answers rest on."""
        service = action.partition(":")[0].lower()
        own = self._stacks.access.id
        owner = account_of(resource) or own
        if is_role_assumption(action):
            return [*self._assumptions(action, resource, context)]
        if service == "s3" and resource != "*":
            return [self._bucket_question(action, resource, context)]
        patterns = own_resources(action, self._stacks) if resource == "*" else (resource,)
        policy = None
        if owner != own:
            policy = _unread(f"policy of {resource}", "the resource is another account's")
        elif any(is_key_use(action, each) for each in patterns):
            policy = _unread(f"key policy of {resource}", "key policies are not read")
        elif service in _HAVE_POLICIES:
            self.given[f"no {service} resource policy was read"] = None
        return [Question(action, patterns, context, policy, owner)]

    def _assumptions(self, action: str, resource: str, context: Mapping[str, Domain]) -> Iterator[Question]:
        fits = matcher(wildcards(resource))
        roles = [caller for caller in self._stacks.callers if caller.is_role and fits(caller.arn)]
        for role in roles:
            yield Question(action, (role.arn,), context, trust_of(role), self._stacks.access.id)
        if not roles:
            owner = account_of(resource) or self._stacks.access.id
            is_own = owner == self._stacks.access.id and not known(self._stacks.access.unread)
            name = f"trust policy of {resource}"
            policy = Held(name, name, ABSENT) if is_own else _unread(name, "the role was not read")
            yield Question(action, (resource,), context, policy, owner)

    def _bucket_question(self, action: str, resource: str, context: Mapping[str, Domain]) -> Question:
        name = resource.partition(":::")[2].partition("/")[0]
        own = self._stacks.access.id
        if set(name) & set("*?"):
            self.given["no bucket policy is weighed, for the resource is a pattern of buckets"] = None
            return Question(action, (resource,), context, None, own)
        title = f"policy of bucket {name}"
        try:
            bucket = self._buckets.get(name)
        except UnknownAsked as asked:
            return Question(action, (resource,), context, _unread(title, str(asked.why)), own)
        if not bucket:
            reason = "it is no bucket of this account"
            return Question(action, (resource,), context, _unread(title, reason))
        document: Maybe[PolicyDocument] = unknown(Reason.NOT_COLLECTED, f"the {title} was not read")
        rows = [row for row in _until_unknown(self._policies) if row.id == name]
        policy = Held(title, title, rows[0].document if rows else document)
        return Question(action, (resource,), context, policy, own)


def own_resources(action: str, stacks: Stacks) -> tuple[str, ...]:
    """Give the ARN patterns of the account's resources that an action is authorised on; `*` where it takes none."""
    scope = stacks.access.scope
    return tuple(
        _fill(pattern, scope.partition, scope.account)
        for pattern in (resource_patterns(action) if is_listed(action) else ("*",))
    )


def _fill(pattern: str, partition: str, account: str) -> str:
    fields = pattern.split(":", ARN_FIELDS - 1)
    if len(fields) < ARN_FIELDS:
        return pattern
    _, said, service, region, owner, rest = fields
    return ":".join(
        ("arn", partition if said == "*" else said, service, region, account if owner == "*" else owner, rest)
    )


def _until_unknown(policies: All[BucketPolicy]) -> Iterator[BucketPolicy]:
    try:
        yield from policies
    except UnknownAsked:
        return


def _unread(title: str, why: str) -> Held:
    return Held(title, title, unknown(Reason.NOT_COLLECTED, f"the {title} is not known: {why}"))
